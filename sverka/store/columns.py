"""Types of columns that both databases keep alike: row keys, moments, days, JSON.

Only integers and text reach the disk; what a database would make of dates, decimals or documents differs too much.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator

from sverka.store.errors import BadValue

ROW_KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A key that the database gives by itself; SQLite does so for columns declared exactly INTEGER."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970 in UTC, as moments are kept. Raises BadValue for a naive one."""
    if moment.tzinfo is None:
        raise BadValue("A moment without a time zone cannot be stored; say which zone it was in.")
    return (moment - _EPOCH) // _MICROSECOND


class UtcDateTime(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970 in UTC.

    Integers rather than ISO text: they sort and subtract alike in both databases, become `datetime64[us, UTC]` without
    parsing, and have no room for an offset that somebody forgot. A naive moment is refused.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware moment into microseconds. Raises BadValue for a naive one."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware moment in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A day without a zone, as ISO text: `2026-11-24`, which sorts as days do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Write the day. Raises BadValue for a moment, whose day depends on the zone."""
        if isinstance(value, datetime):
            raise BadValue("A moment cannot be stored as a day; say in which zone it is a day.")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        """Read the day."""
        return None if value is None else date.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """Plain JSON as text with sorted keys, so that equal documents are equal texts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        """Write the document; NaN and infinities are no JSON. Raises BadValue."""
        if value is None:
            return None
        try:
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise BadValue("A document holds something that is no JSON.") from error

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        """Read the document."""
        return None if value is None else json.loads(value)
