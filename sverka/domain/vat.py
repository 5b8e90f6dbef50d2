"""Value added tax inside of a sum. Pure.

Rates are whole per cents; None stands for a seller, or a document, without the tax.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

_SINCE = ((date(2026, 1, 1), 22), (date(2019, 1, 1), 20), (date(2004, 1, 1), 18))
"""The first day of each general rate (Tax Code, article 164, clause 3), the latest first."""


def general_percent(day: date) -> int:
    """Return the general rate of what is shipped on a day, in per cent. Raises ValueError for days before 2004."""
    for since, percent in _SINCE:
        if day >= since:
            return percent
    raise ValueError(f"the general rate of VAT is not known for {day}")


def within(amount_kopecks: int, percent: int) -> int:
    """Return the tax that a sum with the tax holds, in kopecks, half a kopeck up: 22/122 of it at 22 %."""
    return (2 * amount_kopecks * percent + 100 + percent) // (2 * (100 + percent))


def by_percent(sums: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """Return the tax by rate of sums with the tax, (per cent, kopecks) each; rates in order, those without the tax left out."""
    totals: dict[int, int] = {}
    for percent, amount_kopecks in sums:
        if percent is not None:
            totals[percent] = totals.get(percent, 0) + amount_kopecks
    return {percent: within(totals[percent], percent) for percent in sorted(totals)}
