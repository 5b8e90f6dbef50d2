"""The one world that all emulators share: its clock, its journals, its faults, its companies.

How requests reach it (sockets, letters) does not belong here.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.faults import Faults
from sandbox.kit import Emulator, Journal, SandboxClock


@dataclass(frozen=True)
class Delivered:
    """A letter as it lies with its recipients: what the client sent, under the lines that the server put above it."""

    content: bytes
    to: tuple[str, ...]
    at: datetime


@dataclass
class Mailbox:
    """The letters that one company's mail server has accepted, oldest first."""

    state: list[Delivered] = field(default_factory=list)

    def deliver(self, content: bytes, to: Iterable[str], at: datetime) -> int:
        """Keep a letter, from whomever; return its number."""
        self.state.append(Delivered(content, tuple(to), at))
        return len(self.state)

    def counts(self) -> dict[str, int]:
        """Return how many letters were accepted."""
        return {"letters": len(self.state)}


@dataclass
class Company:
    """One company: its YAML as data, its people, its systems. Requests are served one at a time, under `lock`.

    people: a role, `worker` or the local part of an e-mail → {name, email}. mailbox: None if it sends no mail.
    """

    name: str
    config: dict[str, Any]
    people: dict[str, dict[str, str]]
    emulators: dict[str, Emulator] = field(default_factory=dict)
    mailbox: Mailbox | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def parts(self) -> dict[str, Emulator | Mailbox]:
        """Return everything that holds state, by the system's name."""
        return {**self.emulators, **({} if self.mailbox is None else {"mail": self.mailbox})}

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows each model of each system holds."""
        with self.lock:
            return {system: part.counts() for system, part in self.parts().items()}


class World:
    """The companies under one clock, with one journal; it can go back to its start."""

    def __init__(self, start: datetime, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._running = False
        self.clock = SandboxClock(start, self._seconds)
        self.journal = Journal(self.clock)
        self.faults = Faults()
        self.companies: dict[str, Company] = {}
        self._start = start
        self._states: dict[tuple[str, str], Any] = {}

    def begin(self) -> None:
        """Take the present state as the one to which `reset` returns, and let the time run."""
        self._states = {
            (company.name, system): copy.deepcopy(part.state)
            for company in self.companies.values()
            for system, part in company.parts().items()
        }
        self._running = True
        self.clock.set(self._start)

    def reset(self) -> None:
        """Return to the state and the clock right after start; forget journals, faults and letters."""
        with ExitStack() as stack:
            for company in self.companies.values():
                stack.enter_context(company.lock)
            for (name, system), state in self._states.items():
                self.companies[name].parts()[system].state = copy.deepcopy(state)
            self.faults.clear()
            self.journal.clear()
            self.clock.set(self._start)

    def _seconds(self) -> float:
        return self._monotonic() if self._running else 0.0  # time stands still while the world is being built
