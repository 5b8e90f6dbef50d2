"""Who is whose head."""

from __future__ import annotations

import pytest

from sverka.domain.rows import Department, User
from sverka.domain.staff import Staff


def user(ext_id: str, departments: str = "", *, active: bool = True, email: str = "") -> User:
    return User(
        ext_id=ext_id,
        name=f"Сотрудник {ext_id}",
        email=email or f"u{ext_id}@fary.example",
        active=active,
        departments=departments,
    )


def department(ext_id: str, head: str = "", parent: str = "") -> Department:
    return Department(ext_id=ext_id, name=f"Отдел {ext_id}", parent_id=parent, head_id=head)


def head_of(somebody: str, users: list[User], departments: list[Department]) -> str:
    return Staff.of(users, departments).head_of(somebody)


SELLER, HEAD, OWNER, GONE = user("1", "10"), user("2", "10"), user("3", "20"), user("4", "10", active=False)


@pytest.mark.parametrize(
    ("somebody", "departments", "head"),
    [
        pytest.param("1", [department("10", "2")], "2", id="the head of the department"),
        pytest.param(
            "2", [department("10", "2", "20"), department("20", "3")], "3", id="a head's head is the one above"
        ),
        pytest.param("1", [department("10", "", "20"), department("20", "3")], "3", id="a department without a head"),
        pytest.param("1", [department("10", "4", "20"), department("20", "3")], "3", id="a head who left"),
        pytest.param("1", [department("10", "99", "20"), department("20", "3")], "3", id="a head whom nobody knows"),
        pytest.param("3", [department("20", "3")], "", id="nobody above the owner"),
        pytest.param("1", [department("10", "", "99")], "", id="a parent that is gone"),
        pytest.param("1", [department("10", "", "20"), department("20", "", "10")], "", id="departments in a circle"),
        pytest.param("1", [department("10", "", "10")], "", id="a department under itself"),
        pytest.param("1", [], "", id="no departments"),
        pytest.param("99", [department("10", "2")], "", id="somebody unknown"),
    ],
)
def test_the_head_of_somebody(somebody: str, departments: list[Department], head: str) -> None:
    assert head_of(somebody, [SELLER, HEAD, OWNER, GONE], departments) == head


def test_of_several_departments_the_first_with_a_head_counts() -> None:
    both = user("5", "30 10")
    assert head_of("5", [both, HEAD], [department("30"), department("10", "2")]) == "2"


@pytest.mark.parametrize(
    ("ext_id", "works"),
    [("1", True), ("4", False), ("99", False), ("", False)],
    ids=["active", "gone", "unknown", "nobody"],
)
def test_who_works_here(ext_id: str, works: bool) -> None:
    assert Staff.of([SELLER, GONE], []).works(ext_id) == works


@pytest.mark.parametrize(
    ("email", "found"),
    [("u1@fary.example", "1"), ("U1@FARY.example", "1"), ("u4@fary.example", ""), ("nobody@fary.example", "")],
    ids=["as written", "whatever the case", "of somebody who left", "of nobody"],
)
def test_an_employee_is_found_by_e_mail(email: str, found: str) -> None:
    assert Staff.of([GONE, SELLER], []).by_email(email) == found
