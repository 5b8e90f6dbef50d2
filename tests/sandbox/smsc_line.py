"""A line to the SMSC emulator for its tests: a world whose clock stands until it is moved, real sockets, one company.

The requests are written here once more, from the contract, so that the emulator is not tested with its own pen.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.control import Control
from sandbox.front import Front
from sandbox.handset import Handset
from sandbox.kit import Setting
from sandbox.service import Service
from sandbox.systems.smsc import Smsc
from sandbox.world import Company, World

START = datetime.fromisoformat("2026-11-23T09:00:00+03:00")
START_S = int(START.timestamp())
CONFIG = {"systems": {"smsc": {"account": "ACME_SMSC_URL", "sender": "AcmeSvet"}}, "people": {}}
PHONE = "+79161234501"


@dataclass
class Line:
    """The company's account, as a caller over HTTP sees it, and its world."""

    world: World
    http: str
    control: str

    @property
    def keys(self) -> dict[str, str]:
        """Return the fields that open the account."""
        own = self.world.companies["acme"].emulators["smsc"].credential("worker", "")
        return {"login": own["login"], "psw": own["password"]}

    def raw(
        self, page: str, fields: dict[str, str] | bytes, method: str = "POST", **headers: str
    ) -> tuple[int, str, bytes]:
        """Ask once on a connection of its own; return the status, the content type and the body."""
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        path, sent = f"/sys/{page}.php", {"Content-Type": "application/x-www-form-urlencoded", **headers}
        line = http.client.HTTPConnection(urlsplit(self.http).netloc, timeout=5)
        try:
            if method == "GET":
                line.request("GET", f"{path}?{body.decode()}")
            else:
                line.request(method, path, body, sent)
            answer = line.getresponse()
            return answer.status, answer.getheader("Content-Type") or "", answer.read()
        finally:
            line.close()

    def ask(self, page: str, method: str = "POST", **fields: str) -> Any:
        """Ask with the account's keys, in UTF-8 and for JSON; return the decoded answer."""
        status, _, body = self.raw(page, {**self.keys, "charset": "utf-8", "fmt": "3", **fields}, method)
        assert status == 200, body.decode()
        return json.loads(body)

    def send(self, text: str = "Заказ готов", to: str = PHONE, **fields: str) -> Any:
        return self.ask("send", phones=to, mes=text, **fields)

    def status(self, message_id: str, phone: str = PHONE, **fields: str) -> Any:
        return self.ask("status", phone=phone, id=message_id, **fields)

    def state_of(self, message_id: str, phone: str = PHONE) -> int:
        """Return the status of a message, past the limits of the vendor."""
        self.account.state.asked.clear()
        return int(self.status(message_id, phone)["status"])

    def forward(self, seconds: float) -> None:
        self.world.clock.forward(seconds)

    def handset(self, phone: str = PHONE) -> Handset:
        return Handset({"control": self.control}, "acme", phone)

    def texts(self) -> list[str]:
        """Return the texts of all accepted messages."""
        return [row["payload"]["text"] for row in self.world.journal.effects_since(0)]

    def told(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask the control address."""
        line = http.client.HTTPConnection(urlsplit(self.control).netloc, timeout=5)
        try:
            line.request(method, f"/_world{path}", None if body is None else json.dumps(body))
            answer = line.getresponse()
            return answer.status, json.load(answer)
        finally:
            line.close()

    def arm(self, kind: str, **more: Any) -> None:
        status, answer = self.told("POST", "/faults", {"company": "acme", "system": "smsc", "kind": kind, **more})
        assert status == 200, answer

    @property
    def account(self) -> Smsc:
        emulator = self.world.companies["acme"].emulators["smsc"]
        assert isinstance(emulator, Smsc)
        return emulator


@contextmanager
def line(limits: str = "vendor", **switches: Any) -> Iterator[Line]:
    """Open the doors of a small world; close them at the end. switches: without `smsc.` before their names."""
    world = World(START, lambda: 0.0)
    company = world.companies["acme"] = Company("acme", CONFIG, {})
    named = {f"smsc.{name}": value for name, value in switches.items()}
    company.emulators["smsc"] = Smsc(Setting("acme", CONFIG, world.clock, world.journal, limits, named))
    world.begin()
    front = Front(world.clock.now)
    service = Service("acme", company.emulators["smsc"], company.lock, world.journal, world.faults)
    opened = Line(world, front.listen(service), front.listen(Control(world)))
    front.start()
    try:
        yield opened
    finally:
        front.stop()
