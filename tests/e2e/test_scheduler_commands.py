"""`sverka run --due`, `jobs` and `health` as a person, cron or a container asks them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from sverka import app as application
from sverka.cli import main
from sverka.commands import ticks
from sverka.commands.ticks import Due
from sverka.store import runs
from sverka.store.runs import BY_HAND
from sverka.work.runner import lease_name, silent
from sverka.work.stop import Stop
from tests.databases import fresh_file
from tests.e2e.play import LAMP, SHOP
from tests.e2e.town import COMPANIES, COMPANY, Town, town

NINE = "2026-11-24T09:00:20+03:00"


@dataclass(frozen=True)
class Office:
    """A town and the command line over it."""

    town: Town
    env: dict[str, str]

    def sverka(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=self.env)

    def report(self, *arguments: str) -> Any:
        done = self.sverka(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def history(self) -> list[tuple[str, str, str | None]]:
        with self.town.app.store.reading() as tx:
            return [(run.job, run.tick, run.outcome) for run in runs.history(tx, 100)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = fresh_file(tmp_path)
    with town(tmp_path, database=database) as opened:
        opened.set_clock("2026-11-24T09:00:00+03:00")
        address = {"SVERKA_DATABASE_URL": database, "SVERKA_COMPANIES": str(COMPANIES)}
        yield Office(opened, {**opened.sandbox.ready["env"], **address})


def outcomes(report: Any) -> list[tuple[str, str, dict[str, int]]]:
    return [(each["company"], each["outcome"], each["skips"]) for each in report["companies"]]


def test_a_tick_is_run_once_whoever_asks_and_by_hand_as_often_as_one_likes(office: Office) -> None:
    first = office.report("run", "agreement", "--due", "--company", COMPANY, "--at", NINE)
    assert (first["job"], first["tick"]) == ("agreement", "2026-11-24T06:00Z")
    assert outcomes(first) == [(COMPANY, "done", {})]
    again = office.report("run", "agreement", "--due", "--company", COMPANY, "--at", "2026-11-24T09:04:59+03:00")
    assert again["tick"] == "2026-11-24T06:00Z"
    assert outcomes(again) == [(COMPANY, "skipped", {"not_due": 1})]
    by_hand = office.report("run", "agreement", "--company", COMPANY, "--at", NINE)
    assert by_hand["tick"].startswith(BY_HAND)
    assert outcomes(by_hand) == [(COMPANY, "done", {})]
    later = office.report("run", "agreement", "--due", "--company", COMPANY, "--at", "2026-11-24T09:05:00+03:00")
    assert (later["tick"], outcomes(later)) == ("2026-11-24T06:05Z", [(COMPANY, "done", {})])


def test_without_a_job_everything_that_is_due_runs_in_the_order_of_the_crontab(office: Office) -> None:
    found = office.report("run", "--due", "--at", NINE)
    assert [(run["job"], run["tick"]) for run in found["runs"]] == [
        ("agreement", "2026-11-24T06:00Z"), ("visits", "2026-11-24T06:00Z"), ("digest", "2026-11-24T06:00Z"),
    ]  # fmt: skip
    assert office.report("run", "--due", "--at", NINE) == {"runs": []}
    assert "nothing is due that has not been run" in office.sverka("run", "--due", "--at", NINE).output


def test_a_dry_run_of_what_is_due_takes_no_tick(office: Office) -> None:
    dry = office.report("run", "digest", "--due", "--dry-run", "--company", COMPANY, "--at", NINE)
    assert (dry["tick"], dry["companies"][0]["outcome"]) == ("2026-11-24T06:00Z", "done")
    assert dry["companies"][0]["planned"]
    assert all(tick.startswith(BY_HAND) for _, tick, _ in office.history())
    assert outcomes(office.report("run", "digest", "--due", "--company", COMPANY, "--at", NINE))[0][1] == "done"


def test_companies_that_are_not_connected_are_never_due_and_are_said_to_be_so(office: Office) -> None:
    for name in [name for name in office.env if name.startswith("HEADLIGHTS_")]:
        del office.env[name]
    assert office.report("run", "--due", "--at", NINE) == {"runs": []}
    named = office.report("run", "sweep", "--due", "--at", NINE)
    assert {reason for _, _, skips in outcomes(named) for reason in skips} == {"not_connected"}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["run"], "name a JOB, or say --due, or both"),
        (["run", "agrement", "--due"], "there is no job «agrement»; did you mean agreement?"),
        (["run", "agreement", "--due", "--company", "headlight"], "did you mean headlights?"),
    ],
    ids=" ".join,
)
def test_a_wrong_wish_is_answered_in_a_sentence(office: Office, command: list[str], told: str) -> None:
    done = office.sverka(*command)
    assert (done.exit_code, told in done.output) == (2, True)


def test_jobs_tell_when_they_ran_and_when_they_will(office: Office) -> None:
    before = {job["job"]: job for job in office.report("jobs")["jobs"]}
    assert before["digest"]["cron"] == "0 9-17 * * *"
    assert before["digest"]["last"] is None
    coming = datetime.fromisoformat(before["agreement"]["next"])
    assert timedelta() < coming - datetime.now(UTC) <= timedelta(minutes=5)
    office.report("run", "outbox")
    after = {job["job"]: job for job in office.report("jobs")["jobs"]}
    assert after["outbox"]["last"] is not None
    table = office.sverka("jobs").output
    assert "*/5 * * * *" in table
    assert "Europe/Moscow" in table


def test_a_tick_that_somebody_else_is_running_is_left_to_them(office: Office) -> None:
    with office.town.app.store.writing() as tx:
        runs.acquire(tx, lease_name("agreement", COMPANY), "somebody", 60, datetime.now(UTC))
    report = office.report("run", "agreement", "--due", "--company", COMPANY, "--at", NINE)
    assert outcomes(report) == [(COMPANY, "skipped", {"held_by": 1})]
    assert office.history() == []
    assert application.job("agreement").useful is None


def asking(opened: Town) -> Callable[[httpx.Request], bool]:
    """Return what asks for a stop when the first write is on its way."""

    def ask(request: httpx.Request) -> bool:
        if request.method == "POST" and request.url.path.startswith("/api/"):
            opened.app.stop.ask()
        return False

    return ask


def test_a_stop_lets_the_effect_in_flight_end_and_leaves_the_others_for_the_next_run(tmp_path: Path) -> None:
    with town(tmp_path, sockets=False, database=fresh_file(tmp_path)) as opened:
        deal = opened.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LAMP, 2, 4200)], Филиал="Москва")
        assert opened.transport is not None
        opened.transport.busy = asking(opened)
        at = datetime(2026, 11, 24, 6, tzinfo=UTC)
        stopped, _ = ticks.run(opened.app, Due("agreement", COMPANY, at), silent)
        company = stopped[0].companies[0]
        assert (company.outcome, sum(company.done.values())) == ("failed", 1)
        assert opened.kinds()[0] == "POST customerorders"
        again = replace(opened.app, stop=Stop(), holder="another process")
        finished, _ = ticks.run(again, Due("agreement", COMPANY, at), silent)
        assert (finished[0].tick, finished[0].companies[0].outcome) == ("2026-11-24T06:00Z", "done")
        assert len(opened.orders_of(deal)) == 1
        assert len(opened.reserves_of(opened.order_of(deal))) == 1
        with again.store.reading() as tx:
            assert [run.tick for run in runs.history(tx, 9)] == ["2026-11-24T06:00Z", "2026-11-24T06:00Z/cut-1"]
