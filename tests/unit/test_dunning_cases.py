"""The first half of the cases by which the chasing of debts is accepted; the other half stands in test_dunning_cases_more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from reconcilers import dunning, holds
from reconcilers.holds import Order, OrderKind
from sverka.domain.dunning.decision import How
from sverka.domain.dunning.facts import (
    Commitment,
    Customer,
    Dispute,
    DisputeReason,
    Freshness,
    Hold,
    Outcome,
    Reach,
    Terms,
)
from sverka.domain.dunning.policy import DEFAULT
from sverka.domain.dunning.promises import Word
from tests.unit.dunning_cases import (
    ACCOUNTANT,
    MOSCOW,
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
    fresh,
    promise,
    receipt,
    rub,
    said,
    tasks,
    touch,
    up_to,
    why,
)


def test_01_of_what_is_due_today_nothing_is_said() -> None:
    found = decide(customer(document("1", 0)))
    assert (found.going, found.services, found.blocked, found.hold.wanted) == ((), (), None, Hold.NONE)


@pytest.mark.parametrize("outcome", [Outcome.PLANNED, Outcome.SENT, Outcome.UNKNOWN])
def test_02_a_thousand_ticks_in_a_day_say_one_thing(outcome: Outcome) -> None:
    of, told = customer(document("1", 3)), 0
    start = at(TODAY, "00:00")
    for number in range(1000):
        now = start + timedelta(seconds=number * 86)
        found = dunning.decide(of, DEFAULT, SETTINGS, around(now), now)
        told += len(found.going)
        of = replace(of, touches=(*of.touches, *(each.touch(now, outcome) for each in found.going)))
    assert told == 1
    assert of.touches[0].step == "soft3"


def test_03_a_tail_of_forty_kopecks_is_left_to_the_accountants_list() -> None:
    of = customer(document("1", 30, 100_000, residual_kopecks=40))
    found = decide(of)
    assert (found.going, found.hold.wanted, found.standing.is_tail, found.standing.gross_kopecks) == (
        (),
        Hold.NONE,
        True,
        40,
    )
    assert why(of) == "tail"


def test_04_three_overdue_documents_are_told_of_in_one_statement() -> None:
    found = said(customer(document("2", 3), document("1", 5, 30_000), document("3", 1, 7_000)))
    assert [each.id for each in found.overdue] == ["1", "2", "3"]
    assert (found.step.id, found.carrying, found.overdue_kopecks) == ("soft3", "1", rub(137_000))


def test_05_after_the_oldest_is_paid_in_part_no_step_is_skipped() -> None:
    """The oldest was told of in stmt8; then most of it came. What is left of it goes on with the warning, not with the stop."""
    history = up_to("stmt8", "1", "2", last_bd=6)
    part = customer(
        document("1", 16, 100_000, residual_kopecks=rub(60_000)), document("2", 9), touches=history, calls=(ago(7),),
    )  # fmt: skip
    assert said(part).step.id == "warn12"
    paid = replace(part, documents=part.documents[1:])
    assert why(paid) == "not_due", "the next one leads: at nine days it was told of in stmt8, and waits for its twelfth"
    later = replace(paid, documents=(document("2", 12),))
    assert said(later).step.id == "warn12"
    never_shown = replace(paid, documents=(document("9", 14),))
    assert said(never_shown).step.id == "soft3"


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        pytest.param(ago(2), "payments_unknown", id="the statement of the day before yesterday"),
        pytest.param(ago(1), "", id="yesterday's"),
        pytest.param(TODAY, "", id="a document of today"),
    ],
)
def test_06_while_the_statement_is_not_loaded_nothing_goes(until: date, reason: str) -> None:
    read = replace(fresh(), bank_document_on=until)
    of = customer(document("1", 3))
    found = decide(of, freshness=read)
    assert (found.blocked.reason if found.blocked else "") == reason
    assert found.standing.read_through == until, "the digest says since when"
    ticked = replace(read, statement_until=ago(1))
    assert said(of, freshness=ticked).step.id == "soft3", "the accountant says that it is loaded"


def test_07_money_that_covers_the_document_and_belongs_to_none_is_for_the_accountant() -> None:
    documents = (document("1", 8), document("2", 1, 900_000))
    of = customer(*documents, receipts=(receipt("r", 8, 100_000, unallocated=100_000),))
    assert why(of) == "unallocated"
    assert tasks(of) == {"allocate": "accountant"}
    less = customer(*documents, receipts=(receipt("r", 8, 99_999, unallocated=99_999),))
    assert said(less).net_kopecks == rub(1_000_000) - rub(99_999)
    before = customer(*documents, receipts=(receipt("r", 9, 100_000, unallocated=100_000),))
    assert account(before).carrying == documents[1], "it came before, and is applied to the oldest in calculation"
    share = customer(documents[0], receipts=(receipt("r", 9, 30_000, unallocated=30_000),))
    assert why(share) == "unallocated", "thirty per cent, whenever they came"


def test_08_with_one_of_three_disputed_two_are_told_of_and_the_age_is_theirs() -> None:
    dispute = Dispute("d", ("1",), DisputeReason.QUALITY, ago(1))
    documents = (document("1", 14), document("2", 4), document("3", 2))
    found = said(customer(*documents, disputes=(dispute,)))
    assert [each.id for each in found.overdue] == ["2", "3"]
    assert [each.id for each in found.disputed] == ["1"]
    assert (found.carrying, found.step.id) == ("2", "soft3")
    assert decide(customer(*documents, disputes=(dispute,))).hold.wanted is Hold.WATCH
    assert decide(customer(*documents)).hold.wanted is Hold.PREPAY_ONLY
    assert why(customer(documents[0], disputes=(dispute,))) == "dispute"


@pytest.mark.parametrize(
    ("came", "word", "hold", "task"),
    [
        pytest.param(98_000, Word.KEPT, Hold.WATCH, None, id="98 per cent: kept"),
        pytest.param(97_999, Word.PART, Hold.WATCH, "promise_part", id="less: in part"),
        pytest.param(30_000, Word.PART, Hold.WATCH, "promise_part", id="thirty: in part"),
        pytest.param(29_999, Word.BROKEN, Hold.PREPAY_ONLY, "promise_broken", id="less: broken"),
    ],
)
def test_09_a_promise_is_kept_or_kept_in_part_or_broken(came: int, word: Word, hold: Hold, task: str | None) -> None:
    of = customer(
        document("1", 5, 300_000), touches=(touch("soft3", 5, "1"),), promises=(promise(4, 2, 100_000),),
        receipts=(receipt("r", 2, came),),
    )  # fmt: skip
    found = decide(of)
    assert [each.word for each in found.standing.judged] == [word]
    assert found.hold.wanted is hold
    assert ({"promise_part", "promise_broken"} & {each.reason for each in found.tasks}) == ({task} if task else set())
    early = decide(of, freshness=replace(fresh(), bank_document_on=ago(2)))
    assert early.standing.judged[0].word in (Word.LIVE, Word.KEPT), "nothing is broken before the day after it was read"


def test_10_while_a_promise_lives_nothing_is_said_and_a_stop_stays() -> None:
    of = customer(document("1", 8), touches=up_to("call5", "1"), promises=(promise(1, -3, 100_000),))
    assert why(of) == "promise"
    assert decide(replace(of, hold=Hold.PREPAY_ONLY)).hold.wanted is Hold.WATCH, "suspended for what is promised"
    stopped = replace(of, documents=(document("1", 16),), hold=Hold.STOP_SHIP)
    assert decide(stopped).hold.wanted is Hold.STOP_SHIP
    banned = replace(of, terms=(Terms("", bans_overdue=True),))
    assert decide(banned).hold.wanted is Hold.STOP_SHIP, "no promise lifts what 1C's contract forbids"
    proposed = replace(of, promises=(replace(of.promises[0], is_confirmed=False),))
    assert said(proposed).step.id == "stmt8", "what nobody confirmed is no promise"


def test_11_what_was_planned_is_withdrawn_once_the_money_is_there() -> None:
    morning = at(TODAY, "09:00")
    of = customer(document("1", 3), document("2", 1))
    planned = said(of).touch(morning, Outcome.PLANNED)
    still = account(replace(of, touches=(planned,)))
    assert (still.is_standing, still.withdrawn) == (True, ())
    paid = replace(of, touches=(planned,), documents=of.documents[1:])
    assert account(paid).withdrawn == (planned,)
    in_part = replace(
        of, touches=(planned,), documents=(of.documents[0], document("2", 1, residual_kopecks=rub(90_000)))
    )
    assert account(in_part).withdrawn == (planned,), "its sums are not those any more"
    assert [each.net_kopecks for each in decide(in_part).going] == [rub(190_000)], "and it is said anew"


def test_12_what_may_have_gone_is_not_said_again() -> None:
    of = customer(document("1", 3), touches=(touch("soft3", 0, "1", outcome=Outcome.UNKNOWN),))
    assert why(of) == "said_today"
    tomorrow = NOW + timedelta(days=1)
    assert why(of, tomorrow) == "not_due"


def test_13_a_letter_that_bounced_goes_by_the_next_channel_under_the_same_step() -> None:
    reach = (
        ACCOUNTANT,
        Reach("accountant", "messenger", delivered_on=ago(100)),
        Reach("director", "email", is_confirmed=True),
    )
    of = customer(document("1", 3), reach=reach)
    first = said(of)
    assert first.channels == ("email:accountant", "messenger:accountant", "email:director")
    bounced = replace(of, touches=(first.touch(at(TODAY, "14:10"), Outcome.UNDELIVERABLE),))
    second = said(bounced)
    assert (second.key, second.channels) == (first.key, ("messenger:accountant", "email:director"))
    nowhere = replace(of, touches=tuple(replace(bounced.touches[0], channel=name) for name in first.channels))
    assert said(nowhere).how is How.TASK


@pytest.mark.parametrize(
    "reach",
    [
        pytest.param((), id="nobody"),
        pytest.param((Reach("accountant", "email"),), id="an address that nobody confirmed"),
        pytest.param(
            (Reach("accountant", "email", delivered_on=TODAY - timedelta(days=181)),), id="not reached for half a year"
        ),
        pytest.param((Reach("buyer", "email", is_confirmed=True),), id="somebody who does not answer for money"),
    ],
)
def test_14_whom_nobody_can_write_to_a_person_tells_and_the_hold_is_set_all_the_same(reach: tuple[Reach, ...]) -> None:
    of = customer(document("1", 8), touches=up_to("call5", "1"), calls=(ago(3),), reach=reach)
    found = decide(of)
    assert [(each.how, each.step.id) for each in found.going] == [(How.TASK, "stmt8")]
    assert found.accounts[0].blocked is not None
    assert found.accounts[0].blocked.reason == "no_contact"
    assert tasks(of) == {"tell": "manager"}
    assert found.hold.wanted is Hold.PREPAY_ONLY


LIMITED = Terms("k", limit_kopecks=rub(1_000_000))


def test_15_a_new_order_beyond_the_limit_does_not_pass_and_old_reserves_stay() -> None:
    reserve = Commitment("4400", rub(150_000), "k", is_reserve=True)
    of = customer(document("1", -5, 800_000, contract="k"), commitments=(reserve,), terms=(LIMITED,))
    assert decide(of).hold.wanted is Hold.WATCH, "95 per cent are used"
    verdicts = {
        order.id: _passage(of, order)
        for order in (
            Order("4501", rub(100_000), "k"),
            Order("4502", rub(50_000), "k"),
            Order("4400", rub(150_000), "k", has_reserve=True),
        )
    }
    assert verdicts == {"4501": (False, "limit"), "4502": (True, "free"), "4400": (True, "free")}
    prepay = replace(of, hold=Hold.PREPAY_ONLY)
    assert _passage(prepay, Order("4400", rub(150_000), "k", has_reserve=True)) == (True, "reserved")
    kept = holds.may_pass(Order("4400", rub(150_000), "k", has_reserve=True), prepay, DEFAULT, SETTINGS, TODAY)
    assert not kept.is_prolonged


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param(Order("1", 500, paid_kopecks=500), (True, "prepaid"), id="paid ahead"),
        pytest.param(Order("1", 500, kind=OrderKind.SHIPPED), (True, "not_new"), id="shipped"),
        pytest.param(Order("1", 500, kind=OrderKind.RETURN), (True, "not_new"), id="a return"),
        pytest.param(Order("1", 500, kind=OrderKind.WARRANTY), (True, "not_new"), id="a warranty"),
        pytest.param(Order("1", 500, paid_kopecks=499), (False, "stop_ship"), id="a kopeck on deferral"),
        pytest.param(Order("1", 500, has_reserve=True), (False, "stop_ship"), id="reserved before"),
    ],
)
def test_16_what_is_paid_ahead_passes_when_shipments_are_stopped(order: Order, expected: tuple[bool, str]) -> None:
    assert _passage(customer(hold=Hold.STOP_SHIP), order) == expected


def test_17_an_order_that_is_opened_again_is_judged_again() -> None:
    order = Order("4501", rub(100_000), "k")
    before = customer(document("1", -5, 850_000, contract="k"), terms=(LIMITED,))
    assert _passage(before, order) == (True, "free")
    confirmed = replace(before, commitments=(Commitment("4501", rub(100_000), "k"),))
    assert _passage(confirmed, order) == (True, "free"), "it does not count against itself"
    grown = replace(confirmed, documents=(document("1", -5, 950_000, contract="k"),))
    assert _passage(grown, order) == (False, "limit")


def _passage(of: Customer, order: Order) -> tuple[bool, str]:
    found = holds.may_pass(order, of, DEFAULT, SETTINGS, TODAY)
    return found.passes, found.reason


def test_freshness_without_any_reading_is_none() -> None:
    now = datetime(2026, 11, 24, 14, 30, tzinfo=MOSCOW)
    assert why(customer(document("1", 3)), now, freshness=Freshness()) == "payments_unknown"
