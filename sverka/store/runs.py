"""Who runs, who may run, who must not: runs with their reports, leases with a fence, holds.

A due tick is run once, by a unique row. A run of it that was cut short gives the tick's key back: its row goes on under a name of its own,
so that the tick can be begun again, but not for ever. One process at a time runs a job for a company, by a lease: its fence grows
with each taking, over all leases, so that a late word of somebody who lost it is known by its number. A hold is a kill
switch or a tripped brake, and stays until a person resets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from sverka.domain.brakes import Hold
from sverka.domain.clock import FAR_AHEAD
from sverka.domain.plan import Skip
from sverka.domain.runs import CompanyReport
from sverka.store.columns import microseconds
from sverka.store.engine import Transaction
from sverka.store.ledgers import hold, lease, run, skip

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CUT_SHORT = "The run was cut short: its process ended before it did."
CUTS = 3
"""So often a tick's run may be cut short; what ends a process each time would do so for ever."""
_CUT = "/cut-"
BY_HAND = "hand-"
"""How the keys of runs by hand begin."""


@dataclass(frozen=True)
class Run:
    """One run of a job for a company. `at` is business time, the other moments are real; unfinished: no outcome."""

    id: int
    company: str
    job: str
    tick: str
    at: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    report: Mapping[str, Any] | None


def start(
    tx: Transaction, company: str, job: str, tick: str, at: datetime, now: datetime, policy_fingerprint: str
) -> int | None:
    """Begin a run and return its id; None if this tick of the job was begun before for the company, or was cut short too often."""
    if cut(tick, CUTS) in _taken(tx, company, job, tick):
        return None
    row = {"company": company, "job": job, "tick": tick, "at": at, "started_at": now}
    insert = tx.insert(run).values(**row, policy_fingerprint=policy_fingerprint)
    found: int | None = tx.scalar(insert.on_conflict_do_nothing().returning(run.c.id))
    return found


def finish(tx: Transaction, run_id: int, outcome: str, report_json: Mapping[str, Any], now: datetime) -> None:
    """End a run with its report."""
    ended = {"outcome": outcome, "report": report_json, "finished_at": now}
    tx.change(update(run).where(run.c.id == run_id).values(**ended))


def cut_short(tx: Transaction, run_id: int) -> None:
    """Let the tick of a run count again: the run was not what settles it. Runs by hand keep their key, which nobody wants."""
    company, job, tick = tx.first(select(run.c.company, run.c.job, run.c.tick).where(run.c.id == run_id))
    if not tick.startswith(BY_HAND):
        name = cut(tick, len(_taken(tx, company, job, tick)))
        tx.change(update(run).where(run.c.id == run_id).values(tick=name))


def cut(tick: str, times: int) -> str:
    """Return the key of the run that cut a tick short for the first, second or last time."""
    return f"{tick}{_CUT}{times}"


def abandoned(tx: Transaction, company: str, job: str, now: datetime) -> int:
    """End as failed, cut short, the runs of a job that were begun and left; return how many. Only for whoever holds the job's lease."""
    report = CompanyReport(company, outcome="failed", failed=1, sentences=[_CUT_SHORT])
    left = (run.c.company == company, run.c.job == job, run.c.finished_at.is_(None))
    run_ids = tx.column(select(run.c.id).where(*left).order_by(run.c.id))
    for run_id in run_ids:
        finish(tx, run_id, report.outcome, report.as_json(), now)
        cut_short(tx, run_id)
    return len(run_ids)


def last_settled(tx: Transaction, company: str) -> Run | None:
    """Return the latest run of the schedule for the company that came to an end by itself, whatever end and whatever job."""
    others = run.c.tick.startswith(BY_HAND) | run.c.tick.contains(_CUT)
    row = tx.first(_runs().where(run.c.company == company, run.c.outcome.is_not(None), ~others).limit(1))
    return None if row is None else Run(*row)


def under_way(tx: Transaction, company: str) -> list[Run]:
    """Return the company's runs that were begun and not ended, the latest first; of a process that died, too."""
    return [Run(*row) for row in tx.all(_runs().where(run.c.company == company, run.c.finished_at.is_(None)))]


def last_finished(tx: Transaction, company: str, job: str) -> Run | None:
    """Return the latest run of the job for the company that came to an end, whatever end."""
    query = _runs().where(run.c.company == company, run.c.job == job, run.c.outcome.is_not(None)).limit(1)
    row = tx.first(query)
    return None if row is None else Run(*row)


def history(tx: Transaction, limit: int, company: str | None = None, job: str | None = None) -> list[Run]:
    """Return the latest runs, the last one first."""
    query = _runs().limit(limit)
    if company is not None:
        query = query.where(run.c.company == company)
    if job is not None:
        query = query.where(run.c.job == job)
    return [Run(*row) for row in tx.all(query)]


def note_skips(tx: Transaction, company: str, run_id: int, skips: Iterable[Skip]) -> None:
    """Keep what a run left alone, and why."""
    ours = {"company": company, "run_id": run_id}
    tx.change(tx.insert(skip), [vars(each) | ours for each in skips])


def skips(tx: Transaction, run_id: int) -> list[Skip]:
    """Return what a run left alone."""
    query = select(skip.c.subject, skip.c.reason, skip.c.detail).where(skip.c.run_id == run_id).order_by(skip.c.id)
    return [Skip(*row) for row in tx.all(query)]


def acquire(tx: Transaction, name: str, holder: str, ttl_s: int, now: datetime) -> int | None:
    """Take a lease that is free, expired or the holder's own; return its fence, None if somebody else holds it."""
    ttl = timedelta(seconds=ttl_s)
    # One number over all leases: the same fence in two of them could not be told apart on an effect.
    fence = select(func.coalesce(func.max(lease.c.fence), 0) + 1).scalar_subquery()
    wanted = {"name": name, "holder": holder, "fence": fence, "ttl_us": ttl // timedelta(microseconds=1)}
    insert = tx.insert(lease).values(**wanted, expires_at=now + ttl)
    new = insert.excluded
    statement = insert.on_conflict_do_update(
        index_elements=["name"],
        set_={name: new[name] for name in ("holder", "fence", "ttl_us", "expires_at")},
        where=or_(_is_free(now), lease.c.holder == new.holder),
    )
    taken: int | None = tx.scalar(statement.returning(lease.c.fence))
    return taken


def renew(tx: Transaction, name: str, fence: int, now: datetime) -> bool:
    """Hold a lease for its full time from `now`; False if it was taken over."""
    until = microseconds(now) + lease.c.ttl_us
    statement = update(lease).where(lease.c.name == name, lease.c.fence == fence).values(expires_at=until)
    return tx.change(statement) == 1


def release(tx: Transaction, name: str, fence: int) -> None:
    """Give a lease back; nothing happens if it was taken over. The row stays, for fences must go on growing."""
    tx.change(update(lease).where(lease.c.name == name, lease.c.fence == fence).values(expires_at=_LONG_AGO))


def is_held(tx: Transaction, name: str, now: datetime) -> bool:
    """Whether somebody alive holds a lease."""
    return tx.scalar(select(lease.c.name).where(lease.c.name == name, ~_is_free(now))) is not None


def trip(tx: Transaction, scope: str, by: str, reason: str, now: datetime, *, text: str = "") -> bool:
    """Put the brake on for a scope (`sverka.domain.brakes`); False if it is on already. text: the reason for the owner."""
    insert = tx.insert(hold).values(scope=scope, by=by, reason=reason, since=now, text=text)
    return tx.scalar(insert.on_conflict_do_nothing().returning(hold.c.id)) is not None


def held_scopes(tx: Transaction) -> frozenset[str]:
    """Return the scopes whose brake is on."""
    return frozenset(each.scope for each in holds(tx))


def holds(tx: Transaction) -> list[Hold]:
    """Return the brakes that are on, the oldest first."""
    columns = (hold.c[name] for name in ("scope", "by", "reason", "since", "text"))
    return [Hold(*row) for row in tx.all(select(*columns).where(hold.c.reset_at.is_(None)).order_by(hold.c.id))]


def reset(tx: Transaction, scope: str, by: str, reason: str, now: datetime) -> bool:
    """Let the brake of a scope go; tell whether it was on."""
    ended = {"reset_at": now, "reset_by": by, "reset_reason": reason}
    return tx.change(update(hold).where(hold.c.scope == scope, hold.c.reset_at.is_(None)).values(**ended)) == 1


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(lease.c.expires_at < now, lease.c.expires_at > now + FAR_AHEAD)


def _taken(tx: Transaction, company: str, job: str, tick: str) -> list[str]:
    """Return the keys that runs of a tick have, be they cut short or not."""
    keys = (tick, *(cut(tick, times) for times in range(1, CUTS + 1)))
    return tx.column(select(run.c.tick).where(run.c.job == job, run.c.company == company, run.c.tick.in_(keys)))


def _runs() -> Any:
    return select(*(run.c[field.name] for field in fields(Run))).order_by(run.c.id.desc())
