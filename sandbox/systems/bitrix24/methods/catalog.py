"""The catalogue of goods: `catalog.*` with numbers and camelCase, and the classic `crm.product.list` with strings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import goods
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field, by_camel, field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row, Table
from sandbox.systems.bitrix24.wire.errors import ApiError, missing_parameter
from sandbox.systems.bitrix24.wire.requests import whole

_STORE_FIELDS = by_camel(
    [
        field("ID", "integer"),
        field("TITLE"),
        field("ACTIVE", "char"),
        field("ADDRESS", empty=""),
        field("CODE"),
        field("XML_ID"),
        field("SORT", "integer"),
        field("DATE_MODIFY", "datetime"),
    ]
)
_STOCK_FIELDS = by_camel(
    [
        field("ID", "integer"),
        field("PRODUCT_ID", "integer"),
        field("STORE_ID", "integer"),
        field("AMOUNT", "quantity"),
        field("QUANTITY_RESERVED", "quantity"),
    ]
)


def catalog_list(_call: Call) -> Rows:
    """List the catalogues: one."""
    catalog = {
        "iblockId": goods.IBLOCK_ID, "iblockTypeId": 0, "id": goods.IBLOCK_ID, "lid": "s1",
        "name": "Товарный каталог CRM", "productIblockId": None, "skuPropertyId": None, "subscription": "N", "vatId": None,
    }  # fmt: skip
    return Rows([catalog], "catalogs", 1)


def product_list(call: Call) -> Rows:
    """List goods; `select` must hold `id` and `iblockId`, the filter `iblockId`, and `@id` is refused."""
    conditions = call.params.mapping("filter")
    if not {"id", "iblockId"} <= set(call.params.words("select")):
        raise ApiError(0, "Required select fields: iblockId, id")
    if not conditions.keys() & {"iblockId", "=iblockId", "@iblockId"}:
        raise ApiError(0, "Required filter fields: iblockId")
    if conditions.keys() & {"@id", "!@id"}:
        raise ApiError(0, "Invalid filter: field '@id' is not allowed in filter")
    return _listed(call, call.state.products, goods.BY_CAMEL, "products")


def product_get(call: Call) -> Answer:
    """Return one good."""
    if not call.params.has("id"):
        raise missing_parameter("id")
    row = call.state.products.get(call.params.integer("id"))
    if row is None:
        raise ApiError(0, "product does not exist")
    return Answer({"product": _printed(goods.BY_CAMEL, row, list(goods.BY_CAMEL))})


def product_add(call: Call) -> Answer:
    """Add a good; a price is no part of it."""
    written = call.params.mapping("fields")
    if not written.get("iblockId") or not written.get("name"):
        raise ApiError(0, "Required fields: iblockId, name")
    if whole(written["iblockId"]) != goods.IBLOCK_ID:
        raise ApiError(200040300000, "Iblock is not catalog")
    texts = {name: written.get(name) for name in ("xmlId", "code")}
    row = goods.add(call.state, str(written["name"]), str(texts["xmlId"] or ""), None, now=call.now, code=texts["code"])
    return Answer({"element": _printed(goods.BY_CAMEL, row, list(goods.BY_CAMEL))})


def store_list(call: Call) -> Rows:
    """List the portal's own warehouses."""
    return _listed(call, call.state.stores, _STORE_FIELDS, "stores")


def stock_list(call: Call) -> Rows:
    """List what lies in the portal's own warehouses."""
    return _listed(call, call.state.store_products, _STOCK_FIELDS, "storeProducts")


def classic_product_list(call: Call) -> Rows:
    """List goods the old way, with prices."""
    page = lists.read(call, call.state.products, Listing(Dialect(goods.CLASSIC)))
    select = call.params.words("select")
    names = [name for name in goods.CLASSIC if not select or "*" in select or name in select]
    rows = [{name: goods.CLASSIC[name].text(row) for name in names} for row in page.rows]
    return Rows(rows, "", page.total, page.next)


def _listed(call: Call, table: Table, names: Mapping[str, Field], wrap: str) -> Rows:
    page = lists.read(call, table, Listing(Dialect(names)))
    select = call.params.words("select")
    shown = [name for name in names if not select or "*" in select or name in select]
    return Rows([_printed(names, row, shown) for row in page.rows], wrap, page.total, page.next)


def _printed(names: Mapping[str, Field], row: Row, shown: list[str]) -> dict[str, Any]:
    return {name: names[name].number(row) for name in shown}


METHODS = (
    Method("catalog.catalog.list", catalog_list, scopes=("catalog",)),
    Method("catalog.product.list", product_list, scopes=("catalog",)),
    Method("catalog.product.get", product_get, scopes=("catalog",)),
    Method("catalog.product.add", product_add, scopes=("catalog",), write=True),
    Method("catalog.store.list", store_list, scopes=("catalog",), admin=True),
    Method("catalog.storeproduct.list", stock_list, scopes=("catalog",)),
    Method("crm.product.list", classic_product_list, scopes=("crm",)),
)
