"""When lines of the crontab are due: an independent library is the judge, and where clocks are set, what Debian's cron says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from sverka.work.crontab import Line
from sverka.work.schedule import following, latest
from tests.soak import SOAK

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ZONES = ("Europe/Berlin", "America/Havana")
SETTING_CLOCKS = {
    "Berlin, forward": ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    "Berlin, back": ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "Almaty, back for good": ("Asia/Almaty", datetime(2024, 2, 29, 18, tzinfo=UTC)),
    "Beirut, forward at midnight": ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    "Havana, back at one": ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    "Lord Howe, forward half an hour": ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "Lord Howe, back half an hour": ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
}


def moments(fields: str, zone: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield when a line is due in (after, until], going from each moment to the next."""
    line, place = Line("agreement", fields), ZoneInfo(zone)
    moment = following(after, [line], place).get("agreement")
    while moment is not None and moment <= until:
        yield moment
        moment = following(moment, [line], place).get("agreement")


def field(low: int, high: int) -> st.SearchStrategy[str]:
    """One field: a star, a step, a range with a step, a list. croniter reads a range of one number with a step wrongly."""
    number = st.integers(low, high)
    ranges = st.tuples(number, number, st.integers(1, 9)).filter(lambda each: each[0] < each[1])
    return st.one_of(
        st.just("*"),
        st.integers(2, 30).map(lambda step: f"*/{step}"),
        ranges.map(lambda each: "{}-{}/{}".format(*each)),
        st.lists(number, min_size=1, max_size=3, unique=True).map(lambda each: ",".join(map(str, sorted(each)))),
    )


DAYS = st.one_of(
    st.tuples(field(1, 28), st.just("*")),
    st.tuples(st.just("*"), st.sampled_from(["MON", "MON-FRI", "SAT,SUN", "SUN"])),
)
FIELDS = st.tuples(field(0, 59), field(0, 23), DAYS, st.sampled_from(["*", "2", "JAN", "1-6", "*/5"])).map(
    lambda each: f"{each[0]} {each[1]} {each[2][0]} {each[3]} {each[2][1]}"
)


@examples(max_examples=3_000 if SOAK else 40)
@given(FIELDS, st.sampled_from(["UTC", "Europe/Moscow", "Asia/Kolkata"]), st.integers(0, 20 * 365 * 1440))
def test_where_no_clock_is_set_an_independent_library_reads_every_line_alike(
    fields: str, zone: str, minutes: int
) -> None:
    """Moscow has not set its clock since 2014, where these moments begin."""
    now = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    line, place = [Line("agreement", fields)], ZoneInfo(zone)
    wall = now.astimezone(place).replace(tzinfo=None)

    def on_the_wall(moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(place).replace(tzinfo=None)

    assert on_the_wall(following(now, line, place).get("agreement")) == croniter(fields, wall).get_next(datetime)
    assert on_the_wall(latest(now, line, place).get("agreement")) == croniter(fields, wall + MINUTE).get_prev(datetime)


def debian(fields: str, zone: str, after: datetime, until: datetime) -> set[datetime]:
    """Return when Debian's cron starts a line, minute by minute, as its manual and the loop in its cron.c have it.

    A line whose minute or hour begins with a star goes by the clock on the wall. Of the others those that the clock jumps over are
    started right after the jump, and those that come again after it was set back are not started again.
    """
    place, by_the_clock = ZoneInfo(zone), any(each.startswith("*") for each in fields.split()[:2])
    found, reached = set(), _wall(after, place)
    minutes, hours, *_ = (set(each) for each in croniter.expand(fields)[0])
    for minute in (after + count * MINUTE for count in range(1, (until - after) // MINUTE + 1)):
        wall = _wall(minute, place)
        shown = (
            [wall] if by_the_clock else [reached + count * MINUTE for count in range(1, (wall - reached) // MINUTE + 1)]
        )
        reached = max(wall, reached)
        if any({each.minute, "*"} & minutes and {each.hour, "*"} & hours for each in shown):
            found.add(minute)
    return found


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@pytest.mark.parametrize("name", SETTING_CLOCKS)
@examples(max_examples=300 if SOAK else 4)
@given(fields=st.tuples(field(0, 59), field(0, 5)).map(lambda each: f"{each[0]} {each[1]} * * *"))
def test_where_a_clock_is_set_lines_are_read_as_debians_cron_reads_them(name: str, fields: str) -> None:
    zone, at = SETTING_CLOCKS[name]
    after, until = at - 3 * HOUR, at + 4 * HOUR
    assert set(moments(fields, zone, after, until)) == debian(fields, zone, after, until)


@pytest.mark.parametrize(
    ("name", "fields", "due"),
    [
        ("Berlin, forward", "30 2 * * *", ["01:00"]),
        ("Berlin, forward", "15,45 2 * * *", ["01:00"]),
        ("Berlin, forward", "0 3 * * *", ["01:00"]),
        ("Berlin, forward", "*/30 2 * * *", []),
        ("Berlin, forward", "30 * * * *", ["23:30", "00:30", "01:30"]),
        ("Berlin, back", "30 2 * * *", ["00:30"]),
        ("Berlin, back", "0 3 * * *", ["02:00"]),
        ("Berlin, back", "*/30 2 * * *", ["00:00", "00:30", "01:00", "01:30"]),
        ("Berlin, back", "30 * * * *", ["23:30", "00:30", "01:30"]),
        ("Almaty, back for good", "30 23 * * *", ["17:30"]),
        ("Beirut, forward at midnight", "0 0 * * *", ["22:00"]),
        ("Beirut, forward at midnight", "*/30 0 * * *", []),
        ("Lord Howe, forward half an hour", "15 2 * * *", ["15:30"]),
        ("Lord Howe, forward half an hour", "* 3 * * *", ["16:00"]),
    ],
)  # fmt: skip
def test_a_moment_that_is_jumped_over_comes_right_after_and_one_that_comes_twice_counts_once(
    name: str, fields: str, due: list[str]
) -> None:
    zone, at = SETTING_CLOCKS[name]
    found = list(moments(fields, zone, at - 2 * HOUR, at + HOUR))
    assert [f"{moment:%H:%M}" for moment in found][: len(due) or None] == due


def different_zones() -> list[str]:
    """Return one zone for each way in which clocks are set between 2020 and 2030."""
    noons = [datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(10 * 366)]
    ways = {
        tuple(noon.astimezone(ZoneInfo(name)).utcoffset() for noon in noons): name
        for name in sorted(available_timezones())
    }
    return sorted(ways.values())


@pytest.mark.parametrize("fields", ["30 2 * * *", "0 0 * * *"])
@pytest.mark.parametrize("zone", different_zones() if SOAK else ZONES)
def test_a_moment_of_the_day_comes_once_on_each_date(zone: str, fields: str) -> None:
    place, first = ZoneInfo(zone), datetime(2020, 1, 1, 12, tzinfo=UTC)
    years = 10 if SOAK else 1
    found = list(moments(fields, zone, first, first + timedelta(days=366 * years)))
    dates = [moment.astimezone(place).date() for moment in found]
    assert dates == [dates[0] + timedelta(days=count) for count in range(len(dates))]
    assert len(dates) >= 366 * years - 1


@pytest.mark.parametrize(
    ("fields", "after", "due"),
    [
        ("0 9 29 2 *", "2096-03-01T00:00+03:00", "2104-02-29T09:00+03:00"),
        ("0 9 29 2 *", "2023-03-01T00:00+03:00", "2024-02-29T09:00+03:00"),
        ("0 9 31 * *", "2026-03-31T09:00+03:00", "2026-05-31T09:00+03:00"),
        ("59 23 31 12 *", "2026-12-31T23:58:30+03:00", "2026-12-31T23:59+03:00"),
        ("0 0 1 1 *", "2026-12-31T23:59:59+03:00", "2027-01-01T00:00+03:00"),
        ("0 9 * * MON", "2026-11-23T09:00+03:00", "2026-11-30T09:00+03:00"),
    ],
)
def test_leap_days_and_the_ends_of_months_and_years(fields: str, after: str, due: str) -> None:
    line, zone = [Line("agreement", fields)], ZoneInfo("Europe/Moscow")
    moment = datetime.fromisoformat(due)
    assert following(datetime.fromisoformat(after), line, zone) == {"agreement": moment}
    assert latest(moment, line, zone) == {"agreement": moment}
    assert latest(moment + timedelta(seconds=59), line, zone) == {"agreement": moment}


def test_a_day_that_a_zone_left_out_comes_with_the_next_one() -> None:
    """Samoa had no 30 December 2011."""
    line, zone = [Line("digest", "0 9 * * *")], ZoneInfo("Pacific/Apia")
    moments = [datetime(2011, 12, 29, 19, tzinfo=UTC)]
    for _ in range(3):
        moments.append(following(moments[-1], line, zone)["digest"])
    assert [f"{each.astimezone(zone):%m-%d %H:%M}" for each in moments] == [
        "12-29 09:00", "12-31 00:00", "12-31 09:00", "01-01 09:00",
    ]  # fmt: skip


def test_of_several_lines_of_a_job_the_latest_past_and_the_nearest_future_count() -> None:
    lines = [Line("digest", "0 9 * * *"), Line("digest", "0 15 * * FRI"), Line("sweep", "30 3 * * *")]
    zone, friday = ZoneInfo("Europe/Moscow"), datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert latest(friday, lines, zone)["digest"] == datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert following(friday, lines, zone)["digest"] == datetime(2026, 11, 28, 6, tzinfo=UTC)
