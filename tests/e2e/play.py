"""A company at work, as scenarios play it: people act, time passes, the worker runs, and then the world is looked at.

How the worker runs is none of a scenario's business: `by_commands` starts `sverka` anew each time, as cron does, `in_memory` asks the
same application in this process. Nothing here looks at what the worker called; only at what the systems hold afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from sandbox.people import Person
from sverka.cli import main
from tests.e2e.town import COMPANIES, COMPANY, control, experienced_file, town

MONDAY = "2026-11-23T10:00:00+03:00"
SHOP, SERVICE = "Интернет-магазин", "Сервис"
LAMP, LENS, MODULE, GLASS, SEALANT = "LAMP-D2S-PHILIPS", "HL-HELLA-3R-5", "LED-AOZOOM-A6", "GLASS-E90-L", "SEAL-ORCA-45"
RARE = "FARA-BMW-F10-L"
"""A headlight of which Moscow has one and nobody else has any."""
GLASS_WORK, ADJUSTING = "SRV-GLASS", "SRV-ADJUST"
MOSCOW, PETERSBURG = "Склад Москва", "Склад Санкт-Петербург"

Command = Callable[..., str]
"""Runs `sverka` with arguments and returns its standard output."""


@dataclass
class Play:
    """The world and its people, with one worker."""

    ready: Mapping[str, Any]
    command: Command
    job: Callable[[str], dict[str, Any]]
    _people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str = "manager") -> Person:
        """Return somebody with their own keys to both systems."""
        return self._people.setdefault(name, Person(self.ready, COMPANY, name))

    def run(self, job: str = "agreement") -> dict[str, Any]:
        """Run a job, which must go through; return the company's report."""
        report = self.job(job)
        assert report["outcome"] == "done", report
        assert (report["failed"], report["unknown"]) == (0, 0), report
        return report

    def settle(self, job: str = "agreement") -> dict[str, Any]:
        """Run a job twice; the second run must change nothing. Return the first report."""
        report = self.run(job)
        self.rest(job)
        return report

    def rest(self, job: str = "agreement") -> None:
        """Run a job that must have nothing left to do."""
        before = self.changes()
        report = self.run(job)
        assert (report["planned"], self.changes()[len(before) :]) == ({}, [])

    def forward(self, **span: float) -> None:
        """Let time pass."""
        control(self.ready["control"], "/_world/clock", {"forward_s": timedelta(**span).total_seconds()})

    def set_clock(self, moment: str) -> None:
        """Set the world's time."""
        control(self.ready["control"], "/_world/clock", {"now": moment})

    def now(self) -> datetime:
        """Return the world's time."""
        return datetime.fromisoformat(control(self.ready["control"], "/_world")["now"])

    def changes(self) -> list[dict[str, Any]]:
        """Return everything that the worker has changed in the world."""
        rows: list[dict[str, Any]] = control(self.ready["control"], "/_world/effects?since=0")
        return [row for row in rows if row["by"] == "worker"]

    def letters(self) -> list[dict[str, Any]]:
        """Return the letters that were sent."""
        return [row["payload"] for row in self.changes() if row["system"] == "mail"]

    def card(self, deal: int) -> dict[str, str]:
        """Return what the card of a deal shows."""
        return self.person("owner").deal(deal)

    def deal_of(self, shop_order: int) -> int:
        """Return the deal to which an order of the store is linked."""
        deal = self.person("owner").deal_of_shop_order(shop_order)
        assert deal is not None, f"order {shop_order} of the store has no deal"
        return deal

    def goods_of_deal(self, deal: int) -> list[tuple[str, Decimal | int, Decimal | int]]:
        """Return a deal's lines as (name, amount, price), sorted."""
        rows = self.person("owner").deal_lines(deal)
        return sorted(
            (str(row["productName"]), Decimal(str(row["quantity"])), Decimal(str(row["price"]))) for row in rows
        )

    def goods_of_shop_order(self, order: int) -> list[tuple[str, Decimal | int, Decimal | int]]:
        """Return a store's order's basket as (name, amount, price), sorted."""
        rows = self.person("owner").shop_order(order)["basketItems"]
        return sorted((str(row["name"]), Decimal(str(row["quantity"])), Decimal(str(row["price"]))) for row in rows)

    def order(self, deal: int) -> dict[str, Any]:
        """Return the only order of a deal in the ledger, with the name of its status under `is`."""
        orders = self.orders(deal)
        assert len(orders) == 1, f"deal {deal} has {len(orders)} orders"
        return {**orders[0], "is": self.person("owner").order_status(orders[0]["id"])}

    def orders(self, deal: int) -> list[dict[str, Any]]:
        """Return all orders of a deal in the ledger."""
        rows = self.person("owner").ledger("GET", "customerorders", {"limit": 250})
        return [row for row in rows if f"deal:{deal}" in (row["comment"] or "").split()]

    def shipments(self, deal: int) -> list[dict[str, Any]]:
        """Return the shipments of a deal's order, drafts too."""
        return self.person("owner").shipments(self.order(deal)["id"])

    def receipts(self, deal: int) -> list[tuple[str, str]]:
        """Return the cash that is bound to a deal's order, as (desk, sum)."""
        return [(row["cash"], row["linked"]) for row in self.person("owner").cash_receipts(self.order(deal)["id"])]

    def held(self, good: str, store: str = MOSCOW) -> Decimal | int:
        """Return how much of a good is reserved in a store, for whomever."""
        return self.person("owner").stock(good, store)[1]

    def lying(self, good: str, store: str = MOSCOW) -> Decimal | int:
        """Return how much of a good lies in a store."""
        return self.person("owner").stock(good, store)[0]

    def told(self, person: str, what: str = "") -> list[str]:
        """Return the portal's notices to a person that hold certain words, the oldest first."""
        return [row["text"] for row in reversed(self.person(person).notifications()) if what in row["text"]]

    def todos(self, deal: int, *, is_open: bool | None = None) -> list[str]:
        """Return the to-dos in the card of a deal by their titles."""
        rows = self.person("owner").todos(deal)
        return [row["SUBJECT"] for row in rows if is_open is None or (row["COMPLETED"] == "N") == is_open]

    def tasks(self, deal: int | None = None, *, is_open: bool = True) -> list[dict[str, Any]]:
        """Return the tasks of one deal or of all, open or completed ones."""
        return [row for row in self.person("owner").tasks(deal) if (row["status"] != "5") == is_open]

    def questions(self) -> list[dict[str, Any]]:
        """Return what stands open in the worker's list, as `sverka queue list` prints it."""
        items: list[dict[str, Any]] = json.loads(self.command("queue", "list", "--json"))["items"]
        return items

    def findings(self, what: str) -> list[str]:
        """Return the sentences of what stands open and holds certain words."""
        return [item["text"] for item in self.questions() if what in item["text"]]


def by_commands(ready: Mapping[str, Any], folder: Path) -> Play:
    """Play with a served sandbox and the command line over HTTP, each command from the environment on, from the world's first moment.

    The commands run in this process: what a process of its own costs is imports. That it makes no difference, `test_commands` shows.
    """
    control(ready["control"], "/_world/reset", {})
    command = _command(_environment(ready, folder))

    def job(name: str) -> dict[str, Any]:
        company: dict[str, Any] = json.loads(command("run", name, "--company", COMPANY, "--json"))["companies"][0]
        return company

    return _begun(Play(ready, command, job))


@contextmanager
def in_memory(folder: Path, companies: Path = COMPANIES) -> Iterator[Play]:
    """Play in this process, without sockets between the worker and the systems."""
    with town(folder, companies=companies, sockets=False) as opened:
        env = _environment(opened.sandbox.ready, folder) | {"SVERKA_COMPANIES": str(companies)}
        yield _begun(Play(opened.sandbox.ready, _command(env), opened.run))


def _command(env: Mapping[str, str]) -> Callable[..., str]:
    def command(*arguments: str) -> str:
        done = CliRunner().invoke(main, arguments, env=env)
        assert done.exit_code == 0, done.output
        return done.stdout

    return command


def _begun(play: Play) -> Play:
    play.set_clock(MONDAY)
    return play


def _environment(ready: Mapping[str, Any], folder: Path) -> dict[str, str]:
    ours = {"SVERKA_DATABASE_URL": experienced_file(folder), "SVERKA_MARK_FILE": f"{folder}/sverka.mark"}
    return {**ready["env"], **ours, "SVERKA_CLOCK_JUMPS": "allow"}
