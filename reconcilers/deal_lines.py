"""What the deal takes over from its order: works and goods flow back once the ledger says what they are.

Rules
- While a work order is open, mechanics add to it what they find; that is no difference, and the deal waits.
- When the work order is closed or goods have left, the order's lines are the truth, and the deal takes them over, works and goods alike.
- A good that the CRM does not know becomes a line of free text with the good's name.
- If somebody changed the deal's lines in the meantime, to something else than the order holds, a person is asked.
- A deal whose lines are equal already costs nothing; lines that a person changes in the deal afterwards are put back after a second look
  and the grace, or asked about, by the company's table of owners.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase, OrderLines, lines_value, sum_of
from sverka.domain.cut_off import is_cut_off
from sverka.domain.patience import ACTING, Course, Difference, exception, occasion, weigh
from sverka.domain.plan import Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.russian import POSITIONS, counted, money_exact, quoted

ASPECT = "lines"
"""The same base as for the order's lines: only who owns them has changed."""

TOPIC = "deal_lines"
"""The question is another one: here the ledger is the owner."""


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the deal's lines need once the ledger owns them."""
    ownership, order = policy.owners.get(ASPECT), case.order
    if ownership is None or case.stage is None or not case.stage.keeps_order or order is None or order.deleted:
        return Plan()
    if not case.ledger_owns_lines or (case.order_word == "work_opened" and not case.is_shipped):
        return Plan()
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", "deal_lines"),))
    return _compare(case, order.number, policy, now)


def take_over(case: OrderCase, when: str = "") -> Plan:
    """Return the plan that gives the deal the lines of its order."""
    held = case.held_lines
    action = Action(
        "deal.lines", case.subject, when,
        {"deal": case.deal.ext_id, "lines": [_row(case, *line) for line in held.items()], "was": standing(case)},
        reason=f"Сделка {quoted(case.deal.title)}: переносим из заказа в Бизнес.ру {brief(held)}.",
        before=brief(case.wanted_lines), after=brief(held), evidence=case.evidence(),
        money_kopecks=abs(sum_of(held) - sum_of(case.wanted_lines)), settles=((ASPECT, lines_value(held)),),
    )  # fmt: skip
    return Plan(actions=(action,))


def standing(case: OrderCase) -> list[dict[str, Any]]:
    """Return the deal's lines as they stand, for the payload of what replaces them."""
    return [
        {"product": line.product_id, "name": line.name, "price_kopecks": line.price_kopecks, "amount_thousandths": line.amount_thousandths}
        for line in case.lines
    ]  # fmt: skip


def brief(lines: OrderLines) -> str:
    """Say in a few words what lines hold."""
    return f"{counted(len(lines), POSITIONS)} на {money_exact(sum_of(lines))}" if lines else "ничего"


def _compare(case: OrderCase, number: str, policy: Policy, now: datetime) -> Plan:
    wanted, held = case.wanted_lines, case.held_lines
    where = f"Заказ № {number} выполнен или отгружен: в нём {brief(held)}, а в сделке {quoted(case.deal.title)} {brief(wanted)}"
    difference = Difference(
        ASPECT, lines_value(held), lines_value(wanted),
        drift=f"{where}. Состав изменили в сделке.", conflict=f"{where}: состав меняли и там, и там. Что верно?",
        is_strange=_is_strange(case), restored=case.restores.get("deal.lines", 0), topic=TOPIC,
    )  # fmt: skip
    course, plan = weigh(case, difference, policy.owners[ASPECT], now)
    if course is Course.ADOPT:
        return plan + exception(case, "deal_lines")
    return plan + take_over(case, occasion(course)) if course in ACTING else plan


def _is_strange(case: OrderCase) -> bool:
    """Whether the two, if they do not agree, differ by more than the order's additions; one that we half wrote is no truth either."""
    is_part = case.wanted_lines.items() <= case.held_lines.items()
    return is_cut_off(case.bases.get(ASPECT)) or not (case.is_made_here and is_part)


def _row(case: OrderCase, key: tuple[str, int], amount_thousandths: int) -> dict[str, Any]:
    good_id, price_kopecks = key
    card = case.goods.get(good_id)
    return {
        "product": card.product_id if card else "", "name": card.name if card else f"Товар № {good_id}",
        "price_kopecks": price_kopecks, "amount_thousandths": amount_thousandths,
    }  # fmt: skip
