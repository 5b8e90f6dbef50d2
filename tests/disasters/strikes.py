"""When a disaster strikes: before a statement of the worker's, counted from the beginning of its run.

The product knows nothing of it: the statements are counted at the door of its database engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, event

from sverka.store.engine import Store

WRITES = ("INSERT", "UPDATE", "DELETE")
BEGINS = ("BEGIN IMMEDIATE", "SELECT pg_advisory_xact_lock")
"""How a transaction that writes begins, in both databases."""
ANY = ("",)


class Disaster(Protocol):
    """Something that befalls the database of a worker. lasts: whether the next worker meets it, too."""

    lasts: bool

    def befall(self, store: Store) -> None:
        """Lie in wait for a worker that has just opened its store."""
        ...

    def over(self) -> list[str]:
        """Put everything right again, if it is not; return what was seen that must not be."""
        ...


class Strike:
    """Calls something once, before the n-th statement of a sort. at: 0 only counts."""

    def __init__(self, sort: tuple[str, ...], at: int, do: Callable[[Connection], object]) -> None:
        self._sort, self._at, self._do = sort, at, do
        self.count = 0

    @property
    def has_struck(self) -> bool:
        """Whether the moment came."""
        return 0 < self._at <= self.count

    def listen(self, store: Store) -> None:
        """Begin to count what this store is asked."""
        event.listen(store._engine, "before_cursor_execute", self._hear)

    def _hear(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(self._sort):
            return
        self.count += 1
        if self.count == self._at:
            self._do(connection)


@dataclass(frozen=True)
class Counts:
    """How much a run asked of its database. ends: the numbers of the transactions that ended an attempt. commits_before_the_plan: of
    transactions that read as well.
    """

    statements: int
    writes: int
    transactions: int
    ends: tuple[int, ...]
    commits_before_the_plan: int


class Counting:
    """No disaster: counts what a run asks of its database."""

    lasts = False

    def __init__(self) -> None:
        self._strikes = [Strike(sort, 0, _nothing) for sort in (ANY, WRITES, BEGINS)]
        self._ends: list[int] = []
        self._commits = self._before_the_plan = 0

    @property
    def counts(self) -> Counts:
        """Return what was counted."""
        statements, writes, transactions = (strike.count for strike in self._strikes)
        return Counts(statements, writes, transactions, tuple(self._ends), self._before_the_plan)

    def befall(self, store: Store) -> None:
        for strike in self._strikes:
            strike.listen(store)
        event.listen(store._engine, "before_cursor_execute", self._hear)
        event.listen(store._engine, "commit", self._hear_commit)

    def over(self) -> list[str]:
        return []

    def _hear(self, _connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO attempt"):
            self._ends.append(self._strikes[-1].count)
        if statement.startswith("INSERT INTO outbox") and not self._before_the_plan:
            self._before_the_plan = self._commits

    def _hear_commit(self, _: Connection) -> None:
        self._commits += 1


def _nothing(_: Connection) -> None:
    pass
