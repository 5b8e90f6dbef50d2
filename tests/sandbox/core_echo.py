"""A tiny system for the tests of the sandbox's core: POST adds a row, GET lists the rows. And a world around it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.control import Control
from sandbox.front import Front
from sandbox.kit import Journal, Reply, Request
from sandbox.mail import PostOffice
from sandbox.service import Service
from sandbox.tls import Authority
from sandbox.world import Company, Mailbox, World

START = datetime.fromisoformat("2026-11-23T08:00:00+03:00")
PEOPLE = {
    "worker": {"name": "Сверка Служебная", "email": "sverka@echo.example"},
    "owner": {"name": "Андрей Ковалёв", "email": "owner@echo.example"},
}


@dataclass
class Echo:
    """Rows in, rows out; the path names the person who asks."""

    journal: Journal
    company: str = "acme"
    name: str = "echo"
    state: dict[str, Any] = field(default_factory=lambda: {"rows": []})

    def handle(self, request: Request) -> Reply:
        by = request.path.strip("/")
        if request.method == "POST":
            row = json.loads(request.body)
            if row == "break":
                raise ValueError("told to break")
            self.state["rows"].append(row)
            self.journal.effect(self.company, self.name, "POST rows", by, row)
            return self._reply({"id": len(self.state["rows"])}, "POST rows", by, write=True)
        return self._reply({"rows": self.state["rows"]}, "GET rows", by)

    def counts(self) -> dict[str, int]:
        return {"rows": len(self.state["rows"])}

    def credential(self, person: str, base_url: str) -> str:
        return f"{base_url}/{person}"

    def environment(self, base_url: str) -> dict[str, str]:
        return {"ECHO_URL": base_url}

    def spoil(self, kind: str, request: Request) -> Reply | None:
        return None if request.method == "POST" else self._reply({"spoilt": kind}, "GET rows", "")

    def refuse_token(self, request: Request) -> Reply:
        return self._reply({"error": "NO_AUTH_FOUND"}, request.method, "", status=401)

    def refuse(self, kind: str, request: Request) -> Reply:
        status = int(kind[5:8]) if kind[5:8].isdigit() else 500
        return self._reply({"error": kind}, f"{request.method} rows", "", write=request.method == "POST", status=status)

    @staticmethod
    def _reply(content: Any, api: str, by: str, *, write: bool = False, status: int = 200) -> Reply:
        return Reply(status, json.dumps(content).encode(), api=api, by=by, write=write)


@dataclass
class Scene:
    """A running world with one company, one echo system and a post office."""

    world: World
    http: str
    https: str
    control: str
    smtp: str
    imap: str
    ca_file: Path
    front: Front
    office: PostOffice

    def call(self, method: str, address: str, body: Any = None, timeout_s: float = 5.0) -> tuple[int, Any]:
        """Ask once on a connection of its own and return the status and the decoded body."""
        parts = urlsplit(address)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            line.request(method, target, None if body is None else json.dumps(body))
            answer = line.getresponse()
            content = answer.read()
            is_json = "json" in (answer.getheader("Content-Type") or "")
            return answer.status, json.loads(content) if is_json else content.decode()
        finally:
            line.close()

    def arm(self, kind: str, system: str = "echo", **more: Any) -> None:
        """Arm a fault through the control address."""
        wish = {"company": "acme", "system": system, "kind": kind, **more}
        status, answer = self.call("POST", f"{self.control}/_world/faults", wish)
        assert status == 200, answer

    def effects(self) -> list[Any]:
        return [row["payload"] for row in self.world.journal.effects_since(0)]

    def statuses(self) -> list[int]:
        return [row["status"] for row in self.world.journal.requests_since(0)]


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    """Open the doors of a small world; close them at the end."""
    world = World(START, time.monotonic)
    company = world.companies["acme"] = Company("acme", {}, PEOPLE, mailbox=Mailbox(world.clock))
    echo = company.emulators["echo"] = Echo(world.journal)
    world.begin()
    front, office, authority = Front(world.clock.now), PostOffice(world), Authority(folder)
    service = Service("acme", echo, company.lock, world.journal, world.faults)
    http_url, https_url = front.listen(service), front.listen(service, tls=authority.context)
    control, smtp, imap = front.listen(Control(world)), office.listen(company), office.listen_imap(company)
    front.start()
    office.start()
    try:
        yield Scene(world, http_url, https_url, control, smtp, imap, authority.ca_file, front, office)
    finally:
        front.stop()
        office.stop()
