"""What keeps us from making or filling a deal's order, in words for the manager."""

from __future__ import annotations

from collections.abc import Iterable

from sverka.domain.cases import OrderCase
from sverka.domain.plan import Finding
from sverka.domain.rows import Client
from sverka.domain.russian import quoted

CURRENCY = "RUB"
"""What the ledger keeps its documents in."""


def obstacles(case: OrderCase) -> tuple[Finding, ...]:
    """Return what has to be mended by people before the order can be made or filled; nothing if it can."""
    return tuple(_obstacles(case))


def client_is_new(case: OrderCase) -> bool:
    """Whether a person said that none of the partners alike is the client."""
    asked = _who_is_it(case, case.client) if case.client else None
    answer = case.answers.get(asked.key) if asked else None
    if answer is None or asked is None:
        return False
    return answer.choice == "take-owner" and answer.values == asked.values


def _who_is_it(case: OrderCase, client: Client) -> Finding:
    """The question about a client whom the ledger may know under another name; an answer names the partner's id."""
    names = ", ".join(f"{quoted(partner.name)} (№ {partner.ext_id})" for partner in case.alike)
    text = f"Сделка {quoted(case.deal.title)}: клиент {quoted(client.name)} — это {names} в Бизнес.ру или новый контрагент?"
    values = ",".join(partner.ext_id for partner in case.alike)
    return Finding("ambiguous", case.subject, "client", text, values, case.sum_kopecks, asks=True)


def _obstacles(case: OrderCase) -> Iterable[Finding]:
    title = f"Сделка {quoted(case.deal.title)}"
    if case.order is None:
        yield from _obstacles_to_an_order(case, title)
    if case.deal.currency not in ("", CURRENCY):
        text = f"{title} в валюте {case.deal.currency}, а заказы в Бизнес.ру — в рублях. Укажите сумму в рублях или оформите заказ вручную."
        yield Finding("missing", case.subject, "currency", text, case.deal.currency, case.deal.opportunity_kopecks)
    if not case.lines:
        yield Finding(
            "missing", case.subject, "lines", f"{title}: нет ни одного товара или услуги. Заполните товары в сделке."
        )
    for name in sorted({line.name for line in case.lines if not line.good_id}):
        text = (
            f"{title}: товар {quoted(name)} не найден в Бизнес.ру по артикулу. Заведите его там или исправьте артикул."
        )
        yield Finding("missing", case.subject, f"product {name}", text, money_kopecks=case.sum_kopecks)


def _obstacles_to_an_order(case: OrderCase, title: str) -> Iterable[Finding]:
    if case.rivals:
        numbers = ", ".join(f"№ {order.number}" for order in case.rivals)
        text = f"{title}: в Бизнес.ру уже есть заказы с её отметкой: {numbers}. Оставьте один, остальные отмените или удалите."
        yield Finding("ambiguous", case.subject, "bind order", text, numbers, case.sum_kopecks, asks=True)
    if case.client is None:
        text = f"{title}: не указан клиент, поэтому заказ в Бизнес.ру не создать. Укажите компанию или контакт."
        yield Finding("missing", case.subject, "client", text)
    elif case.alike and not case.partner_id and not client_is_new(case):
        yield _who_is_it(case, case.client)
