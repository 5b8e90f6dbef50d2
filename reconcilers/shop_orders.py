"""Orders of the online store and their deals: each order has one, and the two hold the same.

Rules
- An order that no deal belongs to gets one at the stage that the company's file names: its items and sums, its client, its
  source. The client is the card that the store bound to the order; else the one contact with the same phone or e-mail; else a new
  contact. Several that fit: a person is asked.
- The deal bears the order's mark and the portal's own link, so that neither is made twice.
- Lines: whoever changed them last is right, the deal or the order; changed on both sides to different values: a person is asked.
  Once the ledger says what the deal holds (work was begun, goods have left), a change of the store's order is only told.
- A deal that is lost cancels its order, but not one that is paid. An order that the buyer cancelled is asked about: what becomes
  of the deal, a person says.
- Orders from before the company's cut-off, and cancelled ones without a deal, are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconcilers.deal_lines import standing
from sverka.domain.actions import Action, ref
from sverka.domain.cases import OrderCase, OrderLines, ShopCard, sum_of, total_lines
from sverka.domain.contacts import tidy_name, tidy_phone
from sverka.domain.cut_off import may_stand, pieces
from sverka.domain.patience import ACTING, Course, Difference, answered, leave, occasion, weigh
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.policy import Policy
from sverka.domain.rows import Client, ShopOrder, ShopOrderLine
from sverka.domain.russian import POSITIONS, counted, money_exact, quoted

ASPECT, LINK, CANCELLED = "shop_lines", "shop_link", "shop_cancelled"
ORIGINATOR = "sverka"
GENERATION = "1"


@dataclass(frozen=True)
class NewOrder:
    """An order of the store that has no deal, with the contacts who may be its buyer, and where its deal is to stand.

    place: id of the funnel and code of the stage, None if the portal lacks them. chosen: the card that a person named.
    """

    order: ShopOrder
    lines: tuple[ShopOrderLine, ...]
    alike: tuple[Client, ...] = ()
    chosen: str = ""
    place: tuple[str, str] | None = None
    responsible: str = ""
    is_complete: bool = True
    created: dict[str, str] = field(default_factory=dict)
    """Key of a creation → the id of what it made."""

    @property
    def subject(self) -> str:
        """The order's name in plans."""
        return f"shop:{self.order.ext_id}"


def begin(new: NewOrder, policy: Policy) -> Plan:
    """Return what gives an order of the store its deal."""
    order = new.order
    if order.is_cancelled or order.ordered_at < policy.history_cutoff or policy.shop is None:
        return Plan(looked_at=(new.subject,))
    if not new.is_complete:
        return Plan(skips=(Skip(new.subject, "incomplete_read", "shop"),), looked_at=(new.subject,))
    if new.place is None:
        return Plan(findings=(_no_place(new, policy),), looked_at=(new.subject,))
    if not order.client_key and not new.chosen and len(new.alike) > 1:
        return Plan(
            findings=(_which_buyer(new),), skips=(Skip(new.subject, "asked", "client"),), looked_at=(new.subject,)
        )
    return Plan(actions=tuple(_creations(new, policy.shop.source)), looked_at=(new.subject,))


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return what keeps a deal and its order of the store in agreement."""
    shop, ownership = case.shop, policy.owners.get(ASPECT)
    if shop is None:
        return Plan()
    if not case.is_complete:
        return Plan(skips=(Skip(case.subject, "incomplete_read", ASPECT),))
    if shop.order.is_cancelled or case.deal.semantics == "F":
        return _cancelled(case, shop)
    if ownership is None or case.deal.semantics != "P":
        return Plan()
    return _link(case, shop) + _compare(case, shop, policy, now)


def _creations(new: NewOrder, source: str) -> Iterable[Action]:
    order = new.order
    client: Any = order.client_key or new.chosen or (new.alike[0].ext_id if new.alike else "")
    funnel, stage = new.place or ("", "")
    if not client and (order.buyer_name or order.buyer_phone or order.buyer_email):
        contact = _contact(new)
        yield contact
        client = ref(contact.key)
    deal = Action(
        "deal.create", new.subject, GENERATION,
        {
            "title": f"Заказ магазина № {order.number}", "funnel": funnel, "stage": stage,
            "client": client, "responsible": order.responsible_id or new.responsible,
            "source": source, "originator": ORIGINATOR, "origin": new.subject, "fields": {},
        },
        reason=f"Заказ магазина № {order.number} на {money_exact(order.sum_kopecks)}: заводим сделку.",
        after=f"сделка на {counted(len(new.lines), POSITIONS)}", money_kopecks=order.sum_kopecks,
    )  # fmt: skip
    made = new.created.get(deal.key)
    target = made or ref(deal.key)
    if not made:
        yield deal
    yield Action(
        "deal.lines", new.subject, "", {"deal": target, "lines": _payload(new.lines)},
        reason=f"Заказ магазина № {order.number}: переносим состав в сделку.", after=_brief(_total(new.lines)),
    )  # fmt: skip
    yield Action(
        "shop.link", new.subject, "", {"deal": target, "order": order.ext_id},
        reason=f"Заказ магазина № {order.number}: связываем со сделкой.",
    )  # fmt: skip


def _contact(new: NewOrder) -> Action:
    order = new.order
    first, _, last = tidy_name(order.buyer_name).partition(" ")
    return Action(
        "contact.create", new.subject, GENERATION,
        {
            "first_name": first or order.buyer_email or order.buyer_phone, "last_name": last,
            "phone": tidy_phone(order.buyer_phone), "email": order.buyer_email.strip(),
            "responsible": order.responsible_id or new.responsible, "originator": ORIGINATOR, "origin": new.subject,
        },
        reason=(
            f"Заказ магазина № {order.number}: "
            f"покупателя {quoted(order.buyer_name or order.buyer_phone or order.buyer_email)} ещё нет в CRM, заводим контакт."
        ),
        after=order.buyer_name,
    )  # fmt: skip


def _no_place(new: NewOrder, policy: Policy) -> Finding:
    stage = policy.shop.stage if policy.shop else ""
    text = (
        f"Заказу магазина № {new.order.number} не завести сделку: "
        f"на портале нет стадии «{stage}» нужной воронки. Проверьте названия в файле компании."
    )
    return Finding("missing", new.subject, "target stage", text, stage, new.order.sum_kopecks)


def _which_buyer(new: NewOrder) -> Finding:
    names = ", ".join(f"{quoted(client.name)} (№ {client.ext_id.partition(':')[2]})" for client in new.alike)
    text = (
        f"Заказ магазина № {new.order.number}, {quoted(new.order.buyer_name)}: "
        f"телефон или почта есть у нескольких клиентов: {names}. Кто покупатель?"
    )
    return Finding(
        "ambiguous",
        new.subject,
        "buyer",
        text,
        ",".join(client.ext_id for client in new.alike),
        new.order.sum_kopecks,
        asks=True,
    )


def _cancelled(case: OrderCase, shop: ShopCard) -> Plan:
    number, title = shop.order.number, quoted(case.deal.title)
    if shop.order.is_cancelled:
        if case.deal.semantics != "P":
            return Plan()
        if CANCELLED in case.bases:
            return _came_back(case, shop)
        text = (
            f"Покупатель отменил заказ магазина № {number}, а сделка {title} в работе. "
            "Переведите её в проигранные или договоритесь с клиентом."
        )
        finding = Finding("conflict", case.subject, "shop cancelled", text, number, shop.order.sum_kopecks, asks=True)
        return leave(case, finding) if answered(case, finding) else Plan(findings=(finding,))
    if shop.order.is_paid:
        text = f"Сделка {title} проиграна, а заказ магазина № {number} оплачен. Верните деньги и отмените заказ или верните сделку."
        return Plan(findings=(Finding("conflict", case.subject, "shop paid", text, number, shop.order.sum_kopecks),))
    cancel = Action(
        "shop.cancel", case.subject, "", {"order": shop.order.ext_id, "reason": f"Сделка № {case.deal.ext_id} проиграна"},
        reason=f"Сделка {title} проиграна: отменяем заказ магазина № {number}.", after="отменён", evidence=case.evidence(),
        money_kopecks=shop.order.sum_kopecks, settles=((CANCELLED, shop.order.ext_id),),
    )  # fmt: skip
    return Plan(actions=(cancel,))


def _link(case: OrderCase, shop: ShopCard) -> Plan:
    """Make the portal's own link where it is missing; it moves no stamp of the order, so once it was made the mirror may not show it."""
    if shop.order.deal_id or LINK in case.bases:
        return Plan()
    link = Action(
        "shop.link", case.subject, "", {"deal": case.deal.ext_id, "order": shop.order.ext_id},
        reason=f"Сделка {quoted(case.deal.title)}: связываем с заказом магазина № {shop.order.number}.", evidence=case.evidence(),
        settles=((LINK, shop.order.ext_id),),
    )  # fmt: skip
    return Plan(actions=(link,))


def _came_back(case: OrderCase, shop: ShopCard) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)} снова в работе, а её заказ магазина № {shop.order.number} мы отменили вместе с ней. "
        "Восстановите заказ в магазине или оформите новый."
    )
    return Plan(
        findings=(Finding("missing", case.subject, "shop order", text, shop.order.number, shop.order.sum_kopecks),)
    )


def _compare(case: OrderCase, shop: ShopCard, policy: Policy, now: datetime) -> Plan:
    in_deal, in_shop = case.product_lines, _total(shop.lines)
    where = f"Заказ магазина № {shop.order.number}: в сделке {quoted(case.deal.title)} {_brief(in_deal)}, в магазине {_brief(in_shop)}"
    difference = Difference(
        ASPECT, _value(in_deal), _value(in_shop),
        drift=f"{where}. Состав изменили в магазине.", conflict=f"{where}: состав меняли и там, и там. Что верно?",
        is_strange=_is_strange(case, shop), restored=case.restores.get("shop.lines", 0),
    )  # fmt: skip
    if not in_deal and ASPECT not in case.bases and in_shop:
        return Plan(actions=(_into_deal(case, shop),))  # the deal was made a moment ago, and its lines did not follow
    course, plan = weigh(case, difference, policy.owners[ASPECT], now)
    if course is Course.ADOPT:
        return plan + (_too_late(case, where) if case.ledger_owns_lines else Plan(actions=(_into_deal(case, shop),)))
    return plan + Plan(actions=(_into_shop(case, shop, occasion(course)),)) if course in ACTING else plan


def _is_strange(case: OrderCase, shop: ShopCard) -> bool:
    """Whether the order, if it does not agree with the deal, holds what no write of ours that was cut in two can have left."""
    ours = may_stand(case.bases.get(ASPECT))
    return not ours or not pieces(_payload(shop.lines)) <= ours


def _too_late(case: OrderCase, where: str) -> Plan:
    """Tell of an order of the store that was changed when the ledger already said what the deal holds."""
    text = f"{where}. Сделка уже в работе или отгружена, её состав не меняем: поправьте заказ магазина или договоритесь с покупателем."
    finding = Finding("conflict", case.subject, "shop too late", text, _value(case.product_lines), case.sum_kopecks)
    return Plan(findings=(finding,), skips=(Skip(case.subject, "too_late", ASPECT),))


def _into_deal(case: OrderCase, shop: ShopCard) -> Action:
    total = _total(shop.lines)
    return Action(
        "deal.lines", case.subject, "",
        {"deal": case.deal.ext_id, "lines": [*_payload(shop.lines), *_free_text(case)], "was": standing(case)},
        reason=f"Сделка {quoted(case.deal.title)}: заказ магазина № {shop.order.number} изменился, переносим {_brief(total)}.",
        before=_brief(case.product_lines), after=_brief(total), evidence=case.evidence(),
        money_kopecks=abs(sum_of(total) - sum_of(case.product_lines)), settles=((ASPECT, _value(total)),),
    )  # fmt: skip


def _into_shop(case: OrderCase, shop: ShopCard, when: str) -> Action:
    names = {line.product_id: line.name for line in case.lines}
    rows = [
        {"product": product, "name": names.get(product, ""), "price_kopecks": price, "amount_thousandths": amount}
        for (product, price), amount in case.product_lines.items()
    ]
    return Action(
        "shop.lines", case.subject, when, {"order": shop.order.ext_id, "lines": rows, "was": _payload(shop.lines)},
        reason=(
            f"Сделка {quoted(case.deal.title)}: состав изменился, "
            f"переносим в заказ магазина № {shop.order.number} {_brief(case.product_lines)}."
        ),
        before=_brief(_total(shop.lines)), after=_brief(case.product_lines), evidence=case.evidence(),
        money_kopecks=abs(sum_of(case.product_lines) - shop.order.sum_kopecks), settles=((ASPECT, _value(case.product_lines)),),
    )  # fmt: skip


def _free_text(case: OrderCase) -> list[dict[str, Any]]:
    """Return what a manager typed into the deal by hand, which the store does not know: a delivery, a discount card."""
    return [line for line in standing(case) if not line["product"]]


def _payload(lines: tuple[ShopOrderLine, ...]) -> list[dict[str, Any]]:
    names = {line.product_id: line.name for line in lines}
    return [
        {"product": product, "name": names.get(product, ""), "price_kopecks": price, "amount_thousandths": amount}
        for (product, price), amount in _total(lines).items()
    ]


def _total(lines: Iterable[ShopOrderLine]) -> OrderLines:
    known = (
        line for line in lines if line.product_id
    )  # the store's own positions, a delivery, have no counterpart in the CRM
    return total_lines((line.product_id, line.price_kopecks, line.amount_thousandths) for line in known)


def _value(lines: OrderLines) -> str:
    return ";".join(f"{product},{price},{amount}" for (product, price), amount in sorted(lines.items())) or "none"


def _brief(lines: OrderLines) -> str:
    return f"{counted(len(lines), POSITIONS)} на {money_exact(sum_of(lines))}" if lines else "ничего"
