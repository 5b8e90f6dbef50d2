"""A letter as tests and the demo want to look at it: the raw text, and everything in it decoded."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast


def letter(raw: bytes, sender: str, recipients: Sequence[str]) -> dict[str, Any]:
    """Describe a letter as plain data; `text` or `html` is None where the letter has no such part."""
    message = message_from_bytes(raw, policy=policy.default)
    return {
        "raw": raw.decode("utf-8", "replace"),
        "from": sender,
        "to": list(recipients),
        "headers": _headers(message),
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
    }


def _headers(message: EmailMessage) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers[name] = f"{headers[name]}\n{value}" if name in headers else str(value)
    return headers


def _part(message: EmailMessage, kind: str) -> str | None:
    part = cast("EmailMessage | None", message.get_body((kind,)))
    if part is None:
        return None
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except LookupError:  # a charset or encoding that nobody knows
        return None
