"""Money is linked to an order at most once: neither more than the payment holds nor more than the order asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.business_ru.books import Books
from sandbox.systems.business_ru.errors import Refusal
from sandbox.systems.business_ru.values import show_money

_LINKS = {
    "paymentintocustomerorder": "paymentin",
    "paymentintodocument": "paymentin",
    "cashincustomerorder": "cashin",
}


def refuse_over_linking(books: Books, model: str, link: Mapping[str, Any]) -> None:
    """Raise Refusal, naming the most that may be linked, when a link to be written asks for more."""
    if model not in _LINKS:
        return
    left = min(_left_of_payment(books, model, link), _left_of_order(books, model, link))
    if link["sum"] > left:
        raise Refusal(f"Сумма привязываемого документа - {show_money(max(left, 0))}")


def _left_of_payment(books: Books, model: str, link: Mapping[str, Any]) -> int:
    payments = _LINKS[model]
    kinds = [kind for kind, payment in _LINKS.items() if payment == payments]
    reference = f"{payments}_id"
    payment = books.tables[payments].rows[link[reference]]
    return (payment["sum"] or 0) - _linked_by_others(books, model, kinds, reference, link)


def _left_of_order(books: Books, model: str, link: Mapping[str, Any]) -> int:
    order = books.tables["customerorders"].rows[link["customer_order_id"]]
    return int(order["sum"]) - _linked_by_others(books, model, list(_LINKS), "customer_order_id", link)


def _linked_by_others(books: Books, model: str, kinds: list[str], reference: str, link: Mapping[str, Any]) -> int:
    itself = (model, link.get("id"))
    rows = [(kind, row) for kind in kinds for row in books.rows_where(kind, reference, link[reference])]
    return sum(row["sum"] for kind, row in rows if (kind, row["id"]) != itself)
