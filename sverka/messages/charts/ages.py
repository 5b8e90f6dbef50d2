"""Debts and reserves by age: once a week for the owner, debts alone for the accountant."""

from __future__ import annotations

from sverka.domain.digest import Aging, Digest, OwnerDigest
from sverka.domain.digest_accountant import AccountantDigest
from sverka.domain.digest_receivables import Receivables
from sverka.domain.russian import NBSP, money_short
from sverka.messages.chart import BARS, Chart, Panel, Series
from sverka.messages.digest.receivables import LATE_BANDS
from sverka.messages.digest.state import BANDS

_MONDAY = 0


def chart(letter: Digest) -> Chart | None:
    """Return the sums by age, if any of them is older than the youngest band."""
    if letter.receivables and letter.receivables.overdue:
        return _overdue(letter.receivables) if _is_shown(letter) else None
    rows: list[tuple[str, Aging]] = []
    if isinstance(letter, OwnerDigest) and letter.report:
        rows = [("не оплачено", letter.debts), ("в резерве", letter.reserves)]
    elif isinstance(letter, AccountantDigest) and letter.now.weekday() == _MONDAY:
        rows = [("не оплачено", letter.debts)]
    series = tuple(_series(name, items) for name, items in rows if items.total)
    if not any(any(each.values[1:]) for each in series):
        return None
    last = max(place for each in series for place, value in enumerate(each.values) if value) + 1
    series = tuple(Series(each.name, each.values[:last], each.texts[:last]) for each in series)
    title = "Долги и резервы по возрасту" if len(series) > 1 else "Неоплаченное по возрасту"
    return Chart("ages", BARS, title, tuple(map(_label, BANDS[:last])), (Panel("", series),))


def _is_shown(letter: Digest) -> bool:
    weekly = isinstance(letter, OwnerDigest) and letter.report is not None
    return weekly or (isinstance(letter, AccountantDigest) and letter.now.weekday() == _MONDAY)


def _overdue(owed: Receivables) -> Chart | None:
    """Return what is late by 1C's books, by the buckets of its own report; nothing where the youngest holds all."""
    if not any(owed.ages[1:]):
        return None
    last = max(place for place, value in enumerate(owed.ages) if value) + 1
    ages = owed.ages[:last]
    series = Series("просрочено", ages, tuple(money_short(each) if each else "" for each in ages))
    return Chart("ages", BARS, "Просроченное по срокам", tuple(map(_label, LATE_BANDS[:last])), (Panel("", (series,)),))


def _label(band: str) -> str:
    """Name a band by itself: `8–14 дней`."""
    return band if band.endswith("дней") else f"{band}{NBSP}дней"


def _series(name: str, items: Aging) -> Series:
    sums = tuple(band.sum_kopecks for band in items.by_age)
    return Series(name, sums, tuple(money_short(each) if each else "" for each in sums))
