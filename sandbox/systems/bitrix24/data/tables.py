"""A table of the portal: rows by id, in the order of their ids, with an index of rows by their owner."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Owner = tuple[Any, ...]

ID = "ID"
"""The name of the id in every row."""


@dataclass
class Table:
    """Rows that hold only what is set; ids only grow, so a walk by id meets each row once.

    stamp_key: the name of the moment of a row's last edit, where there is one. owner_keys: names whose values together
    say to what a row belongs.
    """

    first_id: int = 1
    stamp_key: str = ""
    owner_keys: tuple[str, ...] = ()
    rows: dict[int, Row] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    owned_ids: dict[Owner, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def get(self, row_id: int | None) -> Row | None:
        """Return a row, or None when there is none."""
        return None if row_id is None else self.rows.get(row_id)

    def add(self, row: Row) -> Row:
        """Give the row the next id and keep it; ids of deleted rows are not used again."""
        row_id = self.first_id
        self.first_id += 1
        row[ID] = row_id
        self.rows[row_id] = row
        self.ids.append(row_id)
        if self.owner_keys:
            self.owned_ids.setdefault(self._owner(row), []).append(row_id)
        return row

    def delete(self, row_id: int) -> None:
        """Forget a row, without a trace."""
        row = self.rows.pop(row_id)
        del self.ids[bisect_left(self.ids, row_id)]
        if self.owner_keys:
            self.owned_ids[self._owner(row)].remove(row_id)

    def owned(self, *owner: Any) -> list[Row]:
        """Return the rows of one owner, by id."""
        return [self.rows[row_id] for row_id in self.owned_ids.get(owner, ())]

    def delete_owned(self, *owner: Any) -> None:
        """Forget all rows of one owner."""
        for row_id in list(self.owned_ids.get(owner, ())):
            self.delete(row_id)
        self.owned_ids.pop(owner, None)

    def after(self, row_id: int) -> Iterable[Row]:
        """Yield the rows with ids above this one."""
        ids = self.ids
        return (self.rows[ids[place]] for place in range(bisect_right(ids, row_id), len(ids)))

    def backwards(self) -> Iterable[Row]:
        """Yield the rows from the highest id down."""
        return reversed(self.rows.values())

    def _owner(self, row: Row) -> Owner:
        return tuple(row[key] for key in self.owner_keys)
