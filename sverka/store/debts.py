"""What we remember of debts: steps that were taken and what became of them, cycles, and what people said.

A step that a message carries is as far as its message is: the message's own row says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from sverka.domain.dunning.facts import Cycle, Outcome, Touch
from sverka.domain.dunning.memory import CycleNote, TouchNote
from sverka.domain.messaging.wishes import BY_HAND, GOES, HELD, TOLD, WAITS
from sverka.store import messages
from sverka.store.chunks import distinct, in_chunks
from sverka.store.debtbook import debt_word, dunning_cycle, touch
from sverka.store.engine import Transaction
from sverka.store.messages import Remembered

_FATES: Mapping[str, Outcome] = {
    GOES: Outcome.PLANNED, WAITS: Outcome.PLANNED, TOLD: Outcome.SENT, HELD: Outcome.FAILED, BY_HAND: Outcome.UNDELIVERABLE,
}  # fmt: skip
_GONE: Mapping[str, Outcome] = {"pending": Outcome.SENT, "not_sure": Outcome.UNKNOWN}
"""Why a message waits that has left already: nobody has said yet whether it arrived, or whether it left at all."""
_TAKEN_BACK = (Outcome.PLANNED, Outcome.DRAFT, Outcome.BY_HAND, Outcome.UNDELIVERABLE)
"""Outcomes of a step that has not gone, so that it can be let go."""
_DAYS = ("began_on", "below_since", "ended_on", "escalated_on")


@dataclass(frozen=True)
class Word:
    """What a person said about a customer's debts. kind: of `debtbook.WORDS`; said: its particulars; at: business time."""

    id: int
    company: str
    customer: str
    kind: str
    said: Mapping[str, Any]
    sum_kopecks: int
    by: str
    reason: str
    at: datetime
    ended_at: datetime | None
    ended_by: str | None


def note(tx: Transaction, company: str, touches: Iterable[TouchNote], cycles: Iterable[CycleNote]) -> None:
    """Remember steps and cycles; a step that is noted again keeps its first moment while the same message carries it."""
    for each in touches:
        row = _row(company, each)
        insert = tx.insert(touch).values(row | {"at": each.touch.at, "withdrawn_at": None})
        same = touch.c.wish_key == insert.excluded.wish_key
        changed = {
            name: insert.excluded[name] for name in ("documents", "sum_kopecks", "how", "channel", "wish_key", "at")
        }
        again = insert.on_conflict_do_update(
            index_elements=["company", "key"],
            set_=changed | {"withdrawn_at": None},
            where=~same | touch.c.withdrawn_at.is_not(None),
        )
        tx.change(again)
    for kept in cycles:
        values = _cycle_row(company, kept)
        insert = tx.insert(dunning_cycle).values(values)
        tx.change(
            insert.on_conflict_do_update(
                index_elements=["company", "customer", "number"], set_={name: values[name] for name in _DAYS}
            )
        )


def withdraw(tx: Transaction, company: str, keys: Iterable[str], now: datetime) -> None:
    """Let steps go that were planned and whose reason is gone."""
    for chunk in in_chunks(distinct(keys)):
        these = (touch.c.company == company, touch.c.key.in_(chunk), touch.c.withdrawn_at.is_(None))
        tx.change(update(touch).where(*these).values(withdrawn_at=now))


def touches(tx: Transaction, company: str, customers: Iterable[str]) -> dict[str, list[Touch]]:
    """Return the steps that were taken towards customers, the oldest first."""
    rows = [
        row
        for chunk in in_chunks(distinct(customers))
        for row in tx.all(
            select(touch).where(touch.c.company == company, touch.c.customer.in_(chunk)).order_by(touch.c.id)
        )
    ]
    said = messages.by_key(tx, company, [row.wish_key for row in rows if row.wish_key])
    found: dict[str, list[Touch]] = {}
    for row in rows:
        found.setdefault(row.customer, []).append(_touch(row, said.get(row.wish_key)))
    return found


def cycles(tx: Transaction, company: str, customers: Iterable[str]) -> dict[str, Cycle]:
    """Return the latest cycle of each customer that has had one."""
    found: dict[str, Cycle] = {}
    for chunk in in_chunks(distinct(customers)):
        ours = (dunning_cycle.c.company == company, dunning_cycle.c.customer.in_(chunk))
        for row in tx.all(select(dunning_cycle).where(*ours).order_by(dunning_cycle.c.number)):
            found[row.customer] = Cycle(row.number, **{name: getattr(row, name) for name in _DAYS})
    return found


def customers_of(tx: Transaction, company: str) -> list[str]:
    """Return the customers of whom any cycle runs, or of whom anything was said that holds."""
    running = select(dunning_cycle.c.customer).where(
        dunning_cycle.c.company == company, dunning_cycle.c.ended_on.is_(None)
    )
    said = select(debt_word.c.customer).where(debt_word.c.company == company, debt_word.c.ended_at.is_(None))
    return sorted({*tx.column(running), *tx.column(said)})


def say(
    tx: Transaction, company: str, customer: str, kind: str, said: Mapping[str, Any], sum_kopecks: int, by: str, reason: str, at: datetime
) -> int:  # fmt: skip
    """Keep what a person said and return its number."""
    row = {
        "company": company, "customer": customer, "kind": kind, "said": dict(said), "sum_kopecks": sum_kopecks, "by": by,
        "reason": reason, "at": at,
    }  # fmt: skip
    return int(tx.scalar(tx.insert(debt_word).values(row).returning(debt_word.c.id)))


def take_back(tx: Transaction, word_id: int, by: str, at: datetime) -> bool:
    """End what a person said; False if it holds no more."""
    open_ = (debt_word.c.id == word_id, debt_word.c.ended_at.is_(None))
    return tx.change(update(debt_word).where(*open_).values(ended_at=at, ended_by=by)) == 1


def words(tx: Transaction, company: str, customers: Iterable[str] | None = None) -> list[Word]:
    """Return what people said, ended or not, the oldest first; of all customers if none are named."""
    query = select(debt_word).where(debt_word.c.company == company).order_by(debt_word.c.id)
    if customers is None:
        return [_word(row) for row in tx.all(query)]
    chunks = in_chunks(distinct(customers))
    return [_word(row) for chunk in chunks for row in tx.all(query.where(debt_word.c.customer.in_(chunk)))]


def _row(company: str, each: TouchNote) -> dict[str, Any]:
    said = each.touch
    return {
        "company": company, "key": each.key, "customer": each.customer, "entity": said.entity, "cycle": said.cycle, "step": said.step,
        "carrying": said.carrying, "documents": list(said.documents), "at_bd": said.at_bd, "how": said.outcome.value,
        "channel": said.channel, "sum_kopecks": said.sum_kopecks, "wish_key": each.wish_key,
    }  # fmt: skip


def _touch(row: Any, told: Remembered | None) -> Touch:
    return Touch(
        row.step, row.at, row.entity, row.cycle, row.carrying, tuple(row.documents), _outcome(row, told), row.at_bd, row.channel,
        row.sum_kopecks,
    )  # fmt: skip


def _outcome(row: Any, told: Remembered | None) -> Outcome:
    found = Outcome(row.how) if not row.wish_key or told is None else _fate(told)
    return Outcome.FAILED if row.withdrawn_at is not None and found in _TAKEN_BACK else found


def _fate(told: Remembered) -> Outcome:
    return _GONE.get(told.rule, _FATES[told.verdict]) if told.verdict == WAITS else _FATES[told.verdict]


def _cycle_row(company: str, each: CycleNote) -> dict[str, Any]:
    days = {name: getattr(each.cycle, name) for name in _DAYS}
    return {"company": company, "customer": each.customer, "number": each.cycle.number, **days}


def _word(row: Any) -> Word:
    return Word(**{each.name: getattr(row, each.name) for each in fields(Word)})
