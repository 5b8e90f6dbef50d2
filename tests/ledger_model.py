"""A ledger in a few lines: what a case looks like after a plan was carried out. For laws about plans, not for the vendors' details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sverka.domain.actions import Action, resolve
from sverka.domain.cases import OrderCase, ReserveDocument, ShipmentDocument
from sverka.domain.plan import Plan, Seen
from sverka.domain.reminders import Made
from sverka.domain.rows import LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Shipment, ShipmentLine
from tests.make import NOW


def carry_out(case: OrderCase, plan: Plan) -> OrderCase:
    """Return the case as the next reading would show it."""
    brought: dict[str, str] = {}
    for action in plan.actions:
        case = _APPLY[action.kind](case, resolve(action.payload, brought), action, brought)
        case = replace(case, bases={**case.bases, **dict(action.settles)})
    bases = dict(case.bases) | {agreed.aspect: agreed.value for agreed in plan.agreed}
    seen = {finding.key: Seen(NOW.replace(year=2025), 1, finding.values) for finding in plan.findings}
    return replace(case, bases=bases, seen=seen)


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
    return replace(case, order=order)


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
    return _change_shipment(case, payload["shipment"], lambda document: replace(document, lines=lines))


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
    "partner.create": _partner, "partner.contacts": _contacts, "order.create": _create, "order.status": _status,
    "order.lines": _lines, "reserve.create": _reserve, "reserve.lines": _reserve_lines, "reserve.hold": _hold,
    "reserve.release": _hold, "shipment.create": _shipment, "shipment.lines": _shipment_lines, "shipment.post": _post,
    "cash.create": _cash, "cash.link": _link, "order.close": _status, "deal.field": _field, "todo.create": _remind,
    "task.create": _remind, "notice.send": _remind, "todo.complete": _complete, "task.complete": _complete,
}  # fmt: skip
