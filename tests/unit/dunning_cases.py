"""Builders for debts: each shows only what matters to the case.

The moment is Tuesday, 24 November 2026, 14:30 in Moscow, where the company is; 1C was read, managers were forewarned at noon. Sums are in
roubles.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reconcilers import dunning
from sverka.domain.dunning.decision import AccountDecision, Decision, Said
from sverka.domain.dunning.facts import (
    Customer,
    Cycle,
    Document,
    Freshness,
    Outcome,
    Promise,
    Reach,
    Receipt,
    Touch,
)
from sverka.domain.dunning.gates import Circumstances
from sverka.domain.dunning.policy import DEFAULT, Ladder, Settings
from sverka.domain.messaging.workdays import Workdays

MOSCOW = ZoneInfo("Europe/Moscow")
WORKDAYS = Workdays()
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 14, 30, tzinfo=MOSCOW)
SETTINGS = Settings()
ACCOUNTANT = Reach("accountant", "email", is_confirmed=True)
IN_CYCLE = Cycle(1, began_on=date(2026, 10, 1))


def rub(roubles: float) -> int:
    return round(roubles * 100)


def ago(working_days: int, today: date = TODAY) -> date:
    """The day so many working days before today; after it for a negative number."""
    return WORKDAYS.plus(today, -working_days)


def at(day: date, clock: str = "14:30") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=MOSCOW)


def document(name: str, age_bd: int, roubles: float = 100_000, *, today: date = TODAY, **changes: Any) -> Document:
    """A document so many working days past its due day."""
    usual: dict[str, Any] = {
        "sum_kopecks": rub(roubles),
        "number": name,
        "issued_on": ago(age_bd, today) - timedelta(days=30),
    }
    return Document(name, ago(age_bd, today), **(usual | {"residual_kopecks": usual["sum_kopecks"]} | changes))


def customer(*documents: Document, **changes: Any) -> Customer:
    """A customer in the first cycle whose accountant can be written to, forewarned of at noon."""
    usual: dict[str, Any] = {"cycle": IN_CYCLE, "reach": (ACCOUNTANT,), "forewarned_at": NOW.replace(hour=12, minute=0)}
    return Customer(changes.pop("key", "dealer"), documents, **(usual | changes))


def touch(step: str, age_bd: int, *documents: str, outcome: Outcome | None = None, **changes: Any) -> Touch:
    """A step that was taken so many working days ago, about documents, the first of which led: sent, or given to a person."""
    known = DEFAULT.step(step)
    outcome = outcome or (Outcome.BY_HAND if known and known.is_inside else Outcome.SENT)
    usual: dict[str, Any] = {"entity": "", "cycle": 1, "at_bd": known.at_bd if known else 0}
    return Touch(
        step, at(ago(age_bd)), carrying=documents[0], documents=documents, outcome=outcome, **(usual | changes)
    )


def receipt(name: str, age_bd: int, roubles: float, unallocated: float = 0, **changes: Any) -> Receipt:
    return Receipt(name, ago(age_bd), rub(roubles), rub(unallocated), **changes)


def promise(made_bd: int, due_bd: int, roubles: float, name: str = "p1", **changes: Any) -> Promise:
    """A promise made, and due, so many working days ago."""
    return Promise(name, ago(made_bd), ago(due_bd), rub(roubles), **changes)


def fresh(now: datetime = NOW) -> Freshness:
    """1C as it is read at the latest: the statement of the last banking day, all of it an hour ago."""
    day = WORKDAYS.last_working_day(now.astimezone(MOSCOW).date())
    return Freshness(day, now - timedelta(hours=1), now - timedelta(hours=1))


def around(now: datetime = NOW, **changes: Any) -> Circumstances:
    return replace(Circumstances(freshness=fresh(now)), **changes)


def decide(
    of: Customer, now: datetime = NOW, ladder: Ladder = DEFAULT, settings: Settings = SETTINGS, **changes: Any
) -> Decision:
    return dunning.decide(of, ladder, settings, around(now, **changes), now)


def said(of: Customer, now: datetime = NOW, **changes: Any) -> Said:
    """The one thing that is said or done now."""
    (found,) = decide(of, now, **changes).going
    return found


def why(of: Customer, now: datetime = NOW, **changes: Any) -> str:
    """What keeps back what would be said; "" if nothing does."""
    found = decide(of, now, **changes)
    assert not found.going
    return found.blocked.reason if found.blocked else ""


def account(of: Customer, now: datetime = NOW, **changes: Any) -> AccountDecision:
    (found,) = decide(of, now, **changes).accounts
    return found


def tasks(of: Customer, now: datetime = NOW, **changes: Any) -> dict[str, str]:
    """Who is to do what: reason → role."""
    return {task.reason: task.role for task in decide(of, now, **changes).tasks}


def up_to(step: str, *documents: str, last_bd: int = 3) -> tuple[Touch, ...]:
    """All steps of the usual ladder up to one, the last taken so many working days ago, the others with ages between as in the ladder."""
    steps = [each for each in DEFAULT.mandatory if each.at_bd <= DEFAULT.step(step).at_bd]  # type: ignore[union-attr]
    last = steps[-1].at_bd
    return tuple(touch(each.id, last_bd + last - each.at_bd, *documents) for each in steps)
