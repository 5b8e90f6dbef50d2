"""What a payment is for, as its order says it and as people may copy it: within the bank's bounds, in plain spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sverka.domain.messaging.debts import DebtLine, Statement
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.messaging.parties import Contract
from sverka.domain.russian import NBSP, roubles_exact
from sverka.messages.clients import uncapital
from sverka.messages.layout import cut, one_line

LIMIT = 210
"""Characters of a payment's purpose (Bank of Russia, 762-П, appendix 11, field 24)."""

_PLAIN = str.maketrans({NBSP: " ", "\u202f": " "})
_LONGEST_NUMBER, _LONGEST_NAME = 40, 80


def of_debts(statement: Statement) -> str:
    """Say what the payment of the documents of a statement is for; those that do not fit are `и др.`."""
    contracts = by_contracts(statement.contracts)
    whole = f"Оплата{contracts and f' по {contracts}'}{', ' if contracts else ' по '}"
    names = list(documents(statement.asked))
    shown = [", ".join(names[:count]) + (" и др." if count < len(names) else "") for count in range(len(names), 0, -1)]
    tax_said = f" {tax(statement.vat_kopecks)}" if statement.is_vat_known else ""
    texts = (_plain(f"{whole}{_stopped(each)}{tax_said}") for each in shown)
    return next((text for text in texts if len(text) <= LIMIT), "") or cut(_plain(whole).rstrip(", "), LIMIT)


def of_invoice(invoice: Invoice) -> str:
    """Say what the payment of an invoice is for."""
    number = cut(one_line(invoice.number), _LONGEST_NUMBER)
    return _plain(f"Оплата по счёту № {number} от {invoice.issued_on:%d.%m.%Y}. {tax(invoice.vat_kopecks)}")


def printed(purpose: str) -> str:
    """Keep the thousands of a purpose together where it is printed and nobody copies it."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)", NBSP, purpose)


def by_contracts(contracts: Sequence[Contract]) -> str:
    """Name the contracts after `по`, in the dative: `договору № 118 от 12.02.2026`; "" for none."""
    names = ", ".join(cut(one_line(contract.name), _LONGEST_NAME) for contract in contracts)
    return f"{'договорам' if len(contracts) > 1 else 'договору'} {names}" if contracts else ""


def documents(lines: Iterable[DebtLine]) -> Iterator[str]:
    """Name documents, their kind where it changes: `УПД № 3187 от 28.10.2026`, `№ 3204 от 29.10.2026`."""
    before = ""
    for line in lines:
        kind = "" if line.document == before else f"{uncapital(line.document)} "
        before = line.document
        yield f"{kind}№{NBSP}{cut(one_line(line.number), _LONGEST_NUMBER)} от{NBSP}{line.issued_on:%d.%m.%Y}"


def tax(vat_kopecks: Mapping[int, int]) -> str:
    """Say how much of a sum is tax, as banks want it: `В т. ч. НДС 22 % — 17 401,64 руб.`."""
    if not vat_kopecks:
        return "НДС не облагается."
    rates = (f"НДС{NBSP}{percent}{NBSP}% — {roubles_exact(sum_)}{NBSP}руб." for percent, sum_ in vat_kopecks.items())
    return f"В{NBSP}т.{NBSP}ч. {', '.join(rates)}"


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _plain(text: str) -> str:
    return one_line(text.translate(_PLAIN))
