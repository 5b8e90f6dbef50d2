"""The portal's time: whole seconds, printed in the server's zone whatever zone anybody else lives in.

Inside the portal a moment is an integer of Unix seconds and a date is `YYYY-MM-DD`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

SERVER_ZONE = ZoneInfo("Europe/Moscow")

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?Z|[+-]\d{2}:?\d{2})?)?")
_PORTAL = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}:\d{2}(?::\d{2})?))?")


def seconds(moment: datetime) -> int:
    """Return the whole Unix seconds of an aware moment."""
    return int(moment.timestamp() // 1)


@lru_cache(maxsize=65_536)
def print_moment(second: int) -> str:
    """Write Unix seconds as the portal does: ISO 8601 with the server's offset."""
    return datetime.fromtimestamp(second, SERVER_ZONE).isoformat()


@lru_cache(maxsize=8_192)
def print_date(day: str) -> str:
    """Write a date as the portal does: midnight of UTC as the server's clock shows it."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC).astimezone(SERVER_ZONE).isoformat()


def day_of(second: int) -> str:
    """Return the server's date at this second."""
    return datetime.fromtimestamp(second, SERVER_ZONE).date().isoformat()


def parse_moment(text: Any) -> int:
    """Read ISO 8601 or the portal's own format; without an offset it is server time. Raise ValueError otherwise."""
    moment = datetime.fromisoformat(_iso(text))
    return seconds(moment if moment.tzinfo else moment.replace(tzinfo=SERVER_ZONE))


def parse_day(text: Any) -> str:
    """Read a date, or the date part of a moment as it is printed. Raise ValueError when there is none."""
    return date.fromisoformat(_iso(text)[:10]).isoformat()


def has_offset(text: Any) -> bool:
    """Say whether a written moment names its offset from UTC."""
    return bool(re.search(r"T.*(Z|[+-]\d{2}:?\d{2})$", str(text)))


def time_object(start: datetime, finish: datetime) -> dict[str, Any]:
    """Return the `time` of an answer, without the counters of the limiter."""
    duration = (finish - start).total_seconds()
    return {
        "start": start.timestamp(),
        "finish": finish.timestamp(),
        "duration": duration,
        "processing": duration,
        "date_start": print_moment(seconds(start)),
        "date_finish": print_moment(seconds(finish)),
    }


def _iso(value: Any) -> str:
    text = str(value).strip()
    if _ISO.fullmatch(text):
        return text
    if found := _PORTAL.fullmatch(text):
        day, month, year, clock = found.groups()
        return f"{year}-{month}-{day}" + (f"T{clock}" if clock else "")
    raise ValueError(f"not a moment: {text!r}")
