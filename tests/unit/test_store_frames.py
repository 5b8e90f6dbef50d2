"""Frames: who is in scope, what is joined to what, which lines count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from sverka.domain.plan import Bind
from sverka.domain.rows import Deal, DealLine, Good, LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Row
from sverka.domain.snapshots import Snapshot, empty
from sverka.store import bindings, frames, mirror
from sverka.store.chunks import CHUNK
from sverka.store.engine import Store, Transaction
from sverka.store.tables import MIRROR
from tests.make import deal, order

COMPANY, CANCELLED = "headlights", "5"
WANTS = {
    "NEW": (False, False, False),
    "HOLD": (True, True, False),
    "SHIP": (True, False, False),
    "LOSE": (False, False, True),
}
LAMP = Good(ext_id="g1", name="Фара", article="A", is_service=False)
WORK = Good(ext_id="g2", name="Полировка", article="B", is_service=True)


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        keep(opened, LAMP, WORK)
        bindings.bind(opened, COMPANY, [Bind("product", "p1", "g1", "T2"), Bind("product", "p2", "g2", "T2")], 1)
        yield opened


def keep(tx: Transaction, *rows: Row, company: str = COMPANY) -> None:
    for row in rows:
        mirror.merge(tx, company, [row], 1)


def line(ext_id: str, deal_id: str, product_id: str = "p1", price: int = 100, amount: int = 1000) -> DealLine:
    return DealLine(
        ext_id=ext_id, deal_id=deal_id, product_id=product_id, name="", price_kopecks=price, amount_thousandths=amount
    )


def order_line(ext_id: str, order_id: str, good_id: str = "g1", **changes: Any) -> LedgerOrderLine:
    return LedgerOrderLine(
        ext_id=ext_id, order_id=order_id, good_id=good_id, price_kopecks=100, amount_thousandths=1000, **changes
    )


def reserve(ext_id: str, order_id: str, *, held: bool = True, deleted: bool = False) -> Reserve:
    return Reserve(
        ext_id=ext_id,
        order_id=order_id,
        store_id="1",
        held=held,
        comment="",
        deal_mark="",
        reserved_at=None,
        deleted=deleted,
    )


def reserve_line(ext_id: str, reserve_id: str, **changes: Any) -> ReserveLine:
    return ReserveLine(ext_id=ext_id, reserve_id=reserve_id, good_id="g1", amount_thousandths=1000, **changes)


def keys(tx: Transaction, row_type: type[Row]) -> dict[str, int]:
    table = MIRROR[row_type]
    return {row.ext_id: row.key for row in tx.all(select(table.c.ext_id, table.c.key))}


def look(tx: Transaction, deal_ids: Iterable[str] | None = None) -> Snapshot:
    return frames.snapshot(tx, COMPANY, WANTS, deal_ids, cancelled_status_ids=[CANCELLED])


def tuples(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(frame.itertuples(index=False, name=None))


def bind_order(tx: Transaction, deal_id: str, order_id: str) -> None:
    assert bindings.bind(tx, COMPANY, [Bind("order", deal_id, order_id, "T1")], 1) == ()


def test_a_snapshot_of_nothing_has_the_declared_schema(tx: Transaction) -> None:
    for deal_ids in (None, [], ["404"]):
        found = look(tx, deal_ids)
        assert [found.deals.empty, found.deal_lines.empty, found.order_lines.empty, found.reserve_lines.empty] == [
            True
        ] * 4
        assert list(found.deals.dtypes) == list(empty("deals").dtypes)


@pytest.mark.parametrize(
    ("stage", "bound", "in_scope"),
    [
        ("NEW", False, False),
        ("NEW", True, False),
        ("HOLD", False, True),
        ("SHIP", True, True),
        ("LOSE", False, False),
        ("LOSE", True, True),
        ("UNHEARD", True, False),
    ],
)
def test_in_scope_is_what_requires_an_order_or_lost_one(
    tx: Transaction, stage: str, bound: bool, in_scope: bool
) -> None:
    keep(tx, deal(stage_id=stage), order(), line("l", "71"), order_line("o", "12"))
    if bound:
        bind_order(tx, "71", "12")
    found = look(tx)
    assert [len(found.deals), len(found.deal_lines), len(found.order_lines)] == [in_scope, in_scope, in_scope and bound]


def test_deals_that_are_named_are_in_scope_at_any_stage(tx: Transaction) -> None:
    keep(tx, deal(ext_id="1", stage_id="NEW"), deal(ext_id="2", stage_id="UNHEARD"), deal(ext_id="3", stage_id="HOLD"))
    key = keys(tx, Deal)
    assert tuples(look(tx, ["1", "2", "1", "404"]).deals) == [
        (key["1"], 0, False, False, False, False),
        (key["2"], 0, False, False, False, False),
    ]


def test_a_deal_shows_what_its_stage_asks_and_whether_its_order_lives(tx: Transaction) -> None:
    stages = {"1": "HOLD", "2": "SHIP", "3": "LOSE", "4": "HOLD", "5": "LOSE"}
    statuses = {"1": "1", "2": CANCELLED, "3": "1", "5": CANCELLED}
    keep(tx, *(deal(ext_id=deal_id, stage_id=stage) for deal_id, stage in stages.items()))
    keep(tx, *(order(ext_id=f"o{deal_id}", status_id=status) for deal_id, status in statuses.items()))
    for deal_id in statuses:
        bind_order(tx, deal_id, f"o{deal_id}")
    deals, orders = keys(tx, Deal), keys(tx, LedgerOrder)
    assert tuples(look(tx).deals) == [
        (deals["1"], orders["o1"], True, True, False, True),
        (deals["2"], orders["o2"], True, False, False, False),
        (deals["3"], orders["o3"], False, False, True, True),
        (deals["4"], 0, True, True, False, False),
        (deals["5"], orders["o5"], False, False, True, False),
    ]


def test_an_order_that_was_deleted_is_none(tx: Transaction) -> None:
    keep(
        tx,
        deal(stage_id="HOLD"),
        order(deleted=True),
        order_line("o", "12"),
        reserve("r", "12"),
        reserve_line("rl", "r"),
    )
    bind_order(tx, "71", "12")
    found = look(tx)
    assert [row[1:] for row in tuples(found.deals)] == [(0, True, True, False, False)]
    assert (len(found.order_lines), len(found.reserve_lines)) == (0, 0)


def test_lines_of_deals_bear_the_good_that_their_product_is(tx: Transaction) -> None:
    keep(
        tx,
        deal(stage_id="HOLD"),
        line("1", "71", "p1", 100, 1500),
        line("2", "71", "p2"),
        line("3", "71", "p9"),
        line("4", "71", ""),
    )
    keep(tx, line("5", "404"))
    bindings.bind(tx, COMPANY, [Bind("product", "p9", "g-unseen", "T2")], 1)
    (key,), good = keys(tx, Deal).values(), keys(tx, Good)
    assert tuples(look(tx).deal_lines) == sorted([
        (key, good["g1"], 100, 1500, False), (key, good["g2"], 100, 1000, True), (key, 0, 100, 1000, False), (key, 0, 100, 1000, False),
    ])  # fmt: skip


def test_a_retired_binding_joins_nothing(tx: Transaction) -> None:
    keep(tx, deal(stage_id="HOLD"), order(), line("1", "71"), order_line("o", "12"))
    bind_order(tx, "71", "12")
    bindings.retire(tx, COMPANY, "order", "71", by="Ирина", reason="")
    bindings.retire(tx, COMPANY, "product", "p1", by="Ирина", reason="")
    found = look(tx)
    assert (tuples(found.deals)[0][1], tuples(found.deal_lines)[0][1], len(found.order_lines)) == (0, 0, 0)


def test_lines_of_orders_belong_to_the_deal_and_deleted_ones_do_not_count(tx: Transaction) -> None:
    keep(
        tx,
        deal(stage_id="HOLD"),
        order(),
        order_line("1", "12"),
        order_line("2", "12", "g9"),
        order_line("3", "12", deleted=True),
    )
    keep(tx, order(ext_id="13"), order_line("4", "13"))
    bind_order(tx, "71", "12")
    (key,), good = keys(tx, Deal).values(), keys(tx, Good)
    assert tuples(look(tx).order_lines) == sorted([(key, good["g1"], 100, 1000), (key, 0, 100, 1000)])


def test_only_what_is_held_is_reserved(tx: Transaction) -> None:
    keep(tx, deal(stage_id="HOLD"), order())
    keep(
        tx,
        reserve("a", "12"),
        reserve("b", "12"),
        reserve("c", "12", held=False),
        reserve("d", "12", deleted=True),
        reserve("e", "13"),
    )
    keep(tx, *(reserve_line(f"l-{each}", each) for each in "abcde"), reserve_line("gone", "a", deleted=True))
    bind_order(tx, "71", "12")
    (key,), good = keys(tx, Deal).values(), keys(tx, Good)
    assert tuples(look(tx).reserve_lines) == [(key, good["g1"], 1000)] * 2


def test_another_companys_rows_with_equal_ids_are_not_joined(tx: Transaction) -> None:
    keep(tx, deal(stage_id="HOLD"))
    keep(tx, order(), order_line("o", "12"), line("l", "71"), LAMP, deal(stage_id="HOLD"), company="machinery")
    bindings.bind(tx, "machinery", [Bind("order", "71", "12", "T1")], 1)
    found = look(tx)
    assert [len(found.deals), len(found.deal_lines), len(found.order_lines)] == [1, 0, 0]


def test_more_deals_than_a_statement_takes_are_all_there(tx: Transaction) -> None:
    many = [str(number) for number in range(CHUNK + 3)]
    mirror.merge(tx, COMPANY, (deal(ext_id=each, stage_id="HOLD") for each in many), 1)
    mirror.merge(tx, COMPANY, (line(each, each) for each in many), 1)
    for found in (look(tx), look(tx, many)):
        assert (len(found.deals), len(found.deal_lines)) == (len(many), len(many))


def test_sums_beyond_a_float_stay_exact(tx: Transaction) -> None:
    large = 9_007_199_254_740_993
    keep(tx, deal(stage_id="HOLD"), replace(line("1", "71"), price_kopecks=large))
    assert tuples(look(tx).deal_lines)[0][2] == large
