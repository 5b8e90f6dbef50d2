"""Debts looked at ahead: the same decisions, day after day, on copies of what was read last, as if nobody paid.

Belongs here: what a day leaves behind for the next one. Does not belong here: what is decided (`reconcilers.dunning`). Nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from reconcilers import dunning as rules
from sverka.domain.dunning.decision import Decision, How, Said
from sverka.domain.dunning.facts import Customer, Freshness, Outcome
from sverka.domain.dunning.gates import Circumstances
from sverka.domain.policy import Dunning, Mode


def days(
    customers: Iterable[Customer], rule: Dunning, mode: Mode, now: datetime, last: date
) -> Iterator[tuple[date, tuple[Decision, ...]]]:  # fmt: skip
    """Yield what would be decided on each day, from that of `now` through `last`, at the hour at which letters go.

    Assumed: nothing is paid or shipped, 1C is read in time, letters arrive, and people make the calls and release the letters that they are
    asked for. Holds go as far as they are set without a person.
    """
    standing, settings = list(customers), rule.settings
    today = now.astimezone(settings.zone).date()
    for number in range((last - today).days + 1):
        day = today + timedelta(days=number)
        at = max(now, datetime.combine(day, time(), settings.zone) + timedelta(minutes=settings.send_window[0]))
        known = Freshness(
            statement_until=settings.workdays.last_working_day(day), payments_read_at=at, shipments_read_at=at
        )
        decided = rules.daily([(each, rule.ladder) for each in standing], settings, Circumstances(known, mode), at)
        yield day, decided
        by_key = {each.customer: each for each in decided}
        standing = [_after(each, by_key[each.key], day, at) for each in standing]


def taken(decision: Decision) -> tuple[Said, ...]:
    """Return all that is said or done on a day: what is new, and what was planned before and stands."""
    return (*decision.going, *decision.services, *decision.standing_still)


def _after(customer: Customer, decision: Decision, day: date, at: datetime) -> Customer:
    """Return a customer as a day leaves them."""
    said = taken(decision)
    kept = [each for each in customer.touches if each.outcome not in rules.IN_FLIGHT]
    made = [each.touch(at, Outcome.SENT if each.how in (How.MESSAGE, How.DRAFT) else Outcome.BY_HAND) for each in said]
    calls = (day,) if any(each.step.is_call for each in said) else ()
    return replace(
        customer, touches=(*kept, *made), calls=(*customer.calls, *calls), cycle=decision.cycle, hold=decision.hold.by_itself,
        attention_spent=0, forewarned_at=None,
    )  # fmt: skip
