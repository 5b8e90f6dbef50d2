"""Goods that leave: only what a person decided, only what the store has, in two looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reconcilers import shipments
from sverka.domain.cases import OrderCase, Shelf
from sverka.domain.plan import Plan
from tests import make
from tests.make import NOW

DESK, PAID = "shop/Самовывоз/доставка", {"paid_at_desk": "yes"}
CREDIT = "shop/Отгружено/не оплачено"
LINES = (make.wanted(),)
DRAFT = make.shipment(LINES, held=False, uses="33")
GONE = make.shipment(LINES, uses="33")
WARY = make.case().client
TRUSTED = replace(WARY, fields={"trusted": "yes"})


def plan_of(case: OrderCase) -> Plan:
    return shipments.decide(case, make.headlights(), NOW)


def kinds(case: OrderCase) -> list[str]:
    return [action.kind for action in plan_of(case).actions]


def aspects(case: OrderCase) -> list[str]:
    return [finding.aspect for finding in plan_of(case).findings]


class TestADecidedShipment:
    def test_is_first_a_draft_with_the_orders_goods_out_of_the_deals_reserve(self) -> None:
        create, lines = plan_of(make.ordered(DESK, PAID)).actions
        assert (create.payload["order"], create.payload["store"], create.payload["reserve"]) == ("12", make.STORE, "33")
        assert create.payload["comment"].split()[0] == "deal:71"
        assert lines.payload["shipment"] == {"ref": create.key}
        assert lines.payload["lines"] == [{"good": "g1", "price_kopecks": 1_000_00, "amount_thousandths": 2_000}]

    def test_is_posted_once_the_draft_was_seen_to_hold_exactly_that(self) -> None:
        (post,) = plan_of(make.ordered(DESK, PAID, shipments=(DRAFT,))).actions
        assert (post.kind, post.payload) == ("shipment.post", {"shipment": "44"})

    @pytest.mark.parametrize(
        "goods",
        [(), (make.wanted(amount=1_000),), (make.wanted(), make.wanted("g2"))],
        ids=["no goods", "fewer goods", "other goods besides"],
    )
    def test_is_put_right_and_not_posted_while_the_draft_holds(self, goods: tuple) -> None:
        case = make.ordered(DESK, PAID, shipments=(make.shipment(goods, held=False),))
        assert kinds(case) == ["shipment.lines"]

    @pytest.mark.parametrize(
        "draft",
        [
            make.shipment(LINES, held=False, uses="33", store=make.OTHER_STORE),
            make.shipment(LINES, held=False, uses="30"),
            make.shipment(LINES, held=False),
        ],
        ids=["another store", "another reserve", "no reserve"],
    )
    def test_is_put_where_the_goods_are_held_and_not_posted_from(self, draft: object) -> None:
        (lines,) = plan_of(make.ordered(DESK, PAID, shipments=(draft,))).actions
        assert lines.kind == "shipment.lines"
        assert (lines.payload["store"], lines.payload["reserve"]) == (make.STORE, "33")

    def test_is_over_when_the_goods_have_left(self) -> None:
        assert kinds(make.ordered(DESK, PAID, shipments=(GONE,))) == []

    def test_brings_the_rest_of_what_somebody_shipped_in_part(self) -> None:
        part = make.shipment([make.wanted(amount=500)], mark="")
        create, lines = plan_of(make.ordered(DESK, PAID, shipments=(part,))).actions
        assert lines.payload["lines"] == [{"good": "g1", "price_kopecks": 1_000_00, "amount_thousandths": 1_500}]
        assert create.occasion == "1"

    def test_keeps_the_prices_of_a_good_that_stands_twice_in_the_order(self) -> None:
        lines = (make.wanted(price=1_000_00, amount=2_000), make.wanted(price=900_00, amount=1_000))
        _, rows = plan_of(make.ordered(DESK, PAID, lines=lines)).actions
        assert {(row["price_kopecks"], row["amount_thousandths"]) for row in rows.payload["lines"]} == {
            (1_000_00, 2_000),
            (900_00, 1_000),
        }

    def test_takes_what_is_left_of_such_a_good_from_the_first_line_on(self) -> None:
        lines = (make.wanted(price=1_000_00, amount=2_000), make.wanted(price=900_00, amount=1_000))
        part = make.shipment([make.wanted(amount=1_500)])
        _, rows = plan_of(make.ordered(DESK, PAID, lines=lines, shipments=(part,))).actions
        assert [(row["price_kopecks"], row["amount_thousandths"]) for row in rows.payload["lines"]] == [
            (1_000_00, 1_500)
        ]

    def test_leaves_services_out(self) -> None:
        case = make.ordered(DESK, PAID, lines=(make.wanted(), make.wanted("s1", service=True)))
        _, rows = plan_of(case).actions
        assert [row["good"] for row in rows.payload["lines"]] == ["g1"]

    def test_of_services_alone_is_none(self) -> None:
        assert kinds(make.ordered(DESK, PAID, lines=(make.wanted("s1", service=True),), reserves=())) == []

    @pytest.mark.parametrize(
        ("changes", "occasion"),
        [
            ({}, "1"),
            ({"gone_shipments": 2}, "3"),
            ({"shipments": (make.shipment([make.wanted(amount=500)]),)}, "2"),
            ({"shipments": (make.shipment([make.wanted(amount=500)]),), "gone_shipments": 1}, "3"),
        ],
        ids=["the first", "after two that were deleted", "after one that was sent", "after both"],
    )
    def test_is_another_document_each_time(self, changes: dict[str, object], occasion: str) -> None:
        assert plan_of(make.ordered(DESK, PAID, **changes)).actions[0].occasion == occasion

    def test_comes_out_of_no_reserve_that_is_let_go_or_lies_in_another_store(self) -> None:
        others = (make.reserve(LINES, held=False), make.reserve(LINES, store=make.OTHER_STORE, ext_id="34"))
        assert plan_of(make.ordered(DESK, PAID, reserves=others)).actions[0].payload["reserve"] == ""

    def test_uses_up_what_people_hold_for_the_order_if_we_hold_nothing(self) -> None:
        theirs, ours = make.reserve(LINES, mark="", ext_id="34"), make.reserve(LINES)
        assert [
            plan_of(make.ordered(DESK, PAID, reserves=reserves)).actions[0].payload["reserve"]
            for reserves in ((theirs,), (theirs, ours))
        ] == ["34", "33"]

    def test_cannot_take_what_a_second_paper_holds(self) -> None:
        half = [make.wanted(amount=1_000)]
        papers = (make.reserve(half), make.reserve(half, mark="", ext_id="34"))
        case = make.ordered(
            DESK, PAID, shipments=(DRAFT,), reserves=papers, stock={(make.STORE, "g1"): Shelf(2_000, 2_000)}
        )
        assert (kinds(case), aspects(case)) == ([], ["shipment stock"])


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(make.ordered(DESK), id="nobody marked it"),
        pytest.param(make.ordered("shop/Резерв", PAID), id="marked at a stage where the mark does not count"),
        pytest.param(make.ordered("shop/Оценка качества", PAID), id="a stage that tells what happened before"),
        pytest.param(make.at(DESK, PAID), id="no order"),
        pytest.param(make.ordered(DESK, PAID, order=make.order(deleted=True)), id="order deleted"),
        pytest.param(make.ordered(DESK, PAID, order=make.order("cancelled")), id="order cancelled in the ledger"),
        pytest.param(make.ordered(DESK, PAID, order=make.order("closed")), id="order closed in the ledger"),
        pytest.param(make.ordered(DESK, PAID, order_lines=make.order_lines([make.wanted(amount=1)])), id="lines differ yet"),
        pytest.param(make.ordered(DESK, PAID, row={"currency": "USD"}), id="another currency"),
    ],
)  # fmt: skip
def test_nothing_leaves_where(case: OrderCase) -> None:
    assert kinds(case) == []


def test_nothing_leaves_where_the_mark_says_nothing_of_goods() -> None:
    plan = shipments.decide(make.ordered(DESK, PAID), make.deciding("paid_at_desk", "payment"), NOW)
    assert plan.actions == ()


def test_nothing_leaves_at_a_stage_that_does_not_require_an_order() -> None:
    case = make.ordered(CREDIT, client=TRUSTED)
    assert case.stage is not None
    assert kinds(replace(case, stage=replace(case.stage, order="open_if_any"))) == []


def test_nothing_leaves_after_an_incomplete_reading() -> None:
    plan = plan_of(make.ordered(DESK, PAID, is_complete=False))
    assert plan.actions == ()
    assert [skip.reason for skip in plan.skips] == ["incomplete_read"]


class TestGoodsOnCredit:
    def test_leave_for_a_trusted_client_by_the_stage_alone(self) -> None:
        assert kinds(make.ordered(CREDIT, client=TRUSTED)) == ["shipment.create", "shipment.lines"]

    @pytest.mark.parametrize("client", [WARY, None], ids=["client without trust", "no client"])
    def test_do_not_leave_for_others_and_that_is_said(self, client: object) -> None:
        case = make.ordered(CREDIT, client=client)
        assert kinds(case) == []
        assert aspects(case) == ["trust"]

    def test_that_are_paid_are_on_nobodys_credit(self) -> None:
        assert kinds(make.ordered(CREDIT, client=WARY, paid_kopecks=2_000_00)) == ["shipment.create", "shipment.lines"]
        assert kinds(make.ordered(CREDIT, client=WARY, paid_kopecks=1_999_99)) == []

    def test_are_told_as_a_debt_until_the_money_has_come(self) -> None:
        owed = make.ordered(CREDIT, client=TRUSTED, shipments=(GONE,), paid_kopecks=500_00)
        (debt,) = plan_of(owed).findings
        assert (debt.aspect, debt.money_kopecks) == ("debt", 1_500_00)
        assert aspects(replace(owed, paid_kopecks=2_000_00)) == []

    def test_of_a_client_who_is_trusted_no_longer_are_a_debt_all_the_same(self) -> None:
        assert aspects(make.ordered(CREDIT, client=WARY, shipments=(GONE,))) == ["debt"]

    @pytest.mark.parametrize("place", ["shop/won", "shop/lost"])
    def test_are_no_debt_of_a_deal_that_is_over(self, place: str) -> None:
        assert aspects(make.ordered(place, shipments=(GONE,))) == []


class TestAStoreThatLacksGoods:
    @pytest.mark.parametrize(
        ("shelf", "lacks"),
        [
            pytest.param(Shelf(2_000, 2_000), 0, id="all of it held for this order"),
            pytest.param(Shelf(4_000, 4_000), 0, id="others hold the rest"),
            pytest.param(Shelf(1_999, 1_999), 1, id="a thousandth short"),
            pytest.param(Shelf(3_000, 4_000), 0, id="others hold more than lies there"),
            pytest.param(Shelf(1_000, 4_000), 1_000, id="held for the order, and half of it there"),
            pytest.param(Shelf(0, 2_000), 2_000, id="held, and not there"),
            pytest.param(Shelf(-1_000, 0), 2_000, id="less than nothing"),
        ],
    )
    def test_posts_only_what_is_free_or_held_for_the_order(self, shelf: Shelf, lacks: int) -> None:
        case = make.ordered(DESK, PAID, shipments=(DRAFT,), stock={(make.STORE, "g1"): shelf})
        assert kinds(case) == ([] if lacks else ["shipment.post"])
        assert [finding.values for finding in plan_of(case).findings] == ([f"g1,{lacks}"] if lacks else [])

    def test_is_not_helped_by_what_lies_in_another_store(self) -> None:
        case = make.ordered(DESK, PAID, shipments=(DRAFT,), stock={(make.OTHER_STORE, "g1"): Shelf(9_000, 0)})
        assert kinds(case) == []

    def test_has_its_draft_made_all_the_same_and_the_task_to_buy(self) -> None:
        case = make.ordered(DESK, PAID, stock={})
        assert kinds(case) == ["shipment.create", "shipment.lines"]
        (task,) = shipments.reminders(case, plan_of(case))
        assert (task.sort, task.responsible, task.occasion) == ("task", case.people.purchase, "g1")
        assert "Товар g1 — 2 шт" in task.text

    def test_asks_the_manager_where_nobody_buys(self) -> None:
        case = make.ordered(DESK, PAID, stock={}, people=make.People("6", "8", ""))
        assert [task.responsible for task in shipments.reminders(case, plan_of(case))] == ["6"]

    def test_asks_nobody_once_the_goods_are_there(self) -> None:
        case = make.ordered(DESK, PAID)
        assert shipments.reminders(case, plan_of(case)) == []


def test_a_draft_that_a_person_made_is_that_persons_work() -> None:
    case = make.ordered(DESK, PAID, shipments=(make.shipment(LINES, held=False, mark="", ext_id="90"),))
    assert kinds(case) == []
    assert "№ 90" in plan_of(case).findings[0].text


@pytest.mark.parametrize(
    ("status", "draft", "told"),
    [("cancelled", DRAFT, ["shipment draft"]), ("open", DRAFT, []), ("cancelled", GONE, [])],
    ids=["left behind by a lost deal", "of a living order", "no draft any more"],
)
def test_a_draft_whose_order_is_cancelled_is_told(status: str, draft: object, told: list[str]) -> None:
    assert aspects(make.ordered("shop/lost", order=make.order(status), shipments=(draft,))) == told


@pytest.mark.parametrize("branch", ["", "Тверь"], ids=["no branch", "a branch without a store"])
def test_without_a_store_nothing_leaves_and_the_branch_is_asked_for(branch: str) -> None:
    plan = plan_of(make.ordered(DESK, PAID | {"branch": branch}))
    assert plan.actions == ()
    assert [skip.reason for skip in plan.skips] == ["no_branch"]
    assert [finding.aspect for finding in plan.findings] == ["branch"]


class TestOneStoreForManyDeals:
    """What lies in a store goes to the deals that have stood longest at their stage."""

    def wanting(self, deal_id: str, amount: int, hours: int) -> tuple[OrderCase, Plan]:
        lines = (make.wanted(amount=amount),)
        case = make.ordered(
            DESK, PAID, {"ext_id": deal_id, "moved_at": NOW - timedelta(hours=hours)}, lines=lines, reserves=(),
            shipments=(make.shipment(lines, held=False),), stock={(make.STORE, "g1"): Shelf(3_000, 0)},
        )  # fmt: skip
        return case, plan_of(case)

    def posted(self, *pairs: tuple[OrderCase, Plan]) -> list[str]:
        plans = shipments.first_come(pairs)
        return [action.subject for plan in plans for action in plan.actions if action.kind == "shipment.post"]

    def test_goes_whole_to_who_came_first(self) -> None:
        assert self.posted(self.wanting("1", 2_000, 1), self.wanting("2", 2_000, 5)) == ["deal:2"]

    def test_suffices_for_both_to_the_last_thousandth(self) -> None:
        assert sorted(self.posted(self.wanting("1", 1_000, 1), self.wanting("2", 2_000, 5))) == ["deal:1", "deal:2"]

    def test_passes_one_over_that_is_too_large_by_now(self) -> None:
        pairs = [self.wanting("1", 2_000, 9), self.wanting("2", 2_000, 5), self.wanting("3", 1_000, 1)]
        assert self.posted(*pairs) == ["deal:1", "deal:3"]

    def test_is_told_to_who_got_nothing(self) -> None:
        plans = shipments.first_come([self.wanting("1", 2_000, 1), self.wanting("2", 2_000, 5)])
        assert [skip.subject for plan in plans for skip in plan.skips if skip.reason == "stock_taken"] == ["deal:1"]

    def test_leaves_plans_without_a_posting_alone(self) -> None:
        case = make.ordered(DESK, PAID)
        assert shipments.first_come([(case, plan_of(case))]) == [plan_of(case)]


def test_goods_that_are_held_for_a_deal_leave_though_an_earlier_one_took_as_many() -> None:
    stock = {(make.STORE, "g1"): Shelf(4_000, 4_000)}
    cases = [
        make.ordered(
            DESK, PAID, {"ext_id": deal_id, "moved_at": NOW - timedelta(hours=hours_ago)},
            shipments=(make.shipment(LINES, held=False, uses="33"),), stock=stock,
        )
        for deal_id, hours_ago in (("1", 5), ("2", 1))
    ]  # fmt: skip
    plans = shipments.first_come([(case, plan_of(case)) for case in cases])
    posted = [action.subject for plan in plans for action in plan.actions if action.kind == "shipment.post"]
    assert posted == ["deal:1", "deal:2"]
