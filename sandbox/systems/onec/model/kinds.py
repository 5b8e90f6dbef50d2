"""Kinds of property: what JSON may say of one, how it is kept, and how it is shown (contract §2.4).

Kept are texts, flags, whole numbers, `Decimal` for numbers with a fraction, moments as `2025-03-01T00:00:00` of the base's own
time (which sorts as time does), references as guids in lower case. A composite property is kept as two: the value and `…_Type`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum
from typing import Any

from sandbox.systems.onec.errors import not_parsed

EMPTY_REF = "00000000-0000-0000-0000-000000000000"
EMPTY_MOMENT = "0001-01-01T00:00:00"
UNDEFINED = "StandardODATA.Undefined"
STRING_TYPE = "Edm.String"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_WHOLE = re.compile(r"-?\d{1,18}")


class Sort(Enum):
    """What a value is to the query language: only values of one sort are compared."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    MOMENT = "moment"
    REF = "reference"
    COMPOSITE = "composite"


class Ignored(Exception):
    """A value of a wrong type, which the infobase passes over in silence."""


@dataclass(frozen=True)
class Kind:
    """One kind. `read` takes what JSON brought; it raises Ignored, or ODataError. `show` gives what JSON takes."""

    edm: str
    sort: Sort
    empty: Any
    read: Callable[[Any], Any]
    show: Callable[[Any], Any] = lambda value: value


def guid(text: Any) -> str:
    """Read a guid; raises ODataError."""
    if not isinstance(text, str) or not _GUID.fullmatch(text):
        raise not_parsed(str(text), "Edm.Guid")
    return text.lower()


def moment(text: Any) -> str:
    """Read a moment, to the second; raises ODataError."""
    try:
        if not isinstance(text, str) or not _MOMENT.fullmatch(text):
            raise ValueError
        datetime.fromisoformat(text)
    except ValueError:
        raise not_parsed(str(text), "Edm.DateTime") from None
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Ignored
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise not_parsed(str(value), "Edm.Boolean")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not _WHOLE.fullmatch(str(value)):
        raise Ignored
    return int(value)


def _decimal(step: str) -> Callable[[Any], Decimal]:
    def read(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
            raise Ignored
        try:
            number = Decimal(str(value)).quantize(Decimal(step), ROUND_HALF_UP)
        except InvalidOperation:
            raise Ignored from None
        if number.is_nan():
            raise Ignored
        return number

    return read


def show_number(value: Decimal) -> int | float:
    """Write a number as JSON does, without needless digits."""
    return int(value) if value == value.to_integral_value() else float(value)


TEXT = Kind("Edm.String", Sort.TEXT, "", _text)
ENUM = Kind("Edm.String", Sort.TEXT, "", _text)
FLAG = Kind("Edm.Boolean", Sort.FLAG, empty=False, read=_flag)
INT16 = Kind("Edm.Int16", Sort.NUMBER, 0, _whole)
INT64 = Kind("Edm.Int64", Sort.NUMBER, 0, _whole, str)
MONEY = Kind("Edm.Double", Sort.NUMBER, Decimal(), _decimal("0.01"), show_number)
QUANTITY = Kind("Edm.Double", Sort.NUMBER, Decimal(), _decimal("0.001"), show_number)
MOMENT = Kind("Edm.DateTime", Sort.MOMENT, EMPTY_MOMENT, moment)
REF = Kind("Edm.Guid", Sort.REF, EMPTY_REF, guid)
COMPOSITE = Kind("Edm.String", Sort.COMPOSITE, "", _text)
