"""The one world that all emulators share: its clock, its journals, its faults, its companies.

How requests reach it (sockets, letters) does not belong here.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.bounces import LATE_S, REPORT_S, Habit, Returned, habit, report
from sandbox.faults import Faults
from sandbox.kit import Emulator, Journal, SandboxClock, SandboxError, stamp
from sandbox.letters import letter

_REPORTED, _LATE = timedelta(seconds=REPORT_S), timedelta(seconds=LATE_S)


@dataclass(frozen=True)
class Delivered:
    """A letter as it lies with its recipients: what the client sent, under the lines that the server put above it."""

    content: bytes
    to: tuple[str, ...]
    at: datetime


@dataclass
class Letters:
    """All that one company's mail server holds.

    accepted: every letter, the oldest first; one that reaches nobody lies with nobody. due: what will come, and when. habits: of addresses
    that do not simply take what comes, in lower case.
    """

    accepted: list[Delivered] = field(default_factory=list)
    due: list[Delivered] = field(default_factory=list)
    habits: dict[str, Habit] = field(default_factory=dict)


class Mailbox:
    """The letters of one company's mail server: those that it took, and the reports that it writes of them to their senders."""

    channels = ("email",)

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self.state = Letters()

    def take(self, content: bytes, sender: str, to: Iterable[str]) -> int:
        """Take a letter on and bring it to its recipients, as their addresses behave; return its number. sender: "" for a report."""
        now, reached = self._clock.now(), []
        for address in to:
            how = self.state.habits.get(address.casefold(), Habit())
            if how.verdict is None:
                reached.append(address)
            else:
                returned = Returned(content, sender, address, how.verdict, now, now + _REPORTED)
                self.state.due += _consequences(returned, how.dialect)
        return self.deliver(content, reached, now)

    def deliver(self, content: bytes, to: Iterable[str], at: datetime) -> int:
        """Lay a letter before its recipients, from whomever; return its number."""
        self.arrived().append(Delivered(content, tuple(to), at))
        return len(self.state.accepted)

    def arrived(self) -> list[Delivered]:
        """Return all letters that have come by now, in the order in which they came; the same list for one life of the world."""
        now = self._clock.now()
        came = [each for each in self.state.due if each.at <= now]
        self.state.due = [each for each in self.state.due if each.at > now]
        self.state.accepted.extend(sorted(came, key=lambda each: each.at))
        return self.state.accepted

    def counts(self) -> dict[str, int]:
        """Return how many letters there are."""
        return {"letters": len(self.arrived())}

    def behave(self, channel: str, phone: str, how: str, **more: Any) -> None:
        """Let an address be `how` from now on; raises SandboxError for words that nobody knows."""
        self.state.habits[_address(phone)] = habit(how, more)

    def delivered(self, channel: str, phone: str) -> list[dict[str, str]]:
        """Return the letters that came to an address by now, {subject, text, at}, in the order in which they came."""
        address = _address(phone)
        return [_shown(each) for each in self.arrived() if address in map(str.casefold, each.to)]

    def receive(self, channel: str, phone: str, text: str) -> None:
        """Raise SandboxError: whoever has a letter to write hands it to the server."""
        raise SandboxError("Letters to the company come by SMTP.")


def _consequences(returned: Returned, dialect: str) -> Iterator[Delivered]:
    """Yield what will come of a letter: a report to its sender, if it has one; the letter itself, if it is only late."""
    if returned.sender:
        yield Delivered(report(returned, dialect), (returned.sender,), returned.at)
    if not returned.verdict.is_final:
        yield Delivered(returned.content, (returned.recipient,), returned.at + _LATE)


def _shown(delivered: Delivered) -> dict[str, str]:
    seen = letter(delivered.content, "", delivered.to)
    return {"subject": seen["headers"].get("Subject", ""), "text": seen["text"] or "", "at": stamp(delivered.at)}


def _address(text: str) -> str:
    if "@" not in text:
        raise SandboxError(f"{text!r} is no address of a mailbox.")
    return text.casefold()


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
