"""Laws of debts, whatever the facts: the order of what is read decides nothing, worse facts never loosen a hold, nobody is told twice."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcilers import dunning, holds
from sverka.domain.dunning.decision import Decision, How
from sverka.domain.dunning.facts import (
    Commitment,
    Customer,
    Dispute,
    DisputeReason,
    Document,
    Hold,
    Outcome,
    Pause,
    Promise,
    Reach,
    Receipt,
    Terms,
    Touch,
)
from sverka.domain.dunning.policy import DEFAULT, LADDERS, Ladder
from sverka.domain.dunning.promises import Word
from tests.strategies import examples
from tests.unit.dunning_cases import (
    ACCOUNTANT,
    IN_CYCLE,
    NOW,
    SETTINGS,
    TODAY,
    ago,
    around,
    at,
    customer,
    decide,
)

AGES = st.integers(-6, 35)
SUMS = st.sampled_from([50_00, 100_00, 4_000_00, 5_000_00, 100_000_00, 700_000_00])
ENTITIES = st.sampled_from(["А", "Б"])
LADDER = st.sampled_from(list(LADDERS.values()))


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, ...]:
    names = draw(st.lists(st.integers(1, 40), max_size=6, unique=True))
    return tuple(
        Document(
            f"{name}", ago(draw(AGES)), 700_000_00, draw(SUMS), number=f"{name}", entity=draw(ENTITIES), contract=draw(ENTITIES),
            is_shipped=draw(st.integers(0, 9)) > 0, is_prepaid=draw(st.integers(0, 9)) == 0,
        )
        for name in names
    )  # fmt: skip


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    owed = draw(documents())
    days, yes = st.integers(0, 20).map(ago), st.booleans()
    limits = st.sampled_from([None, 0, 800_000_00])
    names = st.sampled_from([each.id for each in owed] or ["0"])
    some = st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)
    steps = st.sampled_from([each for each in DEFAULT.steps if not each.is_service])
    touches = [
        Touch(
            step.id,
            at(draw(days)),
            draw(ENTITIES),
            1,
            listed[0],
            listed,
            draw(st.sampled_from(Outcome)),
            step.at_bd,
        )
        for step, listed in draw(st.lists(st.tuples(steps, some), max_size=5))
    ]
    return customer(
        *owed,
        touches=tuple(touches),
        receipts=tuple(
            Receipt(f"r{number}", draw(days), kopecks, draw(st.sampled_from([0, kopecks])), entity=draw(ENTITIES))
            for number, kopecks in enumerate(draw(st.lists(SUMS, max_size=3)))
        ),
        disputes=tuple(
            Dispute(f"d{number}", listed, draw(st.sampled_from(DisputeReason)), draw(days), is_confirmed=draw(yes))
            for number, listed in enumerate(draw(st.lists(some, max_size=2)))
        ),
        promises=tuple(
            Promise(f"p{number}", ago(draw(st.integers(0, 10))), ago(draw(AGES)), kopecks)
            for number, kopecks in enumerate(draw(st.lists(SUMS, max_size=2)))
        ),
        pauses=draw(st.sampled_from([(), (), (Pause(ago(3), ago(-3)),)])),
        terms=tuple(Terms(name, limit_kopecks=draw(limits), bans_overdue=draw(yes)) for name in "АБ"),
        commitments=tuple(Commitment(f"o{kopecks}", kopecks, draw(ENTITIES)) for kopecks in draw(st.lists(SUMS, max_size=1))),
        calls=tuple(draw(st.lists(days, max_size=2))),
        reach=draw(st.sampled_from([(), (ACCOUNTANT,), (ACCOUNTANT, Reach("director", "email", is_confirmed=True))])),
        cycle=IN_CYCLE,
        hold=draw(st.sampled_from(Hold)),
    )  # fmt: skip


def _shuffled(of: Customer, seed: int) -> Customer:
    dice = random.Random(seed)
    mixed = {
        field.name: tuple(dice.sample(value, len(value)))
        for field in fields(of)
        if isinstance(value := getattr(of, field.name), tuple)
    }
    return replace(of, **mixed)


@examples(soak=2000, short=60)
@given(of=customers(), ladder=LADDER, seed=st.integers(0, 99))
def test_the_order_in_which_facts_are_read_decides_nothing(of: Customer, ladder: Ladder, seed: int) -> None:
    assert decide(of, ladder=ladder) == decide(_shuffled(of, seed), ladder=ladder)


@examples(soak=300, short=15)
@given(everyone=st.lists(customers(), min_size=2, max_size=6), seed=st.integers(0, 99))
def test_nor_does_the_order_of_customers(everyone: list[Customer], seed: int) -> None:
    named = [(replace(each, key=f"{number}"), DEFAULT) for number, each in enumerate(everyone)]
    mixed = random.Random(seed).sample(named, len(named))
    assert dunning.daily(named, SETTINGS, around(), NOW) == dunning.daily(mixed, SETTINGS, around(), NOW)


@examples(soak=2000, short=60)
@given(of=customers(), ladder=LADDER)
def test_whoever_is_spoken_to_owes_what_they_are_told_of(of: Customer, ladder: Ladder) -> None:
    found = decide(of, ladder=ladder)
    assert found.standing.net_kopecks <= found.standing.gross_kopecks
    disputed = {name for each in of.disputes for name in each.documents}
    for said in found.going:
        assert said.net_kopecks > 0
        assert said.carrying == said.overdue[0].id or said.money_kopecks > 0
        for each in said.overdue:
            assert each.residual_kopecks >= SETTINGS.min_document_kopecks
            assert each.due_on < TODAY
            assert each.id not in disputed
            assert each.is_shipped
            assert not each.is_prepaid
        assert said.how is not How.MESSAGE or said.channels
    assert not found.going or (of.pauses == () and found.standing.net_kopecks >= SETTINGS.min_customer_kopecks)


@examples(soak=1000, short=60)
@given(of=customers(), ladder=LADDER)
def test_what_was_said_today_is_not_said_again_and_what_is_planned_stands(of: Customer, ladder: Ladder) -> None:
    first = decide(of, ladder=ladder)
    plans = tuple(each.touch(NOW) for each in first.going)
    kept = tuple(each for each in of.touches if each.outcome not in dunning.IN_FLIGHT)
    again = decide(replace(of, touches=kept + plans, cycle=first.cycle), ladder=ladder)
    assert again.going == ()
    messages = [each.key for each in first.going if each.how in (How.MESSAGE, How.DRAFT)]
    assert [each.key for each in again.standing_still] == messages
    assert [each for account in again.accounts for each in account.withdrawn] == []


def _hold(of: Customer, ladder: Ladder) -> Hold:
    return decide(of, ladder=ladder).hold.wanted


@examples(soak=2000, short=60)
@given(of=customers(), ladder=LADDER, days=st.integers(1, 30), which=st.integers(0, 5))
def test_an_older_debt_never_loosens_a_hold(of: Customer, ladder: Ladder, days: int, which: int) -> None:
    of = replace(of, promises=(), disputes=())
    if not of.documents:
        return
    aged = of.documents[which % len(of.documents)]
    others = (each for each in of.documents if each != aged)
    older = replace(of, documents=(*others, replace(aged, due_on=aged.due_on - timedelta(days=days))))
    assert _hold(older, ladder) >= _hold(of, ladder)


@examples(soak=2000, short=60)
@given(of=customers(), ladder=LADDER, kopecks=SUMS, name=ENTITIES)
def test_neither_does_a_bigger_exposure_nor_a_graver_hold_in_force(
    of: Customer, ladder: Ladder, kopecks: int, name: str
) -> None:
    more = replace(of, commitments=(*of.commitments, Commitment("more", kopecks, name)))
    assert _hold(more, ladder) >= _hold(of, ladder)
    wanted = [_hold(replace(of, hold=hold), ladder) for hold in Hold]
    assert wanted == sorted(wanted)


@examples(soak=1000, short=60)
@given(of=customers(), ladder=LADDER)
def test_a_hold_that_is_set_is_what_is_wanted_then(of: Customer, ladder: Ladder) -> None:
    """What the facts want does not change by being set: holds do not swing."""
    wanted = _hold(of, ladder)
    assert _hold(replace(of, hold=wanted), ladder) is wanted


@examples(soak=1000, short=60)
@given(of=customers(), kopecks=SUMS, more=SUMS)
def test_of_two_orders_the_bigger_never_passes_alone(of: Customer, kopecks: int, more: int) -> None:
    small, big = (holds.Order("n", each, "А") for each in (kopecks, kopecks + more))
    passes = [holds.may_pass(each, of, DEFAULT, SETTINGS, TODAY).passes for each in (small, big)]
    assert passes != [False, True]


@pytest.mark.parametrize("kopecks", [1, 100_000_00])
def test_a_promise_that_was_kept_counts_money_once(kopecks: int) -> None:
    both = tuple(Promise(f"p{number}", ago(5), ago(3), kopecks) for number in range(2))
    found: Decision = decide(customer(promises=both, receipts=(Receipt("r", ago(4), kopecks),)))
    assert [each.word for each in found.standing.judged] == [Word.KEPT, Word.BROKEN]
