"""What time it is at somebody's: the zone that a phone tells, and the hours in which it is day in all of Russia. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from sverka.domain.messaging.workdays import Workdays

Span = tuple[int, int]
"""(from, to) in minutes of a day; at the second one it is over."""

LAWFUL: Span = (8 * 60, 22 * 60)
LAWFUL_ON_DAYS_OFF: Span = (9 * 60, 20 * 60)
"""When debtors may be written to (230-FZ, article 7), in their own time."""

_WEST, _EAST = timedelta(hours=2), timedelta(hours=12)
"""From Kaliningrad to Kamchatka: ahead of UTC."""

_CORRECTIONS = {"401": "Europe/Kaliningrad", "845": "Europe/Saratov"}
"""Russian area codes of which the library names a zone whose time is another (measured, law_and_etiquette §4)."""


@lru_cache(maxsize=4096)
def zone_of_phone(phone: str) -> ZoneInfo | None:
    """Return the zone of a landline, +78121234567; None for mobiles and 8-800, which are of no place, and for what is no phone."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE:
        return None
    area = f"{number.national_number}"[:3] if number.country_code == 7 else ""
    zones = (_CORRECTIONS[area],) if area in _CORRECTIONS else time_zones_for_number(number)
    return ZoneInfo(zones[0]) if len(zones) == 1 and zones[0] != phonenumbers.timezone.UNKNOWN_TIMEZONE else None


def window(day: date, span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a span of a zone's day begins and ends, in UTC."""
    midnight = datetime.combine(day, time(0), zone)  # what is added to it is time on the wall
    opens, closes = (midnight + timedelta(minutes=minute) for minute in span)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def lawful(day: date, workdays: Workdays) -> Span:
    """Return when debtors may be written to on a day."""
    return LAWFUL_ON_DAYS_OFF if workdays.is_day_off(day) else LAWFUL


def day_everywhere(day: date, workdays: Workdays) -> tuple[datetime, datetime]:
    """Return between which moments a day is a lawful time in every zone of Russia: 06:00 to 10:00 UTC, 07:00 to 08:00 on days off."""
    opens, closes = (timedelta(minutes=minute) for minute in lawful(day, workdays))
    midnight = datetime.combine(day, time(0), UTC)
    return midnight + opens - _WEST, midnight + closes - _EAST
