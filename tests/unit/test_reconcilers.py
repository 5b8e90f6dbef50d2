"""What a deal's order, lines and reserve need, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reconcilers import deals
from sverka.domain.cases import OrderCase, WantedLine, lines_value
from sverka.domain.plan import Answer, Plan, Seen
from sverka.domain.policy import OnDrift, Ownership
from tests import make
from tests.make import NOW


def plan_of(case: OrderCase, **policy: object) -> Plan:
    return deals.decide(case, make.policy(**policy), NOW)


def kinds(plan: Plan) -> list[str]:
    """What is done in the systems; what people are asked to do is left out."""
    return [action.kind for action in plan.actions if action.spec.rule != "tasks"]


def settled(case: OrderCase) -> OrderCase:
    """The case after its agreed values were written down."""
    bases = {agreed.aspect: agreed.value for agreed in plan_of(case).agreed}
    return replace(case, bases=bases)


def test_a_deal_that_reaches_the_reserve_gets_order_lines_and_reserve() -> None:
    plan = plan_of(make.case("hold"))
    assert kinds(plan) == ["order.create", "order.lines", "reserve.create", "reserve.lines"]
    create, lines, reserve, held = plan.actions
    assert "deal:71" in create.payload["comment"]
    assert lines.payload["order"] == {"ref": create.key}
    assert reserve.payload["order"] == {"ref": create.key}
    assert held.payload["reserve"] == {"ref": reserve.key}
    assert lines.payload["lines"] == [{"good": "g1", "price_kopecks": 100_000, "amount_thousandths": 2_000}]


def test_an_unknown_client_becomes_a_partner_first() -> None:
    plan = plan_of(make.case("hold", partner_id=""))
    assert kinds(plan)[:3] == ["partner.create", "partner.contacts", "order.create"]
    assert plan.actions[2].payload["partner"] == {"ref": plan.actions[0].key}


def test_trusted_clients_shipment_still_requires_an_order_but_no_reserve() -> None:
    assert kinds(plan_of(make.case("shipping"))) == ["order.create", "order.lines"]


@pytest.mark.parametrize("stage", ["new", "won", "lost"])
def test_stages_that_require_nothing_plan_nothing(stage: str) -> None:
    assert kinds(plan_of(make.case(stage))) == []


def test_agreement_plans_nothing() -> None:
    assert kinds(plan_of(make.agreed_case("hold"))) == []


def test_a_service_is_ordered_but_lies_in_no_store() -> None:
    plan = plan_of(make.case("hold", lines=(make.wanted("s1", service=True),)))
    assert kinds(plan) == ["order.create", "order.lines"]


@pytest.mark.parametrize(
    ("changes", "reason", "aspect"),
    [
        pytest.param({"client": None, "partner_id": ""}, "no_client", "client", id="no client"),
        pytest.param({"lines": ()}, "no_lines", "lines", id="nothing sold"),
        pytest.param({"lines": (make.wanted(""),)}, "unbound", "product Товар ", id="product unknown to the ledger"),
        pytest.param({"partner_id": "", "alike": (make.partner(),)}, "asked", "client", id="two partners alike"),
    ],
)
def test_what_keeps_an_order_from_being_made_is_said(changes: dict[str, object], reason: str, aspect: str) -> None:
    plan = plan_of(make.case("hold", **changes))
    assert kinds(plan) == []
    assert [skip.reason for skip in plan.skips] == [reason]
    assert aspect in {finding.aspect for finding in plan.findings}


def test_a_client_of_whom_a_person_said_that_they_are_new_gets_a_partner() -> None:
    case = make.case("hold", partner_id="", alike=(make.partner(),))
    asked = plan_of(case).findings[0]
    answered = replace(case, answers={asked.key: Answer("take-owner", asked.values, "owner")})
    assert kinds(plan_of(answered))[0] == "partner.create"


def test_without_a_branch_the_order_is_made_and_the_reserve_asked_for() -> None:
    plan = plan_of(make.case("hold", deal=make.deal(branch="")))
    assert kinds(plan) == ["order.create", "order.lines"]
    assert [skip.reason for skip in plan.skips] == ["no_branch"]


def test_nothing_is_created_from_an_incomplete_reading() -> None:
    plan = plan_of(make.case("hold", is_complete=False))
    assert kinds(plan) == []
    assert {skip.reason for skip in plan.skips} == {"incomplete_read"}


def test_a_line_added_to_the_deal_is_carried_over_at_once() -> None:
    before = settled(make.agreed_case("hold"))
    plan = plan_of(replace(before, lines=(*before.lines, make.wanted("g2", amount=1_000))))
    assert kinds(plan) == ["order.lines", "reserve.lines"]


def test_a_lost_deal_lets_go_and_cancels_at_once() -> None:
    before = settled(make.agreed_case("hold"))
    lost = replace(before, stage=make.STAGES["lost"], stage_name="lost", deal=make.deal(semantics="F"))
    assert sorted(kinds(plan_of(lost))) == ["order.status", "reserve.release"]


def test_a_deal_brought_back_lives_on_in_the_same_documents() -> None:
    lines = (make.wanted(),)
    back = make.case(
        "hold", order=make.order("cancelled"), order_lines=make.order_lines(lines), reserves=(make.reserve(lines, held=False),),
        bases={"order_status": "cancelled", "reserve": "none"},
    )  # fmt: skip
    plan = plan_of(back)
    assert kinds(plan) == ["order.status", "reserve.hold"]
    assert plan.actions[1].payload == {"reserve": "33"}


@pytest.mark.parametrize(
    "fact",
    [{"shipments": (make.shipment([make.wanted()]),)}, {"paid_kopecks": 500_00}],
    ids=["goods left", "money came"],
)
def test_what_was_shipped_or_paid_is_not_cancelled_by_us(fact: dict[str, object]) -> None:
    lines = (make.wanted(),)
    lost = make.case("lost", order=make.order(), order_lines=make.order_lines(lines), **fact)
    plan = plan_of(lost)
    assert kinds(plan) == []
    assert "too_late" in {skip.reason for skip in plan.skips}
    assert [finding.kind for finding in plan.findings] == ["conflict"]


def test_a_reserve_made_by_a_person_waits_for_a_second_look_before_it_is_let_go() -> None:
    lines = (make.wanted(),)
    lost = make.case("lost", order=make.order("cancelled"), reserves=(make.reserve(lines, mark=""),))
    first = plan_of(lost)
    assert kinds(first) == []
    finding = first.findings[0]
    later = replace(lost, seen={finding.key: Seen(NOW - timedelta(minutes=11), 1, finding.values)})
    assert kinds(plan_of(later)) == ["reserve.release"]


def test_what_people_hold_themselves_is_not_held_twice() -> None:
    lines = (make.wanted(amount=3_000),)
    theirs = make.reserve((make.wanted(amount=1_000),), mark="", ext_id="40")
    case = make.case("hold", lines=lines, order=make.order(), order_lines=make.order_lines(lines), reserves=(theirs,))
    held = plan_of(case).actions[-1]
    assert held.kind == "reserve.lines"
    assert held.payload["lines"] == [{"good": "g1", "amount_thousandths": 2_000}]


def test_another_branch_means_another_store() -> None:
    before = settled(make.agreed_case("hold"))
    plan = plan_of(replace(before, deal=make.deal(branch="Петербург")))
    assert kinds(plan) == ["reserve.release", "reserve.create", "reserve.lines"]
    assert plan.actions[1].payload["store"] == make.OTHER_STORE


class TestLinesChangedInTheLedger:
    def drifted(self) -> OrderCase:
        before = settled(make.agreed_case("hold"))
        return replace(before, order_lines=make.order_lines((make.wanted(amount=9_000),)))

    def test_are_left_alone_at_first_sight(self) -> None:
        plan = plan_of(self.drifted())
        assert kinds(plan) == []
        assert [skip.reason for skip in plan.skips] == ["in_flight"]

    def test_are_put_back_after_a_second_look_and_the_grace(self) -> None:
        case = self.drifted()
        finding = plan_of(case).findings[0]
        seen = {finding.key: Seen(NOW - timedelta(minutes=11), 1, finding.values)}
        assert kinds(plan_of(replace(case, seen=seen))) == ["order.lines"]

    def test_start_the_wait_anew_when_they_change_again(self) -> None:
        case = self.drifted()
        finding = plan_of(case).findings[0]
        seen = {finding.key: Seen(NOW - timedelta(minutes=11), 1, "something else")}
        assert kinds(plan_of(replace(case, seen=seen))) == []

    def test_are_asked_about_where_the_company_says_so(self) -> None:
        ask = {"lines": Ownership("bitrix24", OnDrift.ASK, timedelta())}
        plan = plan_of(self.drifted(), owners=ask)
        assert kinds(plan) == []
        assert [finding.asks for finding in plan.findings] == [True]

    def test_are_taken_over_by_the_deal_where_the_company_says_so(self) -> None:
        adopt = {"lines": Ownership("bitrix24", OnDrift.ADOPT, timedelta())}
        case = self.drifted()
        plan = plan_of(case, owners=adopt)
        assert kinds(plan) == ["deal.lines"]
        assert dict(plan.actions[0].settles)["lines"] == lines_value(case.held_lines)

    def test_are_a_mechanics_work_once_the_work_order_is_open(self) -> None:
        case = replace(self.drifted(), order=make.order("work_opened"))
        assert "order.lines" not in kinds(plan_of(case))
        assert "in_flight" not in {skip.reason for skip in plan_of(case).skips}


class TestBothSidesChanged:
    def conflict(self) -> OrderCase:
        before = settled(make.agreed_case("plain"))
        return replace(
            before, lines=(make.wanted(amount=5_000),), order_lines=make.order_lines((make.wanted(amount=9_000),))
        )

    def test_is_asked_never_decided(self) -> None:
        plan = plan_of(self.conflict())
        assert kinds(plan) == []
        assert [(finding.kind, finding.asks) for finding in plan.findings] == [("conflict", True)]

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [("take-owner", ["order.lines"]), ("take-mirror", ["deal.lines"]), ("ignore:2026-12-31", [])],
    )
    def test_is_carried_out_as_the_person_says(self, choice: str, expected: list[str]) -> None:
        case = self.conflict()
        finding = plan_of(case).findings[0]
        answered = replace(case, answers={finding.key: Answer(choice, finding.values, "owner")})
        assert kinds(plan_of(answered)) == expected

    def test_is_asked_again_when_the_values_move_on(self) -> None:
        case = self.conflict()
        finding = plan_of(case).findings[0]
        answered = replace(case, answers={finding.key: Answer("take-owner", "other values", "owner")})
        assert kinds(plan_of(answered)) == []


def test_one_answer_about_three_sides_does_not_decide_the_other_question() -> None:
    def decided(case: OrderCase) -> Plan:
        return deals.decide(case, make.headlights(), NOW)

    held, wanted, basket = ((make.wanted(amount=amount),) for amount in (3_000, 1_000, 4_000))
    before = "p-g1,100000,3000"
    case = make.ordered(
        "shop/Резерв", lines=wanted, order_lines=make.order_lines(held), product_lines=make.product_lines(wanted), shop=make.shop(basket),
        bases={"lines": "1/agreed/before", "shop_lines": before},
    )  # fmt: skip
    by_aspect = {finding.aspect: finding for finding in decided(case).findings if finding.asks}
    assert set(by_aspect) == {"lines", "shop_lines"}
    about = by_aspect["lines"]
    plan = decided(replace(case, answers={about.key: Answer("take-mirror", about.values, "head")}))
    (taken,) = [action for action in plan.actions if action.kind == "deal.lines"]
    after = replace(
        case, lines=held, product_lines=make.product_lines(held), bases={**case.bases, **dict(taken.settles)}
    )
    assert "deal.lines" not in kinds(decided(after))
    assert [finding.aspect for finding in decided(after).findings if finding.asks] == ["shop_lines"]


class TestAnOrderOfOursThatNeverAgreed:
    @pytest.mark.parametrize(
        ("held", "asks"),
        [
            pytest.param((make.wanted(),), False, id="a part of the deal's lines, after a write that was cut off"),
            pytest.param((make.wanted("g2", amount=4_000),), True, id="what the warehouse added"),
            pytest.param((make.wanted(amount=9_000),), True, id="another amount"),
        ],
    )
    def test_is_completed_but_not_overwritten(self, held: tuple[WantedLine, ...], *, asks: bool) -> None:
        case = make.ordered(
            "shop/Резерв",
            lines=(make.wanted(), make.wanted("g3")),
            order_lines=make.order_lines(held),
            reserves=(),
            bases={},
        )
        plan = plan_of(case)
        assert ("order.lines" in kinds(plan)) is not asks
        assert [finding.aspect for finding in plan.findings if finding.asks] == (["lines"] if asks else [])


def test_a_deal_left_with_services_alone_lets_its_goods_go() -> None:
    service = (make.wanted("s1", service=True),)
    case = make.ordered(
        "shop/Резерв", lines=service, order_lines=make.order_lines(service), reserves=(make.reserve((make.wanted(),)),)
    )
    assert [action.payload for action in plan_of(case).actions if action.kind == "reserve.release"] == [
        {"reserve": "33"}
    ]


def test_an_order_cancelled_by_hand_is_asked_about() -> None:
    before = settled(make.agreed_case("plain"))
    plan = plan_of(replace(before, order=make.order("cancelled")))
    assert kinds(plan) == []
    assert [(finding.kind, finding.asks) for finding in plan.findings] == [("differs", True)]


def test_a_lost_deal_cancels_an_order_whose_work_had_begun() -> None:
    before = settled(make.agreed_case("plain"))
    lost = replace(
        before,
        stage=make.STAGES["lost"],
        stage_name="lost",
        deal=make.deal(semantics="F"),
        order=make.order("work_opened"),
    )
    assert kinds(plan_of(lost)) == ["order.status"]


def test_a_stage_ahead_of_the_ledger_is_told_not_forced() -> None:
    before = settled(make.agreed_case("hold"))
    ahead = replace(before, stage=make.STAGES["quality"], stage_name="Оценка качества")
    plan = plan_of(ahead)
    assert "order.status" not in kinds(plan)
    assert "behind_fact" in {finding.kind for finding in plan.findings}


def test_an_order_deleted_by_hand_is_not_made_anew() -> None:
    plan = plan_of(make.case("hold", order=make.order(deleted=True)))
    assert kinds(plan) == []
    assert [finding.asks for finding in plan.findings] == [True]


def test_history_is_counted_and_left_alone() -> None:
    old = make.case("lost", deal=make.deal(semantics="F", moved_at=make.CUTOFF - timedelta(days=1)), order=make.order())
    plan = plan_of(old)
    assert kinds(plan) == []
    assert [skip.reason for skip in plan.skips] == ["history"]


def test_an_unknown_stage_is_a_finding() -> None:
    plan = plan_of(replace(make.case("hold"), stage=None, stage_name="Новая стадия"))
    assert [finding.kind for finding in plan.findings] == ["unknown_stage"]


def test_nothing_is_planned_while_an_earlier_effect_is_open() -> None:
    plan = plan_of(make.case("hold", has_pending=True))
    assert [skip.reason for skip in plan.skips] == ["own_effect_pending"]


def test_the_deal_shows_its_orders_number() -> None:
    case = replace(settled(make.agreed_case("plain")), deal_fields=frozenset({"ledger_order"}))
    assert [action.payload for action in plan_of(case).actions] == [
        {"deal": "71", "field": "ledger_order", "value": "ЗП-12"}
    ]


def test_an_answer_that_names_one_of_two_reserves_keeps_that_one() -> None:
    case = make.ordered(
        "shop/Резерв", reserves=(make.reserve((make.wanted(),)), make.reserve((make.wanted(),), ext_id="34"))
    )
    finding = next(finding for finding in plan_of(case).findings if finding.aspect == "reserve doubled")
    for choice, released in (("bind:33", ["34"]), ("bind:99", []), ("ignore:2027-01-01", [])):
        plan = plan_of(replace(case, answers={finding.key: Answer(choice, finding.values, "head")}))
        assert [action.payload["reserve"] for action in plan.actions if action.kind == "reserve.release"] == released


def test_an_order_that_was_opened_again_is_closed_when_a_person_says_so() -> None:
    goods = (make.wanted(),)
    case = make.ordered(
        "shop/Оценка качества",
        reserves=(),
        shipments=(make.shipment(goods),),
        paid_kopecks=2_000_00,
        bases={"order_status": "closed"},
    )
    finding = next(finding for finding in plan_of(case).findings if finding.aspect == "order_status")
    assert "order.close" in kinds(
        plan_of(replace(case, answers={finding.key: Answer("take-owner", finding.values, "head")}))
    )
