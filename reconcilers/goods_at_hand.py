"""Whether the goods of a deal are there: shown while a client waits for an answer, and checked on the eve of a visit.

Rules
- A stage that shows availability: the deal's field says, for each good, what is free in every store; what people wrote of the
  supplier stands beside it. It is kept true as stocks change.
- What all stores together lack becomes one task for whoever buys; it closes when the goods are there or the deal moves on.
- What is held for a deal and does not lie in the store is told, and becomes a task for whoever buys.
- From noon (the table's hour) of the eve of a visit on: all goods of the deal must lie at its branch and be held for it. If they
  are not, its manager gets a task, so that nobody comes in vain; it closes when the goods are held or the visit is moved.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from reconcilers import shipments
from reconcilers.fields import set_field
from sverka.domain.actions import Action
from sverka.domain.cases import Goods, OrderCase, Shelf
from sverka.domain.messaging.kinds import ORDER_READY
from sverka.domain.patience import ACTING, Course, Difference, exception, weigh
from sverka.domain.plan import Finding, Plan, Wake
from sverka.domain.policy import Policy
from sverka.domain.quantity import units
from sverka.domain.reminders import Reminder
from sverka.domain.russian import clock, day, quoted

ASPECT = "availability"


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the deal must show."""
    return _show(case, policy, now)


def missing(case: OrderCase, plan: Plan, policy: Policy, now: datetime) -> Plan:
    """Return what is held without lying in the store, and what is missing on the eve of a visit, once the reserves are as they can be."""
    if not _is_settled(plan):
        return _eve(case, policy, now, is_settled=False)
    return _eve(case, policy, now, is_settled=True) + (Plan() if _is_at_risk(case, policy, now) else _overdrawn(case))


def reminders(case: OrderCase, plan: Plan, policy: Policy, now: datetime) -> list[Reminder]:
    """Return the tasks to buy what no store has, and the one about a visit whose goods are not held."""
    if not _is_settled(plan):
        return _purchase(case)
    awaited = any(finding.aspect == shipments.STOCK for finding in plan.findings)  # whoever buys has that task already
    return [*_purchase(case), *(_visit(case, policy, now) or ([] if awaited else _restock(case)))]


def unjudged(plan: Plan) -> tuple[str, ...]:
    """Return the reasons for reminders of which nothing can be said while reserves are still to be set right."""
    return () if _is_settled(plan) else ("visit goods", "restock")


def _is_settled(plan: Plan) -> bool:
    """Whether nothing about the reserves is still to be done, so that what they hold can be judged."""
    return not any(action.kind.startswith("reserve.") for action in plan.actions)


def _is_overdrawn(case: OrderCase) -> bool:
    """Whether all is held that the stage requires, and not all of it lies in the store."""
    stage = case.stage
    if (
        stage is None
        or not stage.requires_reserve
        or not case.is_complete
        or case.order is None
        or case.ledger_owns_lines
    ):
        return False
    is_held = all(case.held_goods.get(good, 0) >= amount for good, amount in case.wanted_goods.items())
    return is_held and bool(not_held(case))


def _overdrawn(case: OrderCase) -> Plan:
    if not _is_overdrawn(case) or (case.stage is not None and case.stage.notice == ORDER_READY):
        return Plan()  # there the client waits for word, and `notices` says what keeps it back
    text = (
        f"Сделка {quoted(case.deal.title)}: в филиале «{case.deal.branch}» в резерве больше, чем лежит на складе, "
        f"не хватает: {names(case, not_held(case))}. Докупите товар или договоритесь, кому он достанется."
    )
    return Plan(
        findings=(
            Finding("missing", case.subject, "reserve goods", text, ",".join(sorted(not_held(case))), case.sum_kopecks),
        )
    )


def _restock(case: OrderCase) -> list[Reminder]:
    if not _is_overdrawn(case):
        return []
    needed = {good: case.wanted_goods[good] for good in not_held(case)}
    text = (
        f"Для сделки {quoted(case.deal.title)} товар в резерве, "
        f"но на складе филиала «{case.deal.branch}» его нет. Нужно: {names(case, needed)}."
    )
    goods = ",".join(sorted(needed))
    return [
        Reminder(
            "task",
            "restock",
            goods,
            f"Докупить под резерв: {case.deal.title}",
            text,
            case.people.purchase or case.people.manager,
        )
    ]


def _show(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    ownership = policy.owners.get(ASPECT)
    if ownership is None or not _is_shown(case) or ASPECT not in case.deal_fields or not case.is_complete:
        return Plan()
    stands = _summary(case, policy)
    text = f"В сделке {quoted(case.deal.title)} поле о наличии поправили вручную, а на складах иначе."
    course, plan = weigh(
        case, Difference(ASPECT, stands, case.deal.custom(ASPECT), text, text, derived=True), ownership, now
    )
    if course is Course.ADOPT:
        return plan + exception(case, ASPECT)
    return plan + Plan(actions=(_action(case, stands),)) if course in ACTING else plan


def _is_shown(case: OrderCase) -> bool:
    return case.stage is not None and case.stage.show == ASPECT and bool(case.lines)


def _action(case: OrderCase, stands: str) -> Action:
    return set_field(case, ASPECT, stands, f"Сделка {quoted(case.deal.title)}: показываем наличие на складах.")


def _summary(case: OrderCase, policy: Policy) -> str:
    """Say for each good of the deal what is needed and what is free where, then what the supplier said."""
    said = [_line(case, policy, good_id, amount) for good_id, amount in case.wanted_goods.items()]
    unknown = sorted({line.name for line in case.lines if not line.good_id})
    return "; ".join([*said, *(f"{name}: нет в Бизнес.ру" for name in unknown), *_supplier(case)])


def _line(case: OrderCase, policy: Policy, good_id: str, amount: int) -> str:
    free = {branch.name: _free(case, case.ids.stores.get(branch.name, ""), good_id) for branch in policy.branches}
    where = ", ".join(f"{name} {units(count)}" for name, count in free.items() if count) or "нигде нет"
    verdict = "" if sum(free.values()) >= amount else f", не хватает {units(amount - sum(free.values()))}"
    return f"{case.goods[good_id].name if good_id in case.goods else good_id}: нужно {units(amount)}, есть: {where}{verdict}"


def _supplier(case: OrderCase) -> list[str]:
    answer, until = case.deal.custom("supplier"), case.deal.custom("supplier_date")
    said = " ".join(
        part for part in (answer, f"до {day(datetime.fromisoformat(until).date())}" if until else "") if part
    )
    return [f"поставщик: {said}"] if said else []


def _free(case: OrderCase, store_id: str, good_id: str) -> int:
    shelf = case.stock.get((store_id, good_id), Shelf(0, 0))
    return max(0, shelf.amount - shelf.reserved)


def _lacking(case: OrderCase) -> Goods:
    stores = set(case.ids.stores.values()) - {""}
    lacks = {
        good_id: amount - case.held_goods.get(good_id, 0) - sum(_free(case, store, good_id) for store in stores)
        for good_id, amount in case.wanted_goods.items()
    }
    return {good_id: amount for good_id, amount in lacks.items() if amount > 0}


def _purchase(case: OrderCase) -> list[Reminder]:
    lacking = _lacking(case) if _is_shown(case) and case.is_complete else {}
    if not lacking:
        return []
    needed = {good: case.wanted_goods[good] for good in lacking}
    supplier = "; ".join(_supplier(case))
    text = f"Для сделки {quoted(case.deal.title)} нужно больше, чем есть на складах: {names(case, needed)}. {supplier}".strip()
    values = ",".join(sorted(lacking))
    return [
        Reminder(
            "task",
            "purchase",
            values,
            f"Закупить для сделки: {case.deal.title}",
            text,
            case.people.purchase or case.people.manager,
        )
    ]


def visit_at(case: OrderCase) -> datetime | None:
    """Return the moment of the deal's visit, in UTC; None if none is agreed."""
    written = case.deal.custom("visit_at")
    return datetime.fromisoformat(written) if written else None


def _checked_from(case: OrderCase, policy: Policy) -> datetime | None:
    """Return the moment on the eve from which the goods of the visit must be held; None where nothing is checked."""
    visit = visit_at(case)
    if visit is None or case.stage is None or case.stage.eve_check is None:
        return None
    eve = visit.astimezone(policy.zone).date() - timedelta(days=1)
    return datetime.combine(eve, case.stage.eve_check, policy.zone)


def not_held(case: OrderCase) -> Goods:
    """Return what of the deal's goods is not held for it in its branch's store, or held without lying there for it.

    Where more is held than lies there, nobody can tell for whom it lies: each of the deals lacks it.
    """
    at_hand = {good: _at_hand(case, good, amount) for good, amount in case.held_goods.items()}
    return {
        good: amount - at_hand.get(good, 0)
        for good, amount in case.wanted_goods.items()
        if amount > at_hand.get(good, 0)
    }


def _at_hand(case: OrderCase, good_id: str, held: int) -> int:
    shelf = case.stock.get((case.store_id, good_id), Shelf(0, 0))
    return max(0, min(held, shelf.amount - max(0, shelf.reserved - held)))


def _is_at_risk(case: OrderCase, policy: Policy, now: datetime) -> bool:
    """Whether a visit is near, has not begun, and something for it is not held."""
    start, visit = _checked_from(case, policy), visit_at(case)
    return (
        start is not None and visit is not None and start <= now < visit and case.is_complete and bool(not_held(case))
    )


def _eve(case: OrderCase, policy: Policy, now: datetime, *, is_settled: bool) -> Plan:
    start = _checked_from(case, policy)
    if start is None or start > now:
        return Plan(wakes=(Wake(case.deal.ext_id, start),) if start else ())
    if not is_settled or not _is_at_risk(case, policy, now):
        return Plan()
    text = f"{_visit_words(case, policy)} не всё в резерве филиала: {names(case, not_held(case))}. Найдите товар или перенесите визит."
    return Plan(
        findings=(
            Finding("missing", case.subject, "visit goods", text, case.deal.custom("visit_at"), case.sum_kopecks),
        )
    )


def _visit(case: OrderCase, policy: Policy, now: datetime) -> list[Reminder]:
    if not _is_at_risk(case, policy, now):
        return []
    visit = visit_at(case)
    text = f"{_visit_words(case, policy)} не всё в резерве филиала: {names(case, not_held(case))}."
    title = f"Визит под угрозой: {case.deal.title}"
    return [Reminder("task", "visit goods", case.deal.custom("visit_at"), title, text, case.people.manager, visit)]


def _visit_words(case: OrderCase, policy: Policy) -> str:
    visit = visit_at(case)
    local = visit.astimezone(policy.zone) if visit else None
    when = f"{day(local.date())} в {clock(local)}" if local else ""
    return f"Сделка {quoted(case.deal.title)}: клиент приедет {when}, а"


def names(case: OrderCase, goods: Goods) -> str:
    """Name goods with their amounts."""
    return ", ".join(
        f"{case.goods[good].name if good in case.goods else good} — {units(amount)} шт"
        for good, amount in goods.items()
    )
