"""What a person should know: findings with their age, and what people decided about them.

A row is one finding seen with one set of values, so a number that a person noted never comes to mean other values: when
they change, the row is replaced by a new one. A finding that is gone is closed; seen again with equal values it is the
same row anew. A decision belongs to its row and lapses with it; it outlives a closing, for a finding that a person said
to ignore is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from sverka.domain.plan import Answer, Finding, Seen, choices
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.errors import BadValue, NotFound, NotPossible
from sverka.store.ledgers import answer as decision
from sverka.store.ledgers import finding as table

_CHOICE = re.compile(r"take-owner|take-mirror|bind:\S+|ignore:\d{4}-\d\d-\d\d")
_IGNORE = "ignore:"
_WRITTEN = {"bind": "bind:ID", "ignore": "ignore:2026-12-31"}


@dataclass(frozen=True)
class OpenFinding:
    """A finding that stands now, with its number in the queue and the last decision about it."""

    id: int
    company: str
    finding: Finding
    first_at: datetime
    last_at: datetime
    times: int
    """In how many runs it was found."""
    answer: Answer | None


def record(
    tx: Transaction, company: str, looked_at: Iterable[str], findings: Iterable[Finding], run_id: int, now: datetime
) -> None:
    """Keep what a run found; what it did not find again on the subjects it looked at is closed."""
    found = {finding.key: finding for finding in findings}
    looked = set(looked_at)
    known = {_key(row): row for row in _current(tx, company, looked | {each.subject for each in found.values()})}
    again = [(known[key], each) for key, each in found.items() if key in known and known[key].observed == each.values]
    fresh = [each for key, each in found.items() if key not in known or known[key].observed != each.values]
    gone = [row for key, row in known.items() if key not in found and row.subject in looked]
    _close(tx, [row.id for row in gone], now)
    _replace(tx, [known[each.key].id for each in fresh if each.key in known], now)
    _see_again(tx, again, run_id, now)
    _open(tx, company, fresh, run_id, now)


def seen(tx: Transaction, company: str, subjects: Iterable[str]) -> dict[str, Seen]:
    """Return what is remembered of the open findings of the subjects, by key."""
    return {
        _key(row): Seen(first_at=row.first_at, times=row.times, values=row.observed)
        for row in _current(tx, company, subjects)
        if row.closed_at is None
    }


def open_items(tx: Transaction, company: str | None = None) -> list[OpenFinding]:
    """Return the open findings of one company, or of all, the oldest number first."""
    query = select(table).where(table.c.closed_at.is_(None)).order_by(table.c.id)
    rows = tx.all(query if company is None else query.where(table.c.company == company))
    decided = _decisions(tx, [row.id for row in rows])
    return [
        OpenFinding(row.id, row.company, _finding(row), row.first_at, row.last_at, row.times, decided.get(row.id))
        for row in rows
    ]


def answer(tx: Transaction, id: int, choice: str, by: str, reason: str, now: datetime) -> None:  # noqa: A002
    """Keep a person's decision about an open finding: take-owner, take-mirror, bind:ID or ignore:DATE.

    Raises BadValue for any other choice and for one that does not answer this finding, NotFound, and NotPossible if the
    finding stands no more.
    """
    if not _CHOICE.fullmatch(choice) or (choice.startswith(_IGNORE) and _ignored_until(choice) is None):
        raise BadValue(f"«{choice}» is no decision; write take-owner, take-mirror, bind:ID or ignore:2026-12-31.")
    row = tx.first(select(table).where(table.c.id == id))
    if row is None:
        raise NotFound(f"There is no finding {id}.")
    if row.replaced_at is not None:
        raise NotPossible(f"Finding {id} has changed since you saw it; `sverka queue list` shows it as it stands now.")
    if row.closed_at is not None:
        raise NotPossible(f"Finding {id} is closed: the difference is gone, or was decided already.")
    allowed = choices(row.kind, row.aspect, asks=row.asks)
    if choice.partition(":")[0] not in allowed:
        raise BadValue(f"{choice} does not answer this question; write {_any_of(allowed)}.")
    tx.change(tx.insert(decision).values(finding_id=id, choice=choice, by=by, reason=reason, at=now))


def answers(tx: Transaction, company: str, subjects: Iterable[str], now: datetime) -> dict[str, Answer]:
    """Return the decisions that hold, by key of their finding.

    `ignore:DATE` ends as DATE begins in the zone in which `now` is given.
    """
    rows = {row.id: row for row in _current(tx, company, subjects)}
    decided = _decisions(tx, list(rows))
    return {_key(rows[id_]): each for id_, each in decided.items() if not _is_over(each.choice, now.date())}


def _key(row: Any) -> str:
    return _finding(row).key


def _finding(row: Any) -> Finding:
    return Finding(row.kind, row.subject, row.aspect, row.text, row.observed, row.money_kopecks, row.asks)


def _current(tx: Transaction, company: str, subjects: Iterable[str]) -> Iterator[Any]:
    """Yield the rows of the subjects, open or closed, that no other row has replaced."""
    query = select(table).where(table.c.company == company, table.c.replaced_at.is_(None))
    for chunk in in_chunks(distinct(subjects)):
        yield from tx.all(query.where(table.c.subject.in_(chunk)))


def _close(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    for chunk in in_chunks(ids):
        tx.change(update(table).where(table.c.id.in_(chunk), table.c.closed_at.is_(None)).values(closed_at=now))


def _replace(tx: Transaction, ids: Sequence[int], now: datetime) -> None:
    _close(tx, ids, now)
    for chunk in in_chunks(ids):
        tx.change(update(table).where(table.c.id.in_(chunk)).values(replaced_at=now))


def _see_again(tx: Transaction, again: Sequence[tuple[Any, Finding]], run_id: int, now: datetime) -> None:
    statement = (
        update(table)
        .where(table.c.id == bindparam("row"))
        .values({name: bindparam(f"new_{name}") for name in ("text", "money_kopecks", "asks", "first_at", "times")})
        .values(closed_at=None, last_at=now, run_id=run_id)
    )
    tx.change(statement, [_next_sight(row, each, run_id, now) for row, each in again])


def _next_sight(row: Any, finding: Finding, run_id: int, now: datetime) -> dict[str, Any]:
    reopened = row.closed_at is not None
    return {
        "row": row.id,
        "new_text": finding.text,
        "new_money_kopecks": finding.money_kopecks,
        "new_asks": finding.asks,
        "new_first_at": now if reopened else row.first_at,
        # A run may look at a subject twice, as it does right before an effect: that is one sight.
        "new_times": 1 if reopened else row.times + (row.run_id != run_id),
    }


def _open(tx: Transaction, company: str, findings: Iterable[Finding], run_id: int, now: datetime) -> None:
    ours = {"company": company, "run_id": run_id, "first_at": now, "last_at": now, "times": 1}
    names = ("kind", "subject", "aspect", "text", "money_kopecks", "asks")
    rows = [{name: getattr(each, name) for name in names} | {"observed": each.values} | ours for each in findings]
    tx.change(tx.insert(table), rows)


def _decisions(tx: Transaction, finding_ids: Sequence[int]) -> dict[int, Answer]:
    """Return the last decision about each finding."""
    last: dict[int, Answer] = {}
    query = select(decision, table.c.observed).join(table, table.c.id == decision.c.finding_id).order_by(decision.c.id)
    for chunk in in_chunks(finding_ids):
        for row in tx.all(query.where(decision.c.finding_id.in_(chunk))):
            last[row.finding_id] = Answer(row.choice, row.observed, row.by, row.reason)
    return last


def _any_of(allowed: Sequence[str]) -> str:
    """Return the choices as a person writes them: a, b or c."""
    *others, last = (_WRITTEN.get(each, each) for each in allowed)
    return f"{', '.join(others)} or {last}" if others else last


def _ignored_until(choice: str) -> date | None:
    try:
        return date.fromisoformat(choice.removeprefix(_IGNORE))
    except ValueError:
        return None


def _is_over(choice: str, today: date) -> bool:
    until = _ignored_until(choice) if choice.startswith(_IGNORE) else None
    return until is not None and today >= until
