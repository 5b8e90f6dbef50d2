"""Pages of lists: fifty rows, `start`, `next`, `total`, orders, and walks by id that do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sandbox.systems.bitrix24.calls import Call
from sandbox.systems.bitrix24.data.fields import Field
from sandbox.systems.bitrix24.data.filters import Dialect, Where, compile_filter
from sandbox.systems.bitrix24.data.tables import ID, Row, Table
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError, bad_argument

PAGE_ROWS = 50


@dataclass(frozen=True)
class Page:
    """Rows of one page, not yet printed, and the two counters of the answer."""

    rows: Sequence[Row]
    total: int | None
    next: int | None


@dataclass(frozen=True)
class Listing:
    """How a list method reads its table.

    visible: leaves out rows that the caller may not see. pool: reads these rows instead of the whole table.
    paged: without it the answer holds every row. order_error: raised for names that cannot be sorted by; without it a
    list that is not strict passes over them.
    """

    dialect: Dialect
    visible: Callable[[Row], bool] | None = None
    pool: Sequence[Row] | None = None
    paged: bool = True
    order_error: ApiError | None = None


@dataclass(frozen=True)
class Order:
    """One key of an order."""

    field: Field
    descending: bool


def read(call: Call, table: Table, listing: Listing, *, conditions: Any = None, order: Any = None) -> Page:
    """Read the page that the call asks for; conditions and order replace the usual parameters."""
    page = _read(call, table, listing, conditions=conditions, order=order)
    if call.spoiler:
        call.spoiler.noted(table, page.rows)
    return page


def _read(call: Call, table: Table, listing: Listing, *, conditions: Any, order: Any) -> Page:
    wanted = php.as_map(call.params.get("filter") if conditions is None else conditions)
    where = compile_filter(wanted, listing.dialect)
    orders = _orders(php.as_map(call.params.get("order") if order is None else order), listing)
    matches = _matches(table, where, orders, listing)
    first = call.params.integer("start") or 0
    if not listing.paged:
        rows = list(matches)
        return Page(rows, len(rows), None)
    if first < 0:
        return Page(list(islice(matches, PAGE_ROWS)), _uncounted(call), None)
    return _counted(list(matches), first)


def _counted(rows: list[Row], first: int) -> Page:
    following = first + PAGE_ROWS
    return Page(rows[first:following], len(rows), following if following < len(rows) else None)


def _uncounted(call: Call) -> int | None:
    return 0 if call.switches["total_without_count"] == "zero" else None


def _matches(table: Table, where: Where, orders: list[Order], listing: Listing) -> Iterable[Row]:
    by_id = not orders or orders[0].field.name == ID
    backwards = by_id and bool(orders) and orders[0].descending
    found = _passing(_source(table, where, listing, backwards=backwards), where, listing.visible)
    return found if by_id else _sorted(found, orders)


def _source(table: Table, where: Where, listing: Listing, *, backwards: bool) -> Iterable[Row]:
    if listing.pool is not None:
        return sorted(listing.pool, key=lambda row: row[ID], reverse=backwards)
    if where.ids is not None:
        return (table.rows[row_id] for row_id in sorted(where.ids, reverse=backwards) if row_id in table.rows)
    return table.backwards() if backwards else table.after(where.above)


def _passing(rows: Iterable[Row], where: Where, visible: Callable[[Row], bool] | None) -> Iterator[Row]:
    return (row for row in rows if where(row) and (visible is None or visible(row)))


def _sorted(rows: Iterable[Row], orders: list[Order]) -> list[Row]:
    ordered = list(rows)
    for each in reversed(orders):
        ordered.sort(key=_sort_key(each.field), reverse=each.descending)
    return ordered


def _sort_key(field: Field) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = row.get(field.name)
        return (value is not None, "" if value is None else value)

    return key


def _orders(wanted: dict[str, Any], listing: Listing) -> list[Order]:
    orders = []
    for name, direction in wanted.items():
        field = listing.dialect.names.get(name)
        if field is None:
            _refuse_order(name, listing)
            continue
        if str(direction).upper() not in {"ASC", "DESC"} and listing.dialect.strict:
            allowed = "Invalid order: allowed sort directions are `ASC, DESC`."
            raise bad_argument(f"{allowed} But got '{direction}' for field '{name}'")
        orders.append(Order(field, str(direction).upper() == "DESC"))
    return orders


def _refuse_order(name: str, listing: Listing) -> None:
    if listing.order_error:
        raise listing.order_error
    if listing.dialect.strict:
        raise bad_argument(f"Invalid order: field '{name}' is not allowed in order")
