"""The grammar of addresses: segments, keys in brackets, functions with arguments (contract §1.1, §2.1, §2.2, §3.3).

A plus sign is a plus sign, in paths and in queries alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from sandbox.systems.onec.errors import ODataError, bad_option, no_segment, not_parsed
from sandbox.systems.onec.model import kinds
from sandbox.systems.onec.query.tokens import Token, tokens

_ROOT = re.compile(r"(?:/[^/]+)?/odata/standard\.odata(?:/(?P<rest>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Segment:
    """One part of a path: its name, and what stands in brackets behind it, None if there are none."""

    name: str
    inner: str | None = None


def decoded(text: str) -> str:
    """Decode percent signs as UTF-8; letters that came bare are UTF-8 as well."""
    return unquote_to_bytes(text.encode("latin-1", "replace")).decode(errors="replace")


def segments(path: str) -> tuple[Segment, ...] | None:
    """Return the segments behind the root of the interface, or None for a path of something else; raises ODataError.

    The publication may have any name, or none.
    """
    found = _ROOT.fullmatch(decoded(path))
    if found is None:
        return None
    return tuple(_segment(part) for part in _split(found["rest"] or "") if part)


def options(query: str) -> dict[str, str]:
    """Return the options of a query; of one that is named twice the last."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {decoded(name): decoded(value) for name, _, value in pairs}


def key_of(text: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the key in brackets as property → value; raises ODataError. names: the properties that make a whole key."""
    words = tokens(text, "key")[:-1]
    if len(names) == 1 and len(words) == 1:
        return {names[0]: kinds.guid(words[0].value) if words[0].sort == "guid" else _no_guid(text)}
    key = dict(_pairs(words))
    for name in names:
        if name not in key:
            raise ODataError(400, 7, f'Не указана часть ключа "{name}"')
    for name in key:
        if name not in names:
            raise no_segment(name)
    return key


def _split(path: str) -> Iterator[str]:
    depth, quoted, part = 0, False, ""
    for letter in path:
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
        if letter == "/" and not quoted and depth == 0:
            yield part
            part = ""
        else:
            part += letter
    yield part


def _segment(part: str) -> Segment:
    name, bracket, rest = part.partition("(")
    if not bracket:
        return Segment(name)
    if not rest.endswith(")"):
        raise no_segment(part[:64])
    return Segment(name, rest[:-1])


def _pairs(words: list[Token]) -> Iterator[tuple[str, Any]]:
    for place in range(0, len(words), 4):
        name, *said = words[place : place + 3]
        if name.sort != "name" or len(said) != 2 or said[0] != Token("mark", "=") or said[1].sort in ("name", "mark"):
            raise bad_option("key")
        yield name.value, int(said[1].value) if said[1].sort == "number" else said[1].value


def _no_guid(text: str) -> str:
    raise not_parsed(text, "Edm.Guid")
