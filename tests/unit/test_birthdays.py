"""Greetings: once a year for a person, on the day by their own clock, whatever is written into the card meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reconcilers import birthdays
from reconcilers.birthdays import BirthdayCase
from sverka.domain.effects import State
from sverka.domain.messaging.channels import Delivery
from sverka.domain.messaging.manners import decide
from sverka.domain.messaging.wishes import Birthdays, Go, Held, Manners, Past, Recipient
from sverka.domain.policy import Policy
from sverka.domain.rows import Client
from sverka.systems.bitrix24.read import birthday
from tests.make import policy

POLICY = policy()
YEARS = range(2024, 2034)
MANNERS = Manners(channels=("sms",))
ZONES = ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka", None)
BORN = ("01-01", "02-28", "02-29", "03-01", "06-15", "12-31")


def case(born: str, zone: str | None) -> BirthdayCase:
    """A contact."""
    client = Client(ext_id=f"contact:{born}", name="Марина Соловьёва", phone="+79162345602", email="", birthday=born)
    return BirthdayCase(client, ZoneInfo(zone) if zone else None, "3", "Ольга Климова")


def kept_on(born: str, year: int, leap_day: str = "02-28") -> date:
    """The day on which a birthday is kept, as a calendar has it."""
    try:
        return date.fromisoformat(f"{year}-{born}")
    except ValueError:
        return date.fromisoformat(f"{year}-{leap_day}")


def ticks(born: str) -> Iterator[datetime]:
    """Every few hours around the birthdays of ten years, and around the days on which it might be mistaken."""
    for year in YEARS:
        for day in {kept_on(born, year), kept_on(born, year, "03-01")}:
            start = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=2)
            yield from (start + timedelta(minutes=165 * step) for step in range(36))


class Years:
    """Ten years of one person, in which every greeting that goes is delivered."""

    def __init__(self, policy: Policy, greets: Birthdays) -> None:
        self.policy, self.greets = policy, greets
        self.sent: list[tuple[str, datetime]] = []
        self.held: Counter[str] = Counter()
        self._past: list[Past] = []

    def tick(self, each: BirthdayCase, now: datetime) -> None:
        """Let the rule and good manners decide at a moment."""
        person = Recipient(each.client.ext_id, each.client.name, phone=each.client.phone, zone=each.zone)
        for wish in birthdays.wishes(each, self.policy, self.greets, now):
            verdict = decide(wish, person, self._past, MANNERS, (), now, self.policy.zone)
            if isinstance(verdict, Go):
                self.sent.append((wish.key, now))
                done = Past(
                    wish.key, "birthday", "care", "sms", person.phone, State.DONE, now, delivery=Delivery.DELIVERED
                )
                self._past.append(done)
            elif isinstance(verdict, Held):
                self.held[verdict.rule] += 1


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("leap_day", ["02-28", "03-01"])
@pytest.mark.parametrize("born", BORN)
def test_in_ten_years_a_person_is_greeted_ten_times_each_on_the_own_day(
    born: str, leap_day: str, zone: str | None
) -> None:
    years = Years(POLICY, Birthdays(leap_day=leap_day))
    for now in ticks(born):
        years.tick(case(born, zone), now)
    theirs = ZoneInfo(zone) if zone else POLICY.zone
    days = [moment.astimezone(theirs).date() for _, moment in years.sent]
    hours = [moment.astimezone(theirs).hour for _, moment in years.sent]
    assert days == [kept_on(born, year, leap_day) for year in YEARS]
    assert all(11 <= hour < 19 for hour in hours)
    assert len({key for key, _ in years.sent}) == len(YEARS)


def test_a_date_that_is_changed_after_the_greeting_brings_no_second_one_that_year() -> None:
    years = Years(POLICY, Birthdays())
    card = case("06-15", "Europe/Moscow")
    for step in range(4 * 24 * 12):
        now = datetime(2026, 6, 14, tzinfo=UTC) + timedelta(minutes=15 * step)
        moved = replace(card, client=replace(card.client, birthday="06-15" if now.day < 17 else "06-20"))
        years.tick(moved, now)
    assert [moment.day for _, moment in years.sent] == [15]


def test_a_day_on_which_nobody_looked_is_not_made_up_for() -> None:
    years = Years(POLICY, Birthdays())
    years.tick(case("06-15", "Europe/Moscow"), datetime(2026, 6, 15, 17, 0, tzinfo=UTC))
    years.tick(case("06-15", "Europe/Moscow"), datetime(2026, 6, 16, 9, 0, tzinfo=UTC))
    assert (years.sent, years.held) == ([], Counter({"too_late": 1}))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1990-11-11T03:00:00+03:00", "11-11"), ("2001-11-11T02:00:00+02:00", "11-11"), ("1990-02-29", ""), ("1988-02-29", "02-29"),
        ("", ""), (None, ""), (False, ""), ("1900-01-01T03:00:00+03:00", ""), ("1970-01-01", ""), ("0001-01-01", ""),
        ("11.11.1990", ""), ("1985-12-31T00:00:00+10:00", "12-31"),
    ],
)  # fmt: skip
def test_the_date_counts_as_it_is_printed_and_what_stands_for_nothing_is_nothing(written: object, read: str) -> None:
    assert birthday(written) == read


@pytest.mark.parametrize(
    ("clock", "told"), [("05:59", 0), ("06:00", 1), ("20:05", 1)], ids=["before nine", "at nine", "late in the evening"]
)
def test_the_manager_is_told_on_the_day_from_nine_on(clock: str, told: int) -> None:
    now = datetime.fromisoformat(f"2026-06-15T{clock}:00+00:00")
    found = list(birthdays.reminders(case("06-15", None), POLICY, Birthdays(), now))
    assert [(each.sort, each.responsible) for each in found] == [("notice", "3")] * told
    assert all("Марина Соловьёва, +79162345602" in each.text for each in found)


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        pytest.param({"manager": ""}, "2026-06-15T12:00", id="nobody answers for the client"),
        pytest.param({"zone": ZoneInfo("Asia/Kamchatka")}, "2026-06-14T15:00", id="there it is the day, here it is not yet"),
        pytest.param({"zone": ZoneInfo("Pacific/Honolulu")}, "2026-06-16T07:00", id="there it still is, here it was yesterday"),
        pytest.param({}, "2026-06-16T07:00", id="it was yesterday"),
    ],
)  # fmt: skip
def test_no_manager_is_told_where(changes: dict[str, Any], now: str) -> None:
    each, moment = replace(case("06-15", None), **changes), datetime.fromisoformat(f"{now}:00+00:00")
    assert list(birthdays.reminders(each, POLICY, Birthdays(), moment)) == []


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("Pacific/Honolulu", "15 21:00", "16 05:00"), ("Europe/Moscow", "15 08:00", "15 16:00"),
        ("Asia/Kamchatka", "14 23:00", "15 07:00"),
    ],
)  # fmt: skip
def test_the_hours_of_a_greeting_are_those_of_whoever_is_greeted_also_beyond_midnight(
    zone: str, begins: str, ends: str
) -> None:
    first, last = (datetime.fromisoformat(f"2026-06-{each.replace(' ', 'T')}:00+00:00") for each in (begins, ends))
    for now in (first, last - timedelta(minutes=1)):
        (wish,) = birthdays.wishes(case("06-15", zone), POLICY, Birthdays(), now)
        assert (wish.not_before, wish.expires_at) == (first, last)
        assert "06-15" in birthdays.days_near(now, Birthdays())


def test_the_notice_to_the_manager_has_one_meaning_a_year_whatever_becomes_of_the_date() -> None:
    days = (("2026", "06-15"), ("2026", "06-20"), ("2027", "06-15"))
    noons = [(datetime.fromisoformat(f"{year}-{born}T12:00:00+00:00"), born) for year, born in days]
    found = [next(birthdays.reminders(case(born, None), POLICY, Birthdays(), noon)) for noon, born in noons]
    first, moved, next_year = (each.action("headlights", "x").key for each in found)
    assert first == moved != next_year
