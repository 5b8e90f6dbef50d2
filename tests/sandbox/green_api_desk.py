"""A company that writes to its clients by WhatsApp and MAX, for the tests of the GREEN-API emulator: over real sockets."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, cast
from urllib.parse import urlsplit

from sandbox.faults import Fault
from sandbox.serve import Sandbox, start
from sandbox.systems.green_api import GreenApi

ANNA, BORIS = "+79161234567", "+79217654321"
YAML = """
systems:
  green_api: {whatsapp: SHOP_WHATSAPP, max: SHOP_MAX}
people:
  worker: {name: Сверка Служебная, email: sverka@shop.example}
"""


@dataclass
class Line:
    """One instance by its address. `ask` returns the status and what was answered, `get` and `post` the answer alone."""

    channel: str
    address: str

    def ask(self, verb: str, method: str, body: Any = None, *, rest: str = "", query: str = "") -> tuple[int, Any]:
        parts = urlsplit(self.address)
        base, _, token = parts.path.rpartition("/")
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body)
            line.request(verb, f"{base}/{method}/{token}{rest}{query}", content, {"Content-Type": "application/json"})
            answer = line.getresponse()
            text = answer.read().decode()
            is_json = "json" in (answer.getheader("Content-Type") or "")
            return answer.status, json.loads(text) if is_json else text
        finally:
            line.close()

    def get(self, method: str, query: str = "") -> Any:
        return self._good(self.ask("GET", method, query=query))

    def post(self, method: str, **body: Any) -> Any:
        return self._good(self.ask("POST", method, body))

    def chat(self, phone: str) -> str:
        digits = phone.lstrip("+")
        return (
            f"{digits}@c.us"
            if self.channel == "whatsapp"
            else self.post("checkAccount", phoneNumber=int(digits))["chatId"]
        )

    def send(self, phone: str, text: str) -> str:
        return str(self.post("sendMessage", chatId=self.chat(phone), message=text)["idMessage"])

    def queued(self) -> list[str]:
        return [row["body"]["message"] for row in self.get("showMessagesQueue")]

    def journal(self, query: str = "") -> list[tuple[str, str]]:
        rows = self.get("lastOutgoingMessages", query)
        return [(row["textMessage"], row["statusMessage"]) for row in rows]

    def notice(self) -> Any:
        return self.get("receiveNotification", "?receiveTimeout=5")

    def notices(self) -> list[Any]:
        """Take all notifications out of the queue."""
        taken = []
        while notice := self.notice():
            taken.append(notice["body"])
            answer = self.ask("DELETE", "deleteNotification", rest=f"/{notice['receiptId']}")
            assert answer == (200, {"result": True})
        return taken

    def statuses(self) -> list[tuple[str, str]]:
        """Take all notifications and return (id, status) of those about messages of ours."""
        told = [notice for notice in self.notices() if notice["typeWebhook"] == "outgoingMessageStatus"]
        return [(notice["idMessage"], notice["status"]) for notice in told]

    @staticmethod
    def _good(answer: tuple[int, Any]) -> Any:
        status, content = answer
        assert status == 200, answer
        return content


@dataclass
class Desk:
    """The running sandbox with the company's two lines."""

    running: Sandbox
    whatsapp: Line
    max: Line

    @property
    def gateway(self) -> GreenApi:
        return cast("GreenApi", self.running.world.companies["shop"].emulators["green_api"])

    def later(self, seconds: float) -> None:
        self.running.world.clock.forward(seconds)

    def unix(self) -> float:
        return self.running.world.clock.now().timestamp()

    def arm(self, kind: str, seconds: float = 0.0) -> None:
        self.running.world.faults.arm(Fault("shop", "green_api", kind, 1, None, Random(0), seconds))

    def effects(self) -> list[dict[str, Any]]:
        return self.running.world.journal.effects_since(0)

    def hands(self, phone: str, channel: str = "whatsapp") -> list[str]:
        """Return the texts that a person has."""
        return [row["text"] for row in self.gateway.delivered(channel, phone)]


@contextmanager
def desk(folder: Path, limits: str = "off", switches: Mapping[str, Any] | None = None) -> Iterator[Desk]:
    """Open a company's gateway; close it at the end."""
    (folder / "shop.yaml").write_text(YAML, encoding="utf-8")
    named = {f"green_api.{name}": value for name, value in (switches or {}).items()}
    with start(["shop"], folder, limits=limits, switches=named) as running:
        env = running.ready["env"]
        yield Desk(running, Line("whatsapp", env["SHOP_WHATSAPP"]), Line("max", env["SHOP_MAX"]))


def unix(moment: str) -> float:
    """Return the Unix seconds of a moment as `delivered` tells it."""
    return datetime.fromisoformat(moment).astimezone(UTC).timestamp()
