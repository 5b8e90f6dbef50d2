"""Small memories: proofs of readings, bindings, agreed values, what a portal calls its fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from sverka.domain.plan import Agreed, Bind
from sverka.domain.proofs import Proof
from sverka.store import agreements, bindings, errors, layouts, proofs
from sverka.store.bindings import Clash
from sverka.store.engine import Store, Transaction
from sverka.store.ledgers import agreement, binding
from tests.make import NOW

COMPANY = "headlights"
PROOF = Proof(
    system="bitrix24",
    family="deals",
    full=False,
    complete=True,
    rows=3,
    server_at=NOW,
    since=NOW - timedelta(minutes=10),
)


def test_a_proof_comes_back_as_it_was_kept(store: Store) -> None:
    kept = replace(
        PROOF, complete=False, trouble="the last page was cut", malformed=(("71", "no stage"), ("72", "a float"))
    )
    with store.writing() as tx:
        proofs.add(tx, COMPANY, kept, 1, NOW)
        assert proofs.last(tx, COMPANY, "bitrix24", "deals", complete_only=False) == kept


def test_the_next_reading_begins_at_the_last_complete_one(store: Store) -> None:
    with store.writing() as tx:
        proofs.add(tx, COMPANY, PROOF, 1, NOW)
        proofs.add(tx, COMPANY, replace(PROOF, complete=False, server_at=NOW + timedelta(hours=1)), 2, NOW)
        proofs.add(tx, COMPANY, replace(PROOF, family="lines", server_at=NOW + timedelta(hours=2)), 2, NOW)
        proofs.add(tx, "machinery", replace(PROOF, server_at=NOW + timedelta(hours=3)), 2, NOW)
        assert proofs.last(tx, COMPANY, "bitrix24", "deals") == PROOF
        assert proofs.last(tx, COMPANY, "bitrix24", "stages") is None


def test_what_is_usual_is_told_by_complete_readings_of_the_same_sort(store: Store) -> None:
    with store.writing() as tx:
        for rows in (10, 20, 30):
            proofs.add(tx, COMPANY, replace(PROOF, full=True, rows=rows), 1, NOW)
            proofs.add(tx, COMPANY, replace(PROOF, full=False, rows=1), 1, NOW)
        proofs.add(tx, COMPANY, replace(PROOF, full=True, complete=False, rows=0), 1, NOW)
        assert proofs.recent_counts(tx, COMPANY, "bitrix24", "deals", limit=2) == [30, 20]
        assert proofs.recent_counts(tx, COMPANY, "bitrix24", "deals", full=False) == [1, 1, 1]


def test_the_mirror_ages_by_real_time_since_the_last_complete_reading(store: Store) -> None:
    later = NOW + timedelta(minutes=7)
    with store.writing() as tx:
        assert proofs.age(tx, COMPANY, "bitrix24", "deals", later) is None
        proofs.add(tx, COMPANY, replace(PROOF, server_at=NOW - timedelta(days=7000)), 1, NOW)
        proofs.add(tx, COMPANY, replace(PROOF, complete=False), 2, later)
        assert proofs.age(tx, COMPANY, "bitrix24", "deals", later) == timedelta(minutes=7)


def order_of(deal_id: str, order_id: str, tier: str = "T1") -> Bind:
    return Bind("order", deal_id, order_id, tier)


def test_counterparts_are_found_from_both_sides(store: Store) -> None:
    with store.writing() as tx:
        assert (
            bindings.bind(tx, COMPANY, [order_of("1", "a"), order_of("2", "b"), Bind("client", "1", "c", "T2")], 1)
            == ()
        )
        assert bindings.rights(tx, COMPANY, "order", ["1", "2", "3"]) == {"1": "a", "2": "b"}
        assert bindings.lefts(tx, COMPANY, "order", ["b", "c"]) == {"b": "2"}
        assert bindings.rights(tx, "machinery", "order", ["1"]) == {}


def test_binding_the_same_again_changes_nothing(store: Store) -> None:
    with store.writing() as tx:
        bindings.bind(tx, COMPANY, [order_of("1", "a", "T0")], 1)
        assert bindings.bind(tx, COMPANY, [order_of("1", "a", "T2"), order_of("1", "a", "T2")], 2) == ()
        assert [tuple(row) for row in tx.all(select(binding.c.tier, binding.c.run_id))] == [("T0", 1)]


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        ([order_of("1", "b")], [order_of("1", "a")]),
        ([order_of("9", "a")], [order_of("1", "a")]),
        ([order_of("2", "a")], [order_of("2", "z"), order_of("1", "a")]),
        ([order_of("5", "x"), order_of("6", "x")], [order_of("5", "x")]),
    ],
    ids=["the deal has another order", "the order has another deal", "both are taken", "two wants in one plan"],
)
def test_a_clash_is_returned_and_nothing_is_overwritten(store: Store, wanted: list[Bind], held: list[Bind]) -> None:
    with store.writing() as tx:
        bindings.bind(tx, COMPANY, [order_of("1", "a"), order_of("2", "z")], 1)
        assert bindings.bind(tx, COMPANY, wanted, 2) == tuple(Clash(wanted[-1], each) for each in held)
        assert bindings.rights(tx, COMPANY, "order", ["1", "2"]) == {"1": "a", "2": "z"}


def test_a_retired_binding_makes_room_and_is_remembered(store: Store) -> None:
    with store.writing() as tx:
        bindings.bind(tx, COMPANY, [order_of("1", "a")], 1)
        assert bindings.retire(tx, COMPANY, "order", "1", by="Ирина", reason="дубль")
        assert not bindings.retire(tx, COMPANY, "order", "1", by="Ирина", reason="дубль")
        assert bindings.rights(tx, COMPANY, "order", ["1"]) == {}
        assert bindings.bind(tx, COMPANY, [order_of("1", "b"), order_of("2", "a")], 2) == ()
        kept = select(binding.c.right_id, binding.c.retired_by, binding.c.retired_reason).where(
            binding.c.left_id == "1"
        )
        assert [tuple(row) for row in tx.all(kept)] == [("a", "Ирина", "дубль"), ("b", None, None)]


def test_a_tier_outside_the_list_is_refused(store: Store) -> None:
    with pytest.raises(errors.StoreFailed), store.writing() as tx:
        bindings.bind(tx, COMPANY, [order_of("1", "a", tier="T3")], 1)


def agreed(tx: Transaction) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in tx.all(select(agreement.c.aspect, agreement.c.value, agreement.c.run_id))]


def test_agreed_values_are_the_bases_of_later_comparisons(store: Store) -> None:
    with store.writing() as tx:
        agreements.put(
            tx,
            COMPANY,
            [Agreed("deal:1", "lines", "x"), Agreed("deal:1", "status", "open"), Agreed("deal:2", "lines", "y")],
            1,
        )
        assert agreements.bases(tx, COMPANY, ["deal:1", "deal:3"]) == {
            ("deal:1", "lines"): "x",
            ("deal:1", "status"): "open",
        }


def test_only_values_that_differ_are_written(store: Store) -> None:
    with store.writing() as tx:
        assert agreements.put(tx, COMPANY, [Agreed("deal:1", "lines", "x"), Agreed("deal:1", "status", "open")], 1) == 2
        assert (
            agreements.put(tx, COMPANY, [Agreed("deal:1", "lines", "x"), Agreed("deal:1", "status", "closed")], 2) == 1
        )
        assert agreed(tx) == [("lines", "x", 1), ("status", "closed", 2)]


def test_a_layout_is_kept_and_a_new_one_noticed(store: Store) -> None:
    fields = {"branch": "UF_CRM_1", "branch_options": {"44": "Москва"}}
    with store.writing() as tx:
        assert layouts.get(tx, COMPANY, "bitrix24") is None
        known = [
            layouts.put(tx, COMPANY, "bitrix24", each)
            for each in (fields, dict(reversed(fields.items())), {"branch": "UF_CRM_2"})
        ]
        assert known == [True, False, True]
        assert layouts.get(tx, COMPANY, "bitrix24") == {"branch": "UF_CRM_2"}


def test_a_document_that_is_no_json_is_refused(store: Store) -> None:
    with pytest.raises(errors.BadValue), store.writing() as tx:
        layouts.put(tx, COMPANY, "bitrix24", {"sum": float("nan")})
