"""What the report of the letters says: where requests come from and what becomes of them, by source, by manager, by branch.

Belongs here: frozen values only. They are counted in `sverka.domain.report_facts` and put into words by `sverka.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sverka.domain.tally import NOTHING, Tally

GROUPINGS = ("source", "manager", "branch")
"""By what the report is told, in the order of telling."""


@dataclass(frozen=True)
class Days:
    """Whole days of the company's calendar, both ends included."""

    first: date
    last: date

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return where they begin, and where the first day after them does."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last + timedelta(days=1), time(), zone)


@dataclass(frozen=True)
class Score:
    """What happened to deals in some days.

    new: were made; won, lost: came to an end. took: from making to winning, the median of those won (the lower one of two), None
    without any.
    """

    new: int = 0
    won: Tally = NOTHING
    lost: int = 0
    took: timedelta | None = None

    def __bool__(self) -> bool:
        return bool(self.new or self.won or self.lost)

    @property
    def conversion_percent(self) -> int | None:
        """How many of a hundred deals that ended were won, None if none ended."""
        ended = self.won.count + self.lost
        return (200 * self.won.count + ended) // (2 * ended) if ended else None


@dataclass(frozen=True)
class Line:
    """One source, manager or branch; `name` is "" where the deals name none. scores: one for each stretch of days.

    others: how many of them the line stands for, where it gathers what is left; 0 for a line of its own.
    """

    name: str
    in_work: int
    scores: tuple[Score, ...]
    others: int = 0

    def __bool__(self) -> bool:
        return bool(self.in_work or any(self.scores))


@dataclass(frozen=True)
class Report:
    """The deals of a company in some stretches of days, altogether and by each of `GROUPINGS`."""

    stretches: tuple[Days, ...]
    total: Line
    tables: Mapping[str, tuple[Line, ...]]


def yesterday(today: date) -> Days:
    """Return the day before."""
    day = today - timedelta(days=1)
    return Days(day, day)


def week_and_month(today: date) -> tuple[Days, Days]:
    """Return the last seven days that are over, and the days of yesterday's month until then."""
    last = today - timedelta(days=1)
    return Days(today - timedelta(days=7), last), Days(last.replace(day=1), last)
