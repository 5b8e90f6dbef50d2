"""Commands of a batch as the portal reads them: `method?query`, the query as PHP writes it.

A command travels inside a JSON string, so it is encoded once. `Ref` points at the result of an earlier command of the batch and
is written as the vendor's pages show it, with its brackets bare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Ref:
    """A value that an earlier command of the same batch brings, such as `$result[p1][items][49][id]`."""

    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return "$result" + "".join(f"[{step}]" for step in self.path)


@dataclass(frozen=True)
class Command:
    """One call inside a batch."""

    method: str
    params: Params

    def encoded(self) -> str:
        """Return `method?query`."""
        query = "&".join(
            f"{name}={value}" for key, each in self.params.items() for name, value in _pairs(_name(key), each)
        )
        return f"{self.method}?{query}" if query else self.method


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _pairs(f"{name}[{_name(key)}]", each)
    elif isinstance(value, list | tuple):
        if not value:
            yield f"{name}[]", ""
        for position, each in enumerate(value):
            yield from _pairs(f"{name}[{position}]", each)
    else:
        yield name, _scalar(value)


def _name(key: object) -> str:
    # operators such as `>=` stand inside keys and must be percent-encoded
    return quote(str(key), safe="")


def _scalar(value: object) -> str:
    if isinstance(value, Ref):
        return str(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int | Decimal):
        return quote(str(value), safe="")
    raise TypeError(f"a batch command cannot carry {type(value).__name__}: null vanishes, floats lose digits")
