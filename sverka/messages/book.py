"""A table as data: what the payload of a letter holds of the spreadsheet that is attached to it.

A letter waits in the outbox, so what it holds is bounded: rows that would not fit are counted, and the sheet says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

TEXT, MONEY, NUMBER, DAY, MOMENT, LINK = "text", "money", "number", "day", "moment", "link"
TYPES = (TEXT, MONEY, NUMBER, DAY, MOMENT, LINK)
"""What a column holds: text; kopecks; a whole number; `2026-11-24`; `2026-11-24T08:55`; an address. "" is an empty cell in any of them."""

BYTES_AT_MOST = 90_000
"""Of all rows of a book, as JSON."""
_CELL_LIMIT = 300

Cell = str | int


@dataclass(frozen=True)
class Column:
    """A column: its head, its type, its width in characters."""

    head: str
    type: str
    width: int


@dataclass(frozen=True)
class Sheet:
    """A sheet of rows. left_out: how many more there are for which there was no room."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0


@dataclass(frozen=True)
class Book:
    """A spreadsheet of a day."""

    day: date
    sheets: tuple[Sheet, ...]

    @property
    def file_name(self) -> str:
        """How the attachment is called, in plain letters: not every mail client reads others."""
        return f"sverka-{self.day.isoformat()}.xlsx"

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return {"day": self.day.isoformat(), "sheets": [asdict(sheet) for sheet in self.sheets]}

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Book:
        """Read what a payload holds."""
        sheets = tuple(
            Sheet(
                sheet["title"], tuple(Column(**column) for column in sheet["columns"]), tuple(tuple(row) for row in sheet["rows"]),
                sheet["left_out"],
            )
            for sheet in held["sheets"]
        )  # fmt: skip
        return cls(date.fromisoformat(held["day"]), sheets)


def bound(day: date, sheets: Iterable[Sheet]) -> Book | None:
    """Make a book of the sheets that have rows, each with its share of the room; None without any."""
    full = [sheet for sheet in sheets if sheet.rows]
    left, fitting = BYTES_AT_MOST, {}
    for number, sheet in enumerate(
        sorted(full, key=_size)
    ):  # small sheets first: what they leave is for the large ones
        fitting[sheet.title] = _cut(sheet, left // (len(full) - number))
        left -= _size(fitting[sheet.title])
    return Book(day, tuple(fitting[sheet.title] for sheet in full)) if full else None


def _cut(sheet: Sheet, room: int) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for row in sheet.rows:
        short = tuple(cell[:_CELL_LIMIT] if isinstance(cell, str) else cell for cell in row)
        room -= _bytes([short])
        if room < 0:
            break
        rows.append(short)
    return replace(sheet, rows=tuple(rows), left_out=len(sheet.rows) - len(rows))


def _size(sheet: Sheet) -> int:
    return _bytes(sheet.rows)


def _bytes(rows: Sequence[Sequence[Cell]]) -> int:
    return sum(len(json.dumps(row, ensure_ascii=False).encode()) + 1 for row in rows)
