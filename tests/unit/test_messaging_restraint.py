"""How much one person gets: gaps, days, the law's numbers, and who goes first where not all may go."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from sverka.domain.effects import State
from sverka.domain.messaging.channels import Delivery
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    ORDER_READY,
    THANKS_REVIEW,
    WELCOME,
)
from sverka.domain.messaging.manners import decide_all
from sverka.domain.messaging.wishes import (
    Go,
    Held,
    Manners,
    Recipient,
    Sick,
    Verdict,
    Wait,
    Wish,
)
from tests.unit.messaging_people import (
    DAY,
    DEBT,
    EMAIL,
    MANNERS,
    MIN,
    MOSCOW,
    NOON,
    PHONE,
    at,
    ill,
    person,
    sent,
    verdict,
    wish,
)  # fmt: skip

READY = wish(ORDER_READY)
TO_MAX = Go("max", PHONE)
KAMCHATKA = ZoneInfo("Asia/Kamchatka")
PLANNED, CLAIMED, DONE, FAILED, UNKNOWN = State.PLANNED, State.CLAIMED, State.DONE, State.FAILED, State.UNKNOWN
UNDELIVERABLE = {"delivery": Delivery.UNDELIVERABLE}


class TestEnough:
    @pytest.mark.parametrize(
        ("state", "counts"),
        [
            (PLANNED, True), (CLAIMED, True), (DONE, True), (UNKNOWN, True),
            (FAILED, False), (State.CANCELLED, False), (State.EXPIRED, False),
        ],
    )  # fmt: skip
    def test_care_keeps_four_hours_from_whatever_may_have_gone(self, state: State, counts: bool) -> None:
        before = sent(ORDER_READY, "sms", at("10:30"), state)
        assert verdict(wish(), None, before) == (Wait("gap", at("14:30")) if counts else TO_MAX)
        assert verdict(wish(), None, before, now=at("14:30")) == TO_MAX

    def test_a_gap_that_ends_at_night_ends_in_the_morning(self) -> None:
        assert verdict(wish(), None, sent(ORDER_READY, "sms", at("16:00")), now=at("17:00")) == Wait(
            "gap", at("2026-11-25 10:00")
        )

    def test_a_greeting_that_the_gap_would_make_late_is_held_back(self) -> None:
        greeting = wish(BIRTHDAY, expires_at=at("19:00"))
        assert verdict(greeting, None, sent(ORDER_READY, "sms", at("15:00")), now=at("16:00")) == Held("gap")

    def test_service_is_not_restrained_but_counts(self) -> None:
        past = [sent(wish(ORDER_READY, occasion=str(number)), "sms", at("08:30")) for number in range(2)]
        assert verdict(wish(ORDER_READY, occasion="third"), None, *past) == TO_MAX
        assert verdict(wish(), None, *past, now=at("13:00")) == Wait("per_day", at("2026-11-25 10:00"))

    def test_two_a_day_of_the_recipients_own_day(self) -> None:
        calm, ahead = replace(MANNERS, gap_min=0), person(zone=KAMCHATKA)
        before = at(
            "2026-11-25 08:30", KAMCHATKA
        )  # in Moscow it is the day before, and at noon there it is not any more
        past = [sent(wish(ORDER_READY, occasion=str(number)), "sms", before) for number in range(2)]
        noon = at("2026-11-25 12:00", KAMCHATKA)
        assert verdict(wish(), ahead, *past, how=calm, now=noon) == Wait("per_day", at("2026-11-26 10:00", KAMCHATKA))
        assert verdict(wish(), ahead, *past, how=calm, now=noon + DAY) == TO_MAX
        assert verdict(wish(), ahead, past[0], how=calm, now=noon) == TO_MAX

    def test_a_second_channel_makes_no_second_message(self) -> None:
        calm, other = replace(MANNERS, gap_min=0), wish(ORDER_READY, occasion="2")
        rows = [sent(other, "max", at("10:00"), **UNDELIVERABLE), sent(other, "sms", at("10:05"))]
        assert verdict(wish(), None, *rows, how=calm) == TO_MAX
        assert verdict(wish(), None, sent(wish(), "max", at("11:50"), **UNDELIVERABLE)) == Go("whatsapp", PHONE, 1)

    def test_what_went_to_somebody_else_does_not_count(self) -> None:
        assert verdict(wish(), None, sent(ORDER_READY, "sms", at("11:00"), address="+79160000000")) == TO_MAX

    def test_a_mailbox_in_capitals_is_the_same(self) -> None:
        assert verdict(wish(), None, sent(ORDER_READY, "email", at("11:00"), address=EMAIL.upper())) == Wait(
            "gap", at("15:00")
        )

    @pytest.mark.parametrize(
        ("before", "expected"),
        [
            pytest.param(["10:00"], TO_MAX, id="one today"),
            pytest.param(["10:00", "11:00"], Wait("per_day", at("2026-11-25 10:00")), id="two today"),
            pytest.param(["10:00", "2026-11-23 12:00", "2026-11-23 13:00"], TO_MAX, id="three this week"),
            pytest.param(
                ["10:00", *["2026-11-23 12:00"] * 3], Wait("per_week", at("2026-11-30 10:00")), id="four this week"
            ),
            pytest.param(["2026-11-22 12:00"] * 15, TO_MAX, id="fifteen this month"),
            pytest.param(["2026-11-01 12:00"] * 16, Wait("per_month", at("2026-12-01 10:00")), id="sixteen this month"),
            pytest.param(["2026-10-31 23:00"] * 16, TO_MAX, id="sixteen last month"),
        ],
    )
    def test_debts_keep_to_the_law_s_numbers(self, before: list[str], expected: Verdict) -> None:
        rows = [sent(wish(DEBT, occasion=f"was {number}"), "sms", at(when)) for number, when in enumerate(before)]
        assert verdict(wish(DEBT, expires_at=NOON + 20 * DAY), None, *rows) == expected

    def test_for_debts_each_channel_tried_is_a_message(self) -> None:
        due = wish(DEBT)
        rows = [sent(due, channel, at("11:00"), **UNDELIVERABLE) for channel in ("max", "whatsapp")]
        assert verdict(due, None, *rows) == Wait("per_day", at("2026-11-25 10:00"))
        assert verdict(due, None, *(replace(row, state=FAILED) for row in rows)) == Go("sms", PHONE, 2)

    def test_other_messages_do_not_hold_up_a_debt_but_a_debt_holds_up_care(self) -> None:
        rows = [sent(wish(ORDER_READY, occasion=str(number)), "sms", at("11:00")) for number in range(5)]
        assert verdict(wish(DEBT), None, *rows) == TO_MAX
        assert verdict(wish(), None, sent(DEBT, "sms", at("11:00"))) == Wait("gap", at("15:00"))


def together(*asked: tuple[Wish, Recipient], sick: tuple[Sick, ...] = (), how: Manners = MANNERS) -> dict[str, Verdict]:
    decided = decide_all(asked, {}, how, sick, NOON, MOSCOW)
    assert decide_all(asked[::-1], {}, how, sick, NOON, MOSCOW) == decided
    return {about.kind.name if about.card == "deal:71" else about.card: each for about, each in decided}


class TestTogether:
    def test_the_more_important_goes_and_the_others_give_way(self) -> None:
        one = person()
        found = together(
            (wish(WELCOME), one), (wish(BIRTHDAY, expires_at=at("15:00")), one), (wish(), one), (wish(ORDER_READY), one)
        )
        later = Wait("gave_way", at("16:00"))
        assert found == {ORDER_READY: TO_MAX, THANKS_REVIEW: later, BIRTHDAY: Held("gave_way"), WELCOME: later}

    def test_what_could_not_go_alone_either_gives_way_to_nobody(self) -> None:
        one, before = person(), sent(wish(ORDER_READY, occasion="was"), "sms", at("11:00"))
        decided = decide_all([(wish(), one), (READY, one)], {one.key: [before]}, MANNERS, (), NOON, MOSCOW)
        assert [each for _, each in decided] == [TO_MAX, Wait("gap", at("16:00"))]

    def test_without_a_gap_as_many_go_as_the_day_allows(self) -> None:
        one, calm = person(), replace(MANNERS, gap_min=0)
        found = together((wish(WELCOME), one), (wish(BIRTHDAY), one), (wish(), one), how=calm)
        assert found == {THANKS_REVIEW: TO_MAX, BIRTHDAY: TO_MAX, WELCOME: Wait("gave_way", at("2026-11-25 10:00"))}

    def test_one_person_on_two_cards_is_one_person(self) -> None:
        asked = [
            (wish(card=card, recipient=card, occasion=card), person(key=card)) for card in ("contact:7", "client:5")
        ]
        assert together(*asked) == {"client:5": TO_MAX, "contact:7": Wait("gave_way", at("16:00"))}

    def test_the_same_is_not_said_twice_to_one_person_who_has_two_cards(self) -> None:
        asked = [(wish(BIRTHDAY, card=card, recipient=card), person(key=card)) for card in ("contact:7", "client:5")]
        assert together(*asked) == {"client:5": TO_MAX, "contact:7": Held("just_told")}

    def test_two_people_do_not_hinder_each_other(self) -> None:
        other = person(key="contact:8", phone="+79160000000", email="")
        found = together((wish(card="deal:1"), person()), (wish(card="deal:2", recipient="contact:8"), other))
        assert found == {"deal:1": TO_MAX, "deal:2": Go("max", "+79160000000")}

    def test_one_meaning_goes_once(self) -> None:
        other = person(key="contact:8", phone="+79160000000", email="")
        decided = decide_all(
            [(READY, person()), (replace(READY, recipient="contact:8"), other)], {}, MANNERS, (), NOON, MOSCOW
        )
        assert [each for _, each in decided] == [TO_MAX, Wait("pending")]

    def test_one_message_tries_a_channel_that_was_sick(self) -> None:
        asked = [
            (wish(ORDER_READY, card=f"deal:{number}"), person(key=f"contact:{number}", phone=f"+7916000000{number}"))
            for number in range(3)
        ]
        found = together(*asked, sick=(ill("max", NOON - MIN),))
        assert [each.channel for each in found.values() if isinstance(each, Go)] == ["max", "whatsapp", "whatsapp"]
        only = replace(MANNERS, channels=("max",))
        waits = together(*asked, sick=(ill("max", NOON - MIN),), how=only)
        assert [type(each) for each in waits.values()] == [Go, Wait, Wait]
        assert waits["deal:1"] == Wait("all_sick", NOON + 10 * MIN)
