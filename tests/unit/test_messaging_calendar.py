"""Which days are off in Russia, what time it is at somebody's, and when it is day from Kaliningrad to Kamchatka."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.messaging.workdays import Workdays
from sverka.domain.messaging.zones import zone_of_phone
from tests.strategies import examples

RUSSIA = Workdays()
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
EVERYWHERE = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Vladivostok",
    "Asia/Kamchatka",
)


@pytest.mark.parametrize(
    ("year", "moved_off", "working_saturdays"),
    [
        (2025, ("05-02", "05-08", "06-13", "11-03", "12-31"), ("11-01",)),
        (2026, ("01-09", "03-09", "05-11", "12-31"), ()),
        (2027, ("02-22", "05-03", "05-10", "06-14", "11-05", "12-31"), ("02-20",)),
    ],
)
def test_days_off_are_moved_as_the_decrees_say(
    year: int, moved_off: tuple[str, ...], working_saturdays: tuple[str, ...]
) -> None:
    statutory = {f"01-{day:02}" for day in range(1, 9)} | {"02-23", "03-08", "05-01", "05-09", "06-12", "11-04"}
    first = date(year, 1, 1)
    for day in (first + timedelta(days=number) for number in range(365)):
        name = f"{day:%m-%d}"
        is_off = name in statutory | {*moved_off} or (day.weekday() >= 5 and name not in working_saturdays)
        assert RUSSIA.is_day_off(day) is is_off, day


def test_a_working_saturday_is_known_to_whoever_asks_for_it_first() -> None:
    from sverka.domain.messaging.workdays import _russia

    _russia.cache_clear()
    assert RUSSIA.is_day_off(date(2027, 2, 20)) is False


@pytest.mark.parametrize(
    ("day", "following"),
    [
        pytest.param("2026-11-24", "2026-11-25", id="a working day"),
        pytest.param("2026-11-27", "2026-11-30", id="over a weekend"),
        pytest.param("2026-12-30", "2027-01-11", id="over the New Year"),
        pytest.param("2025-10-31", "2025-11-01", id="to a working Saturday"),
        pytest.param("2025-11-01", "2025-11-05", id="over days that were moved together"),
    ],
)
def test_the_next_working_day(day: str, following: str) -> None:
    assert RUSSIA.next_working_day(date.fromisoformat(day)) == date.fromisoformat(following)


@given(DAYS)
@examples(soak=500, short=60)
def test_between_a_day_and_the_next_working_one_all_are_off(day: date) -> None:
    following = RUSSIA.next_working_day(day)
    between = [day + timedelta(days=number) for number in range(1, (following - day).days)]
    assert following > day
    assert (RUSSIA.is_day_off(following), all(map(RUSSIA.is_day_off, between))) == (False, True)


def test_a_regions_own_days_stand_above_the_calendar() -> None:
    sabantuy, saturday = date(2026, 6, 26), date(2026, 6, 27)
    own = Workdays(off=frozenset({sabantuy}), working=frozenset({saturday}))
    assert [own.is_day_off(day) for day in (sabantuy, saturday)] == [True, False]
    assert [RUSSIA.is_day_off(day) for day in (sabantuy, saturday)] == [False, True]


def test_a_year_without_a_decree_is_known_to_be_one() -> None:
    assert [RUSSIA.knows_transfers(year) for year in (2025, 2026, 2027, 2028)] == [True, True, True, False]
    assert Workdays(off=frozenset({date(2028, 5, 8)})).knows_transfers(2028)
    assert [RUSSIA.is_day_off(date(2028, 1, day)) for day in (3, 11)] == [True, False]


LANDLINES = {
    "+74012123456": "Europe/Kaliningrad", "+78452123456": "Europe/Saratov", "+78453123456": "Europe/Saratov",
    "+74951234567": "Europe/Moscow", "+78121234567": "Europe/Moscow", "+78432123456": "Europe/Moscow", "+78462123456": "Europe/Samara",
    "+73432123456": "Asia/Yekaterinburg", "+73812123456": "Asia/Omsk", "+73832123456": "Asia/Novosibirsk",
    "+73912123456": "Asia/Krasnoyarsk", "+73952123456": "Asia/Irkutsk", "+74112123456": "Asia/Yakutsk", "+74232123456": "Asia/Vladivostok",
    "+74242123456": "Asia/Sakhalin", "+74152123456": "Asia/Kamchatka",
}  # fmt: skip


@pytest.mark.parametrize(("phone", "zone"), LANDLINES.items())
@pytest.mark.parametrize("month", [1, 7], ids=["winter", "summer"])
def test_a_landline_tells_the_time_of_its_city(phone: str, zone: str, month: int) -> None:
    moment, found = datetime(2026, month, 15, tzinfo=UTC), zone_of_phone(phone)
    assert found is not None
    assert found.utcoffset(moment) == ZoneInfo(zone).utcoffset(moment)


@pytest.mark.parametrize(
    "phone", ["+79161234567", "+78005553535", "+77011234567", "123-45-67", "", "позвонить жене", "+7000"]
)
def test_a_phone_of_no_place_tells_no_zone(phone: str) -> None:
    assert zone_of_phone(phone) is None
