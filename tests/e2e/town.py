"""A company in the sandbox with its worker, for tests that look at the world: what the systems hold afterwards.

`Town` runs in this process over real sockets; `serve` and `sverka` use the same commands that a user runs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.people import Person
from sandbox.serve import Sandbox, start
from sverka import app as application
from sverka.app import App
from sverka.domain.clock import MachineClock
from sverka.domain.messaging.names import CHOICES
from sverka.systems.http import HttpSettings
from tests.databases import fresh_file
from tests.e2e.memory import MemoryTransport

ROOT = Path(__file__).resolve().parents[2]
COMPANIES = ROOT / "config" / "companies"
COMPANY = "headlights"
SVERKA = [sys.executable, "-c", "from sverka.cli import main; main()"]


class MovableClock(MachineClock):
    """The machine's clock, which a test may move on instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta()
        self.is_felt = True
        """Whether what was moved on is felt by whoever waits. A lease feels it too, but is renewed in the machine's time only."""

    def real(self) -> datetime:
        """Return the machine's time and what it was moved on by."""
        return super().real() + self.ahead

    def monotonic(self) -> float:
        """Return the machine's seconds and what it was moved on by: who waits long enough gives up."""
        return super().monotonic() + (self.ahead.total_seconds() if self.is_felt else 0.0)

    def wait(self, seconds: float) -> None:
        """Wait by moving on."""
        self.ahead += timedelta(seconds=seconds)


class Town:
    """The sandbox, the worker and the people."""

    def __init__(
        self, sandbox: Sandbox, app: App, transport: MemoryTransport | None, clock: MovableClock, company: str = COMPANY
    ) -> None:
        self.sandbox, self.app, self.transport, self.clock, self.company = sandbox, app, transport, clock, company
        self._people: dict[str, Person] = {}

    def person(self, name: str = "manager") -> Person:
        """Return somebody with their own keys to both systems."""
        if name not in self._people:
            self._people[name] = Person(self.sandbox.ready, self.company, name)
        return self._people[name]

    def run(self, job: str = "agreement", **options: Any) -> dict[str, Any]:
        """Run a job as the command line does and return the company's report."""
        report, _ = application.run(self.app, job, self.company, **options)
        company: dict[str, Any] = report.as_json()["companies"][0]
        return company

    def settle(self) -> dict[str, Any]:
        """Run the main job until it plans nothing; return the last report."""
        for _ in range(3):
            report = self.run()
            assert report["outcome"] == "done", report
            if not report["planned"]:
                return report
        raise AssertionError(f"three runs were not enough: {report}")

    def forward(self, **span: int) -> None:
        """Let time pass in the world."""
        self.sandbox.world.clock.forward(timedelta(**span).total_seconds())

    def later(self, **span: int) -> None:
        """Let time pass for the worker and in the world."""
        self.clock.ahead += timedelta(**span)
        self.forward(**span)

    def set_clock(self, moment: str) -> None:
        """Set the world's time."""
        self.sandbox.world.clock.set(datetime.fromisoformat(moment))

    def mark(self) -> int:
        """Return the number of the last effect, for `effects(since=…)`."""
        return len(self.sandbox.world.journal.effects)

    def effects(self, since: int = 0, by: str = "worker") -> list[dict[str, Any]]:
        """Return what somebody changed in the systems."""
        return [row for row in self.sandbox.world.journal.effects[since:] if row["by"] == by]

    def kinds(self, since: int = 0) -> list[str]:
        """Return what the worker did, as the vendors name it."""
        return [row["kind"] for row in self.effects(since)]

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the worker's requests."""
        return [row for row in self.sandbox.world.journal.requests[since:] if row["by"] == "worker"]

    def order_of(self, deal: int) -> dict[str, Any]:
        """Return the only order of a deal, as the ledger shows it."""
        orders = [row for row in self.rows("customerorders") if f"deal:{deal}" in (row["comment"] or "").split()]
        assert len(orders) == 1, f"deal {deal} has {len(orders)} orders"
        return orders[0]

    def orders_of(self, deal: int) -> list[dict[str, Any]]:
        """Return all orders of a deal."""
        return [row for row in self.rows("customerorders") if f"deal:{deal}" in (row["comment"] or "").split()]

    def rows(self, model: str, **filters: Any) -> list[dict[str, Any]]:
        """Return all living rows of a model of the ledger, asked as the owner."""
        found: list[dict[str, Any]] = []
        page = 1
        while rows := self.person("owner").ledger("GET", model, {"limit": 250, "page": page, **filters}):
            found += rows
            page += 1
            if len(rows) < 250:
                break
        return found

    def lines_of(self, order: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return an order's lines as (good, amount, price), sorted."""
        rows = self.rows("customerordergoods", customer_order_id=order["id"])
        return sorted((row["good_id"], row["amount"], row["price"]) for row in rows)

    def reserves_of(self, order: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the reservations of an order."""
        return self.rows("reservations", customer_order_id=order["id"])


def experienced_file(folder: Path) -> str:
    """Return the address of a file in `folder`: if new, the store of a worker that has read the little world, and did nothing."""
    return fresh_file(folder, _experience)


@cache
def _experience() -> bytes:
    """Read the little world for all tests of this process: that takes longer than what most of them do."""
    with tempfile.TemporaryDirectory() as folder:
        with town(Path(folder), sockets=False, database=fresh_file(Path(folder))) as read:
            report = read.run()
            assert (report["outcome"], report["planned"], read.effects()) == ("done", {}, [])
        return (Path(folder) / "sverka.db").read_bytes()


def told_by(folder: Path, *channels: str) -> Path:
    """Write the company's file into `folder`, such that clients are told by some channels alone; return where it lies."""
    known = (COMPANIES / f"{COMPANY}.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^  channels: \[.*\]$", f"  channels: [{', '.join(channels)}]", known, flags=re.MULTILINE)
    choices = [choice for choice, channel in CHOICES.items() if channel in (*channels, "")]
    text = re.sub(r"options: \[MAX, .*\]", f"options: [{', '.join(choices)}]", text)
    assert text != known
    companies = folder / "told_by"
    companies.mkdir()
    (companies / f"{COMPANY}.yaml").write_text(text, encoding="utf-8")
    return companies


@contextmanager
def town(
    folder: Path, load: Path | None = None, companies: Path = COMPANIES, *, sockets: bool = True, database: str = "",
    jumps: bool = True, company: str = COMPANY,
) -> Iterator[Town]:  # fmt: skip
    """Open a town: a sandbox without limits, a fresh store; the worker over sockets, or straight into the emulators.

    database: the address of the store; if none is given, a file in `folder`, of a worker that has read the little world before.
    jumps: the world's clock is moved on purpose.
    """
    with start([company], companies, load=load, limits="off") as sandbox:
        known = (companies, company) == (COMPANIES, COMPANY) and not load
        address = database or (experienced_file(folder) if known else fresh_file(folder))
        with worker_in(sandbox, folder, address, companies, sockets=sockets, jumps=jumps, company=company) as opened:
            yield opened


@contextmanager
def worker_in(
    sandbox: Sandbox, folder: Path, database: str, companies: Path = COMPANIES, *, sockets: bool = True, jumps: bool = True,
    company: str = COMPANY,
) -> Iterator[Town]:  # fmt: skip
    """Put a worker with a store into a sandbox that runs already."""
    environ = {
        **sandbox.ready["env"],
        "SVERKA_DATABASE_URL": database,
        "SVERKA_COMPANIES": str(companies),
        "SVERKA_MARK_FILE": f"{folder}/sverka.mark",
        **({"SVERKA_CLOCK_JUMPS": "allow"} if jumps else {}),
    }
    transport, clock = None if sockets else MemoryTransport(sandbox), MovableClock()
    with application.opened(environ, clock=clock, http=HttpSettings(transport=transport)) as app:
        yield Town(sandbox, app, transport, clock, company)


@contextmanager
def serve(*options: str) -> Iterator[dict[str, Any]]:
    """Run `sverka sandbox serve` as a user does; return what it prints when it is ready."""
    command = [*SVERKA, "sandbox", "serve", "--company", COMPANY, "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, "the sandbox did not start"
            yield json.loads(line)
        finally:
            process.terminate()


def sverka(*arguments: str, env: Mapping[str, str], code: int = 0) -> str:
    """Run a command as a user does; check its exit code and return its standard output."""
    done = subprocess.run(
        [*SVERKA, *arguments],
        cwd=ROOT,
        env={**clean_environment(), **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, f"exit {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def control(url: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Ask the sandbox's control interface."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url.rstrip("/") + path, data=data), timeout=30) as answer:
        return json.load(answer)


def clean_environment() -> dict[str, str]:
    """Return the environment without anything that a worker would read."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SVERKA_", "HEADLIGHTS_"))}
