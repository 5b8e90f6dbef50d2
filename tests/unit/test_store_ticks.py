"""Which ticks count as run, how often one that was cut short counts again, and since when a company is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sverka.store import runs, ticks
from sverka.store.engine import Store, Transaction
from tests.make import NOW

COMPANY, JOB, TICK = "headlights", "agreement", "2026-11-24T06:00Z"


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        yield opened


def begin(tx: Transaction, tick: str = TICK, company: str = COMPANY) -> int | None:
    return runs.start(tx, company, JOB, tick, NOW, NOW, "policy")


def is_settled(tx: Transaction) -> bool:
    return (JOB, COMPANY, TICK) in ticks.settled(tx, {JOB: TICK, "digest": TICK})


@pytest.mark.parametrize("outcome", ["done", "held", "failed", "skipped"])
def test_a_run_that_came_to_its_end_settles_its_tick_whatever_the_end(tx: Transaction, outcome: str) -> None:
    run_id = begin(tx)
    assert run_id is not None
    assert not is_settled(tx), "under way: whoever lives holds the lease"
    runs.finish(tx, run_id, outcome, {}, NOW)
    assert is_settled(tx)
    assert begin(tx) is None


def test_a_tick_is_settled_for_its_own_job_and_company_only(tx: Transaction) -> None:
    run_id = begin(tx, company="machinery")
    assert run_id is not None
    runs.finish(tx, run_id, "done", {}, NOW)
    assert ticks.settled(tx, {JOB: TICK, "digest": TICK}) == {(JOB, "machinery", TICK)}
    assert ticks.settled(tx, {JOB: "2026-11-24T06:05Z", "digest": TICK}) == frozenset()


def test_the_tick_of_a_run_that_was_left_counts_again_three_times(tx: Transaction) -> None:
    for _ in range(runs.CUTS):
        assert not is_settled(tx)
        assert begin(tx) is not None
        assert runs.abandoned(tx, COMPANY, JOB, NOW) == 1
    assert is_settled(tx)
    assert begin(tx) is None
    assert [run.tick for run in runs.history(tx, 9)] == [f"{TICK}/cut-{times}" for times in (3, 2, 1)]


def test_a_run_that_was_stopped_keeps_its_row_and_gives_its_tick_back(tx: Transaction) -> None:
    first = begin(tx)
    assert first is not None
    runs.finish(tx, first, "failed", {"done": {"order.create": 1}}, NOW)
    runs.cut_short(tx, first)
    second = begin(tx)
    assert second is not None
    runs.finish(tx, second, "done", {}, NOW)
    assert is_settled(tx)
    assert [(run.id, run.outcome) for run in runs.history(tx, 9)] == [(second, "done"), (first, "failed")]


def test_runs_by_hand_settle_no_tick_and_keep_their_keys(tx: Transaction) -> None:
    assert begin(tx, "hand-0123") is not None
    assert runs.abandoned(tx, COMPANY, JOB, NOW) == 1
    assert [run.tick for run in runs.history(tx, 9)] == ["hand-0123"]
    assert not is_settled(tx)


def test_the_last_settled_run_is_of_the_schedule_and_came_to_its_end(tx: Transaction) -> None:
    run_id = begin(tx)
    assert run_id is not None
    runs.finish(tx, run_id, "done", {}, NOW)
    for tick in ("2026-11-24T06:05Z", "hand-0123"):
        assert begin(tx, tick) is not None
    assert [run.tick for run in runs.under_way(tx, COMPANY)] == ["hand-0123", "2026-11-24T06:05Z"]
    runs.abandoned(tx, COMPANY, JOB, NOW)
    assert runs.under_way(tx, COMPANY) == []
    last = runs.last_settled(tx, COMPANY)
    assert last is not None
    assert last.id == run_id


def test_a_company_is_known_since_it_was_first_seen(tx: Transaction) -> None:
    later, earlier = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    assert ticks.see(tx, ["headlights"], NOW) == {"headlights": NOW}
    assert ticks.see(tx, ["headlights", "machinery"], later) == {"headlights": NOW, "machinery": later}
    assert ticks.see(tx, ["headlights"], earlier) == {"headlights": earlier}, "a clock that went back"
    assert ticks.since(tx) == {"headlights": earlier, "machinery": later}


def test_a_lease_is_held_while_its_time_lasts(tx: Transaction) -> None:
    fence = runs.acquire(tx, "agreement:headlights", "me", 60, NOW)
    assert fence is not None
    assert runs.is_held(tx, "agreement:headlights", NOW + timedelta(seconds=60))
    assert not runs.is_held(tx, "agreement:headlights", NOW + timedelta(seconds=61))
    assert not runs.is_held(tx, "digest:headlights", NOW)
    runs.release(tx, "agreement:headlights", fence)
    assert not runs.is_held(tx, "agreement:headlights", NOW)
