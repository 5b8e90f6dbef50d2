"""WhatsApp and MAX by GREEN-API: what is asked and how fast, what a lost answer comes to, what is told and heard."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sverka.domain.effects import Answer
from sverka.domain.messaging.channels import MAX, WHATSAPP, Condition, Fate, Heard
from sverka.systems.errors import BadAnswer, ContractBroken, NoAccess, SystemTrouble
from sverka.systems.messenger import Messenger
from tests.contract.green_api_vendor import CHAT, PAYLOAD, PHONE, TOKEN, URLS, HandGreenApi, heard
from tests.contract.vendors import START, always, answer, html

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS


def test_a_message_is_put_into_the_queue_and_nothing_is_asked_before() -> None:
    vendor = HandGreenApi()
    outcome = vendor.client().send(PAYLOAD, always)
    assert (outcome.answer, outcome.external_id) == (A, f"{CHAT}/3EB1")
    assert vendor.executed == [("send", {"chatId": CHAT, "message": PAYLOAD["text"]})]
    (request,) = vendor.requests
    assert str(request.url) == f"https://7105.api.greenapi.com/waInstance7105000001/sendMessage/{TOKEN}"
    assert request.headers["content-type"] == "application/json"


def test_max_is_reached_under_its_own_address() -> None:
    vendor = HandGreenApi()
    outcome = vendor.client(MAX).send({**PAYLOAD, "chat": "10000000"}, always)
    assert outcome.external_id == "10000000/3EB1"
    (request,) = vendor.requests
    assert str(request.url) == f"https://3100.api.green-api.com/v3/waInstance3100000001/sendMessage/{TOKEN}"


def test_without_leave_nothing_is_sent() -> None:
    vendor = HandGreenApi()
    assert vendor.client().send(PAYLOAD, lambda: False).answer is N
    assert vendor.requests == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (httpx.Response(400, text="Validation failed. Details: x"), R), (httpx.Response(400, text="instance account not authorized"), N),
        (httpx.Response(429), N), (httpx.Response(466), N), (httpx.Response(401), N), (html(200), M), (html(502), M),
        (httpx.ReadTimeout("x"), M), (httpx.ConnectError("x"), N), (httpx.RemoteProtocolError("x"), M),
    ],
)  # fmt: skip
def test_a_message_is_sent_once_whatever_is_answered(fault: httpx.Response | Exception, expected: Answer) -> None:
    vendor = HandGreenApi(faults=[fault])
    assert vendor.client().send(PAYLOAD, always).answer is expected
    assert len(vendor.requests) == 1


@pytest.mark.parametrize(
    ("channel", "phone", "chat", "asked"),
    [
        (WHATSAPP, PHONE, CHAT, ["checkWhatsapp"]), (WHATSAPP, "+79160000000", None, ["checkWhatsapp"]),
        (WHATSAPP, "+4712345678", None, []),
        (MAX, PHONE, "10000000", ["checkAccount"]), (MAX, "+79160000000", None, ["checkAccount"]),
        (MAX, "+375291234567", "10000001", ["checkAccount"]), (MAX, "+4915112345678", None, []),
    ],
)  # fmt: skip
def test_a_phones_chat_is_asked_for(channel: str, phone: str, chat: str | None, asked: list[str]) -> None:
    known = {"79161234567": "10000000", "375291234567": "10000001"}
    vendor = HandGreenApi(phones=known)
    assert vendor.client(channel).find(phone) == chat
    assert vendor.asked() == asked


@pytest.mark.parametrize("document", [{}, {"existsWhatsapp": "yes"}, {"existsWhatsapp": None}, []], ids=str)
def test_an_answer_that_says_neither_yes_nor_no_is_not_taken_for_one(document: Any) -> None:
    with pytest.raises(ContractBroken):
        HandGreenApi(faults=[answer(document)]).client().find(PHONE)


def test_an_account_of_max_without_a_chat_is_not_taken_for_one() -> None:
    with pytest.raises(ContractBroken):
        HandGreenApi(faults=[answer({"exist": True})]).client(MAX).find(PHONE)


def test_of_no_messages_nothing_is_asked() -> None:
    vendor = HandGreenApi()
    assert vendor.client().fates([], START) == []
    assert vendor.requests == []


def test_what_people_write_is_kept_before_the_vendor_may_forget_it() -> None:
    vendor = HandGreenApi(notifications=[heard(1), {"receiptId": 2, "body": {"typeWebhook": "deviceInfo"}}, heard(3)])
    kept: list[Heard | Fate] = []

    def keep(told: Heard | Fate) -> None:
        assert isinstance(told, Heard)
        assert any(told.key.endswith(each["body"].get("idMessage", "-")) for each in vendor.notifications)
        kept.append(told)

    vendor.client().hear(keep)
    at = datetime.fromtimestamp(1_795_000_000, UTC)
    assert kept == [Heard(f"{CHAT}/F{number}", WHATSAPP, PHONE, f"Ответ {number}", at) for number in (1, 3)]
    assert vendor.notifications == []
    assert vendor.asked()[-1] == "receiveNotification"
    assert vendor.requests[0].url.params["receiveTimeout"] == "5"


def test_what_could_not_be_kept_comes_again() -> None:
    vendor = HandGreenApi(notifications=[heard(1)])

    def fail(_told: Heard | Fate) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        vendor.client().hear(fail)
    kept: list[Heard | Fate] = []
    vendor.client().hear(kept.append)
    assert len(kept) == 1


def test_an_answer_that_was_lost_while_it_was_let_forget_loses_nothing() -> None:
    vendor = HandGreenApi(notifications=[heard(1), heard(2)], faults=[None, httpx.ReadTimeout("x")])
    kept: list[Heard | Fate] = []
    vendor.client().hear(kept.append)
    assert [told.text for told in kept if isinstance(told, Heard)] == ["Ответ 1", "Ответ 2"]
    assert vendor.notifications == []


def test_a_flood_is_taken_in_two_hundred_at_a_time() -> None:
    vendor = HandGreenApi(notifications=[heard(number) for number in range(1, 251)])
    kept: list[Heard | Fate] = []
    client = vendor.client(limits_off=True)
    client.hear(kept.append)
    assert (len(kept), len(vendor.notifications)) == (200, 50)


def test_a_notification_that_does_not_go_away_is_a_trouble_and_not_heard_for_ever() -> None:
    vendor = HandGreenApi(notifications=[heard(1)], faults=[None, answer({"result": False}), None])
    kept: list[Heard | Fate] = []
    with pytest.raises(ContractBroken, match="notification 1 comes again"):
        vendor.client().hear(kept.append)
    assert len(kept) == 1


@pytest.mark.parametrize("document", [{}, {"receiptId": "x", "body": {}}, [], 5, {"receiptId": True}], ids=str)
def test_a_notification_without_a_number_is_a_trouble(document: Any) -> None:
    with pytest.raises(ContractBroken):
        HandGreenApi(faults=[answer(document)]).client().hear(lambda told: pytest.fail(str(told)))


def test_a_notification_without_a_body_is_passed_over() -> None:
    vendor = HandGreenApi(notifications=[{"receiptId": 1, "body": None}, heard(2)])
    kept: list[Heard | Fate] = []
    vendor.client().hear(kept.append)
    assert len(kept) == 1


def test_a_client_that_only_reads_sends_nothing_and_lets_nothing_be_forgotten() -> None:
    vendor = HandGreenApi(notifications=[heard(1)], phones={"79161234567": ""})
    client = vendor.client(read_only=True)
    assert client.send(PAYLOAD, always).answer is N
    client.hear(lambda told: pytest.fail(str(told)))
    assert (client.find(PHONE), client.condition()) == (CHAT, Condition(is_well=True))
    assert client.look(PAYLOAD, START - timedelta(minutes=10)).complete
    assert (vendor.executed, len(vendor.notifications)) == ([], 1)


@pytest.mark.parametrize("state", ["notAuthorized", "blocked", "yellowCard", "suspended"])
def test_an_instance_that_is_not_let_in_is_not_well(state: str) -> None:
    assert HandGreenApi(state=state).client().condition() == Condition(is_well=False, detail=state)


def test_a_wrong_token_is_a_trouble() -> None:
    with pytest.raises(NoAccess):
        HandGreenApi(faults=[httpx.Response(401)]).client().condition()


def test_what_may_be_asked_once_a_second_is_asked_no_faster() -> None:
    vendor = HandGreenApi(phones={"79161234567": ""})
    client = vendor.client()
    for _ in range(3):
        client.condition()
    assert vendor.clock.real() - START == timedelta(seconds=2)
    for _ in range(11):
        client.find(PHONE)
    assert vendor.clock.real() - START == pytest.approx(timedelta(seconds=3), abs=timedelta(milliseconds=1))
    hasty = vendor.client(limits_off=True)
    before = vendor.clock.real()
    for _ in range(3):
        hasty.condition()
    assert vendor.clock.real() == before


def test_a_question_that_came_too_fast_is_asked_again_after_a_second() -> None:
    vendor = HandGreenApi(faults=[httpx.Response(429)])
    assert vendor.client().condition().is_well
    assert timedelta(seconds=1) <= vendor.clock.real() - START < timedelta(seconds=3)


def test_nobody_waits_longer_than_a_minute_for_a_messenger() -> None:
    vendor = HandGreenApi(faults=[httpx.Response(429)] * 500)
    with pytest.raises(SystemTrouble):
        vendor.client().condition()
    assert vendor.clock.real() - START <= timedelta(seconds=61)


def test_the_token_shows_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echoed = f"{URLS[WHATSAPP].reveal()} bad request data {TOKEN}"
    vendor = HandGreenApi(
        faults=[httpx.Response(400, text=echoed), httpx.ReadError(echoed), httpx.Response(400, text=echoed)]
    )
    client = vendor.client()
    said = [
        client.send(PAYLOAD, always).detail,
        client.send(PAYLOAD, always).detail,
        client.look(PAYLOAD, START).detail,
    ]
    assert all(said)
    assert not any(TOKEN in each for each in (*said, caplog.text))


def test_a_client_is_a_messenger() -> None:
    make: Callable[..., Messenger] = HandGreenApi().client
    assert make().sent == 0


@pytest.mark.parametrize(
    "body", [b"", b"\x00" * 10_000, b"[" * 100_000, b'{"idMessage":', b"1e400", b'"\\ud800"'], ids=len
)
def test_an_ugly_answer_is_a_trouble_and_nothing_worse(body: bytes) -> None:
    vendor = HandGreenApi(faults=[httpx.Response(200, content=body)] * 10)
    client = vendor.client(tries=1)
    assert client.send(PAYLOAD, always).answer is M
    assert not client.look(PAYLOAD, START - timedelta(hours=1)).complete
    for ask in (client.condition, lambda: client.find(PHONE), lambda: client.hear(pytest.fail)):
        with pytest.raises(SystemTrouble):
            ask()


def test_the_vendors_fault_is_asked_again_and_then_told() -> None:
    vendor = HandGreenApi(faults=[html(502)] * 3)
    with pytest.raises(BadAnswer):
        vendor.client().condition()
    assert len(vendor.requests) == 3
