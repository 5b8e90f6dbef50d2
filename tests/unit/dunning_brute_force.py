"""What is overdue, told a second time: written from the definitions alone, slow and plain, sharing no code with the product.

Definitions: gross is what is left to pay of all that is past its due day by the calendar. Aged by calendar days late. May be spoken of: at
least 100 roubles left, not disputed, not promised, not paused. Overdue: a working day has passed after the due day. Net is what is overdue
and may be spoken of, less money that belongs to no document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays


@dataclass(frozen=True)
class Owed:
    """One document as its debtor sees it."""

    name: str
    due: date
    left: int
    is_disputed: bool = False
    is_excused: bool = False


@dataclass(frozen=True)
class Sums:
    gross: int
    net: int
    aged: tuple[int, int, int, int, int]
    eligible: frozenset[str]
    overdue: frozenset[str]


@cache
def _works(day: date) -> bool:
    return bool(country_holidays("RU", years=day.year).is_working_day(day))


@cache
def working_days(after: date, until: date) -> int:
    """Days on which people work, after one day and until another, that one included."""
    return sum(_works(after + timedelta(days=number)) for number in range(1, (until - after).days + 1))


def sums(documents: list[Owed], loose_money: int, today: date) -> Sums:
    gross, aged, chased = 0, [0, 0, 0, 0, 0], 0
    eligible, overdue = set(), set()
    for each in documents:
        late = (today - each.due).days
        if late >= 1:
            gross += each.left
            place = 0 if late <= 7 else 1 if late <= 15 else 2 if late <= 30 else 3 if late <= 60 else 4
            aged[place] += each.left
        if each.left >= 100_00 and not each.is_disputed and not each.is_excused:
            eligible.add(each.name)
            if working_days(each.due, today) >= 1:
                overdue.add(each.name)
                chased += each.left
    net = chased - loose_money if chased > loose_money else 0
    a, b, c, d, e = aged
    return Sums(gross, net, (a, b, c, d, e), frozenset(eligible), frozenset(overdue))
