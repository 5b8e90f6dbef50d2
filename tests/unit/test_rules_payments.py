"""Money at a desk: registered once, for what is due, where a person marked it and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconcilers import payments
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Plan
from sverka.domain.policy import Policy
from tests import make
from tests.make import NOW

DESK, PAID = "shop/Самовывоз/доставка", {"paid_at_desk": "yes"}
RECEIPT = "cash.create|deal:71|1"
MADE = {"created": {RECEIPT: "c1"}, "bases": {"receipt": "200000"}}
"""The receipt over 2,000 roubles was made, and not bound to the order yet."""
BOUND = {"created": {RECEIPT: "c1"}, "bases": {"receipt": "200000", "payment": "linked"}}
GONE = (make.shipment([make.wanted()]),)
SERVICES = (make.wanted("s1", service=True),)


def plan_of(case: OrderCase, policy: Policy | None = None) -> Plan:
    return payments.decide(case, policy or make.headlights(), NOW)


def kinds(case: OrderCase) -> list[str]:
    return [action.kind for action in plan_of(case).actions]


def test_a_marked_payment_becomes_a_receipt_over_the_orders_sum_that_is_bound_to_the_order() -> None:
    create, link = plan_of(make.ordered(DESK, PAID)).actions
    assert create.payload["sum_kopecks"] == link.payload["sum_kopecks"] == 2_000_00
    assert (create.payload["order"], create.payload["partner"], create.payload["cash_desk"]) == ("12", "50", "21")
    assert create.payload["comment"].split()[0] == "deal:71"
    assert link.payload["cash"] == {"ref": create.key}
    assert create.money_kopecks == 2_000_00


def test_only_what_is_still_due_is_registered() -> None:
    create, link = plan_of(make.ordered(DESK, PAID, paid_kopecks=1_500_00)).actions
    assert create.payload["sum_kopecks"] == link.payload["sum_kopecks"] == 500_00


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(make.ordered(DESK), id="nobody marked it"),
        pytest.param(make.ordered("shop/Резерв", PAID), id="marked at a stage where the mark does not count"),
        pytest.param(make.ordered("shop/Отгружено/не оплачено", PAID), id="goods on credit"),
        pytest.param(make.ordered(DESK, PAID, paid_kopecks=2_000_00), id="paid by the bank already"),
        pytest.param(make.ordered(DESK, PAID, paid_kopecks=2_500_00), id="paid too much already"),
        pytest.param(make.at(DESK, PAID), id="no order"),
        pytest.param(make.ordered(DESK, PAID, order=make.order(deleted=True)), id="order deleted"),
        pytest.param(make.ordered(DESK, PAID, is_complete=False), id="incomplete reading"),
        pytest.param(make.ordered(DESK, PAID, order_lines=make.order_lines([make.wanted(amount=1)])), id="lines differ yet"),
        pytest.param(make.ordered(DESK, PAID, order_lines=()), id="order still empty"),
        pytest.param(make.ordered(DESK, PAID, row={"currency": "EUR"}), id="another currency"),
    ],
)  # fmt: skip
def test_no_money_is_registered_where(case: OrderCase) -> None:
    assert kinds(case) == []


@pytest.mark.parametrize(
    ("fields", "desk"),
    [
        pytest.param({}, "21", id="the branch's desk"),
        pytest.param({"branch": make.PETERSBURG}, "22", id="another branch's desk"),
        pytest.param({"cash_desk": "Касса Санкт-Петербург"}, "22", id="the named desk goes before the branch's"),
        pytest.param({"cash_desk": "Касса Москва", "branch": ""}, "21", id="the named desk without a branch"),
    ],
)
def test_the_desk_is_the_one_that_the_deal_names_else_its_branchs(fields: dict[str, str], desk: str) -> None:
    assert plan_of(make.ordered(DESK, PAID | fields)).actions[0].payload["cash_desk"] == desk


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"cash_desk": "Ларёк"}, "касса «Ларёк» не найдена", id="a desk that the ledger lacks"),
        pytest.param({"branch": ""}, "не указаны ни касса, ни филиал", id="neither desk nor branch"),
    ],
)
def test_without_a_desk_the_money_is_asked_for_in_words(fields: dict[str, str], told: str) -> None:
    plan = plan_of(make.ordered(DESK, PAID | fields))
    assert plan.actions == ()
    assert [skip.reason for skip in plan.skips] == ["no_branch"]
    assert told in plan.findings[0].text


def test_a_receipt_that_stands_is_bound_and_not_made_again() -> None:
    (link,) = plan_of(make.ordered(DESK, PAID, **MADE)).actions
    assert link.payload == {"cash": "c1", "order": "12", "sum_kopecks": 2_000_00}


@pytest.mark.parametrize(
    ("now_wanted", "paid_kopecks"),
    [
        pytest.param(make.wanted(price=1_500_00), 0, id="dearer meanwhile"),
        pytest.param(make.wanted(price=800_00), 0, id="cheaper meanwhile"),
        pytest.param(make.wanted(), 700_00, id="the bank brought a part meanwhile, or people bound a part of it"),
    ],
)
def test_a_receipt_is_bound_as_a_whole(now_wanted: object, paid_kopecks: int) -> None:
    case = make.ordered(DESK, PAID, lines=(now_wanted,), paid_kopecks=paid_kopecks, **MADE)
    (link,) = plan_of(case).actions
    assert link.kind == "cash.link"
    assert link.payload["sum_kopecks"] == 2_000_00


def test_a_receipt_that_is_gone_is_told_as_such() -> None:
    (finding,) = plan_of(make.ordered(DESK, PAID, paid_kopecks=500_00, **BOUND)).findings
    assert (finding.aspect, finding.money_kopecks) == ("underpaid", 1_500_00)
    assert "удалили или отвязали" in finding.text


def test_a_receipt_is_bound_though_its_desk_was_renamed_meanwhile() -> None:
    (link,) = plan_of(make.ordered(DESK, PAID | {"cash_desk": "Бывшая касса"}, **MADE)).actions
    assert (link.kind, link.payload["cash"]) == ("cash.link", "c1")


def test_what_an_order_grew_by_after_its_payment_is_told_and_not_registered() -> None:
    dearer = make.ordered(DESK, PAID, lines=(make.wanted(price=1_500_00),), paid_kopecks=2_000_00, **BOUND)
    plan = plan_of(dearer)
    assert plan.actions == ()
    assert [(finding.aspect, finding.money_kopecks) for finding in plan.findings] == [("underpaid", 1_000_00)]


@pytest.mark.parametrize(
    ("paid_kopecks", "told"), [(2_000_01, [1]), (2_000_00, []), (0, [])], ids=["a kopeck too much", "all", "none"]
)
def test_money_beyond_the_orders_sum_is_told(paid_kopecks: int, told: list[int]) -> None:
    findings = plan_of(make.ordered(DESK, paid_kopecks=paid_kopecks)).findings
    assert [finding.money_kopecks for finding in findings if finding.aspect == "overpaid"] == told


def test_a_mark_that_was_taken_off_and_set_again_brings_no_second_receipt() -> None:
    case = make.ordered(DESK, PAID, lines=(make.wanted(amount=3_000),), paid_kopecks=2_000_00, **BOUND)
    assert kinds(replace(case, deal=make.at(DESK).deal)) == []
    assert kinds(case) == []


@pytest.mark.parametrize(
    ("changes", "closes"),
    [
        pytest.param({"shipments": GONE}, True, id="all gone, all paid"),
        pytest.param({"lines": SERVICES, "reserves": ()}, True, id="services alone lie in no store"),
        pytest.param({"shipments": (make.shipment([make.wanted()], held=False),)}, False, id="a draft is no shipment"),
        pytest.param({"shipments": (make.shipment([make.wanted(amount=1_000)]),)}, False, id="a part has left"),
        pytest.param({"shipments": GONE, "order": make.order("closed")}, False, id="closed already"),
        pytest.param({"shipments": GONE, "order": make.order("work_opened")}, False, id="a mechanic works on it"),
        pytest.param({"shipments": GONE, "paid_kopecks": 1_999_99}, False, id="a kopeck is missing"),
    ],
)  # fmt: skip
def test_an_order_is_closed_when_all_has_left_and_all_is_paid(changes: dict[str, object], closes: bool) -> None:
    case = make.ordered(DESK, PAID, **({"paid_kopecks": 2_000_00} | BOUND | changes))
    assert ("order.close" in kinds(case)) == closes


def test_closing_is_not_for_deals_that_nobody_marked() -> None:
    case = make.ordered(DESK, paid_kopecks=2_000_00, shipments=GONE)
    assert kinds(case) == []


@pytest.mark.parametrize(
    ("deeds", "paid_kopecks", "expected"),
    [
        pytest.param(("shipment",), 0, [], id="goods alone: no money"),
        pytest.param(("payment",), 0, ["cash.create", "cash.link"], id="money alone"),
        pytest.param(("payment", "shipment"), 2_000_00, [], id="both, and the order stays open"),
        pytest.param(("shipment", "close_order"), 2_000_00, ["order.close"], id="closed, whoever brought the money"),
    ],
)
def test_what_follows_from_a_mark_is_what_the_companys_table_says(
    deeds: tuple[str, ...], paid_kopecks: int, expected: list[str]
) -> None:
    case = make.ordered(DESK, PAID, paid_kopecks=paid_kopecks, shipments=GONE)
    plan = plan_of(case, make.deciding("paid_at_desk", *deeds))
    assert [action.kind for action in plan.actions] == expected
