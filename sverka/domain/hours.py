"""Working time: how much of a span people were there to answer, and when a span of it will have passed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.policy import WorkingHours

_LONGEST_SEARCH = timedelta(days=3660)
"""So far ahead a span is looked for: longer limits mean a mistake in the file, not a deadline."""


def elapsed(hours: WorkingHours, zone: ZoneInfo, start: datetime, end: datetime) -> timedelta:
    """Return the working time between two moments; nothing if the end comes first."""
    shifts = _shifts(hours, zone, start.astimezone(zone).date(), end.astimezone(zone).date())
    spans = (min(end, closes) - max(start, opens) for opens, closes in shifts)
    return sum((span for span in spans if span > timedelta(0)), timedelta(0))


def after(hours: WorkingHours, zone: ZoneInfo, start: datetime, span: timedelta) -> datetime:
    """Return the moment, in UTC, at which `span` of working time will have passed since `start`.

    Raises ValueError for a span that does not fit into ten years.
    """
    left, first, start = span, start.astimezone(zone).date(), start.astimezone(UTC)
    for opens, closes in _shifts(hours, zone, first, first + _LONGEST_SEARCH):
        begins = max(opens, start)
        if closes - begins >= left:
            return max(begins, start) + left
        left -= max(closes - begins, timedelta(0))
    raise ValueError(f"{span} of working time is more than ten years")


def _shifts(hours: WorkingHours, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield opening and closing of each working day, in UTC, so that differences are real time across changes of the clock."""
    day = first
    while day <= last:
        if day.weekday() in hours.weekdays:
            opens, closes = (datetime.combine(day, each, zone).astimezone(UTC) for each in (hours.opens, hours.closes))
            yield opens, closes
        day += timedelta(days=1)
