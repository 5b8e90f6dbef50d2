"""Goods and services of the portal's one catalogue: what is kept of each, under both families of names."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.crm.lines import SERVICE, SIMPLE
from sandbox.systems.bitrix24.data.fields import by_camel, by_name, field
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State

IBLOCK_ID = 24

BY_CAMEL = by_camel(
    [
        field("ID", "integer", read_only=True),
        field("IBLOCK_ID", "integer", camel="iblockId"),
        field("NAME"),
        field("ACTIVE", "char"),
        field("AVAILABLE", "char", empty="Y"),
        field("CODE"),
        field("XML_ID"),
        field("TYPE", "integer"),
        field("QUANTITY", "quantity"),
        field("QUANTITY_RESERVED", "quantity"),
        field("QUANTITY_TRACE", "char", empty="N"),
        field("CAN_BUY_ZERO", "char", empty="Y"),
        field("PURCHASING_PRICE", "money"),
        field("PURCHASING_CURRENCY"),
        field("MEASURE", "integer", empty=5),
        field("VAT_ID", "integer"),
        field("VAT_INCLUDED", "char", empty="N"),
        field("SORT", "integer", empty=500),
        field("DATE_CREATE", "datetime"),
        field("TIMESTAMP_X", "datetime"),
    ]
)
CLASSIC = by_name(
    [
        field("ID", "integer"),
        field("CATALOG_ID", "integer", empty_text=str(IBLOCK_ID)),
        field("PRICE", "money"),
        field("CURRENCY_ID", empty_text="RUB"),
        field("NAME"),
        field("CODE"),
        field("DESCRIPTION"),
        field("ACTIVE", "char"),
        field("SECTION_ID", "integer"),
        field("SORT", "integer", empty_text="500"),
        field("VAT_ID", "integer"),
        field("VAT_INCLUDED", "char", empty_text="N"),
        field("MEASURE", "integer", empty_text="5"),
        field("XML_ID"),
        field("DATE_CREATE", "datetime"),
        field("TIMESTAMP_X", "datetime"),
    ]
)


def add(
    state: State,
    name: str,
    article: str,
    price_kopecks: int | None,
    *,
    now: int,
    service: bool = False,
    code: Any = None,
) -> Row:
    """Keep a good or a service; its article is its external code, or its id where there is none."""
    row: Row = {
        "IBLOCK_ID": IBLOCK_ID,
        "CATALOG_ID": IBLOCK_ID,
        "NAME": name,
        "ACTIVE": "Y",
        "DATE_CREATE": now,
        "TIMESTAMP_X": now,
    }
    row |= {"TYPE": SERVICE if service else SIMPLE, "CODE": code, "PRICE": price_kopecks}
    state.products.add({key: value for key, value in row.items() if value is not None})
    added = state.products.rows[state.products.ids[-1]]
    added["XML_ID"] = article or str(added["ID"])
    return added
