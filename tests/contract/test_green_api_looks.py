"""A message of WhatsApp whose answer was lost: when it is found, when it is surely absent; and what the journal tells of fates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from sverka.domain.effects import Probe
from sverka.domain.messaging.channels import Delivery, Fate
from tests.contract.green_api_vendor import CHAT, PAYLOAD, PHONE, SKEWS, HandGreenApi
from tests.contract.vendors import START, always, answer, html


def look(vendor: HandGreenApi, minutes: float = 10) -> Probe:
    """Look a message up that was claimed so many minutes ago."""
    return vendor.client().look(PAYLOAD, vendor.clock.real() - timedelta(minutes=minutes))


@pytest.mark.parametrize(("ahead", "tells_time"), [*((ahead, True) for ahead in SKEWS), (SKEWS[1], False)])
@pytest.mark.parametrize("minutes", [1, 10, 3000])
def test_a_message_whose_answer_was_lost_is_found_where_it_waits_and_where_it_left(
    minutes: int, ahead: timedelta, tells_time: bool
) -> None:
    vendor = HandGreenApi(tells_time=tells_time, ahead=ahead)
    vendor.client().send(PAYLOAD, always)
    vendor.clock.wait(60 * minutes - 1)
    there = Probe(found=True, complete=True, external_id=f"{CHAT}/3EB1")
    assert look(vendor, minutes) == there
    vendor.clock.now -= 60 * minutes - 2
    vendor.go()
    vendor.clock.wait(60 * minutes - 3)
    assert look(vendor, minutes) == there


def test_what_waits_is_asked_for_before_what_left() -> None:
    vendor = HandGreenApi()
    look(vendor)
    asked = [each for each in vendor.asked() if each != "getStateInstance"]
    assert asked == ["showMessagesQueue", "lastOutgoingMessages"] * 2


@pytest.mark.parametrize("ahead", SKEWS, ids=str)
def test_the_same_text_of_another_day_is_not_this_message_though_our_clock_is_wrong(ahead: timedelta) -> None:
    vendor = HandGreenApi(ahead=ahead)
    vendor.client().send(PAYLOAD, always)
    vendor.go()
    vendor.clock.wait(1200)
    assert look(vendor, 10) == Probe(found=False, complete=True)
    assert look(vendor, 25).found


@pytest.mark.parametrize(("seconds", "is_there"), [(30, True), (59, True), (90, False)])
def test_a_message_that_left_a_little_before_its_claim_is_it_for_clocks_do_not_quite_agree(
    seconds: int, is_there: bool
) -> None:
    vendor = HandGreenApi()
    vendor.client().send(PAYLOAD, always)
    vendor.go()
    vendor.clock.wait(600 + seconds)
    assert look(vendor, 10).found is is_there


@pytest.mark.parametrize(("minutes", "is_sure"), [(-5, False), (1.5, False), (3.9, False), (4, True), (600, True)])
def test_that_a_message_was_not_taken_is_sure_only_when_the_journal_must_show_it(minutes: float, is_sure: bool) -> None:
    probe = look(HandGreenApi(), minutes)
    assert (probe.found, probe.complete) == (False, is_sure)


@pytest.mark.parametrize("state", ["notAuthorized", "starting", "yellowCard", "sleepMode", "blocked", "suspended"])
def test_what_an_instance_shows_that_is_not_let_in_proves_no_absence(state: str) -> None:
    vendor = HandGreenApi(state=state)
    assert look(vendor) == Probe(found=False, complete=False, detail=f"the instance is {state}")
    vendor.client().send(PAYLOAD, always)
    assert look(vendor).found


@pytest.mark.parametrize("at", [0, 1, 2], ids=["the state", "the queue", "the journal"])
@pytest.mark.parametrize(
    "fault", [html(200), html(502), httpx.Response(401), answer({}), answer(None), httpx.ConnectError("x")], ids=str
)
def test_a_look_up_of_which_a_part_fails_proves_nothing(at: int, fault: httpx.Response | Exception) -> None:
    probe = look(HandGreenApi(faults=[*[None] * at, fault, fault, fault]))
    assert (probe.found, probe.complete) == (False, False)
    assert probe.detail


def test_a_message_that_is_just_leaving_is_found_by_the_second_look() -> None:
    vendor = HandGreenApi()
    client = vendor.client()
    client.send(PAYLOAD, always)
    (vendor.queue, in_hand), since = ([], vendor.queue), vendor.clock.real()
    vendor.clock.wait(600)

    def leave(seconds: float, wait: Callable[[float], None] = vendor.clock.wait) -> None:
        wait(seconds)
        if in_hand and vendor.clock.real() - since > timedelta(seconds=620):
            vendor.queue = [in_hand.pop()]
            vendor.go()

    vendor.clock.wait = leave  # type: ignore[method-assign]
    assert client.look(PAYLOAD, since) == Probe(found=True, complete=True, external_id=f"{CHAT}/3EB1")


def test_many_messages_are_looked_up_with_one_wait() -> None:
    vendor = HandGreenApi()
    client, since = vendor.client(), vendor.clock.real() - timedelta(minutes=10)
    before = vendor.clock.real()
    for number in range(20):
        assert client.look({**PAYLOAD, "text": f"Другое {number}"}, since + timedelta(seconds=number)).complete
    assert timedelta(seconds=150) <= vendor.clock.real() - before <= timedelta(seconds=200)


def test_what_was_claimed_before_the_first_look_reached_back_is_found_by_the_second() -> None:
    vendor = HandGreenApi()
    client = vendor.client()
    client.send(PAYLOAD, always)
    since = vendor.clock.real()
    vendor.go()
    vendor.clock.wait(3600)
    assert client.look({**PAYLOAD, "text": "Другое"}, vendor.clock.real() - timedelta(minutes=10)).complete
    assert client.look(PAYLOAD, since).found


def test_a_look_that_came_too_early_does_not_stand_for_a_later_one() -> None:
    vendor = HandGreenApi()
    client, since = vendor.client(), vendor.clock.real()
    vendor.clock.wait(90)
    assert not client.look(PAYLOAD, since).complete
    vendor.clock.wait(300)
    assert client.look(PAYLOAD, since).complete


def test_of_a_message_whose_chat_is_not_known_nothing_is_said() -> None:
    vendor = HandGreenApi()
    probe = vendor.client().look({**PAYLOAD, "chat": ""}, START - timedelta(hours=1))
    assert (probe.found, probe.complete, vendor.requests) == (False, False, [])


def test_a_queue_longer_than_it_can_be_shown_proves_no_absence() -> None:
    vendor = HandGreenApi()
    client = vendor.client(limits_off=True)
    for number in range(500):
        client.send({**PAYLOAD, "text": f"Другое {number}"}, always)
    assert not look(vendor).complete


def test_the_fates_of_messages_are_read_from_the_journal_at_once() -> None:
    vendor = HandGreenApi()
    client = vendor.client()
    names = [client.send({**PAYLOAD, "text": f"Письмо {number}"}, always).external_id for number in range(4)]
    vendor.go()
    for entry, status in zip(vendor.journal, ("delivered", "noAccount", "unheard of", "read"), strict=True):
        entry["statusMessage"] = status
    asked = len(vendor.requests)
    fates = client.fates([(name, PHONE) for name in names[:3]], START)
    assert fates == [
        Fate(names[0], Delivery.DELIVERED),
        Fate(names[1], Delivery.UNDELIVERABLE, is_final=True, detail="noAccount"),
    ]
    assert vendor.asked()[asked:] == ["lastOutgoingMessages"]


def test_fates_of_messages_sent_days_ago_are_asked_for_days_back() -> None:
    vendor = HandGreenApi()
    client = vendor.client()
    name = client.send(PAYLOAD, always).external_id
    vendor.go()
    vendor.clock.now += 3 * 86400
    assert client.fates([(name, PHONE)], START) == [Fate(name, Delivery.ACCEPTED)]
    assert client.fates([(name, PHONE)], vendor.clock.real()) == []
