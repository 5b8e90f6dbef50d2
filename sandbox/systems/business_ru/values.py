"""Kinds of field: how a parameter is read, and how the ledger shows what it holds.

Inside, money is kopecks, a quantity is thousandths, and a moment is `2005-06-01 09:00:00`, Moscow wall time as text
(which sorts as time does). Empty is None everywhere but in flags. Which model has which field is said in `models`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Value: TypeAlias = str | int | tuple[str, ...] | None

_MOSCOW = ZoneInfo("Europe/Moscow")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_MOMENTS = ("%d.%m.%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Kind:
    """One kind of field. `word` is its name in the vendor's tables; `read` raises ValueError."""

    word: str
    read: Callable[[str], Value]
    show: Callable[[Any], Any]
    empty: Value = None

    def parse(self, text: str) -> Value:
        """Read a parameter, an empty one included; raises ValueError."""
        return self.read(text) if text else self.empty


def moscow_wall(moment: datetime) -> str:
    """Write an aware moment as the ledger keeps it, to the second."""
    return moment.astimezone(_MOSCOW).strftime("%Y-%m-%d %H:%M:%S")


def show_moment(wall: str) -> str:
    """Write a kept moment as the ledger shows it: 01.06.2005 09:00:00."""
    return f"{wall[8:10]}.{wall[5:7]}.{wall[:4]}{wall[10:]}"


def show_money(kopecks: int) -> str:
    """Write kopecks as roubles with two digits: 640.00."""
    roubles, rest = divmod(abs(kopecks), 100)
    return f"{'-' * (kopecks < 0)}{roubles}.{rest:02d}"


def show_quantity(thousandths: int) -> str:
    """Write thousandths without needless digits: 1, 1.5, 0.125."""
    pieces, rest = divmod(abs(thousandths), 1000)
    fraction = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{'-' * (thousandths < 0)}{pieces}{fraction}"


def _read_moment(text: str) -> str:
    for form in _MOMENTS:
        try:
            return datetime.strptime(text, form).isoformat(" ")  # noqa: DTZ007 (wall time is meant)
        except ValueError:
            continue
    raise ValueError(text)


def _read_scaled(text: str, digits: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(Decimal(text).scaleb(digits).to_integral_value(ROUND_HALF_UP))


def _read_money(text: str) -> int:
    return _read_scaled(text, 2)


def _read_quantity(text: str) -> int:
    return _read_scaled(text, 3)


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _read_id(text: str) -> str:
    return str(_read_whole(text))


def _read_flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(text)
    return _FLAGS[text.lower()]


def _read_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


IDENTIFIER = Kind("int", _read_id, str)
"""A row's own id and references: digits, shown as text."""
BARE_IDENTIFIER = Kind("int", _read_id, int)
"""The references that the vendor shows as a number."""
TEXT = Kind("string", str, str)
DIGITS = Kind("string", _read_digits, str)
"""A phone: whatever else was written is dropped."""
WHOLE = Kind("int", _read_whole, str)
BARE_WHOLE = Kind("int", _read_whole, int)
MONEY = Kind("float", _read_money, show_money)
QUANTITY = Kind("float", _read_quantity, show_quantity)
FLAG = Kind("bool", _read_flag, bool, empty=False)
MOMENT = Kind("datetime", _read_moment, show_moment)
IDENTIFIERS = Kind("int[]", lambda text: (_read_id(text),), list)
"""A set of references, such as the receivers of a notification."""
