"""Rounds over the companies, the watchdog over the alarm, and how threads hear of a stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from sverka.domain.clock import MachineClock
from sverka.store.errors import StoreUnreachable
from sverka.work.schedule import Tick
from sverka.work.stop import OutOfTime, Stop, Stopped
from sverka.work.ticking import GAVE_UP, Rounds, Watchdog

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def ticks(company: str) -> list[Tick]:
    return [Tick(job, company, NOW) for job in ("agreement", "outbox", "digest")]


@contextmanager
def rounds(
    owed: Callable[[str], list[Tick]], run: Callable[[Tick], object], stop: Stop, *companies: str
) -> Iterator[Rounds]:
    opened = Rounds(companies, owed, run, MachineClock(), stop)
    try:
        yield opened
    finally:
        opened.end()


def test_jobs_of_a_company_run_one_after_the_other_in_order_and_companies_side_by_side() -> None:
    together, running, ran = threading.Barrier(2, timeout=10), dict.fromkeys(("one", "two"), 0), []

    def run(tick: Tick) -> None:
        running[tick.company] += 1
        assert running[tick.company] == 1
        together.wait()  # nobody gets on unless both companies are worked for at once
        ran.append((tick.company, tick.job))
        running[tick.company] -= 1

    with rounds(ticks, run, Stop(), "one", "two") as opened:
        opened.begin()
    assert [job for company, job in ran if company == "one"] == ["agreement", "outbox", "digest"]
    assert [job for company, job in ran if company == "two"] == ["agreement", "outbox", "digest"]


def test_a_company_that_is_busy_is_left_out_and_the_others_are_not() -> None:
    free, asked = threading.Event(), []

    def owed(company: str) -> list[Tick]:
        asked.append(company)
        return ticks(company)[:1] if company == "slow" else []

    with rounds(owed, lambda _: free.wait(10), Stop(), "slow", "quick") as opened:
        for _ in range(3):
            opened.begin()
            until(lambda: asked.count("quick") > asked.count("slow") - 1 and opened._busy["quick"].done())
        assert (asked.count("slow"), asked.count("quick")) == (1, 3)
        free.set()


def test_a_round_that_broke_off_is_told_and_the_next_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    ran = []

    def owed(_: str) -> list[Tick]:
        ran.append("asked")
        if len(ran) == 1:
            raise ZeroDivisionError("whatever it was")
        return []

    with rounds(owed, ran.append, Stop(), "one") as opened:
        opened.begin()
        until(opened._busy["one"].done)
        opened.begin()
    assert ran == ["asked", "asked"]
    assert [record.getMessage() for record in caplog.records] == ["a round ended early; the next one begins anew"]


def test_a_store_that_is_away_is_told_in_its_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def owed(_: str) -> list[Tick]:
        raise StoreUnreachable

    with rounds(owed, lambda _: None, Stop(), "one") as opened:
        opened.begin()
        until(opened._busy["one"].done)
    (record,) = caplog.records
    assert (record.exc_info, "check its address" in vars(record)["trouble"]) == (None, True)


def test_after_a_stop_no_run_begins() -> None:
    stop, ran = Stop(), []

    def run(tick: Tick) -> None:
        ran.append(tick.job)
        stop.ask()

    with rounds(ticks, run, stop, "one") as opened:
        opened.begin()
        until(opened._busy["one"].done)
        opened.begin()
    assert ran == ["agreement"]


def test_the_watchdog_ends_the_process_when_nobody_asks_what_is_due() -> None:
    bitten, asked_at = threading.Event(), MachineClock().monotonic()
    with Watchdog(lambda: asked_at, MachineClock(), lambda code: code == GAVE_UP and bitten.set(), patience_s=0.2):
        assert bitten.wait(10)


def test_the_watchdog_is_quiet_while_somebody_asks() -> None:
    bitten, clock = threading.Event(), MachineClock()
    with Watchdog(clock.monotonic, clock, lambda _: bitten.set(), patience_s=0.05):
        assert not bitten.wait(0.5)


def test_a_stop_ends_waits_and_whoever_is_in_the_middle_of_an_effect_hears_only_who_insists() -> None:
    stop = Stop()
    stop.check()
    stop.wait(0)
    stop.ask()
    assert stop.asked
    with pytest.raises(Stopped):
        stop.check()
    with pytest.raises(Stopped):
        MachineClock(stop.wait).wait(60)
    with stop.finishing():
        stop.check()
        stop.wait(0.01)
        stop.insist()
        with pytest.raises(Stopped):
            stop.wait(60)
    with pytest.raises(Stopped):
        stop.check()


def test_a_run_whose_time_is_over_is_broken_off_but_not_in_the_middle_of_an_effect() -> None:
    stop, now = Stop(), [0.0]
    with stop.limited(10, lambda: now[0]):
        stop.check()
        stop.wait(0)
        now[0] = 9.99
        with pytest.raises(OutOfTime):
            stop.wait(60)
        now[0] = 11
        with stop.finishing():
            stop.check()
            stop.wait(0.01)
        with pytest.raises(OutOfTime):
            stop.check()
    stop.check()


def test_one_thread_in_the_middle_of_an_effect_keeps_no_other() -> None:
    stop, heard = Stop(), threading.Event()

    def other() -> None:
        try:
            stop.wait(60)
        except Stopped:
            heard.set()

    thread = threading.Thread(target=other)
    thread.start()
    with stop.finishing():
        stop.ask()
        assert heard.wait(10)
        stop.check()
    thread.join()


def until(reached: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < ends_at
        time.sleep(0.005)
