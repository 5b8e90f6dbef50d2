"""1C beside the other systems: who asks it and who does not, what is remembered of it, and a base that does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobs.agreement import JOB as AGREEMENT
from jobs.sweep import JOB as SWEEP
from sverka import app as application
from sverka.companies.load import load_companies
from sverka.domain.account_rows import Contract, Debt, Settled
from sverka.domain.plan import Finding, Plan
from sverka.domain.rows import Row
from sverka.domain.runs import CompanyReport
from sverka.settings import NotConnected, SettingsError
from sverka.store import findings, mirror
from sverka.work import runner
from sverka.work.accounts import FAMILIES
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job, Polls
from tests.contract.onec_rows import OBJECT, SHIPMENT, ageing, balance, contract, one_of_each
from tests.contract.onec_vendor import AGEING, CONTRACTS, SETTLEMENTS, HandOnec
from tests.contract.vendors import StoppedClock
from tests.e2e.town import COMPANIES, COMPANY, Town, town

_OTHER_SHAPES = {
    "HEADLIGHTS_SMTP_URL": "smtp://127.0.0.1:25", "HEADLIGHTS_IMAP_URL": "imap://a:b@127.0.0.1:143", "HEADLIGHTS_SMSC_URL": "https://a:b@127.0.0.1",
    "HEADLIGHTS_WHATSAPP_URL": "https://127.0.0.1/waInstance1/token", "HEADLIGHTS_MAX_URL": "https://127.0.0.1/v3/waInstance1/token",
}  # fmt: skip


class WorldClock(StoppedClock):
    """The clock of the town's world, which stands still for the client."""

    def __init__(self, place: Town) -> None:
        super().__init__()
        self._place = place
        self.ahead = timedelta()

    def real(self) -> datetime:
        return self._place.sandbox.world.clock.now() + self.ahead


@dataclass
class Books:
    """A town whose company has 1C as well, and jobs that ask it."""

    place: Town
    base: HandOnec
    looks: list[Look] = field(default_factory=list)
    number: int = 0

    def run(self, job: Job) -> CompanyReport:
        """Run a job as it runs, with 1C on the desk."""
        desk = self.place.app.desk(self.place.app.chosen(COMPANY)[0])
        assert not isinstance(desk, NotConnected)
        self.number += 1
        with closing(replace(desk, accounts=self.base.client())) as whole:
            return runner.run(job, whole, runner.Order(f"test {self.number}", "test")).report

    def read(self) -> CompanyReport:
        """Run a job that reads portal and 1C, and plans nothing."""

        def plan(_desk: Desk, look: Look) -> Plan:
            self.looks.append(look)
            return Plan()

        return self.run(Job("debts", "Read 1C", (), plan, lambda *_: True, polls=Polls.ACCOUNTS, passes=1))

    def rows(self, row_type: type[Row]) -> list[Any]:
        with self.place.app.store.reading() as tx:
            return list(mirror.where(tx, COMPANY, row_type))

    def found(self) -> list[Finding]:
        with self.place.app.store.reading() as tx:
            return [item.finding for item in findings.open_items(tx, COMPANY) if item.finding.subject == "source:onec"]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with town(tmp_path, sockets=False) as place:
        base = HandOnec(sets=one_of_each())
        base.clock = WorldClock(place)
        yield Books(place, base)


def test_a_job_about_debts_reads_portal_and_1c_and_leaves_the_ledger_alone(books: Books) -> None:
    report = books.read()
    assert (report.outcome, books.looks[0].systems, books.looks[0].incomplete) == (
        "done",
        {"bitrix24", "onec"},
        frozenset(),
    )
    assert {system for system, count in report.requests.items() if count} == {"bitrix24", "onec"}
    assert {family: len(books.rows(kind)) for family, kind in FAMILIES.items()} == dict.fromkeys(FAMILIES, 1)
    (debt,) = books.rows(Debt)
    assert (debt.ext_id, debt.residual_kopecks) == (f"{OBJECT}:{SHIPMENT}:2026-09-10", 8_430_050)


def test_jobs_about_deals_ask_1c_nothing(books: Books) -> None:
    assert books.run(AGREEMENT).outcome == "done"
    assert books.base.requests == []


def test_a_company_without_1c_asks_nothing_more(books: Books) -> None:
    with_ledger = books.place.run()["requests"]
    assert set(with_ledger) == {"bitrix24", "business_ru"}


def test_a_second_reading_asks_for_no_object_that_stands_as_it_stood(books: Books) -> None:
    books.read()
    first, before = len(books.base.requests), [books.rows(kind) for kind in FAMILIES.values()]
    books.read()
    asked = books.base.asked()[first:]
    assert [name for name in asked if name.startswith(("Document_Реал", "Catalog_Ключи", "Catalog_ВидыЦен"))] == []
    assert {options["$select"] for options in books.base.queries(CONTRACTS)[1:] if "$select" in options} >= {
        "Ref_Key,DataVersion"
    }
    assert [books.rows(kind) for kind in FAMILIES.values()] == before


def test_the_sweep_reads_all_of_1c_anew_and_once(books: Books) -> None:
    books.read()
    first = len(books.base.requests)
    books.run(SWEEP)
    asked = books.base.asked()[first:]
    assert [asked.count(name) for name in (CONTRACTS, "Document_РеализацияТоваровУслуг", f"{AGEING}/Balance()")] == [
        1,
        1,
        1,
    ]


def test_a_debt_that_is_paid_is_forgotten_and_an_edited_contract_is_known_anew(books: Books) -> None:
    books.read()
    books.base.sets |= {
        AGEING: [], SETTLEMENTS: [], CONTRACTS: [contract(DataVersion="AAAAAAABT9o=", ДопустимаяСуммаЗадолженности=1)],
    }  # fmt: skip
    books.read()
    assert (books.rows(Debt), books.rows(Settled)) == ([], [])
    assert [row.limit_kopecks for row in books.rows(Contract)] == [100]


def test_a_base_that_does_not_answer_ends_no_run_and_takes_nothing_from_what_is_known(books: Books) -> None:
    books.read()
    books.base.faults = [httpx.ConnectError("refused")] * 3
    assert books.read().outcome == "done"
    assert books.looks[1].incomplete == set(FAMILIES)
    assert len(books.rows(Debt)) == 1
    assert {(each.kind, each.aspect) for each in books.found()} == {("stale_source", family) for family in FAMILIES}
    assert books.run(AGREEMENT).outcome == "done"
    assert len(books.found()) == len(FAMILIES), "who has not asked 1C cannot say that it answers again"
    books.read()
    assert books.found() == []


def test_a_row_that_cannot_be_understood_is_told_and_keeps_what_was_known_of_it(books: Books) -> None:
    books.read()
    books.base.sets[AGEING] = [ageing("много")]
    books.read()
    assert [row.residual_kopecks for row in books.rows(Debt)] == [8_430_050]
    assert [each.text for each in books.found() if "debts" in each.aspect] == [
        f"Не удалось понять запись № {OBJECT}:{SHIPMENT}:2026-09-10 (onec debts): ДолгBalance: not a number: 'много'. Исправьте её в 1С."
    ]


@pytest.mark.parametrize(("left", "believed"), [(1, True), (0, False)], ids=["a day of payments", "an empty base"])
def test_many_debts_may_be_paid_at_once_but_not_all(books: Books, left: int, *, believed: bool) -> None:
    books.base.sets |= {
        AGEING: [ageing(10, number=number) for number in range(1, 31)],
        SETTLEMENTS: [balance(300)],
        "Document_РеализацияТоваровУслуг": [],
    }
    books.read()
    books.base.sets[AGEING] = books.base.sets[AGEING][:left]
    books.read()
    assert len(books.rows(Debt)) == (left if believed else 30)
    assert ("debts" not in books.looks[1].incomplete) == believed


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://u:p@1c.example/ut", ""),
        ("https://1c.example/ut", "THE_ONEC_URL: a base of 1C looks like https://LOGIN:PASSWORD@host"),
    ],
    ids=["an address", "no login"],
)
def test_the_file_of_a_company_puts_1c_on_its_desk(tmp_path: Path, address: str, told: str) -> None:
    text = (COMPANIES / f"{COMPANY}.yaml").read_text(encoding="utf-8")
    text = text.replace("\n  mail:\n", "\n  onec: {url: THE_ONEC_URL}\n  mail:\n")
    (tmp_path / f"{COMPANY}.yaml").write_text(text, encoding="utf-8")
    (company,) = load_companies(tmp_path)
    secrets = dict.fromkeys(company.connection.variables, "https://a:b@127.0.0.1/rest/1/code/") | {
        **_OTHER_SHAPES, "THE_ONEC_URL": address, "SVERKA_COMPANIES": str(tmp_path), "SVERKA_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
    }  # fmt: skip
    with application.opened(secrets) as app:
        if told:
            with pytest.raises(SettingsError, match=told):
                app.desk(company)
            return
        desk = app.desk(company)
        assert isinstance(desk, Desk)
        with closing(desk):
            assert desk.accounts is not None
            assert desk.accounts.place.site == "https://1c.example"


def test_a_clock_of_1c_that_is_wrong_stops_what_goes_by_time(books: Books) -> None:
    assert isinstance(books.base.clock, WorldClock)
    books.base.clock.ahead = timedelta(minutes=10)
    books.read()
    (brake,) = books.looks[0].brakes
    assert "the clocks of bitrix24 and onec are" in brake.reason
