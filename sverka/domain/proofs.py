"""The proof of a reading: what was asked, when, whether all of it came, how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sverka.domain.rows import Row


@dataclass(frozen=True)
class Proof:
    """One reading of one family of entities.

    full: everything was asked for, not only what changed since `since`. complete: every page came, in order, without an error.
    server_at: the vendor's own time at the start, from which the next cursor is taken. trouble: why it is incomplete.
    malformed: rows that could not be understood, as (external id, sentence).
    """

    system: str
    family: str
    full: bool
    complete: bool
    rows: int
    server_at: datetime
    since: datetime | None = None
    trouble: str = ""
    malformed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a reading brought: the rows, and the proof of it.

    owners: for rows that were asked for by the object they belong to (lines of given deals), the ids of those objects: what is
    not in `rows` does not exist any more. Empty for readings by time or of everything.
    damaged: the ids of the objects to which rows belong that could not be understood (a deal for its line, else the row itself).
    """

    proof: Proof
    rows: tuple[Row, ...]
    owners: tuple[str, ...] = ()
    damaged: frozenset[str] = frozenset()
