"""Orders of the online store: `sale.order.*` and the baskets of orders, `sale.basketitem.*`.

Numbers are numbers, but inside the basket of `sale.order.get` the ids of a position are strings.
"""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Handler, Method, Rows
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.sale import baskets, fields, orders
from sandbox.systems.bitrix24.wire.errors import ApiError, missing_parameter

NO_READING, NO_WRITING = ApiError(200040300010, "Access Denied"), ApiError(200040300020, "Access Denied")
_PARTS: dict[str, Any] = {"properties": [], "reservations": []}
"""What a position has besides its fields; the store keeps neither."""


def order_list(call: Call) -> Rows:
    """List orders."""
    listing = Listing(Dialect(fields.ORDER, offsets=call.switches["offsets_in_filters"]))
    page = lists.read(call, call.state.orders, listing)
    select = call.params.words("select")
    rows = [fields.printed(fields.ORDER, row, select) for row in page.rows]
    return Rows(rows, "orders", page.total, page.next)


def order_get(call: Call) -> Answer:
    """Return one order with everything that belongs to it."""
    return Answer({"order": _whole(call, _found(call))})


def order_add(call: Call) -> Answer:
    """Make an order."""
    return Answer({"order": _answered(call, orders.add(call, written_fields(call)))})


def order_update(call: Call) -> Answer:
    """Change an order, or cancel it with `canceled: Y`."""
    order = _found(call)
    orders.update(call, order, fields.parsed(fields.ORDER, written_fields(call), new=False))
    return Answer({"order": _answered(call, order)})


def item_list(call: Call) -> Rows:
    """List positions of baskets."""
    listing = Listing(Dialect(fields.BASKET_ITEM, offsets=call.switches["offsets_in_filters"]))
    page = lists.read(call, call.state.basket_items, listing)
    select = call.params.words("select")
    rows = [fields.printed(fields.BASKET_ITEM, row, select) for row in page.rows]
    return Rows(rows, "basketItems", page.total, page.next)


def item_get(call: Call) -> Answer:
    """Return one position."""
    return _item(_found_item(call))


def item_add(call: Call) -> Answer:
    """Add a position: a product, or with `productId: 0` anything that has a name."""
    return _item(baskets.add(call, written_fields(call), from_catalogue=False))


def item_add_product(call: Call) -> Answer:
    """Add a product of the catalogue."""
    return _item(baskets.add(call, written_fields(call), from_catalogue=True))


def item_update(call: Call) -> Answer:
    """Change a position."""
    item = _found_item(call)
    baskets.update(call, item, written_fields(call))
    return _item(item)


def item_delete(call: Call) -> Answer:
    """Take a position out of the basket."""
    baskets.delete(call, _found_item(call))
    return Answer(result=True)


def written_fields(call: Call) -> dict[str, Any]:
    """Return the parameter `fields`; refuse one that is missing or empty."""
    written = call.params.mapping("fields")
    if not written:
        raise missing_parameter("fields")
    return written


def found_id(call: Call) -> int | None:
    """Return the parameter `id`; refuse a call without it."""
    if not call.params.has("id"):
        raise missing_parameter("id")
    return call.params.integer("id")


def _found(call: Call) -> Row:
    return orders.find(call.state, found_id(call))


def _found_item(call: Call) -> Row:
    return baskets.find(call.state, found_id(call))


def _item(item: Row) -> Answer:
    return Answer({"basketItem": fields.printed(fields.BASKET_ITEM, item) | _PARTS})


def _answered(call: Call, order: Row) -> dict[str, Any]:
    return fields.printed(fields.ORDER, order) | {"clients": _clients(call, order), "requisiteLink": []}


def _whole(call: Call, order: Row) -> dict[str, Any]:
    state, order_id = call.state, order["ID"]
    items = [fields.printed(fields.BASKET_ITEM, row) | _PARTS for row in state.basket_items.owned(order_id)]
    shipments = [fields.printed(fields.SHIPMENT, row) for row in state.shipments.owned(order_id)]
    values = [fields.printed(fields.PROPERTY_VALUE, row) for row in state.property_values.owned(order_id)]
    return _answered(call, order) | {
        "basketItems": [each | {"id": str(each["id"]), "orderId": str(order_id)} for each in items],
        "payments": [fields.printed(fields.PAYMENT, row) for row in state.payments.owned(order_id)],
        "shipments": [each | {"shipmentItems": []} for each in shipments],
        "propertyValues": [{name: value for name, value in each.items() if name != "orderId"} for each in values],
        "tradeBindings": [],
    }


def _clients(call: Call, order: Row) -> list[dict[str, Any]]:
    return [
        {
            "entityId": row["ENTITY_ID"], "entityTypeId": row["ENTITY_TYPE_ID"], "id": row["ID"],
            "isPrimary": row["IS_PRIMARY"], "orderId": order["ID"], "roleId": 0, "sort": 0,
        }
        for row in call.state.order_clients.owned(order["ID"])
    ]  # fmt: skip


def reads(name: str, handler: Handler) -> Method:
    """Describe a method that reads the store."""
    return Method(name, handler, scopes=("sale",), admin=True, denial=NO_READING)


def writes(name: str, handler: Handler) -> Method:
    """Describe a method that changes the store."""
    return Method(name, handler, scopes=("sale",), write=True, admin=True, denial=NO_WRITING)


METHODS = (
    reads("sale.order.list", order_list),
    reads("sale.order.get", order_get),
    writes("sale.order.add", order_add),
    writes("sale.order.update", order_update),
    reads("sale.basketitem.list", item_list),
    reads("sale.basketitem.get", item_get),
    writes("sale.basketitem.add", item_add),
    writes("sale.basketitem.addCatalogProduct", item_add_product),
    writes("sale.basketitem.update", item_update),
    writes("sale.basketitem.delete", item_delete),
)
