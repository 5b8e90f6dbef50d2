"""The invoice as a paper: number, day, sums and tax are the ledger's, as they came."""

from __future__ import annotations

from typing import Any

from sverka.domain.messaging.invoices import Invoice, InvoiceLine
from sverka.domain.russian import NBSP, counted, day, roubles_exact
from sverka.domain.sum_in_words import sum_in_words
from sverka.messages import purposes
from sverka.messages.clients import phone
from sverka.messages.documents.codes import code
from sverka.messages.documents.paper import INVOICE, Paper, file_name, frozen
from sverka.messages.invoices import quantity, taxes


def paper(letter: Invoice) -> Paper:
    """Return the invoice that goes with a letter."""
    what_for, account = purposes.of_invoice(letter), letter.seller.account
    contract, order = letter.contract, f"заказ №{NBSP}{letter.order}" if letter.order else ""
    basis = ", ".join(part for part in (f"договор {contract.name}" if contract else "", order) if part)
    sides = [
        ["Поставщик", letter.seller.party.line],
        ["Покупатель", letter.buyer.line],
        ["Основание", basis],
        ["Доставка", letter.delivery],
    ]
    data: dict[str, Any] = {
        "title": f"Счёт на оплату №{NBSP}{letter.number} от {day(letter.issued_on)} {letter.issued_on.year}{NBSP}г.",
        "instead": f"Взамен счёта {letter.replaces}: прежний не оплачивайте" if letter.replaces else "",
        "bank": {
            "bank": account.bank, "bic": account.bic, "correspondent": account.correspondent, "number": account.number,
            "name": letter.seller.party.name, "inn": letter.seller.party.inn, "kpp": letter.seller.party.kpp,
        },
        "sides": [side for side in sides if side[1]], "rows": [_row(number, line) for number, line in enumerate(letter.lines, 1)],
        "total": ["Итого", roubles_exact(letter.sum_kopecks)], "taxes": [list(each) for each in taxes(letter)],
        "count": f"Всего {counted(len(letter.lines), 'наименование|наименования|наименований')} на сумму "
                 f"{roubles_exact(letter.sum_kopecks)}{NBSP}руб.",
        "words": sum_in_words(letter.sum_kopecks), "purpose": purposes.printed(what_for),
        "until": f"Цены и резерв действуют до {day(letter.pay_until)} {letter.pay_until.year}{NBSP}г." if letter.pay_until else "",
        "signers": [["Руководитель", letter.seller.director], ["Бухгалтер", letter.seller.accountant]],
        "person": ", ".join(part for part in (letter.manager, phone(letter.manager_phone)) if part),
    }  # fmt: skip
    return Paper(
        INVOICE, file_name("schet", letter.number, letter.issued_on), letter.issued_on, frozen(data),
        code(letter.seller, letter.sum_kopecks, what_for),
    )  # fmt: skip


def _row(number: int, line: InvoiceLine) -> list[str]:
    rate = f"{line.vat_percent}{NBSP}%" if line.vat_percent is not None else "без НДС"
    return [
        str(number), line.name, quantity(line), line.unit, roubles_exact(line.price_kopecks), rate, roubles_exact(line.sum_kopecks),
    ]  # fmt: skip
