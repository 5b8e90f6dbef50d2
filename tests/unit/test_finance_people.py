"""Who at a customer is told of debts."""

from __future__ import annotations

import pytest

from sverka.domain.finance_people import ACCOUNTANT, DIRECTOR, finance_people, role_of
from sverka.domain.rows import Client


def contact(number: int, post: str) -> Client:
    return Client(ext_id=f"contact:{number}", name="Кто-то", phone="", email="", post=post)


@pytest.mark.parametrize(
    "post",
    [
        "Главный бухгалтер", "бухгалтерия", "Зам. главного бухгалтера", "Финансовый директор", "Специалист по расчётам",
        "Генеральный директор", "директор", "Руководитель", "ИП", "Индивидуальный предприниматель", "CEO",
    ],
)  # fmt: skip
def test_who_keeps_or_owns_the_money_may_read_of_it(post: str) -> None:
    assert role_of(post)


@pytest.mark.parametrize(
    "post",
    [
        "", "Менеджер по закупкам", "Механик", "Секретарь директора", "Помощник руководителя",
        "Технический директор", "Директор по закупкам", "Коммерческий директор", "Арт-директор", "Руководитель отдела по снабжению",
        "Заместитель директора", "шиповник", "типограф",
    ],
)  # fmt: skip
def test_nobody_else_is_told_sums(post: str) -> None:
    assert not role_of(post)


def test_of_several_the_one_with_the_oldest_card_is_told() -> None:
    people = [
        contact(12, "Директор"),
        contact(10, "Бухгалтер"),
        contact(9, "Главный бухгалтер"),
        contact(2, "Водитель"),
    ]
    assert {role: each.ext_id for role, each in finance_people(people).items()} == {
        ACCOUNTANT: "contact:9",
        DIRECTOR: "contact:12",
    }
