"""The text of a payment's QR code, by ГОСТ Р 56042-2014: whom to pay, how much, what for. Pure.

`ST00012|Name=…|PersonalAcc=…|…`: the standard's mark, version 0001, encoding 2 (UTF-8), then named values. A code with a value that breaks
the standard is worse than none: an application would pay something else, or refuse in front of the payer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MARK = "ST00012"
_SEPARATOR = "|"
_BYTES_AT_MOST = 300
"""Of the mandatory values with their names, the standard's own bound."""


@dataclass(frozen=True)
class Field:
    """A value's rule: what it may look like, and whether a code without it is none."""

    pattern: str
    is_mandatory: bool = False


FIELDS: Mapping[str, Field] = {
    "Name": Field(r".{1,160}", is_mandatory=True),
    "PersonalAcc": Field(r"[0-9]{20}", is_mandatory=True),
    "BankName": Field(r".{1,45}", is_mandatory=True),
    "BIC": Field(r"[0-9]{9}", is_mandatory=True),
    "CorrespAcc": Field(r"[0-9]{20}|0", is_mandatory=True),
    "Sum": Field(r"[1-9][0-9]{0,17}"),
    "Purpose": Field(r".{1,210}"),
    "PayeeINN": Field(r"[0-9]{10}|[0-9]{12}"),
    "KPP": Field(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}"),
}
"""In the order of the code. `Sum` is in kopecks; a payee without a correspondent account has `0` (table 1 of the standard)."""


class PaymentCodeError(ValueError):
    """A value that cannot stand in a payment code."""


def payment_code(values: Mapping[str, str]) -> str:
    """Return the text of the code of values by their names of FIELDS; optional ones may be "". Raises PaymentCodeError."""
    if strangers := values.keys() - FIELDS.keys():
        raise PaymentCodeError(f"a payment code has no {', '.join(sorted(strangers))}")
    parts = {name: value for name in FIELDS if (value := _fit(name, values.get(name, "")))}
    mandatory = _SEPARATOR.join(f"{name}={value}" for name, value in parts.items() if FIELDS[name].is_mandatory)
    if len(mandatory.encode()) > _BYTES_AT_MOST:
        raise PaymentCodeError(f"the mandatory values take more than {_BYTES_AT_MOST} bytes")
    return _SEPARATOR.join((MARK, *(f"{name}={value}" for name, value in parts.items())))


def _fit(name: str, value: str) -> str:
    """Return a value on one line of plain spaces. Raises PaymentCodeError if it does not keep to its rule."""
    line = " ".join(value.split())
    if not line and not FIELDS[name].is_mandatory:
        return ""
    if _SEPARATOR in line or not line.isprintable() or not re.fullmatch(FIELDS[name].pattern, line):
        raise PaymentCodeError(f"«{line:.60}» cannot be the {name} of a payment code")
    return line
