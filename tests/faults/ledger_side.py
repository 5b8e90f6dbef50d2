"""The ledger's client against its emulator, through the proxy: documents that it makes, and what it sets on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from sandbox import calls
from sandbox.serve import Sandbox
from sverka.domain.clock import MachineClock
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.domain.secret import Secret
from sverka.systems.business_ru.ledger import Ledger
from sverka.systems.http import HttpSettings
from tests.contract.portal_world import COMPANY
from tests.contract.vendors import always, no_jitter, no_pause
from tests.faults.law import HTTP, Record, Write
from tests.faults.spoiler import HARMLESS, TOXICS, BehindSpoiler, Spoiler, spoiling

KINDS = (
    "partner.create", "order.create", "reserve.create", "shipment.create", "cash.create",
    "order.lines", "order.status", "reserve.lines", "reserve.release", "cash.link",
)  # fmt: skip

Trace = Callable[[Record], bool]


class LedgerSide(BehindSpoiler):
    """See `law.Side`. calm: the same client without the proxy, for what a write stands upon."""

    toxics: Sequence[str] = tuple(TOXICS)
    harmless = HARMLESS
    blind: frozenset[str] = frozenset()
    requests = 6

    def __init__(self, sandbox: Sandbox, spoiler: Spoiler, client: Ledger, calm: Ledger) -> None:
        super().__init__(spoiler)
        self.client, self._calm = client, calm
        self._journal = sandbox.world.journal
        owner = sandbox.ready["companies"][COMPANY]["people"]["owner"]["business_ru"]
        address = sandbox.ready["env"]["HEADLIGHTS_BUSINESS_RU_URL"]
        self._owner = calls.Ledger(address, owner["app_id"], owner["secret"])
        client.server_time()
        self._good, self._other = self._ids("goods")[:2]
        self._store, self._desk = self._ids("stores")[0], self._ids("cash")[0]
        self._statuses = self._ids("customerorderstatus")
        people = self._ids("employees")[0]
        self._parties = {"author": people, "responsible": people, "organization": self._ids("organizations")[0]}

    def write(self, number: int, random: Random) -> Write:
        kind, mark = random.choice(KINDS), f"9{number:09d}"
        partner = self._made(
            "partner.create", {"name": f"Клиент {mark}", "note": "", "author": self._parties["author"]}
        )
        document: dict[str, str] = {"partner": partner, **self._parties, "comment": f"deal:{mark}"}
        if kind in ("partner.create", "order.create"):
            name = {"name": f"Новый {mark}", "note": f"contact:{mark}", "author": self._parties["author"]}
            new = {**document, "status": self._statuses[0]}
            model, payload = ("partners", name) if kind == "partner.create" else ("customerorders", new)
            return Write(kind, payload, [_posted(model, f":{mark}")])
        order = self._made("order.create", {**document, "comment": "", "status": self._statuses[0]})
        return self._on_order(kind, mark, order, {**document, "order": order})

    def _on_order(self, kind: str, mark: str, order: str, document: Mapping[str, Any]) -> Write:
        placed, money = {**document, "store": self._store}, {"cash_desk": self._desk, "sum_kopecks": 30_000}
        if kind.endswith(".create"):
            model, more = {
                "reserve.create": ("reservations", placed),
                "shipment.create": ("realizations", {**placed, "reserve": ""}),
                "cash.create": ("cashin", {**document, **money}),
            }[kind]
            return Write(kind, more, [_posted(model, f":{mark}")])
        if kind.startswith("order."):
            lines = [_line("customerordergoods", order, good) for good in (self._good, self._other)]
            status = {"order": order, "status": self._statuses[1]}
            wanted, traces = (
                (self._lines(order), lines) if kind == "order.lines" else (status, [_put("customerorders", order)])
            )
            return Write(kind, wanted, traces)
        if kind == "cash.link":
            cash = self._made("cash.create", {**document, **money})
            assert self._calm.send("order.lines", self._lines(order), always).answer is Answer.ACCEPTED
            return Write(kind, {"cash": cash, "order": order, "sum_kopecks": 30_000}, [_posted("cashin", f'"{order}"')])
        reserve = self._made("reserve.create", placed)
        line = {"good": self._good, "amount_thousandths": 1000}
        if kind == "reserve.release":
            return Write(kind, {"reserve": reserve}, [_put("reservations", reserve)])
        held = {"reserve": reserve, "store": self._store, "lines": [line]}
        return Write(kind, held, [_line("reservationgoods", reserve, self._good)])

    def _lines(self, order: str) -> Mapping[str, Any]:
        line = {"price_kopecks": 20_000, "amount_thousandths": 1000}
        return {"order": order, "lines": [{"good": good, **line} for good in (self._good, self._other)]}

    def send(self, write: Write) -> Outcome:
        return self.client.send(write.kind, write.payload, always)

    def look(self, write: Write) -> Probe:
        return self.client.look(write.kind, write.payload)

    def records(self) -> Sequence[Record]:
        return self._journal.effects

    def _made(self, kind: str, payload: Mapping[str, Any]) -> str:
        outcome = self._calm.send(kind, payload, always)
        assert outcome.external_id, outcome
        return outcome.external_id

    def _ids(self, model: str) -> list[str]:
        return [row["id"] for row in self._owner.walk(model, {})]


def _posted(model: str, mark: str) -> Trace:
    return lambda record: (
        record["kind"].startswith(f"POST {model}") and mark in json.dumps(record["payload"], ensure_ascii=False)
    )


def _put(model: str, ext_id: str) -> Trace:
    return lambda record: record["kind"] == f"PUT {model}" and record["payload"].get("id") == ext_id


def _line(model: str, owner: str, good: str) -> Trace:
    wanted = {owner, good}
    return lambda record: (
        record["kind"] == f"POST {model}" and wanted <= {str(each) for each in record["payload"].values()}
    )


@contextmanager
def ledger_side(sandbox: Sandbox, http: HttpSettings = HTTP) -> Iterator[LedgerSide]:
    """Put the client behind the proxy."""
    env = sandbox.ready["env"]
    address, secret = env["HEADLIGHTS_BUSINESS_RU_URL"], Secret(env["HEADLIGHTS_BUSINESS_RU_SECRET"])
    app_id, clock = env["HEADLIGHTS_BUSINESS_RU_APP_ID"], MachineClock(no_pause)
    with (
        spoiling(address) as spoiler,
        Ledger(spoiler.url, app_id, secret, http, clock, no_jitter, limits_off=True) as client,
        Ledger(address, app_id, secret, HttpSettings(), clock, no_jitter, limits_off=True) as calm,
    ):
        yield LedgerSide(sandbox, spoiler, client, calm)
