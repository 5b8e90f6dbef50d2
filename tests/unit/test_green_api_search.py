"""A message whose answer was lost, looked for in the queue and the journal: what is found, and when its absence proves anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sverka.systems.errors import ContractBroken
from sverka.systems.green_api import listings

CHAT, OTHER = "79161234567@c.us", "79167654321@c.us"
TEXT = "Анна, ждём вас завтра в 10:00.\nФары на Угрешской"
SINCE = datetime(2026, 11, 24, 9, tzinfo=UTC)

Row = dict[str, Any]


def waiting(chat: str = CHAT, text: Any = TEXT, **more: Any) -> Row:
    return {"messageID": "Q1", "type": "sendMessage", "body": {"chatId": chat, "message": text}, **more}


def left(chat: Any = CHAT, text: Any = TEXT, minutes: float = 1, **more: Any) -> Row:
    at = int((SINCE + timedelta(minutes=minutes)).timestamp())
    return {
        "type": "outgoing", "idMessage": "J1", "timestamp": at, "typeMessage": "textMessage", "chatId": chat, "textMessage": text,
        "statusMessage": "sent", "sendByApi": True, **more,
    }  # fmt: skip


def linked(held: Any, **more: Any) -> Row:
    return {**left(typeMessage="extendedTextMessage", extendedTextMessage=held, **more), "textMessage": None}


def search(queue: list[Any], journal: list[Any]) -> listings.Search:
    return listings.search(CHAT, TEXT, listings.queue(queue), listings.journal(journal), SINCE)


@pytest.mark.parametrize(
    ("queue", "journal", "name"),
    [
        ([waiting()], [], f"{CHAT}/Q1"),
        ([{**waiting(), "messageID": None, "idMessage": "Q2"}], [], f"{CHAT}/Q2"),
        ([waiting(OTHER), waiting()], [left(OTHER)], f"{CHAT}/Q1"),
        ([], [left()], f"{CHAT}/J1"),
        ([], [left(minutes=0)], f"{CHAT}/J1"),
        ([], [left(statusMessage="failed")], f"{CHAT}/J1"),
        ([], [left(text=TEXT.replace("\n", "\r\n") + " \n")], f"{CHAT}/J1"),
        ([], [linked({"text": TEXT})], f"{CHAT}/J1"),
        ([], [linked(TEXT)], f"{CHAT}/J1"),
        ([], [left(minutes=-9000), left(idMessage="J2")], f"{CHAT}/J2"),
        ([], ["nonsense", left()], f"{CHAT}/J1"),
        ([], [left(idMessage=None)], ""),
    ],
)
def test_a_message_that_was_taken_is_found(queue: list[Row], journal: list[Any], name: str) -> None:
    found = search(queue, journal).found
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("queue", "journal"),
    [
        ([], []),
        ([waiting(OTHER)], [left(OTHER)]),
        ([waiting(text="Другое")], [left(text="Другое")]),
        ([], [left(minutes=-0.1)]),
        ([], [left(text=None, typeMessage="imageMessage"), linked({"text": "Другое"})]),
    ],
    ids=["nothing", "to somebody else", "another text", "the same before", "pictures and links"],
)
def test_a_message_that_was_not_taken_is_surely_absent(queue: list[Row], journal: list[Row]) -> None:
    assert search(queue, journal) == listings.Search(None)


@pytest.mark.parametrize(
    ("queue", "journal", "doubt"),
    [
        ([waiting(OTHER)] * 500, [], "the queue was not read whole"),
        ([waiting(text=5)], [], "the queue was not read whole"),
        ([{"messageID": "Q1"}], [], "the queue was not read whole"),
        ([None], [], "the queue was not read whole"),
        ([], [left(OTHER)] * 5000, "the journal was not read whole"),
        ([], [left(chat=None)], "the journal was not read whole"),
        ([], [left(text=["?"])], "the journal was not read whole"),
        ([], [left(text=None)], "the journal was not read whole"),
        ([], ["nonsense"], "the journal was not read whole"),
        ([], [left(timestamp="soon")], "the same text went at a time that cannot be read"),
        ([], [left("123456789@lid")], "the same text went to somebody whose phone is hidden"),
        ([waiting("123456789@lid")], [], "the same text went to somebody whose phone is hidden"),
    ],
)
def test_absence_from_what_was_not_read_whole_proves_nothing(queue: list[Any], journal: list[Any], doubt: str) -> None:
    assert search(queue, journal) == listings.Search(None, (doubt,))


def test_the_same_text_that_went_long_ago_to_a_hidden_phone_raises_no_doubt() -> None:
    assert search([], [left("123456789@lid", minutes=-5)]) == listings.Search(None)


@pytest.mark.parametrize("document", [None, {}, "[]", 0, {"items": []}], ids=repr)
def test_what_is_no_listing_is_said_so(document: object) -> None:
    for read in (listings.queue, listings.journal):
        with pytest.raises(ContractBroken):
            read(document)
