"""What an instance has of our messages: the queue of those that wait, and the journal of those that left; and what a search of both proves.

There are no ids of our own: a message is known by its chat and its text, which names its occasion. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sverka.systems.errors import ContractBroken
from sverka.systems.green_api.answers import SYSTEM, name
from sverka.systems.messenger import unix_moment
from sverka.systems.values import Json, ident_or_none

QUEUE, JOURNAL = "showMessagesQueue", "lastOutgoingMessages"
QUEUE_CAP = 500
"""The queue shows no more than its first so many; the vendor says so of MAX, and nothing of WhatsApp."""

JOURNAL_CAP = 5000
"""The journal of MAX holds no more; that of WhatsApp twice as many."""

SHOWN_AFTER = timedelta(minutes=4)
"""So long after its claim a message that was taken and left at once shows: twice the two minutes by which the journal lags."""

BETWEEN_LOOKS_S = 150.0
"""One that had to wait, for others or until the instance was let in again, may leave at the very moment of a look, and stands in neither
listing: the queue does not show what is just being sent. By a second look the journal has it: two minutes, and half a minute in hand.
"""

_TEXTS = ("textMessage", "extendedTextMessage")
_NAMELESS = "@lid"
"""A chat that hides its phone: WhatsApp may write one of ours so."""


@dataclass(frozen=True)
class Item:
    """A message. message_id: the vendor's, "" if it names none. at: when it left, None while it waits or where nothing tells."""

    chat: str
    text: str
    message_id: str
    at: datetime | None = None
    status: object = None

    @property
    def name(self) -> str:
        """The name by which its fate is told."""
        return name(self.chat, self.message_id) if self.message_id else ""


@dataclass(frozen=True)
class Listing:
    """What a listing showed. is_whole: whether nothing can be missing for its length, or for an entry that cannot be understood."""

    items: tuple[Item, ...]
    is_whole: bool


@dataclass(frozen=True)
class Search:
    """A message in both listings. found: it, if it is there. doubts: why its absence proves nothing."""

    found: Item | None
    doubts: tuple[str, ...] = field(default=())


def queue(document: object) -> Listing:
    """Read the queue. Raises ContractBroken."""
    entries = _entries(QUEUE, document)
    return _listing([_waiting(entry) for entry in entries], QUEUE_CAP)


def journal(document: object) -> Listing:
    """Read the journal. Raises ContractBroken."""
    entries = _entries(JOURNAL, document)
    return _listing([_left(entry) for entry in entries], JOURNAL_CAP)


def search(chat: str, text: str, waiting: Listing, left: Listing, not_before: datetime) -> Search:
    """Look for a message that was handed over after `not_before`, by the vendor's clock; what waits is never older."""
    same = [item for item in (*waiting.items, *left.items) if fingerprint(item.text) == fingerprint(text)]
    ours = [item for item in same if item.chat == chat and (item.at is None or item.at >= not_before)]
    dated = [item for item in ours if item in waiting.items or item.at is not None]
    if dated:
        return Search(max(dated, key=lambda item: (bool(item.message_id), item.at or not_before)))
    doubts = {
        "the queue was not read whole": not waiting.is_whole,
        "the journal was not read whole": not left.is_whole,
        "the same text went at a time that cannot be read": bool(ours),
        "the same text went to somebody whose phone is hidden": any(_may_be_ours(item, not_before) for item in same),
    }
    return Search(None, tuple(doubt for doubt, is_there in doubts.items() if is_there))


def fingerprint(text: str) -> str:
    """Return what stays of a text on its way through the vendor."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _may_be_ours(item: Item, not_before: datetime) -> bool:
    return item.chat.endswith(_NAMELESS) and (item.at is None or item.at >= not_before)


def _entries(where: str, document: object) -> list[Any]:
    if not isinstance(document, list):
        raise ContractBroken(SYSTEM, where, "the answer is JSON but no list")
    return document


def _listing(items: list[Item | None], cap: int) -> Listing:
    understood = tuple(item for item in items if item is not None)
    return Listing(understood, is_whole=len(understood) == len(items) < cap)


def _waiting(entry: object) -> Item | None:
    body = entry.get("body") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(body, dict):
        return None
    chat, text = ident_or_none(body.get("chatId")), body.get("message", "")
    message_id = ident_or_none(entry.get("messageID")) or ident_or_none(entry.get("idMessage"))
    return Item(chat, text, message_id) if chat and isinstance(text, str) else None


def _left(entry: object) -> Item | None:
    chat = ident_or_none(entry.get("chatId")) if isinstance(entry, dict) else ""
    text = _text(entry) if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not chat or text is None:
        return None
    at, status = unix_moment(entry.get("timestamp")), entry.get("statusMessage")
    return Item(chat, text, ident_or_none(entry.get("idMessage")), at, status)


def _text(entry: Json) -> str | None:
    """Return the text of a message, "" for a message without one, None for what cannot be understood."""
    texts: Iterable[object] = (entry[each] for each in _TEXTS if entry.get(each) is not None)
    found = [each.get("text") if isinstance(each, dict) else each for each in texts]
    if not found:
        return None if entry.get("typeMessage") in _TEXTS else ""
    return found[0] if isinstance(found[0], str) else None
