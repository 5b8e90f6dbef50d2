"""Whether the deal shows the number of its order in the ledger, so that a manager finds it without asking.

The ledger owns the number. A portal without the field is left alone. A number that somebody typed over is put back after a second look.
"""

from __future__ import annotations

from datetime import datetime

from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase
from sverka.domain.patience import Course, Difference, weigh
from sverka.domain.plan import Plan
from sverka.domain.policy import Policy
from sverka.domain.russian import quoted

ASPECT = "ledger_order"


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the deal's field for the order number needs."""
    order, ownership = case.order, policy.owners.get(ASPECT)
    if (
        ownership is None
        or order is None
        or order.deleted
        or not case.shows_order_number
        or case.stage is None
        or not order.number
    ):
        return Plan()
    text = f"В сделке {quoted(case.deal.title)} указан другой номер заказа, а её заказ в Бизнес.ру — № {order.number}."
    difference = Difference(ASPECT, order.number, case.deal.ledger_order, drift=text, conflict=text, derived=True)
    course, plan = weigh(case, difference, ownership, now)
    return plan + Plan(actions=(_action(case, order.number),)) if course is Course.ACT else plan


def _action(case: OrderCase, number: str) -> Action:
    return Action(
        "deal.ledger_order", case.subject, "", {"deal": case.deal.ext_id, "value": number},
        reason=f"Сделка {quoted(case.deal.title)}: показываем в карточке номер её заказа в Бизнес.ру.",
        before=case.deal.ledger_order, after=number, evidence=case.evidence(), settles=((ASPECT, number),),
    )  # fmt: skip
