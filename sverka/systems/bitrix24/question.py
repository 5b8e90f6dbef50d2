"""What a walk asks: a list of one method, from a key on, and the page from its other end that bears witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sverka.domain.rows import Row
from sverka.systems.bitrix24.encoding import Command, Ref
from sverka.systems.values import Json


@dataclass(frozen=True)
class Dialect:
    """How a method names the parts of a walk."""

    id_field: str = "id"
    filter_key: str = "filter"
    sort_key: str = ""
    """Where the field's name goes if the order is two texts, as in `user.get`."""

    def order(self, by: str, direction: str) -> Json:
        """Return the parameters that sort."""
        return {self.sort_key: by, "order": direction} if self.sort_key else {"order": {by: direction}}


@dataclass(frozen=True)
class Question:
    """A list to be walked.

    name: letters, unique in a batch. rows_at: where the rows lie in the result. params: what else the method takes.
    ext_prefix: stands before the id in `ext_id`. owner_field: names the object that a row belongs to. since, moved_field: only
    rows whose `moved_field` is not earlier. expected_rows: how many there will be, if known.
    """

    name: str
    method: str
    rows_at: tuple[str, ...]
    parse: Callable[[Json], Row]
    filter: Mapping[str, Any] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    witness_select: tuple[str, ...] = ("id",)
    params: Mapping[str, Any] = field(default_factory=dict)
    ext_prefix: str = ""
    owner_field: str = "id"
    dialect: Dialect = Dialect()
    since: datetime | None = None
    moved_field: str = "updatedTime"
    expected_rows: int = 0

    def between(self, after: int, until: int | None, expected_rows: int) -> Question:
        """Return the question for the ids above `after` and up to `until`."""
        id_field = self.dialect.id_field
        upper = {} if until is None else {f"<={id_field}": until}
        name = f"{self.name}above{after}x"
        return replace(
            self, name=name, filter={**self.filter, f">{id_field}": after, **upper}, expected_rows=expected_rows
        )

    def page(self, after: int | Ref) -> Command:
        """Return the command for the rows that follow `after`."""
        wanted = {**self.filter, f">{self.dialect.id_field}": after}
        if self.since:
            wanted[f">={self.moved_field}"] = self.since.astimezone(UTC).isoformat(timespec="seconds")
        return self._command(wanted, self.select, self.dialect.order(self.dialect.id_field, "ASC"))

    def witness(self) -> Command:
        """Return the command for the page from the other end."""
        by = self.moved_field if self.since else self.dialect.id_field
        select = (*self.witness_select, self.moved_field) if self.since else self.witness_select
        return self._command(self.filter, select if self.select else (), self.dialect.order(by, "DESC"))

    def _command(self, wanted: Mapping[str, Any], select: tuple[str, ...], order: Json) -> Command:
        chosen = {"select": list(select)} if select else {}
        return Command(self.method, {**self.params, **chosen, self.dialect.filter_key: wanted, **order, "start": -1})
