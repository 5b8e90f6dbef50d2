"""Money at a desk: what a manager marked as paid in the deal is registered in the ledger, once.

Rules
- Only where a person marked it, at a stage where the company's table lets the mark count. Bank money comes with the statement and
  is never registered here.
- What is registered is what the order still lacks: its sum less what is bound to it already. Nothing is registered twice,
  whatever becomes of the sum; a receipt that is gone or bound elsewhere is told.
- The desk is the one that the deal names, else that of its branch.
- When all goods have left and all money has come, and the decision says so, the order is closed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reconcilers import orders
from reconcilers.decisions import in_force
from sverka.domain.actions import Action, ref
from sverka.domain.cases import OrderCase, sum_of
from sverka.domain.marks import mark
from sverka.domain.obstacles import obstacles
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.russian import money_exact, quoted

ASPECT, RECEIPT = "payment", "receipt"
GENERATION = "1"


def decide(case: OrderCase, policy: Policy, _now: datetime) -> Plan:
    """Return the receipt that a person's mark calls for, and the closing of the order."""
    if case.order is None or case.order.deleted or not case.is_complete or not case.has_its_lines:
        return Plan()
    if obstacles(case) and not case.ledger_owns_lines:
        return Plan()
    if case.order_word not in ("open", "work_opened", "work_closed") or not case.is_for_its_client:
        return _overpaid(case)
    plan = _overpaid(case)
    if in_force(case, policy, "payment") and case.due_kopecks:
        plan += _receive(case, policy)
    if in_force(case, policy, "close_order") and case.is_all_shipped and case.is_paid and case.order_word == "open":
        plan += Plan(actions=(orders.close(case),))
    return plan


def _receive(case: OrderCase, policy: Policy) -> Plan:
    receipt = case.created.get(_receipt_key(case))
    if receipt:
        return _missing(case) if _is_linked(case) else Plan(actions=(_link(case, receipt),))
    desk_name = case.deal.custom("cash_desk") or (
        branch.cash_desk if (branch := policy.branch(case.deal.branch)) else ""
    )
    desk_id = case.ids.cash_desks.get(desk_name, "")
    if not desk_id:
        return _no_desk(case, desk_name)
    return Plan(actions=(_create(case, desk_id, desk_name), _link(case, ref(_receipt_key(case)))))


def _receipt_key(case: OrderCase) -> str:
    return Action("cash.create", case.subject, GENERATION, {}, "").key


def _link(case: OrderCase, receipt: Any) -> Action:
    """Bind all that was received to the order, whatever people bound of it: what is too much is told, not hidden."""
    received, number = _received(case), case.order.number if case.order else ""
    return Action(
        "cash.link", case.subject, "",
        {"cash": receipt, "order": case.order.ext_id if case.order else "", "sum_kopecks": received},
        reason=f"Сделка {quoted(case.deal.title)}: привязываем оплату к заказу № {number}.",
        after=money_exact(received), evidence=case.evidence(), settles=((ASPECT, "linked"),),
    )  # fmt: skip


def _received(case: OrderCase) -> int:
    """Return what was registered; what is about to be, before that."""
    return int(case.bases.get(RECEIPT, case.due_kopecks))


def _create(case: OrderCase, desk_id: str, desk_name: str) -> Action:
    order = case.order
    if order is None:
        raise ValueError(f"{case.subject} has no order to pay for")
    return Action(
        "cash.create", case.subject, GENERATION,
        {
            "partner": order.partner_id, "order": order.ext_id, "cash_desk": desk_id,
            "sum_kopecks": case.due_kopecks, "author": case.ids.author,
            "responsible": case.responsible_id or case.ids.author, "organization": case.ids.organization,
            "comment": f"{mark('deal', case.deal.ext_id)} Битрикс24: {case.deal.title}",
        },
        reason=f"Сделка {quoted(case.deal.title)}: отмечена оплата, проводим приход {money_exact(case.due_kopecks)} через «{desk_name}».",
        after=money_exact(case.due_kopecks), evidence=case.evidence(), money_kopecks=case.due_kopecks,
        settles=((RECEIPT, str(case.due_kopecks)),),
    )  # fmt: skip


def _is_linked(case: OrderCase) -> bool:
    """Whether what we registered is bound to the order: then what is missing came into being afterwards."""
    return case.bases.get(ASPECT) == "linked"


def _no_desk(case: OrderCase, desk_name: str) -> Plan:
    what = f"касса «{desk_name}» не найдена в Бизнес.ру" if desk_name else "не указаны ни касса, ни филиал"
    text = f"Сделка {quoted(case.deal.title)}: отмечена оплата, но {what}. Деньги не проведены; укажите кассу или филиал в сделке."
    finding = Finding("missing", case.subject, "cash_desk", text, desk_name, case.due_kopecks)
    return Plan(findings=(finding,), skips=(Skip(case.subject, "no_branch", ASPECT),))


def _overpaid(case: OrderCase) -> Plan:
    over = case.paid_kopecks - sum_of(case.held_lines)
    if over <= 0:
        return Plan()
    text = (
        f"Сделка {quoted(case.deal.title)}: за заказ получено на {money_exact(over)} больше его суммы. "
        "Верните деньги или поправьте состав."
    )
    return Plan(findings=(Finding("behind_fact", case.subject, "overpaid", text, str(over), over),))


def _missing(case: OrderCase) -> Plan:
    """Tell why money is missing though what was marked is registered and bound: the order grew, or the money is not there any more."""
    return _gone(case) if case.paid_kopecks < _received(case) else _underpaid(case)


def _gone(case: OrderCase) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)}: мы провели оплату {money_exact(_received(case))}, а к заказу привязано только "
        f"{money_exact(case.paid_kopecks)}: приход удалили или отвязали. Проверьте деньги в Бизнес.ру."
    )
    return Plan(
        findings=(Finding("behind_fact", case.subject, "underpaid", text, str(case.due_kopecks), case.due_kopecks),)
    )


def _underpaid(case: OrderCase) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)}: оплата проведена, но заказ с тех пор подорожал, не хватает {money_exact(case.due_kopecks)}. "
        "Примите доплату и проведите её в Бизнес.ру."
    )
    return Plan(
        findings=(Finding("behind_fact", case.subject, "underpaid", text, str(case.due_kopecks), case.due_kopecks),)
    )
