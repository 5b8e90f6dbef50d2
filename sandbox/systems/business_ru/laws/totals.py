"""Sums that the ledger counts itself: of a line, of a document, of the shipments of an order.

A header's sum changes without moving its `updated`: that is the pessimistic reading of a silent contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.systems.business_ru.books import Books
from sandbox.systems.business_ru.models.catalogue import MODELS


def line_sum(line: Mapping[str, Any]) -> int:
    """Return kopecks: amount by price, less the discount in per cent."""
    price, share = line.get("price") or 0, Decimal(100_000 - (line.get("discount_value") or 0)) / 100_000
    total = Decimal(price * line["amount"]) / 1_000 * share
    return int(total.to_integral_value(ROUND_HALF_UP))


def count_totals(books: Books, model: str, row: Mapping[str, Any]) -> None:
    """Bring the sums that depend on a row of `model` up to date."""
    header = MODELS[model].header
    if header:
        _count_document(books, MODELS[model].by_name[header].target, row[header])
    elif model == "realizations":
        _count_shipments(books, row["customer_order_id"])


def _count_document(books: Books, model: str, document_id: str) -> None:
    lines = MODELS[MODELS[model].lines]
    total = sum(line["sum"] for line in books.rows_where(lines.name, lines.header, document_id))
    document = books.tables[model].rows[document_id]
    books.change(model, document, {"sum": total})
    if model == "realizations":
        _count_shipments(books, document["customer_order_id"])


def _count_shipments(books: Books, order_id: str | None) -> None:
    order = books.row("customerorders", order_id)
    if order:
        posted = [row for row in books.rows_where("realizations", "customer_order_id", order["id"]) if row["held"]]
        books.change("customerorders", order, {"calc_order_ships": sum(row["sum"] for row in posted)})
