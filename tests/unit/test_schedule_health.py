"""Whether the schedule is kept, as `sverka health` tells it of a ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from sverka.cli import main
from sverka.commands import health
from sverka.store import errors, runs, schema, ticks
from sverka.store.engine import Store
from sverka.work.runner import lease_name
from tests.house.tree import ROOT

NOW = datetime(2026, 11, 24, 6, 0, 20, tzinfo=UTC)
COMPANY = "headlights"
CONNECTED = {
    "HEADLIGHTS_BITRIX24_WEBHOOK": "https://portal.example/rest/1/hush/", "HEADLIGHTS_BUSINESS_RU_URL": "https://ledger.example",
    "HEADLIGHTS_BUSINESS_RU_APP_ID": "1", "HEADLIGHTS_BUSINESS_RU_SECRET": "s3cret", "HEADLIGHTS_SMTP_URL": "smtp://localhost:2525",
    "HEADLIGHTS_IMAP_URL": "imap://localhost:1143", "HEADLIGHTS_SMSC_URL": "http://login:s3cret@localhost:8025",
    "HEADLIGHTS_WHATSAPP_URL": "http://localhost:8026/waInstance7105/hush", "HEADLIGHTS_MAX_URL": "http://localhost:8026/waInstance3100/hush",
}  # fmt: skip


@pytest.fixture
def env(database: str) -> dict[str, str]:
    return {**CONNECTED, "SVERKA_DATABASE_URL": database}


def ran(store: Store, tick: str, at: datetime, outcome: str = "done") -> None:
    with store.writing() as tx:
        ticks.see(tx, [COMPANY], NOW)
        run_id = runs.start(tx, COMPANY, "agreement", tick, at, at, "policy")
        assert run_id is not None
        runs.finish(tx, run_id, outcome, {}, at)


def troubles(env: dict[str, str], **later: float) -> list[str]:
    return health.troubles(env, NOW + timedelta(**later), ROOT)


@pytest.mark.parametrize("outcome", ["done", "failed", "held"])
def test_the_schedule_is_kept_while_the_last_tick_is_not_older_than_it_should_be(
    store: Store, env: dict[str, str], outcome: str
) -> None:
    ran(store, "2026-11-24T06:00Z", NOW, outcome)
    late = f"{COMPANY}: nothing came to its end since 2026-11-24 09:00, though something was due at 2026-11-24 09:01"
    assert [troubles(env, minutes=minutes) for minutes in (0, 20, 25)] == [[], [], [late]]


def test_a_schedule_that_never_began_is_not_kept(store: Store, env: dict[str, str]) -> None:
    assert troubles(env) == [f"{COMPANY}: nobody has asked yet what is due"]
    with store.writing() as tx:
        ticks.see(tx, [COMPANY], NOW)
    assert (troubles(env), len(troubles(env, minutes=25))) == ([], 1)


@pytest.mark.parametrize("tick", ["hand-0123", "2026-11-24T06:20Z/cut-1"], ids=["by hand", "cut short"])
def test_what_does_not_settle_a_tick_does_not_keep_the_schedule(store: Store, env: dict[str, str], tick: str) -> None:
    ran(store, "2026-11-24T06:00Z", NOW)
    ran(store, tick, NOW + timedelta(minutes=20))
    assert len(troubles(env, minutes=25)) == 1


@pytest.mark.parametrize(
    ("hours", "lives", "found"),
    [(2, True, 0), (4, True, 1), (2, False, 1)],
    ids=["long", "too long", "its process died"],
)
def test_a_run_under_way_excuses_its_company_while_its_process_lives(
    store: Store, env: dict[str, str], hours: int, lives: bool, found: int
) -> None:
    now = NOW + timedelta(hours=hours)
    with store.writing() as tx:
        ticks.see(tx, [COMPANY], NOW)
        runs.start(tx, COMPANY, "sweep", "2026-11-24T06:00Z", NOW, NOW, "policy")
        runs.acquire(tx, lease_name("sweep", COMPANY), "me", 60, now if lives else NOW)
    told = troubles(env, hours=hours)
    assert len(told) == found
    if lives and found:
        assert told == [f"{COMPANY}: a run of sweep is under way since 2026-11-24 09:00"]


def test_health_is_told_while_somebody_writes(store: Store, env: dict[str, str]) -> None:
    ran(store, "2026-11-24T06:00Z", NOW)
    with store.writing() as tx:
        ticks.see(tx, ["machinery"], NOW)
        assert troubles(env) == []


def test_where_nothing_is_connected_nothing_is_wrong(tmp_path: Path) -> None:
    assert troubles({"SVERKA_DATABASE_URL": f"sqlite:///{tmp_path}/sverka.db"}) == []


def test_a_store_that_is_older_than_the_program_is_not_well(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9999"))
    with pytest.raises(errors.SchemaTooOld, match="sverka db upgrade"):
        troubles(env)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_container_hears_of_it_by_the_exit_code(store: Store, env: dict[str, str]) -> None:
    now = datetime.now(UTC)
    with store.writing() as tx:
        ticks.see(tx, [COMPANY], now - timedelta(hours=1))
    done = CliRunner().invoke(main, ["health"], env=env)
    assert (done.exit_code, done.output.count("nothing came to its end since")) == (1, 1)
    ran(store, "now", now)
    done = CliRunner().invoke(main, ["health"], env=env)
    assert (done.exit_code, done.output) == (0, "The schedule is kept.\n")
