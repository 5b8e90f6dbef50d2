"""Whether the goods of a deal are held in its branch's store, and let go when the deal is lost.

Rules
- A stage that requires a reserve: all goods of the deal (services lie in no store) are held, by one document of ours with explicit
  lines. What people hold in that store for the same order by documents of their own counts, and is never touched while the deal lives.
  Two of ours in one store: a person is asked which one stays. One that somebody deleted is made anew after a second look and the grace.
- No goods left in the deal: our document is let go.
- The branch of the deal names the store. Moved to another branch: our document there is let go, one is made in the new store.
- Lost: our document is let go at once; one that a person made waits for a second look and its grace. Not after goods have left.
- Back from lost: the same document is held again.
- Won, with goods still held that no shipment used up: told, for somebody forgot one or the other.
- A reserve is derived from the deal, so one that somebody changed in the ledger is put back after a second look and its grace.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reconcilers.orders import order_key, partner_key
from sverka.domain.actions import Action, ref
from sverka.domain.cases import Goods, OrderCase, ReserveDocument, goods_value, total_goods
from sverka.domain.marks import mark
from sverka.domain.obstacles import obstacles
from sverka.domain.patience import (
    ACTING,
    Course,
    Difference,
    agreed,
    answered,
    exception,
    leave,
    occasion,
    patient,
    weigh,
)
from sverka.domain.plan import Finding, Plan, Skip, union
from sverka.domain.policy import Ownership, Policy
from sverka.domain.russian import POSITIONS, counted, quoted

ASPECT = "reserve"


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the reserves of the deal's order need."""
    ownership = policy.owners.get(ASPECT)
    if ownership is None or case.stage is None or case.stage.reserve is None:
        return _forgotten(case)
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", ASPECT),))
    if not case.stage.requires_reserve:
        return _let_go(case, ownership, now)
    if case.order is None and not case.stage.requires_order:
        return Plan()
    if obstacles(case) or (case.order and case.order.deleted) or case.ledger_owns_lines:
        return Plan()
    return _hold(case, ownership, now)


def _forgotten(case: OrderCase) -> Plan:
    """Tell of goods that a deal that was won still holds: either they left without a shipment, or they wait for nobody."""
    if case.deal.semantics != "S" or not case.is_complete:
        return Plan()
    used_up = {document.shipment.reserve_id for document in case.shipments if document.shipment.held}
    held = [each.reserve.ext_id for each in case.reserves if each.reserve.held and each.reserve.ext_id not in used_up]
    if not held:
        return Plan()
    numbers = ", ".join(f"№ {ext_id}" for ext_id in held)
    text = (
        f"Сделка {quoted(case.deal.title)} выиграна, а товар ещё держит резерв {numbers}. "
        "Проведите отгрузку в Бизнес.ру или снимите резерв."
    )
    return Plan(findings=(Finding("behind_fact", case.subject, ASPECT, text, numbers, case.sum_kopecks),))


def _let_go(case: OrderCase, ownership: Ownership, now: datetime) -> Plan:
    held = [document for document in case.reserves if document.reserve.held]
    if not held:
        return agreed(case, ASPECT, "none")
    if case.is_shipped:
        return Plan(skips=(Skip(case.subject, "too_late", ASPECT),))
    why = f"Сделка {quoted(case.deal.title)} проиграна"
    return union(_release(case, document, ownership, why, now) for document in held)


def _release(case: OrderCase, document: ReserveDocument, ownership: Ownership, why: str, now: datetime) -> Plan:
    reserve = document.reserve
    action = Action(
        "reserve.release", case.subject, reserve.ext_id, {"reserve": reserve.ext_id},
        reason=f"{why}: снимаем резерв, товар снова в продаже.",
        before="в резерве", after="снят", evidence=case.evidence(), money_kopecks=case.sum_kopecks,
        settles=((ASPECT, "none"),),
    )  # fmt: skip
    if document.is_ours:
        return Plan(actions=(action,))
    text = f"{why}, а товар держит резерв № {reserve.ext_id}, сделанный вручную. Если никто не возразит, снимем и его."
    finding = Finding(
        "differs", case.subject, f"{ASPECT} {reserve.ext_id}", text, goods_value(document.goods, reserve.store_id)
    )
    choice = answered(case, finding)
    if choice and choice != "take-owner":
        return leave(case, finding)
    if choice or patient(case, finding, ownership, now):
        return Plan(actions=(action,), findings=(finding,))
    return Plan(skips=(Skip(case.subject, "in_flight", ASPECT),), findings=(finding,))


def _hold(case: OrderCase, ownership: Ownership, now: datetime) -> Plan:
    ours = [document for document in case.reserves if document.is_ours]
    if not case.wanted_goods:
        why = f"В сделке {quoted(case.deal.title)} товаров больше нет"
        return union(_release(case, document, ownership, why, now) for document in ours if document.reserve.held)
    if not case.store_id:
        return _no_branch(case)
    here = [document for document in ours if document.reserve.store_id == case.store_id]
    if len([document for document in here if document.reserve.held]) > 1:
        return _doubled(case, here, ownership, now)
    course, plan = weigh(case, _difference(case), ownership, now)
    if course is Course.ADOPT:
        return plan + exception(case, ASPECT)
    return plan + _make_so(case, ours, ownership, course, now) if course in ACTING else plan


def _difference(case: OrderCase) -> Difference:
    """Compare what should be held with what is: in the deal's store by anybody, and in the stores where we hold something."""
    held = [document for document in case.reserves if document.reserve.held]
    stores = {case.store_id} | {document.reserve.store_id for document in held if document.is_ours}
    by_store = {
        store: total_goods(
            pair for document in held if document.reserve.store_id == store for pair in document.goods.items()
        )
        for store in sorted(stores)
    }
    mirror = ";".join(goods_value(goods, store) for store, goods in by_store.items() if goods) or "none"
    text = f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: резерв в Бизнес.ру изменили или сняли, а товар нужен."
    restored = case.restores.get("reserve.lines", 0) + case.restores.get("reserve.hold", 0)
    return Difference(ASPECT, _wanted(case), mirror, drift=text, conflict=text, derived=True, restored=restored)


def _wanted(case: OrderCase) -> str:
    return goods_value(case.wanted_goods, case.store_id)


def _doubled(case: OrderCase, documents: Sequence[ReserveDocument], ownership: Ownership, now: datetime) -> Plan:
    held = [document for document in documents if document.reserve.held]
    numbers = ", ".join(f"№ {document.reserve.ext_id}" for document in held)
    text = f"Сделка {quoted(case.deal.title)}: один и тот же товар держат несколько резервов с её отметкой: {numbers}. Оставьте один."
    finding = Finding("ambiguous", case.subject, f"{ASPECT} doubled", text, numbers, case.sum_kopecks, asks=True)
    verb, _, kept = answered(case, finding).partition(":")
    if verb == "bind" and kept in (document.reserve.ext_id for document in held):
        why = f"Сделка {quoted(case.deal.title)}: оставляем резерв № {kept}"
        return union(
            _release(case, document, ownership, why, now) for document in held if document.reserve.ext_id != kept
        )
    if verb == "ignore":
        return leave(case, finding)
    return Plan(skips=(Skip(case.subject, "asked", ASPECT),), findings=(finding,))


def _no_branch(case: OrderCase) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: не указан филиал или у него нет склада в Бизнес.ру, "
        "резерв не поставить. Укажите филиал в сделке."
    )
    finding = Finding("missing", case.subject, "branch", text, case.deal.branch, case.sum_kopecks)
    return Plan(skips=(Skip(case.subject, "no_branch"),), findings=(finding,))


def _make_so(
    case: OrderCase, ours: Sequence[ReserveDocument], ownership: Ownership, course: Course, now: datetime
) -> Plan:
    """Hold what people's own documents in the store do not hold already, by one document of ours there."""
    elsewhere = [document for document in ours if document.reserve.held and document.reserve.store_id != case.store_id]
    in_store = [document for document in ours if document.reserve.store_id == case.store_id]
    here = next(iter(sorted(in_store, key=lambda document: not document.reserve.held)), None)
    by_people = total_goods(
        pair for document in case.reserves
        if document.reserve.held and not document.is_ours and document.reserve.store_id == case.store_id
        for pair in document.goods.items()
    )  # fmt: skip
    wanted = case.wanted_goods
    missing = {
        good: amount - by_people.get(good, 0) for good, amount in wanted.items() if amount > by_people.get(good, 0)
    }
    why = f"Сделка {quoted(case.deal.title)} переехала в другой филиал"
    moves = [_release(case, document, ownership, why, now) for document in elsewhere]
    return union([*moves, _keep(case, here, missing, course) if here else _new(case, missing)])


def _new(case: OrderCase, goods: Goods) -> Plan:
    if not goods:
        return Plan()
    create = Action(
        "reserve.create", case.subject, f"{case.store_id}:{case.gone_reserves.get(case.store_id, 0) + 1}",
        {
            "order": case.order.ext_id if case.order else ref(order_key(case)), "partner": _partner(case),
            "store": case.store_id, "author": case.ids.author, "responsible": case.responsible_id or case.ids.author,
            "organization": case.ids.organization,
            "comment": f"{mark('deal', case.deal.ext_id)} Битрикс24: {case.deal.title}",
        },
        reason=f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: ставим товар в резерв.",
        after=_brief(goods), evidence=case.evidence(), money_kopecks=case.sum_kopecks,
    )  # fmt: skip
    return Plan(actions=(create, _lines(case, ref(create.key), goods, {})))


def _partner(case: OrderCase) -> Any:
    """Whose goods are held: the order's partner, or the one that is made in the same plan."""
    if case.order:
        return case.order.partner_id
    return case.partner_id or ref(partner_key(case))


def _keep(case: OrderCase, document: ReserveDocument, goods: Goods, course: Course) -> Plan:
    actions = []
    if goods and not document.reserve.held:
        actions.append(
            Action(
                "reserve.hold", case.subject, occasion(course), {"reserve": document.reserve.ext_id},
                reason=f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: возвращаем резерв по тому же документу.",
                before="снят", after="в резерве", evidence=case.evidence(), money_kopecks=case.sum_kopecks,
                settles=((ASPECT, _wanted(case)),) if goods == document.goods else (),
            )
        )  # fmt: skip
    if goods != document.goods:
        actions.append(_lines(case, document.reserve.ext_id, goods, document.goods, occasion(course)))
    return Plan(actions=tuple(actions))


def _lines(case: OrderCase, reserve: Any, wanted: Goods, held: Goods, when: str = "") -> Action:
    return Action(
        "reserve.lines", case.subject, when,
        {
            "reserve": reserve, "store": case.store_id,
            "lines": [{"good": good_id, "amount_thousandths": amount} for good_id, amount in wanted.items()],
        },
        reason=f"Сделка {quoted(case.deal.title)}: {'в резерве должно быть:' if held else 'держим в резерве:'} {_brief(wanted)}.",
        before=_brief(held), after=_brief(wanted), evidence=case.evidence(), settles=((ASPECT, _wanted(case)),),
    )  # fmt: skip


def _brief(goods: Goods) -> str:
    return counted(len(goods), POSITIONS) if goods else "ничего"
