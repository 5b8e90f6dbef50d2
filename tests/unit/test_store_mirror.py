"""The mirror: it writes what differs, forgets what is surely gone, and tells whom a change concerns."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from sverka.domain.account_rows import Contract, Debt
from sverka.domain.rows import Deal, DealLine, LedgerOrder, PaymentLink, Reserve, Row
from sverka.domain.tables import TABLES
from sverka.store import attention, counting, mirror
from sverka.store.chunks import CHUNK
from sverka.store.engine import Store, Transaction
from sverka.store.errors import BadValue
from sverka.store.tables import MIRROR
from tests.make import NOW, deal, order

COMPANY = "headlights"


def line(ext_id: str, deal_id: str = "71", price: int = 100) -> DealLine:
    return DealLine(
        ext_id=ext_id, deal_id=deal_id, product_id="p1", name="Фара", price_kopecks=price, amount_thousandths=1000
    )


def payment(order_id: str, ext_id: str = "bank:1") -> PaymentLink:
    return PaymentLink(ext_id=ext_id, order_id=order_id, sum_kopecks=1)


def changed_runs(tx: Transaction, row_type: type[Row]) -> dict[str, int]:
    table = MIRROR[row_type]
    return {row.ext_id: row.changed_run for row in tx.all(select(table.c.ext_id, table.c.changed_run))}


def sample(row_type: type[Row]) -> Row:
    """Return a row with something in every field."""
    values: dict[str, Any] = {
        "str": "7", "int": -(2**62), "bool": True, "datetime": NOW, "datetime | None": NOW,
        "int | None": -(2**62), "date | None": NOW.date(),
        "Mapping[str, str]": {"branch": "Москва", "answer": "да"},
    }  # fmt: skip
    return row_type(
        **{
            field.name: values[str(field.type)]
            for field in row_type.__dataclass_fields__.values()
            if "ClassVar" not in str(field.type)
        }
    )


@pytest.mark.parametrize("row_type", TABLES, ids=lambda kind: kind.__name__)
def test_a_row_comes_back_as_it_was_read(store: Store, row_type: type[Row]) -> None:
    row = sample(row_type)
    with store.writing() as tx:
        assert mirror.merge(tx, COMPANY, [row], 1) == 1
        assert mirror.by_ids(tx, COMPANY, row_type, ["7", "8"]) == {"7": row}


@pytest.mark.parametrize("row_type", [Contract, Debt], ids=lambda kind: kind.__name__)
def test_what_is_unknown_comes_back_as_unknown_and_not_as_nothing(store: Store, row_type: type[Row]) -> None:
    may_miss = [field.name for field in fields(row_type) if str(field.type).endswith("| None")]
    row = replace(sample(row_type), **dict.fromkeys(may_miss))
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [sample(row_type)], 1)
        assert mirror.merge(tx, COMPANY, [row], 2) == 1
        assert mirror.merge(tx, COMPANY, [row], 3) == 0
        assert mirror.where(tx, COMPANY, row_type, **dict.fromkeys(may_miss)) == [row]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 1, 1), date(2024, 2, 29), date(9999, 12, 31)], ids=str)
def test_a_day_is_found_by_itself(store: Store, day: date) -> None:
    row = replace(sample(Debt), due_on=day)
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [row], 1)
        assert mirror.where(tx, COMPANY, Debt, due_on=day) == [row]


def test_a_moment_is_no_day(store: Store) -> None:
    with pytest.raises(BadValue, match="in which zone"), store.writing() as tx:
        mirror.merge(tx, COMPANY, [replace(sample(Debt), due_on=NOW)], 1)


def test_only_rows_that_differ_are_written(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [line("1"), line("2"), line("3")], 1)
        assert mirror.merge(tx, COMPANY, [line("1"), line("2", price=101), line("4")], 2) == 2
        assert changed_runs(tx, DealLine) == {"1": 1, "2": 2, "3": 1, "4": 2}


def test_a_value_that_went_missing_is_a_difference(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [deal()], 1)
        assert mirror.merge(tx, COMPANY, [deal(moved_at=None)], 2) == 1
        assert mirror.merge(tx, COMPANY, [deal(moved_at=None)], 3) == 0


@pytest.mark.parametrize(
    ("fields", "differs"),
    [({"b": "2", "a": "1"}, 0), ({"a": "1", "b": "3"}, 1), ({"a": "1"}, 1), ({}, 1)],
    ids=["in another order", "another value", "one less", "none"],
)
def test_a_map_differs_by_what_it_holds(store: Store, fields: dict[str, str], differs: int) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [deal(fields={"a": "1", "b": "2"})], 1)
        assert mirror.merge(tx, COMPANY, [deal(fields=fields)], 2) == differs


def test_what_a_run_wrote_is_known_by_the_run(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [line("1"), line("2")], 1)
        mirror.merge(tx, COMPANY, [line("1"), line("2", price=101), line("3")], 2)
        mirror.merge(tx, "machinery", [line("9")], 2)
        assert [mirror.changed(tx, COMPANY, DealLine, run) for run in (1, 2, 3)] == [
            [line("1")], [line("2", price=101), line("3")], [],
        ]  # fmt: skip


def test_of_a_row_that_came_twice_the_later_counts(store: Store) -> None:
    with store.writing() as tx:
        assert mirror.merge(tx, COMPANY, [line("1", price=1), line("1", price=2)], 1) == 1
        assert mirror.by_ids(tx, COMPANY, DealLine, ["1"])["1"].price_kopecks == 2


def test_merging_nothing_is_nothing(store: Store) -> None:
    with store.writing() as tx:
        assert mirror.merge(tx, COMPANY, [], 1) == 0


def test_companies_do_not_see_each_other(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, "headlights", [deal(title="Фары")], 1)
        mirror.merge(tx, "machinery", [deal(title="Ковш")], 1)
        mirror.keep_only(tx, "headlights", Deal, [], 2)
        assert mirror.where(tx, "headlights", Deal) == []
        assert mirror.where(tx, "machinery", Deal) == [deal(title="Ковш")]


def test_a_row_keeps_its_key_through_changes_and_a_new_one_never_gets_an_old_key(store: Store) -> None:
    key = select(MIRROR[Deal].c.key)
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [deal()], 1)
        first = tx.scalar(key)
        mirror.merge(tx, COMPANY, [deal(title="Другое")], 2)
        assert tx.scalar(key) == first
        mirror.keep_only(tx, COMPANY, Deal, [], 3)
        mirror.merge(tx, COMPANY, [deal()], 4)
        assert tx.scalar(key) > first


def test_lists_longer_than_a_statement_takes_are_cut(store: Store) -> None:
    many = CHUNK * 2 + 7
    with store.writing() as tx:
        assert mirror.merge(tx, COMPANY, (line(str(number)) for number in range(many)), 1) == many
        ids = tuple(str(number) for number in range(many))
        assert len(mirror.by_ids(tx, COMPANY, DealLine, ids)) == many
        assert len(mirror.where(tx, COMPANY, DealLine, ext_id=ids, deal_id=ids, price_kopecks=100)) == many
        assert mirror.keep_only(tx, COMPANY, DealLine, ids[:-3], 2) == tuple(sorted(ids[-3:]))


def test_more_documents_than_a_statement_takes_may_go_at_once(store: Store) -> None:
    ids = [str(number) for number in range(CHUNK + 1)]
    reserves = [
        Reserve(ext_id=each, order_id=each, store_id="", held=True, comment="", deal_mark=each, reserved_at=None)
        for each in ids
    ]
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, reserves, 1)
        assert len(mirror.keep_only(tx, COMPANY, Reserve, [], 2)) == len(ids)
        assert len(attention.waiting(tx, COMPANY)) == len(ids)


def test_rows_are_found_by_a_value_or_by_one_of_several(store: Store) -> None:
    rows = [order(ext_id="1", deal_mark="71"), order(ext_id="2", deal_mark="72"), order(ext_id="3", deal_mark="")]
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [*rows, replace(rows[0], ext_id="4", deleted=True)], 1)
        assert mirror.where(tx, COMPANY, LedgerOrder, deal_mark=("71", "72"), deleted=False) == rows[:2]
        assert mirror.where(tx, COMPANY, LedgerOrder, deal_mark="") == [rows[2]]
        assert mirror.where(tx, COMPANY, LedgerOrder, deal_mark=()) == []
        assert counting.count(tx, COMPANY, LedgerOrder, deleted=False) == 3


def test_what_its_owner_no_longer_has_is_removed(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [line("1"), line("2"), line("3", deal_id="72"), line("4", deal_id="73")], 1)
        changed = mirror.replace_owned(tx, COMPANY, DealLine, "deal_id", ["71", "72"], [line("2"), line("5")], 2)
        assert changed == 3
        assert sorted(changed_runs(tx, DealLine)) == ["2", "4", "5"]
        assert attention.waiting(tx, COMPANY) == ("71", "72")


def test_the_rows_of_an_owner_that_equal_what_is_stored_change_nothing(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [line("1"), line("2")], 1)
        assert mirror.replace_owned(tx, COMPANY, DealLine, "deal_id", ["71"], [line("1"), line("2")], 2) == 0
        attention.touch_changed(tx, COMPANY, 2)
        assert attention.waiting(tx, COMPANY) == ()


def test_a_full_reading_forgets_what_it_did_not_hold(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [deal(ext_id="1"), deal(ext_id="2"), deal(ext_id="3")], 1)
        assert mirror.keep_only(tx, COMPANY, Deal, ["2", "9"], 2) == ("1", "3")
        assert list(changed_runs(tx, Deal)) == ["2"]
        assert attention.waiting(tx, COMPANY) == ("1", "3")


def test_money_that_passes_to_another_order_concerns_both_deals(store: Store) -> None:
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [order(ext_id="1", deal_mark="71"), order(ext_id="2", deal_mark="72")], 1)
        mirror.merge(tx, COMPANY, [payment("1")], 1)
        mirror.merge(tx, COMPANY, [payment("2")], 2)
        attention.touch_changed(tx, COMPANY, 2)
        assert attention.waiting(tx, COMPANY) == ("71", "72")


def test_a_document_whose_mark_was_changed_concerns_the_deal_it_named_before(store: Store) -> None:
    reserve = Reserve(ext_id="1", order_id="", store_id="1", held=True, comment="", deal_mark="71", reserved_at=None)
    with store.writing() as tx:
        mirror.merge(tx, COMPANY, [reserve], 1)
        mirror.merge(tx, COMPANY, [replace(reserve, deal_mark="")], 2)
        assert attention.waiting(tx, COMPANY) == ("71",)
