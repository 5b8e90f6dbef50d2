"""What the portal's error forms mean: first by the code, then by the HTTP status, for documents and practice disagree on statuses.

The presence of the key `error` marks a failure; its value may be a code in any case, a number, or an empty string.
"""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.secret import Secret
from sverka.systems.errors import (
    BadAnswer,
    Busy,
    NoAccess,
    NotFound,
    NotOffered,
    Refused,
    ScopeMissing,
    SystemTrouble,
    WindowClosed,
)
from sverka.systems.redaction import foreign
from sverka.systems.values import Json

SYSTEM = "bitrix24"

BY_CODE: Mapping[str, type[SystemTrouble]] = {
    "query_limit_exceeded": Busy,
    "operation_time_limit": WindowClosed,
    "overload_limit": NoAccess,
    "expired_token": NoAccess,
    "no_auth_found": NoAccess,
    "invalid_token": NoAccess,
    "invalid_credentials": NoAccess,
    "authorization_error": NoAccess,
    "application_not_found": NoAccess,
    "error_oauth": NoAccess,
    "wrong_auth_type": NoAccess,
    "method_confirm_waiting": NoAccess,
    "method_confirm_denied": NoAccess,
    "user_access_error": NoAccess,
    "payment_required": NoAccess,
    "portal_deleted": NoAccess,
    "insufficient_scope": ScopeMissing,
    "error_method_not_found": NotOffered,
    "error_batch_length_exceeded": NotOffered,
    "error_batch_method_not_allowed": NotOffered,
    "not_found": NotFound,
    "owner_not_found": NotFound,
    "200140400001": NotFound,  # no such position in a basket
    "200540400001": NotFound,  # no such order
    "201240400001": NotFound,  # the same, from `sale.order.get`
    "internal_server_error": BadAnswer,
    "error_unexpected_answer": BadAnswer,
}
"""Codes that say more than "no"; every other code is a refusal."""

BY_STATUS: Mapping[int, type[SystemTrouble]] = {401: NoAccess, 429: WindowClosed}
_SERVER_FAULT = 500


def fault(where: str, status: int, document: Json, secrets: tuple[Secret, ...] = ()) -> SystemTrouble:
    """Translate an answer that bears the key `error`."""
    code = str(document.get("error") or "").strip()
    said = str(document.get("error_description") or "").removesuffix("<br>")
    sentence = foreign(f"{code}: {said}" if code and said else code or said or f"HTTP {status}", secrets)
    return _kind(code.lower(), said.lower(), status)(SYSTEM, where, sentence)


def no_json(where: str, status: int, content_type: str) -> SystemTrouble:
    """Translate an answer that is no JSON: a page of a proxy, half a document."""
    kind = BY_STATUS.get(status, BadAnswer)
    return kind(SYSTEM, where, f"HTTP {status} without JSON ({foreign(content_type) or 'no content type'})")


def _kind(code: str, said: str, status: int) -> type[SystemTrouble]:
    if code in BY_CODE:
        return BY_CODE[code]
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= _SERVER_FAULT:
        return BadAnswer
    # the classic methods send an empty code, and tell the cases apart by the sentence alone
    return NotFound if not code and "not found" in said else Refused
