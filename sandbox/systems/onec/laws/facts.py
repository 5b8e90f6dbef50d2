"""What a posted document says of settlements, taken from its rows at the moment of posting.

Later edits of the document change nothing until it is posted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sandbox.systems.onec.base import Base, Row
from sandbox.systems.onec.laws.objects import analytic_key, counterparty_key, object_of
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.kinds import EMPTY_MOMENT, EMPTY_REF

_NO_DEBT_YET = ("КПредоплате", "ВПути")


@dataclass(frozen=True)
class Party:
    """The dimensions of settlements: analytic key, object of settlements, currency."""

    key: str
    settled: str
    currency: str


@dataclass(frozen=True)
class Ordered:
    """An order is agreed. advance, prepaid: what must be paid before the goods are secured, and before they are shipped."""

    recorder: str
    period: str
    party: Party
    total: Decimal
    status: str
    advance: Decimal
    prepaid: Decimal


@dataclass(frozen=True)
class Shipped:
    """Goods have gone. order: the guid of the order, or the empty one. stages: (day due, sum)."""

    recorder: str
    period: str
    party: Party
    order: str
    total: Decimal
    stages: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class Paid:
    """Money has come, part by part."""

    recorder: str
    period: str
    parts: tuple[tuple[Party, Decimal], ...]


Fact = Ordered | Shipped | Paid


def fact_of(base: Base, name: str, row: Row) -> Fact | None:
    """Return what a document says, or None if it moves no settlements."""
    if name == sets.ORDER:
        return _ordered(base, row)
    if name == sets.SHIPMENT and row["Статус"] not in _NO_DEBT_YET:
        return _shipped(base, row)
    if name == sets.PAYMENT and row["ПроведеноБанком"]:
        return Paid(row["Ref_Key"], row["Date"], tuple(_parts(base, row)))
    return None


def day_of(moment: str) -> str:
    """Return the midnight with which the day of a moment began."""
    return f"{moment[:10]}T00:00:00"


def _ordered(base: Base, row: Row) -> Ordered:
    sums = {"АвансДоОбеспечения": Decimal(), "ПредоплатаДоОтгрузки": Decimal()}
    for stage in row["ЭтапыГрафикаОплаты"]:
        if stage["ВариантОплаты"] in sums:
            sums[stage["ВариантОплаты"]] += stage["СуммаПлатежа"]
    party = _party(base, row["ОбъектРасчетов_Key"], row["Валюта_Key"])
    return Ordered(row["Ref_Key"], row["Date"], party, row["СуммаДокумента"], row["Статус"], *sums.values())


def _shipped(base: Base, row: Row) -> Shipped:
    total = row["СуммаДокумента"]
    order = base.row(sets.ORDER, row["ЗаказКлиента"])
    stages = row["ЭтапыГрафикаОплаты"] or (order["ЭтапыГрафикаОплаты"] if order else [])
    return Shipped(
        row["Ref_Key"],
        row["Date"],
        _party(base, row["ОбъектРасчетов_Key"], row["Валюта_Key"]),
        order["Ref_Key"] if order else EMPTY_REF,
        total,
        tuple(_debts(stages, total, day_of(row["Date"]))),
    )


def _debts(stages: list[Row], total: Decimal, shipped_on: str) -> Iterator[tuple[str, Decimal]]:
    """Yield debts of at most the total; what the stages leave out is due on the day of the shipment."""
    left = total
    for stage in stages:
        part = min(stage["СуммаПлатежа"], left)
        left -= part
        if part > 0:
            due = stage["ДатаПлатежа"]
            yield (shipped_on if due == EMPTY_MOMENT else day_of(due)), part
    if left > 0:
        yield shipped_on, left


def _parts(base: Base, row: Row) -> Iterator[tuple[Party, Decimal]]:
    left = row["СуммаДокумента"]
    for part in row["РасшифровкаПлатежа"]:
        settled = part["ОбъектРасчетов_Key"]
        if settled == EMPTY_REF:
            settled = base.settled.get(part["ОснованиеПлатежа"], EMPTY_REF)
        if settled != EMPTY_REF and part["Сумма"] > 0:
            left -= part["Сумма"]
            yield _party(base, settled, row["Валюта_Key"]), part["Сумма"]
    if left > 0:
        own = object_of(base, sets.PAYMENT, row)
        owner = (row["Партнер_Key"], row["Организация_Key"], row["Контрагент_Key"], row["Договор"] or EMPTY_REF)
        yield Party(analytic_key(base, owner), own, row["Валюта_Key"]), left


def _party(base: Base, settled: str, currency: str) -> Party:
    return Party(counterparty_key(base, settled), settled, currency)
