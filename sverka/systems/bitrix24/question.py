"""What a walk asks: a list of one method, from a key on, and the page from its other end that bears witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sverka.systems.bitrix24.encoding import Command, Ref
from sverka.systems.values import Json

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Dialect:
    """How a method names the parts of a walk, and which of them it has.

    start: -1 turns the count off where the vendor's pages say so, 0 elsewhere. by_offset: the method cannot be asked for ids above
    one, so its pages follow by their offset. answers: what answers call a field that requests name otherwise.
    """

    id_field: str = "id"
    filter_key: str = "filter"
    sort_key: str = ""
    """Where the field's name goes if the order is two texts, as in `user.get`."""
    start_key: str = "start"
    start: int = -1
    by_offset: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)

    def order(self, by: str, direction: str) -> Json:
        """Return the parameters that sort."""
        return {self.sort_key: by, "order": direction} if self.sort_key else {"order": {by: direction}}

    def answered(self, name: str) -> str:
        """Return what answers call a field."""
        return self.answers.get(name, name)


@dataclass(frozen=True)
class Question(Generic[T_co]):
    """A list to be walked.

    name: letters, unique in a batch. rows_at: where the rows lie in the result. params: what else the method takes.
    ext_prefix: stands before the id in `ext_id`. owner_field: names the object that a row belongs to. since, moved_field: only
    rows whose `moved_field` is not earlier. expected_rows: how many there will be, if known.
    """

    name: str
    method: str
    rows_at: tuple[str, ...]
    parse: Callable[[Json], T_co]
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

    def id_of(self, raw: Json) -> Any:
        """Return a row's id as it came."""
        return raw.get(self.dialect.answered(self.dialect.id_field))

    def moved_of(self, raw: Json) -> Any:
        """Return when a row last moved, as it came."""
        return raw.get(self.dialect.answered(self.moved_field))

    def between(self, after: int, until: int | None, expected_rows: int) -> Question[T_co]:
        """Return the question for the ids above `after` and up to `until`."""
        id_field = self.dialect.id_field
        upper = {} if until is None else {f"<={id_field}": until}
        name = f"{self.name}above{after}x"
        return replace(
            self, name=name, filter={**self.filter, f">{id_field}": after, **upper}, expected_rows=expected_rows
        )

    def page(self, after: int | Ref, offset: int) -> Command:
        """Return the command for the rows that follow the id `after`, which `offset` rows lie before."""
        by_key = {} if self.dialect.by_offset else {f">{self.dialect.id_field}": after}
        wanted = {**self.filter, **by_key}
        if self.since:
            wanted[f">={self.moved_field}"] = self.since.astimezone(UTC).isoformat(timespec="seconds")
        start = offset if self.dialect.by_offset else self.dialect.start
        return self._command(wanted, self.select, self.dialect.order(self.dialect.id_field, "ASC"), start)

    def witness(self) -> Command:
        """Return the command for the page from the other end."""
        by = self.moved_field if self.since else self.dialect.id_field
        select = (*self.witness_select, self.moved_field) if self.since else self.witness_select
        start = 0 if self.dialect.by_offset else self.dialect.start
        return self._command(self.filter, select if self.select else (), self.dialect.order(by, "DESC"), start)

    def _command(self, wanted: Mapping[str, Any], select: tuple[str, ...], order: Json, start: int) -> Command:
        chosen = {"select": list(select)} if select else {}
        place = {self.dialect.filter_key: wanted, **order, self.dialect.start_key: start}
        return Command(self.method, {**self.params, **chosen, **place})
