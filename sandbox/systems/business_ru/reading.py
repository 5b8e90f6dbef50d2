"""GET: a description, a count, or one page of rows in the order that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sandbox.systems.business_ru import values
from sandbox.systems.business_ru.books import Books, Row, in_place
from sandbox.systems.business_ru.calls import Call
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.filters import find, parsed
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.models.shape import Field, whole
from sandbox.systems.business_ru.showing import describe, show_page

ROWS_PER_PAGE = 250

Spoiler: TypeAlias = Callable[[Books, str, list[Row], str], list[Row]]
"""A fault in the rows of a page: books, model, the right rows, now → the rows that are answered."""


def read(books: Books, call: Call, now: str, spoil: Spoiler | None = None) -> Any:
    """Return the `result` of a GET; raises Refusal on a value that cannot be read."""
    if call.wants("help"):
        return describe(MODELS[call.model])
    rows = find(books, call)
    if call.wants("count_only"):
        return {"count": len(rows)}
    page = _page(call, _ordered(call, rows))
    shown = show_page(books, call, page)
    if spoil is None:
        return shown
    by_id = {row["id"]: row for row in shown}
    return [by_id[row["id"]] for row in spoil(books, call.model, page, now)]


def _ordered(call: Call, rows: list[Row]) -> list[Row]:
    fields = MODELS[call.model].by_name
    rows = in_place(rows)
    for name, direction in reversed(_orders(call)):
        if name in fields:
            rows.sort(key=_sort_key(fields[name]), reverse=direction.upper() == "DESC")
    return rows


def _orders(call: Call) -> list[tuple[str, str]]:
    wanted = call.params.get("order_by", {})
    if isinstance(wanted, str):
        return [(wanted, "ASC")]
    return [(name, direction) for name, direction in wanted.items() if isinstance(direction, str)]


def _sort_key(field: Field) -> Callable[[Row], tuple[bool, Any]]:
    name, is_id = field.name, field.kind is values.IDENTIFIER

    def key(row: Row) -> tuple[bool, Any]:
        value = row[name]
        return (value is None, 0) if value is None else (False, int(value) if is_id else value)

    return key


def _page(call: Call, rows: list[Row]) -> list[Row]:
    limit = min(_positive(call, "limit", ROWS_PER_PAGE), ROWS_PER_PAGE)
    start = (_positive(call, "page", 1) - 1) * limit
    return rows[start : start + limit]


def _positive(call: Call, name: str, default: int) -> int:
    number = parsed(whole(name), call.text(name) or str(default))
    if number < 1:
        raise Refusal(f"Неверное значение параметра {name}: {number}")
    return int(number)
