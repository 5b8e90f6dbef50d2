"""The dealers' data for a company with Bitrix24 and Бизнес.ру: customers, staff, goods, orders as deals, payments.

The portal gets everything that people would have entered there; the ledger gets no orders, and payments bound to none.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.kit import SandboxError
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.business_ru import BusinessRu

START = datetime(2005, 6, 1, 9, tzinfo=timezone(timedelta(hours=4)))
FUNNEL, ORIGINATOR = "shop", "dealers"
_FILES = ("customers", "employees", "products", "orders", "orderdetails", "payments")
_STAGES = {
    "In Process": "Резерв",
    "Shipped": "Отгружено/не оплачено",
    "Resolved": "won",
    "On Hold": "Запрос на товар",
    "Disputed": "Отгружено/не оплачено",
    "Cancelled": "lost",
}

Row = dict[str, str]
Line = tuple[int, int, int]
"""Product id, thousandths of a piece, kopecks for a piece."""


@dataclass(frozen=True)
class Dealers:
    """The six files, row by row."""

    customers: list[Row]
    employees: list[Row]
    products: list[Row]
    orders: list[Row]
    orderdetails: list[Row]
    payments: list[Row]


@dataclass(frozen=True)
class _Client:
    company_id: int
    contact_id: int
    partner_id: str
    responsible_id: int
    """The user of the sales representative; 0 for a customer without one, who has no orders."""


def read(folder: Path) -> Dealers:
    """Read the files of the folder; a missing one is an error of whoever named the folder."""
    missing = [name for name in _FILES if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise SandboxError(f"{folder} cannot be loaded: it lacks {', '.join(f'{name}.csv' for name in missing)}.")
    return Dealers(*(_rows(folder / f"{name}.csv") for name in _FILES))


def load(data: Dealers, config: dict[str, Any], portal: Bitrix24, ledger: BusinessRu) -> dict[str, dict[str, str]]:
    """Fill both systems and return the loaded employees, by the e-mail's local part, as {name, email}."""
    people, staff = _add_employees(data.employees, portal, ledger)
    products = _add_products(data.products, config["branches"][0]["store"], portal, ledger)
    clients = {
        row["customerNumber"]: _add_client(row, staff.get(row["salesRepEmployeeNumber"], 0), portal, ledger)
        for row in data.customers
    }
    _add_deals(data, config, products, clients, portal)
    for row in data.payments:
        partner = clients[row["customerNumber"]].partner_id
        day = date.fromisoformat(row["paymentDate"])
        ledger.add_payment(partner, date=day, sum_kopecks=_kopecks(row["amount"]), number=row["checkNumber"])
    return people


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(file)]


def _kopecks(roubles: str) -> int:
    return int(Decimal(roubles) * 100)


def _add_employees(
    rows: list[Row], portal: Bitrix24, ledger: BusinessRu
) -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    people: dict[str, dict[str, str]] = {}
    user_ids: dict[str, int] = {}
    for row in rows:
        first, last, email = row["firstName"], row["lastName"], row["email"]
        person = _free_name(email.partition("@")[0], people)
        people[person] = {"name": f"{first} {last}", "email": email}
        user_ids[row["employeeNumber"]] = portal.add_user(first, last, email, person=person)
        ledger.add_employee(first, last, email, person=person)
    return people, user_ids


def _free_name(local_part: str, taken: dict[str, dict[str, str]]) -> str:
    """Two employees share an e-mail: the first keeps the bare local part, the second gets a 2 behind it."""
    names = [local_part, *(f"{local_part}{n}" for n in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


def _add_products(rows: list[Row], store: str, portal: Bitrix24, ledger: BusinessRu) -> dict[str, int]:
    products: dict[str, int] = {}
    for row in rows:
        name, article, price = row["productName"], row["productCode"], _kopecks(row["MSRP"])
        products[article] = portal.add_product(name, article, price)
        good = ledger.add_good(name, article, price)
        ledger.set_stock(good, store, int(row["quantityInStock"]) * 1000)
    return products


def _add_client(row: Row, responsible_id: int, portal: Bitrix24, ledger: BusinessRu) -> _Client:
    name, phone = row["customerName"], row["phone"]
    trusted = Decimal(row["creditLimit"]) > 0
    company_id = portal.add_company(name, phone=phone, trusted=trusted)
    contact_id = portal.add_contact(row["contactFirstName"], row["contactLastName"], phone=phone, company_id=company_id)
    return _Client(company_id, contact_id, ledger.add_partner(name, phone=phone), responsible_id)


def _add_deals(
    data: Dealers, config: dict[str, Any], products: dict[str, int], clients: dict[str, _Client], portal: Bitrix24
) -> None:
    zone = ZoneInfo(config["timezone"])
    lines = _lines(data.orderdetails, products)
    paid = {(row["customerNumber"], _kopecks(row["amount"])) for row in data.payments}
    for row in data.orders:
        number, client = row["orderNumber"], clients[row["customerNumber"]]
        own = lines[number]
        total = sum(amount * price for _, amount, price in own) // 1000
        portal.add_deal(
            title=f"Заказ {number}",
            funnel=FUNNEL,
            stage=_stage(row["status"], paid=(row["customerNumber"], total) in paid),
            company_id=client.company_id,
            contact_id=client.contact_id,
            responsible_id=client.responsible_id,
            lines=own,
            fields=_fields(row["status"], config["branches"][0]["name"]),
            originator_id=ORIGINATOR,
            origin_id=number,
            created_at=_moment(row["orderDate"], 10, zone),
            moved_at=_moment(row["shippedDate"] or row["orderDate"], 17, zone),
        )


def _lines(details: list[Row], products: dict[str, int]) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in sorted(details, key=lambda row: (row["orderNumber"], int(row["orderLineNumber"]))):
        amount = int(row["quantityOrdered"]) * 1000
        lines[row["orderNumber"]].append((products[row["productCode"]], amount, _kopecks(row["priceEach"])))
    return lines


def _stage(status: str, *, paid: bool) -> str:
    return "won" if status == "Shipped" and paid else _STAGES[status]


def _fields(status: str, branch: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"branch": branch, "installation": "нет"}
    return {**fields, "dispute": True} if status == "Disputed" else fields


def _moment(day: str, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), zone)
