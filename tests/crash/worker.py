"""The worker as a process of its own, started in milliseconds: forked from a server that has imported everything and done nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sverka import app as application
from sverka.companies.load import load_companies
from sverka.domain.clock import MachineClock, zone_names
from tests.crash import bugs
from tests.crash.points import Points, install
from tests.e2e.town import COMPANY, told_by

_WARM = (
    "tests.crash.worker", "jobs.agreement", "jobs.digest", "jobs.inbox", "jobs.outbox",
    "jobs.reviews", "jobs.visits", "sverka.messages.charts.drawing", "sverka.store.schema",
    "sverka.store.sqlite", "sverka.store.postgres", "psycopg", "httpcore", "h11", "anyio", "certifi",
    "xlsxwriter", "matplotlib.backends.backend_agg", "matplotlib.figure",
)  # fmt: skip
CHANNELS = ("email", "max", "sms")
"""Clients get letters, of which nobody can tell whether they went; the others are told by MAX and SMS, where that can be looked up."""
_SPEED_UP = 200
"""Waits are this much shorter than they say: what a run waits for is somebody else, who is on this machine."""
_LONGEST_S = 120.0

# What any process would read first, read once for all of them: this module is loaded by the server they are forked from.
zone_names()
with TemporaryDirectory() as folder:
    load_companies(told_by(Path(folder), *CHANNELS))

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(list(_WARM))


class SharedClock(MachineClock):
    """The machine's clock, moved on for all processes of a schedule at once, monotonic seconds as well."""

    def __init__(self, ahead: Any) -> None:
        super().__init__(self._doze)
        self._ahead, self._dozed_s = ahead, 0.0

    def real(self) -> datetime:
        return super().real() + timedelta(seconds=self._ahead.value)

    def monotonic(self) -> float:
        return super().monotonic() + float(self._ahead.value) + self._dozed_s

    def _doze(self, seconds: float) -> None:
        """Sleep a little, and take it for the whole wait: who is patient for minutes gives up after seconds."""
        time.sleep(seconds / _SPEED_UP)
        self._dozed_s += seconds * (1 - 1 / _SPEED_UP)


@dataclass(frozen=True)
class Order:
    """What a worker has to do. at: what happens to it at which step, counted since a step with one of these words. bug: what is broken."""

    environ: Mapping[str, str]
    jobs: tuple[str, ...]
    at: Mapping[int, str] = field(default_factory=dict)
    bug: str = ""
    since: tuple[str, ...] = ("",)


@dataclass
class Ended:
    """How a worker ended. reports: of its company, by run; empty if it was killed. points: the steps it reached."""

    exit_code: int
    reports: list[dict[str, Any]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)


class Worker:
    """A started worker."""

    def __init__(self, order: Order, ahead: Any) -> None:
        self._heard, told = FORK.Pipe(duplex=False)
        self.process: BaseProcess = FORK.Process(target=_work, args=(order, ahead, told))
        self.process.start()
        told.close()

    def end(self) -> Ended:
        """Wait until it is over."""
        reports, points = [], []
        with suppress(EOFError):
            if self._heard.poll(_LONGEST_S):
                reports, points = self._heard.recv()
        self.process.join(_LONGEST_S)
        assert self.process.exitcode is not None, "the worker hangs"
        return Ended(self.process.exitcode, reports, points)

    def wake(self) -> None:
        """Let it go on."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def is_paused(self) -> bool:
        """Wait until it is paused or over; say which."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        until = time.monotonic() + _LONGEST_S
        while time.monotonic() < until:
            if not self.process.is_alive():
                return False
            if stat.read_text().rpartition(")")[2].split()[0] == "T":
                return True
            time.sleep(0.002)
        raise AssertionError("the worker hangs")


def _work(order: Order, ahead: Any, told: Connection) -> None:
    bugs.plant(order.bug)
    points = Points(order.at, order.since)
    install(points)
    with application.opened(order.environ, clock=SharedClock(ahead)) as app:
        reports = [application.run(app, job, COMPANY)[0].as_json()["companies"][0] for job in order.jobs]
    told.send((reports, points.names))
