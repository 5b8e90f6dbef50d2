"""Invoices and how they were paid, for a company with 1C: each row is a shipment on credit and the payment that settled it.

Sums are a thousand times those of the file, or every debt would be too small to be spoken of. A disputed invoice says so in its
comment from the first day. The CRM, where there is one, knows the same companies by ИНН.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from sandbox.kit import SandboxError
from sandbox.load.requisites import KPP, inn_of
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.onec import Client, OneC

START = datetime(2012, 1, 1, 9, tzinfo=timezone(timedelta(hours=4)))
DEFERRAL_DAYS = 30
DISPUTE = "Спор"
_TIMES = 1000
_COLUMNS = frozenset(
    {"customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "Disputed", "SettledDate"}
)


@dataclass(frozen=True)
class Invoice:
    """One row. settled_on: None for one that was never paid."""

    customer: str
    number: str
    invoiced_on: date
    due_on: date
    sum_kopecks: int
    is_disputed: bool
    settled_on: date | None


@dataclass(frozen=True)
class Receivables:
    """The file, row by row."""

    invoices: tuple[Invoice, ...]


def read(path: Path) -> Receivables:
    """Read the file; raises SandboxError for one that is something else."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not set(rows.fieldnames or ()) >= _COLUMNS:
            raise SandboxError(
                f"{path} cannot be loaded: it lacks {', '.join(sorted(_COLUMNS - set(rows.fieldnames or ())))}."
            )
        return Receivables(tuple(_invoice(row) for row in rows))


def load(data: Receivables, base: OneC, portal: Bitrix24 | None) -> None:
    """Fill 1C, and the CRM with the same companies."""
    clients = {name: _add_client(n, name, base, portal) for n, name in enumerate(_customers(data), start=1)}
    for invoice in data.invoices:
        client, number, kopecks = clients[invoice.customer], invoice.number, invoice.sum_kopecks
        debt, money = f"invoice {number}", f"payment {number}"
        comment = DISPUTE if invoice.is_disputed else ""
        of_client = {"counterparty": client, "sum_kopecks": kopecks, "number": number}
        base.happens(invoice.invoiced_on, "ship", name=debt, due=invoice.due_on, comment=comment, **of_client)
        if invoice.settled_on is not None:
            base.happens(invoice.settled_on, "pay", name=money, settles=debt, **of_client)


def _customers(data: Receivables) -> list[str]:
    return sorted({invoice.customer for invoice in data.invoices})


def _add_client(number: int, name: str, base: OneC, portal: Bitrix24 | None) -> str:
    inn, email, phone = inn_of(number), f"{name.lower()}@client.example", f"+7916{number:07d}"
    if portal is not None:
        portal.add_requisite(portal.add_company(name, phone=phone, email=email), inn, KPP)
    kind = base.price_kinds()[-1]
    return base.add_client(
        Client(name, inn, KPP, phone=phone, email=email, deferral_days=DEFERRAL_DAYS, price_kind=kind)
    )


def _invoice(row: dict[str, str]) -> Invoice:
    return Invoice(
        row["customerID"],
        row["invoiceNumber"],
        _day(row["InvoiceDate"]),
        _day(row["DueDate"]),
        int(Decimal(row["InvoiceAmount"]) * 100 * _TIMES),
        row["Disputed"] == "Yes",
        _day(row["SettledDate"]) if row["SettledDate"] else None,
    )


def _day(text: str) -> date:
    month, day, year = text.split("/")
    return date(int(year), int(month), int(day))
