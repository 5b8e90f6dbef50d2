"""Whether 1C is known far enough to write to somebody about money, and whether it is the hour. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sverka.domain.dunning.facts import Freshness
from sverka.domain.dunning.policy import Settings, Step
from sverka.domain.messaging.zones import window


def read_through(freshness: Freshness) -> date | None:
    """Return the last banking day whose payments are in 1C, None if nothing shows it."""
    known = [day for day in (freshness.bank_document_on, freshness.statement_until) if day is not None]
    return max(known, default=None)


def are_payments_fresh(freshness: Freshness, settings: Settings, now: datetime) -> bool:
    """Whether the money of the previous banking day is known: a bank document of it or later was read, or the accountant said so."""
    through, read_at = read_through(freshness), freshness.payments_read_at
    if through is None or read_at is None or not now - settings.payments_within <= read_at <= now:
        return False
    today = now.astimezone(settings.zone).date()
    return through >= settings.workdays.last_working_day(today)


def are_shipments_fresh(freshness: Freshness, settings: Settings, now: datetime) -> bool:
    """Whether shipments were read lately."""
    read_at = freshness.shipments_read_at
    return read_at is not None and now - settings.shipments_within <= read_at <= now


def opening(channel: str, step: Step, zone: ZoneInfo | None, settings: Settings, now: datetime) -> datetime:
    """Return when a step may go by a channel: now, if this is the hour, else the moment at which the next window opens.

    Letters go by our clock, messengers by the recipient's, both on working days; a hard step not on the eve of a long holiday.
    """
    clock = settings.zone if channel.startswith("email:") or zone is None else zone
    span = settings.send_window if channel.startswith("email:") else settings.messenger_window
    for day in _days(step, now.astimezone(clock).date(), settings):
        opens, closes = window(day, span, clock)
        if now < closes:
            return max(now, opens)
    raise AssertionError("days do not end")


def _days(step: Step, day: date, settings: Settings) -> Iterator[date]:
    """Yield days, from one on, on which a step may go."""
    workdays = settings.workdays
    while True:
        is_eve = step.is_hard and workdays.days_off_after(day) >= settings.long_holiday_days
        if not workdays.is_day_off(day) and not is_eve:
            yield day
        day += timedelta(days=1)
