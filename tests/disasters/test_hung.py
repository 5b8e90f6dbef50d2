"""A system that takes requests and never answers: its company's run is cut at its deadline, the others keep their ticks (T19)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from sandbox.faults import Fault
from sandbox.serve import Sandbox, start
from sverka import app as application
from sverka.app import App
from sverka.commands import ticks
from sverka.domain.runs import CompanyReport
from sverka.systems.http import HttpSettings
from sverka.work.schedule import Tick
from sverka.work.ticking import Rounds, Watchdog
from tests.disasters.races import CRONTAB
from tests.e2e.town import COMPANIES, COMPANY

OTHER = "searchlights"
LONGEST_S, SILENCE_S, PATIENCE_S = 4.0, 0.4, 20.0
FOR_EVER = 1_000
"""So many faults a reading forgives: nothing but the time of the whole run ends it."""
NEVER_S = 3.0
"""How long the emulator keeps a line open without a word: longer than anybody waits for it."""


@contextmanager
def two_companies(folder: Path) -> Iterator[tuple[Sandbox, App]]:
    """Open a worker for two companies that are alike, with systems of their own."""
    text = (COMPANIES / f"{COMPANY}.yaml").read_text(encoding="utf-8")
    companies = folder / "companies"
    companies.mkdir()
    (companies / f"{COMPANY}.yaml").write_text(text, encoding="utf-8")
    other = text.replace(f"company: {COMPANY}", f"company: {OTHER}").replace(COMPANY.upper(), OTHER.upper())
    (companies / f"{OTHER}.yaml").write_text(other, encoding="utf-8")
    (folder / "crontab").write_text(CRONTAB, encoding="utf-8")
    with start([COMPANY, OTHER], companies, limits="off") as sandbox:
        environ = {
            **sandbox.ready["env"],
            "SVERKA_DATABASE_URL": f"sqlite:///{folder}/sverka.db",
            "SVERKA_COMPANIES": str(companies),
        }
        with application.opened(environ, folder, http=HttpSettings(read_s=SILENCE_S, tries=FOR_EVER)) as app:
            yield sandbox, app


def test_a_system_that_never_answers_costs_its_own_company_a_run_and_the_others_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[CompanyReport] = []
    bitten = threading.Event()
    with two_companies(tmp_path) as (sandbox, app):
        lines = ticks.lines(app.settings)

        def run(tick: Tick) -> None:
            ended.append(application.run_tick(app, tick, lines))

        minutes = iter(range(60))
        for company in (COMPANY, OTHER):
            application.run_tick(app, Tick("agreement", company, at(next(minutes))), lines)
        monkeypatch.setattr(application, "LONGEST_RUN_S", LONGEST_S)
        rounds = Rounds(
            [COMPANY, OTHER], lambda company: [Tick("agreement", company, at(next(minutes)))], run, app.clock, app.stop
        )
        fault = Fault(COMPANY, "business_ru", "timeout_before", None, 1.0, Random(1), NEVER_S)
        sandbox.world.faults.arm(fault)
        with Watchdog(lambda: rounds.asked_at, app.clock, lambda _: bitten.set(), patience_s=PATIENCE_S):
            while COMPANY not in [report.company for report in ended]:
                rounds.begin()
                time.sleep(0.1)
        rounds.end()
    (hung, *_), others = ([report for report in ended if report.company == company] for company in (COMPANY, OTHER))
    assert (hung.outcome, hung.sentences) == (
        "failed",
        ["The run took too long, for a system hardly answers; it was broken off, and the next one goes on from there."],
    )
    assert len(others) >= 2, "the other company waited for the one that hangs"
    assert {report.outcome for report in others} == {"done"}
    assert not bitten.is_set()


def at(minute: int) -> datetime:
    return datetime(2026, 11, 24, 6, minute, tzinfo=UTC)
