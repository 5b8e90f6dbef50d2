"""Russia's production calendar: which days are off, with the transfers that the government decrees each year. Pure."""

from __future__ import annotations

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

    def knows_transfers(self, year: int) -> bool:
        """Whether the days to which work and rest are moved in a year are known: the decree comes out in the autumn before."""
        own = self.off | self.working
        return year in _russia(year).special_public_holidays or any(day.year == year for day in own)


@cache
def _russia(year: int) -> HolidayBase:
    """Return a year of the calendar; without a year the working Saturdays are missing until somebody asks for a day of it."""
    from holidays import country_holidays  # noqa: PLC0415  (brings the calendars of all countries)

    return country_holidays("RU", years=year)
