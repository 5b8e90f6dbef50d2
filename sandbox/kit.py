"""What every emulator is made of: the clock, a request, a reply, the journals.

An emulator knows one company's one system. It keeps its whole state in plain Python data (`state`), so that the
sandbox can go back to the start; it answers requests through `handle`, which is called under the company's lock;
and it tells the journal of every effect that it accepts. It imports nothing of the product.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the text is a sentence for whoever asked."""


class SandboxClock:
    """The sandbox's time: it runs on, in real seconds, from the moment to which it was last set."""

    def __init__(self, start: datetime, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.set(start)

    def set(self, moment: datetime) -> None:
        """Set the time; `moment` must be aware."""
        if moment.tzinfo is None:
            raise ValueError("the sandbox's clock takes a moment with an offset, such as 2026-11-23T09:00+03:00")
        self._origin = (moment.astimezone(UTC), self._monotonic())  # one assignment: readers never see half of it

    def now(self) -> datetime:
        """Return the present moment in UTC, with microseconds."""
        base, since = self._origin
        return base + timedelta(seconds=self._monotonic() - since)

    def forward(self, seconds: float) -> None:
        """Move the time on by `seconds`."""
        self.set(self.now() + timedelta(seconds=seconds))


@dataclass(frozen=True)
class Request:
    """One HTTP request as it came over the wire. `path` has no query; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    secure: bool
    client_ip: str


@dataclass(frozen=True)
class Reply:
    """One HTTP answer. `by`, `api`, `write` and `commands` are notes for the journal of requests.

    wait_s: how long the vendor takes before it answers. api: the vendor's method (`crm.item.list`, `batch`) or `VERB model`
    (`GET customerorders`).
    commands: for a Bitrix24 batch, the methods of its commands; otherwise empty.
    """

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    api: str = ""
    by: str = ""
    write: bool = False
    commands: tuple[str, ...] = ()
    wait_s: float = 0.0


@dataclass(frozen=True)
class Effect:
    """One change that a system accepted from outside. `kind` is the vendor's method or `VERB model`."""

    n: int
    at: str
    company: str
    system: str
    kind: str
    by: str
    payload: Any


class Journal:
    """Numbered records of effects and of requests, each list in order, starting from 1."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.effects: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []

    def effect(self, company: str, system: str, kind: str, by: str, payload: Any) -> None:
        """Record an accepted change; the payload is copied as it stands now."""
        with self._lock:
            row = Effect(
                len(self.effects) + 1, stamp(self._clock.now()), company, system, kind, by, copy.deepcopy(payload)
            )
            self.effects.append(vars(row))

    def request(self, company: str, system: str, reply: Reply) -> None:
        """Record an answered (or deliberately unanswered) request."""
        with self._lock:
            self.requests.append(
                {
                    "n": len(self.requests) + 1, "at": stamp(self._clock.now()), "company": company, "system": system,
                    "method": reply.api, "status": reply.status, "by": reply.by, "write": reply.write,
                    "commands": list(reply.commands),
                }
            )  # fmt: skip

    def effects_since(self, n: int) -> list[dict[str, Any]]:
        """Return the effects numbered above `n`, in order."""
        with self._lock:
            return self.effects[max(n, 0) :]

    def requests_since(self, n: int) -> list[dict[str, Any]]:
        """Return the requests numbered above `n`, in order."""
        with self._lock:
            return self.requests[max(n, 0) :]

    def clear(self) -> None:
        """Forget everything; the next record has the number 1."""
        with self._lock:
            self.effects.clear()
            self.requests.clear()


@dataclass
class Setting:
    """What an emulator is built from.

    config: the company's YAML, as data. people: role or e-mail local part → {name, email}.
    limits: "vendor" or "off". switches: pessimistic behaviours where the contract is silent, by name.
    """

    company: str
    config: dict[str, Any]
    clock: SandboxClock
    journal: Journal
    limits: str = "vendor"
    switches: dict[str, Any] = field(default_factory=dict)


class Emulator(Protocol):
    """One system of one company."""

    name: str
    state: Any
    """All that the system holds: plain data that `copy.deepcopy` can copy; replaced whole on a reset."""

    def handle(self, request: Request) -> Reply:
        """Answer as the vendor would. Called under the company's lock, one request at a time."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many live rows each model holds."""
        ...

    def credential(self, person: str, base_url: str) -> Any:
        """Return what `person` (a role, `worker` or an e-mail's local part) needs to call the system."""
        ...

    def environment(self, base_url: str) -> dict[str, str]:
        """Return the variables, named by the company's YAML, that a worker needs for this system."""
        ...

    def spoil(self, kind: str, request: Request) -> Reply | None:
        """Answer a list call with rows spoilt; None, with nothing done, for a call that lists no rows.

        half_page: half of the rows, while the answer still claims to be a whole page.
        rows_move: a right page, after which rows are edited so that paging by offset would skip or repeat some.
        duplicate_rows: some rows come twice.
        """
        ...

    def refuse_token(self, request: Request) -> Reply:
        """Answer as the vendor does to a token or webhook code that it does not know; nothing is executed."""
        ...

    def refuse(self, kind: str, request: Request) -> Reply:
        """Answer http_429, http_500 or http_503 in the vendor's words; nothing is executed.

        The notes of the reply (`api`, `by`, `write`, `commands`) say what was asked; the journal takes them for every
        request that a fault cuts off before the emulator sees it.
        """
        ...


def stamp(moment: datetime) -> str:
    """Write a moment for the control interface: ISO 8601, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
