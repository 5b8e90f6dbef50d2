"""Product rows: what is kept of one, what follows from its price, and what an edit does to the owner's sum.

The contract is silent on whether an edit of rows stamps the deal. Here it does when the sum follows the rows and
changes; the switch `row_edit_stamps_deal` has the other readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Call
from sandbox.systems.bitrix24.crm.objects import ObjectType
from sandbox.systems.bitrix24.data.fields import Field, by_camel, by_name, field, upper_case
from sandbox.systems.bitrix24.data.kinds import plain
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire.errors import invalid_value

SIMPLE, SERVICE = 1, 7
"""Types of products, and so of rows."""
PERCENT = 2
"""The type of discounts that are a share of the price."""

FIELDS = (
    field("ID", "integer", "ID", read_only=True),
    field("OWNER_ID", "integer", "ID владельца", immutable=True),
    field("OWNER_TYPE", title="Тип владельца", immutable=True),
    field("PRODUCT_ID", "integer", "Товар", empty=0),
    field("PRODUCT_NAME", title="Название товара", empty=""),
    field("PRICE", "money", "Цена", empty=0),
    field("QUANTITY", "quantity", "Количество", empty=1),
    field("DISCOUNT_TYPE_ID", "integer", "Тип скидки", empty=PERCENT),
    field("DISCOUNT_RATE", "double", "Величина скидки", empty=0),
    field("DISCOUNT_SUM", "money", "Сумма скидки", empty=0),
    field("TAX_RATE", "double", "Налог"),
    field("TAX_INCLUDED", "char", "Налог включён в цену", empty="Y"),
    field("MEASURE_CODE", "integer", "Код единицы измерения", empty=796),
    field("MEASURE_NAME", title="Единица измерения", empty="шт"),
    field("SORT", "integer", "Сортировка", empty=10),
    field("XML_ID", title="Внешний код", read_only=True, empty=""),
    field("TYPE", "integer", "Тип товара", read_only=True, empty=SIMPLE),
    field("STORE_ID", "integer", "Склад", read_only=True),
)
BY_CAMEL = by_camel(FIELDS)
BY_NAME = by_name(FIELDS)
_WHOLE_UNIT = 1000


def parsed(names: Mapping[str, Field], raw: Mapping[str, Any]) -> Row:
    """Return what is kept of a written row; names that cannot be written are passed over."""
    kept: Row = {}
    for name, value in raw.items():
        known = names.get(name)
        if known is None or known.read_only or known.immutable:
            continue
        try:
            kept[known.name] = known.parse(value)
        except ValueError:
            raise invalid_value(known.camel) from None
    return {name: value for name, value in kept.items() if value is not None}


def add(state: State, kind: ObjectType, owner_id: int, fields: Row) -> Row:
    """Append a row; its name and type are the product's unless written."""
    row: Row = {"OWNER_TYPE": kind.abbreviation, "OWNER_ID": owner_id} | _of_product(state, fields) | fields
    row.setdefault("QUANTITY", _WHOLE_UNIT)
    row.setdefault("SORT", 10 * (1 + len(state.lines.owned(kind.abbreviation, owner_id))))
    return state.lines.add(row)


def change(state: State, row: Row, fields: Row) -> None:
    """Change a row; another product brings its name and type."""
    another = fields.get("PRODUCT_ID", row.get("PRODUCT_ID")) != row.get("PRODUCT_ID")
    row |= (_of_product(state, fields) if another else {}) | fields


def replace_all(state: State, kind: ObjectType, owner_id: int, written: list[Row]) -> list[Row]:
    """Put these rows in the place of all others; every row gets a new id."""
    state.lines.delete_owned(kind.abbreviation, owner_id)
    return [add(state, kind, owner_id, fields) for fields in written]


def total_kopecks(state: State, kind: ObjectType, owner_id: int) -> int:
    """Return the sum of an owner's rows, each rounded to a kopeck."""
    rows = state.lines.owned(kind.abbreviation, owner_id)
    return sum((row.get("PRICE", 0) * row["QUANTITY"] + _WHOLE_UNIT // 2) // _WHOLE_UNIT for row in rows)


def follow(call: Call, kind: ObjectType, owner: Row) -> None:
    """Let the owner's sum follow its rows after an edit, unless the sum was typed by hand."""
    total = total_kopecks(call.state, kind, owner["ID"])
    changed = owner.get("IS_MANUAL_OPPORTUNITY") != "Y" and total != owner.get("OPPORTUNITY", 0)
    if changed:
        owner["OPPORTUNITY"] = total
    stamped = call.switches["row_edit_stamps_deal"]
    if stamped == "always" or (changed and stamped == "when_sum_changes"):
        owner |= {"DATE_MODIFY": call.now, "MODIFY_BY_ID": call.actor.user_id}


def keep_sum(state: State, kind: ObjectType, row: Row, changes: dict[str, Any]) -> None:
    """Let no edit of the owner write a sum other than that of its rows while the sum follows them."""
    manual = changes.get("IS_MANUAL_OPPORTUNITY", row.get("IS_MANUAL_OPPORTUNITY")) == "Y"
    if kind.has_lines and not manual and state.lines.owned(kind.abbreviation, row["ID"]):
        changes["OPPORTUNITY"] = total_kopecks(state, kind, row["ID"])


def universal(row: Row) -> dict[str, Any]:
    """Print a row as `crm.item.productrow.*` does."""
    printed = {each.camel: each.number(row) for each in FIELDS}
    return printed | {name: plain(kopecks, 100) for name, kopecks in _prices(row).items()} | {"customized": "Y"}


def classic(row: Row) -> dict[str, Any]:
    """Print a row as `crm.deal.productrows.get` does: ids of the row and a price are strings, the rest numbers."""
    printed = {each.name: each.number(row) for each in FIELDS}
    prices = {upper_case(name): plain(kopecks, 100) for name, kopecks in _prices(row).items()}
    strings = {
        "ID": str(row["ID"]),
        "OWNER_ID": str(row["OWNER_ID"]),
        "PRICE_ACCOUNT": BY_NAME["PRICE"].text({"PRICE": 0} | row),
    }
    reserve = {"STORE_ID": 0, "RESERVE_ID": None, "RESERVE_QUANTITY": None, "DATE_RESERVE_END": None}
    return printed | prices | strings | {"CUSTOMIZED": "Y"} | reserve


def _of_product(state: State, fields: Row) -> Row:
    product = state.products.get(fields.get("PRODUCT_ID"))
    if product is None:
        return {}
    return {"PRODUCT_NAME": product["NAME"]} | ({"TYPE": SERVICE} if product["TYPE"] == SERVICE else {})


def _prices(row: Row) -> dict[str, int]:
    """Return the prices that follow from the price: without tax, before the discount, and both."""
    price, tax = row.get("PRICE", 0), 1 + row.get("TAX_RATE", 0) / 100
    exclusive = round(price / tax)
    if row.get("DISCOUNT_TYPE_ID", PERCENT) == PERCENT:
        share = min(row.get("DISCOUNT_RATE", 0), 99.99) / 100
        discount = round(exclusive / (1 - share)) - exclusive
    else:
        discount = row.get("DISCOUNT_SUM", 0)
    netto = exclusive + discount
    prices = {
        "priceAccount": price,
        "priceExclusive": exclusive,
        "priceNetto": netto,
        "priceBrutto": round(netto * tax),
    }
    return prices | {"discountSum": discount}
