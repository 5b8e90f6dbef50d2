"""Runs, leases and holds: who runs, who may, who must not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sverka.domain.brakes import Hold
from sverka.domain.clock import MachineClock
from sverka.domain.plan import Skip
from sverka.store import errors, runs
from sverka.store.engine import Store, Transaction
from sverka.store.runs import Run
from sverka.work.lease import Lease
from tests.make import NOW

COMPANY, JOB, LEASE = "headlights", "agreement", "agreement:headlights"
TTL = timedelta(seconds=60)


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        yield opened


def start(tx: Transaction, tick: str, company: str = COMPANY, job: str = JOB) -> int:
    run_id = runs.start(tx, company, job, tick, NOW, NOW, "policy")
    assert run_id is not None
    return run_id


def test_a_due_tick_is_run_once(tx: Transaction) -> None:
    start(tx, "12:00")
    assert runs.start(tx, COMPANY, JOB, "12:00", NOW, NOW, "policy") is None
    start(tx, "12:05")
    start(tx, "12:00", company="machinery")
    start(tx, "12:00", job="sweep")


def test_a_run_tells_its_end_and_its_report(tx: Transaction) -> None:
    run_id = runs.start(tx, COMPANY, JOB, "12:00", NOW - timedelta(days=7), NOW, "policy")
    assert run_id is not None
    report = {"company": COMPANY, "planned": {"order.create": 2}}
    assert runs.last_finished(tx, COMPANY, JOB) is None
    runs.finish(tx, run_id, "done", report, NOW + TTL)
    expected = Run(run_id, COMPANY, JOB, "12:00", NOW - timedelta(days=7), NOW, NOW + TTL, "done", report)
    assert runs.last_finished(tx, COMPANY, JOB) == expected


def test_the_last_finished_run_is_not_the_one_under_way(tx: Transaction) -> None:
    first = start(tx, "12:00")
    start(tx, "12:05")
    runs.finish(tx, first, "failed", {}, NOW)
    found = runs.last_finished(tx, COMPANY, JOB)
    assert found is not None
    assert (found.id, found.outcome) == (first, "failed")


def test_runs_that_were_left_are_ended_as_failed_and_say_why(tx: Transaction) -> None:
    ended = start(tx, "12:00")
    runs.finish(tx, ended, "done", {}, NOW)
    left = [start(tx, "12:05"), start(tx, "12:10")]
    others = [start(tx, "12:10", company="machinery"), start(tx, "12:10", job="sweep")]
    assert runs.abandoned(tx, COMPANY, JOB, NOW + TTL) == 2
    found = {run.id: run for run in runs.history(tx, 10)}
    assert [(found[each].outcome, found[each].finished_at) for each in left] == [("failed", NOW + TTL)] * 2
    assert [found[each].outcome for each in (ended, *others)] == ["done", None, None]
    report = found[left[0]].report
    assert report is not None
    assert (report["company"], report["outcome"], report["failed"]) == (COMPANY, "failed", 1)
    assert "cut short" in report["sentences"][0]


def test_runs_that_came_to_an_end_were_not_left(tx: Transaction) -> None:
    runs.finish(tx, start(tx, "12:00"), "done", {}, NOW)
    assert runs.abandoned(tx, COMPANY, JOB, NOW) == 0


def test_an_outcome_outside_the_list_is_refused(store: Store) -> None:
    with pytest.raises(errors.StoreFailed), store.writing() as tx:
        runs.finish(tx, start(tx, "12:00"), "fine", {}, NOW)


@pytest.mark.parametrize(
    ("company", "job", "ticks"),
    [
        (None, None, ["d", "c", "b"]),
        (COMPANY, None, ["c", "b", "a"]),
        (None, "sweep", ["c"]),
        ("machinery", "sweep", []),
    ],
    ids=["all", "a company", "a job", "none"],
)
def test_history_shows_the_latest_first(
    tx: Transaction, company: str | None, job: str | None, ticks: list[str]
) -> None:
    start(tx, "a")
    start(tx, "b")
    start(tx, "c", job="sweep")
    start(tx, "d", company="machinery")
    assert [run.tick for run in runs.history(tx, 3, company, job)] == ticks


def test_what_a_run_left_alone_is_kept_with_its_reasons(tx: Transaction) -> None:
    run_id, other = start(tx, "a"), start(tx, "b")
    skips = [Skip("deal:71", "no_branch"), Skip("deal:72", "unbound", "товар X")]
    runs.note_skips(tx, COMPANY, run_id, skips)
    runs.note_skips(tx, COMPANY, other, [])
    assert (runs.skips(tx, run_id), runs.skips(tx, other)) == (skips, [])


def test_a_lease_is_held_by_one(tx: Transaction) -> None:
    assert runs.acquire(tx, LEASE, "me", 60, NOW) is not None
    assert runs.acquire(tx, LEASE, "you", 60, NOW) is None
    assert runs.acquire(tx, LEASE, "you", 60, NOW + TTL) is None


def test_an_expired_lease_passes_on_with_a_higher_fence(tx: Transaction) -> None:
    first = runs.acquire(tx, LEASE, "me", 60, NOW)
    second = runs.acquire(tx, LEASE, "you", 60, NOW + TTL + timedelta(microseconds=1))
    assert first is not None
    assert second is not None
    assert second > first
    assert not runs.renew(tx, LEASE, first, NOW)
    assert runs.renew(tx, LEASE, second, NOW)


def test_a_lease_from_a_clock_that_was_years_ahead_keeps_nobody_waiting_for_years(tx: Transaction) -> None:
    assert runs.acquire(tx, LEASE, "then", 60, NOW + timedelta(days=3650)) == 1
    assert not runs.is_held(tx, LEASE, NOW)
    assert runs.acquire(tx, LEASE, "now", 60, NOW) == 2
    assert not runs.renew(tx, LEASE, 1, NOW)


def test_its_holder_takes_a_lease_again_under_a_new_fence(tx: Transaction) -> None:
    first, second = (runs.acquire(tx, LEASE, "me", 60, NOW) for _ in range(2))
    assert first is not None
    assert second is not None
    assert second > first
    assert not runs.renew(tx, LEASE, first, NOW)


def test_a_renewed_lease_lasts_its_full_time_from_then(tx: Transaction) -> None:
    fence = runs.acquire(tx, LEASE, "me", 60, NOW)
    assert fence is not None
    assert runs.renew(tx, LEASE, fence, NOW + timedelta(seconds=40))
    assert runs.acquire(tx, LEASE, "you", 60, NOW + timedelta(seconds=99)) is None
    assert runs.acquire(tx, LEASE, "you", 60, NOW + timedelta(seconds=101)) is not None


def test_a_released_lease_is_free_at_once_and_its_fence_is_not_used_again(tx: Transaction) -> None:
    first = runs.acquire(tx, LEASE, "me", 60, NOW)
    assert first is not None
    runs.release(tx, LEASE, first)
    second = runs.acquire(tx, LEASE, "you", 60, NOW)
    assert second is not None
    assert second > first


def test_whoever_lost_a_lease_cannot_release_it(tx: Transaction) -> None:
    first = runs.acquire(tx, LEASE, "me", 60, NOW)
    assert first is not None
    runs.acquire(tx, LEASE, "you", 60, NOW + 2 * TTL)
    runs.release(tx, LEASE, first)
    assert runs.acquire(tx, LEASE, "me", 60, NOW + 2 * TTL) is None


def test_no_two_leases_share_a_fence(tx: Transaction) -> None:
    names = [LEASE, "outbox:headlights", LEASE, "agreement:machinery", "outbox:headlights"]
    fences = [runs.acquire(tx, name, "me", 60, NOW) for name in names]
    assert len(set(fences)) == len(names)


def test_a_tripped_brake_stays_until_a_person_resets_it(tx: Transaction) -> None:
    assert runs.trip(tx, "releases", "sverka", "31 of 20", NOW)
    assert not runs.trip(tx, "releases", "sverka", "40 of 20", NOW + TTL)
    assert runs.held_scopes(tx) == {"releases"}
    assert runs.holds(tx) == [Hold("releases", "sverka", "31 of 20", NOW)]
    assert runs.reset(tx, "releases", "Ирина", "проверено", NOW)
    assert not runs.reset(tx, "releases", "Ирина", "проверено", NOW)
    assert runs.held_scopes(tx) == frozenset()
    assert runs.trip(tx, "releases", "sverka", "again", NOW)


def test_a_lease_that_cannot_be_given_back_hides_nothing_of_what_was_done_under_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Lease(store, MachineClock(), LEASE, "me")
    assert held.acquire()

    def away(*_: object) -> None:
        raise errors.StoreUnreachable

    monkeypatch.setattr(runs, "release", away)
    with held:
        done = "the report"
    assert done == "the report"
