"""Smaller rules of debts, each of which somebody would miss."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from reconcilers import dunning
from sverka.domain.dunning.facts import Cycle, Freshness, Hold, Outcome
from sverka.domain.dunning.policy import DEFAULT, HoldRule
from tests.unit.dunning_cases import (
    NOW,
    SETTINGS,
    TODAY,
    account,
    ago,
    around,
    at,
    customer,
    decide,
    document,
    receipt,
    rub,
    said,
    tasks,
    touch,
    up_to,
    why,
)


def test_no_cycle_begins_while_the_money_is_not_known() -> None:
    of = customer(document("1", 3), cycle=Cycle())
    assert decide(of, freshness=Freshness(ago(2), NOW, NOW)).cycle == Cycle()
    assert decide(of).cycle == Cycle(1, began_on=TODAY)


def test_a_letter_that_shipments_have_stopped_waits_until_they_are_to_stop() -> None:
    of = customer(document("1", 15), touches=up_to("warn12", "1"), calls=(ago(7),))
    assert said(of).step.id == "stop15"
    never = replace(DEFAULT, hold=HoldRule(stop_age_bd=None))
    assert why(of, ladder=never) == "no_notice"


def test_what_the_manager_was_told_yesterday_forewarns_of_nothing_today() -> None:
    assert why(customer(document("1", 3), forewarned_at=NOW - timedelta(days=1))) == "not_forewarned"


def test_a_trifle_that_is_old_holds_nothing_beside_a_young_debt() -> None:
    of = customer(document("1", 30, 100_000, residual_kopecks=99_99), document("2", 1))
    assert decide(of).hold.wanted is Hold.WATCH


def test_a_task_closes_by_itself_once_its_debt_is_paid_or_the_call_was_made() -> None:
    of = customer(document("1", 6), document("2", 6), touches=(touch("soft3", 3, "1"), touch("call5", 1, "1")))
    assert tasks(of) == {"call": "manager"}
    assert tasks(replace(of, documents=of.documents[1:])) == {}
    assert tasks(replace(of, calls=(ago(1),))) == {}
    assert tasks(replace(of, calls=(ago(2),))) == {"call": "manager"}, "an earlier call was another one"


def test_the_ladder_rests_for_money_that_came_since_the_last_step_to_the_same_own_entity() -> None:
    of = customer(
        document("1", 8, 100_000, residual_kopecks=rub(40_000)), document("2", 7, 900_000), touches=up_to("call5", "1", "2"),
        receipts=(receipt("a", 6, 15_000), receipt("b", 1, 15_000)),
    )  # fmt: skip
    assert said(of).step.id == "stmt8", "half of it, but most of that before we called"
    assert why(replace(of, receipts=(receipt("b", 1, 30_000),))) == "cooling"
    elsewhere = decide(replace(of, receipts=(receipt("b", 1, 30_000, entity="other"),)))
    assert [each.step.id for each in elsewhere.going] == ["stmt8"]


def test_who_was_reached_today_is_no_further_customer_of_the_day() -> None:
    both = customer(document("1", 3, entity="A"), document("2", 3, entity="B"), key="both")
    told = replace(both, touches=(decide(both).going[0].touch(NOW, Outcome.SENT),))
    other = customer(document("3", 3), key="other")
    found = dunning.daily([(told, DEFAULT), (other, DEFAULT)], SETTINGS, around(), NOW)
    assert [[each.entity for each in one.going] for one in found] == [["B"], []]
    assert found[1].blocked is not None
    assert found[1].blocked.reason == "over_cap"


def test_a_draft_of_yesterday_takes_no_place_of_today() -> None:
    draft = touch("warn12", 1, "1", outcome=Outcome.DRAFT, sum_kopecks=rub(100_000))
    waiting = customer(
        document("1", 13), touches=(*up_to("stmt8", "1", last_bd=5), draft), calls=(ago(6),), key="waiting"
    )
    other = customer(document("3", 3), key="other")
    found = {
        each.customer: each for each in dunning.daily([(waiting, DEFAULT), (other, DEFAULT)], SETTINGS, around(), NOW)
    }
    assert [each.step.id for each in found["waiting"].standing_still] == ["warn12"]
    assert [each.step.id for each in found["other"].going] == ["soft3"]


def test_only_the_first_step_of_an_old_debt_is_worded_as_figures_to_be_compared() -> None:
    old = customer(document("1", 60))
    first = said(old)
    assert (first.step.id, first.is_reconciliation) == ("soft3", True)
    second = said(replace(old, touches=(touch("soft3", 3, "1"),)))
    assert (second.step.id, second.is_reconciliation) == ("call5", False)
    blunt = replace(DEFAULT, entry="")
    assert not said(old, ladder=blunt).is_reconciliation
    assert not said(customer(document("1", 5))).is_reconciliation, "two days late is not old"


def test_a_notice_that_was_never_sent_is_given_again() -> None:
    of = customer(document("1", -3))
    (found,) = decide(of).services
    assert decide(replace(of, touches=(found.touch(NOW, Outcome.FAILED),))).services == (found,)


def test_the_morning_list_shows_no_more_than_the_day_allows() -> None:
    morning = at(TODAY, "10:00")
    everyone = [
        (customer(document("1", 3), key=f"dealer {number}", forewarned_at=None), DEFAULT) for number in range(10)
    ]
    found = dunning.daily(everyone, SETTINGS, around(morning), morning)
    assert [each.customer for each in found if each.to_be_forewarned] == ["dealer 0", "dealer 1"]
    assert {each.blocked.reason for each in found if each.blocked} == {"hours"}


def test_notices_before_the_due_day_are_capped_by_the_days_number_alone() -> None:
    everyone = [(customer(document("1", -3, 1000 + number), key=f"{number:02}"), DEFAULT) for number in range(45)]
    found = dunning.daily(everyone, SETTINGS, around(), NOW)
    assert [each.customer for each in found if not each.services] == ["00", "01", "02", "03", "04"], "the smallest wait"


def test_a_document_that_falls_due_on_a_saturday_is_a_day_old_on_monday() -> None:
    of = customer(replace(document("1", 0), due_on=TODAY - timedelta(days=3)))
    assert (account(of).age_bd, account(of, at(TODAY - timedelta(days=1))).age_bd) == (2, 1)
    sunday = decide(of, at(TODAY - timedelta(days=2)))
    assert (sunday.standing.gross_kopecks, sunday.standing.net_kopecks) == (rub(100_000), 0)
    assert sunday.blocked is not None
    assert sunday.blocked.reason == "not_yet"


def test_a_notice_before_long_holidays_names_what_is_due_after_them() -> None:
    """Three working days before the due day may be two weeks before it: further off than what letters tell beside."""
    today = date(2026, 12, 29)
    due_late = document("1", -3, today=today)
    assert (due_late.due_on - today).days > SETTINGS.coming_days
    (notice,) = decide(customer(due_late, forewarned_at=at(today, "12:00")), at(today)).services
    assert notice.coming == (due_late,)
