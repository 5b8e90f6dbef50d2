"""What SMSC's answers mean, for a message and for the question what became of it; and what an account's address is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sverka.domain.effects import Answer
from sverka.domain.messaging.channels import Delivery, Fate
from sverka.domain.secret import Secret
from sverka.systems.errors import Busy, ContractBroken, NoAccess, SystemTrouble
from sverka.systems.smsc import answers
from sverka.systems.smsc.address import Account

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS
OURS = "visit7a1"
TAKEN = {"id": OURS, "cnt": 2}
CROWDED = "too many concurrent requests"


def error(code: object, words: str = "no", **more: Any) -> dict[str, Any]:
    return {"error": words, "error_code": code, **more}


@pytest.mark.parametrize(
    ("status", "document", "answer"),
    [
        (200, TAKEN, A), (200, {"id": OURS, "cnt": "1"}, A), (200, {**TAKEN, "cost": "3.5", "balance": "100"}, A),
        (200, {"id": "other", "cnt": 1}, M), (200, {"cnt": 1}, M), (200, {"id": OURS}, M), (200, {"id": OURS, "cnt": 0}, M),
        (200, {"id": [OURS], "cnt": True}, M), (200, {}, M), (200, [], M), (200, 1, M), (200, None, M), (200, b"", M),
        (200, b"<html>", M), (200, b'{"id":"visit7a1","cn', M), (200, b"\xff\xfe", M), (200, b"[" * 100_000, M),
        (200, error(1), R), (200, error(2), N), (200, error(3, id=OURS), N), (200, error(4), N), (200, error(5), R),
        (200, error(6, id=OURS), R), (200, error(7, id=OURS), R), (200, error("8", id=OURS, cnt=1), R), (400, error(7), R),
        (200, error(9, "duplicate request, wait a minute"), M), (200, error(9, CROWDED), N), (200, error(9, ""), M),
        (200, error(99), M), (200, error(None), M), (200, error([9]), M), (200, error(True), M), (200, {"error": "?", **TAKEN}, M),
        (301, b"", N), (307, b"", N), (308, b"", N), (302, b"", M), (303, b"", M),
        (401, b"", N), (403, b"<html>", N), (404, b"", N), (405, b"", N), (429, b"", N), (400, b"", M), (408, b"", M),
        (500, TAKEN, M), (502, b"<html>", M), (503, error(7), M), (201, TAKEN, M), (204, b"", M),
    ],
)  # fmt: skip
def test_what_an_answer_means_for_a_message(status: int, document: object, answer: Answer) -> None:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    outcome = answers.outcome(status, body, OURS)
    assert (outcome.answer, outcome.external_id) == (answer, OURS if answer is A else "")
    assert (outcome.detail == "") is (answer is A)


def test_no_code_of_the_vendor_is_forgotten() -> None:
    assert sorted(answers.BY_CODE) == list(range(1, 10))
    assert sorted(answers.FATES) == [-2, -1, 0, 1, 2, 3, 4, 20, 22, 23, 24, 25]


def test_what_the_vendor_says_shows_no_secret_and_stays_one_line() -> None:
    body = json.dumps(error(2, "wrong password s3cr3t\nfor ivan" + "!" * 1000)).encode()
    detail = answers.outcome(200, body, OURS, (Secret("s3cr3t"),)).detail
    assert "s3cr3t" not in detail
    assert "wrong password *** for ivan" in detail
    assert len(detail) < 600


ACCEPTED, DELIVERED, READ, UNDELIVERABLE = (
    Delivery.ACCEPTED,
    Delivery.DELIVERED,
    Delivery.READ,
    Delivery.UNDELIVERABLE,
)


@pytest.mark.parametrize(
    ("status", "delivery", "is_final"),
    [
        (-2, ACCEPTED, False), (-1, ACCEPTED, False), (0, ACCEPTED, False), (1, DELIVERED, True), ("1", DELIVERED, True),
        (2, READ, True), (3, UNDELIVERABLE, True), (4, READ, True), (20, UNDELIVERABLE, True), (22, UNDELIVERABLE, True),
        (23, UNDELIVERABLE, True), (24, UNDELIVERABLE, True), (25, UNDELIVERABLE, True),
    ],
)  # fmt: skip
def test_what_a_status_says(status: object, delivery: Delivery, is_final: bool) -> None:
    fate = answers.fate(OURS, {"status": status, "last_timestamp": 1286524541, "err": 0})
    assert fate is not None
    assert (fate.provider_id, fate.delivery, fate.is_final) == (OURS, delivery, is_final)
    assert fate.at == datetime(2010, 10, 8, 7, 55, 41, tzinfo=UTC)


@pytest.mark.parametrize("status", [-3, 5, 99, None, "", True, [1], "soon"], ids=repr)
def test_of_a_message_that_it_does_not_know_nothing_is_said(status: object) -> None:
    assert answers.fate(OURS, {"status": status}) is None


def test_the_reason_for_a_failure_is_told_with_the_operators_number() -> None:
    fate = answers.fate(OURS, {"status": 20, "err": "13", "last_timestamp": ""})
    assert fate == Fate(OURS, UNDELIVERABLE, None, is_final=True, detail="cannot be delivered (error 13)")


def statuses(document: object, ids: list[str], status: int = 200) -> Any:
    return answers.statuses(status, json.dumps(document).encode(), ids)


@pytest.mark.parametrize(
    ("document", "ids", "said"),
    [
        ({"status": 1}, ["a"], {"a": 1}),
        ([{"status": 1}], ["a"], {"a": 1}),
        ([{"status": 1}, {"status": -3}], ["a", "b"], {"a": 1, "b": -3}),
        ([{"status": 1, "id": "b"}, {"status": 0, "id": "a"}], ["a", "b"], {"a": 0, "b": 1}),
        ([{"status": 1, "id": "b"}], ["a", "b"], {"b": 1}),
        ({"status": 1, "id": "z"}, ["a"], {}),
    ],
)
def test_statuses_belong_to_the_ids_that_they_name_or_come_in_the_order_of_the_question(
    document: object, ids: list[str], said: dict[str, int]
) -> None:
    assert {our_id: each["status"] for our_id, each in statuses(document, ids).items()} == said


@pytest.mark.parametrize(
    ("document", "status", "trouble"),
    [
        ([{"status": 1}], 200, ContractBroken), ([{"status": 1}, {"status": 1, "id": "b"}, {}], 200, ContractBroken),
        ([1, 2], 200, ContractBroken), ("x", 200, ContractBroken), ({"error": "no", "error_code": 2}, 200, NoAccess),
        ({"error": "wait", "error_code": 9}, 200, Busy), ([{"status": 1}] * 2, 500, SystemTrouble),
    ],
)  # fmt: skip
def test_statuses_that_cannot_be_told_apart_are_none(
    document: object, status: int, trouble: type[SystemTrouble]
) -> None:
    with pytest.raises(trouble):
        statuses(document, ["a", "b"], status)


@pytest.mark.parametrize(
    ("url", "site", "login", "password"),
    [
        ("https://ivan:s3cr3t@smsc.ru", "https://smsc.ru", "ivan", "s3cr3t"),
        ("https://ivan%40fary.example:p%3Aa%2Fss@smsc.ru/", "https://smsc.ru", "ivan@fary.example", "p:a/ss"),
        ("http://ivan:s3cr3t@127.0.0.1:8080", "http://127.0.0.1:8080", "ivan", "s3cr3t"),
        ("http://ivan:s3cr3t@[::1]:8080", "http://[::1]:8080", "ivan", "s3cr3t"),
    ],
)
def test_an_account_is_read_from_its_address(url: str, site: str, login: str, password: str) -> None:
    assert Account.at(Secret(url)) == Account(site, login, Secret(password))


@pytest.mark.parametrize(
    "url",
    [
        "", "s3cr3t", "smsc.ru", "https://smsc.ru", "https://ivan@smsc.ru", "https://:s3cr3t@smsc.ru", "https://ivan:@smsc.ru",
        "ftp://ivan:s3cr3t@smsc.ru", "https://ivan:s3cr3t@", "https://ivan:s3cr3t@smsc.ru/sys", "https://ivan:s3cr3t@smsc.ru?a=b",
        "https://ivan:s3/cr3t@smsc.ru", "https://ivan:s3cr3t@smsc.ru:port", "https://ivan:s3cr3t@[smsc.ru",
    ],
)  # fmt: skip
def test_what_is_no_account_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"looks like https://LOGIN:PASSWORD@smsc\.ru") as refused:
        Account.at(Secret(url))
    assert "s3cr3t" not in str(refused.value)
    assert "cr3t" not in str(refused.value)
    assert refused.value.__cause__ is None
