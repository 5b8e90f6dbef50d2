"""Orders: what the store fills in, what follows from an edit of the basket, when an order is stamped.

A new order makes no deal, unless the switch `orders_make_deals` says so. An order's price is that of its basket and
deliveries, as soon as it has any. Cancelling leaves the basket alone, and is refused while a payment stands.
"""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Call
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.sale import deals, fields
from sandbox.systems.bitrix24.sale.directories import (
    DELIVERIES,
    NEW_ORDER,
    ORDER_STATUSES,
    PAY_SYSTEMS,
    PERSON_TYPES,
    PROPERTIES,
)
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError
from sandbox.systems.bitrix24.wire.requests import whole

_WHOLE_UNIT = 1000
_NUMBERS_AHEAD = 156
"""How far the number that people see runs ahead of the id: orders were imported before."""
_PAID_CANNOT_BE_CANCELLED = ApiError(0, "Заказ не может быть отменен, так как содержит активные оплаты")


def no_such_order() -> ApiError:
    """Say that there is no such order."""
    return ApiError(200540400001, "order does not exist")


def find(state: State, order_id: int | None) -> Row:
    """Return an order; refuse one that does not exist."""
    row = state.orders.get(order_id)
    if row is None:
        raise no_such_order()
    return row


def add(call: Call, written: dict[str, Any]) -> Row:
    """Make an order with an empty basket; what its kind of payer is asked stands there unanswered."""
    me, now = call.actor.user_id, call.now
    kept, clients = _kept(written), _clients(call.state, written.get("clients"))
    people = {"EMP_STATUS_ID": me, "RESPONSIBLE_ID": me, "USER_ID": me}
    defaults = people | {"STATUS_ID": NEW_ORDER, "DATE_INSERT": now, "RECOUNT_FLAG": "Y"}
    order = call.state.orders.add(defaults | kept | {"DATE_UPDATE": now, "DATE_STATUS": now, "VERSION": 0})
    order["ACCOUNT_NUMBER"] = str(order["ID"] + _NUMBERS_AHEAD)
    for each in (one for one in PROPERTIES if one["PERSON_TYPE_ID"] == order["PERSON_TYPE_ID"]):
        value = {"ORDER_ID": order["ID"], "CODE": each["CODE"], "NAME": each["NAME"], "ORDER_PROPS_ID": each["ID"]}
        call.state.property_values.add(value)
    for client in clients:
        call.state.order_clients.add({"ORDER_ID": order["ID"], **client})
    if call.switches["orders_make_deals"]:
        deals.make(call, order)
    return order


def update(call: Call, order: Row, changes: Row) -> None:
    """Change an order's own fields; a change that changes nothing stamps nothing. A price that follows is not written."""
    _refuse_status(changes)
    if call.state.basket_items.owned(order["ID"]) or call.state.shipments.owned(order["ID"]):
        changes = {name: value for name, value in changes.items() if name != "PRICE"}
    cancelled = changes.get("CANCELED", order.get("CANCELED", "N"))
    if cancelled == "Y" and order.get("CANCELED") != "Y" and _paid_kopecks(call.state, order):
        raise _PAID_CANNOT_BE_CANCELLED
    was = {name: order.get(name) for name in ("CANCELED", "STATUS_ID")}
    if not fields.write(order, changes):
        return
    me = call.actor.user_id
    if order.get("CANCELED", "N") != (was["CANCELED"] or "N"):
        order |= {"DATE_CANCELED": call.now, "EMP_CANCELED_ID": me}
    if order["STATUS_ID"] != was["STATUS_ID"]:
        order |= {"DATE_STATUS": call.now, "EMP_STATUS_ID": me}
    _count_paid(call.state, order)
    stamp(call, order)


def follow_basket(call: Call, order: Row) -> None:
    """Let an order, and a deal that the portal made of it, follow an edit of its basket or its deliveries."""
    _count_price(call.state, order)
    follow_payments(call, order)
    deals.follow(call, order)


def follow_payments(call: Call, order: Row) -> None:
    """Let an order follow an edit of its payments."""
    _count_paid(call.state, order)
    stamp(call, order)


def touch(call: Call, order: Row) -> None:
    """Note an edit around an order of which the documents do not say that it stamps the order."""
    if call.switches["properties_and_links_stamp_order"]:
        stamp(call, order)


def stamp(call: Call, order: Row) -> None:
    """Move an order's clock of edits."""
    order |= {"DATE_UPDATE": call.now, "VERSION": order["VERSION"] + 1}


def number_of_part(state: State, order: Row) -> str:
    """Return the next number of a payment or shipment: both count together behind the order's number."""
    parts = len(state.payments.owned(order["ID"])) + len(state.shipments.owned(order["ID"]))
    return f"{order['ACCOUNT_NUMBER']}/{parts + 1}"


def pay_system(pay_system_id: int | None) -> Row:
    """Return what a payment shows of its way to pay."""
    if pay_system_id not in PAY_SYSTEMS:
        raise ApiError(0, "pay system does not exist")
    name, is_cash = PAY_SYSTEMS[pay_system_id]
    return {"PAY_SYSTEM_ID": pay_system_id, "PAY_SYSTEM_NAME": name, "PAY_SYSTEM_IS_CASH": is_cash}


def delivery(delivery_id: int | None) -> Row:
    """Return what a shipment shows of its way to be delivered."""
    if delivery_id not in DELIVERIES:
        raise ApiError("SALE_SHIPMENT_WRONG_DELIVERY_SERVICE", "Служба доставки не найдена")
    return {"DELIVERY_ID": delivery_id, "DELIVERY_NAME": DELIVERIES[delivery_id]}


def _kept(written: dict[str, Any]) -> Row:
    kept = {name: value for name, value in fields.parsed(fields.ORDER, written, new=True).items() if value is not None}
    lacking = [name for name in ("currency", "lid", "personTypeId") if fields.ORDER[name].name not in kept]
    if lacking:
        raise ApiError(0, f"Required fields: {', '.join(lacking)}")
    if kept["PERSON_TYPE_ID"] not in {each["id"] for each in PERSON_TYPES}:
        raise ApiError(0, "person type does not exist")
    _refuse_status(kept)
    return kept


def _count_price(state: State, order: Row) -> None:
    items, shipments = state.basket_items.owned(order["ID"]), state.shipments.owned(order["ID"])
    goods = sum((each.get("PRICE", 0) * each["QUANTITY"] + _WHOLE_UNIT // 2) // _WHOLE_UNIT for each in items)
    order["PRICE"] = goods + sum(each.get("PRICE_DELIVERY", 0) for each in shipments)


def _count_paid(state: State, order: Row) -> None:
    paid = _paid_kopecks(state, order)
    order["PAYED"] = "Y" if paid and paid >= order.get("PRICE", 0) else "N"


def _paid_kopecks(state: State, order: Row) -> int:
    payments = state.payments.owned(order["ID"])
    return sum(each.get("SUM", 0) for each in payments if each.get("PAID") == "Y" and each.get("IS_RETURN") != "Y")


def _refuse_status(changes: Row) -> None:
    if "STATUS_ID" in changes and changes["STATUS_ID"] not in ORDER_STATUSES:
        raise ApiError(0, "status does not exist")


def _clients(state: State, raw: Any) -> list[Row]:
    """Read the clients whom the store has recognised: the order's own page shows them, no page says how to write them."""
    found = []
    for each in map(php.as_map, php.as_list(raw)):
        type_id, entity_id = whole(each.get("entityTypeId")), whole(each.get("entityId"))
        if type_id not in {CONTACT.type_id, COMPANY.type_id} or state.objects[type_id].get(entity_id) is None:
            raise ApiError(0, "client does not exist")
        primary = "N" if str(each.get("isPrimary")).upper() == "N" else "Y"
        found.append({"ENTITY_TYPE_ID": type_id, "ENTITY_ID": entity_id, "IS_PRIMARY": primary})
    return found
