"""What surrounds an order of the store: buyers' answers, payments, shipments, and the store's own directories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Rows
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row, Table
from sandbox.systems.bitrix24.methods.sale_orders import found_id, reads, writes, written_fields
from sandbox.systems.bitrix24.sale import directories, fields, orders
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError
from sandbox.systems.bitrix24.wire.requests import whole


def value_list(call: Call) -> Rows:
    """List buyers' answers."""
    return _listed(call, call.state.property_values, fields.PROPERTY_VALUE, "propertyValues")


def value_modify(call: Call) -> Answer:
    """Rewrite all answers of an order; what is not sent is emptied."""
    written = php.as_map(written_fields(call).get("order"))
    if not written.get("id") or not written.get("propertyValues"):
        raise ApiError(0, "Required fields: order[id], order[propertyValues]")
    order = call.state.orders.get(whole(written["id"]))
    if order is None:
        raise ApiError(0, "order does not exist")
    given = [php.as_map(each) for each in php.as_list(written["propertyValues"])]
    answers = {whole(each.get("orderPropsId")): each.get("value") for each in given}
    rows = call.state.property_values.owned(order["ID"])
    written_rows = [fields.write(row, {"VALUE": _text(answers.get(row["ORDER_PROPS_ID"]))}) for row in rows]
    if any(written_rows):
        orders.touch(call, order)
    shown = [fields.printed(fields.PROPERTY_VALUE, row) for row in rows]
    return Answer({"propertyValues": [{name: each[name] for name in each if name != "orderId"} for each in shown]})


def payment_list(call: Call) -> Rows:
    """List payments."""
    return _listed(call, call.state.payments, fields.PAYMENT, "payments")


def payment_add(call: Call) -> Answer:
    """Add a payment to an order; without a sum it is for all of it."""
    kept = _new(call, fields.PAYMENT, "orderId", "paySystemId")
    order = orders.find(call.state, kept["ORDER_ID"])
    shown = {"ACCOUNT_NUMBER": orders.number_of_part(call.state, order), "CURRENCY": order["CURRENCY"]}
    row: Row = (
        {"SUM": order.get("PRICE", 0), "DATE_BILL": call.now} | kept | shown | orders.pay_system(kept["PAY_SYSTEM_ID"])
    )
    call.state.payments.add(row | _paid(call, row))
    orders.follow_payments(call, order)
    return Answer({"payment": fields.printed(fields.PAYMENT, call.state.payments.rows[call.state.payments.ids[-1]])})


def payment_update(call: Call) -> Answer:
    """Change a payment, or mark it paid; the way to pay must be named again."""
    row = call.state.payments.get(found_id(call))
    if row is None:
        raise ApiError(200640400001, "payment does not exist")
    changes = fields.parsed(fields.PAYMENT, written_fields(call), new=False)
    if not changes.get("PAY_SYSTEM_ID"):
        raise ApiError(0, "Required fields: paySystemId")
    changes |= orders.pay_system(changes["PAY_SYSTEM_ID"])
    if changes.get("PAID", "N") != row.get("PAID", "N"):
        changes |= _paid(call, changes)
    if fields.write(row, changes):
        orders.follow_payments(call, orders.find(call.state, row["ORDER_ID"]))
    return Answer({"payment": fields.printed(fields.PAYMENT, row)})


def shipment_list(call: Call) -> Rows:
    """List shipments."""
    return _listed(call, call.state.shipments, fields.SHIPMENT, "shipments")


def shipment_add(call: Call) -> Answer:
    """Add a shipment to an order; its price is part of the order's."""
    kept = _new(call, fields.SHIPMENT, "allowDelivery", "deducted", "deliveryId", "orderId")
    order = call.state.orders.get(kept["ORDER_ID"])
    if order is None:
        raise ApiError(0, "order does not exist")
    shown = {"ACCOUNT_NUMBER": orders.number_of_part(call.state, order), "CURRENCY": order["CURRENCY"]}
    prices = {"PRICE_DELIVERY": kept.get("PRICE_DELIVERY", kept.get("BASE_PRICE_DELIVERY", 0)), "DATE_INSERT": call.now}
    row = call.state.shipments.add(kept | shown | prices | orders.delivery(kept["DELIVERY_ID"]))
    orders.follow_basket(call, order)
    return Answer({"shipment": fields.printed(fields.SHIPMENT, row) | {"shipmentItems": []}})


def property_list(call: Call) -> Rows:
    """List what buyers are asked."""
    table = Table()
    listing = Listing(Dialect(fields.PROPERTY), pool=[dict(each) for each in directories.PROPERTIES])
    page = lists.read(call, table, listing)
    select = call.params.words("select")
    rows = [fields.printed(fields.PROPERTY, row, select) for row in page.rows]
    return Rows(rows, "properties", page.total, page.next)


def status_list(call: Call) -> Rows:
    """List the statuses of orders (`O`) and deliveries (`D`); the filter knows only `type` and `id`."""
    return _constant(call, directories.STATUSES, "statuses", ("id", "type"))


def person_type_list(call: Call) -> Rows:
    """List the kinds of payers; the filter knows only `id` and `code`."""
    return _constant(call, directories.PERSON_TYPES, "personTypes", ("id", "code"))


def _listed(call: Call, table: Table, names: Mapping[str, Field], wrap: str) -> Rows:
    page = lists.read(call, table, Listing(Dialect(names, offsets=call.switches["offsets_in_filters"])))
    select = call.params.words("select")
    return Rows([fields.printed(names, row, select) for row in page.rows], wrap, page.total, page.next)


def _constant(call: Call, entries: tuple[dict[str, Any], ...], wrap: str, filtered: tuple[str, ...]) -> Rows:
    conditions = {key.lstrip("=@"): php.as_list(value) for key, value in call.params.mapping("filter").items()}
    wanted = {name: {str(each) for each in conditions[name]} for name in filtered if name in conditions}
    found = [each for each in entries if all(str(each[name]) in values for name, values in wanted.items())]
    select = call.params.words("select")
    rows = [{name: each[name] for name in each if not select or name in select} for each in found]
    return Rows(rows, wrap, len(rows))


def _new(call: Call, names: Mapping[str, Field], *required: str) -> Row:
    kept = fields.parsed(names, written_fields(call), new=True)
    lacking = [name for name in required if kept.get(names[name].name) is None]
    if lacking:
        raise ApiError(0, f"Required fields: {', '.join(lacking)}")
    return {name: value for name, value in kept.items() if value is not None}


def _paid(call: Call, row: Row) -> Row:
    paid = row.get("PAID") == "Y"
    return {"DATE_PAID": call.now if paid else None, "EMP_PAID_ID": call.actor.user_id if paid else None}


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


METHODS = (
    reads("sale.propertyvalue.list", value_list),
    writes("sale.propertyvalue.modify", value_modify),
    reads("sale.property.list", property_list),
    reads("sale.payment.list", payment_list),
    writes("sale.payment.add", payment_add),
    writes("sale.payment.update", payment_update),
    reads("sale.shipment.list", shipment_list),
    writes("sale.shipment.add", shipment_add),
    reads("sale.status.list", status_list),
    reads("sale.persontype.list", person_type_list),
)
