"""Which step of the ladder comes next for a document that leads, and what of the past holds it back. Pure.

Each touch keeps which documents it listed as overdue, so the place on the ladder is the leading document's own: after a partial payment it
follows facts, and no mandatory step is skipped; a document that was never shown begins with the first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from sverka.domain.dunning.facts import COUNTING, Customer, Touch
from sverka.domain.dunning.policy import Ladder, Settings, Step
from sverka.domain.dunning.standing import Account


def taken(touches: Iterable[Touch], cycle: int, entity: str | None = None) -> tuple[Touch, ...]:
    """Return the touches of a cycle, of one own entity or of all, that were made or may have been."""
    return tuple(
        each
        for each in touches
        if each.cycle == cycle and each.outcome in COUNTING and entity in (None, each.entity) and each.at_bd >= 0
    )


def next_step(ladder: Ladder, touches: Iterable[Touch], carrying: str, age_bd: int) -> Step | None:
    """Return the step that is due for a leading document; None if none is.

    touches: the cycle's. A mandatory step is never skipped; an optional one is taken only when it is the latest that is due. A step that is
    in no ladder any more counts for where it stood.
    """
    mine = [each for each in touches if carrying in each.documents]
    done = max(_places(ladder, mine), default=-1)
    due = [step for step in ladder.steps if 0 <= step.at_bd <= age_bd]
    following = next((step for step in due if step.is_mandatory and step.at_bd > done), None)
    if following is not None or not due:
        return following
    latest = due[-1]
    is_new = not any(latest.is_called(each.step) for each in mine)
    return latest if not latest.is_mandatory and (is_new or latest.repeats_bd) else None


def _places(ladder: Ladder, touches: Iterable[Touch]) -> Iterator[int]:
    for each in touches:
        step = ladder.step(each.step)
        if step is None:
            yield each.at_bd
        elif step.is_mandatory:
            yield step.at_bd


def is_catching_up(ladder: Ladder, step: Step, age_bd: int) -> bool:
    """Whether a step comes so late that the one after the next is due already."""
    return sum(step.at_bd < each.at_bd <= age_bd for each in ladder.mandatory) >= 2


def gap_bd(ladder: Ladder, step: Step, settings: Settings) -> int:
    """Return how many working days a step keeps from the last contact; one inside the house no more than its place in the ladder gives."""
    if not step.is_inside:
        return settings.contact_gap_bd
    before = [each.at_bd for each in ladder.mandatory if each.at_bd < step.at_bd]
    return min(settings.contact_gap_bd, step.at_bd - before[-1]) if before else settings.contact_gap_bd


def last_contact(customer: Customer, ladder: Ladder, today: date, zone: ZoneInfo) -> date | None:
    """Return the last day on which the customer was spoken to of debts: by any step of the ladder before today, or by a call until now."""
    days = [
        each.at.astimezone(zone).date()
        for each in customer.touches
        if each.outcome in COUNTING and each.at_bd >= 0 and not _is_for_digest(ladder, each)
    ]
    return max([day for day in days if day < today] + [day for day in customer.calls if day <= today], default=None)


def _is_for_digest(ladder: Ladder, touch: Touch) -> bool:
    step = ladder.step(touch.step)
    return step is not None and step.repeats_bd > 0


def cooling_since(customer: Customer, account: Account, settings: Settings, zone: ZoneInfo) -> date | None:
    """Return the day on which so much came since the last step that the ladder rests; None if that did not happen.

    Money that comes later does not prolong the rest: it is given once between two steps.
    """
    began, carrying = customer.cycle.began_on, account.carrying
    if began is None or carrying is None:
        return None
    steps = [each.at.astimezone(zone).date() for each in taken(customer.touches, customer.cycle.number, account.entity)]
    since = max([began, *steps])
    came = 0
    for each in sorted(customer.receipts, key=lambda one: (one.received_on, one.id)):
        if each.entity != account.entity or each.received_on < since:
            continue
        came += each.sum_kopecks
        is_much = (
            came * 100 >= carrying.residual_kopecks * settings.cooling_document_percent
            or came * 100 >= account.net_kopecks * settings.cooling_net_percent
        )
        if is_much:
            return each.received_on
    return None


def warned_on(customer: Customer, ladder: Ladder, documents: Iterable[str], zone: ZoneInfo) -> date | None:
    """Return the day on which the customer was first warned, in this cycle, of a stop over one of some documents; a draft counts."""
    about = set(documents)
    days = [
        each.at.astimezone(zone).date()
        for each in taken(customer.touches, customer.cycle.number)
        if about & set(each.documents) and (step := ladder.step(each.step)) is not None and step.is_notice
    ]
    return min(days, default=None)


def strange(ladder: Ladder, touches: Iterable[Touch]) -> tuple[str, ...]:
    """Return ids of steps that were taken and that the ladder does not have any more."""
    known = {each.step for each in touches}
    return tuple(sorted(name for name in known if ladder.step(name) is None))
