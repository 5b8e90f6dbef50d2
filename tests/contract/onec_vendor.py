"""A small hand-made 1C for the tests of its client: it knows as much of the contract as they need, and can be told to fail.

It reads queries as 1C does: no plus sign is a space, a text that is no filter of ours is refused, what is not published is not there.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import httpx

from sverka.domain.secret import Secret
from sverka.systems.onec.accounts import Accounts
from sverka.systems.onec.client import OnecApi
from tests.contract.vendors import START, Row, Vendor, no_jitter

LOGIN, PASSWORD = "Сверка", "пароль:@/№1"
URL = Secret(
    "https://%D0%A1%D0%B2%D0%B5%D1%80%D0%BA%D0%B0:%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%3A%40%2F%E2%84%961@1c.example/ut"
)
ROOT = "/ut/odata/standard.odata/"
ZONE = ZoneInfo("Asia/Yekaterinburg")

ORGANIZATIONS, COUNTERPARTIES = "Catalog_Организации", "Catalog_Контрагенты"
CONTRACTS, AGREEMENTS, CURRENCIES = "Catalog_ДоговорыКонтрагентов", "Catalog_СоглашенияСКлиентами", "Catalog_Валюты"
PRICE_TYPES = "Catalog_ВидыЦен"
KEYS, KEY_REGISTER = "Catalog_КлючиАналитикиУчетаПоПартнерам", "InformationRegister_АналитикаУчетаПоПартнерам"
AGEING, SETTLEMENTS = "AccumulationRegister_РасчетыСКлиентамиПоСрокам", "AccumulationRegister_РасчетыСКлиентами"
SHIPMENTS, RECEIPTS = "Document_РеализацияТоваровУслуг", "Document_ПоступлениеБезналичныхДенежныхСредств"
EMPTY = "00000000-0000-0000-0000-000000000000"
NO_DATE = "0001-01-01T00:00:00"

_TERM = re.compile(
    r"(?P<field>\w+) (?P<verb>eq|ge|lt) (guid'(?P<guid>[^']+)'|datetime'(?P<moment>[^']+)'|'(?P<text>[^']*)')"
)
_RESOURCES = {AGEING: ("ДолгBalance", "ПредоплатаBalance"), SETTLEMENTS: ("СуммаBalance",)}


def guid(number: int, kind: int = 1) -> str:
    """Return a key; kinds keep those of different sets apart."""
    return f"{number:08d}-{kind:04d}-11ee-9d3c-00155d016402"


RUB = guid(643, 9)


def error(status: int, code: str, text: str) -> httpx.Response:
    """Make an error as 1C tells it."""
    body = {"odata.error": {"code": code, "message": {"lang": "ru", "value": text}}}
    headers = {"date": format_datetime(START, usegmt=True)}
    return httpx.Response(status, content=json.dumps(body, ensure_ascii=False).encode(), headers=headers)


@dataclass
class HandOnec(Vendor):
    """A base: objects by set; of registers their balances as rows."""

    sets: dict[str, list[Row]] = field(default_factory=dict)
    has_count: bool = True
    """Whether `/$count` is there."""
    on_rows: Callable[[str, list[Row]], list[Row]] = lambda _resource, rows: rows

    def __post_init__(self) -> None:
        published = (
            ORGANIZATIONS, COUNTERPARTIES, CONTRACTS, AGREEMENTS, CURRENCIES, PRICE_TYPES, KEYS, AGEING, SETTLEMENTS, SHIPMENTS, RECEIPTS,
        )  # fmt: skip
        self.sets = {name: [] for name in published} | self.sets
        if not self.sets[CURRENCIES]:
            self.sets[CURRENCIES] = [{"Ref_Key": RUB, "Code": "643", "Description": "руб."}]

    def client(self, **settings: Any) -> Accounts:
        return Accounts(URL, ZONE, self.settings(**settings), self.clock, no_jitter)

    def api(self, **settings: Any) -> OnecApi:
        return OnecApi(URL, self.settings(**settings), self.clock, no_jitter)

    def asked(self) -> list[str]:
        """Return the resources that were asked for, in order."""
        return [_resource(request) for request in self.requests]

    def queries(self, resource: str) -> list[dict[str, str]]:
        """Return the queries of a resource."""
        return [_options(request) for request in self.requests if _resource(request) == resource]

    def answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == _basic(LOGIN, PASSWORD)
        assert request.method == "GET"
        assert b"+" not in request.url.raw_path
        assert len(request.url.query) <= 2048
        response = self._answer(_resource(request), _options(request))
        response.headers["date"] = format_datetime(self.clock.real(), usegmt=True)
        return response

    def _answer(self, resource: str, options: dict[str, str]) -> httpx.Response:
        if not resource:
            return _rows([{"name": name, "url": name} for name in self.sets])
        name, _, call = resource.partition("/")
        if name not in self.sets:
            return error(404, "8", f"Сущность {name} не найдена")
        rows = [row for row in self.sets[name] if _fulfils(row, options.get("$filter", ""))]
        if call == "$count":
            return (
                httpx.Response(200, text=str(len(rows)))
                if self.has_count
                else error(400, "6", "Сегмент пути $count не найден!")
            )
        if call.startswith("Balance"):
            rows = _drawn(rows, call, _RESOURCES[name])
        counted = {"odata.count": str(len(rows))} if "$inlinecount" in options else {}
        if "$orderby" in options:
            rows = sorted(rows, key=lambda row: [str(row.get(each)) for each in options["$orderby"].split(",")])
        skip, top = int(options.get("$skip", "0")), int(options.get("$top", "1000000"))
        missing = [each for each in _selected(options) if rows and each not in rows[0]]
        if missing and not call:
            return error(400, "10", f"Свойство {missing[0]} не найдено")
        page = [_narrowed(row, _selected(options)) for row in rows[skip : skip + top]]
        return _rows(self.on_rows(resource, page), counted)


def _rows(rows: list[Row], more: Row | None = None) -> httpx.Response:
    body = json.dumps({"odata.metadata": "x", **(more or {}), "value": rows}, ensure_ascii=False)
    return httpx.Response(200, content=body.encode(), headers={"content-type": "application/json;charset=windows-1251"})


def _basic(login: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{login}:{password}'.encode()).decode()}"


def _resource(request: httpx.Request) -> str:
    path = unquote(request.url.raw_path.decode().partition("?")[0])
    assert path.startswith(ROOT)
    return path.removeprefix(ROOT)


def _options(request: httpx.Request) -> dict[str, str]:
    pairs = (each.partition("=") for each in request.url.query.decode().split("&") if each)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _selected(options: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(each.partition("/")[0] for each in options.get("$select", "").split(",") if each))


def _narrowed(row: Row, selected: Iterable[str]) -> Row:
    names = list(selected)
    return {name: value for name, value in row.items() if not names or name in names}


def _fulfils(row: Row, condition: str) -> bool:
    if not condition:
        return True
    return any(all(_holds(row, term) for term in either.split(" and ")) for either in condition.split(" or "))


def _holds(row: Row, term: str) -> bool:
    found = _TERM.fullmatch(term)
    assert found, term
    value, wanted = row.get(found["field"]), found["guid"] or found["moment"] or found["text"]
    if found["verb"] == "eq":
        return bool(value == wanted)
    return str(value) >= str(wanted) if found["verb"] == "ge" else str(value) < str(wanted)


def _drawn(rows: list[Row], call: str, resources: Iterable[str]) -> list[Row]:
    """Draw balances together to the dimensions that are named; without any, all stand for themselves."""
    named = re.search(r"Dimensions='([^']+)'", call)
    if not named:
        return rows
    keys = [f"{name}_Key" for name in named[1].split(",")]
    drawn: dict[str, Row] = {}
    for row in rows:
        place = drawn.setdefault(
            repr([row.get(key) for key in keys]), {key: row.get(key) for key in keys} | dict.fromkeys(resources, 0)
        )
        for name in resources:
            place[name] = round(place[name] + row[name], 2) if isinstance(row.get(name), int | float) else place[name]
    return list(drawn.values())
