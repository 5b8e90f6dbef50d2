"""Whether the order holds the deal's lines: the same goods at the same prices in the same amounts.

Rules
- The CRM owns the lines until a work order is opened or goods leave; from then on the ledger does (see `deal_lines`), and what a
  mechanic added is no difference.
- Lines that stand in an order with which the deal never agreed are asked about, not overwritten, unless they are a part of the
  deal's in an order that we made, or what a write of ours that was cut in two may have left.
- A line is known by its good and price, never by the CRM's row id; rows of the same good and price are summed.
- Lines changed in the deal are carried over at once. Lines changed in the ledger are put back after a second look and the grace,
  or asked about, by the company's table of owners. Changed on both sides to different values: asked. What was put back twice in a
  week and changed again is asked about as well.
- Where a person says that the ledger is right, the deal takes over the order's lines.
- As long as one product of the deal has no counterpart, the lines are left alone: half an order would mislead the store.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reconcilers import deal_lines
from reconcilers.orders import order_key
from sverka.domain.actions import Action, ref
from sverka.domain.cases import OrderCase, OrderLines, lines_value, sum_of
from sverka.domain.cut_off import may_stand, pieces
from sverka.domain.obstacles import obstacles
from sverka.domain.patience import ACTING, Course, Difference, occasion, weigh
from sverka.domain.plan import Plan, Skip
from sverka.domain.policy import Ownership, Policy
from sverka.domain.russian import quoted

ASPECT = "lines"


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the order's lines need."""
    ownership = policy.owners.get(ASPECT)
    if ownership is None or case.stage is None or not case.stage.keeps_order:
        return Plan()
    if case.order is None:
        return _first_lines(case) if case.stage.requires_order else Plan()
    if case.order.deleted or case.ledger_owns_lines:
        return Plan()
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", ASPECT),))
    if found := obstacles(case):
        return Plan(skips=(Skip(case.subject, "unbound", ASPECT),), findings=found)
    return _compare(case, ownership, now)


def _first_lines(case: OrderCase) -> Plan:
    if not case.is_complete or obstacles(case):
        return Plan()
    return Plan(actions=(_action(case, ref(order_key(case)), {}),))


def _compare(case: OrderCase, ownership: Ownership, now: datetime) -> Plan:
    wanted, held = case.wanted_lines, case.held_lines
    number = case.order.number if case.order else ""
    where = f"Заказ № {number}: в сделке {quoted(case.deal.title)} {deal_lines.brief(wanted)}, в Бизнес.ру {deal_lines.brief(held)}"
    difference = Difference(
        ASPECT, lines_value(wanted), lines_value(held),
        drift=f"{where}. Состав изменили в Бизнес.ру.",
        conflict=f"{where}: состав меняли и там, и там. Что верно?",
        is_strange=_is_strange(case), restored=case.restores.get("order.lines", 0),
    )  # fmt: skip
    course, plan = weigh(case, difference, ownership, now)
    if course is Course.ADOPT:
        return plan + deal_lines.take_over(case)
    if course not in ACTING or case.order is None:
        return plan
    return plan + Plan(actions=(_action(case, case.order.ext_id, held, occasion(course)),))


def rows(lines: OrderLines) -> list[dict[str, Any]]:
    """Return lines of a document of the ledger as payloads hold them."""
    return [
        {"good": good_id, "price_kopecks": price, "amount_thousandths": amount}
        for (good_id, price), amount in lines.items()
    ]


def _is_strange(case: OrderCase) -> bool:
    """Whether the order, if it does not agree with the deal, holds what we cannot have left: a cut-off write leaves a part of ours."""
    ours = may_stand(case.bases.get(ASPECT)) | (pieces(rows(case.wanted_lines)) if case.is_made_here else frozenset())
    return not pieces(rows(case.held_lines)) <= ours


def _action(case: OrderCase, order: Any, held: OrderLines, when: str = "") -> Action:
    wanted = case.wanted_lines
    change = "состав изменился, в заказе должно быть:" if held else "переносим состав в заказ:"
    return Action(
        "order.lines", case.subject, when,
        {
            "order": order, "lines": rows(wanted), "was": rows(held),
        },
        reason=f"Сделка {quoted(case.deal.title)}: {change} {deal_lines.brief(wanted)}.",
        before=deal_lines.brief(held), after=deal_lines.brief(wanted),
        evidence=case.evidence(), money_kopecks=abs(sum_of(wanted) - sum_of(held)),
        settles=((ASPECT, lines_value(wanted)),),
    )  # fmt: skip
