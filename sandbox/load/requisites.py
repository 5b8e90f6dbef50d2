"""Requisites for companies whose data have none: made up, right by their check digits, and the same at every load."""

from __future__ import annotations

KPP = "770101001"
_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn_of(number: int) -> str:
    """Return the ИНН of the legal entity with this number, of ten digits with the right check digit (order of the ФНС of 2012)."""
    first = f"7701{number:05d}"
    check = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first, strict=True)) % 11 % 10
    return f"{first}{check}"
