"""Where the rows of each set come from: objects are kept, rows of sections are theirs, registers follow from what is posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sandbox.systems.onec.base import Row, Work
from sandbox.systems.onec.laws.records import settlement_records
from sandbox.systems.onec.laws.states import order_states
from sandbox.systems.onec.laws.terms import term_records
from sandbox.systems.onec.model import catalogs as sets
from sandbox.systems.onec.model import registers
from sandbox.systems.onec.model.catalogue import OWNERS
from sandbox.systems.onec.model.shape import Resource, What
from sandbox.systems.onec.switches import TERM_LAG_S


def rows_of(work: Work, resource: Resource) -> Iterable[Row]:
    """Return the rows of a set in the order of a list that nobody ordered."""
    if resource.is_object:
        return work.base.rows(resource.name)
    if resource.what is What.ROWS:
        return _section_rows(work, resource)
    if resource.what is What.REGISTER:
        return _INDEPENDENT[resource.name](work)
    records = records_of(work, resource.name.removesuffix(registers.RECORDS))
    return records if resource.what is What.RECORDS else _record_sets(records)


def records_of(work: Work, register: str) -> list[Row]:
    """Return the records of a register that documents write."""
    return _RECORDS[register](work)


def _section_rows(work: Work, resource: Resource) -> Iterator[Row]:
    owner, section = OWNERS[resource.name]
    for row in work.base.rows(owner.name):
        for line in row[section.name]:
            yield {"Ref_Key": row["Ref_Key"], **line}


def _record_sets(records: Iterable[Row]) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for record in records:
        key = (record["Recorder"], record["Recorder_Type"])
        whole = found.setdefault(key, {"Recorder": key[0], "Recorder_Type": key[1], "RecordSet": []})
        whole["RecordSet"].append({name: value for name, value in record.items() if name not in whole})
    return list(found.values())


def _settlements(work: Work) -> list[Row]:
    return work.base.records(registers.SETTLEMENTS, work.now.unix, settlement_records)


def _by_term(work: Work) -> list[Row]:
    return work.base.records(registers.BY_TERM, work.now.unix - work.switches[TERM_LAG_S], term_records)


def _prices(work: Work) -> list[Row]:
    return work.base.prices


def _states(work: Work) -> Iterable[Row]:
    return order_states(work.base.facts(work.now.unix))


def _analytics(work: Work) -> Iterator[Row]:
    for row in work.base.rows(sets.ANALYTICS):
        yield {**row, "КлючАналитики_Key": row["Ref_Key"]}


_RECORDS: dict[str, Callable[[Work], list[Row]]] = {
    registers.SETTLEMENTS: _settlements,
    registers.BY_TERM: _by_term,
    registers.PRICES: _prices,
}
_INDEPENDENT: dict[str, Callable[[Work], Iterable[Row]]] = {
    registers.STATES: _states,
    registers.ANALYTICS: _analytics,
}
