"""All that the infobase holds, as plain data: rows of objects, prices, what was posted when, sessions, what is yet to happen.

Rows are kept and found here; what may be written and what follows from it is decided in `laws`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID

from sandbox.systems.onec.model.catalogue import OBJECTS

Row: TypeAlias = dict[str, Any]
"""Properties by name as `model.kinds` keeps them; a tabular section is a list of such rows."""


@dataclass(frozen=True)
class Now:
    """The present: Unix seconds, and the base's own wall time to the second, `2025-03-01T10:00:00`."""

    unix: float
    wall: str


@dataclass(frozen=True)
class Work:
    """Where a request works: the base, the moment, the switches."""

    base: Base
    now: Now
    switches: Mapping[str, Any]


@dataclass(frozen=True)
class Posting:
    """A document was posted at the Unix moment `at`, or with no fact its posting was taken back."""

    at: float
    recorder: str
    fact: Any


@dataclass(frozen=True)
class Due:
    """Something that happens at the Unix moment `at`, as loaded data say; `sort` and `words` are read by `seeding`."""

    at: float
    sort: str
    words: Mapping[str, Any]


@dataclass
class Base:
    """The state of one infobase.

    settled: object of settlements by the document or contract that it stands for. keys: analytic keys by (partner, organisation,
    counterparty, contract). known: guids of loaded documents by the loader's own names. heard: when each person was last answered.
    derived: records of registers, with how many postings there were when they were worked out, and how many of them stood.
    """

    tables: dict[str, dict[str, Row]] = field(default_factory=lambda: {one.name: {} for one in OBJECTS})
    prices: list[Row] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    settled: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    heard: dict[str, float] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    derived: dict[str, tuple[tuple[int, int], list[Row]]] = field(default_factory=dict)
    versions: int = 1_700_000
    guids: int = 0

    def row(self, name: str, key: str) -> Row | None:
        """Return an object of a set, or None; sets that are not published hold none."""
        return self.tables.get(name, {}).get(key)

    def rows(self, name: str) -> Iterable[Row]:
        """Return the objects of a set in the order of a list that nobody ordered."""
        return self.tables[name].values()

    def first(self, name: str, **wanted: Any) -> Row:
        """Return the first object with these values; raises LookupError."""
        for row in self.rows(name):
            if all(row[prop] == value for prop, value in wanted.items()):
                return row
        raise LookupError(f"the infobase has no {name} with {wanted}")

    def put(self, name: str, row: Row) -> None:
        """Keep a new object, or an old one under its next DataVersion."""
        self.versions += 1
        row["DataVersion"] = b64encode(self.versions.to_bytes(8, "big")).decode()
        self.tables[name][row["Ref_Key"]] = row

    def move_to_end(self, name: str, key: str) -> None:
        """Make an object the last one of its set's unordered list."""
        self.tables[name][key] = self.tables[name].pop(key)

    def next_guid(self) -> str:
        """Make a guid, the same at every start."""
        self.guids += 1
        return str(UUID(bytes=sha256(f"guid {self.guids}".encode()).digest()[:16], version=4))

    def next_number(self, name: str, series: str = "") -> int:
        """Take the next number of a series, such as the year of a document."""
        number = self.numbers[name, series] = self.numbers.get((name, series), 0) + 1
        return number

    def facts(self, before: float) -> list[Any]:
        """Return what stood posted at a Unix moment, in the order of the last posting of each document."""
        last: dict[str, Any] = {}
        for posting in self.postings:
            if posting.at <= before:
                last.pop(posting.recorder, None)
                last[posting.recorder] = posting.fact
        return [fact for fact in last.values() if fact is not None]

    def records(self, register: str, before: float, derive: Callable[[list[Any]], list[Row]]) -> list[Row]:
        """Return what a register holds by what stood posted at a Unix moment; derived anew only when that is something else."""
        mark = (len(self.postings), sum(posting.at <= before for posting in self.postings))
        if self.derived.get(register, (None,))[0] != mark:
            self.derived[register] = mark, derive(self.facts(before))
        return self.derived[register][1]

    def counts(self) -> dict[str, int]:
        """Return how many objects of each set are not marked for deletion."""
        return {name: sum(not row["DeletionMark"] for row in table.values()) for name, table in self.tables.items()}
