"""Money in whole kopecks: from the vendors' texts, and back for people.

No float ever holds money here. A vendor's text is read through `Decimal`; a number that JSON brought as a float is
refused, because its text is already lost.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sverka.domain.brief import brief

KOPECKS_IN_ROUBLE = 100
_LIMIT = Decimal(10) ** 13
"""Larger sums in roubles are taken for garbage: int64 kopecks and common sense both end there."""

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")


class BadNumberError(ValueError):
    """A text that should hold a number does not."""


def parse_decimal(value: object) -> Decimal:
    """Read a vendor's number exactly; spaces as thousands separators and a decimal comma are understood.

    Raises BadNumberError for floats, NaN, infinities, exponents and anything else.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadNumberError(f"not an exact number: {brief(value)}")
    text = str(value).translate(_SPACES).replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise BadNumberError(f"not a number: {brief(value)}") from error
    if not number.is_finite() or "e" in text.lower() or abs(number) >= _LIMIT:
        raise BadNumberError(f"not a plausible number: {brief(value)}")
    return number


def parse_kopecks(value: object) -> int:
    """Read a sum in roubles ("1 234,56", "640.00", 640) as whole kopecks, half a kopeck away from zero."""
    return in_last_place(parse_decimal(value), 2)


def in_last_place(number: Decimal, places: int) -> int:
    """Return a number in units of a decimal place, half of one away from zero; rounded once, however many digits it has."""
    return int(number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP).scaleb(places))


def roubles(amount_kopecks: int) -> str:
    """Write kopecks as a vendor takes them: "640.00", "-0.05"."""
    sign = "-" if amount_kopecks < 0 else ""
    whole, rest = divmod(abs(amount_kopecks), KOPECKS_IN_ROUBLE)
    return f"{sign}{whole}.{rest:02d}"
