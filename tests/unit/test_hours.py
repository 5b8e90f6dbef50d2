"""Working time: counted between two moments and reckoned ahead, across nights, days off and changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.hours import after, elapsed
from sverka.domain.policy import WorkingHours

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [MOSCOW, BERLIN, *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"))]
)
OFFICE = WorkingHours(time(9), time(18), (0, 1, 2, 3, 4))
H, M = timedelta(hours=1), timedelta(minutes=1)

MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SPANS = st.integers(0, 200 * 60).map(lambda minutes: minutes * M)
DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))


@st.composite
def working_hours(draw: st.DrawFn) -> WorkingHours:
    """Any hours of two or more, so that no change of the clock swallows a whole day's."""
    opens, closes = sorted(draw(st.lists(st.integers(0, 23 * 60), min_size=2, max_size=2)))
    closes = min(max(closes, opens + 120), 24 * 60 - 1)
    opens = min(opens, closes - 120)
    return WorkingHours(time(opens // 60, opens % 60), time(closes // 60, closes % 60), draw(DAYS))


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        pytest.param("2026-11-24 10:00", "2026-11-24 12:30", 2.5 * H, id="within a day"),
        pytest.param("2026-11-24 07:00", "2026-11-24 10:00", H, id="from before opening"),
        pytest.param("2026-11-24 17:00", "2026-11-24 23:00", H, id="until after closing"),
        pytest.param("2026-11-24 19:00", "2026-11-25 08:00", 0 * H, id="a night"),
        pytest.param("2026-11-24 17:00", "2026-11-25 10:00", 2 * H, id="over a night"),
        pytest.param("2026-11-27 17:00", "2026-11-30 10:00", 2 * H, id="over a weekend"),
        pytest.param("2026-11-28 10:00", "2026-11-29 18:00", 0 * H, id="a weekend"),
        pytest.param("2026-11-24 12:00", "2026-11-24 10:00", 0 * H, id="backwards"),
        pytest.param("2026-11-24 09:00", "2026-11-24 18:00", 9 * H, id="a whole day"),
    ],
)
def test_only_working_time_counts(start: str, end: str, span: timedelta) -> None:
    assert elapsed(OFFICE, MOSCOW, at(start), at(end)) == span


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        pytest.param("2026-11-24 10:00", 2 * H, "2026-11-24 12:00", id="within a day"),
        pytest.param("2026-11-24 07:00", H, "2026-11-24 10:00", id="from before opening"),
        pytest.param("2026-11-24 20:00", H, "2026-11-25 10:00", id="from after closing"),
        pytest.param("2026-11-24 17:00", H, "2026-11-24 18:00", id="to the stroke of closing"),
        pytest.param("2026-11-24 17:00", H + M, "2026-11-25 09:01", id="a minute more"),
        pytest.param("2026-11-27 17:00", 2 * H, "2026-11-30 10:00", id="over a weekend"),
        pytest.param("2026-11-28 12:00", H, "2026-11-30 10:00", id="from a weekend"),
        pytest.param("2026-11-24 09:00", 45 * H, "2026-11-30 18:00", id="a week"),
        pytest.param("2026-11-24 20:00", 0 * H, "2026-11-25 09:00", id="nothing: when people are back"),
    ],
)
def test_a_span_is_reckoned_ahead(start: str, span: timedelta, end: str) -> None:
    assert after(OFFICE, MOSCOW, at(start), span) == at(end)


@pytest.mark.parametrize(
    ("day", "span"),
    [("2026-03-29", 22 * H), ("2026-10-25", 24 * H), ("2026-03-30", 23 * H)],
    ids=["spring", "autumn", "any"],
)
def test_a_change_of_the_clock_shortens_or_lengthens_the_day(day: str, span: timedelta) -> None:
    always = WorkingHours(time(0), time(23), tuple(range(7)))
    assert elapsed(always, BERLIN, at(f"{day} 00:00", BERLIN), at(f"{day} 23:00", BERLIN)) == span


def test_a_day_on_which_the_clock_changes_counts_among_others_as_long_as_it_is() -> None:
    always = WorkingHours(time(0), time(23), tuple(range(7)))
    noon, later = at("2026-03-28 12:00", BERLIN), at("2026-03-30 12:00", BERLIN)
    assert elapsed(always, BERLIN, noon, later) == (11 + 22 + 12) * H
    assert after(always, BERLIN, noon, (11 + 22 + 12) * H) == later


def test_an_evening_that_is_tomorrow_elsewhere_is_still_today() -> None:
    new_york = ZoneInfo("America/New_York")
    evenings = WorkingHours(
        time(9), time(22), (1,)
    )  # the 24th is a Tuesday; at half past eight it is the 25th in London
    start = at("2026-11-24 20:30", new_york)
    assert after(evenings, new_york, start, H) == at("2026-11-24 21:30", new_york)
    assert elapsed(evenings, new_york, start, start + 3 * H) == 1.5 * H


@pytest.mark.parametrize("hours", [OFFICE, WorkingHours(time(9), time(18), ())], ids=["too long", "nobody ever works"])
def test_what_fits_into_no_ten_years_is_refused(hours: WorkingHours) -> None:
    with pytest.raises(ValueError, match="more than ten years"):
        after(hours, MOSCOW, at("2026-11-24 10:00"), 40_000 * H)


@given(working_hours(), ZONES, MOMENTS, SPANS)
def test_a_span_reckoned_ahead_is_the_time_that_passes(
    hours: WorkingHours, zone: ZoneInfo, start: datetime, span: timedelta
) -> None:
    end = after(hours, zone, start, span)
    assert end >= start
    assert elapsed(hours, zone, start, end) == span


@given(working_hours(), ZONES, MOMENTS, SPANS, SPANS)
def test_a_longer_span_never_ends_earlier(
    hours: WorkingHours, zone: ZoneInfo, start: datetime, span: timedelta, more: timedelta
) -> None:
    assert after(hours, zone, start, span + more) >= after(hours, zone, start, span)


@given(working_hours(), ZONES, MOMENTS, SPANS, SPANS)
def test_a_later_start_never_ends_earlier(
    hours: WorkingHours, zone: ZoneInfo, start: datetime, later: timedelta, span: timedelta
) -> None:
    assert after(hours, zone, start + later, span) >= after(hours, zone, start, span)


@given(working_hours(), ZONES, MOMENTS, SPANS, SPANS)
def test_time_adds_up(
    hours: WorkingHours, zone: ZoneInfo, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    parts = elapsed(hours, zone, start, middle) + elapsed(hours, zone, middle, end)
    assert parts == elapsed(hours, zone, start, end) <= end - start


@given(working_hours(), ZONES, MOMENTS, SPANS.filter(bool))
def test_a_deadline_lies_in_working_hours(
    hours: WorkingHours, zone: ZoneInfo, start: datetime, span: timedelta
) -> None:
    end = after(hours, zone, start, span)
    assert elapsed(hours, zone, end - timedelta(microseconds=1), end) > timedelta(0)
