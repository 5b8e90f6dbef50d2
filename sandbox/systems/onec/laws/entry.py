"""How an object enters the infobase: presets, and the handlers that run before and at its writing (contract §4.1, §5.3).

Checks of filling do not run: whatever was left out stays empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from sandbox.systems.onec.base import Base, Now, Row
from sandbox.systems.onec.laws.objects import settlement_object
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.kinds import EMPTY_MOMENT, EMPTY_REF
from sandbox.systems.onec.model.shape import Resource, What

_PREFIX = "00УТ-"


def enter(base: Base, resource: Resource, row: Row | None, changes: Row, now: Now) -> Row:
    """Write a new object, or changes of one, and return it; its DataVersion is another one afterwards.

    changes: whole values as `model.kinds` keeps them; a tabular section replaces the one that was there.
    """
    kept = resource.empty() | {"Ref_Key": base.next_guid()} if row is None else row
    kept |= changes
    _name(base, resource, kept, now)
    if resource.name in _HANDLERS:
        _HANDLERS[resource.name](base, kept)
    base.put(resource.name, kept)
    return kept


def numbered(rows: Iterable[Row], section: Iterable[Any]) -> list[Row]:
    """Return rows of a section, filled up with empty values and numbered from 1."""
    empty: Row = {}
    for field in section:
        empty |= field.empty()
    return [{**empty, **row, "LineNumber": number} for number, row in enumerate(rows, start=1)]


def _name(base: Base, resource: Resource, row: Row, now: Now) -> None:
    if resource.what is What.DOCUMENT:
        if row["Date"] == EMPTY_MOMENT:
            row["Date"] = now.wall
        if not row["Number"]:
            row["Number"] = f"{_PREFIX}{base.next_number(resource.name, row['Date'][:4]):06d}"
    elif row.get("Code") == "":
        row["Code"] = f"00-{base.next_number(resource.name):08d}"


def _contract(base: Base, row: Row) -> None:
    if not row["ОграничиватьСуммуЗадолженности"]:
        row["ДопустимаяСуммаЗадолженности"] = Decimal()
    row["ОбъектРасчетов_Key"] = settlement_object(base, sets.CONTRACTS, row)


def _order(base: Base, row: Row) -> None:
    lines = row["Товары"]
    live = [line for line in lines if not line["Отменено"]]
    row["СуммаДокумента"] = _total(live)
    row["Согласован"] = row["Статус"] not in ("", "НеСогласован")
    for line in lines:
        if not line["КодСтроки"]:
            row["МаксимальныйКодСтроки"] += 1
            line["КодСтроки"] = row["МаксимальныйКодСтроки"]
    days = [line["ДатаОтгрузки"] for line in live if line["ДатаОтгрузки"] != EMPTY_MOMENT]
    if days:
        row["ДатаОтгрузки"] = max(days)
    row["ОбъектРасчетов_Key"] = settlement_object(base, sets.ORDER, row)


def _shipment(base: Base, row: Row) -> None:
    if row["Товары"]:
        row["СуммаДокумента"] = _total(row["Товары"])
    row["СуммаВзаиморасчетов"] = row["СуммаДокумента"]
    row["ОбъектРасчетов_Key"] = settlement_object(base, sets.SHIPMENT, row)
    for line in (*row["Товары"], *row["ЭтапыГрафикаОплаты"]):
        if line["ОбъектРасчетов_Key"] == EMPTY_REF:
            line["ОбъектРасчетов_Key"] = row["ОбъектРасчетов_Key"]


def _total(lines: Iterable[Row]) -> Decimal:
    return sum((line["СуммаСНДС"] for line in lines), Decimal())


_HANDLERS: dict[str, Callable[[Base, Row], None]] = {
    sets.CONTRACTS: _contract,
    sets.ORDER: _order,
    sets.SHIPMENT: _shipment,
}
