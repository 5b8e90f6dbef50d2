"""Proofs of readings: how far we have read, how completely, and how much there used to be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from sverka.domain.proofs import Proof
from sverka.store.engine import Transaction
from sverka.store.ledgers import proof as table


def add(tx: Transaction, company: str, proof: Proof, run_id: int, now: datetime) -> None:
    """Keep the proof of a reading; `now` is real time, by which the mirror ages."""
    tx.change(tx.insert(table).values(company=company, run_id=run_id, read_at=now, **asdict(proof)))


def last(tx: Transaction, company: str, system: str, family: str, *, complete_only: bool = True) -> Proof | None:
    """Return the latest proof for a family of entities; its `server_at` is where the next reading begins."""
    row = _latest(tx, _of(company, system, family), complete_only=complete_only)
    if row is None:
        return None
    return Proof(
        system=row.system,
        family=row.family,
        full=row.full,
        complete=row.complete,
        rows=row.rows,
        server_at=row.server_at,
        since=row.since,
        trouble=row.trouble,
        malformed=tuple((ext_id, sentence) for ext_id, sentence in row.malformed),
    )


def recent_counts(
    tx: Transaction, company: str, system: str, family: str, *, full: bool = True, limit: int = 7,
    since: datetime | None = None,
) -> list[int]:  # fmt: skip
    """Return how many rows the last complete readings of one sort brought, the latest first; since: after this real moment only."""
    query = select(table.c.rows).where(*_of(company, system, family), table.c.complete, table.c.full == full)
    if since is not None:
        query = query.where(table.c.read_at > since)
    return tx.column(query.order_by(table.c.id.desc()).limit(limit))


def age(tx: Transaction, company: str, system: str, family: str, now: datetime) -> timedelta | None:
    """Return how long ago, in real time, the last complete reading was; None if there was none."""
    row = _latest(tx, _of(company, system, family), complete_only=True)
    return None if row is None else now - row.read_at


def whole_in(tx: Transaction, company: str, system: str, family: str, run_id: int) -> datetime | None:
    """Return when, in real time, a run last read a family; None if it did not, or not completely, or not all could be understood."""
    row = _latest(tx, _of(company, system, family), complete_only=False)
    is_whole = row is not None and row.run_id == run_id and row.complete and not row.malformed
    return row.read_at if is_whole else None


def _of(company: str, system: str, family: str) -> tuple[ColumnElement[bool], ...]:
    return (table.c.company == company, table.c.system == system, table.c.family == family)


def _latest(tx: Transaction, conditions: tuple[ColumnElement[bool], ...], *, complete_only: bool) -> Any:
    query = select(table).where(*conditions).order_by(table.c.id.desc()).limit(1)
    return tx.first(query.where(table.c.complete) if complete_only else query)
