"""What the deal takes over from its order: works and goods flow back once the ledger says what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconcilers import deal_lines
from sverka.domain.cases import OrderCase, lines_value
from sverka.domain.plan import Answer, Plan, Seen
from tests import make
from tests.make import NOW

LINES = (make.wanted(),)
WORK = make.wanted("s1", price=500_00, amount=1_000, service=True)
PLACE = "service/Оценка качества"


def plan_of(case: OrderCase) -> Plan:
    return deal_lines.decide(case, make.headlights(), NOW)


def done(
    *held: object, deal: tuple = LINES, status: str = "work_closed", place: str = PLACE, **changes: Any
) -> OrderCase:
    """A work order that holds other lines than its deal, which agreed with it when work began."""
    agreed = replace(make.ordered(place), lines=LINES)
    return make.ordered(
        place, lines=deal, order=make.order(status), order_lines=make.order_lines(held), reserves=(),
        **({"bases": {"lines": lines_value(agreed.held_lines)}} | changes),
    )  # fmt: skip


def test_a_closed_work_orders_works_and_goods_become_the_deals() -> None:
    goods = {line.good_id: make.GoodCard(line.name, line.is_service, line.product_id) for line in (*LINES, WORK)}
    (action,) = plan_of(done(*LINES, WORK, goods=goods)).actions
    assert action.kind == "deal.lines"
    assert action.payload["lines"] == [
        {"product": "p-g1", "name": "Товар g1", "price_kopecks": 1_000_00, "amount_thousandths": 2_000},
        {"product": "p-s1", "name": "Товар s1", "price_kopecks": 500_00, "amount_thousandths": 1_000},
    ]
    assert action.money_kopecks == 500_00


@pytest.mark.parametrize(
    ("goods", "line"),
    [
        ({"s1": make.GoodCard("Полировка", is_service=True, product_id="")}, ("", "Полировка")),
        ({}, ("", "Товар № s1")),
    ],
    ids=["a good that the CRM does not know", "a good without a card"],
)
def test_what_the_crm_does_not_know_becomes_free_text(goods: dict[str, Any], line: tuple[str, str]) -> None:
    (action,) = plan_of(done(WORK, goods=goods)).actions
    assert [(row["product"], row["name"]) for row in action.payload["lines"]] == [line]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(done(*LINES), id="equal already"),
        pytest.param(
            done(*LINES, WORK, status="work_opened", place="service/Открыт заказ/наряд"), id="the mechanic is at work"
        ),
        pytest.param(
            done(*LINES, WORK, status="open", place="service/Закрыт на приезд"), id="the CRM says what is ordered"
        ),
        pytest.param(done(*LINES, WORK, place="service/won"), id="the deal is over"),
        pytest.param(replace(done(*LINES, WORK), order=make.order("work_closed", deleted=True)), id="order deleted"),
        pytest.param(replace(done(*LINES, WORK), order=None), id="no order"),
        pytest.param(done(*LINES, WORK, is_complete=False), id="incomplete reading"),
    ],
)
def test_a_deal_keeps_its_lines_where(case: OrderCase) -> None:
    assert plan_of(case).actions == ()


def test_an_incomplete_reading_is_said() -> None:
    assert [skip.reason for skip in plan_of(done(WORK, is_complete=False)).skips] == ["incomplete_read"]


def test_goods_that_have_left_say_what_was_sold_whatever_the_status() -> None:
    for status in ("open", "work_opened"):
        case = done(*LINES, WORK, status=status, place="shop/Отгружено/не оплачено", shipments=(make.shipment(LINES),))
        assert [action.kind for action in plan_of(case).actions] == ["deal.lines"]


class TestADealThatSomebodyChangedInTheMeantime:
    CHANGED = (make.wanted(amount=7_000),)

    def test_is_asked_about(self) -> None:
        plan = plan_of(done(*LINES, WORK, deal=self.CHANGED))
        assert plan.actions == ()
        assert [(finding.kind, finding.asks) for finding in plan.findings] == [("conflict", True)]

    @pytest.mark.parametrize(
        ("choice", "expected"), [("take-owner", ["deal.lines"]), ("take-mirror", []), ("ignore:2027-01-01", [])]
    )
    def test_is_set_as_a_person_says(self, choice: str, expected: list[str]) -> None:
        case = done(*LINES, WORK, deal=self.CHANGED)
        (finding,) = plan_of(case).findings
        plan = plan_of(replace(case, answers={finding.key: Answer(choice, finding.values, "head")}))
        assert [action.kind for action in plan.actions] == expected
        assert [skip.reason for skip in plan.skips] == ([] if expected else ["ignored"])

    def test_is_set_back_after_a_second_look_if_the_order_stands_as_agreed(self) -> None:
        case = done(*LINES, deal=self.CHANGED)
        plan = plan_of(case)
        assert plan.actions == ()
        (finding,) = plan.findings
        seen = {finding.key: Seen(NOW - timedelta(minutes=10), 1, finding.values)}
        (action,) = plan_of(replace(case, seen=seen)).actions
        assert (action.kind, action.occasion) == ("deal.lines", "restore")

    def test_is_asked_about_once_it_was_set_back_twice_in_a_week(self) -> None:
        plan = plan_of(done(*LINES, deal=self.CHANGED, restores={"deal.lines": 2}))
        assert [finding.asks for finding in plan.findings] == [True]


def test_an_order_that_we_did_not_make_and_never_agreed_with_is_asked_about() -> None:
    plan = plan_of(done(*LINES, WORK, bases={}, is_made_here=False))
    assert plan.actions == ()
    assert [finding.asks for finding in plan.findings] == [True]


@pytest.mark.parametrize(
    ("deal", "asks"),
    [((LINES[0],), False), ((make.wanted(amount=7_000),), True)],
    ids=["the master added", "the deal was changed"],
)
def test_an_order_of_ours_that_never_agreed_flows_back_if_it_only_grew(
    deal: tuple[make.WantedLine, ...], *, asks: bool
) -> None:
    plan = plan_of(done(LINES[0], WORK, bases={}, deal=deal))
    assert [action.kind for action in plan.actions] == ([] if asks else ["deal.lines"])
    assert [finding.asks for finding in plan.findings] == ([True] if asks else [])


def test_lines_taken_over_are_remembered_as_agreed() -> None:
    case = done(*LINES, WORK)
    (action,) = plan_of(case).actions
    assert dict(action.settles) == {"lines": lines_value(case.held_lines)}
