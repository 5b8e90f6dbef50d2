"""Faults in the rows of a page that a client must see through: halves, rows that move, rows that come twice."""

from __future__ import annotations

from sandbox.systems.onec.base import Row, Work
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.reading import Spoiler


def half_page(_work: Work, _name: str, rows: list[Row]) -> list[Row]:
    """Return the first half, although the next page goes on where the whole would have ended."""
    return rows[: len(rows) // 2]


def duplicate_rows(_work: Work, _name: str, rows: list[Row]) -> list[Row]:
    """Return all rows, and the first half of them once more."""
    return rows + rows[: (len(rows) + 1) // 2]


def rows_move(work: Work, name: str, rows: list[Row]) -> list[Row]:
    """Return the right rows, and then write the first half anew, which sends it to the end of an unordered list.

    The next page begins too late. Rows that were ordered stay where they are; so do those that follow from what is posted.
    """
    if name in RESOURCES and RESOURCES[name].is_object:
        for row in rows[: (len(rows) + 1) // 2]:
            work.base.put(name, row)
            work.base.move_to_end(name, row["Ref_Key"])
    return rows


SPOILERS: dict[str, Spoiler] = {"half_page": half_page, "duplicate_rows": duplicate_rows, "rows_move": rows_move}
