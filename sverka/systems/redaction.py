"""The cleaning of text that came from outside or that may hold a secret, before it reaches an error, a log or a person."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote, urlsplit

from sverka.domain.secret import MASK, Secret

FOREIGN_LIMIT = 256
"""Characters of foreign text that an error or a log line may hold."""

_SHORTEST = 4
"""Shorter values are no secrets, and hiding them would spoil every text that holds a digit."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/rest/(?:api/)?\d+/)[^/\s\"'?]+"), rf"\1{MASK}"),
    (re.compile(r"(/bot\d+:)[\w-]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(token|key|secret|auth|app_psw|password)(=|\"\s*:\s*\")[^&\s\"']+"), rf"\1\2{MASK}"),
    (re.compile(r"(\w://)[^/@\s]+@"), rf"\1{MASK}@"),
)
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ud800-\udfff]+")


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Put `***` for every secret in `text`, also URL-encoded or in base64, and for what looks like one."""
    forms = {form for secret in secrets for form in _forms(secret.reveal())}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def foreign(text: object, secrets: Iterable[Secret] = ()) -> str:
    """Make text from outside fit for an error or a log: one line, no secret, at most 256 characters."""
    clean = _UNPRINTABLE.sub(" ", redact(str(text), secrets)).strip()
    return clean if len(clean) <= FOREIGN_LIMIT else clean[: FOREIGN_LIMIT - 1] + "…"


def _forms(value: str) -> set[str]:
    return {form for part in {value, *_inside(value)} if len(part) >= _SHORTEST for form in _forms_of_part(part)}


def _inside(value: str) -> tuple[str, ...]:
    """Return what is secret in an address: its password, or the key that stands alone before the host."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ()
    inside = (parts.password or parts.username or "") if parts.netloc else ""
    return inside, unquote(inside)


def _forms_of_part(part: str) -> tuple[str, ...]:
    in_base64 = base64.b64encode(part.encode()).decode()
    return part, quote(part), quote(part, safe=""), quote_plus(part), in_base64, in_base64.rstrip("=")
