"""Goods in stores: what lies there, what is reserved, and how a document's standing changes both.

Which documents a write touches is said in `laws/standing.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from sandbox.systems.business_ru.books import Books, Row, in_place
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.values import show_quantity

SERVICE = 2
"""The `type` of a good that no store holds."""

Position: TypeAlias = tuple[str | None, str]
"""Store and good."""

Standing: TypeAlias = dict[Position, tuple[int, int]]
"""Position → what documents add to the amount and to the reserve there, in thousandths."""


def stock_of(books: Books, good_id: str, stores: Collection[str] = ()) -> list[Row]:
    """Return the stock rows of a good, in the given stores or in all."""
    rows = in_place(books.rows_where("storegoods", "good_id", good_id))
    return [row for row in rows if not stores or row["store_id"] in stores]


def set_amount(books: Books, store_id: str, good_id: str, amount: int, now: str) -> None:
    """Write what lies in a store; the reserve stays as it is."""
    _change(books, _row(books, (store_id, good_id), now), {"amount": amount}, now)


def settle(books: Books, before: Standing, after: Standing, now: str, *, ships_reserved: bool) -> None:
    """Bring the stock from one standing to another; raises Refusal, with nothing done, where goods would run short.

    What others hold in reserve is short as well, unless `ships_reserved`.
    """
    moves = _difference(before, after)
    for position, (amount, reserved) in moves.items():
        _check(books, position, amount, reserved, ships_reserved=ships_reserved)
    for position, (amount, reserved) in moves.items():
        row = _row(books, position, now)
        _change(books, row, {"amount": row["amount"] + amount, "reserved": row["reserved"] + reserved}, now)


def _difference(before: Standing, after: Standing) -> Standing:
    moves = {}
    for position in {**before, **after}:
        was, becomes = before.get(position, (0, 0)), after.get(position, (0, 0))
        if was != becomes:
            moves[position] = (becomes[0] - was[0], becomes[1] - was[1])
    return moves


def _check(books: Books, position: Position, amount: int, reserved: int, *, ships_reserved: bool) -> None:
    store = books.row("stores", position[0])
    if store is None:
        raise Refusal("Не указан склад")
    if amount >= 0 or not store["deny_negative_balance"]:
        return
    rows = stock_of(books, position[1], (store["id"],))
    have, held = (sum(row[name] for row in rows) for name in ("amount", "reserved"))
    good = books.tables["goods"].rows[position[1]]["name"]
    if have + amount < 0:
        need, have_text = show_quantity(-amount), show_quantity(have)
        raise Refusal(f"Недостаточно товара «{good}» на складе «{store['name']}»: нужно {need}, есть {have_text}")
    if not ships_reserved and amount < reserved and have + amount < held + reserved:
        need, free = show_quantity(-amount), show_quantity(max(have - held - reserved, 0))
        raise Refusal(
            f"Недостаточно свободного товара «{good}» на складе «{store['name']}»: нужно {need}, свободно {free}"
        )


def _row(books: Books, position: Position, now: str) -> Row:
    store_id, good_id = position
    found = [row for row in books.rows_where("storegoods", "good_id", good_id) if row["store_id"] == store_id]
    return found[0] if found else books.insert("storegoods", {"store_id": store_id, "good_id": good_id}, now)


def _change(books: Books, row: Row, values: dict[str, int], now: str) -> None:
    if any(row[name] != value for name, value in values.items()):
        books.change("storegoods", row, {**values, "updated": now})
        good = books.tables["goods"].rows[row["good_id"]]
        books.change("goods", good, {"updated_remains_prices": now})
