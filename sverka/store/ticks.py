"""Which ticks were run, and from when on a company owes any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from sverka.store.engine import Transaction
from sverka.store.ledgers import run, seen
from sverka.store.runs import CUTS, cut


def see(tx: Transaction, companies: Iterable[str], minute: datetime) -> dict[str, datetime]:
    """Return since which minute each company is known; one that nobody has seen is from now on.

    A clock that went back, or a moment given by hand, may move it back, never forward.
    """
    known = since(tx)
    for company in companies:
        if minute < known.get(company, minute):
            tx.change(seen.update().where(seen.c.company == company).values(since=minute))
        elif company not in known:
            tx.change(tx.insert(seen).values(company=company, since=minute).on_conflict_do_nothing())
    return {company: min(minute, known.get(company, minute)) for company in companies}


def since(tx: Transaction) -> dict[str, datetime]:
    """Return the first minute of every company that was seen."""
    return dict(map(tuple, tx.all(select(seen.c.company, seen.c.since))))


def settled(tx: Transaction, ticks: Mapping[str, str]) -> frozenset[tuple[str, str, str]]:
    """Return those of the ticks (job → key) that are not to be run any more, as (job, company, key), for all companies.

    A run that came to its end by itself settles its tick, whatever the end; one that was cut short does not, unless it was for the
    last time that is allowed. A run under way does not either: if its process lives, the lease keeps others out.
    """
    ended = {(job, name): key for job, key in ticks.items() for name in (key, cut(key, CUTS))}
    names = {name for _, name in ended}
    query = select(run.c.job, run.c.company, run.c.tick).where(run.c.tick.in_(names), run.c.outcome.is_not(None))
    return frozenset((job, company, ended[job, name]) for job, company, name in tx.all(query) if (job, name) in ended)
