"""Requests, won deals and money, week by week: for the owner, with the report."""

from __future__ import annotations

from sverka.domain.digest import OwnerDigest
from sverka.domain.report import Days
from sverka.domain.russian import day, grouped, money_short
from sverka.messages.chart import BETWEEN, COLUMNS, Chart, Panel, Series

_AT_LEAST = 2
"""Below so many weeks with anything to tell there is no course of things to see."""


def chart(letter: OwnerDigest) -> Chart | None:
    """Return the last weeks, from the first in which anything happened."""
    told = [bool(score) for _, score in letter.weeks]
    weeks = letter.weeks[told.index(True) :] if any(told) else ()
    if len(weeks) < _AT_LEAST:
        return None
    scores = [score for _, score in weeks]
    new, won, worth = (
        [*map(int, each)] for each in zip(*((s.new, s.won.count, s.won.sum_kopecks) for s in scores), strict=True)
    )
    deals = (_counts("заявок", new), _counts("выиграно", won))
    money = Series("на", tuple(worth), tuple(money_short(each) if each else "" for each in worth))
    panels = (Panel("Заявки и выигранные сделки", deals), Panel("Выиграно на сумму", (money,)))
    return Chart(
        "weeks", COLUMNS, "По неделям", tuple(_label(days) for days, _ in weeks), panels[: 2 if any(worth) else 1]
    )


def _counts(name: str, values: list[int]) -> Series:
    return Series(name, tuple(values), tuple(grouped(each) if each else "" for each in values))


def _label(days: Days) -> str:
    """Write a week: `16–22 ноября`, `30 октября – 5 ноября`."""
    if days.first.month == days.last.month:
        return f"{days.first.day}–{day(days.last)}"
    return f"{day(days.first)}{BETWEEN}{day(days.last)}"
