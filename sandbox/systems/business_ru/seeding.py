"""Rows that a data set brings into the ledger before the work begins: they leave no effects in the journal."""

from __future__ import annotations

from datetime import date, datetime

from sandbox.systems.business_ru.books import Books
from sandbox.systems.business_ru.founding import ROUBLES
from sandbox.systems.business_ru.stock import SERVICE, set_amount
from sandbox.systems.business_ru.values import moscow_wall

_GOOD = 1


def add_partner(books: Books, now: str, name: str, phone: str | None, email: str | None) -> str:
    """Add a customer with a row for each contact given, and return its id."""
    partner = books.insert("partners", {"name": name, "customer": True}, now)
    digits = "".join(filter(str.isdigit, phone or ""))
    for kind, contact, number in (("Телефон", phone, digits or None), ("Email", email, None)):
        if contact:
            info = {"contact_info_type_id": books.named("contactinfotypes", kind)["id"], "contact_info": contact}
            books.insert("partnercontactinfo", {"partner_id": partner["id"], **info, "phone": number}, now)
    return str(partner["id"])


def add_good(books: Books, now: str, name: str, article: str, price_kopecks: int, *, service: bool) -> str:
    """Add a good, or a service, with its retail price, and return its id."""
    measure = books.named("measures", "Услуга" if service else "Штука")["id"]
    card = {"name": name, "full_name": name, "part": article, "measure_id": measure}
    place = {"type": SERVICE if service else _GOOD, "group_id": books.first("groupsofgoods")["id"]}
    good = books.insert("goods", {**card, **place, "updated_remains_prices": now}, now)
    kind = books.first("salepricetypes")["id"]
    price = {"good_id": good["id"], "price_type_id": kind, "measure_id": measure, "price": price_kopecks}
    books.insert("currentprices", price, now)
    return str(good["id"])


def put_in_store(books: Books, now: str, good_id: str, store_name: str, amount_thousandths: int) -> None:
    """Say how much of a good lies in a store."""
    set_amount(books, books.named("stores", store_name)["id"], good_id, amount_thousandths, now)


def add_payment(
    books: Books, now: str, partner_id: str, *, paid_on: date, sum_kopecks: int, number: str, target: str
) -> str:
    """Add a posted bank payment that is linked to no order, and return its id."""
    clerk = books.first("employees")["id"]
    wall = moscow_wall(paid_on) if isinstance(paid_on, datetime) else f"{paid_on.isoformat()} 00:00:00"
    money = {"number": number, "date": wall, "sum": sum_kopecks, "held": True, "partner_id": partner_id}
    bank = {"income_number": number, "income_date": wall, "target": target or None, "currency_id": ROUBLES}
    ours = {
        "author_employee_id": clerk,
        "responsible_employee_id": clerk,
        "organization_id": books.first("organizations")["id"],
        "operation_id": books.named("paymentinoperations", "Оплата от покупателя")["id"],
        "current_account_id": books.first("currentaccounts")["id"],
    }
    return str(books.insert("paymentin", {**money, **bank, **ours}, now)["id"])
