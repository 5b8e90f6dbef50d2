"""What is wrong with an answer of 1C, and so what it means for a write. Pure; the tables stand in the contract (§1.5, §4).

An exception inside 1C undoes what it was about, and says so with a code of 1C: that is a refusal. A fault of the server without such
a code comes from something before 1C or from its dying process: whether anything was executed is open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sverka.domain.secret import Secret
from sverka.systems.errors import (
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    NotFound,
    NotOffered,
    Overtaken,
    Refused,
    SystemTrouble,
    Unreachable,
)
from sverka.systems.redaction import foreign

SYSTEM = "onec"

Told = tuple[type[SystemTrouble], str]

BY_CODE: Mapping[str, Told] = {
    "0": (NotOffered, "this version of 1C cannot do it"),
    "3": (NotOffered, "1C does not answer in JSON; the platform must be 8.3.6 or newer"),
    "6": (NotOffered, "1C knows no such address; the configuration or its version is another one"),
    "8": (
        NotOffered,
        "it is not published; add it in 1C: «Настройка стандартного интерфейса OData», «Состав»",
    ),
    "9": (NotFound, "there is no such object"),
    "10": (NotOffered, "1C knows no such field; the configuration or its version is another one"),
    "11": (NotOffered, "1C knows no such function; the configuration or its version is another one"),
    "19": (NotOffered, "1C does not take this verb here"),
    "20": (
        Refused,
        "the user of 1C has no right to it, or may see only a part of it; give the user full reading rights",
    ),
    "21": (NotOffered, "1C cannot do it"),
}
"""Codes of 1C that say more than that it refused. All others are refusals, told in 1C's own words."""

BY_STATUS: Mapping[int, Told] = {
    401: (NoAccess, "1C does not accept the login and password"),
    403: (NoAccess, "the web server of 1C lets nobody in here"),
    404: (NotOffered, "nothing is published at this address"),
    405: (NotOffered, "it does not take this verb"),
    406: (Busy, "1C has no free session or licence"),
    412: (Overtaken, "the object was changed meanwhile"),
    429: (Busy, "too many requests"),
    501: (NotOffered, "1C cannot show a value of this type"),
}
"""What a status says where no code of 1C says more."""

_LOCKED = re.compile(r"заблокирован|конфликт блокировок|ошибка блокировки", re.IGNORECASE)
_ASK_ELSEWHERE = frozenset((301, 307, 308))
_UNDONE = 500
"""The only fault of the server that 1C itself tells of."""


def fault(
    where: str, status: int, document: object, secrets: tuple[Secret, ...] = (), *, is_empty: bool = False
) -> SystemTrouble | None:
    """Say what is wrong with an answer, None if nothing.

    document: the parsed body, None if it is no JSON; is_empty: nothing came at all, which posting and deletion may be answered with.
    """
    error = _error(document)
    if 200 <= status < 300:
        kind, sentence = _with_success(document, error, is_empty=is_empty)
    elif status in _ASK_ELSEWHERE:
        kind, sentence = Unreachable, f"the address answers with a redirect (HTTP {status})"
    elif error is None or (status >= 500 and status not in (_UNDONE, 501)):
        kind, sentence = BY_STATUS.get(status, (BadAnswer, f"HTTP {status} without an error of 1C"))
    else:
        kind, sentence = _of_code(status, *error)
    return kind(SYSTEM, where, foreign(sentence, secrets)) if kind else None


def _with_success(
    document: object, error: tuple[str, str] | None, *, is_empty: bool
) -> tuple[type[SystemTrouble] | None, str]:
    if is_empty:
        return None, ""
    if document is None:
        return BadAnswer, "what came is no JSON"
    if error is not None or not isinstance(document, dict):
        return ContractBroken, "the answer is JSON but no object of 1C"
    return None, ""


def _of_code(status: int, code: str, text: str) -> Told:
    if _LOCKED.search(text):
        return Busy, f"somebody else holds it in 1C: {text}"
    if code in BY_CODE:
        kind, sentence = BY_CODE[code]
        return kind, f"{sentence} ({text})"
    if status in (401, 405, 406, 412):
        kind, sentence = BY_STATUS[status]
        return kind, f"{sentence} ({text})"
    return Refused, f"1C says: {text or f'error {code}'}"


def _error(document: object) -> tuple[str, str] | None:
    """Return code and text of an error of 1C, None if the answer holds none."""
    error = document.get("odata.error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return None
    message = error.get("message")
    text = message.get("value") if isinstance(message, dict) else message
    return str(error.get("code", "")), str(text or "")
