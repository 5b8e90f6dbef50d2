"""A desk for the tests of the 1C emulator: a small company, its clock, and people who ask in the words of the contract.

Requests are written here once more, from the contract, so that the emulator is not tested with its own pen.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sandbox.kit import Journal, Reply, Request, SandboxClock, Setting
from sandbox.systems.onec import Client, OneC

START = datetime.fromisoformat("2026-11-23T09:00:00+03:00")
CONFIG = {
    "company": "machinery",
    "title": "ООО «Техника»",
    "timezone": "Europe/Moscow",
    "systems": {"onec": {"url": "MACHINERY_ONEC_URL"}},
    "people": {
        "worker": {"name": "Сверка Служебная", "email": "sverka@tehnika.example"},
        "accountant": {"name": "Тамара Белова", "email": "accountant@tehnika.example"},
        "manager": {"name": "Ольга Климова", "email": "manager@tehnika.example"},
    },
}
NOWHERE = "00000000-0000-0000-0000-000000000000"
ORDER, SHIPMENT, PAYMENT = (
    "Document_ЗаказКлиента", "Document_РеализацияТоваровУслуг", "Document_ПоступлениеБезналичныхДенежныхСредств",
)  # fmt: skip
TOTALS, BY_TERM = "AccumulationRegister_РасчетыСКлиентами", "AccumulationRegister_РасчетыСКлиентамиПоСрокам"
BARE = "$format=json;odata=nometadata"


@dataclass
class Desk:
    """A company's infobase with its clock and its journal; whoever is not named otherwise is the accountant."""

    switches: dict[str, Any] = field(default_factory=dict)
    limits: str = "off"

    def __post_init__(self) -> None:
        self.clock = SandboxClock(START, lambda: 0.0)
        self.journal = Journal(self.clock)
        self.onec = OneC(Setting("machinery", CONFIG, self.clock, self.journal, self.limits, self.switches))
        self.onec.found({})

    def request(
        self, verb: str, path: str, *options: str, body: Any = None, by: str = "accountant", **headers: str
    ) -> Request:
        """Write a request with its options decoded; a body that is text goes as it is."""
        keys = self.onec.credential(by, "")
        login = b64encode(f"{keys['login']}:{keys['password']}".encode()).decode()
        sent = {"authorization": f"Basic {login}", "host": "1c.test", "content-type": "application/json"}
        content = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        query = "&".join(quote(option, safe="$=;/,()':*+") for option in options or (BARE,))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"/ut/odata/standard.odata/{quote(path, safe='/$()=,')}"
        return Request(verb, address, query, sent | named, content.encode(), secure=False, client_ip="127.0.0.1")

    def ask(self, verb: str, path: str, *options: str, **more: Any) -> Reply:
        return self.onec.handle(self.request(verb, path, *options, **more))

    def get(self, path: str, *options: str, **more: Any) -> Any:
        """Return the rows of a list, or one entity, without metadata."""
        reply = self.ask("GET", path, BARE, *options, **more)
        assert reply.status == 200, reply.body.decode()
        answer = json.loads(reply.body)
        return answer["value"] if answer.keys() == {"value"} else answer

    def names(self, path: str, *options: str) -> list[str]:
        return [row["Description"] for row in self.get(path, *options)]

    def send(self, verb: str, path: str, body: Any = None, *options: str, **more: Any) -> Any:
        """Write something and return what came back; nothing if there was no body."""
        reply = self.ask(verb, path, BARE, *options, body=body, **more)
        assert reply.status in (200, 201, 204), reply.body.decode()
        return json.loads(reply.body) if reply.body else None

    def refusal(self, verb: str, path: str, *options: str, **more: Any) -> tuple[int, str]:
        """Return status and code of a refused request."""
        reply = self.ask(verb, path, BARE, *options, **more)
        assert reply.status >= 400, reply.body.decode()
        return reply.status, str(json.loads(reply.body)["odata.error"]["code"])

    def client(self, name: str = "ООО «Гидросила»", inn: str = "7701234567", **terms: Any) -> dict[str, Any]:
        """Add a client and return the contract, which names everybody concerned."""
        key = self.onec.add_client(Client(name, inn, "770101001", **terms))
        (contract,) = self.get("Catalog_ДоговорыКонтрагентов", f"$filter=Контрагент_Key eq guid'{key}'")
        return dict(contract)

    def parties(self, contract: dict[str, Any]) -> dict[str, Any]:
        """Return what every document says of those concerned."""
        named = {name: contract[name] for name in ("Партнер_Key", "Контрагент_Key", "Организация_Key")}
        return {**named, "Валюта_Key": contract["ВалютаВзаиморасчетов_Key"]}

    def order(self, contract: dict[str, Any], *sums: float, **fields: Any) -> dict[str, Any]:
        """Write an order with lines of these sums."""
        lines = [{"LineNumber": n, "Сумма": each, "СуммаСНДС": each} for n, each in enumerate(sums, start=1)]
        body = {"Договор_Key": contract["Ref_Key"], "СкидкиРассчитаны": True, "Товары": lines, **fields}
        return dict(self.send("POST", ORDER, {**self.parties(contract), **body}))

    def shipment(self, contract: dict[str, Any], total: float, due: str | None = None, **fields: Any) -> dict[str, Any]:
        """Write and post a shipment, all of it due on a day such as 2026-12-01."""
        stage = {"LineNumber": 1, "ДатаПлатежа": f"{due}T00:00:00", "СуммаПлатежа": total}
        stages = {} if due is None else {"ЭтапыГрафикаОплаты": [stage]}
        body = {"Договор_Key": contract["Ref_Key"], "СуммаДокумента": total, **stages, **fields}
        return self.posted(SHIPMENT, {**self.parties(contract), **body})

    def payment(self, contract: dict[str, Any], total: float, **parts: tuple[str, float]) -> dict[str, Any]:
        """Write and post money from the bank; parts: any name → object of settlements and sum."""
        rows = [
            {"LineNumber": n, "ОбъектРасчетов_Key": settled, "Сумма": each}
            for n, (settled, each) in enumerate(parts.values(), start=1)
        ]
        for_contract = {"Договор": contract["Ref_Key"], "Договор_Type": "StandardODATA.Catalog_ДоговорыКонтрагентов"}
        body = {"СуммаДокумента": total, "ПроведеноБанком": True, "РасшифровкаПлатежа": rows, **for_contract}
        return self.posted(PAYMENT, {**self.parties(contract), **body})

    def posted(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        document = self.send("POST", name, body)
        self.send("POST", f"{name}(guid'{document['Ref_Key']}')/Post", None, "PostingModeOperational=false")
        return dict(self.get(f"{name}(guid'{document['Ref_Key']}')"))

    def total(self, resource: str = "Сумма") -> float:
        """Return the balance of all settlements."""
        rows = self.get(f"{TOTALS}/Balance(Dimensions='Валюта')")
        return float(rows[0][f"{resource}Balance"]) if rows else 0.0

    def terms(self) -> list[tuple[str, float, float]]:
        """Return (day due, debt, money paid ahead) as the infobase shows them, by day."""
        rows = self.get(f"{BY_TERM}/Balance", "$orderby=ДатаПлановогоПогашения")
        return [(row["ДатаПлановогоПогашения"][:10], row["ДолгBalance"], row["ПредоплатаBalance"]) for row in rows]
