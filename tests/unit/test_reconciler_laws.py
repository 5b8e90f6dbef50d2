"""Laws that hold for every deal, over generated ones: whatever people did on either side before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reconcilers import deals
from sverka.domain.cases import OrderCase, ReserveDocument, WantedLine
from sverka.domain.plan import Plan
from tests import make
from tests.ledger_model import carry_out
from tests.make import NOW

POLICY = make.policy()
REMOVES = {"reserve.release", "order.status", "order.lines", "reserve.lines"}

wanted_lines = st.lists(
    st.builds(
        make.wanted, good=st.sampled_from(["g1", "g2", "g3", "g4"]), price=st.sampled_from([1, 99_99, 1_000_00]),
        amount=st.sampled_from([1, 500, 1_000, 30_000]),
    ),
    max_size=5,
)  # fmt: skip
services = st.lists(st.builds(make.wanted, good=st.just("s1"), service=st.just(True)), max_size=1)


@st.composite
def reserves(draw: Callable, lines: list[WantedLine]) -> tuple[ReserveDocument, ...]:
    documents = []
    for n, mark in enumerate(draw(st.lists(st.sampled_from(["71", ""]), max_size=3))):
        goods = draw(st.sampled_from([lines, lines[:1], []]))
        store = draw(st.sampled_from([make.STORE, make.OTHER_STORE]))
        if any(doc.is_ours and mark and doc.reserve.store_id == store for doc in documents):
            continue
        documents.append(make.reserve(goods, held=draw(st.booleans()), store=store, mark=mark, ext_id=f"d{n}"))
    return tuple(documents)


@st.composite
def cases(draw: Callable) -> OrderCase:
    """A deal at any stage, with whatever may stand in the ledger, and any memory of an agreement."""
    lines = [*draw(wanted_lines), *draw(services)]
    stage = draw(st.sampled_from(sorted(make.STAGES)))
    status = draw(st.sampled_from([None, *make.STATUSES]))
    has_order = status is not None
    held = draw(st.sampled_from([lines, lines[1:], [*lines, make.wanted("g9")]]))
    return make.case(
        stage, lines=tuple(lines), partner_id=draw(st.sampled_from(["50", ""])),
        order=make.order(status) if has_order else None,
        order_lines=make.order_lines(held) if has_order else (),
        reserves=draw(reserves(lines)) if has_order else (),
        shipments=(make.shipment(lines),) if has_order and draw(st.booleans()) else (), paid_kopecks=draw(st.sampled_from([0, 100])) if has_order else 0,
        deal_fields=frozenset({"ledger_order"}) if draw(st.booleans()) else frozenset(),
        deal=make.deal(semantics=make.SEMANTICS.get(stage, "P"), branch=draw(st.sampled_from(["Москва", "Петербург", ""]))),
        bases=draw(st.dictionaries(st.sampled_from(["order_status", "lines", "reserve"]), st.sampled_from(["open", "none", "x"]))),
    )  # fmt: skip


def plan_of(case: OrderCase) -> Plan:
    return deals.decide(case, POLICY, NOW)


def ended(case: OrderCase) -> OrderCase:
    """Carry out plan after plan until nothing is planned; a restore needs one more look than a decision."""
    for _ in range(6):
        case = carry_out(case, plan_of(case))
    return case


@given(cases())
def test_the_same_deal_always_gets_the_same_plan(case: OrderCase) -> None:
    assert plan_of(case) == plan_of(replace(case))


@given(cases())
def test_no_two_actions_have_one_key(case: OrderCase) -> None:
    keys = [action.key for action in plan_of(case).actions]
    assert len(keys) == len(set(keys))


@given(cases())
def test_a_plan_carried_out_leaves_nothing_to_plan(case: OrderCase) -> None:
    case = ended(case)
    assert plan_of(case).actions == ()


@given(cases())
def test_agreement_is_what_the_stage_requires(case: OrderCase) -> None:
    """After the plans, a deal either stands as its stage wants, or a person was told why not."""
    case = ended(case)
    plan = plan_of(case)
    if plan.findings or plan.skips or case.stage is None:
        return
    if case.stage.requires_order:
        assert case.order is not None
        if case.order_word == "open":
            assert case.held_lines == case.wanted_lines
    if case.stage.requires_reserve and not case.is_shipped:
        held = {}
        for document in case.reserves:
            for good, amount in document.goods.items() if document.reserve.held else ():
                held[good] = held.get(good, 0) + amount
        assert all(held.get(good, 0) >= amount for good, amount in case.wanted_goods.items())
    if case.stage.name == "lost":
        assert not any(document.reserve.held for document in case.reserves)
        assert case.order is None or case.order_word == "cancelled"


@given(cases())
def test_an_incomplete_reading_removes_and_creates_nothing(case: OrderCase) -> None:
    plan = plan_of(replace(case, is_complete=False))
    assert {action.kind for action in plan.actions if action.spec.rule != "tasks"} <= {"deal.field"}


@given(cases())
def test_no_money_or_goods_that_left_are_undone(case: OrderCase) -> None:
    """An order that was shipped or paid is never cancelled, whatever the deal says."""
    plan = plan_of(case)
    if case.is_shipped or case.paid_kopecks:
        assert not [action for action in plan.actions if action.kind == "order.status" and action.after == "cancelled"]


@given(cases())
def test_every_action_says_why_in_russian(case: OrderCase) -> None:
    for action in plan_of(case).actions:
        assert any("а" <= letter <= "я" for letter in action.reason.lower())
        assert action.reason.endswith(".")


@given(cases())
def test_every_reason_and_class_is_on_the_written_list(case: OrderCase) -> None:
    from sverka.domain.plan import CLASSES, REASONS

    plan = plan_of(case)
    assert {skip.reason for skip in plan.skips} <= set(REASONS)
    assert {finding.kind for finding in plan.findings} <= set(CLASSES)
