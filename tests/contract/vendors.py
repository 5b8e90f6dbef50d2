"""What the tests of the clients share: a clock that passes when somebody waits, and two small hand-made vendors.

They know as much of the vendors' contracts as the clients' tests need, and can be told to fail.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from sverka.domain.secret import Secret
from sverka.systems.bitrix24.portal import Portal
from sverka.systems.business_ru.ledger import Ledger
from sverka.systems.http import HttpSettings

START = datetime(2026, 9, 21, 7, 13, 20, tzinfo=UTC)
WEBHOOK = Secret("https://portal.example/rest/1/s3cr3tcode/")
APP_ID, APP_SECRET = "100001", "0123456789abcdef0123456789abcdef"
TOKEN = "fedcba9876543210fedcba9876543210"

COMPARISONS = {">": operator.gt, ">=": operator.ge, "<=": operator.le}
Reply = httpx.Response | Exception
Row = dict[str, Any]


class StoppedClock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def real(self) -> datetime:
        return START + timedelta(seconds=self.now - 1000)

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


def no_jitter() -> float:
    return 0.5


def no_pause(_seconds: float) -> None:
    """Ask again at once."""


def always() -> bool:
    return True


@dataclass
class Vendor:
    """Answers requests; `faults` are given instead of an answer, first to last; None lets a request through.

    requests: all that came. executed: the writes that were carried out.
    """

    faults: list[Reply | None] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    executed: list[tuple[str, Row]] = field(default_factory=list)
    clock: StoppedClock = field(default_factory=StoppedClock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        return fault or self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    def settings(self, **changes: Any) -> HttpSettings:
        return HttpSettings(transport=httpx.MockTransport(self), **changes)


@dataclass
class HandPortal(Vendor):
    """A portal: rows by list (`2` deals, `4` companies, `3` contacts, or a method's name), a page of 50, `$result`."""

    lists: dict[str, list[Row]] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    command_errors: dict[str, list[Row]] = field(default_factory=dict)
    """Errors for commands by key, first to last."""
    ignored: frozenset[str] = frozenset()
    """Names of fields that updates take in silence without doing anything."""
    operating: float | None = None
    seconds_each: float = 0.1
    """How long a command works."""
    on_page: Callable[[str, list[Row]], list[Row]] = lambda _key, rows: rows

    def client(self, **settings: Any) -> Portal:
        limits_off = settings.pop("limits_off", False)
        return Portal(WEBHOOK, self.settings(**settings), self.clock, no_jitter, limits_off=limits_off)

    def commands(self, number: int) -> dict[str, str]:
        """Return the commands of the n-th request."""
        return json.loads(self.requests[number].content)["cmd"]

    def answer(self, request: httpx.Request) -> httpx.Response:
        results: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for key, command in json.loads(request.content)["cmd"].items():
            method, _, query = command.partition("?")
            if self.command_errors.get(key):
                errors[key] = self.command_errors[key].pop(0)
                continue
            outcome = self._run(key, method, _php(query, results))
            errors.update({key: outcome["error"]} if "error" in outcome else {})
            results.update({key: outcome["result"]} if "result" in outcome else {})
        times = {key: self._time() for key in results}
        inner = {
            "result": results or [],
            "result_error": errors or [],
            "result_total": [],
            "result_next": [],
            "result_time": times,
        }
        return answer({"result": inner, "time": self._time()})

    def _time(self) -> Row:
        moment = self.clock.real().astimezone()
        operating = (
            {}
            if self.operating is None
            else {"operating": self.operating, "operating_reset_at": int(moment.timestamp()) + 600}
        )
        return {
            "start": moment.timestamp(),
            "finish": moment.timestamp(),
            "duration": self.seconds_each,
            "date_start": stamp(moment),
            **operating,
        }

    def _run(self, key: str, method: str, params: Row) -> Row:
        if method in self.results:
            return {"result": self.results[method]}
        if method == "crm.item.update":
            return self._update(params)
        name = params["entityTypeId"] if method == "crm.item.list" else method
        if method.startswith("catalog.product"):
            name = f"{method} {params['filter']['iblockId']}"
        rows = self._choose(self.lists.get(name, []), params)
        wrap = {
            "crm.item.list": "items",
            "crm.item.productrow.list": "productRows",
            "catalog.product.list": "products",
        }.get(method)
        page = self.on_page(key, [dict(row) for row in rows[:50]])
        return {"result": {wrap: page} if wrap else page}

    def _choose(self, rows: list[Row], params: Row) -> list[Row]:
        order = params.get("order")
        by, direction = next(iter(order.items())) if isinstance(order, dict) else (params["sort"], order)
        tests = [_test(name, value) for name, value in (params.get("filter") or params.get("FILTER") or {}).items()]
        chosen = [row for row in rows if all(test(row) for test in tests)]
        return sorted(chosen, key=lambda row: _comparable(row[by]), reverse=direction == "DESC")

    def _update(self, params: Row) -> Row:
        for row in self.lists.get(params["entityTypeId"], []):
            if str(row["id"]) == params["id"]:
                row.update({name: value for name, value in params["fields"].items() if name not in self.ignored})
                self.executed.append(("crm.item.update", params))
                return {"result": {"item": row}}
        return {"error": {"error": "NOT_FOUND", "error_description": "Not found"}}


def answer(document: Any, status: int = 200) -> httpx.Response:
    """Make an answer of JSON, as the portal writes it."""
    return httpx.Response(
        status, content=json.dumps(document).encode(), headers={"content-type": "application/json; charset=utf-8"}
    )


def html(status: int) -> httpx.Response:
    """Make the page of a proxy."""
    return httpx.Response(status, content=b"<html>Bad Gateway</html>", headers={"content-type": "text/html"})


def stamp(moment: datetime) -> str:
    """Write a moment as the portal does, in its own zone."""
    return moment.astimezone(_MOSCOW).isoformat(timespec="seconds")


def _test(name: str, value: Any) -> Callable[[Row], bool]:
    """Read one condition of a filter; a row that lacks the field passes."""
    prefix, field_ = re.match(r"([<>=@]*)(.*)", name).groups()  # type: ignore[union-attr]
    if prefix in COMPARISONS:
        compare, bound = COMPARISONS[prefix], _comparable(value or "0")  # an unresolved reference filters nothing
        return lambda row: row.get(field_) is None or compare(_comparable(row[field_]), bound)
    values = set(value.values()) if isinstance(value, dict) else {value}
    return lambda row: row.get(field_) is None or str(row[field_]) in values


def _comparable(value: Any) -> Any:
    if isinstance(value, int):
        return value
    plain = str(value)
    return int(plain) if plain.isdecimal() else datetime.fromisoformat(plain).timestamp() if "T" in plain else plain


def _php(query: str, results: Mapping[str, Any]) -> Row:
    """Read a query as PHP's parse_str does, with the references to earlier results put in."""
    params: Row = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        *path, last = name.replace("]", "").split("[")
        place = params
        for step in path:
            place = place.setdefault(step, {})
        place[last] = _resolved(value, results)
    return params


def _resolved(value: str, results: Mapping[str, Any]) -> str:
    if not value.startswith("$result"):
        return value
    found: Any = results
    for step in re.findall(r"\[([^\]]*)\]", value):
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(found)


_MOSCOW = datetime.strptime("+0300", "%z").tzinfo


@dataclass
class HandLedger(Vendor):
    """A ledger: rows by model, signed both ways, 250 a page."""

    models: dict[str, list[Row]] = field(default_factory=dict)
    token: str = TOKEN
    next_token: str = ""
    """Given with every answer in place of the token, and valid from then on."""
    request_count: int = 3
    refuse: Callable[[str, str, Row], str] = lambda _verb, _model, _params: ""
    """Returns the reason why a write is refused, "" if it is not."""
    on_rows: Callable[[str, list[Row]], list[Row]] = lambda _model, rows: rows

    def client(self, **settings: Any) -> Ledger:
        own = {name: settings.pop(name) for name in ("limits_off", "requests_per_5min") if name in settings}
        return Ledger(
            "https://account.example",
            APP_ID,
            Secret(APP_SECRET),
            self.settings(**settings),
            self.clock,
            no_jitter,
            **own,
        )

    def asked(self) -> list[str]:
        """Return the requests so far as `VERB model`."""
        return [f"{request.method} {_model(request)}" for request in self.requests]

    def answer(self, request: httpx.Request) -> httpx.Response:
        query = (request.content or request.url.query).decode()
        text, _, given = query.partition("&app_psw=")
        model, params = _model(request), _php(text, {})
        if model == "repair":
            return self.signed({"token": self.token}, "") if given == _md5("", text) else self._lost()
        if given != _md5(self.token, text):
            return self._lost()
        used, self.token = self.token, self.next_token or self.token
        return self.signed(self._run(request.method, model, params), used)

    def signed(self, document: Row, token: str) -> httpx.Response:
        """Sign an answer as the vendor does: with the token that the request was signed with."""
        if "status" in document:
            document |= {"token": self.token, "request_count": self.request_count}
        body = json.dumps(document, separators=(",", ":")).replace("/", "\\/")
        body = f'{body[:-1]},"app_psw":"{_md5(token, body)}"}}'
        return httpx.Response(
            200, content=body.encode(), headers={"date": format_datetime(self.clock.real(), usegmt=True)}
        )

    def _lost(self) -> httpx.Response:
        return httpx.Response(
            401, content=b"Invalid app_psw", headers={"date": format_datetime(self.clock.real(), usegmt=True)}
        )

    def _run(self, verb: str, model: str, params: Row) -> Row:
        rows = self.models.setdefault(model, [])
        if verb == "GET":
            return {"status": "ok", "result": self._read(model, rows, params)}
        params.pop("app_id")
        if reason := self.refuse(verb, model, params):
            return {"status": "error", "error_code": "common:1", "error_text": reason}
        self.executed.append((f"{verb} {model}", params))
        if verb == "POST":
            params = {"id": str(max([int(row["id"]) for row in rows] or [900]) + 1), **params}
            rows.append(params)
        for row in rows:
            if row["id"] == params["id"]:
                row.update(params if verb == "PUT" else {"deleted": True} if verb == "DELETE" else {})
        return {"status": "ok", "result": {"id": params["id"], "updated": "21.09.2026 10:13:20"}}

    def _read(self, model: str, rows: list[Row], params: Row) -> Any:
        wanted = {
            name: value
            for name, value in params.items()
            if name not in ("app_id", "order_by", "limit", "page", "count_only")
        }
        found = sorted((row for row in rows if _chosen(row, wanted)), key=lambda row: int(row["id"]))
        if "count_only" in params:
            return {"count": len(found)}
        start = (int(params["page"]) - 1) * 250 if "page" in params else 0
        return self.on_rows(model, found[start : start + 250])


def _chosen(row: Row, wanted: Row) -> bool:
    for name, value in wanted.items():
        if isinstance(value, dict) and "from" in value:
            if _ledger_moment(row["updated"]) < _ledger_moment(value["from"]):
                return False
        elif name == "deleted":
            if str(int(row.get("deleted", False))) not in value.values():
                return False
        elif str(row.get(name)) not in (value.values() if isinstance(value, dict) else (value,)):
            return False
    return True


def _ledger_moment(text: str) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007 (the ledger's own zone, compared with itself)


def _model(request: httpx.Request) -> str:
    return request.url.path.rpartition("/")[2].removesuffix(".json")


def _md5(token: str, text: str) -> str:
    return hashlib.md5(f"{token}{APP_SECRET}{text}".encode()).hexdigest()
