"""Whatever stands in an answer of SMSC, or of a number that a provider writes: it is understood, or refused by our own error."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sverka.domain.effects import Answer
from sverka.systems.errors import SystemTrouble
from sverka.systems.messenger import unix_moment, whole_or_none
from sverka.systems.smsc import answers
from tests.strategies import UGLY, anything, changes_of, examples, is_sound, spoil, spoiled_once

DEEP = "[" * 900 + "]" * 900
OURS = "visit7a1"
TAKEN = {"id": OURS, "cnt": 1}
REFUSED = {"error": "no", "error_code": 7, "id": OURS}
STATUS = {"status": 1, "last_date": "08.10.2010 10:55:41", "last_timestamp": 1286524541, "err": 0, "id": OURS}


def check(document: Any) -> None:
    """Read a document as an answer to a message, and as one to a question."""
    body = json.dumps(document, default=str).encode()
    outcome = answers.outcome(200, body, OURS)
    assert len(outcome.detail) < 600
    assert is_sound(outcome.detail)
    assert outcome.answer is not Answer.ACCEPTED or (document["id"] == OURS and "error" not in document)
    try:
        said = answers.statuses(200, body, [OURS])
    except SystemTrouble:
        return
    for our_id, each in said.items():
        fate = answers.fate(our_id, each)
        assert fate is None or (is_sound(fate.detail) and (fate.at is None or fate.at.tzinfo is UTC))


@pytest.mark.parametrize("true", [TAKEN, REFUSED, STATUS], ids=["taken", "refused", "a status"])
def test_an_answer_with_anything_in_any_field_is_understood_or_a_trouble(true: dict[str, Any]) -> None:
    for _, _, document in spoiled_once(true, list(true)):
        check(document)


@given(st.sampled_from([TAKEN, REFUSED, STATUS]), changes_of([*TAKEN, *REFUSED, *STATUS]))
@examples(soak=10_000, short=30)
def test_an_answer_with_several_bad_fields_is_understood_or_a_trouble(
    true: dict[str, Any], changes: dict[str, Any]
) -> None:
    check(spoil(true, changes))


@pytest.mark.parametrize("field", ["error", "error_code", "id", "cnt", "status", "last_timestamp"])
def test_an_answer_nested_too_deeply_is_understood_or_a_trouble(field: str) -> None:
    body = f'{{"{field}": {DEEP}}}'.encode()
    assert answers.outcome(200, body, OURS).answer is Answer.AMBIGUOUS


@given(st.binary(max_size=200), st.integers(100, 599))
@examples(soak=10_000, short=40)
def test_no_heap_of_bytes_is_taken_for_a_yes(body: bytes, status: int) -> None:
    assert answers.outcome(status, body, OURS).answer is not Answer.ACCEPTED


@given(st.integers())
@examples(soak=10_000, short=40)
@example(0)
@example(-3)
@example(10**12)
def test_a_whole_number_is_itself_however_it_is_written(number: int) -> None:
    for written in (number, str(number)):
        read = whole_or_none(written)
        assert read == number or (read is None and abs(number) >= 10**12)


@given(anything)
@examples(soak=10_000, short=40)
def test_what_is_no_moment_is_none(value: object) -> None:
    for each in (value, *UGLY):
        moment = unix_moment(each)
        assert moment is None or (moment.tzinfo is UTC and 1970 <= moment.year < 9000)


def test_a_moment_is_read_to_the_second() -> None:
    assert unix_moment("1286524541") == unix_moment(1286524541) == datetime(2010, 10, 8, 7, 55, 41, tzinfo=UTC)
    assert [unix_moment(each) for each in (0, -1, True, 10**15, "٣", "1e9", 1.5)] == [None] * 7
