"""Parsers of what vendors write, value by value; the cleaning of foreign text; asking again. Their laws: tests/unit/test_parsers_*."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest

from sverka.domain.secret import Secret
from sverka.systems.errors import BadAnswer, Busy, Refused, WindowClosed
from sverka.systems.redaction import foreign, redact
from sverka.systems.retry import asking_again, pause_s
from sverka.systems.values import BadValueError, flag, ident, iso_moment, must, parse_json, text
from tests.contract.vendors import StoppedClock, no_jitter

NOTHINGS = [None, "", False, [], {}]


@pytest.mark.parametrize("value", NOTHINGS, ids=repr)
def test_the_vendors_words_for_nothing_are_understood(value: object) -> None:
    assert (text(value), ident(value), flag(value), iso_moment(value)) == ("", "", False, None)
    with pytest.raises(BadValueError, match="missing"):
        must(ident)(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, "7"), ("7", "7"), ("007", "007"), (0, ""), ("0", ""), (9007199254740993, "9007199254740993"), (" 5 ", "5")],
)
def test_an_id_stays_as_it_was_written(value: object, expected: str) -> None:
    assert ident(value) == expected


@pytest.mark.parametrize("value", [True, Decimal("5.0"), [5], {"id": 5}], ids=repr)
def test_what_is_no_id_is_said_so(value: object) -> None:
    with pytest.raises(BadValueError):
        ident(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Y", True),
        ("N", False),
        (1, True),
        (0, False),
        ("1", True),
        ("0", False),
        (True, True),
        ("true", True),
        ("false", False),
    ],
    ids=repr,
)
def test_a_flag_is_known_in_all_its_dresses(value: object, expected: bool) -> None:
    assert flag(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-09-21T10:13:20+03:00", datetime(2026, 9, 21, 7, 13, 20, tzinfo=UTC)),
        ("2026-09-21T10:13:20Z", datetime(2026, 9, 21, 10, 13, 20, tzinfo=UTC)),
        ("0001-01-01T00:00:00+00:00", None),
        ("0000-00-00T00:00:00+03:00", None),
    ],
)
def test_a_moment_is_in_utc(value: str, expected: datetime | None) -> None:
    assert iso_moment(value) == expected


@pytest.mark.parametrize(
    "value", ["2026-09-21T10:13:20", "2026-02-31T00:00:00+03:00", "soon", 5, "9999-12-31T00:00:00+00:00"]
)
def test_what_is_no_moment_is_said_so(value: object) -> None:
    with pytest.raises(BadValueError):
        iso_moment(value)


def test_text_loses_what_no_database_can_hold() -> None:
    assert text(" a\x00b\ud800c ") == "abc"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a": ',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        "{}".encode("utf-16"),
        b"\xd0",
        b"[" * 100000,
        b"1" * 5000,
    ],
    ids=["empty", "HTML", "half", "NaN", "Infinity", "UTF-16", "not UTF-8", "too deep", "too long a number"],
)
def test_what_is_no_json_is_said_so(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the sentence is json's)
        parse_json(body)


def test_numbers_of_json_stay_exact() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 0.1, "b": 9007199254740993}') == {"a": Decimal("0.1"), "b": 9007199254740993}


SECRET = Secret("s3cr3t/Код+1")


@pytest.mark.parametrize(
    "form",
    [
        SECRET.reveal(),
        quote(SECRET.reveal()),
        quote(SECRET.reveal(), safe=""),
        base64.b64encode(SECRET.reveal().encode()).decode(),
    ],
    ids=["plain", "in a path", "in a query", "base64"],
)
def test_a_secret_is_hidden_in_every_form(form: str) -> None:
    assert redact(f"a {form} b", [SECRET]) == "a *** b"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("POST https://p.ru/rest/1/abc123/crm.deal.get", "POST https://p.ru/rest/1/***/crm.deal.get"),
        ("https://p.ru/rest/api/1/abc123/tasks", "https://p.ru/rest/api/1/***/tasks"),
        ("https://api.telegram.org/bot1:AbC-d_e/send", "https://api.telegram.org/bot1:***/send"),
        ("x?token=abc&app_psw=def", "x?token=***&app_psw=***"),
        ('{"token": "abc", "password":"d"}', '{"token": "***", "password":"***"}'),
        ("smtp://user:pw@host:25", "smtp://***@host:25"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(said: str, shown: str) -> None:
    assert redact(said) == shown


def test_foreign_text_is_one_short_line() -> None:
    shown = foreign("a\r\nb\x00\u202ec" + "x" * 500)
    assert (shown[:7], len(shown), shown[-1]) == ("a b cxx", 256, "…")


@pytest.mark.parametrize(
    ("trouble", "attempt", "seconds"),
    [
        (BadAnswer("s", "m", "x"), 1, 1.0),
        (BadAnswer("s", "m", "x"), 3, 4.0),
        (BadAnswer("s", "m", "x"), 20, 60.0),
        (Busy("s", "m", "x", retry_after_s=7), 20, 7.35),
    ],
    ids=["first", "third", "capped", "the vendor's word"],
)
def test_the_pause_doubles_unless_the_vendor_names_one(trouble: Busy, attempt: int, seconds: float) -> None:
    assert pause_s(trouble, attempt, 0.5) == pytest.approx(seconds)


def test_a_final_answer_is_not_asked_for_again() -> None:
    asked = []

    def ask() -> None:
        asked.append(1)
        raise Refused("s", "m", "no")

    with pytest.raises(Refused):
        asking_again(ask, StoppedClock(), no_jitter, tries=3, patience_s=900)
    assert len(asked) == 1


def test_waiting_is_done_in_short_steps() -> None:
    class Patient(StoppedClock):
        longest = 0.0

        def wait(self, seconds: float) -> None:
            self.longest = max(self.longest, seconds)
            super().wait(seconds)

    clock, answers = Patient(), [WindowClosed("s", "m", "x", retry_after_s=300), None]

    def ask() -> None:
        if trouble := answers.pop(0):
            raise trouble

    asking_again(ask, clock, no_jitter, tries=3, patience_s=900)
    assert (clock.now >= 1300, clock.longest) == (True, 5.0)
