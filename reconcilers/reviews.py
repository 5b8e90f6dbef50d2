"""Whom to thank for a deal, with the request for a review of the branch.

Rules
- A deal that was won, in a funnel whose row `won` has `notice: thanks_review`: the day after, at noon, up to two days later.
- Once for a deal; and not to somebody who was asked within the last ninety days, whichever deal it was for.
- Nobody is asked about deals that were won before the company's cut-off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sverka.domain.contacts import name_or_nothing
from sverka.domain.messaging.facts import ThanksReview
from sverka.domain.messaging.kinds import KIND_BY_NAME, THANKS_REVIEW
from sverka.domain.messaging.wishes import Wish
from sverka.domain.policy import Branch, Policy
from sverka.domain.rows import Client, Deal
from sverka.domain.russian import quoted

NOON, ASKED_LATELY = time(12), timedelta(days=90)
LOOKED_AT = timedelta(days=4)
"""Deals that were won longer ago have had their day."""


@dataclass(frozen=True)
class WonCase:
    """A deal that was won. order: its number at the store or in the ledger. asked: when the client was asked for any review."""

    deal: Deal
    client: Client
    branch: Branch | None
    order: str = ""
    manager: str = ""
    manager_name: str = ""
    asked: Sequence[datetime] = ()


def wishes(case: WonCase, policy: Policy) -> tuple[Wish, ...]:
    """Return the thanks that are due for a deal."""
    won_at = case.deal.moved_at
    if case.branch is None or won_at is None or won_at < policy.history_cutoff:
        return ()
    kind, local = KIND_BY_NAME[THANKS_REVIEW], won_at.astimezone(policy.zone)
    noon = datetime.combine(local.date() + timedelta(days=1), NOON, policy.zone)
    lately = any(won_at - ASKED_LATELY < each for each in case.asked)
    facts = ThanksReview(
        company=policy.title, name=name_or_nothing(case.client.first_name), branch=case.branch.name, link=case.branch.review_link,
        order_number=case.order, manager=case.manager_name,
    )  # fmt: skip
    return (
        Wish(
            kind, f"deal:{case.deal.ext_id}", case.client.ext_id, "won", facts.as_json(), noon, noon + kind.useful,
            reason=f"Сделка {quoted(case.deal.title)}: благодарим и просим об отзыве.", manager=case.manager,
            held="asked_lately" if lately else "",
        ),
    )  # fmt: skip
