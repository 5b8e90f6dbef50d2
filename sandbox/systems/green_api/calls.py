"""From an HTTP request to a call: the instance that is meant, the method, the token, the body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from sandbox.kit import Request
from sandbox.systems.green_api.errors import BAD_REQUEST, bad, invalid

_PATH = re.compile(r"(/v3)?/waInstance(\d+)/([A-Za-z]+)/([^/]+)(?:/([^/]+))?")

_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Call:
    """One call. rest: what follows the token, "" for nothing."""

    verb: str
    has_v3: bool
    instance: str
    method: str
    token: str
    rest: str
    query: str
    content: bytes

    def body(self, *known: str) -> dict[str, Any]:
        """Return the JSON object of the body; raises TurnedAway for anything else and for keys that are not known."""
        try:
            body = json.loads(self.content)
            json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError):
            raise bad(BAD_REQUEST) from None
        if not isinstance(body, dict):
            raise bad(BAD_REQUEST)
        for name in body:
            if name not in known:
                raise invalid(f"'{name}' is not allowed")
        return body

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number of the query; raises TurnedAway."""
        text = parse_qs(self.query, keep_blank_values=True).get(name, [str(default)])[-1]
        if not _NUMBER.fullmatch(text):
            raise invalid(f"'{name}' must be a number")
        if not least <= int(text) <= most:
            raise invalid(f"'{name}' must be from {least} to {most}")
        return int(text)


def read_call(request: Request) -> Call | None:
    """Read the call of a request, None where the path is none of the gateway's."""
    found = _PATH.fullmatch(request.path)
    if not found:
        return None
    v3, instance, method, token, rest = found.groups()
    return Call(request.method, bool(v3), instance, method, token, rest or "", request.query, request.body)
