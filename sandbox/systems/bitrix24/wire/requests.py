"""From an HTTP request to a method and its parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, cast
from urllib.parse import unquote

from sandbox import kit
from sandbox.systems.bitrix24.wire import php


@dataclass(frozen=True)
class Route:
    """Whose webhook was called, and for which method. Without a webhook in the path, `user` and `secret` are empty."""

    user: str
    secret: str
    method: str


@dataclass(frozen=True)
class Params:
    """The parameters of one call.

    Names of one word may be sent in lower or in upper case, and the lower one wins, as the portal has it. Names such
    as `entityTypeId` have one spelling.
    """

    raw: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter under either spelling of its name."""
        for spelling in _spellings(name):
            if spelling in self.raw:
                return self.raw[spelling]
        return default

    def has(self, name: str) -> bool:
        """Say whether a parameter came and is not empty."""
        return self.get(name) not in (None, "", [], {})

    def mapping(self, name: str) -> dict[str, Any]:
        """Return a parameter as a map, empty when it is none."""
        return php.as_map(self.get(name))

    def sequence(self, name: str) -> list[Any]:
        """Return a parameter as a list, empty when it is none."""
        return php.as_list(self.get(name))

    def words(self, name: str) -> list[str]:
        """Return a parameter as a list of texts, empty when it is none."""
        return [str(each) for each in self.sequence(name)]

    def integer(self, name: str) -> int | None:
        """Return a parameter as a whole number, or None when it is not one."""
        return whole(self.get(name))

    def flag(self, name: str) -> bool:
        """Say whether a parameter is switched on: true, 1 or Y."""
        return str(self.get(name)).strip().upper() in {"1", "Y", "TRUE"}


def route(path: str) -> Route:
    """Read `/rest/{user}/{secret}/{method}[.json][/]`; a path of any other shape has no webhook in it."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts[:1] != ["rest"]:
        return Route("", "", "")
    user, secret = parts[1:3] if len(parts) == 4 else ("", "")
    return Route(user, secret, parts[-1].removesuffix(".json"))


def params(request: kit.Request) -> Params:
    """Merge the query and the body, whatever its type; the body wins. A body that cannot be read is empty."""
    return Params({**php.parse_query(request.query), **_body(request)})


def whole(value: Any) -> int | None:
    """Return a whole number written as a number or as digits, else None."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return int(str(value).strip())
    except ValueError:
        return None


def _spellings(name: str) -> tuple[str, ...]:
    lower, upper = name.lower(), name.upper()
    return (lower, upper) if name in (lower, upper) else (name,)


def _body(request: kit.Request) -> dict[str, Any]:
    content_type = request.headers.get("content-type", "")
    if "json" in content_type:
        return _json(request.body)
    if content_type.startswith("multipart/"):
        return _multipart(content_type, request.body)
    return php.parse_query(request.body.decode("utf-8", "replace"))


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = [cast("EmailMessage", part) for part in message.iter_parts()] if message.is_multipart() else []
    return php.nest((_part_name(part), _part_text(part)) for part in parts)


def _part_name(part: EmailMessage) -> str:
    return str(part.get_param("name", "", header="content-disposition"))


def _part_text(part: EmailMessage) -> str:
    return cast("bytes", part.get_payload(decode=True)).decode("utf-8", "replace").removesuffix("\r\n")
