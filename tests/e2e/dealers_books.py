"""Dealers who owe, as scenarios play them: goods and money in 1C, days that go by, the worker, and what mailboxes and cards then hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from sandbox.faults import Fault
from sandbox.handset import Handset
from sandbox.people import Person
from sandbox.people.keys import Number
from sandbox.systems.onec.switches import TERM_LAG_S
from sverka.store import findings, runs
from tests.databases import fresh_file
from tests.e2e.town import COMPANIES, Town, town, worker_in

MACHINERY = "machinery"
HYDRO, QUARRY, NEWCOMER = "ООО «ГидроСнаб»", "ООО «Карьерные машины»", "ООО «Новый дилер»"
"""HYDRO owes in the scenarios; QUARRY's money shows that the bank's statement was loaded; 1C alone knew NEWCOMER, who has no mailbox."""
ACCOUNTANT, OFFICE = "glavbuh@gidrosnab.example", "buh@gidrosnab.example"


@dataclass
class Books:
    """The company that sells on deferral, with its worker."""

    town: Town

    def person(self, name: str = "accountant") -> Person:
        """Return somebody with their keys to all systems."""
        return self.town.person(name)

    def at(self, moment: str) -> dict[str, Any]:
        """Run the job at a moment of Moscow, `2026-11-24 14:05`, and once more, which must change nothing; return the first report."""
        report = self.tick(moment)
        before = self.town.mark()
        again = self.run()
        assert (again["planned"], self.town.effects(before)) == ({}, []), again
        return report

    def tick(self, moment: str) -> dict[str, Any]:
        """Run the job at a moment of Moscow, once; return its report."""
        self.set_clock(moment)
        return self.run()

    def set_clock(self, moment: str) -> None:
        """Set the world's time, by Moscow."""
        self.town.set_clock(f"{moment.replace(' ', 'T')}:00+03:00")

    def run(self, job: str = "dunning") -> dict[str, Any]:
        """Run a job, which must go through; return the company's report."""
        report = self.town.run(job)
        assert (report["outcome"], report["failed"], report["unknown"]) == ("done", 0, 0), report
        return report

    def owes(self, roubles: Number, due: date, number: str, client: str = HYDRO) -> str:
        """Ship goods to a client on deferral; return the document's guid."""
        return self.person().ship(client, roubles, due, number)

    def statement_loaded(self) -> None:
        """Load the bank's statement of the day: another client's money is on it."""
        self.person().receive_payment(QUARRY, 1000)

    def hire_accountant(self, client: str = HYDRO, email: str = ACCOUNTANT) -> None:
        """Write down who keeps a client's books."""
        self.person("manager").make_contact("Вера", "Счётова", email=email, post="Главный бухгалтер", company=client)

    def give_to(self, name: str, client: str = HYDRO) -> None:
        """Make somebody responsible for a client."""
        head = self.person("head")
        card, user = head.client(client)["id"], head._user(name)
        head.bitrix("crm.item.update", {"entityTypeId": 4, "id": card, "fields": {"assignedById": user}})

    def letters(self, address: str = ACCOUNTANT) -> list[dict[str, str]]:
        """Return the letters at a mailbox, {subject, text, at}, with spaces as people type them."""
        came = Handset(self.town.sandbox.ready, MACHINERY, address).messages("email")
        return [
            {name: text.replace("\u00a0", " ").replace("\u202f", " ") for name, text in row.items()} for row in came
        ]

    def sent(self) -> list[str]:
        """Return to whom the worker wrote letters, each address as often as it was written to."""
        sent = [row["payload"] for row in self.town.effects() if row["system"] == "mail"]
        return [str(each["headers"]["To"]) for each in sent]

    def card(self, client: str = HYDRO) -> dict[str, str]:
        """Return what a client's card shows."""
        return self.person("owner").client_card(client)

    def todos(self, client: str = HYDRO, *, is_open: bool = True) -> list[tuple[str, str]]:
        """Return the to-dos of a client's card, open or done ones: (what is to be done, by whom)."""
        owner = self.person("owner")
        names = {each: str(owner._user(each)) for each in ("owner", "manager", "head", "accountant")}
        by_id = {number: name for name, number in names.items()}
        return [
            (row["SUBJECT"], by_id.get(str(row["RESPONSIBLE_ID"]), row["RESPONSIBLE_ID"]))
            for row in owner.client_todos(client)
            if (row["COMPLETED"] == "N") == is_open
        ]

    def kept_back(self) -> list[str]:
        """Return by which gates the last run kept steps towards debtors back."""
        with self.town.app.store.reading() as tx:
            (last,) = runs.history(tx, 1, MACHINERY, "dunning")
            return [each.detail for each in runs.skips(tx, last.id) if each.reason == "debt_gate"]

    def unread(self) -> list[str]:
        """Return which sources the last run of debts left alone, for they were not read to the end."""
        with self.town.app.store.reading() as tx:
            (last,) = runs.history(tx, 1, MACHINERY, "dunning")
            return [each.subject for each in runs.skips(tx, last.id) if each.reason == "incomplete_read"]

    def told(self, what: str) -> list[str]:
        """Return the sentences that stand open for people and hold certain words."""
        with self.town.app.store.reading() as tx:
            found = [each.finding.text for each in findings.open_items(tx, MACHINERY)]
        return [text for text in found if what in text]

    def fail(self, kind: str, system: str = "onec") -> None:
        """Let a system fail at everything."""
        self.town.sandbox.world.faults.arm(Fault(MACHINERY, system, kind, None, 1.0, Random(0), 0))

    def well(self) -> None:
        """Let all systems answer again."""
        self.town.sandbox.world.faults.clear()

    def let_ageing_lag(self, seconds: int) -> None:
        """Let the register with the due days know of a posting so much later; 0 for at once."""
        emulator: Any = self.town.sandbox.world.companies[MACHINERY].emulators["onec"]
        emulator._setting.switches[TERM_LAG_S] = float(seconds)

    def environ(self, folder: Path) -> dict[str, str]:
        """Return what a command reads that works with the same store, in a folder, and the same systems."""
        ours = {"SVERKA_DATABASE_URL": fresh_file(folder), "SVERKA_MARK_FILE": f"{folder}/sverka.mark"}
        return {**self.town.sandbox.ready["env"], **ours, "SVERKA_CLOCK_JUMPS": "allow"}

    def requisites(self) -> list[tuple[str, str]]:
        """Return the numbers of all cards: (ИНН, КПП)."""
        rows = self.person("owner").bitrix(
            "crm.requisite.list", {"select": ["RQ_INN", "RQ_KPP"], "order": {"ID": "ASC"}}
        )
        return [(row["RQ_INN"], row["RQ_KPP"] or "") for row in rows]


def with_holds_set_by_themselves(folder: Path) -> Path:
    """Write the company's file into `folder`, such that holds need nobody's word; return where it lies."""
    known = (COMPANIES / f"{MACHINERY}.yaml").read_text(encoding="utf-8")
    text = known.replace("  holds: propose\n", "  holds: auto\n")
    assert text != known
    companies = folder / "companies"
    companies.mkdir()
    (companies / f"{MACHINERY}.yaml").write_text(text, encoding="utf-8")
    return companies


@contextmanager
def acquainted(folder: Path) -> Iterator[tuple[Town, bytes]]:
    """Open the company after the worker's first run, and yield it with the worker's store; `reset` of the world comes back to there."""
    with town(folder, sockets=False, company=MACHINERY) as opened:
        books = Books(opened)
        books.give_to("manager")
        report = books.run()
        assert report["planned"] == report["done"], report
        assert books.run()["planned"] == {}
        opened.sandbox.world.begin()
        yield opened, (folder / "sverka.db").read_bytes()


@contextmanager
def opened_again(known: tuple[Town, bytes], folder: Path, companies: Path = COMPANIES) -> Iterator[Books]:
    """Open it anew as it stood after the first run."""
    first, store = known
    first.sandbox.world.reset()
    Books(first).let_ageing_lag(seconds=0)
    database = fresh_file(folder, lambda: store)
    with worker_in(first.sandbox, folder, database, companies, sockets=False, company=MACHINERY) as opened:
        yield Books(opened)
