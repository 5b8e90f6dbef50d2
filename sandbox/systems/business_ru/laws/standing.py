"""How documents stand to the stock.

A held reservation reserves what its lines say, less what posted realizations that refer to it have shipped. A held
realization takes its lines out of the store, a held posting («оприходование») puts its lines into it. A line is in its
own store, or else in that of its document. Services, drafts and deleted documents do not touch the stock. Everything is
derived from the rows as they are, so one law covers posting, release, re-reserving and edits of lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.models.catalogue import MODELS
from sandbox.systems.business_ru.stock import SERVICE, Position, Standing

Document: TypeAlias = tuple[str, str]
"""Model and id."""


def touched_documents(books: Books, model: str, row: Mapping[str, Any]) -> set[Document]:
    """Return the documents whose standing a write to `row` of `model` may change."""
    header, header_id = _header_of(model, row)
    if header in {"reservations", "postings"}:
        return {(header, header_id)}
    if header != "realizations":
        return set()
    realization = books.tables[header].rows.get(header_id, row)
    return {(header, header_id)} | _reservations({row.get("reservation_id"), realization.get("reservation_id")})


def _header_of(model: str, row: Mapping[str, Any]) -> Document:
    reference = MODELS[model].header
    if not reference:
        return model, row.get("id") or ""
    return MODELS[model].by_name[reference].target, row[reference]


def _reservations(ids: set[str | None]) -> set[Document]:
    return {("reservations", one) for one in ids if one}


def standing(books: Books, documents: Iterable[Document]) -> Standing:
    """Return what the documents together do to the stock."""
    amounts: Counter[Position] = Counter()
    reserves: Counter[Position] = Counter()
    for model, row_id in documents:
        document = books.row(model, row_id)
        if not document or not document["held"]:
            continue
        if model == "realizations":
            amounts.subtract(_quantities(books, model, document))
        elif model == "postings":
            amounts.update(_quantities(books, model, document))
        else:
            reserves.update(_open_reserve(books, document))
    return {position: (amounts[position], reserves[position]) for position in {**amounts, **reserves}}


def _open_reserve(books: Books, reservation: Row) -> Counter[Position]:
    shipped: Counter[Position] = Counter()
    for realization in shipments_of(books, reservation["id"]):
        shipped.update(_quantities(books, "realizations", realization))
    # The difference of counters keeps what is above nothing, so shipping more than was reserved frees no more.
    return _quantities(books, "reservations", reservation) - shipped


def _quantities(books: Books, model: str, document: Row) -> Counter[Position]:
    lines = MODELS[MODELS[model].lines]
    quantities: Counter[Position] = Counter()
    for line in books.rows_where(lines.name, lines.header, document["id"]):
        if is_stocked(books, line["good_id"]):
            quantities[line["store_id"] or document["store_id"], line["good_id"]] += line["amount"]
    return quantities


def is_stocked(books: Books, good_id: str) -> bool:
    """Tell whether stores hold such a good: services lie nowhere."""
    return bool(books.tables["goods"].rows[good_id]["type"] != SERVICE)


def shipments_of(books: Books, reservation_id: str) -> list[Row]:
    """Return the posted realizations that refer to a reservation: while there is one, the reservation is consumed."""
    return [row for row in books.rows_where("realizations", "reservation_id", reservation_id) if row["held"]]


def refuse_if_consumed(books: Books, model: str, row: Mapping[str, Any]) -> None:
    """Raise Refusal on a write to a consumed reservation or to its lines."""
    header, header_id = _header_of(model, row)
    if header == "reservations":
        for realization in shipments_of(books, header_id):
            raise Refusal(f"Резервирование заблокировано документом «Реализация № {realization['number']}»")
