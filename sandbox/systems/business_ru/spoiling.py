"""Faults in the rows of a page that a client must see through: halves, rows that move, rows that come twice."""

from __future__ import annotations

from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.reading import Spoiler


def half_page(_books: Books, _model: str, rows: list[Row], _now: str) -> list[Row]:
    """Return the first half, although the next page goes on where the whole would have ended."""
    return rows[: len(rows) // 2]


def duplicate_rows(_books: Books, _model: str, rows: list[Row], _now: str) -> list[Row]:
    """Return all rows, and the first half of them once more."""
    return rows + rows[: (len(rows) + 1) // 2]


def rows_move(books: Books, model: str, rows: list[Row], now: str) -> list[Row]:
    """Return the right rows, and then edit the first half, which sends it to the end of an unordered list.

    The next page begins too late. Rows ordered by `id` stay where they are.
    """
    for row in rows[: (len(rows) + 1) // 2]:
        books.change(model, row, {"updated": now})
        books.move_to_end(model, row)
    return rows


SPOILERS: dict[str, Spoiler] = {"half_page": half_page, "duplicate_rows": duplicate_rows, "rows_move": rows_move}
