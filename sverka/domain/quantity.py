"""Quantities in whole thousandths of a unit, and the sum of a line."""

from __future__ import annotations

from sverka.domain.money import in_last_place, parse_decimal

THOUSANDTHS_IN_UNIT = 1000


def parse_thousandths(value: object) -> int:
    """Read a quantity ("1", "1.5", 30) as thousandths. Raises BadNumberError."""
    return in_last_place(parse_decimal(value), 3)


def units(amount_thousandths: int) -> str:
    """Write thousandths as a vendor takes them, without trailing zeros: "30", "1.5"."""
    sign = "-" if amount_thousandths < 0 else ""
    whole, rest = divmod(abs(amount_thousandths), THOUSANDTHS_IN_UNIT)
    return f"{sign}{whole}" if rest == 0 else f"{sign}{whole}.{rest:03d}".rstrip("0")


def line_sum_kopecks(price_kopecks: int, amount_thousandths: int) -> int:
    """Return price times amount, half a kopeck rounded up, as both vendors show it."""
    return (price_kopecks * amount_thousandths + THOUSANDTHS_IN_UNIT // 2) // THOUSANDTHS_IN_UNIT
