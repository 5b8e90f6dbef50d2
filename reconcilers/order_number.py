"""Whether the deal shows the number of its order in the ledger, so that a manager finds it without asking.

The ledger owns the number. A portal without the field is left alone. A number that somebody typed over is put back after a second look.
"""

from __future__ import annotations

from datetime import datetime

from reconcilers.fields import set_field
from sverka.domain.cases import OrderCase
from sverka.domain.patience import ACTING, Course, Difference, exception, weigh
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
        or ASPECT not in case.deal_fields
        or case.stage is None
        or not order.number
    ):
        return Plan()
    text = f"В сделке {quoted(case.deal.title)} указан другой номер заказа, а её заказ в Бизнес.ру — № {order.number}."
    shown = case.deal.custom(ASPECT)
    difference = Difference(ASPECT, order.number, shown, drift=text, conflict=text, derived=True)
    course, plan = weigh(case, difference, ownership, now)
    if course is Course.ADOPT:
        return plan + exception(case, ASPECT)
    reason = f"Сделка {quoted(case.deal.title)}: показываем в карточке номер её заказа в Бизнес.ру."
    return plan + Plan(actions=(set_field(case, ASPECT, order.number, reason),)) if course in ACTING else plan
