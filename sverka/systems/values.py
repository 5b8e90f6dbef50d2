"""From JSON as vendors write it to our types: ids, texts, flags, moments; `Decimal` and `int` for numbers, never a float.

The vendors' many words for nothing (null, "", 0, "0", false, [], {}) are understood here and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar

from sverka.domain.brief import brief
from sverka.domain.money import parse_kopecks

Json = dict[str, Any]
T = TypeVar("T")

_NOTHINGS: tuple[object, ...] = ("", [], {})
_NO_ID = frozenset(("", "0"))
_YES = frozenset(("y", "1", "true"))
_NO = frozenset(("n", "0", "false", ""))
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
"""What neither UTF-8 nor PostgreSQL can hold."""

_FIRST_YEAR, _LAST_YEAR = 1900, 9000


class BadValueError(ValueError):
    """A field does not hold what it should."""


def parse_json(body: bytes) -> Any:
    """Parse an answer with exact numbers. Raises ValueError for anything that is not one whole JSON text."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def is_nothing(value: object) -> bool:
    """Say whether a vendor means "nothing" by `value`."""
    return value is None or value is False or value in _NOTHINGS


def text(value: object) -> str:
    """Read a text; a number is written out, nothing is ""."""
    if isinstance(value, str):
        # printable text, which nearly all is, holds nothing unstorable; this is the hottest line of a large reading
        return value.strip() if value.isprintable() else _UNSTORABLE.sub("", value).strip()
    if is_nothing(value):
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise BadValueError(f"not a text: {brief(value)}")


def ident(value: object) -> str:
    """Read an id as text; 0 and nothing are ""."""
    if isinstance(value, str):
        plain = text(value)
        return "" if plain in _NO_ID else plain
    if is_nothing(value):
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value else ""
    raise BadValueError(f"not an id: {brief(value)}")


def ident_or_none(value: object) -> str:
    """Read an id; what is none is "", as nothing is."""
    try:
        return ident(value)
    except BadValueError:
        return ""


def flag(value: object) -> bool:
    """Read a yes or no: Y/N, 1/0, true/false; nothing is no."""
    if is_nothing(value):
        return False
    word = str(value).strip().lower() if isinstance(value, str | int) else None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValueError(f"neither yes nor no: {brief(value)}")


def kopecks_or_zero(value: object) -> int:
    """Read a sum in roubles as kopecks; nothing is 0."""
    return 0 if is_nothing(value) else parse_kopecks(value)


def iso_moment(value: object) -> datetime | None:
    """Read ISO 8601 with an offset, in UTC; nothing and the vendors' zero dates are None."""
    if is_nothing(value) or (isinstance(value, str) and value.startswith("0000")):
        return None
    if not isinstance(value, str):
        raise BadValueError(f"not a moment: {brief(value)}")
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise BadValueError(f"not a moment: {brief(value)}") from error
    if moment.tzinfo is None:
        raise BadValueError(f"a moment without an offset: {brief(value)}")
    return plausible(moment)


def plausible(moment: datetime) -> datetime | None:
    """Return an aware moment in UTC; None for the year 1 that some systems write for nothing."""
    if moment.year < _FIRST_YEAR:
        return None
    if moment.year > _LAST_YEAR:
        raise BadValueError(f"not a plausible moment: {moment.isoformat()}")
    return moment.astimezone(UTC)


def http_moment(header: str) -> datetime:
    """Read a `Date` header, in UTC. Raises BadValueError."""
    try:
        moment = parsedate_to_datetime(header)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadValueError(f"not a moment: {brief(header)}") from error


def must(parse: Callable[[object], T]) -> Callable[[object], T]:
    """Make a parser that refuses nothing."""

    def parsed(value: object) -> T:
        result = parse(value)
        if result is None or result == "":
            raise BadValueError("missing")
        return result

    return parsed
