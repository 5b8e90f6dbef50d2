"""The records of the register РасчетыСКлиентамиПоСрокам: what is owed by which day, and what was paid before it was owed.

Within one object of settlements money pays the oldest due day first, whichever came sooner; what finds no debt stands as Предоплата
until a debt appears.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.laws.facts import Fact, Paid, Party, Shipped, day_of
from sandbox.systems.onec.laws.objects import typed
from sandbox.systems.onec.laws.records import dimensions_of
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model.registers import DISTRIBUTOR, EXPENSE, RECEIPT

_DISTRIBUTOR_KEY = "5e771e00-0000-4000-8000-000000000001"


@dataclass
class _Claim:
    """A debt, or money paid ahead: what is left of it, and the dimensions under which it stands."""

    document: str
    set_name: str
    due: str
    arisen: str
    left: Decimal


@dataclass(frozen=True)
class _Event:
    """One document's part in one object of settlements."""

    period: str
    party: Party
    recorder: str
    debts: tuple[tuple[str, Decimal], ...] = ()
    money: Decimal = Decimal()


def term_records(facts: Iterable[Fact]) -> list[Row]:
    """Return all records of the register, by object of settlements and by period."""
    by_party: dict[Party, list[_Event]] = {}
    for event in _events(facts):
        by_party.setdefault(event.party, []).append(event)
    records: list[Row] = []
    for party, events in by_party.items():
        for period, direction, claim, resource, part in _distributed(sorted(events, key=lambda event: event.period)):
            records.append(_record(len(records) + 1, period, direction, party, claim, resource, part))
    return records


def _events(facts: Iterable[Fact]) -> Iterator[_Event]:
    for fact in facts:
        if isinstance(fact, Shipped):
            yield _Event(fact.period, fact.party, fact.recorder, debts=fact.stages)
        elif isinstance(fact, Paid):
            for party, part in fact.parts:
                yield _Event(fact.period, party, fact.recorder, money=part)


_Step = tuple[str, str, _Claim, str, Decimal]


def _distributed(events: Iterable[_Event]) -> Iterator[_Step]:
    """Yield (period, direction, claim, resource, sum) of every step of the settling of one object."""
    debts: list[_Claim] = []
    ahead: list[_Claim] = []
    for event in events:
        day = day_of(event.period)
        for due, part in event.debts:
            debts.append(_Claim(event.recorder, sets.SHIPMENT, due, day, part))
            yield event.period, RECEIPT, debts[-1], "Долг", part
        if event.money:
            ahead.append(_Claim(event.recorder, sets.PAYMENT, day, day, event.money))
            yield event.period, RECEIPT, ahead[-1], "Предоплата", event.money
        yield from _netted(event.period, debts, ahead)


def _netted(period: str, debts: list[_Claim], ahead: list[_Claim]) -> Iterator[_Step]:
    debts.sort(key=lambda claim: (claim.due, claim.arisen))
    while debts and ahead:
        part = min(debts[0].left, ahead[0].left)
        for claims, resource in ((debts, "Долг"), (ahead, "Предоплата")):
            claims[0].left -= part
            yield period, EXPENSE, claims[0], resource, part
            if not claims[0].left:
                claims.pop(0)


def _record(number: int, period: str, direction: str, party: Party, claim: _Claim, resource: str, part: Decimal) -> Row:
    sums = {f"{name}{way}": Decimal() for name in ("Долг", "Предоплата") for way in ("", "Регл", "Упр")}
    return {
        "Recorder": _DISTRIBUTOR_KEY,
        "Recorder_Type": f"StandardODATA.{DISTRIBUTOR}",
        "LineNumber": number,
        "Period": period,
        "Active": True,
        "RecordType": direction,
        **dimensions_of(party),
        **typed(claim.set_name, "РасчетныйДокумент", claim.document),
        "ДатаПлановогоПогашения": claim.due,
        "ДатаВозникновения": claim.arisen,
        **sums,
        **{f"{resource}{way}": part for way in ("", "Регл", "Упр")},
    }
