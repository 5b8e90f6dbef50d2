"""A cycle: one stretch of being overdue, from the first working day late until the money was seen to have come. Pure.

It begins when enough is overdue to be spoken of. It ends when a payment read that covers a whole banking day after the debt was settled
shows it settled still; what a promise, a dispute or a pause excuses keeps it open, so that no excuse begins the ladder anew. Where money
that had settled it is returned, it goes on under its number.
"""

from __future__ import annotations

from dataclasses import replace

from sverka.domain.dunning.facts import Customer, Cycle
from sverka.domain.dunning.standing import Standing


def advance(customer: Customer, standing: Standing) -> Cycle:
    """Return the customer's cycle as it is after today; the same one, if nothing of it changes."""
    return _running(customer.cycle, standing) if customer.cycle.is_open else _resting(customer, standing)


def _resting(customer: Customer, standing: Standing) -> Cycle:
    cycle = customer.cycle
    is_due = not standing.is_tail and any(account.carrying for account in standing.accounts)
    if not is_due or not standing.is_read:
        return cycle
    if cycle.number and _was_reversed(customer, cycle):
        return replace(cycle, below_since=None, ended_on=None)
    return Cycle(cycle.number + 1, began_on=standing.today)


def _running(cycle: Cycle, standing: Standing) -> Cycle:
    if sum(account.owed_kopecks for account in standing.accounts) >= standing.tail_kopecks:
        return replace(cycle, below_since=None)
    since = cycle.below_since
    if since is None:
        return replace(cycle, below_since=standing.today)
    through = standing.read_through
    is_over = standing.is_read and standing.today > since and through is not None and through >= since
    return replace(cycle, ended_on=standing.today) if is_over else cycle


def _was_reversed(customer: Customer, cycle: Cycle) -> bool:
    """Whether money went back after the debt was seen settled."""
    since = cycle.below_since
    return since is not None and any(each.sum_kopecks < 0 and each.received_on >= since for each in customer.receipts)
