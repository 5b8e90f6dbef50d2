"""The positions of an order's basket: where their prices come from, and what an edit keeps in step.

Unless `customPrice` is Y, a product's price is the catalogue's, whatever was sent. Always base price = price + discount.
"""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Call
from sandbox.systems.bitrix24.crm.lines import SERVICE
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.sale import fields, orders
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire.errors import ApiError, missing_parameter

_SERVICE_ITEM = 2
"""`type` of a basket's position that is a service."""
_BAD_DATA = ApiError(200140400007, "basket item is not saved - bad data")
_PRICES = ("PRICE", "BASE_PRICE", "DISCOUNT_PRICE")


def find(state: State, item_id: int | None) -> Row:
    """Return a position; refuse one that does not exist."""
    row = state.basket_items.get(item_id)
    if row is None:
        raise ApiError(200140400001, "basket item does not exist")
    return row


def add(call: Call, written: dict[str, Any], *, from_catalogue: bool) -> Row:
    """Add a position to an order; `from_catalogue` allows only products of the catalogue."""
    kept = {
        name: value for name, value in fields.parsed(fields.BASKET_ITEM, written, new=True).items() if value is not None
    }
    order = _order(call.state, kept)
    for name in ("currency", "quantity", "productId"):
        if fields.BASKET_ITEM[name].name not in kept:
            raise missing_parameter(f"fields[{name}]")
    if kept["CURRENCY"] != order["CURRENCY"]:
        raise ApiError(200140400011, "Currency must be the currency of the order")
    product = call.state.products.get(kept["PRODUCT_ID"])
    if product is None and (from_catalogue or kept["PRODUCT_ID"] or not kept.get("NAME")):
        raise _BAD_DATA
    item: Row = {"CAN_BUY": "Y", "VAT_INCLUDED": "Y"} | _of_product(product) | kept | _priced(product, kept)
    _refuse(item)
    item |= {"DATE_INSERT": call.now, "DATE_UPDATE": call.now}
    call.state.basket_items.add(item)
    item.setdefault("XML_ID", f"bx_{item['ID']:013x}")
    orders.follow_basket(call, order)
    return item


def update(call: Call, item: Row, written: dict[str, Any]) -> None:
    """Change a position; a price that is written is by hand from then on."""
    changes = fields.parsed(fields.BASKET_ITEM, written, new=False)
    if "PRICE" in changes:
        changes.setdefault("DISCOUNT_PRICE", item.get("BASE_PRICE", 0) - (changes["PRICE"] or 0))
        changes.setdefault("BASE_PRICE", (changes["PRICE"] or 0) + (changes["DISCOUNT_PRICE"] or 0))
    after = item | changes
    _refuse(after)
    if any((item.get(name) or 0) != (after.get(name) or 0) for name in _PRICES):
        changes["CUSTOM_PRICE"] = "Y"
    if fields.write(item, changes):
        item["DATE_UPDATE"] = call.now
        orders.follow_basket(call, orders.find(call.state, item["ORDER_ID"]))


def delete(call: Call, item: Row) -> None:
    """Take a position out of its order."""
    call.state.basket_items.delete(item["ID"])
    orders.follow_basket(call, orders.find(call.state, item["ORDER_ID"]))


def _order(state: State, kept: Row) -> Row:
    if "ORDER_ID" not in kept:
        raise ApiError(200140400008, "Required fields: fields[ORDER_ID]")
    order = state.orders.get(kept["ORDER_ID"])
    if order is None:
        raise ApiError(200140400009, "Order not found")
    return order


def _of_product(product: Row | None) -> Row:
    if product is None:
        return {}
    known = {"NAME": product["NAME"], "PRODUCT_XML_ID": product["XML_ID"]}
    return known | ({"TYPE": _SERVICE_ITEM} if product["TYPE"] == SERVICE else {})


def _priced(product: Row | None, kept: Row) -> Row:
    if kept.get("CUSTOM_PRICE") == "Y":
        if any(name not in kept for name in _PRICES):
            raise ApiError(0, "With customPrice=Y price, basePrice and discountPrice are required")
        return {}
    price = kept.get("PRICE", 0) if product is None else product.get("PRICE")
    if price is None:
        raise _BAD_DATA
    return {"PRICE": price, "BASE_PRICE": price, "DISCOUNT_PRICE": 0, "CUSTOM_PRICE": "N"}


def _refuse(item: Row) -> None:
    price, base, discount = (item.get(name) or 0 for name in _PRICES)
    if price < 0 or base != price + discount:
        raise ApiError(0, "basePrice must be equal to price + discountPrice")
    if (item.get("QUANTITY") or 0) <= 0:
        raise ApiError(0, "Wrong quantity")
