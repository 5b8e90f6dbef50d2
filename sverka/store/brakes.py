"""What brakes go by: whose word lifted one, how business time went, and how often something was done, or remained unknown.

The brakes themselves stand in `sverka.store.runs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from sverka.domain.brakes import BY_ITSELF, Again
from sverka.domain.effects import State
from sverka.domain.plan import Brake
from sverka.domain.skew import Pace
from sverka.store import runs
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.ledgers import attempt, hold, outbox, pace


def trip(tx: Transaction, brakes: Iterable[Brake], now: datetime) -> None:
    """Put brakes on by what was found; one that is on already stays as it is."""
    for each in brakes:
        runs.trip(tx, each.scope, BY_ITSELF, each.reason, now, text=each.text)


def lift(tx: Transaction, scopes: Iterable[str], now: datetime) -> None:
    """Let brakes go whose reason is gone."""
    for scope in sorted(scopes):
        runs.reset(tx, scope, BY_ITSELF, "what tripped it is over", now)


def keep_pace(tx: Transaction, company: str, now: Pace) -> None:
    """Remember a business time that can be relied upon."""
    insert = tx.insert(pace).values(company=company, business=now.business, real=now.real)
    new = insert.excluded
    tx.change(
        insert.on_conflict_do_update(index_elements=["company"], set_={"business": new.business, "real": new.real})
    )


def last_pace(tx: Transaction, company: str) -> Pace | None:
    """Return the last business time that could be relied upon, None for none."""
    row = tx.first(select(pace.c.business, pace.c.real).where(pace.c.company == company))
    return None if row is None else Pace(*row)


def unknown_since(tx: Transaction, company: str, since: datetime) -> dict[str, list[datetime]]:
    """Return, by system, when it last became clear of effects that nobody can tell whether they happened, since a moment."""
    told = select(func.max(attempt.c.at)).where(attempt.c.effect_id == outbox.c.id).scalar_subquery()
    open_ends = (outbox.c.company == company, outbox.c.ended_at.is_(None), outbox.c.state == State.UNKNOWN)
    query = select(outbox.c.system, told.label("at")).where(*open_ends)
    found: dict[str, list[datetime]] = {}
    for system, at in tx.all(query):
        if at is not None and at >= since:
            found.setdefault(system, []).append(at)
    return found


def releases(tx: Transaction) -> dict[str, datetime]:
    """Return, by scope, when a person last let its brake go: what was found before counts no more."""
    by_people = (hold.c.reset_at.is_not(None), hold.c.reset_by != BY_ITSELF)
    query = select(hold.c.scope, func.max(hold.c.reset_at)).where(*by_people).group_by(hold.c.scope)
    return dict(map(tuple, tx.all(query)))


def set_again(tx: Transaction, company: str, subjects: Iterable[str], since: datetime) -> dict[str, list[Again]]:
    """Return, by subject, the repairs that did change something since a moment, the last one first."""
    done = (outbox.c.company == company, outbox.c.state == State.DONE, outbox.c.ended_at >= since)
    columns = (outbox.c.subject, outbox.c.kind, outbox.c.payload, outbox.c.ended_at)
    latest_first = (outbox.c.ended_at.desc(), outbox.c.id.desc())
    query = select(*columns).where(*done, outbox.c.changed.is_(True), ~outbox.c.creation).order_by(*latest_first)
    found: dict[str, list[Again]] = {}
    for chunk in in_chunks(distinct(subjects)):
        for subject, kind, payload, at in tx.all(query.where(outbox.c.subject.in_(chunk))):
            found.setdefault(subject, []).append(Again(kind, payload, at))
    return found
