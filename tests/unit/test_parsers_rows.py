"""Rows of both systems, true ones with something ugly put in: understood or refused, each for itself, and nothing of them bent.

One value is put wrong at a time, all values in all fields; several at a time, by chance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.money import BadNumberError
from sverka.systems.bitrix24 import shop
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.readings import reading_of
from sverka.systems.bitrix24.walk import Walk
from sverka.systems.business_ru.client import Answered
from sverka.systems.business_ru.models import FAMILIES as LEDGER_FAMILIES
from sverka.systems.business_ru.models import REFERENCES
from sverka.systems.business_ru.read import Reader
from sverka.systems.business_ru.read import row as ledger_row
from sverka.systems.values import BadValueError
from tests.recordings import Recording, record
from tests.strategies import Row, changes_of, examples, is_sound, spoil, spoiled_once

NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
PORTAL = ("deals", "clients", "requisites", "products", "users", "departments", "activities", "tasks", "lines", "shop")
LEDGER = tuple(model.name for model in (*(each for family in LEDGER_FAMILIES.values() for each in family), *REFERENCES))
Parse = Callable[[Row], Any]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("recorded"))


def test_every_family_is_tried_on_a_true_row(recorded: Recording) -> None:
    empty = {name for name, asked in recorded.portal.items() if not any(rows for _, rows in asked)}
    empty |= {name for name, (_, rows) in recorded.ledger.items() if not rows}
    assert (empty, set(recorded.portal), set(recorded.ledger)) == (set(), set(PORTAL), set(LEDGER))
    assert recorded.shop[0]["basketItems"]


@pytest.mark.parametrize("family", PORTAL)
def test_a_row_of_the_portal_with_anything_in_any_field_is_understood_or_refused(
    family: str, recorded: Recording
) -> None:
    for question, rows in recorded.portal[family]:
        for row in rows[:1]:
            _try_each_value(question.parse, row, (BadValueError, BadNumberError))


@pytest.mark.parametrize("name", LEDGER)
def test_a_row_of_the_ledger_with_anything_in_any_field_is_understood_or_refused(
    name: str, recorded: Recording
) -> None:
    model, rows = recorded.ledger[name]
    _try_each_value(lambda raw: ledger_row(model, raw), rows[0], (BadValueError,))


@pytest.mark.parametrize("family", PORTAL)
@given(data=st.data())
@examples(soak=10_000, short=4)
def test_rows_of_the_portal_do_not_spoil_each_other(family: str, recorded: Recording, data: st.DataObject) -> None:
    for question, rows in recorded.portal[family]:
        _do_not_spoil_each_other(question, rows, data.draw(_pages(rows, (_id_field(question),))))


def _do_not_spoil_each_other(question: Question[Any], rows: list[Row], page: list[tuple[Row, bool]]) -> None:
    """Check a page on which some rows are spoiled: the others come through, each bad one is named, and the reading goes on."""
    clean, reading = _walked(question, rows), _walked(question, [row for row, _ in page])
    untouched = [each for each, (_, changed) in zip(clean.rows, page, strict=True) if not changed]
    assert reading.trouble == ""
    assert _is_within(untouched, reading.rows)
    assert len(reading.rows) + len(reading.malformed) == len(rows)
    assert len(reading.malformed) <= sum(changed for _, changed in page)
    assert len(reading.damaged) <= len(reading.malformed)
    assert all(_is_whole(row) for row in reading.rows)


def _id_field(question: Question[Any]) -> str:
    return question.dialect.answered(question.dialect.id_field)


@pytest.mark.parametrize("name", LEDGER)
@given(data=st.data())
@examples(soak=10_000, short=4)
def test_rows_of_the_ledger_do_not_spoil_each_other(name: str, recorded: Recording, data: st.DataObject) -> None:
    model, rows = recorded.ledger[name]
    page = data.draw(_pages(rows, ("id",)))
    family = next((family for family, models in LEDGER_FAMILIES.items() if model in models), "")
    reading = _read(family, {model.name: [row for row, _ in page]})
    untouched = [ledger_row(model, row) for row, changed in page if not changed]
    assert reading.proof.complete, reading.proof.trouble
    assert _is_within(untouched, reading.rows)
    assert len(reading.rows) + len(reading.proof.malformed) == len(rows)
    assert len(reading.proof.malformed) <= sum(changed for _, changed in page)
    assert len(reading.damaged) <= len(reading.proof.malformed)
    assert all(_is_whole(row) for row in reading.rows)


def test_a_row_whose_id_is_spoiled_makes_the_reading_incomplete_and_the_rows_before_it_stay(
    recorded: Recording,
) -> None:
    """What comes after it cannot be told from a page that was cut; so nothing may follow from what is missing."""
    ((question, rows),) = recorded.portal["products"]
    good = _walked(question, rows).rows
    for _, value, spoiled in spoiled_once(rows[2], ["id"]):
        reading = _walked(question, [*rows[:2], spoiled, *rows[3:]])
        assert reading.rows[:2] == good[:2], value
        assert reading.trouble or reading.rows == good or reading.malformed, value
        assert _is_within(reading.rows[:2] if reading.trouble else [*good[:2], *good[3:]], reading.rows), value


@given(data=st.data())
@examples(soak=10_000, short=15)
def test_orders_of_the_store_do_not_spoil_each_other(recorded: Recording, data: st.DataObject) -> None:
    true = recorded.shop[0]
    spoiled = data.draw(_spoiled_orders(true))
    ids = [str(true["id"]), "900001", "900002"]
    reading = shop.read_orders(_Store({ids[0]: true, ids[1]: spoiled, ids[2]: {**true, "id": 900002}}), ids)  # type: ignore[arg-type]
    assert (reading.trouble, sorted(reading.read)) == ("", ids)
    assert {order.ext_id for order in reading.orders} >= {ids[0], ids[2]}
    assert len(reading.malformed) + len(reading.orders) == len(ids)
    assert all(_is_whole(row) for row in (*reading.orders, *reading.lines))


def test_an_order_of_the_store_with_anything_in_any_place_is_understood_or_refused(recorded: Recording) -> None:
    true = recorded.shop[0]
    for part in ("", "basketItems", "propertyValues", "clients"):
        inner = true if not part else (true[part] or [{"entityTypeId": 3, "entityId": 7, "isPrimary": "Y"}])[0]
        for name, value, spoiled in spoiled_once(inner, sorted(inner)):
            order = {**true, part: [spoiled]} if part else spoiled
            reading = shop.read_orders(_Store({"1": order}), ["1"])  # type: ignore[arg-type]
            assert (len(reading.orders) + len(reading.malformed), reading.trouble) == (1, ""), (part, name, value)
            assert all(_is_whole(row) for row in (*reading.orders, *reading.lines)), (part, name, value)


def test_a_reading_that_a_bad_row_ends_is_caught(recorded: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug: what is wrong with one row is taken for the trouble of all."""

    def giving_up(self: Walk[Any], raw: Row, _number: int) -> None:
        try:
            self.rows.append(self.question.parse(raw))
        except ValueError as error:
            self.fail(str(error))

    ((question, rows),) = recorded.portal["deals"]
    page = [(spoil(rows[0], {"opportunity": "many"}), True), *((row, False) for row in rows[1:])]
    _do_not_spoil_each_other(question, rows, page)
    monkeypatch.setattr(Walk, "_parse", giving_up)
    with pytest.raises(AssertionError):
        _do_not_spoil_each_other(question, rows, page)


def _try_each_value(parse: Parse, true: Row, refusals: tuple[type[Exception], ...]) -> None:
    """Put each ugly value into each field that the parser reads."""
    asked = _Asked(true)
    clean = parse(asked)
    assert _is_whole(clean)
    for name, value, spoiled in spoiled_once(true, sorted(asked.names)):
        try:
            row = parse(spoiled)
        except refusals:
            continue
        assert _is_whole(row), (name, value)
        assert _differing(clean, row) <= 3, (name, value)
        assert name.lower() != "id" or _is_known_by(clean, true[name], row, value), (name, value)


def _is_known_by(clean: Any, true_id: object, row: Any, value: object) -> bool:
    """Whether a row is known by the very id that it bears, letter by letter, as the clean one is by its own."""
    prefix = getattr(clean, "ext_id", clean).removesuffix(str(true_id))
    return bool(getattr(row, "ext_id", row).removeprefix(prefix) == str(value).strip().translate(_UNKEPT))


_UNKEPT = dict.fromkeys((0, *range(0xD800, 0xE000)))
"""What no database holds."""


class _Asked(dict[str, Any]):
    """A row that notes which of its fields are read."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def _values(row: Any) -> Mapping[str, Any]:
    if dataclasses.is_dataclass(row):
        return {each.name: getattr(row, each.name) for each in dataclasses.fields(row)}
    return dict(enumerate(row)) if isinstance(row, tuple) else {"": row}  # type: ignore[arg-type]


def _differing(one: Any, other: Any) -> int:
    """Count the fields of ours that one spoiled field of the vendor's reached: phones and mails come in one, and are kept as three."""
    mine, yours = _values(one), _values(other)
    return sum(mine[name] != yours[name] for name in mine)


def _is_whole(row: Any) -> bool:
    return all(_is_ours(name, value) for name, value in _values(row).items())


def _is_ours(name: object, value: object) -> bool:
    """Whether a value is what the store, the frames and the rules may hold: no float, no NaN, no naive moment."""
    if isinstance(value, Mapping):
        return all(is_sound(key) and is_sound(each) and isinstance(each, str) for key, each in value.items())
    if isinstance(value, datetime):
        return value.tzinfo is UTC and 1900 <= value.year <= 9001
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, str):
        return is_sound(value) and value == value.strip() and bool(value or name != "ext_id")
    return value is None


def _pages(rows: Sequence[Row], kept: Sequence[str]) -> st.SearchStrategy[list[tuple[Row, bool]]]:
    """Draw a page on which any rows are spoiled, but for the fields that are kept; with whether each was."""
    fields = [name for name in rows[0] if name not in kept] if rows else ["name"]
    changes = st.lists(st.none() | changes_of(fields), min_size=len(rows), max_size=len(rows))
    return changes.map(
        lambda drawn: [(spoil(row, each or {}), bool(each)) for row, each in zip(rows, drawn, strict=True)]
    )


def _is_within(part: Sequence[Any], whole: Sequence[Any]) -> bool:
    rest = iter(whole)
    return all(any(each == other for other in rest) for each in part)


def _walked(question: Question[Any], rows: list[Row]) -> Any:
    """Return a walk that is over, and that the portal answered with these rows."""
    walk = Walk(question)
    commands = walk.commands(50)
    page: Any = rows
    for step in reversed(question.rows_at):
        page = {step: page}
    first = {f"{question.name}0", f"{question.name}_witness"}
    walk.absorb(_answer({key: page if key in first else [] for key in commands}))
    assert not walk.is_open
    reading_of("x", [walk], NOON)
    return walk


def _answer(results: dict[str, Any]) -> BatchAnswer:
    return BatchAnswer(results, {}, {}, {}, {}, NOON)


def _read(family: str, answers: Mapping[str, list[Row]]) -> Any:
    """Read a family of the ledger, or its directories, where the other models are empty."""

    def get(model: str, params: Mapping[str, Any]) -> Answered:
        rows = answers.get(model, [])
        return Answered({"count": len(rows)} if "count_only" in params else rows, {}, NOON)

    reader = Reader(SimpleNamespace(get=get, has_answered=True, time=lambda: NOON))  # type: ignore[arg-type]
    return reader.changes(family, None) if family else reader.references()


class _Store:
    """The portal's store, with orders by their ids, bound to no deal."""

    def __init__(self, orders: Mapping[str, Row]) -> None:
        self._orders = orders

    def read(self, commands: Mapping[str, Any]) -> BatchAnswer:
        found = {f"order{each}": {"order": order} for each, order in self._orders.items()}
        return _answer({key: found.get(key, {"orderEntity": []}) for key in commands})


@st.composite
def _spoiled_orders(draw: st.DrawFn, true: Row) -> Row:
    """Draw an order of the store with something ugly in itself, its basket or its buyer."""
    order = spoil({**true, "id": 900001}, draw(changes_of([name for name in true if name != "id"])))
    for part in ("basketItems", "propertyValues"):
        if draw(st.booleans()) and true[part]:
            order[part] = [spoil(row, draw(changes_of(sorted(row)))) for row in true[part]]
    return order
