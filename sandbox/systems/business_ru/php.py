"""The four PHP functions that the vendor's protocol is made of: parse_str, ksort, http_build_query, json_encode.

What a signature covers belongs to `signature.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import quote_plus, unquote_plus

Params: TypeAlias = "dict[str, str | Params]"
"""Request parameters as PHP sees them: text, or a map of the same; lists are maps with the keys 0, 1, 2."""

_INDEX = re.compile(r"0|[1-9][0-9]*")
_SUBKEY = re.compile(r"\[([^\]]*)\]")


def is_index(key: str) -> bool:
    """Tell whether PHP would turn the key of an array into an integer."""
    return _INDEX.fullmatch(key) is not None


def parse_str(text: str) -> Params:
    """Parse a query or a form body; of equal names the last wins, `a[]` takes the next free number."""
    params: Params = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name:
            _put(params, _path(unquote_plus(name)), unquote_plus(value))
    return params


def _path(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    return [head, *_SUBKEY.findall(bracket + rest)]


def _put(params: Params, path: list[str], value: str) -> None:
    *outer, last = path
    for key in outer:
        inner = params.get(key)
        if not isinstance(inner, dict):
            inner = params[key or _next_index(params)] = {}
        params = inner
    params[last or _next_index(params)] = value


def _next_index(params: Params) -> str:
    number = len(params)
    while str(number) in params:
        number += 1
    return str(number)


def ksort(params: Params, *, digits_first: bool) -> Params:
    """Sort the top level by key; integer keys go before the texts (PHP 8) or after them (PHP 7 and older)."""
    digits = sorted(filter(is_index, params), key=int)
    words = sorted(key for key in params if not is_index(key))
    return {key: params[key] for key in (digits + words if digits_first else words + digits)}


def http_build_query(params: Params) -> str:
    """Write parameters as one query; an empty map leaves nothing behind."""
    return "&".join(f"{_urlencode(name)}={_urlencode(value)}" for name, value in _flat(params, ""))


def _flat(params: Params, prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in params.items():
        name = f"{prefix}[{key}]" if prefix else key
        if isinstance(value, dict):
            yield from _flat(value, name)
        else:
            yield name, value


def _urlencode(text: str) -> str:
    # Python counts the tilde among the characters that are safe, PHP's urlencode does not.
    return quote_plus(text).replace("~", "%7E")


def json_encode(body: Any) -> str:
    r"""Write JSON as PHP does by default: compact, `/` as `\/`, everything beyond ASCII as `\uXXXX`."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")
