"""The gates in their order, cooling, pauses, disputes, notices before the due day, tiers, holds and their leaving, a head's leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reconcilers import dunning, holds
from reconcilers.holds import Order
from sverka.domain.dunning.decision import HOLD_REASONS, REASONS, TASKS, Gate, How
from sverka.domain.dunning.facts import (
    Commitment,
    Customer,
    Cycle,
    Dispute,
    DisputeReason,
    Exclusion,
    Freshness,
    Hold,
    Outcome,
    Override,
    Pause,
    Reach,
    Terms,
)
from sverka.domain.dunning.policy import DEFAULT, LADDERS
from sverka.domain.policy import Mode
from tests.unit.dunning_cases import (
    ACCOUNTANT,
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
    promise,
    receipt,
    rub,
    said,
    tasks,
    touch,
    up_to,
    why,
)

EARLY = at(TODAY, "10:00")


def test_the_first_gate_that_fails_is_the_reason_and_each_hides_those_behind_it() -> None:
    """Everything is wrong at once; one after another is put right, and the next gate shows."""
    wrong = customer(
        document("1", 3, 4_000), document("2", 3, 100_000), exclusion=Exclusion.COURT, reach=(), attention_spent=2,
        receipts=(receipt("r", 9, 50_000, unallocated=50_000),), pauses=(Pause(TODAY, TODAY),), forewarned_at=None,
        touches=(touch("soft3", 1, "9"),), vetoed_on=frozenset({TODAY}),
    )  # fmt: skip
    seen = []
    state = {"is_stopped": True, "mode": Mode.WATCH, "freshness": Freshness()}

    def look(of: Customer, now: date = EARLY) -> Customer:
        found = decide(of, now, **state)  # type: ignore[arg-type]
        seen.append(found.accounts[0].blocked.gate if found.accounts[0].blocked else None)
        return of

    look(wrong)
    state["is_stopped"] = False
    look(wrong)
    state["mode"] = Mode.AUTO
    look(wrong)
    state["freshness"] = around(EARLY).freshness
    look(wrong)
    wrong = look(replace(wrong, exclusion=None))
    wrong = look(replace(wrong, pauses=()))
    wrong = look(replace(wrong, receipts=(), documents=wrong.documents[:1]))
    wrong = look(replace(wrong, documents=(document("2", 3, 100_000),)))
    wrong = look(replace(wrong, touches=(), reach=(ACCOUNTANT,)))
    wrong = look(replace(wrong, reach=(), attention_spent=0))
    wrong = look(replace(wrong, reach=(ACCOUNTANT,)))
    state["freshness"] = around(NOW).freshness
    look(wrong, NOW)  # type: ignore[arg-type]
    wrong = look(replace(wrong, vetoed_on=frozenset()), NOW)  # type: ignore[arg-type]
    look(replace(wrong, forewarned_at=EARLY), NOW)  # type: ignore[arg-type]
    assert seen == [
        Gate.KILL_SWITCH, Gate.MODE, Gate.FRESHNESS, Gate.EXCLUDED, Gate.NOTHING_ELIGIBLE, Gate.UNALLOCATED, Gate.TAIL, Gate.STEP,
        Gate.ATTENTION, Gate.CONTACT, Gate.HOURS, Gate.FOREWARNING, Gate.FOREWARNING, None,
    ]  # fmt: skip


def test_reasons_stand_in_the_order_of_their_gates_and_say_something() -> None:
    gates = [gate for gate, _ in REASONS.values()]
    assert gates == sorted(gates)
    assert set(gates) == set(Gate)
    assert all(text for text in (*(text for _, text in REASONS.values()), *TASKS.values(), *HOLD_REASONS.values()))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"pauses": (Pause(ago(5), TODAY),)}, "pause", id="until today"),
        pytest.param({"pauses": (Pause(ago(5), ago(1)),)}, "", id="until yesterday"),
        pytest.param({"pauses": (Pause(TODAY - timedelta(days=31), ago(-99)),)}, "", id="for thirty days at most"),
        pytest.param({"wrote_on": ago(3)}, "pause", id="they wrote three working days ago"),
        pytest.param({"wrote_on": ago(4)}, "", id="four days ago"),
    ],
)
def test_a_pause_and_a_letter_of_theirs_keep_us_silent_for_a_while(changes: dict[str, object], reason: str) -> None:
    found = decide(customer(document("1", 6), **changes))
    assert (found.blocked.reason if found.blocked else "") == reason
    assert found.hold.wanted is Hold.WATCH, "what is paused is overdue all the same"


def test_who_says_that_they_paid_is_left_alone_and_the_accountant_looks_for_the_money() -> None:
    dispute = Dispute("d", ("1",), DisputeReason.PAID_ALREADY, ago(3))
    of = customer(document("1", 9), document("2", 9), disputes=(dispute,))
    assert why(of) == "dispute"
    assert tasks(of) == {"paid_already": "accountant"}
    older = replace(of, disputes=(replace(dispute, opened_on=ago(4)),))
    assert [each.id for each in said(older).overdue] == ["2"], "of the rest we speak again after three days"


def test_a_dispute_that_nobody_took_up_stops_letters_but_no_hold_and_an_old_one_is_the_heads() -> None:
    proposed = Dispute("d", ("1",), DisputeReason.QUALITY, ago(11), is_confirmed=False)
    of = customer(document("1", 9), disputes=(proposed,))
    assert (why(of), decide(of).hold.wanted) == ("dispute", Hold.PREPAY_ONLY)
    taken = replace(of, disputes=(replace(proposed, is_confirmed=True),))
    assert decide(taken).hold.wanted is Hold.NONE
    assert tasks(of) == {"dispute_late": "head"}
    assert tasks(replace(of, disputes=(replace(proposed, opened_on=ago(10)),))) == {}
    assert tasks(replace(of, disputes=(replace(proposed, closed_on=TODAY),))) == {}


@pytest.mark.parametrize(
    ("came", "days_ago", "reason"),
    [
        pytest.param(20_000, 1, "cooling", id="half of what is left of the oldest"),
        pytest.param(19_999, 1, "", id="less than that, and than thirty per cent of all"),
        pytest.param(20_000, 3, "", id="three working days ago"),
        pytest.param(20_000, 9, "", id="before the last step"),
    ],
)
def test_after_much_of_it_came_the_ladder_rests(came: int, days_ago: int, reason: str) -> None:
    of = customer(
        document("1", 8, 100_000, residual_kopecks=rub(40_000)), document("2", 7, 900_000),
        touches=(touch("soft3", 5, "1", "2"), touch("call5", 3, "1", "2")) if days_ago < 4 else up_to("call5", "1", "2"),
        receipts=(receipt("r", days_ago, came),),
    )  # fmt: skip
    found = decide(of)
    assert (found.blocked.reason if found.blocked else "") == reason
    if not reason and days_ago < 4:
        assert found.going[0].received_kopecks == rub(came), "the next statement thanks for it"


def test_a_notice_of_payments_that_are_due_soon_goes_once_and_on_its_own() -> None:
    of = customer(document("1", -3), document("2", -5), document("3", -6), document("4", -2, 50), cycle=Cycle())
    (found,) = decide(of).services
    assert (found.step.id, found.carrying, [each.id for each in found.coming]) == ("pre3", "1", ["1", "2"])
    assert decide(of).going == ()
    planned = replace(of, touches=(found.touch(NOW),))
    assert (decide(planned).services, [each.key for each in decide(planned).standing_still]) == ((), [found.key])
    gone = replace(of, touches=(found.touch(NOW, Outcome.SENT),))
    assert decide(gone, at(ago(-2))).services == (), "the second one was told of"
    later = decide(replace(gone, forewarned_at=at(ago(-3), "12:00")), at(ago(-3))).services
    assert [each.carrying for each in later] == ["3"]
    overdue = replace(
        of, documents=(*of.documents, document("9", 3)), cycle=replace(of.cycle, number=1, began_on=ago(3))
    )
    assert decide(overdue).services == (), "the reminder of today says what is due next itself"
    assert [each.id for each in said(overdue).coming] == ["1", "2"]
    assert decide(of, is_stopped=True).services == ()
    assert decide(replace(of, reach=())).services == ()


def test_a_draft_waits_for_the_head_and_the_stop_waits_for_the_draft() -> None:
    of = customer(document("1", 12), touches=up_to("stmt8", "1", last_bd=4), calls=(ago(7),))
    warning = said(of)
    assert (warning.how, warning.stops_on) == (How.DRAFT, ago(-3)), "fifteen days past its due day"
    assert tasks(of) == {"release": "head"}
    drafted = replace(of, touches=(*of.touches, warning.touch(NOW)))
    assert tasks(drafted) == {"release": "head"}
    late = at(ago(-4))
    assert [each.step.id for each in decide(drafted, late).standing_still] == ["warn12"]
    assert decide(drafted, late).hold.wanted is Hold.STOP_SHIP, "the head was given the task four days ago"
    sent = replace(of, touches=(*of.touches, warning.touch(NOW, Outcome.SENT)))
    assert said(sent, late).step.id == "stop15"
    assert said(sent, late).stops_on == late.date()


def test_without_a_logged_call_nobody_is_warned_and_the_head_hears_of_it() -> None:
    of = customer(document("1", 12), touches=up_to("stmt8", "1", last_bd=4))
    assert why(of) == "no_call"
    assert tasks(of) == {"call": "manager", "no_call": "head"}
    called = replace(of, calls=(ago(1),))
    assert (why(called), tasks(called)) == ("gap", {}), "the call is a contact as well"


def test_where_the_rule_proposes_every_message_waits_for_release() -> None:
    assert said(customer(document("1", 3)), mode=Mode.PROPOSE).how is How.DRAFT


@pytest.mark.parametrize(
    ("ladder", "age", "step", "how"),
    [
        pytest.param("dealer_trusted", 4, None, None, id="trusted: not before the fifth day"),
        pytest.param("dealer_trusted", 5, "soft5", How.MESSAGE, id="trusted: on the fifth"),
        pytest.param("dealer_risky", 1, "soft1", How.MESSAGE, id="risky: on the first"),
        pytest.param("retail_person", 1, "remind1", How.MESSAGE, id="a person: on the first"),
        pytest.param("key_account", 4, None, None, id="a key account: no letter"),
        pytest.param("key_account", 5, "call5", How.TASK, id="a key account: the manager calls"),
        pytest.param("no_follow", 20, None, None, id="not followed"),
    ],
)
def test_tiers_are_chased_each_in_its_way(ladder: str, age: int, step: str | None, how: How | None) -> None:
    reach = (ACCOUNTANT, Reach("person", "messenger", is_confirmed=True))
    going = decide(customer(document("1", age), reach=reach), ladder=LADDERS[ladder]).going
    assert [(each.step.id, each.how) for each in going] == ([(step, how)] if step else [])


HOLDING = (Terms("", limit_kopecks=rub(1_000_000)),)


def _used(percent: int) -> Customer:
    return customer(commitments=(Commitment("o", rub(10_000) * percent),), terms=HOLDING)


@pytest.mark.parametrize(
    ("percent", "wanted"),
    [
        (74, (Hold.NONE, Hold.NONE, Hold.NONE, Hold.NONE)),
        (75, (Hold.NONE, Hold.WATCH, Hold.WATCH, Hold.WATCH)),
        (80, (Hold.WATCH, Hold.WATCH, Hold.WATCH, Hold.WATCH)),
        (89, (Hold.WATCH, Hold.WATCH, Hold.WATCH, Hold.WATCH)),
        (90, (Hold.WATCH, Hold.WATCH, Hold.PREPAY_ONLY, Hold.PREPAY_ONLY)),
        (100, (Hold.WATCH, Hold.WATCH, Hold.PREPAY_ONLY, Hold.PREPAY_ONLY)),
        (101, (Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.STOP_SHIP)),
        (111, (Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.STOP_SHIP)),
    ],
)
def test_a_hold_by_the_limit_is_left_later_than_it_is_entered(percent: int, wanted: tuple[Hold, ...]) -> None:
    """From each hold in force, where nobody was warned of a stop."""
    assert tuple(decide(replace(_used(percent), hold=hold)).hold.wanted for hold in Hold) == wanted


def test_over_the_limit_a_stop_waits_for_the_warning_that_a_person_gives() -> None:
    of = _used(111)
    assert (decide(of).hold.awaits_notice, tasks(of)) == (True, {"limit_warning": "head"})
    assert decide(replace(of, limit_warned_on=ago(1))).hold.wanted is Hold.PREPAY_ONLY
    assert decide(replace(of, limit_warned_on=ago(2))).hold.wanted is Hold.STOP_SHIP


@pytest.mark.parametrize(
    ("age", "wanted"),
    [
        (0, (Hold.NONE, Hold.NONE, Hold.NONE, Hold.NONE)),
        (1, (Hold.WATCH, Hold.WATCH, Hold.WATCH, Hold.WATCH)),
        (2, (Hold.WATCH, Hold.WATCH, Hold.WATCH, Hold.WATCH)),
        (3, (Hold.WATCH, Hold.WATCH, Hold.PREPAY_ONLY, Hold.STOP_SHIP)),
        (6, (Hold.WATCH, Hold.WATCH, Hold.PREPAY_ONLY, Hold.STOP_SHIP)),
        (7, (Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.STOP_SHIP)),
        (14, (Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.PREPAY_ONLY, Hold.STOP_SHIP)),
        (15, (Hold.STOP_SHIP, Hold.STOP_SHIP, Hold.STOP_SHIP, Hold.STOP_SHIP)),
    ],
)
def test_a_hold_by_age_is_left_later_than_it_is_entered(age: int, wanted: tuple[Hold, ...]) -> None:
    of = customer(document("1", age), touches=(touch("warn12", 2, "1"),))
    assert tuple(decide(replace(of, hold=hold)).hold.wanted for hold in Hold) == wanted


@pytest.mark.parametrize(
    ("warned", "bans", "wanted"),
    [
        pytest.param((), False, Hold.PREPAY_ONLY, id="nobody was warned"),
        pytest.param((touch("warn12", 1, "1"),), False, Hold.PREPAY_ONLY, id="yesterday"),
        pytest.param((touch("warn12", 2, "1"),), False, Hold.STOP_SHIP, id="two working days ago"),
        pytest.param(
            (touch("warn12", 2, "1", outcome=Outcome.BY_HAND),), False, Hold.STOP_SHIP, id="by a person's task"
        ),
        pytest.param(
            (touch("warn12", 2, "1", outcome=Outcome.FAILED),), False, Hold.PREPAY_ONLY, id="it was never sent"
        ),
        pytest.param((touch("warn12", 9, "8"),), False, Hold.PREPAY_ONLY, id="of something that is paid"),
        pytest.param((touch("warn12", 9, "1", cycle=0),), False, Hold.PREPAY_ONLY, id="in an earlier cycle"),
        pytest.param((), True, Hold.STOP_SHIP, id="1C itself forbids it"),
    ],
)
def test_shipments_stop_only_for_who_was_warned(warned: tuple, bans: bool, wanted: Hold) -> None:  # type: ignore[type-arg]
    of = customer(document("1", 16), touches=warned, terms=(Terms("", bans_overdue=bans),))
    assert decide(of).hold.wanted is wanted


@pytest.mark.parametrize(
    ("by_themselves", "ladder", "by_itself"),
    [
        (False, "dealer_standard", Hold.WATCH),
        (True, "dealer_standard", Hold.STOP_SHIP),
        (True, "dealer_trusted", Hold.PREPAY_ONLY),
    ],
)
def test_what_is_beyond_watching_is_proposed_unless_the_company_says_otherwise(
    by_themselves: bool, ladder: str, by_itself: Hold
) -> None:
    of = customer(document("1", 1), terms=(Terms("", bans_overdue=True),))
    settings = replace(SETTINGS, holds_by_themselves=by_themselves)
    found = decide(of, settings=settings, ladder=LADDERS[ladder]).hold
    assert (found.wanted, found.by_itself, found.is_proposed) == (
        Hold.STOP_SHIP,
        by_itself,
        by_itself is not Hold.STOP_SHIP,
    )
    lifted = decide(customer(hold=Hold.STOP_SHIP), settings=settings, ladder=LADDERS[ladder]).hold
    assert (lifted.wanted, lifted.by_itself, lifted.is_proposed, lifted.is_lifted) == (
        Hold.NONE,
        Hold.NONE,
        False,
        True,
    )


def test_while_the_money_is_not_known_holds_stay_as_they_are() -> None:
    stale = Freshness(ago(2), NOW, NOW)
    paid = customer(hold=Hold.STOP_SHIP)
    assert decide(paid, freshness=stale).hold.wanted is Hold.STOP_SHIP
    owing = customer(document("1", 16), terms=(Terms("", bans_overdue=True),))
    assert (decide(owing, freshness=stale).hold.wanted, decide(owing, freshness=stale).hold.reasons) == (
        Hold.WATCH,
        ("not_read",),
    )


def test_what_is_too_small_or_paid_by_loose_money_holds_nothing_by_its_age() -> None:
    assert decide(customer(document("1", 16, 4_999))).hold.wanted is Hold.NONE
    loose = customer(document("1", 16), receipts=(receipt("r", 1, 100_000, unallocated=100_000),))
    assert decide(loose).hold.wanted is Hold.NONE


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        pytest.param({}, True, id="any order of theirs"),
        pytest.param({"order": "4501"}, True, id="this one"),
        pytest.param({"order": "4502"}, False, id="another"),
        pytest.param({"until": TODAY}, True, id="until today"),
        pytest.param({"until": ago(1)}, False, id="it is over"),
        pytest.param({"used_kopecks": rub(900_000)}, True, id="just enough is left"),
        pytest.param({"used_kopecks": rub(900_000) + 1}, False, id="a kopeck is missing"),
        pytest.param({"is_by_head": False}, False, id="nobody who may"),
    ],
)
def test_a_head_may_let_an_order_pass(changes: dict[str, object], passes: bool) -> None:
    leave = replace(Override("v", rub(1_000_000), ago(-5), "ждём оплату завтра", "Ковалёв"), **changes)  # type: ignore[arg-type]
    of = customer(hold=Hold.STOP_SHIP, overrides=(leave,))
    found = holds.may_pass(Order("4501", rub(100_000)), of, DEFAULT, SETTINGS, TODAY)
    assert (found.passes, found.override) == (passes, "v" if passes else "")
    assert found.reason in holds.PASSAGES


def test_two_broken_promises_bring_the_customers_terms_before_the_head() -> None:
    of = customer(document("1", 9), promises=(promise(9, 7, 50_000, "a"), promise(6, 4, 50_000, "b")), calls=(ago(5),))
    found = {(each.reason, each.occasion) for each in decide(of).tasks}
    assert found == {("promise_broken", "b"), ("tier_review", "dealer 1")}, "of the first one they were called"


def test_a_cycle_ends_a_banking_day_after_the_debt_was_settled_and_a_promise_does_not_end_it() -> None:
    of = customer(document("1", 5))
    promised = replace(of, promises=(promise(1, -3, 100_000),))
    assert decide(promised).cycle == of.cycle
    settled = decide(replace(of, documents=())).cycle
    assert (settled.below_since, settled.is_open) == (TODAY, True)
    same_day = Freshness(TODAY, NOW, NOW)
    assert decide(replace(of, documents=(), cycle=settled), freshness=same_day).cycle.is_open, (
        "on the day itself it is too early"
    )
    tomorrow = at(ago(-1))
    ended = decide(replace(of, documents=(), cycle=settled, receipts=(receipt("r", 0, 1),)), tomorrow).cycle
    assert ended.ended_on == tomorrow.date()
    unread = decide(
        replace(of, documents=(), cycle=settled), tomorrow, freshness=Freshness(ago(1), tomorrow, tomorrow)
    ).cycle
    assert unread.is_open, "the money of that day is not known yet"
    again = decide(replace(of, cycle=settled), tomorrow).cycle
    assert (again.number, again.below_since) == (1, None)


def test_nothing_is_done_on_a_day_off() -> None:
    sunday = at(date(2026, 11, 29))
    of = customer(document("1", 5), touches=(touch("soft3", 3, "1"),))
    assert why(of, sunday) == "hours"
    assert account(of, sunday).said.step.id == "call5"  # type: ignore[union-attr]
    assert dunning.daily([(of, DEFAULT)], SETTINGS, around(sunday), sunday)[0].going == ()
