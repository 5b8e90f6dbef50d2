"""How old a debt is, how much of it is late, and how fast money comes in. Pure.

Two clocks: inside, age is in working days, and day 0, the due day itself, is not overdue; in print, and in the buckets of 1C's own report,
lateness is in calendar days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from sverka.domain.dunning.facts import Document, Terms
from sverka.domain.messaging.workdays import Workdays

BUCKETS: tuple[tuple[str, int], ...] = (("1-7", 7), ("8-15", 15), ("16-30", 30), ("31-60", 60), ("60+", 10**6))
"""Ageing as 1C's report parts it: (name, the last day of lateness in it)."""

_FAR = timedelta(days=3653)
"""An empty date of a ledger lies two thousand years back: no calendar is asked of those."""
_NUMBERS = re.compile(r"(\d+)")


def due_day(basis_on: date, terms: Terms, workdays: Workdays) -> date:
    """Return when a document falls due for which 1C names no day: the deferral after its basis, put off to a working day."""
    if terms.in_banking_days:
        return workdays.plus(basis_on, terms.deferral_days)
    return workdays.on_or_after(basis_on + timedelta(days=terms.deferral_days))


def age_bd(document: Document, today: date, workdays: Workdays) -> int:
    """Return how many working days a document is past its due day; 0 on it, negative before it. Beyond ten years it grows no more."""
    return workdays.between(min(max(document.due_on, today - _FAR), today + _FAR), today)


def late_days(document: Document, today: date) -> int:
    """Return how many calendar days a document is late, as it is printed; 0 if it is not."""
    return max(0, (today - document.due_on).days)


def residual(documents: Iterable[Document]) -> int:
    """Return what is left to pay of some documents."""
    return sum(document.residual_kopecks for document in documents)


def in_order(documents: Iterable[Document]) -> list[Document]:
    """Return documents in the order in which one of them leads: the oldest, of equally old ones the biggest, then the lowest number."""
    return sorted(documents, key=lambda each: (each.due_on, -each.residual_kopecks, _natural(each.number), each.id))


def _natural(number: str) -> list[tuple[int, int, str]]:
    """Return a key by which `№ 9` stands before `№ 10`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _NUMBERS.split(number) if part]


def after_money(documents: Sequence[Document], money_kopecks: int) -> Iterator[tuple[Document, int]]:
    """Yield documents, given in order, with what is left of each once money was applied to the oldest first."""
    for document in documents:
        used = max(0, min(money_kopecks, document.residual_kopecks))
        money_kopecks -= used
        yield document, document.residual_kopecks - used


def buckets(documents: Iterable[Document], today: date) -> dict[str, int]:
    """Return how much is late by so many calendar days, by the names of BUCKETS; all names are there."""
    found = dict.fromkeys((name for name, _ in BUCKETS), 0)
    for document in documents:
        if days := late_days(document, today):
            found[next(name for name, last in BUCKETS if days <= last)] += document.residual_kopecks
    return found


def dso_days(receivable_kopecks: int, sales: Mapping[date, int], today: date) -> int:
    """Return the days of sales that are outstanding, counted back month by month; all days that are known if sales do not reach.

    sales: shipped in a month, by the month's first day; a month without sales counts its days.
    """
    rest, days, last = receivable_kopecks, 0, today
    for first in sorted(sales, reverse=True):
        if rest <= 0 or first > today:
            continue
        length = (last - first).days + 1
        if rest < sales[first]:
            return days + (2 * length * rest + sales[first]) // (2 * sales[first])
        rest, days, last = rest - sales[first], days + length, first - timedelta(days=1)
    return days
