"""The words of a condition: literals, names and marks (contract §2.4, §3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.systems.onec.errors import bad_option
from sandbox.systems.onec.model import kinds

_TOKEN = re.compile(
    r"""\s+
    |guid'(?P<guid>[^']*)'
    |datetime'(?P<datetime>[^']*)'
    |'(?P<text>(?:[^']|'')*)'
    |(?P<number>-?\d+(?:\.\d+)?)(?![\w.])
    |(?P<name>[^\W\d]\w*)
    |(?P<mark>[(),/:=])""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One word: `sort` is guid, datetime, text, number, name, mark or end; `value` is read."""

    sort: str
    value: Any


def tokens(source: str, option: str) -> list[Token]:
    """Split a condition into its words, an end behind them; raises ODataError."""
    return [*_scanned(source, option), Token("end", "")]


def _scanned(source: str, option: str) -> Iterator[Token]:
    place = 0
    while place < len(source):
        found = _TOKEN.match(source, place)
        if found is None:
            raise bad_option(option)
        place = found.end()
        if found.lastgroup:
            yield Token(found.lastgroup, _READ[found.lastgroup](found[found.lastgroup]))


_READ: dict[str, Any] = {
    "guid": kinds.guid,
    "datetime": kinds.moment,
    "text": lambda text: text.replace("''", "'"),
    "number": Decimal,
    "name": str,
    "mark": str,
}
