"""SMS, WhatsApp and MAX over sockets against the sandbox: what reaches phones, what comes of lost answers, what is told and heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import ANY

import pytest

from sverka.domain.effects import Answer, Probe
from sverka.domain.messaging.channels import MAX, SMS, WHATSAPP, Condition, Delivery, Fate, Heard
from tests.contract.messenger_world import ANNA, BORIS, Phones, phones
from tests.contract.vendors import always

CHANNELS = (SMS, WHATSAPP, MAX)
CHATS = (WHATSAPP, MAX)
TEXT = "Анна, заказ № 71 готов — ждём вас до 20:00.\n«Фары и свет» & Ко + 100 %"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=CHANNELS)
def any_channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    with phones(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture(params=CHATS)
def chats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phones]:
    with phones(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
def sms(tmp_path: Path) -> Iterator[Phones]:
    with phones(tmp_path, SMS) as opened:
        yield opened


def test_a_message_comes_to_the_phone_as_it_was_written_and_its_fate_is_told(any_channel: Phones) -> None:
    outcome = any_channel.send(TEXT)
    assert outcome.answer is Answer.ACCEPTED
    any_channel.clock.wait(300)
    assert any_channel.texts() == [TEXT]
    assert any_channel.delivery(outcome) is Delivery.DELIVERED
    assert any_channel.texts(BORIS) == []


def test_a_message_on_its_way_is_not_called_delivered(any_channel: Phones) -> None:
    until = any_channel.sandbox.world.clock.now() + 60 * MINUTE
    any_channel.handset().behaves(any_channel.channel, "off_until", until=until)
    outcome = any_channel.send(TEXT)
    any_channel.clock.wait(300)
    assert any_channel.delivery(outcome) is Delivery.ACCEPTED
    any_channel.clock.wait(3600)
    assert any_channel.delivery(outcome) is Delivery.DELIVERED


@pytest.mark.parametrize(
    ("channel", "how"), [(SMS, "blocked"), (SMS, "no_such_number"), (SMS, "unreachable"), (WHATSAPP, "failed"), (MAX, "failed")]
)  # fmt: skip
def test_a_message_that_cannot_be_delivered_is_said_so_for_good(tmp_path: Path, channel: str, how: str) -> None:
    with phones(tmp_path, channel) as opened:
        opened.handset().behaves(channel, how)
        outcome = opened.send(TEXT)
        assert outcome.answer is Answer.ACCEPTED
        opened.clock.wait(300)
        fate = opened.fate(outcome)
        assert fate is not None
        assert (fate.delivery, fate.is_final) == (Delivery.UNDELIVERABLE, True)
        assert fate.detail
        assert opened.texts() == []


@pytest.mark.parametrize(("kind", "minutes"), [("timeout_after", 4.5), ("half_body", 2000)])
def test_a_message_whose_answer_was_lost_is_found_under_the_name_by_which_its_fate_is_told(
    any_channel: Phones, kind: str, minutes: float
) -> None:
    payload, since = any_channel.payload(TEXT), any_channel.clock.real()
    any_channel.strike(kind)
    assert any_channel.client.send(payload, always).answer is Answer.AMBIGUOUS
    any_channel.clock.wait(minutes * 60)
    probe = any_channel.client.look(payload, since)
    assert (probe.found, any_channel.texts()) == (True, [TEXT])
    (fate,) = any_channel.client.fates([(probe.external_id, ANNA)], since)
    assert fate.delivery is Delivery.DELIVERED


@pytest.mark.parametrize("kind", ["timeout_before", "http_502_html", "html_200"])
def test_a_message_that_was_never_taken_is_surely_absent_and_then_goes_once(any_channel: Phones, kind: str) -> None:
    payload, since = any_channel.payload(TEXT), any_channel.clock.real()
    any_channel.strike(kind)
    assert any_channel.client.send(payload, always).answer is Answer.AMBIGUOUS
    any_channel.clock.wait(90)
    assert any_channel.client.look(payload, since) == Probe(found=False, complete=False, detail=ANY)
    any_channel.clock.wait(300)
    assert any_channel.client.look(payload, since) == Probe(found=False, complete=True)
    assert any_channel.client.send(payload, always).answer is Answer.ACCEPTED
    any_channel.clock.wait(300)
    assert any_channel.texts() == [TEXT]


@pytest.mark.parametrize("kind", ["http_429", "wrong_token"])
def test_a_message_that_was_surely_not_taken_is_said_so(any_channel: Phones, kind: str) -> None:
    payload = any_channel.payload(TEXT)
    any_channel.strike(kind)
    assert any_channel.client.send(payload, always).answer is Answer.NOT_EXECUTED
    any_channel.clock.wait(300)
    assert any_channel.texts() == []


def test_the_same_text_of_another_day_does_not_hide_that_todays_was_not_taken(chats: Phones) -> None:
    chats.send(TEXT)
    chats.clock.wait(86_400)
    assert chats.look(TEXT, chats.clock.real() - 10 * MINUTE) == Probe(found=False, complete=True)


def test_a_message_that_leaves_the_very_moment_it_is_looked_for_is_found(chats: Phones) -> None:
    """It waited until the account was let in again: the queue does not show what is being sent, and the journal is late."""
    payload, since = chats.payload(TEXT), chats.clock.real()
    chats.behaves("notAuthorized")
    chats.strike("timeout_after")
    assert chats.client.send(payload, always).answer is Answer.AMBIGUOUS
    chats.clock.wait(1200)
    assert chats.client.look(payload, since).found, "it waits in the queue"
    chats.behaves("authorized")
    assert chats.client.look(payload, since).found
    chats.clock.wait(300)
    assert chats.texts() == [TEXT]


def test_an_account_that_is_not_let_in_proves_no_absence_and_is_not_well(chats: Phones) -> None:
    payload = chats.payload(TEXT)
    chats.behaves("notAuthorized")
    probe = chats.client.look(payload, chats.clock.real() - 30 * MINUTE)
    assert (probe.found, probe.complete) == (False, False)
    assert chats.client.condition() == Condition(is_well=False, detail="notAuthorized")
    chats.behaves("authorized")
    assert chats.client.condition() == Condition(is_well=True)


def test_a_phone_without_an_account_has_no_chat(chats: Phones) -> None:
    chats.handset(BORIS).behaves(chats.channel, "no_account")
    assert chats.client.find(BORIS) is None
    assert chats.client.find(ANNA)


def test_what_clients_write_is_heard_once_with_their_address_and_fates_beside_it(chats: Phones) -> None:
    outcome = chats.send(TEXT)
    chats.clock.wait(60)
    chats.handset().writes(chats.channel, "СТОП")
    told = chats.hear()
    (heard,) = [each for each in told if isinstance(each, Heard)]
    chat = chats.client.find(ANNA)
    assert (heard.channel, heard.address, heard.text) == (
        chats.channel,
        ANNA if chats.channel == WHATSAPP else chat,
        "СТОП",
    )
    fates = [each for each in told if isinstance(each, Fate)]
    assert {fate.provider_id for fate in fates} == {outcome.external_id}
    assert fates[-1].delivery is Delivery.DELIVERED
    assert chats.hear() == []


def test_what_could_not_be_kept_is_heard_again(chats: Phones) -> None:
    chats.handset().writes(chats.channel, "СТОП")

    def fail(_told: Heard | Fate) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        chats.client.hear(fail)
    assert [each.text for each in chats.hear() if isinstance(each, Heard)] == ["СТОП"]


def test_a_message_that_was_read_is_told_so(chats: Phones) -> None:
    chats.handset().behaves(chats.channel, "reads")
    outcome = chats.send(TEXT)
    chats.clock.wait(300)
    assert chats.delivery(outcome) is Delivery.READ


def test_one_sms_is_refused_for_its_number_and_the_next_one_goes(sms: Phones) -> None:
    sms.handset(BORIS).behaves(SMS, "refused")
    assert sms.send(TEXT, BORIS).answer is Answer.REFUSED
    sms.clock.wait(61)
    assert sms.send(TEXT).answer is Answer.ACCEPTED


def test_the_same_sms_within_a_minute_is_looked_up_and_found(sms: Phones) -> None:
    payload, since = sms.payload(TEXT), sms.clock.real()
    assert sms.client.send(payload, always).answer is Answer.ACCEPTED
    assert sms.client.send(payload, always).answer is Answer.AMBIGUOUS
    sms.clock.wait(90)
    assert sms.client.look(payload, since) == Probe(found=True, complete=True, external_id=payload["id"])
    assert sms.texts() == [TEXT]


def test_hundreds_of_sms_are_asked_for_within_the_vendors_limits(sms: Phones) -> None:
    sent = [(sms.send(f"{TEXT} {number}").external_id, ANNA) for number in range(101)]
    sms.clock.wait(300)
    fates = sms.client.fates(sent, sms.clock.real())
    assert [fate.provider_id for fate in fates] == [our_id for our_id, _ in sent]
    assert {fate.delivery for fate in fates} == {Delivery.DELIVERED}


def test_an_sms_account_is_well_or_does_not_let_us_in(sms: Phones) -> None:
    assert sms.client.condition() == Condition(is_well=True)
    sms.strike("wrong_token")
    assert not sms.client.condition().is_well


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_client_that_only_reads_leaves_the_world_as_it_is(tmp_path: Path, channel: str) -> None:
    with phones(tmp_path, channel, read_only=True) as opened:
        if channel != SMS:
            opened.handset().writes(channel, "СТОП")
        assert opened.send(TEXT).answer is Answer.NOT_EXECUTED
        assert opened.hear() == []
        opened.clock.wait(300)
        assert opened.texts() == []
        assert opened.sandbox.world.journal.effects_since(0) == []
