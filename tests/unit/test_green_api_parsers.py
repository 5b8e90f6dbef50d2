"""Whatever stands in an answer, a listing or a notification of GREEN-API: it is understood or refused; none spoils another."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.effects import Answer
from sverka.domain.messaging.channels import MAX, WHATSAPP
from sverka.systems.green_api import answers, listings, notifications
from tests.strategies import changes_of, examples, is_sound, spoil, spoiled_once

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CHAT, TEXT = "79161234567@c.us", "Ждём вас"
WAITING = {"messageID": "Q1", "type": "sendMessage", "body": {"chatId": CHAT, "message": TEXT}}
LEFT = {
    "type": "outgoing", "idMessage": "J1", "timestamp": 1_795_000_000, "typeMessage": "textMessage", "chatId": CHAT, "textMessage": TEXT,
    "extendedTextMessage": None, "statusMessage": "sent",
}  # fmt: skip
HEARD = {
    "typeWebhook": "incomingMessageReceived", "timestamp": 1_795_000_000, "idMessage": "F7AE", "senderData": {"chatId": CHAT},
    "messageData": {"typeMessage": "textMessage", "textMessageData": {"textMessage": "СТОП"}},
}  # fmt: skip
TOLD = {
    "typeWebhook": "outgoingMessageStatus", "chatId": CHAT, "idMessage": "3EB0", "status": "failed", "timestamp": 1_795_000_000,
    "description": "why",
}  # fmt: skip
NOTIFICATIONS = {"heard": HEARD, "told": TOLD}


def check(body: dict[str, Any]) -> None:
    """Read a notification on both channels."""
    for channel in (WHATSAPP, MAX):
        told = notifications.read(channel, body, NOW)
        if told is not None:
            assert all(is_sound(value) for value in vars(told).values())
            assert told.at is None or told.at.tzinfo is UTC


@pytest.mark.parametrize("name", NOTIFICATIONS)
def test_a_notification_with_anything_in_any_field_is_understood_or_dropped(name: str) -> None:
    for _, _, body in spoiled_once(NOTIFICATIONS[name], list(NOTIFICATIONS[name])):
        check(body)


@pytest.mark.parametrize(
    "path", [("senderData", "chatId"), ("messageData", "textMessageData"), ("messageData", "extendedTextMessageData")]
)
def test_a_message_with_anything_in_its_parts_is_understood_or_dropped(path: tuple[str, str]) -> None:
    part, field = path
    for _, _, held in spoiled_once(HEARD[part], [field]):  # type: ignore[arg-type]
        check({**HEARD, part: held})
    for _, _, held in spoiled_once({"textMessage": "x"}, ["textMessage", "text"]):
        check({**HEARD, "messageData": {"textMessageData": held, "extendedTextMessageData": held}})


@given(st.sampled_from([HEARD, TOLD]), changes_of([*HEARD, *TOLD]))
@examples(soak=10_000, short=30)
def test_a_notification_with_several_bad_fields_is_understood_or_dropped(
    true: dict[str, Any], changes: dict[str, Any]
) -> None:
    check(spoil(true, changes))


def test_a_row_of_a_listing_with_anything_in_any_field_hides_no_other_and_proves_no_absence() -> None:
    for _, _, row in spoiled_once(LEFT, list(LEFT)):
        _check_journal(row)
    for _, _, row in spoiled_once(WAITING, list(WAITING)):
        _check_queue(row)
    for _, _, body in spoiled_once(WAITING["body"], ["chatId", "message"]):  # type: ignore[arg-type]
        _check_queue({**WAITING, "body": body})


@given(changes_of(list(LEFT)))
@examples(soak=10_000, short=30)
def test_a_row_of_the_journal_with_several_bad_fields_hides_no_other(changes: dict[str, Any]) -> None:
    _check_journal(spoil(LEFT, changes))


def _check_journal(row: dict[str, Any]) -> None:
    listing = listings.journal([LEFT, row, LEFT])
    assert listing.items[0] == listing.items[-1]
    assert listing.is_whole is (len(listing.items) == 3)
    for item in listing.items:
        assert (item.name == "") is (item.message_id == "")
        answers.fate(item.name, item.status, None)


def _check_queue(row: dict[str, Any]) -> None:
    listing = listings.queue([WAITING, row, WAITING])
    assert listing.items[0] == listing.items[-1]
    assert listing.is_whole is (len(listing.items) == 3)


@given(st.binary(max_size=200), st.integers(100, 599))
@examples(soak=10_000, short=40)
def test_no_heap_of_bytes_is_taken_for_a_yes(body: bytes, status: int) -> None:
    outcome = answers.outcome(status, body, CHAT)
    assert outcome.answer is not Answer.ACCEPTED
    assert is_sound(outcome.detail)


@pytest.mark.parametrize("field", ["idMessage", "other"])
def test_an_answer_with_anything_for_an_id_is_understood_or_a_trouble(field: str) -> None:
    for _, value, document in spoiled_once({"idMessage": "3EB0"}, [field]):
        outcome = answers.outcome(200, json.dumps(document, default=str).encode(), CHAT)
        assert outcome.answer is Answer.AMBIGUOUS or is_sound(outcome.external_id), value
