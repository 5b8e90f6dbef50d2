"""The dealers' data for a company with 1C: customers with limits, goods with prices, what was shipped to them and what they paid.

Whoever has a limit of nought pays before the shipment. A payment is allocated to the only order of its customer with the same sum,
as soon as both are there; else it stands unallocated. What was shipped and cancelled is owed by nobody.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from sandbox.load.dealers import Dealers, Row
from sandbox.load.receivables import DEFERRAL_DAYS, DISPUTE
from sandbox.load.requisites import KPP, inn_of
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.onec import Client, OneC


def load(data: Dealers, base: OneC, portal: Bitrix24 | None) -> None:
    """Fill 1C, and the CRM with the same companies."""
    for row in data.products:
        base.add_good(row["productName"], row["productCode"], dict.fromkeys(base.price_kinds(), _kopecks(row["MSRP"])))
    clients = {
        row["customerNumber"]: _add_client(n, row, base, portal) for n, row in enumerate(data.customers, start=1)
    }
    sums = _sums(data.orderdetails)
    for row in data.orders:
        if row["shippedDate"] and row["status"] != "Cancelled":
            _ship(row, sums[row["orderNumber"]], clients[row["customerNumber"]], base)
    for row in data.payments:
        _pay(row, [order for order in data.orders if _pays(row, order, sums)], clients[row["customerNumber"]], base)


def _add_client(number: int, row: Row, base: OneC, portal: Bitrix24 | None) -> str:
    name, phone, limit = row["customerName"], row["phone"], _kopecks(row["creditLimit"])
    inn = inn_of(number)
    if portal is not None:
        portal.add_requisite(portal.add_company(name, phone=phone, trusted=limit > 0), inn, KPP)
    kind = base.price_kinds()[-1]
    return base.add_client(
        Client(name, inn, KPP, phone=phone, price_kind=kind, limit_kopecks=limit, deferral_days=DEFERRAL_DAYS)
    )


def _ship(row: Row, kopecks: int, client: str, base: OneC) -> None:
    day, number = date.fromisoformat(row["shippedDate"]), row["orderNumber"]
    base.happens(
        day,
        "ship",
        name=f"order {number}",
        counterparty=client,
        sum_kopecks=kopecks,
        number=number,
        due=day + timedelta(days=DEFERRAL_DAYS),
        comment=DISPUTE if row["status"] == "Disputed" else "",
    )


def _pay(row: Row, equal: list[Row], client: str, base: OneC) -> None:
    day, name = date.fromisoformat(row["paymentDate"]), f"payment {row['checkNumber']}"
    only = equal[0] if len(equal) == 1 else None
    settles = f"order {only['orderNumber']}" if only else ""
    paid = {"counterparty": client, "sum_kopecks": _kopecks(row["amount"]), "number": row["checkNumber"]}
    base.happens(day, "pay", name=name, settles=settles, **paid)
    if only and only["shippedDate"] and date.fromisoformat(only["shippedDate"]) > day:
        base.happens(date.fromisoformat(only["shippedDate"]), "allocate", name=name, settles=settles)


def _pays(payment: Row, order: Row, sums: dict[str, int]) -> bool:
    return order["customerNumber"] == payment["customerNumber"] and sums[order["orderNumber"]] == _kopecks(
        payment["amount"]
    )


def _sums(details: list[Row]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for row in details:
        sums[row["orderNumber"]] += int(row["quantityOrdered"]) * _kopecks(row["priceEach"])
    return sums


def _kopecks(roubles: str) -> int:
    return int(Decimal(roubles) * 100)
