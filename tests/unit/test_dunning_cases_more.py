"""The second half of the cases by which the chasing of debts is accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from reconcilers import dunning
from sverka.domain.dunning import credit
from sverka.domain.dunning.decision import How
from sverka.domain.dunning.facts import Cycle, Hold, Outcome, Reach, Receipt, Terms, Touch
from sverka.domain.dunning.policy import DEFAULT, NoLimit, Step
from tests.unit.dunning_cases import (
    ACCOUNTANT,
    IN_CYCLE,
    NOW,
    SETTINGS,
    TODAY,
    WORKDAYS,
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


def test_18_three_hundred_dealers_with_old_debts_are_begun_with_softly_and_a_few_a_day() -> None:
    everyone = [
        customer(document(f"{number}", 62, 20_000 + number), key=f"dealer {number:03}", cycle=Cycle(), touches=())
        for number in range(300)
    ]
    decided = dunning.daily([(each, DEFAULT) for each in everyone], SETTINGS, around(), NOW)
    going = [said for each in decided for said in each.going]
    assert Counter((each.step.id, each.is_reconciliation) for each in going) == {("soft3", True): 40}
    assert {each.net_kopecks for each in going} == {rub(20_000 + number) for number in range(260, 300)}, (
        "the dearest of equally old ones"
    )
    assert Counter(each.blocked.reason for each in decided if each.blocked) == {"over_cap": 260}
    assert {each.hold.by_itself for each in decided} == {Hold.WATCH}
    assert {(each.hold.wanted, each.hold.awaits_notice) for each in decided} == {(Hold.PREPAY_ONLY, True)}, (
        "nobody was warned yet"
    )
    few = dunning.daily([(each, DEFAULT) for each in everyone[:20]], SETTINGS, around(), NOW)
    assert sum(len(each.going) for each in few) == 3, "fifteen per cent"
    half = replace(SETTINGS, caps=replace(SETTINGS.caps, kopecks_per_day=rub(50_000)))
    assert (
        sum(len(each.going) for each in dunning.daily([(each, DEFAULT) for each in everyone], half, around(), NOW)) == 2
    )


def test_18b_what_the_day_has_reached_counts_at_the_next_tick() -> None:
    everyone = [customer(document(f"{number}", 3), key=f"dealer {number}") for number in range(10)]
    first = dunning.daily([(each, DEFAULT) for each in everyone], SETTINGS, around(), NOW)
    told = {each.customer: each.going for each in first if each.going}
    assert len(told) == 2
    after = [
        replace(each, touches=tuple(said.touch(NOW, Outcome.SENT) for said in told.get(each.key, ())))
        for each in everyone
    ]
    again = dunning.daily([(each, DEFAULT) for each in after], SETTINGS, around(), NOW + timedelta(minutes=15))
    assert [each.going for each in again if each.going] == []


def test_19_over_the_may_holidays_working_days_count_and_no_hard_step_goes_on_the_eve() -> None:
    """2026: the 1st to 3rd of May are off, and the 9th to 11th. Due on 30 April, on 6 May three working days have passed."""
    thursday, friday = date(2026, 4, 30), date(2026, 5, 8)
    due = replace(document("1", 0), due_on=thursday)
    assert WORKDAYS.days_off_after(thursday) == 3
    ages = {day: account(customer(due), at(date(2026, 5, day))).age_bd for day in (3, 4, 6, 11, 12)}
    assert ages == {3: 0, 4: 1, 6: 3, 11: 5, 12: 6}
    of = customer(
        replace(due, due_on=WORKDAYS.plus(friday, -12)), touches=tuple(_shift(each, friday) for each in up_to("stmt8", "1")),
        calls=(WORKDAYS.plus(friday, -5),), cycle=Cycle(1, began_on=date(2026, 4, 1)),
    )  # fmt: skip
    assert why(of, at(friday)) == "hours"
    assert account(of, at(friday)).blocked.until == at(date(2026, 5, 12), "00:00")  # type: ignore[union-attr]
    assert said(of, at(date(2026, 5, 12))).step.id == "warn12"
    soft = customer(replace(due, due_on=WORKDAYS.plus(friday, -3)), forewarned_at=at(friday, "12:00"))
    assert said(soft, at(friday)).step.id == "soft3", "a polite reminder goes on the eve as well"


def _shift(touch_of_today: Touch, day: date) -> Touch:
    """The same touch, as many working days before another day."""
    age = WORKDAYS.between(touch_of_today.at.date(), TODAY)
    return replace(touch_of_today, at=at(WORKDAYS.plus(day, -age)))


@pytest.mark.parametrize(
    ("channel", "clock", "reason"),
    [
        pytest.param("messenger", "07:00", "", id="a messenger at two in the afternoon of theirs"),
        pytest.param("messenger", "09:30", "hours", id="at half past four of theirs it is over"),
        pytest.param("messenger", "14:30", "hours", id="at night"),
        pytest.param("email", "14:30", "", id="a letter to a company by our clock"),
        pytest.param("email", "07:00", "hours", id="not by theirs"),
    ],
)
def test_20_vladivostok_is_written_to_in_its_hours(channel: str, clock: str, reason: str) -> None:
    now = at(TODAY, clock)
    reach = (Reach("accountant", channel, is_confirmed=True),)
    zone = ZoneInfo("Asia/Vladivostok")
    of = customer(document("1", 3), reach=reach, zone=zone, forewarned_at=at(TODAY, "05:00"))
    found = decide(of, now)
    assert (found.blocked.reason if found.blocked else "") == reason
    if reason == "hours" and channel == "messenger":
        opens = account(of, now).blocked.until  # type: ignore[union-attr]
        assert opens is not None
        assert opens.astimezone(zone).strftime("%d %H:%M") == "25 14:00"


def test_21_two_own_entities_send_two_statements_in_one_contact() -> None:
    of = customer(document("1", 3, entity="A"), document("2", 4, entity="B"))
    first = decide(of).going
    assert [(each.entity, each.step.id, [d.id for d in each.overdue]) for each in first] == [
        ("A", "soft3", ["1"]),
        ("B", "soft3", ["2"]),
    ]
    alone = replace(of, touches=(first[0].touch(NOW - timedelta(minutes=20), Outcome.SENT),))
    assert [each.entity for each in decide(alone).going] == ["B"], "the other one belongs to the same contact"
    found = decide(alone, at(ago(-1)))
    assert [each.blocked and each.blocked.reason for each in found.accounts] == ["not_due", "gap"], (
        "a day later it waits for its turn"
    )


def test_22_three_members_of_a_holding_share_one_limit() -> None:
    documents = tuple(document(f"{inn}", -5, 400_000, contract=f"k{inn}", debtor=f"{inn}") for inn in (1, 2, 3))
    own = tuple(Terms(f"k{inn}", limit_kopecks=rub(500_000)) for inn in (1, 2, 3))
    apart = customer(*documents, terms=own)
    assert [each.percent for each in credit.usages(apart, NoLimit.UNLIMITED)] == [80, 80, 80]
    assert decide(apart).hold.wanted is Hold.WATCH
    together = replace(apart, common_limit_kopecks=rub(1_100_000))
    assert [each.percent for each in credit.usages(together, NoLimit.UNLIMITED)] == [109]
    assert (decide(together).hold.wanted, decide(together).hold.reasons) == (Hold.PREPAY_ONLY, ("limit", "limit_near"))
    late = customer(*(replace(each, due_on=ago(3 + number)) for number, each in enumerate(documents)))
    assert len(said(late).overdue) == 3, "and is told of all its debts at once"


def test_23_a_returned_payment_order_opens_the_cycle_again_under_its_number_and_repeats_no_step() -> None:
    history = up_to("stmt8", "1", last_bd=5)
    ended = Cycle(4, began_on=ago(14), below_since=ago(2), ended_on=ago(1))
    of = customer(
        document("1", 11), cycle=ended, touches=tuple(replace(each, cycle=4) for each in history), calls=(ago(5),),
        receipts=(receipt("r", 3, 100_000), Receipt("back", ago(1), -rub(100_000))),
    )  # fmt: skip
    found = decide(of)
    assert (found.cycle.number, found.cycle.is_open) == (4, True)
    assert (found.going, why(of)) == ((), "not_due")
    assert tasks(of) == {"returned": "manager"}
    other = decide(replace(of, receipts=of.receipts[:1]))
    assert (other.cycle.number, other.cycle.began_on) == (5, TODAY), "without it, the debt is a new one"


@pytest.mark.parametrize("hours", [-1, 1])
def test_24_when_the_clock_is_set_back_or_the_zone_changes_nothing_goes_twice(hours: int) -> None:
    of = customer(document("1", 3))
    told = said(of).touch(NOW, Outcome.SENT)
    after = replace(of, touches=(told,))
    for now in (NOW + timedelta(hours=hours), NOW.astimezone(UTC), NOW.astimezone(ZoneInfo("Asia/Kamchatka"))):
        assert decide(after, now).going == ()
    moved = replace(SETTINGS, zone=ZoneInfo("Europe/Samara"))
    assert decide(after, settings=moved).going == ()


def test_25_when_the_ladder_is_edited_steps_keep_their_place_by_their_ids() -> None:
    of = customer(document("1", 11), touches=up_to("stmt8", "1"), calls=(ago(3),))
    shorter = replace(DEFAULT, steps=tuple(each for each in DEFAULT.steps if each.id != "stmt8"))
    found = decide(of, ladder=shorter)
    assert (found.going, found.strange_steps) == ((), ("stmt8",)), (
        "it is gone, and nothing begins anew; a person is told"
    )
    later = replace(of, documents=(document("1", 12),))
    assert said(later, ladder=shorter).step.id == "warn12"
    alone = customer(document("1", 11), touches=(touch("stmt8", 3, "1"),), calls=(ago(3),))
    assert decide(alone, ladder=shorter).going == (), "the step that is gone still says how far they were"
    renamed = tuple(replace(each, id="act8", was=("stmt8",)) if each.id == "stmt8" else each for each in DEFAULT.steps)
    found = decide(of, ladder=replace(DEFAULT, steps=renamed))
    assert (found.going, found.strange_steps) == ((), ())
    moved = tuple(Step("stmt8", 10) if each.id == "stmt8" else each for each in DEFAULT.steps)
    assert decide(of, ladder=replace(DEFAULT, steps=moved)).going == (), "a step that moved was taken all the same"


def test_25b_an_optional_step_is_taken_only_while_it_is_the_latest() -> None:
    hint = Step("hint4", 4, is_mandatory=False, channels=("email:accountant",), template="debt_soft")
    ladder = replace(DEFAULT, steps=tuple(sorted((*DEFAULT.steps, hint), key=lambda each: each.at_bd)))
    history = (touch("soft3", 4, "1"),)
    assert said(customer(document("1", 4), touches=(touch("soft3", 3, "1"),)), ladder=ladder).step.id == "hint4"
    assert said(customer(document("1", 5), touches=history), ladder=ladder).step.id == "call5"
    hinted = customer(document("1", 4), touches=(touch("soft3", 9, "1"), touch("hint4", 5, "1", at_bd=4)))
    assert why(hinted, ladder=ladder) == "not_due", "nor twice"


def test_26_the_end_of_the_ladder_is_told_once() -> None:
    of = customer(
        document("1", 20), document("2", 19), touches=up_to("stop15", "1", "2"), calls=(ago(9),), hold=Hold.STOP_SHIP
    )
    found = decide(of)
    assert found.is_escalated_now
    assert [(each.step.id, each.how) for each in found.going] == [("human20", How.TASK)]
    assert tasks(of) == {"decide": "head"}
    told = replace(of, cycle=found.cycle, touches=(*of.touches, found.going[0].touch(NOW, Outcome.BY_HAND)))
    for days in range(40):
        now = at(ago(-days))
        later = decide(told, now)
        assert not later.is_escalated_now
        assert [each.step.id for each in later.going if each.step.id != "weekly"] == []
    assert tasks(told, at(ago(-5))) == {"decide": "head"}
    assert tasks(told, at(ago(-6))) == {"decide": "head", "decide_late": "director"}
    another = replace(told, documents=(document("3", 20, today=ago(-1)),), touches=up_to("stop15", "3", last_bd=4))
    assert why(another, at(ago(-1))) == "escalated", "what leads now comes to its end in the same cycle"


def test_26b_after_the_end_a_line_for_the_digest_comes_every_ten_working_days() -> None:
    of = customer(
        document("1", 30), touches=up_to("human20", "1", last_bd=10), calls=(ago(19),),
        cycle=replace(IN_CYCLE, escalated_on=ago(10)), hold=Hold.STOP_SHIP,
    )  # fmt: skip
    days = []
    for number in range(25):
        now = at(ago(-number))
        found = decide(of, now).going
        days += [(number, each.step.id, each.how) for each in found]
        of = replace(of, touches=(*of.touches, *(each.touch(now) for each in found)))
    assert days == [(number, "weekly", How.DIGEST) for number in (0, 10, 20)]


def test_a_manager_who_was_not_told_before_is_told_first_and_may_say_no() -> None:
    of = customer(document("1", 3), forewarned_at=None, reach=(ACCOUNTANT,))
    early = decide(of, at(TODAY, "09:00"))
    assert (early.blocked and early.blocked.reason) == "hours"
    assert [each.step.id for each in early.to_be_forewarned] == ["soft3"]
    assert why(of) == "not_forewarned"
    told = replace(of, forewarned_at=at(TODAY, "13:01"))
    assert (why(told), said(told, at(TODAY, "14:31")).step.id) == ("not_forewarned", "soft3")
    vetoed = replace(told, vetoed_on=frozenset({TODAY}))
    assert why(vetoed, at(TODAY, "14:31")) == "vetoed"
    assert decide(of, at(TODAY, "17:00")).to_be_forewarned == (), "the day's window is over"
