"""Which ticks are due after what happened: nothing twice, nothing that counts lost, of a downtime the latest of each job."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs import JOBS
from sverka.app import job
from sverka.work.crontab import Line, parse
from sverka.work.schedule import Ledger, Tick, due, key, latest
from tests.house.tree import ROOT
from tests.soak import SOAK

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
LINES = parse((ROOT / "crontab").read_text(encoding="utf-8"), JOBS)
USEFUL = {name: job(name).useful for name in JOBS}
COMPANY = "headlights"


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def nothing_left(now: datetime, since: datetime, zone: ZoneInfo = MOSCOW) -> Ledger:
    """The ledger of somebody who ran everything up to `now`."""
    return Ledger(
        {COMPANY: since}, frozenset((name, COMPANY, key(at)) for name, at in latest(now, LINES, zone).items())
    )


def owed(now: datetime, ledger: Ledger, zone: ZoneInfo = MOSCOW) -> dict[str, str]:
    return {tick.job: f"{tick.at.astimezone(zone):%m-%d %H:%M}" for tick in due(now, LINES, zone, ledger, USEFUL)}


def test_nothing_is_due_twice() -> None:
    now, seen = at("2026-11-24T09:00:20"), at("2026-11-01T00:00")
    assert owed(now, nothing_left(now, seen)) == {}
    assert owed(now + MINUTE, nothing_left(now, seen)) == {"outbox": "11-24 09:01", "visits": "11-24 09:01"}


def test_a_tick_is_due_to_the_second_and_in_the_order_of_the_crontab() -> None:
    seen = at("2026-11-01T00:00")
    before = nothing_left(at("2026-11-24T08:59:59.999999"), seen)
    assert owed(at("2026-11-24T08:59:59.999999"), before) == {}
    assert list(owed(at("2026-11-24T09:00"), before).items()) == [
        ("agreement", "11-24 09:00"),
        ("visits", "11-24 09:00"),
        ("digest", "11-24 09:00"),
    ]


def test_a_company_owes_nothing_for_the_time_before_it_was_first_seen() -> None:
    seen = at("2026-11-24T12:00")
    assert owed(at("2026-11-24T12:00:40"), Ledger({COMPANY: seen}, frozenset())) == {
        "agreement": "11-24 12:00",
        "visits": "11-24 12:00",
        "digest": "11-24 12:00",
    }
    assert owed(at("2026-11-24T12:00:40"), Ledger({COMPANY: seen + MINUTE}, frozenset())) == {}


def test_each_company_owes_its_own_and_none_waits_for_another() -> None:
    seen, now = at("2026-11-01T00:00"), at("2026-11-24T12:00")
    ledger = Ledger(
        {"one": seen, "two": seen, "new": now + MINUTE}, frozenset({("agreement", "one", "2026-11-24T09:00Z")})
    )
    lines = [Line("agreement", "*/5 * * * *")]
    assert due(now, lines, MOSCOW, ledger, USEFUL) == (Tick("agreement", "two", at("2026-11-24T12:00")),)


def test_a_clock_that_went_back_brings_no_tick_again() -> None:
    seen, now = at("2026-11-01T00:00"), at("2026-11-24T12:02")
    ran = nothing_left(now, seen).settled | nothing_left(now - 10 * MINUTE, seen).settled
    assert owed(now - 10 * MINUTE, Ledger({COMPANY: seen}, ran)) == {}


DOWN: Mapping[str, tuple[ZoneInfo, str, str, dict[str, str]]] = {
    "5 minutes": (MOSCOW, "2026-11-24T11:58", "2026-11-24T12:03", {
        "agreement": "11-24 12:00", "inbox": "11-24 11:59", "outbox": "11-24 12:01", "digest": "11-24 12:00",
        "visits": "11-24 12:03", "reviews": "11-24 12:02", "welcome": "11-24 12:03"}),
    "3 hours, over nine": (MOSCOW, "2026-11-24T08:30", "2026-11-24T11:30", {
        "agreement": "11-24 11:30", "inbox": "11-24 11:29", "outbox": "11-24 11:21", "digest": "11-24 11:00",
        "visits": "11-24 11:30", "reviews": "11-24 11:17", "birthdays": "11-24 11:22", "welcome": "11-24 11:23",
        "dunning": "11-24 11:26", "ship_today": "11-24 11:28"}),
    "3 hours, over the night's reading": (MOSCOW, "2026-11-24T02:00", "2026-11-24T05:00", {
        "agreement": "11-24 05:00", "inbox": "11-24 04:59", "outbox": "11-24 04:51", "sweep": "11-24 03:30",
        "visits": "11-24 05:00", "reviews": "11-24 04:47", "birthdays": "11-24 04:52", "welcome": "11-24 04:53",
        "ship_today": "11-24 04:58"}),
    "1 day, back in the morning": (MOSCOW, "2026-11-23T12:00", "2026-11-24T12:00", {
        "agreement": "11-24 12:00", "inbox": "11-24 11:59", "outbox": "11-24 11:51", "digest": "11-24 12:00", "sweep": "11-24 03:30",
        "visits": "11-24 12:00", "reviews": "11-24 11:47", "birthdays": "11-24 11:52", "welcome": "11-24 11:53",
        "dunning": "11-24 11:56", "ship_today": "11-24 11:58"}),
    "1 day, back in the evening": (MOSCOW, "2026-11-23T18:00", "2026-11-24T18:00", {
        "agreement": "11-24 18:00", "inbox": "11-24 17:59", "outbox": "11-24 17:51", "sweep": "11-24 03:30",
        "visits": "11-24 18:00", "reviews": "11-24 17:47", "birthdays": "11-24 17:52", "welcome": "11-24 17:53",
        "dunning": "11-24 17:56", "ship_today": "11-24 17:58"}),
    "10 days": (MOSCOW, "2026-11-14T12:00", "2026-11-24T08:59", {
        "agreement": "11-24 08:55", "inbox": "11-24 08:59", "outbox": "11-24 08:51", "sweep": "11-24 03:30",
        "visits": "11-24 08:59", "reviews": "11-24 08:47", "birthdays": "11-24 08:52", "welcome": "11-24 08:53",
        "dunning": "11-24 08:56", "ship_today": "11-24 08:58"}),
    "10 days, back just in time": (MOSCOW, "2026-11-14T12:00", "2026-11-24T17:59:59", {
        "agreement": "11-24 17:55", "inbox": "11-24 17:59", "outbox": "11-24 17:51", "digest": "11-24 17:00", "sweep": "11-24 03:30",
        "visits": "11-24 17:59", "reviews": "11-24 17:47", "birthdays": "11-24 17:52", "welcome": "11-24 17:53",
        "dunning": "11-24 17:56", "ship_today": "11-24 17:58"}),
    "over the spring night": (BERLIN, "2026-03-28T20:00", "2026-03-29T10:00", {
        "agreement": "03-29 10:00", "inbox": "03-29 09:59", "outbox": "03-29 09:51", "digest": "03-29 10:00", "sweep": "03-29 03:30",
        "visits": "03-29 10:00", "reviews": "03-29 09:47", "birthdays": "03-29 09:52", "welcome": "03-29 09:53",
        "dunning": "03-29 09:56", "ship_today": "03-29 09:58"}),
    "over the autumn night": (BERLIN, "2026-10-24T20:00", "2026-10-25T17:59", {
        "agreement": "10-25 17:55", "inbox": "10-25 17:59", "outbox": "10-25 17:51", "digest": "10-25 17:00", "sweep": "10-25 03:30",
        "visits": "10-25 17:59", "reviews": "10-25 17:47", "birthdays": "10-25 17:52", "welcome": "10-25 17:53",
        "dunning": "10-25 17:56", "ship_today": "10-25 17:58"}),
    "over New Year": (MOSCOW, "2026-12-31T23:30", "2027-01-01T00:30", {
        "agreement": "01-01 00:30", "inbox": "01-01 00:29", "outbox": "01-01 00:21",
        "visits": "01-01 00:30", "reviews": "01-01 00:17", "birthdays": "01-01 00:22", "welcome": "01-01 00:23",
        "ship_today": "01-01 00:28"}),
    "over New Year and longer": (MOSCOW, "2026-12-31T12:00", "2027-01-02T10:00", {
        "agreement": "01-02 10:00", "inbox": "01-02 09:59", "outbox": "01-02 09:51", "digest": "01-02 10:00", "sweep": "01-02 03:30",
        "visits": "01-02 10:00", "reviews": "01-02 09:47", "birthdays": "01-02 09:52", "welcome": "01-02 09:53",
        "dunning": "01-02 09:56", "ship_today": "01-02 09:58"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DOWN)
def test_after_a_downtime_the_latest_missed_tick_of_each_job_is_due_if_it_still_counts(name: str) -> None:
    zone, gone, back, expected = DOWN[name]
    ledger = nothing_left(at(gone, zone), at("2026-01-01T00:00", zone), zone)
    assert owed(at(back, zone), ledger, zone) == expected


@pytest.mark.parametrize("seed", range(300 if SOAK else 2))
def test_a_restart_at_any_minute_loses_no_tick_that_still_counts(seed: int) -> None:
    """A process that asks every minute, and is not there at random: each missed tick is run later, or a newer one in its place."""
    lot, begun = random.Random(seed), at("2026-11-24T03:00")
    ran: dict[tuple[str, str, str], datetime] = {}
    owing: dict[str, set[datetime]] = {name: set() for name in JOBS}
    now, up_again = begun, begun
    while now < begun + timedelta(hours=9):
        moments = latest(now, LINES, MOSCOW)
        for name, moment in moments.items():
            owing[name] |= {moment} if begun <= moment else set()
        if now >= up_again:
            for tick in due(now, LINES, MOSCOW, Ledger({COMPANY: begun}, frozenset(ran)), USEFUL):
                ran[tick.job, tick.company, tick.key] = now
            up_again = now + timedelta(minutes=lot.choice((1, 1, 1, 1, 7, 45, 200)))
            assert not [
                name
                for name, moment in moments.items()
                if moment in owing[name] and not counted(name, moment, ran, now)
            ]
        now += MINUTE
    assert all(owing.values())


def counted(name: str, moment: datetime, ran: Mapping[tuple[str, str, str], datetime], now: datetime) -> bool:
    """Whether a tick was run, or does not count any more."""
    useful = USEFUL[name]
    return (name, COMPANY, key(moment)) in ran or (useful is not None and now - moment >= useful)


def test_what_a_job_says_of_its_missed_ticks() -> None:
    """The day's letter goes until 18:00, an hour after its last tick; everything else is wanted however late it is."""
    assert {name: useful for name, useful in USEFUL.items() if useful} == {"digest": timedelta(hours=1)}
