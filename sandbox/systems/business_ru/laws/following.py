"""Reservations with `sync_with_order`: their lines are copies of the order's and are renewed with them.

Lines that were posted to such a reservation by hand stay beside the copies and are reserved as well. A consumed
reservation is left as it is until its shipment is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.laws.standing import is_stocked, shipments_of

COPY_OF = "_copy_of"
"""The order's line that a reservation's line follows."""


def refuse_without_order(model: str, row: Mapping[str, Any]) -> None:
    """Raise Refusal on a reservation that would follow no order."""
    if model == "reservations" and row.get("sync_with_order") and not row.get("customer_order_id"):
        raise Refusal("Не указан заказ покупателя, с которым синхронизируется резервирование")


def followers_of(books: Books, model: str, row: Mapping[str, Any]) -> list[Row]:
    """Return the reservations that may have to be renewed after a write to `row`."""
    if model == "reservations":
        candidates = [row["id"]]
    elif model == "customerordergoods":
        held = books.rows_where("reservations", "customer_order_id", row["customer_order_id"])
        candidates = [one["id"] for one in held]
    elif model == "realizations":
        candidates = [row["reservation_id"]]
    else:
        candidates = []
    found = [books.row("reservations", one) for one in candidates]
    return [one for one in found if one and one["sync_with_order"] and not shipments_of(books, one["id"])]


def missing_and_stale(books: Books, reservation: Row) -> Iterator[tuple[Row | None, dict[str, Any]]]:
    """Yield (the reservation's line or None for a new one, what has to be written to it)."""
    copies = {
        line[COPY_OF]: line
        for line in books.rows_where("reservationgoods", "reservation_id", reservation["id"])
        if line.get(COPY_OF)
    }
    lines = books.rows_where("customerordergoods", "customer_order_id", reservation["customer_order_id"])
    for line in lines:
        if is_stocked(books, line["good_id"]):
            wanted = {name: line[name] for name in ("good_id", "amount", "price", "measure_id")}
            yield copies.pop(line["id"], None), {**wanted, "reservation_id": reservation["id"], COPY_OF: line["id"]}
    for line in copies.values():
        yield line, {"deleted": True}
