"""A portal for the tests of the Bitrix24 emulator: a small company, its clock, and people who call with their webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlsplit

from sandbox.kit import Journal, Reply, Request, SandboxClock, Setting
from sandbox.systems.bitrix24 import Bitrix24

START = datetime.fromisoformat("2026-09-21T10:00:00+03:00")
CONFIG = {
    "company": "headlights",
    "title": "Фары и свет",
    "systems": {"bitrix24": {"webhook": "HEADLIGHTS_BITRIX24_WEBHOOK"}},
    "people": {
        "worker": {"name": "Сверка Служебная", "email": "sverka@fary.example"},
        "owner": {"name": "Андрей Ковалёв", "email": "owner@fary.example"},
        "head": {"name": "Ирина Лебедева", "email": "head@fary.example"},
        "manager": {"name": "Ольга Климова", "email": "manager@fary.example"},
    },
    "branches": [
        {"name": "Москва", "cash_desk": "Касса Москва"},
        {"name": "Санкт-Петербург", "cash_desk": "Касса Питер"},
    ],
    "fields": {
        "deal": {
            "branch": {"title": "Филиал", "type": "list", "options": "branches"},
            "visit_at": {"title": "Дата и время визита", "type": "datetime"},
            "ship_date": {"title": "Дата отгрузки", "type": "date"},
            "dispute": {"title": "Спор", "type": "boolean"},
            "cash_desk": {"title": "Касса", "type": "list", "options": "cash_desks"},
            "ledger_order": {"title": "Заказ в Бизнес.ру", "type": "string"},
        },
        "client": {"trusted": {"title": "Постоянный клиент", "type": "boolean"}},
    },
    "funnels": {
        "shop": {
            "name": "Интернет-магазин",
            "stages": {
                name: {} for name in ("Новая", "Запрос", "Резерв", "Самовывоз", "Отгружено", "Оценка", "won", "lost")
            },
        },
        "service": {"name": "Сервис", "stages": {name: {} for name in ("Заявка", "В работе", "won", "lost")}},
    },
}
DEAL, CONTACT, COMPANY = 2, 3, 4


@dataclass
class Person:
    """One webhook. `ask` returns the bare reply, `answer` the whole body, `call` its `result`, `refusal` the failure."""

    portal: Bitrix24
    name: str

    @property
    def path(self) -> str:
        return urlsplit(self.portal.credential(self.name, "http://portal")).path

    def ask(self, method: str, params: Mapping[str, Any] | None = None, **more: Any) -> Reply:
        return self.portal.handle(self.request(method, params, **more))

    def request(self, method: str, params: Mapping[str, Any] | None = None, **more: Any) -> Request:
        body = json.dumps(params or {}).encode()
        return request(self.path + method, body=body, content_type="application/json", **more)

    def answer(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        reply = self.ask(method, params)
        assert reply.status == 200, reply.body.decode()
        return dict(json.loads(reply.body))

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        return self.answer(method, params)["result"]

    def refusal(self, method: str, params: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        reply = self.ask(method, params)
        return reply.status, json.loads(reply.body)["error"]

    def batch(self, cmd: Any, **more: Any) -> dict[str, Any]:
        return dict(self.call("batch", {"cmd": cmd, **more}))

    def item(self, deal: int, type_id: int = DEAL) -> dict[str, Any]:
        params = {"entityTypeId": type_id, "id": deal, "useOriginalUfNames": "Y"}
        return dict(self.call("crm.item.get", params)["item"])

    def update(self, deal: int, type_id: int = DEAL, **fields: Any) -> dict[str, Any]:
        params = {"entityTypeId": type_id, "id": deal, "fields": fields, "useOriginalUfNames": "Y"}
        return dict(self.call("crm.item.update", params)["item"])


@dataclass
class Desk:
    """A company's portal with its clock, its journal, its people and a few goods."""

    limits: str = "off"
    switches: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SandboxClock(START, lambda: 0.0)
        self.journal = Journal(self.clock)
        self.portal = Bitrix24(Setting("headlights", CONFIG, self.clock, self.journal, self.limits, self.switches))
        self.worker, self.owner, self.head, self.manager = (Person(self.portal, name) for name in CONFIG["people"])
        self.lamp = self.portal.add_product("Фара", "HL-1", 64_000)
        self.work = self.portal.add_product("Установка", "SRV-1", 250_000, service=True)

    def deal(self, *lines: tuple[int, int, int], stage: str = "Новая", **more: Any) -> int:
        """Add a deal of the first funnel with lines of (product, thousandths, kopecks)."""
        given = {"title": "Заказ", "funnel": "shop", "responsible_id": 4, "created_at": START, "stage": stage, **more}
        return self.portal.add_deal(lines=list(lines), **given)

    def uf(self, key: str, type_id: int = DEAL) -> str:
        """Return the portal's name of a custom field by the YAML's word."""
        return next(name for name, each in self.portal.state.custom[type_id].items() if each.key == key)

    def option(self, key: str, text: str) -> int:
        return next(number for number, each in self.portal.state.custom[DEAL][self.uf(key)].options if each == text)

    def code(self, stage: str, funnel: str = "shop") -> str:
        return self.portal.state.funnels[funnel].codes[stage]

    def effects(self) -> list[tuple[str, str]]:
        return [(effect["kind"], effect["by"]) for effect in self.journal.effects]


def request(
    path: str,
    *,
    verb: str = "POST",
    query: str = "",
    body: bytes = b"",
    content_type: str = "",
    ip: str = "127.0.0.1",
    **more: Any,
) -> Request:
    headers = {"content-type": content_type} if content_type else {}
    return Request(verb, path, query, headers, body, more.get("secure", False), ip)


def encoded(params: Mapping[str, Any]) -> str:
    """Write parameters as PHP's http_build_query does, all of it percent-encoded."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in _flat(params))


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [pair for key, inner in value.items() for pair in _flat(inner, f"{name}[{key}]" if name else str(key))]
    if isinstance(value, list):
        return _flat(dict(enumerate(value)), name)
    return [(name, str(value))]
