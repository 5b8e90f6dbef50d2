"""A ledger and a portal in a few lines: what a case looks like after a plan was carried out.

For laws about plans, not for the vendors' details. What may never happen is asserted on the way: an order or a receipt made twice,
goods posted that the store does not have, a deal moved from where it does not stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sverka.domain.actions import Action, resolve
from sverka.domain.cases import OrderCase, ReserveDocument, Shelf, ShipmentDocument, ShopCard, WantedLine
from sverka.domain.plan import Answer, Plan, Seen
from sverka.domain.reminders import Made
from sverka.domain.rows import LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Shipment, ShipmentLine, ShopOrderLine
from tests import make
from tests.make import NOW


def carry_out(case: OrderCase, plan: Plan) -> OrderCase:
    """Return the case as the next reading would show it."""
    brought: dict[str, str] = {}
    for action in plan.actions:
        before = case
        case = _APPLY[action.kind](case, resolve(action.payload, brought), action, brought)
        case = _restocked(before, case)
        case = replace(case, bases={**case.bases, **dict(action.settles)})
    case = replace(case, told=_told(case, plan))
    bases = dict(case.bases) | {agreed.aspect: agreed.value for agreed in plan.agreed}
    seen = {finding.key: Seen(NOW.replace(year=2025), 1, finding.values) for finding in plan.findings}
    said = {each.finding_key: Answer(each.choice, each.values, each.by) for each in plan.answers}
    return replace(case, bases=bases, seen=seen, answers={**case.answers, **said})


def _told(case: OrderCase, plan: Plan) -> tuple[str, ...]:
    """Return what the client was told once everything wished has gone: each meaning goes once."""
    occasions = [wish.occasion for wish in plan.wishes]
    assert len(occasions) <= 1, "a client is told two things of the same goods"
    assert not set(occasions) & set(case.told[:-1]), "a client is told again what was taken back since"
    return (*case.told, *(each for each in occasions if each not in case.told))


def _standing(case: OrderCase) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Return, by (store, good), what the case's documents took out of the stores, and what they hold there still."""
    gone: Counter[tuple[str, str]] = Counter()
    held: Counter[tuple[str, str]] = Counter()
    for document in case.shipments:
        if document.shipment.held:
            gone.update({(document.shipment.store_id, good): amount for good, amount in document.goods.items()})
    for each in case.reserves:
        if each.reserve.held:
            used = Counter[str]()
            for document in case.shipments:
                if document.shipment.held and document.shipment.reserve_id == each.reserve.ext_id:
                    used.update(document.goods)
            left = Counter(each.goods) - used
            held.update({(each.reserve.store_id, good): amount for good, amount in left.items()})
    return gone, held


def _restocked(before: OrderCase, after: OrderCase) -> OrderCase:
    """Bring the stock from one standing of the documents to another."""
    (gone, held), (gone_now, held_now) = _standing(before), _standing(after)
    stock = dict(after.stock)
    for place in {*gone, *held, *gone_now, *held_now}:
        shelf = stock.get(place, Shelf(0, 0))
        moved = Shelf(shelf.amount + gone[place] - gone_now[place], shelf.reserved + held_now[place] - held[place])
        assert moved.amount >= 0 or moved.amount >= shelf.amount, "goods were posted that the store does not have"
        if moved != shelf:
            stock[place] = moved
    return replace(after, stock=stock)


def _partner(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    brought[action.key] = "50"
    return replace(case, partner_id="50")


def _contacts(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    return case


def _create(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    assert case.order is None, "an order was made twice"
    brought[action.key] = "12"
    order = LedgerOrder(
        ext_id="12", number="12", status_id=payload["status"], partner_id=payload["partner"], sum_kopecks=0, comment=payload["comment"],
        deal_mark="71", ordered_at=NOW,
    )  # fmt: skip
    return replace(case, order=order, is_made_here=True)


def _status(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    assert case.order is not None
    return replace(case, order=replace(case.order, status_id=payload["status"]))


def _lines(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    lines = tuple(
        LedgerOrderLine(
            ext_id=str(n), order_id="12", good_id=line["good"],
            price_kopecks=line["price_kopecks"], amount_thousandths=line["amount_thousandths"],
        )
        for n, line in enumerate(payload["lines"])
    )  # fmt: skip
    return replace(case, order_lines=lines)


def _reserve(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    ext_id = brought[action.key] = f"r{len(case.reserves)}"
    document = Reserve(
        ext_id=ext_id,
        order_id="12",
        store_id=payload["store"],
        held=True,
        comment=payload["comment"],
        deal_mark="71",
        reserved_at=NOW,
    )
    return replace(case, reserves=(*case.reserves, ReserveDocument(document, ())))


def _reserve_lines(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    lines = tuple(
        ReserveLine(ext_id=str(n), reserve_id=payload["reserve"], good_id=line["good"], amount_thousandths=line["amount_thousandths"])
        for n, line in enumerate(payload["lines"])
    )  # fmt: skip
    return _change(case, payload["reserve"], lambda document: replace(document, lines=lines))


def _hold(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    held = action.kind == "reserve.hold"
    return _change(
        case, payload["reserve"], lambda document: replace(document, reserve=replace(document.reserve, held=held))
    )


def _shipment(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    ext_id = brought[action.key] = f"s{len(case.shipments)}"
    document = Shipment(
        ext_id=ext_id, order_id=payload["order"], reserve_id=payload["reserve"], store_id=payload["store"], held=False, sum_kopecks=0,
        deal_mark="71",
    )  # fmt: skip
    return replace(case, shipments=(*case.shipments, ShipmentDocument(document, ())))


def _shipment_lines(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    lines = tuple(
        ShipmentLine(
            ext_id=str(n), shipment_id=payload["shipment"], good_id=line["good"],
            price_kopecks=line["price_kopecks"], amount_thousandths=line["amount_thousandths"],
        )
        for n, line in enumerate(payload["lines"])
    )  # fmt: skip
    places = {"store_id": payload["store"], "reserve_id": payload["reserve"]}
    return _change_shipment(
        case,
        payload["shipment"],
        lambda document: replace(document, lines=lines, shipment=replace(document.shipment, **places)),
    )


def _post(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    def held(document: ShipmentDocument) -> ShipmentDocument:
        assert document.lines, "a shipment of nothing was posted"
        return replace(document, shipment=replace(document.shipment, held=True))

    return _change_shipment(case, payload["shipment"], held)


def _cash(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    assert action.key not in case.created, "money was registered twice"
    brought[action.key] = "c1"
    return replace(case, created={**case.created, action.key: "c1"})


def _link(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    return replace(case, paid_kopecks=case.paid_kopecks + payload["sum_kopecks"])


def _stage(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    assert case.deal.stage_id == payload["from_stage"], "a deal was moved from where it does not stand"
    funnel_name, name = next(names for names, place in make.places().items() if place[1] == payload["stage"])
    funnel = make.headlights().table.funnel(funnel_name)
    deal = replace(
        case.deal, stage_id=payload["stage"], funnel_id=payload["funnel"] or case.deal.funnel_id, moved_at=NOW
    )
    return replace(
        case, deal=deal, funnel_name=funnel_name, stage_name=name, stage=funnel.stage(name) if funnel else None
    )


def _deal_lines(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    lines = tuple(_deal_line(case, line) for line in payload["lines"])
    return replace(case, lines=lines, product_lines=make.product_lines(lines))


def _deal_line(case: OrderCase, line: Mapping[str, Any]) -> WantedLine:
    known = (
        good for good, card in case.goods.items()
        if card.product_id == line["product"] and (line["product"] or card.name == line["name"])
    )  # fmt: skip
    good = next(known, "")
    is_service = good in case.goods and case.goods[good].is_service
    return WantedLine(
        line["product"], good, line["name"], is_service, line["price_kopecks"], line["amount_thousandths"]
    )


def _shop(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    assert case.shop is not None
    order, lines = case.shop.order, case.shop.lines
    if action.kind == "shop.link":
        order = replace(order, deal_id=payload["deal"])
    elif action.kind == "shop.cancel":
        order = replace(order, is_cancelled=True)
    else:
        lines = tuple(
            ShopOrderLine(
                ext_id=str(n), order_id=order.ext_id, product_id=line["product"], name=line["name"],
                price_kopecks=line["price_kopecks"], amount_thousandths=line["amount_thousandths"],
            )
            for n, line in enumerate(payload["lines"])
        )  # fmt: skip
    return replace(case, shop=ShopCard(order, lines))


def _field(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    if payload["field"] == "title":
        return replace(case, deal=replace(case.deal, title=payload["value"]))
    fields = {**case.deal.fields, payload["field"]: payload["value"]}
    return replace(case, deal=replace(case.deal, fields={name: value for name, value in fields.items() if value}))


def _remind(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    sort, ext_id = action.kind.partition(".")[0], f"{action.kind} {len(case.made)}"
    return replace(case, made={**case.made, action.key: Made(sort, ext_id, is_open=sort != "notice")})


def _complete(case: OrderCase, payload: Mapping[str, Any], action: Action, brought: dict[str, str]) -> OrderCase:
    done = payload[action.kind.partition(".")[0]]
    return replace(
        case,
        made={key: replace(made, is_open=made.is_open and made.ext_id != done) for key, made in case.made.items()},
    )


def _change_shipment(case: OrderCase, ext_id: str, change: Any) -> OrderCase:
    documents = [change(doc) if doc.shipment.ext_id == ext_id else doc for doc in case.shipments]
    return replace(case, shipments=tuple(documents))


def _change(case: OrderCase, ext_id: str, change: Any) -> OrderCase:
    reserves: Sequence[ReserveDocument] = [
        change(doc) if doc.reserve.ext_id == ext_id else doc for doc in case.reserves
    ]
    return replace(case, reserves=tuple(reserves))


_APPLY = {
    "partner.create": _partner, "partner.contacts": _contacts, "client.contacts": _contacts,
    "order.create": _create, "order.status": _status, "order.lines": _lines, "order.close": _status,
    "reserve.create": _reserve, "reserve.lines": _reserve_lines, "reserve.hold": _hold, "reserve.release": _hold,
    "shipment.create": _shipment, "shipment.lines": _shipment_lines, "shipment.post": _post,
    "cash.create": _cash, "cash.link": _link, "deal.field": _field, "deal.stage": _stage, "deal.lines": _deal_lines,
    "shop.link": _shop, "shop.lines": _shop, "shop.cancel": _shop,
    "todo.create": _remind, "task.create": _remind, "notice.send": _remind, "todo.complete": _complete, "task.complete": _complete,
}  # fmt: skip
