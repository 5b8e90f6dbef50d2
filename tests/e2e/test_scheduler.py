"""The scheduler as a process among others: it leaves when it is told to, nothing runs twice, and a hung alarm ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.people import Person
from sverka import app as application
from sverka.app import WrongUsage
from sverka.commands import scheduler, ticks
from sverka.commands.ticks import Due
from sverka.store import runs
from sverka.store.engine import Store
from sverka.store.errors import StoreError
from sverka.store.runs import Run
from sverka.work.runner import silent
from tests.databases import KINDS, POSTGRESQL, Databases
from tests.e2e.play import LAMP, SHOP
from tests.e2e.town import COMPANIES, COMPANY, ROOT, MovableClock, clean_environment, control
from tests.soak import SOAK

OFTEN = "* * * * * sverka run agreement --due\n* * * * * sverka run outbox --due\n"
SERVE = """
import os, sys
from pathlib import Path
from sverka.commands import scheduler
sys.exit(scheduler.serve(os.environ, Path(sys.argv[1])))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of an installation whose crontab names every minute."""
    (tmp_path / "crontab").write_text(OFTEN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment(serving: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The environment of a worker with a store of its own, over a sandbox that was set back to its first moment."""
    control(serving["control"], "/_world/reset", {})
    ours = {
        "SVERKA_DATABASE_URL": f"sqlite:///{folder}/sverka.db", "SVERKA_COMPANIES": str(COMPANIES),
        "SVERKA_MARK_FILE": f"{folder}/sverka.mark", "SVERKA_CLOCK_JUMPS": "allow",
    }  # fmt: skip
    return {**clean_environment(), **serving["env"], **ours, "SVERKA_LOG_LEVEL": "info"}


@contextmanager
def process_of(folder: Path, env: Mapping[str, str], *wrapper: str) -> Iterator[subprocess.Popen[str]]:
    """Run the scheduler over the crontab in `folder`."""
    command = [*wrapper, sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def history(env: Mapping[str, str]) -> list[Run]:
    with Store.open(env["SVERKA_DATABASE_URL"]) as store, store.reading() as tx:
        return runs.history(tx, 100)


def leases(env: Mapping[str, str]) -> list[str]:
    """Return the leases that somebody holds."""
    now = datetime.now(UTC)
    names = [f"{job}:{COMPANY}" for job in ("agreement", "outbox", "writer")]
    with Store.open(env["SVERKA_DATABASE_URL"]) as store, store.reading() as tx:
        return [name for name in names if runs.is_held(tx, name, now)]


def until(reached: Callable[[], Any], seconds: float = 40) -> Any:
    ends_at = time.monotonic() + seconds
    while not (found := reached()):
        assert time.monotonic() < ends_at
        time.sleep(0.05)
    return found


def has_begun(env: Mapping[str, str]) -> bool:
    """Whether a run is under way."""
    try:
        return any(run.outcome is None for run in history(env))
    except StoreError:  # nobody has made the schema yet
        return False


def leaves(process: subprocess.Popen[str], within_s: float = 10) -> int:
    """Send SIGTERM and return the exit code."""
    process.terminate()
    return process.wait(within_s)


def slow(serving: Mapping[str, Any], requests: int = 200) -> None:
    """Let every answer of the ledger come late."""
    fault = {"company": COMPANY, "system": "business_ru", "kind": "slow", "count": requests, "seed": 1}
    control(serving["control"], "/_world/faults", fault)


def test_a_scheduler_that_is_told_to_leave_in_the_middle_of_a_run_gives_back_lease_and_tick(
    serving: Mapping[str, Any], folder: Path, environment: dict[str, str]
) -> None:
    slow(serving)
    with process_of(folder, environment) as process:
        until(lambda: has_begun(environment))
        assert leaves(process) == 0
        log = process.stderr.read() if process.stderr else ""
    assert "the scheduler has left in good order" in log
    assert leases(environment) == []
    ran = history(environment)
    assert [(run.job, run.outcome) for run in ran] == [("agreement", "failed")]
    assert ran[0].tick.endswith("Z/cut-1")
    assert ran[0].report is not None
    assert "stopped before its end" in ran[0].report["sentences"][0]

    control(serving["control"], "/_world/faults", {"clear": True})
    at = datetime.strptime(ran[0].tick, "%Y-%m-%dT%H:%MZ/cut-1").replace(tzinfo=UTC)
    assert due(folder, environment, at) == ["agreement done", "outbox done"]


def test_the_first_process_of_a_container_leaves_when_it_is_told_to(
    serving: Mapping[str, Any], folder: Path, environment: dict[str, str]
) -> None:
    unshare = ["unshare", "--fork", "--pid", "--mount-proc"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us make a PID namespace")
    slow(serving)
    with process_of(folder, environment, *unshare) as process:
        until(lambda: has_begun(environment))
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        begun_at = time.monotonic()
        os.kill(int(children[0]), signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - begun_at < 10
    assert leases(environment) == []


def test_a_crontab_that_cannot_be_used_is_told_at_the_start(folder: Path, environment: dict[str, str]) -> None:
    (folder / "crontab").write_text("* * * * 1 sverka run agreement --due\n", encoding="utf-8")
    with pytest.raises(WrongUsage, match="crontab, line 1: the day of the week is «1»"):
        scheduler.serve(environment, folder)


def test_after_a_process_was_killed_its_tick_is_run_again(
    serving: Mapping[str, Any], folder: Path, environment: dict[str, str]
) -> None:
    (folder / "crontab").write_text(OFTEN.splitlines(keepends=True)[0], encoding="utf-8")
    slow(serving)
    with process_of(folder, environment) as process:
        until(lambda: has_begun(environment))
        process.kill()
        process.wait(10)
    control(serving["control"], "/_world/faults", {"clear": True})
    tick = history(environment)[0].tick
    at = datetime.strptime(tick, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    assert due(folder, environment, at) == ["agreement skipped"], "its lease holds for a minute"
    assert due(folder, environment, at, ahead=timedelta(minutes=2)) == ["agreement done"]
    assert [run.tick for run in history(environment)] == [tick, f"{tick}/cut-1"]
    assert due(folder, environment, at) == []


def due(folder: Path, env: Mapping[str, str], at: datetime, ahead: timedelta = timedelta()) -> list[str]:
    """Run what is due at a moment, as `sverka run --due` does, over the crontab in `folder`; return what became of it."""
    clock = MovableClock() if ahead else None
    if clock:
        clock.ahead = ahead
    with application.opened(env, folder, clock=clock) as app:
        reports, _ = ticks.run(app, Due(at=at), silent)
    return [f"{report.job} {company.outcome}" for report in reports for company in report.companies]


@pytest.mark.parametrize("kind", KINDS if SOAK else [POSTGRESQL])
def test_two_schedulers_and_commands_over_one_store_run_nothing_twice(
    request: pytest.FixtureRequest,
    databases: Databases,
    serving: Mapping[str, Any],
    folder: Path,
    environment: dict[str, str],
    kind: str,
) -> None:
    """They race for the same ticks from the first second on; the deal that waits has one order afterwards."""
    env = environment | {"SVERKA_DATABASE_URL": databases.url_for(request, kind, folder)}
    with town_of(serving) as deal, process_of(folder, env) as one, process_of(folder, env) as other:
        until(lambda: has_begun(env))
        now, started = datetime.now(UTC), []
        for minutes in range(20):
            started += due(folder, env, now + timedelta(minutes=minutes))
            if len(ended(env)) >= 3 and len(set(ended(env))) == 2:
                break
        until(lambda: len(set(ended(env))) == 2)
        assert (leaves(one), leaves(other)) == (0, 0)
        assert deal() == 1
    ran = [(run.job, run.tick) for run in history(env) if "/cut-" not in run.tick]
    assert len(ran) == len(set(ran))
    assert {job for job, _ in ran} == {"agreement", "outbox"}
    assert {outcome.split()[1] for outcome in started} <= {"done", "skipped"}
    assert {run.outcome for run in history(env)} <= {"done", "failed"}
    assert [run.tick for run in history(env) if run.outcome == "failed" and "/cut-" not in run.tick] == []


def ended(env: dict[str, str]) -> list[str]:
    """Return the job of each run that is over and was not cut off."""
    return [run.job for run in history(env) if run.outcome and "/cut-" not in run.tick]


@contextmanager
def town_of(serving: Mapping[str, Any]) -> Iterator[Callable[[], int]]:
    """A deal that waits for its order; yields how to count the orders that it has."""
    manager, owner = (Person(serving, COMPANY, name) for name in ("manager", "owner"))
    deal = manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LAMP, 2, 4200)], Филиал="Москва")
    marked = f"deal:{deal}"
    yield lambda: sum(
        marked in (row["comment"] or "").split() for row in owner.ledger("GET", "customerorders", {"limit": 250})
    )
