"""The small world of the tests of the portal's client: its vocabulary, its deals and their lines; and a portal behind a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sandbox.calls import Portal as Caller
from sandbox.companies import read_companies
from sandbox.faults import Fault, Faults
from sandbox.front import Front
from sandbox.kit import Journal, SandboxClock, Setting
from sandbox.service import Service
from sandbox.systems.bitrix24 import Bitrix24
from sverka.domain.actions import Payload
from sverka.domain.effects import Outcome, Probe
from sverka.domain.secret import Secret
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.portal import Portal
from sverka.systems.http import HttpSettings
from tests.contract.vendors import START, Row, StoppedClock, always, no_jitter, stamp

FIELDS = {
    "deal": {"branch": "Филиал", "ledger_order": "Номер заказа"},
    "client": {"trusted": "Постоянный клиент", "write_to": "Как писать"},
}
OLD, FRESH = START - timedelta(days=30), START - timedelta(minutes=5)
SINCE = START - timedelta(minutes=10)


def custom(name: str, title: str, **more: Any) -> Row:
    return {"type": "string", "title": title, "upperName": name, **more}


def stages(funnel: str, *rows: tuple[str, str, str | None]) -> list[Row]:
    return [
        {
            "ID": str(n),
            "ENTITY_ID": funnel,
            "STATUS_ID": code,
            "NAME": name,
            "SORT": str(n * 10),
            "SEMANTICS": semantics,
        }
        for n, (code, name, semantics) in enumerate(rows, 1)
    ]


def vocabulary(**changes: Any) -> dict[str, Any]:
    return {
        "crm.category.list": {"categories": [{"id": 0, "name": "Общая"}, {"id": 9, "name": "Магазин"}]},
        "crm.status.list": [
            *stages("DEAL_STAGE", ("NEW", "Новая", None), ("WON", "Успех", "S")),
            *stages("DEAL_STAGE_9", ("C9:NEW", "Новая заявка", None), ("C9:LOSE", "Провал", "F")),
            *stages("SOURCE", ("CALL", "Звонок", None)),
            *stages("DEAL_STAGE_4", ("C4:NEW", "Чужая воронка", None)),
        ],
        "catalog.catalog.list": {"catalogs": [{"id": 23, "iblockId": 23}]},
        "profile": {"ID": "1", "ADMIN": True},
        "crm.item.fields": {"fields": {
            "title": {"type": "string", "title": "Название", "upperName": "TITLE"},
            "UF_CRM_1": custom("UF_CRM_1", "Филиал", type="enumeration", items=[{"ID": "41", "VALUE": "Москва"}]),
            "UF_CRM_2": custom("UF_CRM_2", "Номер заказа"),
            "ufCrm_3": custom("UF_CRM_3", "Постоянный клиент", type="boolean"),
            "UF_CRM_4": custom("UF_CRM_4", "Как писать", type="enumeration", items=[{"ID": "51", "VALUE": "SMS"}]),
        }},
        **changes,
    }  # fmt: skip


def deal(number: int, **changes: Any) -> Row:
    return {
        "id": number, "title": f"Deal {number}", "categoryId": 9, "stageId": "C9:NEW", "stageSemanticId": "P",
        "opportunity": 125000.5, "currencyId": "RUB", "companyId": 5, "contactId": 0, "assignedById": 6,
        "createdTime": stamp(OLD), "updatedTime": stamp(OLD), "movedTime": None, "movedBy": 6, "updatedBy": 8,
        "sourceId": "WEB", "originId": None, "isRecurring": "N", "UF_CRM_1": 41, "UF_CRM_2": None, **changes,
    }  # fmt: skip


def line(number: int, owner: int, **changes: Any) -> Row:
    row = {
        "id": number,
        "ownerId": owner,
        "ownerType": "D",
        "productId": 450,
        "productName": "Pump",
        "price": 899.1,
        "quantity": 1,
    }
    return {**row, **changes}


COMPANIES = Path(__file__).resolve().parents[2] / "config" / "companies"
COMPANY = "headlights"
MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


@dataclass
class Town:
    """An emulated portal behind a socket: our client, its directory, and the owner's own webhook to look and meddle with."""

    portal: Bitrix24
    client: Portal
    directory: Directory
    clock: SandboxClock
    journal: Journal
    faults: Faults
    caller: Caller

    def owner(self, method: str, **params: Any) -> Any:
        """Call a method as the owner."""
        return self.caller.call(method, params)

    def send(self, kind: str, **payload: Any) -> Outcome:
        """Carry one effect out."""
        (outcome,) = self.client.send([(kind, payload)], self.directory, always)
        return outcome

    def look(self, kind: str, payload: Payload) -> Probe:
        """Look one effect up."""
        return self.client.look(kind, payload, self.directory)

    def strike(self, kind: str, after: int = 0) -> None:
        """Let a fault strike the next request but `after`."""
        for number in range(after + 1):
            self.faults.arm(Fault(COMPANY, "bitrix24", kind if number == after else "slow", 1, None, Random(0), 0.01))

    def written(self, since: int = 0) -> list[str]:
        """Return what the worker changed, as the vendor names it."""
        return [effect["kind"] for effect in self.journal.effects[since:] if effect["by"] == "worker"]

    def mark(self) -> int:
        """Return the number of the last effect, for `written(since)`."""
        return len(self.journal.effects)

    def deal(self, stage: str = "Новая заявка", funnel: str = "shop", lines: Any = (), **more: Any) -> str:
        """Add a deal and return its id; lines are (product's id, thousandths, kopecks)."""
        given = {"title": "Заказ", "responsible_id": 1, "created_at": MONDAY, "lines": list(lines), **more}
        return str(self.portal.add_deal(stage=stage, funnel=funnel, **given))

    def item(self, kind: int, number: str) -> Row:
        """Return a card as the owner sees it."""
        return dict(self.owner("crm.item.get", entityTypeId=kind, id=int(number), useOriginalUfNames="Y")["item"])

    def stage(self, funnel: str, name: str) -> tuple[str, str]:
        """Return the code of a stage and the id of its funnel."""
        found = next(row for row in self.directory.stages if (row.funnel_name, row.name) == (funnel, name))
        return found.ext_id, found.funnel_id

    def order(self, *lines: tuple[int, str, str, str], **fields: Any) -> str:
        """Make an order of the store and return its id; lines are (product's id, name, quantity, price in roubles)."""
        made = self.owner("sale.order.add", fields={"lid": "s1", "personTypeId": 3, "currency": "RUB", **fields})[
            "order"
        ]
        for product, name, quantity, price in lines:
            priced = {"customPrice": "Y", "price": price, "basePrice": price, "discountPrice": 0}
            line = {"orderId": made["id"], "productId": product, "name": name, "quantity": quantity, "currency": "RUB"}
            self.owner("sale.basketitem.add", fields={**line, **priced})
        return str(made["id"])


@contextmanager
def town(titles: Mapping[str, Mapping[str, str]] | None = None, **switches: Any) -> Iterator[Town]:
    """Open a town of the headlights company. titles: kind → our name → title; those of the company's file if None."""
    config = read_companies(COMPANIES, [COMPANY])[COMPANY]
    clock = SandboxClock(MONDAY, lambda: 0.0)
    journal, faults = Journal(clock), Faults()
    portal = Bitrix24(Setting(COMPANY, config, clock, journal, "off", switches))
    front = Front(clock.now)
    url = front.listen(Service(COMPANY, portal, threading.Lock(), journal, faults))
    front.start()
    (webhook,) = portal.environment(url).values()
    named = {kind: {key: field["title"] for key, field in fields.items()} for kind, fields in config["fields"].items()}
    try:
        with Portal(Secret(webhook), HttpSettings(), StoppedClock(), no_jitter, limits_off=True) as client:
            directory = client.directory(named if titles is None else titles)
            yield Town(portal, client, directory, clock, journal, faults, Caller(portal.credential("owner", url)))
    finally:
        front.stop()
