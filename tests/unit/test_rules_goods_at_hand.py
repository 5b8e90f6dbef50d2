"""Whether the goods are there: shown while a client waits, bought where they lack, checked on the eve of a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconcilers import goods_at_hand
from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase, Shelf
from sverka.domain.plan import Plan, Seen
from sverka.domain.reminders import Reminder
from tests import make
from tests.make import NOW, OTHER_STORE, STORE

ASKED, BOOKED = "shop/Запрос на товар", "service/Закрыт на приезд"
VISIT = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
"""At ten o'clock in Moscow."""
NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Of the day before, in Moscow."""
LINES = (make.wanted(),)


def here(amount: int, reserved: int = 0) -> dict[tuple[str, str], Shelf]:
    return {(STORE, "g1"): Shelf(amount, reserved)}


def there(amount: int) -> dict[tuple[str, str], Shelf]:
    return {(OTHER_STORE, "g1"): Shelf(amount, 0)}


def asked(stock: dict[tuple[str, str], Shelf], fields: dict[str, str] | None = None, **changes: Any) -> OrderCase:
    return make.at(ASKED, fields, stock=stock, **({"deal_fields": make.DEAL_FIELDS} | changes))


def reminded(case: OrderCase, now: datetime = NOW, plan: Plan | None = None) -> list[Reminder]:
    return goods_at_hand.reminders(case, plan or Plan(), make.headlights(), now)


def shown(case: OrderCase) -> str | None:
    plan = goods_at_hand.decide(case, make.headlights(), NOW)
    return next((action.payload["value"] for action in plan.actions), None)


class TestTheFieldOfTheDeal:
    @pytest.mark.parametrize(
        ("stock", "says"),
        [
            pytest.param({}, "нигде нет, не хватает 2", id="nothing anywhere"),
            pytest.param(here(5_000, 1_000), "Москва 4", id="free is what nobody holds"),
            pytest.param(here(1_000) | there(1_000), "Москва 1, Санкт-Петербург 1", id="two stores together"),
            pytest.param(here(1_500), "Москва 1.5, не хватает 0.5", id="some of it"),
            pytest.param(here(1_000, 3_000) | there(2_000), "Санкт-Петербург 2", id="held beyond what lies there"),
        ],
    )  # fmt: skip
    def test_says_what_is_free_where_and_what_lacks(self, stock: dict, says: str) -> None:
        assert shown(asked(stock)) == f"Товар g1: нужно 2, есть: {says}"

    def test_says_what_the_ledger_does_not_know_and_what_the_supplier_wrote(self) -> None:
        case = asked(
            {},
            {"supplier": "под заказ", "supplier_date": "2026-12-01"},
            lines=(replace(make.wanted(""), name="Линза"),),
        )
        assert shown(case) == "Линза: нет в Бизнес.ру; поставщик: под заказ до 1\N{NO-BREAK SPACE}декабря"

    def test_leaves_services_out(self) -> None:
        assert shown(asked({}, lines=(*LINES, make.wanted("s1", service=True)))) == shown(asked({}))

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(asked({}, lines=()), id="no lines"),
            pytest.param(asked({}, deal_fields=frozenset()), id="the portal has no such field"),
            pytest.param(asked({}, is_complete=False), id="incomplete reading"),
            pytest.param(make.at("shop/Резерв", deal_fields=make.DEAL_FIELDS), id="another stage"),
            pytest.param(
                asked({}, {"availability": "Товар g1: нужно 2, есть: нигде нет, не хватает 2"}), id="it is true already"
            ),
        ],
    )
    def test_is_left_alone_where(self, case: OrderCase) -> None:
        assert shown(case) is None

    def test_follows_the_stock_at_once(self) -> None:
        before = "Товар g1: нужно 2, есть: нигде нет, не хватает 2"
        case = asked(here(2_000), {"availability": before}, bases={"availability": before})
        assert shown(case) == "Товар g1: нужно 2, есть: Москва 2"

    def test_that_a_person_wrote_over_is_put_back_after_a_second_look(self) -> None:
        says = shown(asked({}))
        case = asked({}, {"availability": "есть всё"}, bases={"availability": says})
        plan = goods_at_hand.decide(case, make.headlights(), NOW)
        assert plan.actions == ()
        finding = plan.findings[0]
        seen = {finding.key: Seen(NOW - timedelta(hours=1), 1, finding.values)}
        assert shown(replace(case, seen=seen)) == says


class TestTheTaskToBuy:
    def tasks(self, case: OrderCase) -> list[tuple[str, str]]:
        return [(each.responsible, each.occasion) for each in reminded(case)]

    @pytest.mark.parametrize(
        ("case", "tasks"),
        [
            pytest.param(asked({}), [("9", "g1")], id="nothing there: who buys"),
            pytest.param(asked({}, people=make.People("6")), [("6", "g1")], id="nobody buys: the manager"),
            pytest.param(asked(here(1_999)), [("9", "g1")], id="a thousandth short"),
            pytest.param(asked(here(2_000)), [], id="enough"),
            pytest.param(asked(here(1_000) | there(1_000)), [], id="enough in two stores"),
            pytest.param(asked(here(2_000, 1)), [("9", "g1")], id="held by others"),
            pytest.param(asked({}, lines=(make.wanted("g2"), make.wanted("g1"))), [("9", "g1,g2")], id="several goods, one task"),
            pytest.param(asked({}, lines=(make.wanted("s1", service=True),)), [], id="services are not bought"),
            pytest.param(make.at("shop/Резерв", stock={}), [], id="another stage"),
        ],
    )  # fmt: skip
    def test_is_for_what_all_stores_together_lack(self, case: OrderCase, tasks: list[tuple[str, str]]) -> None:
        assert self.tasks(case) == tasks

    def test_is_the_same_when_the_amount_changes(self) -> None:
        assert self.tasks(asked({}, lines=(make.wanted(amount=9_000),))) == self.tasks(asked({}))

    def test_names_the_goods_and_what_the_supplier_said(self) -> None:
        (task,) = reminded(asked({}, {"supplier": "нет до весны"}))
        assert "Товар g1 — 2 шт" in task.text
        assert "нет до весны" in task.text


def booked(
    stock: dict[tuple[str, str], Shelf] | None = None, visit: datetime | None = VISIT, **changes: Any
) -> OrderCase:
    fields = {"visit_at": visit.isoformat()} if visit else {}
    held = make.shelves(LINES, reserved=True) if stock is None else stock
    return make.ordered(BOOKED, fields, stock=held, **changes)


class TestTheEveOfAVisit:
    def plan(self, case: OrderCase, now: datetime = NOON) -> Plan:
        return goods_at_hand.missing(case, Plan(), make.headlights(), now)

    def is_told(self, case: OrderCase, now: datetime = NOON) -> bool:
        told = [each for each in reminded(case, now) if each.reason == "visit goods"]
        assert bool(told) == ("visit goods" in [finding.aspect for finding in self.plan(case, now).findings])
        return bool(told)

    @pytest.mark.parametrize(
        ("case", "told"),
        [
            pytest.param(booked(), False, id="all held and there"),
            pytest.param(booked(reserves=()), True, id="nothing held"),
            pytest.param(booked(reserves=(make.reserve(LINES, held=False),)), True, id="let go"),
            pytest.param(booked(reserves=(make.reserve([make.wanted(amount=1_999)]),)), True, id="not all held"),
            pytest.param(booked(reserves=(make.reserve(LINES, store=OTHER_STORE),)), True, id="held at another branch"),
            pytest.param(booked(here(1_000, 2_000)), True, id="held without lying there"),
            pytest.param(booked(reserves=(make.reserve(LINES, mark=""),)), False, id="people hold it"),
            pytest.param(booked(lines=(make.wanted("s1", service=True),), reserves=()), False, id="services alone"),
            pytest.param(booked(visit=None, reserves=()), False, id="no visit agreed"),
        ],
    )  # fmt: skip
    def test_all_goods_must_be_held_and_lie_at_the_branch(self, case: OrderCase, told: bool) -> None:
        assert self.is_told(case) == told

    @pytest.mark.parametrize(
        ("now", "told"),
        [
            pytest.param(NOON - timedelta(seconds=1), False, id="before noon of the eve"),
            pytest.param(NOON, True, id="from noon of the eve on"),
            pytest.param(VISIT - timedelta(seconds=1), True, id="until the visit"),
            pytest.param(VISIT, False, id="not once it has begun"),
        ],
    )
    def test_is_from_noon_until_the_visit(self, now: datetime, told: bool) -> None:
        assert self.is_told(booked(reserves=()), now) == told

    def test_is_the_day_before_by_the_companys_calendar(self) -> None:
        after_midnight = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)  # the 26th in Moscow
        case = booked(visit=after_midnight, reserves=())
        assert not self.is_told(case, NOON + timedelta(days=1, seconds=-1))
        assert self.is_told(case, NOON + timedelta(days=1))

    def test_is_woken_for(self) -> None:
        (wake,) = self.plan(booked(), NOON - timedelta(days=3)).wakes
        assert (wake.deal_id, wake.at) == ("71", NOON)

    def test_asks_the_manager_by_the_hour_of_the_visit_what_is_missing(self) -> None:
        (task,) = reminded(booked(reserves=()), NOON)
        assert (task.responsible, task.deadline, task.occasion) == ("6", VISIT, VISIT.isoformat())
        assert "25\N{NO-BREAK SPACE}ноября в 10:00" in task.text
        assert "Товар g1 — 2 шт" in task.text

    def test_is_asked_about_anew_when_the_visit_is_moved(self) -> None:
        first, moved = (
            reminded(booked(visit=visit, reserves=()), NOON)[0].occasion
            for visit in (VISIT, VISIT + timedelta(hours=1))
        )
        assert first != moved

    def test_matters_at_no_other_stage(self) -> None:
        case = make.ordered("service/Обработан", {"visit_at": VISIT.isoformat()}, reserves=())
        assert not self.is_told(case)

    def test_tells_nobody_after_an_incomplete_reading(self) -> None:
        assert self.plan(booked(reserves=(), is_complete=False)).findings == ()


class TestGoodsThatAreHeldAndDoNotLieThere:
    HELD = make.ordered("shop/Резерв", stock=here(500, 2_000))
    TO_COME = Plan(actions=(Action("reserve.lines", "deal:71", "", {}, "Держим."),))

    def found(self, case: OrderCase, plan: Plan | None = None) -> list[str]:
        plan = plan or Plan()
        found = [finding.values for finding in goods_at_hand.missing(case, plan, make.headlights(), NOW).findings]
        assert [each.occasion for each in reminded(case, plan=plan) if each.reason == "restock"] == found
        return found

    @pytest.mark.parametrize(
        ("case", "goods"),
        [
            pytest.param(HELD, ["g1"], id="less there than is held"),
            pytest.param(replace(HELD, stock=here(2_000, 2_000)), [], id="all there"),
            pytest.param(replace(HELD, stock=here(3_000, 4_000)), ["g1"], id="nobody can tell for whom it lies"),
            pytest.param(replace(HELD, stock=here(4_000, 4_000)), [], id="enough for all who hold it"),
            pytest.param(replace(HELD, reserves=()), [], id="not held yet: the reserves see to it"),
            pytest.param(replace(HELD, order=None), [], id="no order yet"),
            pytest.param(replace(HELD, is_complete=False), [], id="incomplete reading"),
            pytest.param(replace(HELD, shipments=(make.shipment(LINES),)), [], id="gone"),
            pytest.param(make.ordered(ASKED, stock=here(0, 2_000)), [], id="a stage that holds nothing"),
            pytest.param(
                make.ordered(BOOKED, stock=here(500, 2_000)), ["g1"], id="a stage at which clients are told of visits"
            ),
        ],
    )
    def test_are_told_and_bought(self, case: OrderCase, goods: list[str]) -> None:
        assert self.found(case) == goods

    def test_are_judged_once_the_reserves_are_as_they_can_be(self) -> None:
        assert self.found(self.HELD, self.TO_COME) == []

    def test_are_the_business_of_who_buys(self) -> None:
        (task,) = reminded(self.HELD)
        assert (task.responsible, task.sort) == ("9", "task")
        assert "Товар g1 — 2 шт" in task.text
