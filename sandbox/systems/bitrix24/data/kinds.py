"""Kinds of values: how each is read from a request, kept, compared in a filter and printed by the two families.

The universal methods (`crm.item.*`) print numbers, the classic ones strings. Kept values are plain: kopecks,
thousandths, Unix seconds, `YYYY-MM-DD`, 1 or 0 for the booleans of custom fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sandbox.systems.bitrix24.wire import moments

NOTHING = object()
"""A filter's value that no row can equal, such as `Y` for a boolean that filters know as 1 and 0."""

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Kind:
    """One kind of values.

    vendor: the type's name in descriptions of fields. parse: from a request, ValueError when it cannot be.
    sift: from a filter. number, text: print for the universal and for the classic methods. blank: what an unset value
    compares as.
    """

    vendor: str
    parse: Convert
    number: Convert
    text: Convert
    sift: Convert
    blank: Any = None


def decimal(value: Any) -> Decimal:
    """Read a number that came as JSON or as text; raise ValueError when it is none."""
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not a number: {value!r}")
    return number


def scaled(value: Any, scale: int) -> int:
    """Return a number times `scale`, rounded half up: 100 for kopecks, 1000 for thousandths."""
    return int((decimal(value) * scale).quantize(Decimal(1), ROUND_HALF_UP))


def plain(value: int, scale: int) -> int | float:
    """Return the JSON number of a scaled integer: whole numbers have no fraction."""
    return value // scale if value % scale == 0 else value / scale


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    return 0 if value == "" else int(str(value).strip())


def _kopecks(value: Any) -> int:
    return 0 if value == "" else scaled(value, 100)


def _thousandths(value: Any) -> int:
    return 0 if value == "" else scaled(value, 1000)


def _float(value: Any) -> float:
    return 0.0 if value == "" else float(decimal(value))


def _string(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError("a string was expected")  # noqa: TRY004 - a refusal of a value, not of a program
    return str(value)


def _flag(value: Any) -> str:
    if isinstance(value, bool):
        return "Y" if value else "N"
    return "Y" if str(value).upper() in {"Y", "1"} else "N"


def _boolean(value: Any) -> int:
    text = str(value).upper()
    if text not in {"Y", "N", "1", "0", "TRUE", "FALSE"}:
        raise ValueError(f"not a boolean: {value!r}")
    return int(text in {"Y", "1", "TRUE"})


def _sifted_boolean(value: Any) -> Any:
    return {"1": 1, "TRUE": 1, "0": 0, "FALSE": 0}.get(str(value).upper(), NOTHING)


def _two_digits(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}" if kopecks >= 0 else f"-{_two_digits(-kopecks)}"


def _same(value: Any) -> Any:
    return value


def _kopecks_number(value: int) -> int | float:
    return plain(value, 100)


def _thousandths_number(value: int) -> int | float:
    return plain(value, 1000)


def _thousandths_text(value: int) -> str:
    return f"{value / 1000:.4f}"


def _float_number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _yes_no(value: int) -> str:
    return "Y" if value else "N"


def _integers(vendor: str) -> Kind:
    return Kind(vendor, _integer, _same, str, _integer, blank=0)


def _strings(vendor: str) -> Kind:
    return Kind(vendor, _string, _same, _same, _string)


KINDS: dict[str, Kind] = {
    "integer": _integers("integer"),
    "user": _integers("user"),
    "company": _integers("crm_company"),
    "contact": _integers("crm_contact"),
    "lead": _integers("crm_lead"),
    "category": _integers("crm_category"),
    "string": _strings("string"),
    "status": _strings("crm_status"),
    "currency": _strings("crm_currency"),
    "amount": _strings("money"),
    "char": Kind("char", _flag, _same, _same, _flag),
    "money": Kind("double", _kopecks, _kopecks_number, _two_digits, _kopecks, blank=0),
    "quantity": Kind("double", _thousandths, _thousandths_number, _thousandths_text, _thousandths, blank=0),
    "double": Kind("double", _float, _float_number, str, _float, blank=0),
    "date": Kind("date", moments.parse_day, moments.print_date, moments.print_date, moments.parse_day),
    "datetime": Kind(
        "datetime", moments.parse_moment, moments.print_moment, moments.print_moment, moments.parse_moment
    ),
    "enumeration": Kind("enumeration", _integer, _same, str, _integer),
    "boolean": Kind("boolean", _boolean, _yes_no, bool, _sifted_boolean),
}
"""Every kind by its name in a `Field`. `amount` is the custom field of money, text such as `300|RUB`."""
