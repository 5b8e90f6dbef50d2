"""Which store this is and how far it has come; what the mark outside of it is compared with."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from sverka.domain.high_water import Adoption, HighWater
from sverka.store.engine import Transaction
from sverka.store.ledgers import epoch, outbox, run

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def read(tx: Transaction) -> HighWater:
    """Return how far the store has come."""
    name = tx.scalar(select(epoch.c.name).order_by(epoch.c.id.desc()).limit(1))
    effect_id = tx.scalar(select(func.max(outbox.c.id)))
    last = tx.first(
        select(run.c.id, run.c.finished_at).where(run.c.finished_at.is_not(None)).order_by(run.c.id.desc()).limit(1)
    )
    run_id, at = last or (0, _NEVER)
    return HighWater(name or "", effect_id or 0, run_id, at)


def begin(tx: Transaction, name: str, now: datetime) -> None:
    """Give a store that has no name one, at its first run."""
    tx.change(tx.insert(epoch).values(name=name, by="", reason="", since=now, forgotten_until=None))


def adopt(tx: Transaction, name: str, by: str, reason: str, now: datetime, forgotten_until: datetime) -> None:
    """Give a store a new name: from here on it is another one than that which was lost."""
    tx.change(tx.insert(epoch).values(name=name, by=by, reason=reason, since=now, forgotten_until=forgotten_until))


def adoption(tx: Transaction) -> Adoption | None:
    """Return the last time that somebody went on with an old copy."""
    query = select(epoch.c.since, epoch.c.forgotten_until).where(epoch.c.forgotten_until.is_not(None))
    row = tx.first(query.order_by(epoch.c.id.desc()).limit(1))
    return None if row is None else Adoption(*row)
