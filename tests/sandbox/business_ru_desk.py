"""A desk for the tests of the Бизнес.ру emulator: a small company, its clock, and people who sign their calls.

The signing is written here once more, from the contract, so that the emulator is not tested with its own pen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

from sandbox.kit import Journal, Reply, Request, SandboxClock, Setting
from sandbox.systems.business_ru import BusinessRu

START = datetime.fromisoformat("2026-11-23T09:00:00+03:00")
CONFIG = {
    "company": "headlights",
    "systems": {
        "business_ru": {"url": "B_URL", "app_id": "B_ID", "secret": "B_SECRET", "organization": "ООО «Фары и свет»"}
    },
    "people": {
        "worker": {"name": "Сверка Служебная", "email": "sverka@fary.example"},
        "manager": {"name": "Ольга Климова", "email": "manager@fary.example"},
        "warehouse": {"name": "Степан Рогов", "email": "warehouse@fary.example"},
    },
    "branches": [
        {"name": "Москва", "store": "Склад Москва", "cash_desk": "Касса Москва"},
        {"name": "Санкт-Петербург", "store": "Склад Питер", "cash_desk": "Касса Питер"},
    ],
    "order_statuses": {"open": "Новый", "closed": "Выполнен", "cancelled": "Отменён"},
}


@dataclass
class Person:
    """One integration. `post`, `put` and `delete` return the row's id, `get` the rows; `ask` returns the bare reply."""

    ledger: BusinessRu
    name: str
    token: str = ""

    def __post_init__(self) -> None:
        keys = self.ledger.credential(self.name, "")
        self.app_id, self.secret = str(keys["app_id"]), str(keys["secret"])

    def repair(self) -> str:
        self.token = ""
        self.token = json.loads(self.ask("GET", "repair").body)["token"]
        return self.token

    def request(
        self, verb: str, model: str, params: dict[str, Any] | None = None, *, in_query: bool = False
    ) -> Request:
        query = urlencode(sorted(_flat({**(params or {}), "app_id": self.app_id})))
        signature = md5(f"{self.token}{self.secret}{query}".encode()).hexdigest()
        return request(verb, model, f"{query}&app_psw={signature}", in_query=in_query or verb == "GET")

    def ask(self, verb: str, model: str, params: dict[str, Any] | None = None, *, in_query: bool = False) -> Reply:
        return self.ledger.handle(self.request(verb, model, params, in_query=in_query))

    def answer(self, verb: str, model: str, **params: Any) -> dict[str, Any]:
        if not self.token:
            self.repair()
        reply = self.ask(verb, model, params)
        assert reply.status == 200, reply.body.decode()
        return dict(json.loads(reply.body))

    def result(self, verb: str, model: str, **params: Any) -> Any:
        answer = self.answer(verb, model, **params)
        assert answer["status"] == "ok", answer["error_text"]
        return answer["result"]

    def get(self, model: str, **params: Any) -> list[dict[str, Any]]:
        return list(self.result("GET", model, **params))

    def one(self, model: str, **params: Any) -> dict[str, Any]:
        (row,) = self.get(model, **params)
        return row

    def post(self, model: str, **params: Any) -> str:
        return str(self.result("POST", model, **params)["id"])

    def put(self, model: str, row_id: str, **params: Any) -> str:
        return str(self.result("PUT", model, id=row_id, **params)["id"])

    def delete(self, model: str, row_id: str) -> str:
        return str(self.result("DELETE", model, id=row_id)["id"])

    def refusal(self, verb: str, model: str, **params: Any) -> str:
        answer = self.answer(verb, model, **params)
        assert answer["status"] == "error", answer
        return str(answer["error_text"])


@dataclass
class Desk:
    """A company's ledger with its clock, its journal and a person who works in it."""

    limits: str = "off"
    switches: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SandboxClock(START, lambda: 0.0)
        self.journal = Journal(self.clock)
        setting = Setting("headlights", CONFIG, self.clock, self.journal, self.limits, self.switches)
        self.ledger = BusinessRu(setting)
        self.manager = Person(self.ledger, "manager")

    def parties(self) -> dict[str, str]:
        """Return what every document of goods asks for; the partner is made at the first need."""
        partners = list(self.ledger.state.rows("partners"))
        partner = partners[0]["id"] if partners else self.ledger.add_partner("Ромашка")
        author = self.ledger.state.first("employees")["id"]
        organization = self.ledger.state.first("organizations")["id"]
        people = {"author_employee_id": author, "responsible_employee_id": author}
        return {**people, "organization_id": organization, "partner_id": partner}

    def store(self, name: str = "Склад Москва") -> str:
        return str(self.ledger.state.named("stores", name)["id"])

    def good(self, name: str = "Фара", pieces: int = 10, **more: Any) -> str:
        good = self.ledger.add_good(name, f"art-{name}", 50_000, **more)
        if pieces:
            self.ledger.set_stock(good, "Склад Москва", pieces * 1000)
        return good

    def order(self, *lines: tuple[str, str, str], **fields: Any) -> str:
        """Post an order with lines of (good, amount, price)."""
        order = self.manager.post("customerorders", **self.parties(), **fields)
        for good, amount, price in lines:
            self.manager.post("customerordergoods", customer_order_id=order, good_id=good, amount=amount, price=price)
        return order

    def document(self, model: str, *lines: tuple[str, str], **fields: Any) -> str:
        """Post a reservation or realization at the first store with lines of (good, amount), held last of all."""
        held = fields.pop("held", 1)
        header = self.manager.post(model, **{**self.parties(), "store_id": self.store(), **fields})
        for good, amount in lines:
            self.manager.post(
                f"{model[:-1]}goods", **{f"{model[:-1]}_id": header, "good_id": good, "amount": amount, "price": "100"}
            )
        self.manager.put(model, header, held=held)
        return header

    def stock(self, good: str, store: str = "Склад Москва") -> tuple[str, str]:
        """Return (amount, reserved) as the ledger shows them."""
        rows = self.manager.get("storegoods", good_id=good, store_id=self.store(store))
        return (rows[0]["amount"], rows[0]["reserved"]) if rows else ("0", "0")


def request(verb: str, model: str, pairs: str, *, in_query: bool) -> Request:
    """Return a request with its parameters in the query or in a form."""
    headers = {} if in_query else {"content-type": "application/x-www-form-urlencoded"}
    path, query, body = f"/api/rest/{model}.json", pairs if in_query else "", b"" if in_query else pairs.encode()
    return Request(verb, path, query, headers, body, secure=False, client_ip="127.0.0.1")


def _flat(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in params.items():
        if isinstance(value, dict):
            yield from _flat({f"{name}[{key}]": inner for key, inner in value.items()})
        elif isinstance(value, list | tuple):
            yield from _flat({name: dict(enumerate(value))})
        else:
            yield name, str(int(value)) if isinstance(value, bool) else "" if value is None else str(value)
