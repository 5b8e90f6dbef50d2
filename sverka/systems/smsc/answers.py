"""What SMSC's answers mean: to a message, and to the question what became of one. Pure.

An error is known by its code; the words beside it tell apart only the two cases of code 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sverka.domain.brief import brief
from sverka.domain.effects import Answer, Outcome
from sverka.domain.messaging.channels import Delivery, Fate
from sverka.domain.secret import Secret
from sverka.systems.errors import (
    AnswerLost,
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    Refused,
    SystemTrouble,
    Unreachable,
)
from sverka.systems.messenger import unix_moment, whole_or_none
from sverka.systems.outcomes import outcome_of
from sverka.systems.redaction import foreign
from sverka.systems.values import Json, ident_or_none, parse_json

SYSTEM = "smsc"
SEND, STATUS = "send.php", "status.php"

NO_MESSAGE = -3
"""The status of a pair of phone and id under which nothing was sent."""

TOO_OFTEN = 9
MINUTE_S = 60.0

BY_CODE: Mapping[int, tuple[type[SystemTrouble], str]] = {
    1: (Refused, "a parameter is wrong"),
    2: (NoAccess, "login or password is wrong, or our address is not on the account's list"),
    3: (NoAccess, "there is no money on the account"),
    4: (NoAccess, "our address is blocked for a while, after many mistakes"),
    5: (Refused, "the form of a date is wrong"),
    6: (Refused, "the message is forbidden, for its text or its sender"),
    7: (Refused, "the form of the number is wrong"),
    8: (Refused, "nothing can be delivered to this number"),
    TOO_OFTEN: (Busy, "the same was asked too often within a minute, or too much at once"),
}
BY_STATUS: Mapping[int, tuple[type[SystemTrouble], str]] = {
    **dict.fromkeys((301, 307, 308), (Unreachable, "the address answers with a redirect")),
    **dict.fromkeys((401, 403), (NoAccess, "login or password was not accepted")),
    **dict.fromkeys((404, 405), (Unreachable, "there is no SMSC at this address")),
    429: (Busy, "too many requests"),
}

FATES: Mapping[int, tuple[Delivery, bool, str]] = {
    -2: (Delivery.ACCEPTED, False, "stopped at SMSC"),
    -1: (Delivery.ACCEPTED, False, ""),
    0: (Delivery.ACCEPTED, False, ""),
    1: (Delivery.DELIVERED, True, ""),
    2: (Delivery.READ, True, ""),
    3: (Delivery.UNDELIVERABLE, True, "expired before the phone could be reached"),
    4: (Delivery.READ, True, ""),
    20: (Delivery.UNDELIVERABLE, True, "cannot be delivered"),
    22: (Delivery.UNDELIVERABLE, True, "no such number"),
    23: (Delivery.UNDELIVERABLE, True, "forbidden: a duplicate, a flood, a black list or the filter of spam"),
    24: (Delivery.UNDELIVERABLE, True, "no money on the account"),
    25: (Delivery.UNDELIVERABLE, True, "the number cannot be reached"),
}
"""What a status says, whether another will follow, and why. A message that was stopped may be let go again by a person."""

_CONCURRENT = "concurrent"
"""In the words beside code 9: all lines of the account were taken; this request was not looked at."""


def outcome(status: int, body: bytes, our_id: str, secrets: tuple[Secret, ...] = ()) -> Outcome:
    """Say what an answer to a message means. our_id: under which it went."""
    document = parsed(body)
    trouble = fault(SEND, status, document, secrets)
    if isinstance(trouble, Busy) and isinstance(document, dict) and _is_repeated(document):
        trouble = AnswerLost(SYSTEM, SEND, "the same message was sent within the last minute and may have been taken")
    if trouble is None and isinstance(document, dict):
        if ident_or_none(document.get("id")) == our_id and (whole_or_none(document.get("cnt")) or 0) > 0:
            return Outcome(Answer.ACCEPTED, external_id=our_id)
        trouble = ContractBroken(SYSTEM, SEND, "neither an error nor our id and a count of messages")
    return outcome_of(trouble or ContractBroken(SYSTEM, SEND, "the answer is JSON but no object"))


def statuses(status: int, body: bytes, ids: Sequence[str], secrets: tuple[Secret, ...] = ()) -> dict[str, Json]:
    """Return what is said of each id that was asked for, in the order of `ids` where it is not named. Raises SystemTrouble."""
    document = parsed(body)
    if trouble := fault(STATUS, status, document, secrets):
        raise trouble
    held = document if isinstance(document, list) else [document]
    said: list[Json] = [each for each in held if isinstance(each, dict)]
    if len(said) < len(held):
        raise ContractBroken(SYSTEM, STATUS, "the answer holds something that is no status")
    if said and all(ident_or_none(each.get("id")) for each in said):
        named = {ident_or_none(each["id"]): each for each in said}
        return {our_id: named[our_id] for our_id in ids if our_id in named}
    if len(said) != len(ids):
        raise ContractBroken(SYSTEM, STATUS, f"{len(said)} statuses for {len(ids)} messages")
    return dict(zip(ids, said, strict=True))


def fate(our_id: str, said: Json) -> Fate | None:
    """Read what became of a message; None if it is not known, or a status that we do not know."""
    status = whole_or_none(said.get("status"))
    known = None if status is None else FATES.get(status)
    if known is None:
        return None
    delivery, is_final, why = known
    error = whole_or_none(said.get("err"))
    detail = f"{why} (error {error})" if error and delivery is Delivery.UNDELIVERABLE else why
    return Fate(our_id, delivery, unix_moment(said.get("last_timestamp")), is_final, detail)


def status_of(said: Json) -> int:
    """Return the status of a message. Raises ContractBroken."""
    status = whole_or_none(said.get("status"))
    if status is None:
        raise ContractBroken(SYSTEM, STATUS, "the answer holds no status")
    return status


def parsed(body: bytes) -> object:
    """Return the document that an answer is, None if it is none."""
    try:
        return parse_json(body)
    except ValueError:
        return None


def fault(where: str, status: int, document: object, secrets: tuple[Secret, ...] = ()) -> SystemTrouble | None:
    """Say what is wrong with an answer, None if nothing. document: None if it is no JSON."""
    if isinstance(document, dict) and status < 500 and ("error_code" in document or "error" in document):
        return _by_code(where, document, secrets)
    if status in BY_STATUS:
        kind, sentence = BY_STATUS[status]
        return kind(SYSTEM, where, f"{sentence} (HTTP {status})")
    if status != 200 or document is None:
        return BadAnswer(SYSTEM, where, f"HTTP {status} {'without' if document is None else 'with'} JSON")
    return None


def _by_code(where: str, document: Json, secrets: tuple[Secret, ...]) -> SystemTrouble:
    code = whole_or_none(document.get("error_code"))
    said = foreign(f"{_words(document, 'error_code')}: {_words(document, 'error')}", secrets)
    if code is None or code not in BY_CODE:
        return ContractBroken(SYSTEM, where, f"an error that SMSC does not document ({said})")
    kind, sentence = BY_CODE[code]
    return kind(SYSTEM, where, f"{sentence} ({said})", retry_after_s=_pause_s(document) if kind is Busy else None)


def _is_repeated(document: Json) -> bool:
    return whole_or_none(document.get("error_code")) == TOO_OFTEN and not _is_crowded(document)


def _is_crowded(document: Json) -> bool:
    return _CONCURRENT in _words(document, "error").lower()


def _pause_s(document: Json) -> float | None:
    return None if _is_crowded(document) else MINUTE_S


def _words(document: Json, field: str) -> str:
    held = document.get(field)
    return held if isinstance(held, str) else brief(held)
