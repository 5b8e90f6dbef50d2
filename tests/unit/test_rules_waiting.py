"""Deals that wait: the to-do of a stage, and who is told when its time is over. The company works from 9 to 21, Moscow time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconcilers import waiting
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Agreed, Plan
from sverka.domain.reminders import Reminder
from tests import make

REQUEST, UNREACHED, ASKED = "shop/Новая заявка", "shop/Недозвон", "shop/Запрос на товар"
CAME = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Noon in Moscow, on a Tuesday."""
EVENING = datetime(2026, 11, 24, 17, 50, tzinfo=UTC)
"""Ten minutes before the company closes."""


def standing(place: str, since: datetime = CAME, **changes: object) -> OrderCase:
    return make.at(place, row={"moved_at": since}, **changes)


def plan_at(case: OrderCase, minutes: int, since: datetime = CAME) -> Plan:
    return waiting.decide(case, make.headlights(), since + timedelta(minutes=minutes))


def reminded(case: OrderCase, minutes: int, since: datetime = CAME) -> list[Reminder]:
    return waiting.reminders(case, make.headlights(), since + timedelta(minutes=minutes))


def told(case: OrderCase, minutes: int, since: datetime = CAME) -> list[str]:
    return [each.responsible for each in reminded(case, minutes, since) if each.sort == "notice"]


@pytest.mark.parametrize(
    ("place", "since", "minutes", "people"),
    [
        pytest.param(REQUEST, CAME, 14, [], id="a request, within its 15 minutes"),
        pytest.param(REQUEST, CAME, 15, ["6"], id="a request, its time over: the manager"),
        pytest.param(REQUEST, CAME, 29, ["6"], id="not yet twice the time"),
        pytest.param(REQUEST, CAME, 30, ["6", "8"], id="twice the time: the head as well"),
        pytest.param(REQUEST, EVENING, 60, [], id="ten minutes before closing: the night does not count"),
        pytest.param(REQUEST, EVENING, 12 * 60 + 14, [], id="nor the first minutes of the morning"),
        pytest.param(REQUEST, EVENING, 12 * 60 + 15, ["6"], id="five minutes after opening"),
        pytest.param(UNREACHED, CAME, 12 * 60 + 12 * 60, ["6"], id="a day of work is twelve hours"),
        pytest.param("shop/Резерв", CAME, 90 * 24 * 60, [], id="a stage without a limit"),
        pytest.param("shop/won", CAME, 90 * 24 * 60, [], id="won"),
    ],
)
def test_when_the_time_is_over_people_are_told(place: str, since: datetime, minutes: int, people: list[str]) -> None:
    assert told(standing(place, since), minutes, since) == people


def test_a_deal_is_looked_at_again_when_the_next_limit_runs_out() -> None:
    case = standing(REQUEST)
    wakes = [[wake.at - CAME for wake in plan_at(case, minutes).wakes] for minutes in (0, 15, 30)]
    assert wakes == [[timedelta(minutes=15)], [timedelta(minutes=30)], []]


def test_a_deal_that_waits_too_long_is_found_from_the_first_limit_on() -> None:
    case = standing(REQUEST)
    assert plan_at(case, 14).findings == ()
    (late,), (later,) = plan_at(case, 15).findings, plan_at(case, 30).findings
    assert late.key == later.key
    assert "Руководитель" not in late.text
    assert "Руководитель уже знает" in later.text


def test_without_a_head_nobody_is_said_to_know() -> None:
    case = standing(REQUEST, people=make.People("6", "", ""))
    assert told(case, 30) == ["6"]
    assert "Руководитель" not in plan_at(case, 30).findings[0].text


class TestAnAnsweredRequest:
    def test_stops_the_time_and_is_remembered(self) -> None:
        case = standing(REQUEST, is_answered=True)
        assert told(case, 60) == []
        assert plan_at(case, 60) == Plan(agreed=(Agreed("deal:71", "answered", "yes"),))

    def test_stays_answered_when_the_conversation_is_forgotten(self) -> None:
        case = standing(REQUEST, bases={"answered": "yes"})
        assert told(case, 60) == []
        assert plan_at(case, 60) == Plan()

    def test_is_remembered_once(self) -> None:
        assert plan_at(standing(REQUEST, is_answered=True, bases={"answered": "yes"}), 60) == Plan()

    @pytest.mark.parametrize("bases", [{}, {"answered": "yes"}], ids=["not remembered", "remembered"])
    def test_says_nothing_of_the_time_at_other_stages(self, bases: dict[str, str]) -> None:
        case = standing(ASKED, is_answered=True, bases=bases)
        assert told(case, 7 * 24 * 60) == ["6", "8"]
        assert [finding.aspect for finding in plan_at(case, 7 * 24 * 60).findings] == ["allowed"]


def test_another_stay_is_told_of_anew() -> None:
    first, second = standing(REQUEST), standing(REQUEST, CAME + timedelta(hours=1))
    occasions = [{each.occasion for each in reminded(case, 120)} for case in (first, second)]
    assert not occasions[0] & occasions[1]


class TestTheToDoOfAStage:
    def test_is_the_managers_and_due_within_two_working_hours(self) -> None:
        (todo,) = [each for each in reminded(standing(UNREACHED), 0) if each.sort == "todo"]
        (later,) = [each for each in reminded(standing(UNREACHED), 60) if each.sort == "todo"]
        assert later.deadline == CAME + timedelta(hours=3)
        assert (todo.title, todo.responsible, todo.deadline) == (
            "Дозвониться до клиента",
            "6",
            CAME + timedelta(hours=2),
        )

    def test_given_in_the_evening_is_due_in_the_morning(self) -> None:
        (todo,) = reminded(standing(UNREACHED, EVENING), 0, EVENING)
        assert todo.deadline == EVENING + timedelta(hours=12, minutes=120)

    def test_is_one_for_each_stay(self) -> None:
        again = standing(UNREACHED, CAME + timedelta(hours=1))
        (first,), (later,), (other,) = (
            reminded(standing(UNREACHED), 0),
            reminded(standing(UNREACHED), 60),
            reminded(again, 60),
        )
        assert (first.reason, first.occasion) == (later.reason, later.occasion)
        assert first.occasion != other.occasion

    def test_is_not_wanted_at_other_stages(self) -> None:
        assert reminded(standing("shop/Резерв"), 0) == []


def test_stays_from_before_the_companys_beginning_are_left_in_peace() -> None:
    old = make.headlights().history_cutoff - timedelta(seconds=1)
    for place in (REQUEST, UNREACHED):
        case = standing(place, old)
        assert reminded(case, 0) == []
        assert plan_at(case, 0) == Plan()
    assert reminded(standing(UNREACHED, old + timedelta(seconds=1)), 0) != []


def test_a_stage_that_the_table_lacks_has_no_limit() -> None:
    case = replace(standing(REQUEST), stage=None)
    assert reminded(case, 600) == []
    assert plan_at(case, 600) == Plan()
