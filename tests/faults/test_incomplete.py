"""No write follows from what a spoilt reading did not show: whole runs over a world that is in order, with one list spoilt each time.

A worker that has just lost its store is the hardest case: whatever it does not see, it has never seen. The emulators' effects judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from sandbox.faults import Fault
from sverka import app as application
from sverka.app import App
from sverka.systems.http import HttpSettings
from tests.e2e.memory import MemoryTransport
from tests.e2e.town import COMPANIES, COMPANY, Town, town
from tests.soak import SOAK

SHOP = "Интернет-магазин"
LINES = [("HL-HELLA-3R-5", 2, 8900), ("LAMP-D2S-PHILIPS", 2, 4200)]
RUNS = 2 if SOAK else 1
CLIENTS = ("Алексей Воронцов", "Елена Тихонова") * RUNS
MODELS = (
    "customerorders", "partners", "customerordergoods", "reservations", "reservationgoods", "realizations", "realizationgoods",
    "paymentintocustomerorder", "cashincustomerorder", "storegoods", "goods", "employees", "stores", "cash", "organizations",
    "customerorderstatus",
)  # fmt: skip
LISTS = (
    "deals", "companies", "contacts", "products", "users", "departments", "activities", "tasks", "shopOrders", "lines",
)  # fmt: skip
CASES = [
    *((model, kind) for kind in ("half_page", "half_body", "rows_move", "duplicate_rows", "http_500") for model in MODELS),
    *((name, kind) for kind in ("half a page", "half a page, and its witness", "no rows", "no answer") for name in LISTS),
]  # fmt: skip
SHORT = [("customerorders", "half_page")]


class SpoilingTransport(MemoryTransport):
    """Spoils every reading of one list."""

    name, kind, struck = "", "", 0

    def __init__(self, town: Town) -> None:
        super().__init__(town.sandbox)
        self._faults = town.sandbox.world.faults
        self.spoil = self._spoilt

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path.endswith(f"/{self.name}.json"):
            self.struck += 1
            self._faults.arm(Fault(COMPANY, "business_ru", self.kind, 1, None, Random(self.struck), 0.0))
        try:
            return super().handle_request(request)
        finally:
            self._faults.clear()

    def _spoilt(self, body: bytes) -> bytes:
        document = json.loads(body)
        inner = document.get("result", {})
        keys = [key for key in inner.get("result", ()) if self.name and key.startswith(self.name)]
        for key in keys:
            self.struck += 1
            if self.kind == "no answer":
                del inner["result"][key]
            elif not key.endswith("_witness") or self.kind == "half a page, and its witness":
                _cut(inner["result"], key, leave=0 if self.kind == "no rows" else 2)
        return json.dumps(document).encode() if keys else body


def _cut(results: dict[str, Any], key: str, leave: int) -> None:
    """Leave one of so many rows, or none."""
    place, at = results, key
    if isinstance(results[key], dict):
        place = results[key]
        at = next(name for name, rows in place.items() if isinstance(rows, list))
    place[at] = place[at][: len(place[at]) // leave] if leave else []


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Open a town where deals, orders and reserves agree, and a worker knows it."""
    with town(tmp_path_factory.mktemp("town"), sockets=False) as opened:
        for client in CLIENTS:
            opened.person().make_deal(SHOP, "Резерв", client, LINES, Филиал="Москва")
        opened.settle()
        yield opened


def worker(stack: ExitStack, town: Town, database: Path, transport: MemoryTransport) -> App:
    """Start another worker in the same town."""
    environ = {
        **town.sandbox.ready["env"],
        "SVERKA_DATABASE_URL": f"sqlite:///{database}",
        "SVERKA_COMPANIES": str(COMPANIES),
    }
    return stack.enter_context(application.opened(environ, clock=town.clock, http=HttpSettings(transport=transport)))


@pytest.mark.parametrize(("name", "kind"), CASES if SOAK else SHORT)
def test_nothing_is_written_for_what_a_spoilt_list_did_not_show(
    in_order: Town, tmp_path: Path, name: str, kind: str
) -> None:
    transport, mark = SpoilingTransport(in_order), in_order.mark()
    transport.name, transport.kind = name, kind
    with ExitStack() as stack:
        app = worker(stack, in_order, tmp_path / "lost.db", transport)
        reports = [application.run(app, "agreement", COMPANY)[0].as_json()["companies"][0] for _ in range(RUNS)]
    assert transport.struck, "the list was never asked for"
    assert in_order.effects(mark) == [], reports


def test_a_worker_that_believes_a_spoilt_list_would_show(
    in_order: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sverka.systems.business_ru.paging._miscount", lambda *_: "")
    transport, mark = SpoilingTransport(in_order), in_order.mark()
    transport.name, transport.kind = "customerorders", "half_page"
    with ExitStack() as stack:
        application.run(worker(stack, in_order, tmp_path / "lost.db", transport), "agreement", COMPANY)
    assert in_order.effects(mark) != []
