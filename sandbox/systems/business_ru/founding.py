"""The ledger of a company as it is on its first day, built from the company's YAML."""

from __future__ import annotations

from typing import Any

from sandbox.systems.business_ru.books import Books, Row
from sandbox.systems.business_ru.models.catalogue import MODELS

_NAMED_ROWS = {
    "contactinfotypes": ("Адрес", "Телефон", "Сайт", "Email", "Skype", "Прочее"),
    "requestsource": ("Звонок", "Сайт", "Визит"),
    "paymenttypes": ("Наличные", "Банковская карта", "Безналичный расчёт"),
    "paymentinoperations": ("Прочее поступление", "Оплата от покупателя", "Возврат от поставщика"),
    "cashinoperations": ("Прочее поступление", "Оплата от покупателя"),
    "nds": ("Без НДС", "НДС 20%"),
    "groupsofgoods": ("Все товары",),
}
_MEASURES = {"Штука": "шт", "Услуга": "усл"}
ROUBLES = 1


def found_company(books: Books, config: dict[str, Any], now: str) -> None:
    """Write the rows that a company's ledger has before its people begin to work in it."""
    for model, names in _NAMED_ROWS.items():
        for name in names:
            books.insert(model, {"name": name}, now)
    for name, short in _MEASURES.items():
        books.insert("measures", {"name": name, "short_name": short}, now)
    for served in MODELS.values():
        books.insert("models", {"name": served.name, "title": served.title}, now)
    organization = books.insert("organizations", {"name": config["systems"]["business_ru"]["organization"]}, now)
    _found_accounts(books, organization, now)
    _found_people(books, config.get("people", {}), now)
    _found_branches(books, config.get("branches", ()), organization, now)
    _found_statuses(books, config.get("order_statuses", {}), now)


def _found_accounts(books: Books, organization: Row, now: str) -> None:
    held = {"organization_id": organization["id"], "currency_id": ROUBLES}
    books.insert("currentaccounts", {"name": "Основной счёт", **held}, now)
    books.insert("salepricetypes", {"name": "Розничная", **held}, now)


def _found_people(books: Books, people: dict[str, dict[str, str]], now: str) -> None:
    for person in people.values():
        first_name, _, last_name = person["name"].partition(" ")
        books.insert("employees", {"first_name": first_name, "last_name": last_name, "email": person["email"]}, now)


def _found_branches(books: Books, branches: Any, organization: Row, now: str) -> None:
    keeper = books.first("employees")["id"]
    for branch in branches:
        books.insert("stores", {"name": branch["store"], "responsible_employee_id": keeper}, now)
        books.insert("cash", {"name": branch["cash_desk"], "organization_id": organization["id"]}, now)


def _found_statuses(books: Books, names: dict[str, str], now: str) -> None:
    for place, name in enumerate(names.values()):
        books.insert("customerorderstatus", {"name": name, "default": place == 0}, now)
    books.insert("realizationstatus", {"name": "Новая", "default": True}, now)
