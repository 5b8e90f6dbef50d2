"""Goods that leave: the shipment that a person decided on, by the deal's order and out of its reserve.

Rules
- A shipment is made where a stage requires it (of trusted clients only, if the table says so) or where a person marked it in the
  deal.
- First the order must hold what the deal does, then the shipment is written as a draft with the order's goods; it is posted only
  when the draft was seen to hold exactly these. Posting uses the reserve up, ours or else the one that people made for the order.
  Services lie in no store and are not shipped.
- What the store does not have is never posted: the draft stays, the manager reads of it, and whoever buys gets a task. As soon as
  the store has it, the draft is posted.
- A draft that a person made for the same order is that person's work: we make no second one, and say so.
- A client without trust gets nothing before paying, whatever the stage says.
- What left and is not paid is told every day until the money has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from reconcilers import lines
from reconcilers.decisions import in_force
from sverka.domain.actions import Action, ref
from sverka.domain.cases import Goods, OrderCase, OrderLines, ReserveDocument, Shelf, ShipmentDocument, total_lines
from sverka.domain.marks import mark
from sverka.domain.obstacles import obstacles
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.quantity import units
from sverka.domain.reminders import Reminder
from sverka.domain.russian import POSITIONS, counted, money_exact, quoted

ASPECT = "shipment"
STOCK = f"{ASPECT} stock"


def decide(case: OrderCase, policy: Policy, _now: datetime) -> Plan:
    """Return what has to leave, and what is owed for what left."""
    order = case.order
    if case.stage is None or order is None or order.deleted or case.order_word not in ("open", "work_opened"):
        return _debt(case) + _left_behind(case)
    if not _is_decided(case, policy):
        return _debt(case) + (_not_trusted(case) if _is_for_others(case) else Plan())
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", ASPECT),))
    if obstacles(case) or not case.has_its_lines or not case.is_for_its_client:
        return _debt(case)
    return _debt(case) + (_ship(case) if case.left_goods else Plan())


def reminders(case: OrderCase, plan: Plan) -> list[Reminder]:
    """Return the task for whoever buys, while goods for the shipment are missing; what exactly is missing may change meanwhile."""
    short = next((finding for finding in plan.findings if finding.aspect == STOCK), None)
    if short is None:
        return []
    goods = [pair.partition(",")[0] for pair in short.values.split(";")]
    needed = "; ".join(_named(case, good, case.left_goods.get(good, 0)) for good in goods)
    text = f"Сделка {quoted(case.deal.title)} ждёт отгрузки, а на складе филиала «{case.deal.branch}» не хватает товара. Нужно: {needed}."
    title = f"Докупить для отгрузки: {case.deal.title}"
    return [
        Reminder("task", "shipment stock", ",".join(goods), title, text, case.people.purchase or case.people.manager)
    ]


def first_come(planned: Iterable[tuple[OrderCase, Plan]]) -> list[Plan]:
    """Share what lies in the stores among the shipments of one look: the deal that has stood longest first, whole shipments only.

    What does not suffice for the others is not posted; the next look sees how much is left.
    """
    taken: Counter[tuple[str, str]] = Counter()
    taken_unheld: Counter[tuple[str, str]] = Counter()
    plans: list[Plan] = []
    for case, plan in sorted(planned, key=lambda pair: pair[0].stands_since):
        if not any(action.kind == "shipment.post" for action in plan.actions):
            plans.append(plan)
            continue
        needs = {(case.store_id, good_id): amount for good_id, amount in case.left_goods.items()}
        unheld = {place: max(0, amount - _held(case, place[1])) for place, amount in needs.items()}
        if all(
            amount <= _lies_there(case, place) - taken[place]
            and unheld[place] <= max(0, _held_by_nobody(case, place) - taken_unheld[place])
            for place, amount in needs.items()
        ):
            taken.update(needs)
            taken_unheld.update(unheld)
            plans.append(plan)
        else:
            actions = tuple(action for action in plan.actions if action.kind != "shipment.post")
            plans.append(replace(plan, actions=actions, skips=(*plan.skips, Skip(case.subject, "stock_taken", ASPECT))))
    return plans


def _is_decided(case: OrderCase, policy: Policy) -> bool:
    if in_force(case, policy, "shipment"):
        return True
    return (
        case.stage is not None
        and case.stage.shipment == "all"
        and case.stage.requires_order
        and not _is_for_others(case)
        and not _follows(case)
    )


def _is_for_others(case: OrderCase) -> bool:
    is_trusted = case.client is not None and case.client.trusted
    is_limited = case.stage is not None and case.stage.only == "trusted"
    return is_limited and not is_trusted and not case.is_all_shipped and not case.is_paid


def _follows(case: OrderCase) -> bool:
    """Whether the stage says what must have happened before, not what a person wants to happen now: it asks for a closed order."""
    return case.stage is not None and case.stage.order in ("closed", "work_closed")


def _ship(case: OrderCase) -> Plan:
    if not case.store_id:
        return Plan(findings=(_no_store(case),), skips=(Skip(case.subject, "no_branch", ASPECT),))
    drafts = [document for document in case.shipments if not document.shipment.held]
    if by_people := [draft for draft in drafts if not draft.is_ours]:
        return Plan(findings=(_somebodys_draft(case, by_people),))
    draft = drafts[0] if drafts else None
    if draft is None:
        create = _create(case)
        actions: tuple[Action, ...] = (create, _lines(case, ref(create.key), draft))
    elif draft.priced != _left_lines(case) or not _is_placed(case, draft):
        actions = (_lines(case, draft.shipment.ext_id, draft),)
    else:
        actions = () if _short(case) else (_post(case, draft),)
    short = _short(case)
    return Plan(actions=actions, findings=(_stock_is_short(case, short),) if short else ())


def _is_placed(case: OrderCase, draft: ShipmentDocument) -> bool:
    """Whether a draft takes its goods where they are held: out of the deal's store, and out of the reserve there if there is one."""
    return draft.shipment.store_id == case.store_id and draft.shipment.reserve_id == _reserve_id(case)


def _source(case: OrderCase) -> ReserveDocument | None:
    """Return the reserve in the deal's store that posting uses up: a document names one, ours before one that people made."""
    held = (each for each in case.reserves if each.reserve.held and each.reserve.store_id == case.store_id)
    return max(held, key=lambda each: each.is_ours, default=None)


def _reserve_id(case: OrderCase) -> str:
    source = _source(case)
    return source.reserve.ext_id if source else ""


def _post(case: OrderCase, draft: ShipmentDocument) -> Action:
    return Action(
        "shipment.post", case.subject, "", {"shipment": draft.shipment.ext_id},
        reason=f"Сделка {quoted(case.deal.title)}: проводим отгрузку, {_brief(case.left_goods)}.",
        before="черновик", after="отгружено", evidence=case.evidence(), money_kopecks=case.sum_kopecks,
    )  # fmt: skip


def _create(case: OrderCase) -> Action:
    order = case.order
    if order is None:
        raise ValueError(f"{case.subject} has no order to ship")
    return Action(
        "shipment.create", case.subject, f"{len([each for each in case.shipments if each.is_ours]) + case.gone_shipments + 1}",
        {
            "order": order.ext_id, "partner": order.partner_id, "store": case.store_id,
            "reserve": _reserve_id(case), "author": case.ids.author,
            "responsible": case.responsible_id or case.ids.author, "organization": case.ids.organization,
            "comment": f"{mark('deal', case.deal.ext_id)} Битрикс24: {case.deal.title}",
        },
        reason=f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: готовим отгрузку по заказу № {order.number}.",
        after=_brief(case.left_goods), evidence=case.evidence(), money_kopecks=case.sum_kopecks,
    )  # fmt: skip


def _left_lines(case: OrderCase) -> OrderLines:
    """Return what is left to leave, at the order's prices."""
    left, rows = dict(case.left_goods), []
    for line in case.order_lines:
        amount = min(line.amount_thousandths, left.get(line.good_id, 0))
        if amount > 0:
            left[line.good_id] -= amount
            rows.append((line.good_id, line.price_kopecks, amount))
    return total_lines(rows)


def _lines(case: OrderCase, document: object, draft: ShipmentDocument | None) -> Action:
    rows = lines.rows(_left_lines(case))
    return Action(
        "shipment.lines", case.subject, "", {"shipment": document, "store": case.store_id, "reserve": _reserve_id(case), "lines": rows},
        reason=f"Сделка {quoted(case.deal.title)}: в отгрузке должно быть: {_brief(case.left_goods)}.",
        before=_brief(draft.goods) if draft else "ничего", after=_brief(case.left_goods), evidence=case.evidence(),
    )  # fmt: skip


def _short(case: OrderCase) -> Goods:
    """Return what the deal's store lacks, counting what the reserve that is used up holds as ours to take."""
    lacking = {good_id: amount - max(0, _free(case, good_id)) for good_id, amount in case.left_goods.items()}
    return {good_id: amount for good_id, amount in lacking.items() if amount > 0}


def _free(case: OrderCase, good_id: str) -> int:
    """Return how much the deal may take: what lies there, as far as it is held for the deal or for nobody."""
    place = (case.store_id, good_id)
    return min(_lies_there(case, place), _held(case, good_id) + _held_by_nobody(case, place))


def _lies_there(case: OrderCase, place: tuple[str, str]) -> int:
    return case.stock.get(place, Shelf(0, 0)).amount


def _held_by_nobody(case: OrderCase, place: tuple[str, str]) -> int:
    shelf = case.stock.get(place, Shelf(0, 0))
    return max(0, shelf.amount - shelf.reserved)


def _held(case: OrderCase, good_id: str) -> int:
    source = _source(case)
    return source.goods.get(good_id, 0) if source else 0


def _stock_is_short(case: OrderCase, short: Goods) -> Finding:
    names = "; ".join(_named(case, good, amount) for good, amount in short.items())
    text = (
        f"Сделка {quoted(case.deal.title)}: отгрузка остаётся черновиком, на складе филиала «{case.deal.branch}» не хватает: {names}. "
        "Проведём её сами, как только товар появится."
    )
    values = ";".join(f"{good},{amount}" for good, amount in short.items())
    return Finding("missing", case.subject, STOCK, text, values, case.sum_kopecks)


def _named(case: OrderCase, good_id: str, amount_thousandths: int) -> str:
    name = case.goods[good_id].name if good_id in case.goods else f"товар № {good_id}"
    return f"{name} — {units(amount_thousandths)} шт"


def _no_store(case: OrderCase) -> Finding:
    text = (
        f"Сделка {quoted(case.deal.title)}: не указан филиал или у него нет склада в Бизнес.ру, "
        "отгрузку не оформить. Укажите филиал в сделке."
    )
    return Finding("missing", case.subject, "branch", text, case.deal.branch, case.sum_kopecks)


def _somebodys_draft(case: OrderCase, drafts: list[ShipmentDocument]) -> Finding:
    numbers = ", ".join(f"№ {draft.shipment.ext_id}" for draft in drafts)
    text = (
        f"Сделка {quoted(case.deal.title)}: по её заказу уже есть черновик отгрузки {numbers}, "
        "сделанный вручную. Проведите его или удалите."
    )
    return Finding("missing", case.subject, f"{ASPECT} draft", text, numbers, case.sum_kopecks)


def _not_trusted(case: OrderCase) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}», но клиент не отмечен как постоянный: без оплаты не отгружаем. "
        "Отметьте клиента или переведите сделку."
    )
    return Plan(findings=(Finding("missing", case.subject, "trust", text, case.stage_name, case.sum_kopecks),))


def _left_behind(case: OrderCase) -> Plan:
    """Tell of drafts of ours whose order is not to be shipped any more: deleting a document is for a person to do."""
    drafts = [each for each in case.shipments if each.is_ours and not each.shipment.held]
    if not drafts or case.order_word != "cancelled":
        return Plan()
    numbers = ", ".join(f"№ {draft.shipment.ext_id}" for draft in drafts)
    text = f"Сделка {quoted(case.deal.title)}: заказ отменён, а черновик отгрузки {numbers} остался. Удалите его в Бизнес.ру."
    return Plan(findings=(Finding("missing", case.subject, f"{ASPECT} draft", text, numbers, case.sum_kopecks),))


def _debt(case: OrderCase) -> Plan:
    if (
        case.order is None
        or not case.is_shipped
        or not case.is_all_shipped
        or case.is_paid
        or case.deal.semantics != "P"
    ):
        return Plan()
    text = f"Сделка {quoted(case.deal.title)}: отгружено, не оплачено {money_exact(case.due_kopecks)}."
    return Plan(findings=(Finding("behind_fact", case.subject, "debt", text, "", case.due_kopecks),))


def _brief(goods: Goods) -> str:
    return counted(len(goods), POSITIONS) if goods else "ничего"
