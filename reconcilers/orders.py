"""Whether a deal has the order that its stage requires, and whether that order stands where the stage says.

Rules
- A stage that requires an order: the deal has exactly one, made by us with the deal's mark in its comment, and a partner for its client.
- Lost: the order, if there is one, is cancelled; unless goods left or money came, which only a person may undo.
- Back from lost: the same order is opened again.
- A status that follows from work in the ledger (work order opened, closed) is never written here: it is a fact.
- An order that must be closed is closed when all its goods have left and all its money has come, and not before.
- An order whose status somebody changed in the ledger is asked about, by the company's table of owners.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sverka.domain.actions import Action, ref
from sverka.domain.cases import OrderCase
from sverka.domain.marks import mark
from sverka.domain.obstacles import obstacles
from sverka.domain.patience import ACTING, Course, Difference, exception, weigh
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.rows import LedgerOrder
from sverka.domain.russian import POSITIONS, counted, quoted
from sverka.domain.state_table import ALLOWED_STATUSES, Stage

ASPECT = "order_status"
_WRITABLE = {"open": "open", "open_if_any": "open", "cancelled_if_any": "cancelled"}
"""Requirement → the status that we may set for it; the others are facts of the ledger."""

GENERATION = "1"
"""The occasion of a creation; only a person's word to make the thing anew may raise it."""


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what the deal's order needs."""
    if case.stage is None or case.stage.order is None:
        return Plan()
    if case.order is None:
        return _create(case) if case.stage.requires_order else Plan()
    if case.order.deleted:
        return _deleted(case) if case.stage.requires_order else Plan()
    return _status(case, case.stage, policy, now) + Plan(findings=tuple(_strangers(case, case.order)))


def order_key(case: OrderCase) -> str:
    """Return the key of the order's creation, for those who wait for its id."""
    return Action("order.create", case.subject, GENERATION, {}, "").key


def partner_key(case: OrderCase) -> str:
    """Return the key of the creation of the client's partner."""
    return Action("partner.create", case.client.ext_id if case.client else "", GENERATION, {}, "").key


def _strangers(case: OrderCase, order: LedgerOrder) -> Iterator[Finding]:
    """Tell of what is wrong about an order and not ours to mend: a second one, another client."""
    title = f"Сделка {quoted(case.deal.title)}"
    if case.rivals:
        numbers = ", ".join(f"№ {rival.number}" for rival in case.rivals)
        text = f"{title}: её заказ — № {order.number}, но отметку этой сделки несут и другие: {numbers}. Отмените или удалите лишние."
        yield Finding("ambiguous", case.subject, "rivals", text, numbers, case.sum_kopecks)
    if case.partner_id and order.partner_id != case.partner_id and not case.order_is_over:
        text = f"{title}: клиента сменили, а заказ № {order.number} в Бизнес.ру остался на прежнего. Поправьте контрагента в заказе."
        yield Finding(
            "missing", case.subject, "partner", text, f"{case.partner_id} | {order.partner_id}", case.sum_kopecks
        )


def _create(case: OrderCase) -> Plan:
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", "order"),))
    if found := obstacles(case):
        return Plan(skips=(Skip(case.subject, _reason(found), "order"),), findings=found)
    partner = () if case.partner_id else _partner(case)
    return Plan(actions=(*partner, _order(case, ref(partner[0].key) if partner else case.partner_id)))


def _reason(obstacles: tuple[Finding, ...]) -> str:
    aspects = {finding.aspect for finding in obstacles}
    if any(finding.asks for finding in obstacles):
        return "asked"
    return "no_client" if "client" in aspects else "no_lines" if "lines" in aspects else "unbound"


def _partner(case: OrderCase) -> tuple[Action, ...]:
    client = case.client
    if client is None:
        raise ValueError(f"{case.subject} has no client: an obstacle that was to be seen before")
    create = Action(
        "partner.create", client.ext_id, GENERATION,
        {"name": client.name, "note": f"Битрикс24 {client.ext_id}", "author": case.ids.author},
        reason=f"Клиента {quoted(client.name)} нет в Бизнес.ру, а для сделки {quoted(case.deal.title)} нужен заказ: заводим контрагента.",
        after=client.name, evidence=case.evidence(),
    )  # fmt: skip
    if not client.phone and not client.email:
        return (create,)
    contacts = Action(
        "partner.contacts", client.ext_id, "",
        {"partner": ref(create.key), "phone": client.phone, "email": client.email},
        reason=f"Переносим телефон и почту клиента {quoted(client.name)} из карточки CRM.",
    )  # fmt: skip
    return create, contacts


def _order(case: OrderCase, partner: object) -> Action:
    return Action(
        "order.create", case.subject, GENERATION,
        {
            "partner": partner, "author": case.ids.author, "responsible": case.responsible_id or case.ids.author,
            "organization": case.ids.organization, "status": case.ids.statuses["open"],
            "comment": f"{mark('deal', case.deal.ext_id)} Битрикс24: {case.deal.title}",
        },
        reason=f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}»: создаём заказ в Бизнес.ру.",
        after=f"заказ на {counted(len(case.wanted_lines), POSITIONS)}", evidence=case.evidence(), money_kopecks=case.sum_kopecks,
    )  # fmt: skip


def _deleted(case: OrderCase) -> Plan:
    number = case.order.number if case.order else ""
    text = (
        f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}», а её заказ № {number} в Бизнес.ру удалён. "
        "Восстановите заказ или переведите сделку."
    )
    finding = Finding("missing", case.subject, "order", text, number, case.sum_kopecks, asks=True)
    return Plan(skips=(Skip(case.subject, "asked", "order"),), findings=(finding,))


def _status(case: OrderCase, stage: Stage, policy: Policy, now: datetime) -> Plan:
    ownership = policy.owners.get(ASPECT)
    if ownership is None:
        return Plan()
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", ASPECT),))
    wanted = ALLOWED_STATUSES[str(stage.order)][0]
    held = wanted if case.order_word in ALLOWED_STATUSES[str(stage.order)] else _living(case.order_word)
    if wanted == "closed" and held == "open" and case.bases.get(ASPECT) != "closed":
        return Plan(actions=(close(case),)) if case.is_all_shipped and case.is_paid else _behind(case)
    course, plan = weigh(case, _difference(case, wanted, held), ownership, now)
    if course is Course.ADOPT:
        return plan + exception(case, ASPECT)
    return plan + _set_status(case, stage) if course in ACTING else plan


def _living(word: str) -> str:
    """An order that a master opened counts as open where the stage asks for neither."""
    return "open" if word == "work_opened" else word


def _set_status(case: OrderCase, stage: Stage) -> Plan:
    target, word = _WRITABLE.get(str(stage.order)), case.order_word
    if stage.order == "closed" and word == "open" and case.is_all_shipped and case.is_paid:
        return Plan(actions=(close(case),))
    if target is None or (target == "open" and word != "cancelled"):
        return _behind(case)
    if target == "cancelled" and (case.is_shipped or case.paid_kopecks or word in ("work_closed", "closed")):
        return Plan(findings=(_too_late(case),), skips=(Skip(case.subject, "too_late", ASPECT),))
    return Plan(actions=(_status_action(case, target),))


def close(case: OrderCase) -> Action:
    """Return the action that closes the deal's order as done."""
    order = case.order
    if order is None:
        raise ValueError(f"{case.subject} has no order that could be closed")
    return Action(
        "order.close", case.subject, "", {"order": order.ext_id, "status": case.ids.statuses["closed"]},
        reason=f"Сделка {quoted(case.deal.title)}: всё отгружено и оплачено, закрываем заказ № {order.number}.",
        before=case.order_word, after="closed", evidence=case.evidence(), money_kopecks=order.sum_kopecks,
        settles=((ASPECT, "closed"),),
    )  # fmt: skip


def _status_action(case: OrderCase, target: str) -> Action:
    order = case.order
    if order is None:
        raise ValueError(f"{case.subject} has no order whose status could be set")
    why = "проиграна" if target == "cancelled" else f"снова на стадии «{case.stage_name}»"
    what = "отменяем" if target == "cancelled" else "возвращаем в работу"
    return Action(
        "order.status", case.subject, target, {"order": order.ext_id, "status": case.ids.statuses[target]},
        reason=f"Сделка {quoted(case.deal.title)} {why}: заказ № {order.number} {what}.",
        before=case.order_word, after=target, evidence=case.evidence(), money_kopecks=order.sum_kopecks,
        settles=((ASPECT, target),),
    )  # fmt: skip


def _difference(case: OrderCase, wanted: str, held: str) -> Difference:
    number = case.order.number if case.order else ""
    where = f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}», а заказ № {number} в Бизнес.ру"
    return Difference(
        ASPECT, wanted, held,
        drift=f"{where} кто-то перевёл в другой статус. Что верно — сделка или заказ?",
        conflict=f"{where} в другом статусе: меняли и сделку, и заказ. Что верно?",
    )  # fmt: skip


def _behind(case: OrderCase) -> Plan:
    number = case.order.number if case.order else ""
    text = (
        f"Сделка {quoted(case.deal.title)} на стадии «{case.stage_name}», а заказ № {number} в Бизнес.ру в неподходящем статусе. "
        "Проверьте, кто забыл: продавец или склад."
    )
    finding = Finding(
        "behind_fact", case.subject, ASPECT, text, f"{case.stage_name} | {case.order_word}", case.sum_kopecks
    )
    return Plan(findings=(finding,), skips=(Skip(case.subject, "too_late", ASPECT),))


def _too_late(case: OrderCase) -> Finding:
    number = case.order.number if case.order else ""
    text = (
        f"Сделка {quoted(case.deal.title)} проиграна, но заказ № {number} уже отгружен, оплачен или выполнен. "
        "Отменить его может только человек: оформите возврат или верните сделку."
    )
    return Finding("conflict", case.subject, f"{ASPECT} too late", text, f"lost | {case.order_word}", case.sum_kopecks)
