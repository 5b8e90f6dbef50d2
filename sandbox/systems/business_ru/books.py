"""All that the ledger holds, as plain data: tables of rows, indexes, integrations, the calls of the window.

Rows are kept and found here; what may be written and what follows from it is decided in `laws` and `writing.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from sandbox.systems.business_ru.integrations import Integration
from sandbox.systems.business_ru.models.catalogue import MODELS

Row: TypeAlias = dict[str, Any]
"""Fields by name as `values` keeps them, additional fields under their digits, and PLACE."""

PLACE = "_place"
"""Where a row stands in a list that nobody ordered: by age, until it is moved."""


@dataclass
class Table:
    """The rows of one model. `index`: indexed field → value → ids of the rows that hold it."""

    index: dict[str, dict[Any, dict[str, None]]]
    last_id: int
    last_number: int = 0
    last_place: int = 0
    rows: dict[str, Row] = field(default_factory=dict)


def _empty_tables() -> dict[str, Table]:
    # Numbers begin apart from each other, so that an id taken for that of another model is found out.
    return {
        model.name: Table({name: {} for name in model.indexed}, last_id=75_000 + 1_000 * order)
        for order, model in enumerate(MODELS.values())
    }


@dataclass
class Books:
    """The state of one ledger."""

    tables: dict[str, Table] = field(default_factory=_empty_tables)
    integrations: dict[str, Integration] = field(default_factory=dict)
    calls: deque[float] = field(default_factory=deque)

    def row(self, model: str, row_id: str | None) -> Row | None:
        """Return a row that is not deleted, or None."""
        row = self.tables[model].rows.get(row_id or "")
        return None if row is None or row["deleted"] else row

    def rows(self, model: str) -> Iterator[Row]:
        """Yield the rows of a model that are not deleted."""
        return (row for row in self.tables[model].rows.values() if not row["deleted"])

    def rows_where(self, model: str, name: str, value: Any) -> list[Row]:
        """Return the rows, not deleted, whose indexed field `name` holds `value`."""
        table = self.tables[model]
        found = (table.rows[row_id] for row_id in table.index[name].get(value, ()))
        return [row for row in found if not row["deleted"]]

    def named(self, model: str, name: str) -> Row:
        """Return the first row of that name; raises LookupError when there is none."""
        for row in self.rows(model):
            if row["name"] == name:
                return row
        raise LookupError(f"the ledger has no {model} named {name!r}")

    def first(self, model: str) -> Row:
        """Return the oldest row of a model."""
        return next(self.rows(model))

    def next_number(self, model: str) -> str:
        """Take the next number of a document."""
        self.tables[model].last_number += 1
        return str(self.tables[model].last_number)

    def insert(self, model: str, values: Mapping[str, Any], now: str) -> Row:
        """Add a row; fields that are not given take the model's constant preset or the empty value."""
        table = self.tables[model]
        table.last_id += 1
        row: Row = {one.name: one.initial for one in MODELS[model].fields}
        row |= {**values, "id": str(table.last_id), "updated": now}
        table.rows[row["id"]] = row
        self._reindex(table, row, {}, row)
        self.move_to_end(model, row)
        return row

    def remove(self, model: str, row: Row) -> None:
        """Take back a row that was just inserted."""
        table = self.tables[model]
        self._reindex(table, row, row, {})
        del table.rows[row["id"]]

    def change(self, model: str, row: Row, changes: Mapping[str, Any]) -> Row:
        """Change fields of a row and return what they held before; `updated` moves only if it is among them."""
        before = {name: row.get(name) for name in changes}
        self._reindex(self.tables[model], row, before, changes)
        row.update(changes)
        return before

    def move_to_end(self, model: str, row: Row) -> None:
        """Make a row the last one of its model's unordered list."""
        table = self.tables[model]
        table.last_place += 1
        row[PLACE] = table.last_place

    @staticmethod
    def _reindex(table: Table, row: Row, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for name, index in table.index.items():
            if name in old:
                index.get(old[name], {}).pop(row["id"], None)
            if name in new:
                index.setdefault(new[name], {})[row["id"]] = None

    def counts(self) -> dict[str, int]:
        """Return how many rows of each model are not deleted."""
        return {model: sum(1 for _ in self.rows(model)) for model in self.tables}


def in_place(rows: Iterable[Row]) -> list[Row]:
    """Return rows in the order of a list that nobody ordered."""
    return sorted(rows, key=itemgetter(PLACE))
