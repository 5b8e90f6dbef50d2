"""Russia's production calendar: which days are off, with the transfers that the government decrees each year. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """The calendar. off, working: days that stand otherwise than in Russia's calendar, such as a region's own holidays."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def is_day_off(self, day: date) -> bool:
        """Whether a day is a weekend or a holiday; a Saturday to which work was moved is neither."""
        if day in self.off:
            return True
        return day not in self.working and not _russia(day.year).is_working_day(day)

    def next_working_day(self, day: date) -> date:
        """Return the first day after a day on which people work."""
        day += _A_DAY
        while self.is_day_off(day):
            day += _A_DAY
        return day

    def last_working_day(self, day: date) -> date:
        """Return the last day before a day on which people work."""
        day -= _A_DAY
        while self.is_day_off(day):
            day -= _A_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """Return a day itself if people work on it, else the first one after it."""
        return self.next_working_day(day) if self.is_day_off(day) else day

    def plus(self, day: date, working_days: int) -> date:
        """Return the day that lies so many working days after a day, or before it for a negative number."""
        for _ in range(abs(working_days)):
            day = self.next_working_day(day) if working_days > 0 else self.last_working_day(day)
        return day

    def between(self, day: date, later: date) -> int:
        """Return how many days people work after a day up to a later one, that one included; negative where `later` is the earlier."""
        if later < day:
            return -self.between(later, day)
        whole_years = sum(len(_working(self, year)) for year in range(day.year, later.year))
        return (
            whole_years + bisect_right(_working(self, later.year), later) - bisect_right(_working(self, day.year), day)
        )

    def days_off_after(self, day: date) -> int:
        """Return how many days off follow a day in a row."""
        return (self.next_working_day(day) - day).days - 1

    def knows_transfers(self, year: int) -> bool:
        """Whether the days to which work and rest are moved in a year are known: the decree comes out in the autumn before."""
        own = self.off | self.working
        return year in _russia(year).special_public_holidays or any(day.year == year for day in own)


@cache
def _working(workdays: Workdays, year: int) -> tuple[date, ...]:
    """Return the days of a year on which people work, in order."""
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return tuple(day for day in days if day.year == year and not workdays.is_day_off(day))


@cache
def _russia(year: int) -> HolidayBase:
    """Return a year of the calendar; without a year the working Saturdays are missing until somebody asks for a day of it."""
    from holidays import country_holidays  # noqa: PLC0415  (brings the calendars of all countries)

    return country_holidays("RU", years=year)
