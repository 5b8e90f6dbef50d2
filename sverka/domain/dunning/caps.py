"""G13: how many customers are reached in a day, and about how much money; who goes first where not all may. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sverka.domain.dunning import ageing
from sverka.domain.dunning.decision import Decision, Said
from sverka.domain.dunning.facts import COUNTING, Customer
from sverka.domain.dunning.policy import Caps, Ladder, Settings


@dataclass(frozen=True)
class Reached:
    """A customer's part in a day. spent_kopecks: about how much they were reached today, None if they were not.

    waiting: what would reach them. is_served: whether they had a notice of payments due soon today. Steps inside the house reach nobody.
    """

    decision: Decision
    spent_kopecks: int | None
    waiting: tuple[Said, ...]
    is_served: bool

    @classmethod
    def of(cls, customer: Customer, ladder: Ladder, decision: Decision, settings: Settings) -> Reached:
        """Count a customer's day."""
        withdrawn = {touch for each in decision.accounts for touch in each.withdrawn}
        today = [
            each
            for each in customer.touches
            if each.outcome in COUNTING
            and each not in withdrawn
            and each.at.astimezone(settings.zone).date() == decision.standing.today
        ]
        debts = [
            each.sum_kopecks
            for each in today
            if each.at_bd >= 0 and ((step := ladder.step(each.step)) is None or step.channels)
        ]
        waiting = tuple(
            each.said
            for each in decision.accounts
            if each.said is not None
            and (each.goes or each.is_for_list)
            and not each.is_standing
            and each.said.step.channels
        )
        return cls(decision, sum(debts) if debts else None, waiting, any(each.at_bd < 0 for each in today))


def over(day: Sequence[Reached], caps: Caps) -> frozenset[str]:
    """Return the customers for whom a day's number, share or sum does not suffice; the furthest on the ladder are served first.

    One customer always fits. Who comes after one that does not fit waits as well, so that nobody is overtaken for ever.
    """
    debtors = sum(not each.decision.standing.is_tail for each in day)
    places = min(caps.customers_per_day, max(1, -(-debtors * caps.share_percent // 100)))
    spent = [each.spent_kopecks for each in day if each.spent_kopecks is not None]
    count, kopecks = len(spent), sum(spent)
    waiting = sorted((each for each in day if each.spent_kopecks is None and each.waiting), key=_rank)
    for number, each in enumerate(waiting):
        wanted = sum(said.net_kopecks for said in each.waiting)
        if count >= places or (count > 0 and kopecks + wanted > caps.kopecks_per_day):
            return frozenset(late.decision.customer for late in waiting[number:])
        count, kopecks = count + 1, kopecks + wanted
    return frozenset()


def _rank(reached: Reached) -> tuple[int, int, int, str]:
    step = max(said.step.at_bd for said in reached.waiting)
    age = max(each.age_bd for each in reached.decision.accounts)
    return -step, -age, -reached.decision.standing.net_kopecks, reached.decision.customer


def over_services(day: Sequence[Reached], caps: Caps) -> frozenset[str]:
    """Return the customers whose notice of payments due soon is one too many for the day; the dearest are served first."""
    places = max(0, caps.customers_per_day - sum(each.is_served for each in day))
    waiting = sorted((each for each in day if each.decision.services), key=_dearest)
    return frozenset(each.decision.customer for each in waiting[places:])


def _dearest(reached: Reached) -> tuple[int, str]:
    return -sum(ageing.residual(said.coming) for said in reached.decision.services), reached.decision.customer
