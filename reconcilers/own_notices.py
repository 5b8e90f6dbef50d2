"""What a company tells its clients in its own words, because a deal came to a stage.

Rules
- A deal at a stage whose `notice` is a kind of the company's own: its client is told once for each stay there, for as long as the kind
  is useful. A deal that came before the company's cut-off is left alone.
"""

from __future__ import annotations

from datetime import date, datetime

from reconcilers.requests import is_old
from sverka.domain.cases import OrderCase
from sverka.domain.contacts import name_or_nothing
from sverka.domain.messaging.facts import Generic
from sverka.domain.messaging.wishes import Wish
from sverka.domain.plan import Plan
from sverka.domain.policy import Policy
from sverka.domain.russian import quoted


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the client is to be told."""
    kind = policy.own_kinds.get((case.stage.notice if case.stage else None) or "")
    came_at = case.deal.moved_at or case.deal.created_at
    if kind is None or case.client is None or is_old(case, policy) or now >= came_at + kind.useful:
        return Plan()
    return Plan(
        wishes=(
            Wish(
                kind, case.subject, case.client.ext_id, came_at.isoformat(timespec="seconds"), _facts(case, policy).as_json(),
                came_at, came_at + kind.useful, manager=case.people.manager,
                reason=f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: сообщаем клиенту.",
            ),
        )
    )  # fmt: skip


def _facts(case: OrderCase, policy: Policy) -> Generic:
    branch, day = policy.branch(case.deal.branch), case.deal.custom("ship_date")
    return Generic(
        company=policy.title, name=name_or_nothing(case.client.first_name) if case.client else "", deal_title=case.deal.title,
        order=case.order.number if case.order else "", branch=branch.name if branch else "", address=branch.address if branch else "",
        day=date.fromisoformat(day) if day else None, sum_kopecks=case.sum_kopecks, manager=case.people.manager_name,
    )  # fmt: skip
