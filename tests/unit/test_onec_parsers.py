"""Objects and balances of 1C, true ones with something ugly put in: understood or refused, each for itself, and nothing of them bent."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.proofs import Reading
from sverka.systems.onec.client import Answered
from sverka.systems.onec.debts import entry, total
from sverka.systems.onec.known import Known
from sverka.systems.onec.lookups import Lookups
from sverka.systems.onec.models import CATALOGS, receipts, row
from sverka.systems.onec.read import FAMILIES, Reader
from sverka.systems.onec.values import day, key, moment_in, reference, whole
from sverka.systems.values import BadValueError, parse_json
from tests.contract.onec_rows import ageing, agreement, balance, contract, counterparty, one_of_each, receipt, shipment
from tests.contract.onec_rows import key as settlements
from tests.contract.onec_vendor import (
    AGEING,
    AGREEMENTS,
    CONTRACTS,
    COUNTERPARTIES,
    CURRENCIES,
    EMPTY,
    KEYS,
    RECEIPTS,
    RUB,
    SETTLEMENTS,
    SHIPMENTS,
    ZONE,
    guid,
)
from tests.strategies import Row, changes_of, examples, is_sound, spoil, spoiled_once

NOON = datetime(2026, 9, 21, 9, tzinfo=UTC)
Parse = Callable[[Row], Any]


def exact(row_: Row) -> Row:
    """Return a row as our own reading of JSON would bring it."""
    found: Row = parse_json(json.dumps(row_).encode())
    return found


def _exactly(spoiled: Row) -> Row:
    """Put exact numbers for the floats of a true row; what spoils it is exact already."""
    return {
        name: parse_json(str(value).encode()) if isinstance(value, float) else value for name, value in spoiled.items()
    }


ONE: Mapping[str, tuple[Parse, Row]] = {
    **{family: (lambda raw, model=model: row(model, raw), exact(one_of_each()[model.name][0])) for family, model in CATALOGS.items()},
    "receipts": (lambda raw: row(receipts(ZONE), raw), exact(receipt())),
    "ageing": (entry, exact(ageing(84300.5, 12.5))),
    "settled": (total, exact(balance(-84000.25))),
}  # fmt: skip
MANY: Mapping[str, tuple[str, list[Row]]] = {
    "counterparties": (COUNTERPARTIES, [counterparty(number) for number in range(1, 6)]),
    "contracts": (CONTRACTS, [contract(number) for number in range(1, 6)]),
    "terms": (AGREEMENTS, [agreement(("КредитСдвиг", "21"), number=number) for number in range(1, 6)]),
    "receipts": (RECEIPTS, [receipt(number) for number in range(1, 6)]),
    "debts": (AGEING, [ageing(100.5 * number, 0, number=number) for number in range(1, 6)]),
    "advances": (AGEING, [ageing(0, 10, number, ОбъектРасчетов_Key=guid(number, 7)) for number in range(1, 6)]),
    "settled": (SETTLEMENTS, [balance(-10.25 * number, number) for number in range(1, 6)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_a_row_with_anything_in_any_field_is_understood_or_refused(name: str) -> None:
    parse, true = ONE[name]
    clean = parse(true)
    assert _is_whole(clean)
    reasons = []
    for field, value, spoiled in spoiled_once(true, sorted(true)):
        try:
            found = parse(spoiled)
        except BadValueError as error:
            reasons.append((field, str(error)))
            continue
        assert _is_whole(found), (field, value)
        assert sum(one != other for one, other in zip(_values(clean), _values(found), strict=True)) <= 2, (field, value)
    assert reasons
    assert [each for each in reasons if each[0] not in each[1]] == []


@pytest.mark.parametrize("family", MANY)
@given(data=st.data())
@examples(soak=10_000, short=8)
def test_rows_do_not_spoil_each_other(family: str, data: st.DataObject) -> None:
    name, rows = MANY[family]
    changes = data.draw(st.lists(st.none() | changes_of(_fields(rows[0])), min_size=len(rows), max_size=len(rows)))
    clean = {each.ext_id: each for each in _read(family, name, rows).rows}
    page = [spoil(each, change or {}) for each, change in zip(rows, changes, strict=True)]
    reading = _read(family, name, page)
    untouched = [each for each, change in zip(clean.values(), changes, strict=True) if not change]
    assert reading.proof.complete, reading.proof.trouble
    assert [each for each in reading.rows if each in untouched] == untouched
    assert len(reading.proof.malformed) <= sum(bool(change) for change in changes)
    assert len(reading.rows) + len(reading.proof.malformed) <= len(rows)
    assert all(_is_whole(each) for each in reading.rows)


@pytest.mark.parametrize("name", [KEYS, SHIPMENTS, CURRENCIES])
@given(data=st.data())
@examples(soak=10_000, short=15)
def test_what_a_debt_points_at_spoils_only_its_own_debts(name: str, data: st.DataObject) -> None:
    other = ageing(7, number=2, АналитикаУчетаПоПартнерам_Key=guid(2, 6), Валюта_Key=guid(2, 9))
    sets = one_of_each() | {
        AGEING: [ageing(5), other], KEYS: [settlements(), settlements(2)], SHIPMENTS: [shipment(), shipment(2)],
        CURRENCIES: [{"Ref_Key": RUB, "Code": "643", "Description": "руб."}, {"Ref_Key": guid(2, 9), "Code": "840", "Description": "USD"}],
    }  # fmt: skip
    first, second = sets[name]
    change = data.draw(changes_of(sorted(first)))
    reading = _reader(sets | {name: [spoil(first, change), second]}).read("debts", anew=True)
    assert reading.proof.complete
    found = {each.ext_id: each for each in reading.rows}
    last = [each for each in _reader(sets).read("debts", anew=True).rows if guid(2, 8) in each.ext_id]
    assert [each for each in found.values() if guid(2, 8) in each.ext_id] == last
    assert len(found) + len(reading.proof.malformed) == 2
    assert all(_is_whole(each) for each in found.values())


def test_a_row_that_ends_a_reading_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug: what is wrong with one balance is taken for the trouble of all."""
    name, rows = MANY["settled"]
    page = [spoil(rows[0], {"СуммаBalance": "много"}), *rows[1:]]
    assert len(_read("settled", name, page).rows) == 4

    def giving_up(raw: Row) -> Any:
        raise RuntimeError(raw)

    monkeypatch.setattr("sverka.systems.onec.debts.total", giving_up)
    with pytest.raises(RuntimeError):
        _read("settled", name, page)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-02-28T23:59:59", date(2026, 2, 28)), ("0001-01-01T00:00:00", None), ("", None), (None, None),
        ("1899-12-31T00:00:00", None), (" 2026-02-28T00:00:00 ", date(2026, 2, 28)),
    ],
)  # fmt: skip
def test_a_day_is_as_it_is_written(text: object, found: date | None) -> None:
    assert day(text) == found


@pytest.mark.parametrize(
    "text",
    ["2026-02-31T00:00:00", "2026-02-28", "2026-02-28T00:00:00Z", "2026-02-28T00:00:00+03:00", "9999-12-31T00:00:00", 5, ["x"],
     "вчера"],
)  # fmt: skip
def test_what_is_no_day_is_said_so(text: object) -> None:
    with pytest.raises(BadValueError):
        day(text)


def test_a_moment_is_of_the_zone_of_the_base() -> None:
    assert moment_in(ZONE, "2026-09-21T02:30:00") == datetime(2026, 9, 20, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(("value", "found"), [("21", 21), (21, 21), ("-5", -5), ("", 0), (None, 0), (" 7 ", 7)])
def test_a_whole_number_may_come_as_a_text(value: object, found: int) -> None:
    assert whole(value) == found


@pytest.mark.parametrize("value", ["1.5", "1e3", "٣", True, "5_0", "9" * 40, [1], parse_json(b"2.5")])
def test_what_is_no_whole_number_is_said_so(value: object) -> None:
    with pytest.raises(BadValueError):
        whole(value)


@pytest.mark.parametrize(("value", "found"), [(EMPTY, ""), ("", ""), (None, ""), (guid(5), guid(5))])
def test_the_empty_key_is_none(value: object, found: str) -> None:
    assert key(value) == found


@pytest.mark.parametrize("value", ["7", 7, "5b0c8a52", f"{guid(1)}' or true", [guid(1)], True, f"{guid(1)}0"])
def test_what_is_no_key_is_said_so(value: object) -> None:
    with pytest.raises(BadValueError):
        key(value)


REFERENCES: list[tuple[Row, str]] = [
    ({"Клиент_Key": guid(1)}, guid(1)),
    ({"Клиент_Key": EMPTY}, ""),
    ({"Клиент": guid(1), "Клиент_Type": "StandardODATA.Catalog_Клиенты"}, guid(1)),
    ({"Клиент": guid(1), "Клиент_Type": "StandardODATA.Catalog_Другие"}, ""),
    ({"Клиент": "", "Клиент_Type": "StandardODATA.Undefined"}, ""),
    ({"Клиент": EMPTY, "Клиент_Type": "StandardODATA.Catalog_Клиенты"}, ""),
    ({"Клиент": "строка", "Клиент_Type": "Edm.String"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("raw", "found"), REFERENCES)
def test_a_reference_leads_only_to_what_is_meant(raw: Row, found: str) -> None:
    assert reference(raw, "Клиент", "Catalog_Клиенты") == found


def test_all_families_are_tried() -> None:
    assert {*MANY, "entities"} == set(FAMILIES)


def _fields(true: Row) -> list[str]:
    """Return the fields that may be spoiled: without its key a row is not counted among the others."""
    return sorted(name for name in true if name not in ("Ref_Key", "Date", "ХозяйственнаяОперация"))


def _read(family: str, name: str, rows: Sequence[Row]) -> Reading:
    numbers = range(1, 6)
    sets = one_of_each() | {
        KEYS: [settlements(number) for number in numbers], SHIPMENTS: [shipment(number) for number in numbers],
        CURRENCIES: [{"Ref_Key": RUB, "Code": "643", "Description": "руб."}],
    }  # fmt: skip
    return _reader(sets | {name: list(rows)}).read(family, anew=True)


def _reader(sets: Mapping[str, list[Row]]) -> Reader:
    api: Any = _Base(sets)
    return Reader(api, ZONE, Lookups(api), Known())


class _Base:
    """A base that answers any question about a set with all its rows, and keeps their totals as they ought to be."""

    has_answered = True

    def __init__(self, sets: Mapping[str, list[Row]]) -> None:
        self._sets = {name: [_exactly(each) for each in rows] for name, rows in sets.items()}

    def time(self) -> datetime:
        return NOON

    def count(self, resource: str, condition: str) -> int:
        return len(self.rows(resource, {"$filter": condition}).rows)

    def rows(self, resource: str, options: Mapping[str, str], *, is_slow: bool = False) -> Answered:
        rows = self._sets.get(resource.partition("/")[0], [])
        if options.get("$filter", "").startswith("Date ge") and "lt" in options["$filter"]:
            rows = []
        return Answered(tuple(rows), NOON)


def _values(found: Any) -> Iterator[Any]:
    return (getattr(found, each.name) for each in dataclasses.fields(found))


def _is_whole(found: Any) -> bool:
    return all(_is_ours(value) for value in _values(found)) and getattr(found, "ext_id", "x") != ""


def _is_ours(value: object) -> bool:
    """Whether a value is what the store and the rules may hold: no float, no naive moment, no number that a database cannot."""
    if isinstance(value, datetime):
        return value.tzinfo is UTC
    if isinstance(value, str):
        return is_sound(value) and value == value.strip()
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, date)
