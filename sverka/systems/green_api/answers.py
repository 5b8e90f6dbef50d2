"""What GREEN-API's answers mean: first by their status, then by their words, which are plain English. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.effects import Answer, Outcome
from sverka.domain.messaging.channels import Delivery, Fate
from sverka.domain.secret import Secret
from sverka.systems.errors import (
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    Refused,
    SystemTrouble,
    Unreachable,
)
from sverka.systems.messenger import unix_moment
from sverka.systems.outcomes import outcome_of
from sverka.systems.redaction import foreign
from sverka.systems.values import Json, ident_or_none, parse_json

SYSTEM = "green_api"
SEND = "sendMessage"

PAUSE_S = 1.0
"""After which the vendor lets us in again that found us too fast."""

BY_STATUS: Mapping[int, tuple[type[SystemTrouble], str]] = {
    **dict.fromkeys((301, 307, 308), (Unreachable, "the address answers with a redirect")),
    **dict.fromkeys((401, 403), (NoAccess, "the number of the instance or its token was not accepted")),
    **dict.fromkeys((404, 405), (Unreachable, "there is no such instance or method at this address")),
    429: (Busy, "too many requests"),
    466: (NoAccess, "the quota of the tariff is used up"),
}

BY_WORDS: tuple[tuple[str, type[SystemTrouble]], ...] = (
    ("not authorized", NoAccess),
    ("starting", NoAccess),
    ("limit exceeded", Busy),
    ("try later", Busy),
    ("<html", Unreachable),
)
"""What a 400 says when it is not about the message. The first that fits counts; every other is a refusal."""

FATES: Mapping[str, tuple[Delivery, bool]] = {
    "pending": (Delivery.ACCEPTED, False),
    "sent": (Delivery.ACCEPTED, False),
    "yellowCard": (Delivery.ACCEPTED, False),
    "delivered": (Delivery.DELIVERED, False),
    "read": (Delivery.READ, True),
    "failed": (Delivery.UNDELIVERABLE, True),
    "noAccount": (Delivery.UNDELIVERABLE, True),
    "notInGroup": (Delivery.UNDELIVERABLE, True),
}
"""What a status says, and whether another will follow. "sent" proves nothing: the phone may be off, or have blocked us."""

_SAID_BYTES = 2000
_UNREMARKABLE = ("pending", "sent", "delivered", "read")


def name(chat: str, message_id: str) -> str:
    """Return the name of a message: the vendor's ids are unique within a chat only. A chat's name holds no slash."""
    return f"{chat}/{message_id}"


def outcome(status: int, body: bytes, chat: str, secrets: tuple[Secret, ...] = ()) -> Outcome:
    """Say what an answer to a message means. chat: where it was to go."""
    try:
        message_id = ident_or_none(mapping(SEND, status, body, secrets).get("idMessage"))
    except SystemTrouble as trouble:
        return outcome_of(trouble)
    if not message_id:
        return outcome_of(ContractBroken(SYSTEM, SEND, "the answer names no message"))
    return Outcome(Answer.ACCEPTED, external_id=name(chat, message_id))


def fate(named: str, word: object, at: object, why: object = None) -> Fate | None:
    """Read what became of a message; None for a status that we do not know. at: when it came to that, None where nothing tells."""
    known = FATES.get(word) if isinstance(word, str) else None
    if known is None:
        return None
    detail = "" if word in _UNREMARKABLE else foreign(f"{word}: {why}" if isinstance(why, str) and why else word)
    return Fate(named, known[0], unix_moment(at), known[1], detail)


def mapping(where: str, status: int, body: bytes, secrets: tuple[Secret, ...] = ()) -> Json:
    """Return the object that an answer is. Raises SystemTrouble."""
    document = parsed(where, status, body, secrets)
    if not isinstance(document, dict):
        raise ContractBroken(SYSTEM, where, "the answer is JSON but no object")
    return document


def parsed(where: str, status: int, body: bytes, secrets: tuple[Secret, ...] = ()) -> object:
    """Return what an answer holds, whatever it is. Raises SystemTrouble."""
    if trouble := fault(where, status, body, secrets):
        raise trouble
    try:
        return parse_json(body)
    except ValueError:
        raise BadAnswer(SYSTEM, where, f"HTTP {status} without JSON") from None


def fault(where: str, status: int, body: bytes, secrets: tuple[Secret, ...] = ()) -> SystemTrouble | None:
    """Say what is wrong with an answer by its status and its words, None if nothing."""
    if status == 200:
        return None
    said = body[:_SAID_BYTES].decode(errors="replace")
    if status == 400:
        kind = next((kind for words, kind in BY_WORDS if words in said.lower()), Refused)
        return kind(SYSTEM, where, foreign(said, secrets) or "HTTP 400 without a reason")
    kind, sentence = BY_STATUS.get(status, (BadAnswer, "no answer"))
    return kind(SYSTEM, where, f"{sentence} (HTTP {status})", retry_after_s=PAUSE_S if kind is Busy else None)
