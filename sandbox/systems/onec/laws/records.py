"""The records of the register РасчетыСКлиентами, and what all registers of balances share.

Сумма: above zero the client owes us. КОплате, КОтгрузке: what an agreed order, or a shipment without one, still awaits.
Отгружается: what orders in the status КОтгрузке are about to ship; the credit left is the limit less Сумма less this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.laws.facts import Fact, Ordered, Paid, Party, Shipped
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.registers import EXPENSE, RECEIPT

_RESOURCES = ("Сумма", "КОплате", "Оплачивается", "КОтгрузке", "Отгружается")
_RECORDERS: dict[type, str] = {Ordered: sets.ORDER, Shipped: sets.SHIPMENT, Paid: sets.PAYMENT}


def settlement_records(facts: Iterable[Fact]) -> list[Row]:
    """Return all records of the register, those of one document one after another."""
    posted = list(facts)
    orders = {fact.recorder: fact for fact in posted if isinstance(fact, Ordered) and fact.status != "НеСогласован"}
    shipped, paid = _moved(posted)
    records: list[Row] = []
    for fact in posted:
        moves = _moves(fact, orders, shipped, paid)
        records += (_record(fact, number, *move) for number, move in enumerate(moves, start=1))
    return records


def dimensions_of(party: Party) -> Row:
    """Return the dimensions that all registers of settlements begin with."""
    return {
        "АналитикаУчетаПоПартнерам_Key": party.key,
        "ОбъектРасчетов_Key": party.settled,
        "Валюта_Key": party.currency,
    }


_Move = tuple[str, Party, dict[str, Decimal]]


def _moved(facts: Iterable[Fact]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return what was shipped by each order, and what was paid for each object of settlements."""
    shipped: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    for fact in facts:
        if isinstance(fact, Shipped):
            shipped[fact.order] = shipped.get(fact.order, Decimal()) + fact.total
        elif isinstance(fact, Paid):
            for party, part in fact.parts:
                paid[party.settled] = paid.get(party.settled, Decimal()) + part
    return shipped, paid


def _moves(
    fact: Fact, orders: dict[str, Ordered], shipped: dict[str, Decimal], paid: dict[str, Decimal]
) -> Iterator[_Move]:
    if isinstance(fact, Ordered):
        if fact.recorder in orders:
            yield RECEIPT, fact.party, _planned(fact, shipped, paid)
    elif isinstance(fact, Shipped):
        yield RECEIPT, fact.party, {"Сумма": fact.total, **({} if fact.order in orders else {"КОплате": fact.total})}
        if fact.order in orders:
            goes = {"Отгружается": fact.total} if orders[fact.order].status == "КОтгрузке" else {}
            yield EXPENSE, orders[fact.order].party, {"КОтгрузке": fact.total, **goes}
    else:
        for party, part in fact.parts:
            yield EXPENSE, party, {"Сумма": part, "КОплате": part}


def _planned(order: Ordered, shipped: dict[str, Decimal], paid: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return what an order awaits; a closed one only what has come to pass."""
    gone = shipped.get(order.recorder, Decimal())
    if order.status == "Закрыт":
        return {"КОплате": paid.get(order.party.settled, Decimal()), "КОтгрузке": gone}
    goes = {"Отгружается": order.total} if order.status == "КОтгрузке" else {}
    return {"КОплате": order.total, "КОтгрузке": order.total, **goes}


def _record(fact: Fact, number: int, direction: str, party: Party, sums: dict[str, Decimal]) -> Row:
    return {
        "Recorder": fact.recorder,
        "Recorder_Type": f"StandardODATA.{_RECORDERS[type(fact)]}",
        "LineNumber": number,
        "Period": fact.period,
        "Active": True,
        "RecordType": direction,
        **dimensions_of(party),
        **{name: sums.get(name, Decimal()) for name in _RESOURCES},
    }
