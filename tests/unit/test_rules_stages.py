"""Where a deal must stand: facts and decisions move it forward, once, and people are asked where they moved it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconcilers import deals, stages
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Answer, Plan
from sverka.domain.policy import Policy
from sverka.domain.reminders import Made
from tests import make
from tests.make import NOW

LINES = (make.wanted(),)
GONE, PAID = {"shipments": (make.shipment(LINES),)}, {"paid_kopecks": 2_000_00}
DONE = GONE | PAID
PART = (make.shipment([make.wanted(amount=1_999)]),)
SHOP, SERVICE = "Интернет-магазин", "Сервис"


def plan_of(case: OrderCase, policy: Policy | None = None) -> Plan:
    return stages.decide(case, policy or make.headlights(), NOW)


def code(funnel: str, stage: str) -> str:
    return make.places()[funnel, stage][1]


def goal(case: OrderCase) -> str:
    """Return the name of the stage to which the deal is moved, "" if it is not."""
    names = {place[1]: name for (_, name), place in make.places().items()}
    return next((names[action.payload["stage"]] for action in plan_of(case).actions), "")


def work(status: str) -> dict[str, Any]:
    return {"order": make.order(status)}


@pytest.mark.parametrize(
    ("place", "ledger", "target"),
    [
        pytest.param("shop/Самовывоз/доставка", DONE, "Оценка качества", id="all gone and all paid, from the desk"),
        pytest.param("shop/Отгружено/не оплачено", DONE, "Оценка качества", id="all gone and all paid, after credit"),
        pytest.param("shop/Самовывоз/доставка", PAID, "", id="a prepayment alone"),
        pytest.param("shop/Самовывоз/доставка", GONE, "", id="goods alone"),
        pytest.param("shop/Самовывоз/доставка", GONE | {"paid_kopecks": 1_999_99}, "", id="a kopeck is missing"),
        pytest.param("shop/Самовывоз/доставка", GONE | {"paid_kopecks": 9_999_99}, "Оценка качества", id="paid too much"),
        pytest.param("shop/Самовывоз/доставка", PAID | {"shipments": (make.shipment(LINES, held=False),)}, "", id="a draft is no shipment"),
        pytest.param("shop/Самовывоз/доставка", PAID | {"shipments": PART}, "", id="a part has left"),
        pytest.param("shop/Резерв", DONE, "", id="a stage that the fact does not name"),
        pytest.param("shop/Оценка качества", DONE, "", id="there already"),
        pytest.param("shop/won", DONE, "", id="won"),
        pytest.param("shop/lost", DONE, "", id="lost"),
        pytest.param("service/Закрыт на приезд", work("open"), "", id="work not begun"),
        pytest.param("service/Закрыт на приезд", work("work_opened"), "Открыт заказ/наряд", id="work order opened"),
        pytest.param("service/Обработан", work("work_opened"), "", id="opened before the visit was agreed"),
        pytest.param("service/Открыт заказ/наряд", work("work_opened"), "", id="opened, and the deal knows"),
        pytest.param("service/Закрыт на приезд", work("work_closed"), "Оценка качества", id="opened and closed between two looks"),
        pytest.param("service/Открыт заказ/наряд", work("work_closed"), "Оценка качества", id="work order closed"),
        pytest.param("service/Открыт заказ/наряд", work("cancelled"), "", id="work order cancelled"),
        pytest.param("service/Открыт заказ/наряд", {"order": make.order("work_closed", deleted=True)}, "", id="work order deleted"),
        pytest.param("service/Открыт заказ/наряд", {"order": None, "order_lines": ()}, "", id="no work order"),
    ],
)  # fmt: skip
def test_a_fact_of_the_ledger_moves_the_deal(place: str, ledger: dict[str, Any], target: str) -> None:
    assert goal(make.ordered(place, **ledger)) == target


def test_an_empty_order_is_neither_shipped_nor_paid() -> None:
    assert goal(make.ordered("shop/Самовывоз/доставка", lines=(), order_lines=(), reserves=())) == ""


@pytest.mark.parametrize("semantics", ["S", "F"], ids=["won", "lost"])
def test_a_deal_that_is_over_is_not_moved_whatever_its_stage_is_called(semantics: str) -> None:
    assert plan_of(make.ordered("shop/Самовывоз/доставка", None, {"semantics": semantics}, **DONE)).actions == ()


def test_a_move_says_from_where_to_where_and_why() -> None:
    (action,) = plan_of(make.ordered("service/Закрыт на приезд", **work("work_opened"))).actions
    assert action.payload == {
        "deal": "71", "from_stage": code(SERVICE, "Закрыт на приезд"), "stage": code(SERVICE, "Открыт заказ/наряд"), "funnel": "",
    }  # fmt: skip
    assert "заказ-наряд открыт" in action.reason


def test_nothing_is_moved_by_a_fact_from_an_incomplete_reading() -> None:
    plan = plan_of(make.ordered("service/Закрыт на приезд", is_complete=False, **work("work_opened")))
    assert plan.actions == ()
    assert [skip.reason for skip in plan.skips] == ["incomplete_read"]


def test_a_stage_that_the_portal_lacks_is_told() -> None:
    case = make.ordered(
        "service/Закрыт на приезд", ids=replace(make.headlights_ids(), stages={}), **work("work_opened")
    )
    plan = plan_of(case)
    assert plan.actions == ()
    assert "Открыт заказ/наряд" in plan.findings[0].text


OPEN_TODO = {"todo.create|deal:71|activity before": Made("todo", "9", is_open=True)}


class TestADealOnTheMove:
    """What its next stage requires is looked at once it stands there."""

    def test_is_moved_and_nothing_else(self) -> None:
        case = make.ordered(
            "service/Закрыт на приезд", reserves=(), deal_fields=make.DEAL_FIELDS, **work("work_opened")
        )
        assert [action.kind for action in deals.decide(case, make.headlights(), NOW).actions] == ["deal.stage"]

    def test_keeps_the_reminders_that_it_has(self) -> None:
        case = make.ordered("service/Закрыт на приезд", made=OPEN_TODO, **work("work_opened"))
        assert [action.kind for action in deals.decide(case, make.headlights(), NOW).actions] == ["deal.stage"]

    def test_loses_them_where_it_arrives(self) -> None:
        case = make.ordered("service/Открыт заказ/наряд", made=OPEN_TODO, **work("work_opened"))
        assert "todo.complete" in [action.kind for action in deals.decide(case, make.headlights(), NOW).actions]


class TestInstallation:
    PLACE, YES = "shop/Резерв", {"installation": "да"}

    def test_takes_the_deal_to_the_service_with_its_order_and_its_reserve(self) -> None:
        (action,) = plan_of(make.ordered(self.PLACE, self.YES)).actions
        assert (action.payload["stage"], action.payload["funnel"]) == make.places()[SERVICE, "Обработан"][::-1]
        assert action.kind == "deal.stage"
        assert "«Сервис»" in action.reason

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(make.ordered(PLACE, {"installation": "нет"}), id="not needed"),
            pytest.param(make.ordered(PLACE), id="not said"),
            pytest.param(make.ordered("shop/Запрос на товар", YES), id="said at another stage"),
            pytest.param(make.at(PLACE, YES), id="no order yet"),
            pytest.param(make.ordered(PLACE, YES, order=make.order(deleted=True)), id="order deleted"),
            pytest.param(make.ordered(PLACE, YES, order_lines=()), id="order still empty"),
            pytest.param(make.ordered(PLACE, YES, reserves=()), id="nothing held yet"),
            pytest.param(make.ordered(PLACE, YES, reserves=(make.reserve(LINES, held=False),)), id="reserve let go"),
            pytest.param(make.ordered(PLACE, YES, reserves=(make.reserve([make.wanted(amount=1_999)]),)), id="not all held"),
            pytest.param(make.ordered(PLACE, YES, reserves=(make.reserve(LINES, store=make.OTHER_STORE),)), id="held at another branch"),
        ],
    )  # fmt: skip
    def test_leaves_the_deal_where_it_is_while(self, case: OrderCase) -> None:
        assert plan_of(case).actions == ()

    def test_of_services_alone_needs_no_reserve(self) -> None:
        case = make.ordered(self.PLACE, self.YES, lines=(make.wanted("s1", service=True),), reserves=())
        assert goal(case) == "Обработан"

    def test_counts_what_people_hold_for_the_order(self) -> None:
        case = make.ordered(self.PLACE, self.YES, reserves=(make.reserve(LINES, mark="", ext_id="40"),))
        assert goal(case) == "Обработан"


class TestALinkedDeal:
    """Where the company wants a second deal in the service, and the first to stay."""

    YES = TestInstallation.YES | {"branch": make.PETERSBURG}
    KEY = "deal.create|deal:71|link service"

    def policy(self) -> Policy:
        return make.deciding("installation", "link")

    def test_is_made_once_with_the_client_and_the_branch_and_without_parts(self) -> None:
        (action,) = plan_of(make.at("shop/Резерв", self.YES), self.policy()).actions
        assert action.key == self.KEY
        assert (action.payload["funnel"], action.payload["stage"]) == make.places()[SERVICE, "Обработан"]
        assert (action.payload["client"], action.payload["origin"]) == ("client:5", "deal:71")
        assert action.payload["fields"] == {"branch": make.PETERSBURG, "installation": "да"}

    def test_is_not_made_again(self) -> None:
        case = make.at("shop/Резерв", self.YES, created={self.KEY: "72"})
        assert plan_of(case, self.policy()) == Plan()

    def test_does_not_move_the_first(self) -> None:
        assert not stages.moves(plan_of(make.ordered("shop/Резерв", self.YES), self.policy()))


DONE_BEFORE = {"stage": code(SERVICE, "Открыт заказ/наряд")}
"""The deal was moved there by us."""


class TestADealThatSomebodyMovedBack:
    def case(self, **changes: Any) -> OrderCase:
        return make.ordered("service/Закрыт на приезд", **({"bases": DONE_BEFORE} | work("work_opened") | changes))

    def answered(self, choice: str, case: OrderCase | None = None) -> Plan:
        (asked,) = plan_of(self.case()).findings
        return plan_of(replace(case or self.case(), answers={asked.key: Answer(choice, asked.values, "head")}))

    def test_is_not_moved_again_but_asked_about(self) -> None:
        plan = plan_of(self.case())
        assert plan.actions == ()
        assert [skip.reason for skip in plan.skips] == ["asked"]
        assert [(finding.kind, finding.asks) for finding in plan.findings] == [("conflict", True)]

    def test_is_moved_once_more_if_a_person_says_so(self) -> None:
        assert stages.moves(self.answered("take-mirror"))

    @pytest.mark.parametrize("choice", ["take-owner", "ignore:2026-12-31"])
    def test_stays_if_a_person_says_so(self, choice: str) -> None:
        plan = self.answered(choice)
        assert plan.actions == ()
        assert [skip.reason for skip in plan.skips] == ["ignored"]

    def test_is_asked_about_anew_after_another_move(self) -> None:
        later = make.ordered(
            "service/Закрыт на приезд",
            None,
            {"moved_at": NOW + timedelta(hours=1)},
            bases=DONE_BEFORE,
            **work("work_opened"),
        )
        assert [skip.reason for skip in self.answered("take-mirror", later).skips] == ["asked"]

    def test_is_moved_by_another_fact(self) -> None:
        assert goal(self.case(**work("work_closed"))) == "Оценка качества"

    def test_by_a_decision_is_asked_about_as_well(self) -> None:
        case = make.ordered("shop/Резерв", TestInstallation.YES, bases={"stage": code(SERVICE, "Обработан")})
        assert [skip.reason for skip in plan_of(case).skips] == ["asked"]

    def test_is_remembered_from_the_move_that_we_made(self) -> None:
        (move,) = plan_of(self.case(bases={})).actions
        assert dict(move.settles) == DONE_BEFORE
