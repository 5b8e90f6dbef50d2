"""Whether, when and by which channel a message goes: the rules, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sverka.domain.effects import State
from sverka.domain.messaging.channels import Delivery
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    ORDER_READY,
    THANKS_REVIEW,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
    WELCOME,
    MessageKind,
    Sort,
)
from sverka.domain.messaging.wishes import (
    RULES,
    ByHand,
    Go,
    Held,
    Past,
    Told,
    Verdict,
    Wait,
)
from sverka.domain.messaging.workdays import Workdays
from tests.unit.messaging_people import (
    ALL_CHANNELS,
    DAY,
    DEBT,
    EMAIL,
    HOUR,
    MANNERS,
    MIN,
    NOON,
    PHONE,
    PROMO,
    at,
    ill,
    person,
    sent,
    silence,
    verdict,
    wish,
)  # fmt: skip

TO_MAX = Go("max", PHONE)
SAMARA, KAMCHATKA = ZoneInfo("Europe/Samara"), ZoneInfo("Asia/Kamchatka")
ANYWHERE = replace(MANNERS, unknown_zone="anywhere")
PLANNED, CLAIMED, DONE, FAILED, UNKNOWN = State.PLANNED, State.CLAIMED, State.DONE, State.FAILED, State.UNKNOWN
UNDELIVERABLE = {"delivery": Delivery.UNDELIVERABLE}


class TestInTime:
    def test_what_is_wished_goes(self) -> None:
        assert verdict(wish()) == TO_MAX

    def test_what_came_too_late_is_held_back(self) -> None:
        assert verdict(wish(expires_at=NOON)) == Held("too_late")
        assert verdict(wish(expires_at=NOON + MIN)) == TO_MAX

    def test_what_is_not_due_waits(self) -> None:
        assert verdict(wish(not_before=NOON + MIN)) == Wait("not_due", NOON + MIN)
        assert verdict(wish(not_before=NOON)) == TO_MAX

    def test_what_its_own_rule_holds_back_does_not_go(self) -> None:
        assert verdict(wish(held="just_told", not_before=NOON + MIN)) == Held("just_told")


class TestHours:
    @pytest.mark.parametrize(
        ("kind", "now", "opens"),
        [
            pytest.param(ORDER_READY, "07:59", "08:00", id="service before eight"),
            pytest.param(ORDER_READY, "08:00", None, id="service at eight"),
            pytest.param(ORDER_READY, "20:59", None, id="service before nine at night"),
            pytest.param(ORDER_READY, "21:00", "2026-11-25 08:00", id="service at nine at night"),
            pytest.param(THANKS_REVIEW, "09:59", "10:00", id="care before ten"),
            pytest.param(THANKS_REVIEW, "10:00", None, id="care at ten"),
            pytest.param(THANKS_REVIEW, "19:00", "2026-11-25 10:00", id="care at seven in the evening"),
            pytest.param(PROMO, "18:59", None, id="an advert before seven in the evening"),
            pytest.param(PROMO, "19:00", "2026-11-25 10:00", id="an advert at seven in the evening"),
            pytest.param(DEBT, "09:59", "10:00", id="a debt before ten"),
            pytest.param(DEBT, "19:00", "2026-11-25 10:00", id="a debt at seven in the evening"),
            pytest.param(DEBT, "2026-11-28 12:00", None, id="a debt on a Saturday"),
        ],
    )
    def test_each_sort_keeps_to_its_own(self, kind: Any, now: str, opens: str | None) -> None:
        due = wish(kind, expires_at=NOON + 9 * DAY)
        expected = TO_MAX if opens is None else Wait("hours", at(opens))
        assert verdict(due, person(consents_to_adverts=True), now=at(now)) == expected

    @pytest.mark.parametrize(
        ("zone", "own", "opens"),
        [
            pytest.param(None, None, at("10:00"), id="the company's"),
            pytest.param(None, SAMARA, at("10:00", SAMARA), id="the recipient's"),
            pytest.param(KAMCHATKA, SAMARA, at("2026-11-25 10:00", KAMCHATKA), id="the wish's"),
        ],
    )
    def test_they_are_by_the_clock_of_whoever_gets_it(
        self, zone: ZoneInfo | None, own: ZoneInfo | None, opens: datetime
    ) -> None:
        now = at("10:00", SAMARA) - MIN if zone is None else at("10:00")
        assert verdict(wish(zone=zone), person(zone=own), now=now) == Wait("hours", opens)

    def test_what_cannot_go_in_time_is_held_back(self) -> None:
        assert verdict(wish(BIRTHDAY, expires_at=at("22:00")), now=at("19:00")) == Held("hours")
        assert verdict(wish(VISIT_EVE, expires_at=at("23:00")), now=at("21:00")) == Held("hours")
        assert verdict(wish(expires_at=at("10:00")), now=at("09:00")) == Held("hours")

    def test_an_early_visit_was_told_of_the_evening_before(self) -> None:
        assert verdict(wish(VISIT_SOON, expires_at=at("07:45")), now=at("07:00")) == Held("early_visit")
        late = wish(VISIT_SOON, not_before=at("07:30"), expires_at=at("08:15"))
        assert verdict(late, now=at("07:30")) == verdict(late, now=at("08:00")) == Held("early_visit")

    @pytest.mark.parametrize(
        ("kind", "now", "expected"),
        [
            pytest.param(ORDER_READY, "08:30", Wait("hours", at("09:00")), id="night in Kaliningrad"),
            pytest.param(ORDER_READY, "12:59", TO_MAX, id="day everywhere"),
            pytest.param(ORDER_READY, "13:00", Wait("hours", at("2026-11-25 09:00")), id="night in Kamchatka"),
            pytest.param(THANKS_REVIEW, "09:30", Wait("hours", at("10:00")), id="too early for care"),
            pytest.param(ORDER_READY, "2026-11-28 11:00", Wait("hours", at("2026-11-29 10:00")), id="a day off"),
        ],
    )
    def test_where_nobody_knows_the_zone_it_is_day_in_all_of_russia(
        self, kind: str, now: str, expected: Verdict
    ) -> None:
        assert verdict(wish(kind, expires_at=NOON + 9 * DAY), how=ANYWHERE, now=at(now)) == expected

    def test_a_known_zone_asks_for_no_day_in_all_of_russia(self) -> None:
        assert verdict(wish(ORDER_READY), person(zone=SAMARA), how=ANYWHERE, now=at("18:00")) == TO_MAX

    def test_hours_in_which_it_is_never_day_everywhere_hold_back(self) -> None:
        evenings = replace(ANYWHERE, hours={**MANNERS.hours, "care": (17 * 60, 19 * 60)})
        assert verdict(wish(), how=evenings, now=at("17:30")) == Held("hours")

    @pytest.mark.parametrize(
        ("day", "hour", "may_go"),
        [
            ("2026-11-24", 8, True), ("2026-11-24", 7, False), ("2026-11-24", 21, True), ("2026-11-24", 22, False),
            ("2026-11-28", 10, True), ("2026-11-28", 9, False), ("2026-11-28", 18, True), ("2026-11-28", 19, False),
            ("2027-02-20", 21, True), ("2027-02-22", 21, False),
        ],
    )  # fmt: skip
    def test_debts_keep_within_the_law_whatever_the_company_says(self, day: str, hour: int, may_go: bool) -> None:
        bold, now = replace(MANNERS, hours={**MANNERS.hours, "debt": (0, 24 * 60)}), at(f"{day} {hour:02}:30")
        due = wish(DEBT, not_before=now - DAY, expires_at=now + 9 * DAY)
        assert isinstance(verdict(due, how=bold, now=now), Go) is may_go
        bolder = replace(
            bold, debt_on_days_off=(0, 24 * 60), workdays=Workdays(off=frozenset({date.fromisoformat(day)}))
        )
        assert isinstance(verdict(due, how=bolder, now=now), Go) is (9 <= hour < 20)


class TestPermission:
    @pytest.mark.parametrize(
        ("kind", "scope", "expected"),
        [
            pytest.param(THANKS_REVIEW, "care", Held("opted_out"), id="care after a STOP"),
            pytest.param(PROMO, "care", Held("opted_out"), id="an advert after a STOP"),
            pytest.param(ORDER_READY, "care", TO_MAX, id="service after a STOP"),
            pytest.param(DEBT, "care", ByHand("opted_out"), id="a debt after a STOP is a person's"),
            pytest.param(THANKS_REVIEW, "all", Held("opted_out"), id="care after all"),
            pytest.param(ORDER_READY, "all", Go("email", EMAIL), id="service after all goes where no silence holds"),
            pytest.param(ORDER_READY, "max", Go("whatsapp", PHONE), id="service goes on in another channel"),
            pytest.param(THANKS_REVIEW, "max", Go("whatsapp", PHONE), id="care goes on in another channel"),
        ],
    )
    def test_a_silence_holds_by_its_scope(self, kind: Any, scope: str, expected: Verdict) -> None:
        assert verdict(wish(kind), person(silences=(silence(scope),), consents_to_adverts=True)) == expected

    def test_who_wants_nothing_anywhere_gets_nothing_and_a_person_tells_what_matters(self) -> None:
        silent = person(silences=(silence("all"), silence("all", EMAIL)))
        assert verdict(wish(ORDER_READY), silent) == ByHand("opted_out")
        by_each = person(email="", silences=tuple(map(silence, ("max", "whatsapp", "sms"))))
        assert (verdict(wish(), by_each), verdict(wish(ORDER_READY), by_each)) == (
            Held("opted_out"),
            ByHand("opted_out"),
        )

    def test_a_stop_holds_for_the_address_whichever_card_bears_it(self) -> None:
        cards = [
            person(),
            person(key="client:5", name="ООО «Свет»", email=""),
            person(key="contact:9", email="other@mail.example"),
        ]
        stopped = [replace(each, silences=(silence("care"), silence("sms"))) for each in cards]
        only_sms = replace(MANNERS, channels=("sms",))
        assert {verdict(wish(), each) for each in stopped} == {Held("opted_out")}
        assert {verdict(wish(ORDER_READY), each, how=only_sms) for each in stopped} == {ByHand("opted_out")}
        assert verdict(wish(), replace(stopped[0], phone="+79160000000")) == Go("max", "+79160000000")

    @pytest.mark.parametrize(
        ("kind", "becomes"),
        [
            (ORDER_READY, ByHand("unwritten")), (VISIT_EVE, ByHand("unwritten")), (DEBT, ByHand("unwritten")),
            (THANKS_REVIEW, Held("unwritten")), (WELCOME, Held("unwritten")), (BIRTHDAY, Held("unwritten")),
        ],
    )  # fmt: skip
    def test_whom_the_card_says_nobody_writes_to_a_person_tells_what_matters(self, kind: Any, becomes: Verdict) -> None:
        assert verdict(wish(kind), person(unwritten=True)) == becomes

    def test_an_advert_needs_consent(self) -> None:
        assert verdict(wish(PROMO)) == Held("no_consent")
        assert verdict(wish(PROMO), person(consents_to_adverts=True)) == TO_MAX

    @pytest.mark.parametrize(
        ("kind", "is_held"),
        [(THANKS_REVIEW, True), (WELCOME, True), (PROMO, True), (ORDER_READY, False), (DEBT, False)],
    )
    def test_in_a_dispute_nobody_is_asked_for_favours(self, kind: Any, is_held: bool) -> None:
        found = verdict(wish(kind), person(in_dispute=True, consents_to_adverts=True))
        assert found == (Held("in_dispute") if is_held else TO_MAX)

    @pytest.mark.parametrize(
        ("kind", "before", "becomes"),
        [
            pytest.param(
                VISIT_BOOKED,
                sent(VISIT_BOOKED, "max", NOON - 9 * MIN),
                Wait("together", NOON + MIN),
                id="moved at once",
            ),
            pytest.param(
                VISIT_CANCELLED,
                sent(VISIT_BOOKED, "max", NOON),
                Wait("together", NOON + 10 * MIN),
                id="cancelled at once",
            ),
            pytest.param(
                ORDER_READY,
                sent(ORDER_READY, "max", NOON, UNKNOWN),
                Wait("together", NOON + 10 * MIN),
                id="may have gone",
            ),
            pytest.param(VISIT_BOOKED, sent(VISIT_BOOKED, "max", NOON - 10 * MIN), TO_MAX, id="ten minutes ago"),
            pytest.param(VISIT_BOOKED, sent(VISIT_BOOKED, "max", NOON, FAILED), TO_MAX, id="did not go"),
            pytest.param(
                VISIT_BOOKED, sent(wish(VISIT_BOOKED, card="deal:72"), "max", NOON), TO_MAX, id="of another deal"
            ),
            pytest.param(
                VISIT_BOOKED, sent(wish(VISIT_BOOKED, card="deal:7"), "max", NOON), TO_MAX, id="of a like number"
            ),
            pytest.param(VISIT_SOON, sent(VISIT_BOOKED, "max", NOON), TO_MAX, id="by the clock"),
        ],
    )
    def test_what_changes_at_once_is_told_together(self, kind: str, before: Past, becomes: Verdict) -> None:
        due = NOON if kind == VISIT_SOON else at("00:00")
        assert verdict(wish(kind, not_before=due), None, before) == becomes

    def test_what_would_come_too_late_together_goes_alone(self) -> None:
        before = sent(VISIT_BOOKED, "max", NOON)
        assert verdict(wish(VISIT_BOOKED, expires_at=NOON + 10 * MIN), None, before) == TO_MAX

    def test_what_could_go_only_tomorrow_together_goes_alone(self) -> None:
        before = sent(VISIT_BOOKED, "max", at("20:52"))
        assert verdict(wish(VISIT_CANCELLED), None, before, now=at("20:58")) == TO_MAX

    def test_who_has_no_address_is_told_by_a_person(self) -> None:
        assert verdict(wish(ORDER_READY), person(phone="", email="")) == ByHand("no_address")
        only_letters = replace(MANNERS, channels=("email",))
        assert verdict(wish(ORDER_READY), person(email=""), how=only_letters) == ByHand("no_address")
        assert verdict(wish(ORDER_READY), person(phone="", email=""), now=at("03:00")) == ByHand("no_address")


READY = wish(ORDER_READY)


class TestTheLadder:
    @pytest.mark.parametrize(
        ("past", "expected"),
        [
            pytest.param([("max", PLANNED, {})], Wait("pending"), id="planned"),
            pytest.param([("max", CLAIMED, {})], Wait("pending"), id="being sent"),
            pytest.param([("max", UNKNOWN, {})], Wait("not_sure"), id="nobody knows"),
            pytest.param([("max", DONE, {"delivery": Delivery.DELIVERED})], Told(), id="delivered"),
            pytest.param([("max", DONE, {"delivery": Delivery.READ})], Told(), id="read"),
            pytest.param([("email", DONE, {})], Told(), id="a letter tells nothing more"),
            pytest.param([("max", DONE, {})], Wait("pending", NOON + 20 * MIN), id="on its way"),
            pytest.param([("max", DONE, UNDELIVERABLE)], Go("whatsapp", PHONE, 1), id="undeliverable"),
            pytest.param([("max", FAILED, {})], Go("whatsapp", PHONE, 1), id="refused"),
            pytest.param([("max", State.CANCELLED, {})], TO_MAX, id="withdrawn"),
            pytest.param([("max", State.EXPIRED, {})], TO_MAX, id="never left"),
            pytest.param([("max", FAILED, {}), ("whatsapp", FAILED, {})], Go("sms", PHONE, 2), id="two refused"),
            pytest.param(
                [("max", DONE, UNDELIVERABLE), ("whatsapp", DONE, {})], Wait("pending", NOON + 20 * MIN), id="the second on its way",
            ),
            pytest.param([(each, FAILED, {}) for each in ALL_CHANNELS], ByHand("nowhere"), id="all refused"),
            pytest.param(
                [("max", DONE, {"delivery": Delivery.DELIVERED}), ("whatsapp", PLANNED, {})], Told(), id="it arrived after all",
            ),
        ],
    )  # fmt: skip
    def test_what_was_done_for_the_same_meaning_decides(
        self, past: list[tuple[str, State, dict[str, Any]]], expected: Verdict
    ) -> None:
        rows = [sent(READY, channel, NOON - 10 * MIN, state, **more) for channel, state, more in past]
        assert verdict(READY, None, *rows) == expected

    @pytest.mark.parametrize("known", [Delivery.ACCEPTED, Delivery.NOT_KNOWN])
    def test_what_did_not_arrive_in_half_an_hour_goes_by_the_next_channel(self, known: Delivery) -> None:
        gone = sent(READY, "max", NOON, delivery=known)
        assert verdict(READY, None, gone, now=NOON + 29 * MIN) == Wait("pending", NOON + 30 * MIN)
        assert verdict(READY, None, gone, now=NOON + 30 * MIN) == Go("whatsapp", PHONE, 1)

    @pytest.mark.parametrize(
        ("asked_at", "expected"),
        [
            pytest.param(None, Wait("pending"), id="not heard since"),
            pytest.param(NOON + 29 * MIN, Wait("pending"), id="not heard lately"),
            pytest.param(NOON + 30 * MIN, Go("whatsapp", PHONE, 1), id="heard, and it has not arrived"),
        ],
    )
    def test_what_nobody_waits_for_goes_by_the_next_channel_only_if_the_first_was_heard(
        self, asked_at: datetime | None, expected: Verdict
    ) -> None:
        thanks = wish()
        gone = sent(thanks, "max", NOON, asked_at=asked_at)
        assert verdict(thanks, None, gone, now=NOON + 40 * MIN) == expected
        forgotten = replace(gone, delivery=Delivery.NOT_KNOWN, is_final=True)
        assert verdict(thanks, None, forgotten, now=NOON + 40 * MIN) == Go("whatsapp", PHONE, 1)

    def test_the_next_channel_keeps_to_the_hours_and_to_the_time_left(self) -> None:
        refused = sent(READY, "max", at("20:55"), FAILED)
        assert verdict(READY, None, refused, now=at("21:00")) == Wait("hours", at("2026-11-25 08:00"))
        late = replace(READY, expires_at=at("21:30"))
        assert verdict(late, None, refused, now=at("21:00")) == Held("hours")
        assert verdict(late, None, refused, now=at("21:30")) == Held("too_late")

    def test_what_went_and_has_no_time_left_for_another_channel_counts_as_told(self) -> None:
        soon = replace(READY, expires_at=NOON + 5 * MIN)
        assert verdict(soon, None, sent(READY, "max", NOON), now=NOON + 5 * MIN) == Told()
        assert verdict(soon, None, sent(READY, "max", NOON, **UNDELIVERABLE), now=NOON + 5 * MIN) == Held("too_late")

    def test_what_was_told_at_an_old_address_is_told(self) -> None:
        assert (
            verdict(READY, person(phone="+79990000000"), sent(READY, "email", NOON - DAY, address="old@mail.example"))
            == Told()
        )

    def test_no_channel_is_left_but_those_they_silenced(self) -> None:
        silent = person(silences=(silence("all"),))
        assert verdict(READY, silent, sent(READY, "email", NOON, FAILED)) == ByHand("nowhere")

    def test_a_sick_channel_is_passed_over_and_not_counted_as_tried(self) -> None:
        assert verdict(READY, sick=(ill("max", NOON + MIN),)) == Go("whatsapp", PHONE)

    def test_what_ails_a_channel_in_two_ways_is_over_with_the_longer_one(self) -> None:
        assert verdict(READY, sick=(ill("max", NOON + MIN), ill("max", NOON - MIN))) == Go("whatsapp", PHONE)

    def test_when_all_are_sick_it_waits_for_the_first_that_may_be_tried(self) -> None:
        sick = tuple(ill(channel, NOON + number * MIN) for number, channel in enumerate(ALL_CHANNELS, start=3))
        assert verdict(READY, sick=sick) == Wait("all_sick", NOON + 3 * MIN)
        assert verdict(READY, None, sent(READY, "max", NOON, FAILED), sick=sick) == Wait("all_sick", NOON + 4 * MIN)
        assert verdict(READY, sick=sick, now=NOON + 3 * MIN) == TO_MAX

    def test_what_somebody_waits_for_is_told_by_a_person_if_no_channel_will_be_well_in_time(self) -> None:
        sick = tuple(ill(channel, NOON + 10 * MIN) for channel in ALL_CHANNELS)
        assert verdict(replace(READY, expires_at=NOON + 11 * MIN), sick=sick) == Wait("all_sick", NOON + 10 * MIN)
        assert verdict(replace(READY, expires_at=NOON + 10 * MIN), sick=sick) == ByHand("sick_till_late")
        assert verdict(wish(expires_at=NOON + 10 * MIN), sick=sick) == Wait("all_sick", NOON + 10 * MIN)


def test_every_rule_has_its_sentence() -> None:
    assert all(text and text == text.strip() and not text.endswith(".") for text in RULES.values())


def test_a_kind_of_a_company_s_own_is_treated_by_its_sort() -> None:
    own = MessageKind("tyres", Sort.CARE, 45, 2 * DAY)
    assert verdict(wish(own), None, sent(ORDER_READY, "sms", NOON - HOUR)) == Wait("gap", NOON + 3 * HOUR)
