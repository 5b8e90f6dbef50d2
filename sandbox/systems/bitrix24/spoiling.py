"""Faults of the portal's own kind: pages that look complete and are not, rows that move, rows that come twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sandbox.systems.bitrix24.calls import Rows, Spoiler
from sandbox.systems.bitrix24.data.lists import PAGE_ROWS
from sandbox.systems.bitrix24.data.tables import Row, Table

_ROWS_MOVED = 3
_EVERY = 5


class HalfPage:
    """Cut a page to half of its rows and make it look like the last one."""

    def noted(self, table: Table, rows: Sequence[Row]) -> None:
        """Leave the rows alone."""

    def spoilt(self, answer: Rows, now: int) -> Rows:
        """Return the half page, with a total that fits it."""
        kept = answer.rows[: len(answer.rows) // 2]
        if not answer.total:
            return replace(answer, rows=kept, next=None)
        first = answer.next - PAGE_ROWS if answer.next else answer.total - len(answer.rows)
        return replace(answer, rows=kept, next=None, total=first + len(kept))


class RowsMove:
    """Send a right page, then edit its first rows: in an order by time of change they jump to the end."""

    def __init__(self) -> None:
        self._stamp_key = ""
        self._rows: Sequence[Row] = ()

    def noted(self, table: Table, rows: Sequence[Row]) -> None:
        """Remember which rows to edit."""
        self._stamp_key, self._rows = table.stamp_key, rows[:_ROWS_MOVED]

    def spoilt(self, answer: Rows, now: int) -> Rows:
        """Return the page as it was, and stamp a few of its rows with the present."""
        for row in self._rows if self._stamp_key else ():
            row[self._stamp_key] = now
        return answer


class DuplicateRows:
    """Send some rows of a page twice."""

    def noted(self, table: Table, rows: Sequence[Row]) -> None:
        """Leave the rows alone."""

    def spoilt(self, answer: Rows, now: int) -> Rows:
        """Return the page with every fifth row, from the first on, twice."""
        twice = [row for place, row in enumerate(answer.rows) for _ in range(1 if place % _EVERY else 2)]
        return replace(answer, rows=twice)


SPOILERS: Mapping[str, Callable[[], Spoiler]] = {
    "half_page": HalfPage,
    "rows_move": RowsMove,
    "duplicate_rows": DuplicateRows,
}
