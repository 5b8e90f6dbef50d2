"""A letter as tests and the demo want to look at it: the raw text, and everything in it decoded; what a server writes above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
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


def above(seen: Mapping[str, Any], login: str) -> bytes:
    """Return what the receiving server writes above a letter: where it came from, and whether its From is who logged in."""
    author = [address.casefold() for _, address in getaddresses([seen["headers"].get("From", "")])]
    domain = author[0].rpartition("@")[2] if author else "invalid"
    verdict = "pass" if author == [login.casefold()] else "fail"
    lines = (
        f"Return-Path: <{seen['from']}>",
        f"Authentication-Results: mail.sandbox; auth=pass smtp.auth={login}; dmarc={verdict} header.from={domain}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")


def links(html: str) -> list[tuple[str, str]]:
    """Return the links of a letter as (text, address), in order."""
    reader = _Links()
    reader.feed(html)
    return [(" ".join("".join(text).split()), address) for text, address in reader.found]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[list[str], str]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._is_inside = True
            self.found.append(([], dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag != "a"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found[-1][0].append(data)


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
