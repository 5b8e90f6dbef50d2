"""What GREEN-API's answers mean for a message, what its notifications tell, and what an instance's address is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sverka.domain.effects import Answer
from sverka.domain.messaging.channels import MAX, WHATSAPP, Delivery, Fate, Heard
from sverka.domain.secret import Secret
from sverka.systems.green_api import answers, notifications
from sverka.systems.green_api.address import Instance

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS
CHAT = "79161234567@c.us"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AT, SENT_AT = 1_795_000_000, datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)
QUOTA = {"invokeStatus": {"method": "sendmessage", "used": 250, "total": 0, "status": "QUOTE_ALLOWED_EXCEEDED"}}


@pytest.mark.parametrize(
    ("status", "said", "answer", "retry_after_s"),
    [
        (200, {"idMessage": "3EB0C7"}, A, None), (200, {"idMessage": 77}, A, None),
        (200, {"idMessage": ""}, M, None), (200, {"idMessage": None}, M, None), (200, {"idMessage": ["3EB0"]}, M, None),
        (200, {}, M, None), (200, [], M, None), (200, "3EB0C7", M, None), (200, b"", M, None), (200, b"null", M, None),
        (200, b"<html>", M, None), (200, b'{"idMessage":"3EB', M, None), (200, b"\xff", M, None), (200, b"[" * 100_000, M, None),
        (400, b"Validation failed. Details: 'chatId' is required", R, None), (400, b"bad request data", R, None),
        (400, b"bad phone number, valid from 11 to 16 digits", R, None), (400, b"", R, None), (400, {"message": "no"}, R, None),
        (400, b"check phone number timeout limit exceeded", N, None), (400, b"instance is starting or not authorized", N, None),
        (400, b"Instance account not authorized", N, None), (400, b"instance in starting process try later", N, None),
        (400, b"<HTML><body>400 Bad Request</body></HTML>", N, None), (400, {"message": "instance account not authorized"}, N, None),
        (401, b"", N, None), (403, b"<html>", N, None), (404, b"", N, None), (405, b"", N, None),
        (429, b"Too Many Requests", N, 1.0), (466, QUOTA, N, None), (466, b"", N, None),
        (301, b"", N, None), (307, b"", N, None), (308, b"", N, None), (302, b"", M, None),
        (408, b"", M, None), (409, b"", M, None), (500, {"idMessage": "3EB0C7"}, M, None), (502, b"<html>", M, None), (503, b"", M, None),
        (201, {"idMessage": "3EB0C7"}, M, None), (204, b"", M, None),
    ],
)  # fmt: skip
def test_what_an_answer_means_for_a_message(
    status: int, said: object, answer: Answer, retry_after_s: float | None
) -> None:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    outcome = answers.outcome(status, body, CHAT)
    assert (outcome.answer, outcome.retry_after_s) == (answer, retry_after_s)
    assert outcome.external_id.startswith(f"{CHAT}/") is (answer is A)
    assert (outcome.detail == "") is (answer is A)


def test_what_the_vendor_says_shows_no_token_and_stays_one_line() -> None:
    body = b"bad request data: /waInstance7105/d75b3a66374942c5b3c0\n" + b"!" * 10_000
    detail = answers.outcome(400, body, CHAT, (Secret("d75b3a66374942c5b3c0"),)).detail
    assert "bad request data: /waInstance7105/*** !!!" in detail
    assert len(detail) < 500


@pytest.mark.parametrize(
    ("word", "delivery", "is_final", "detail"),
    [
        ("pending", Delivery.ACCEPTED, False, ""), ("sent", Delivery.ACCEPTED, False, ""), ("delivered", Delivery.DELIVERED, False, ""),
        ("read", Delivery.READ, True, ""), ("failed", Delivery.UNDELIVERABLE, True, "failed: blocked"),
        ("noAccount", Delivery.UNDELIVERABLE, True, "noAccount: blocked"),
        ("notInGroup", Delivery.UNDELIVERABLE, True, "notInGroup: blocked"),
        ("yellowCard", Delivery.ACCEPTED, False, "yellowCard: blocked"),
    ],
)  # fmt: skip
def test_what_a_status_says(word: str, delivery: Delivery, is_final: bool, detail: str) -> None:
    assert answers.fate("x/1", word, AT, "blocked") == Fate("x/1", delivery, SENT_AT, is_final, detail)


@pytest.mark.parametrize("word", ["", None, "SENT", "noActiveSession", ["sent"], 1, True], ids=repr)
def test_a_status_that_nobody_knows_says_nothing(word: object) -> None:
    assert answers.fate("x/1", word, AT) is None


def incoming(chat: str = CHAT, data: Any = None, **more: Any) -> dict[str, Any]:
    said = {"typeMessage": "textMessage", "textMessageData": {"textMessage": " СТОП\r\n"}} if data is None else data
    return {
        "typeWebhook": "incomingMessageReceived", "timestamp": AT, "idMessage": "F7AE", "senderData": {"chatId": chat, "sender": CHAT},
        "messageData": said, **more,
    }  # fmt: skip


def told(**changes: Any) -> dict[str, Any]:
    status = {"typeWebhook": "outgoingMessageStatus", "chatId": CHAT, "idMessage": "3EB0", "status": "read"}
    return {**status, "timestamp": AT, **changes}


@pytest.mark.parametrize(
    ("channel", "body", "expected"),
    [
        (WHATSAPP, incoming(), Heard(f"{CHAT}/F7AE", WHATSAPP, "+79161234567", "СТОП", SENT_AT)),
        (WHATSAPP, incoming("1234567890@lid"), Heard("1234567890@lid/F7AE", WHATSAPP, "1234567890@lid", "СТОП", SENT_AT)),
        (MAX, incoming("10000000"), Heard("10000000/F7AE", MAX, "10000000", "СТОП", SENT_AT)),
        (MAX, incoming(10_000_000), Heard("10000000/F7AE", MAX, "10000000", "СТОП", SENT_AT)),
        (WHATSAPP, incoming(data={"extendedTextMessageData": {"text": "Не пишите"}}),
         Heard(f"{CHAT}/F7AE", WHATSAPP, "+79161234567", "Не пишите", SENT_AT)),
        (WHATSAPP, incoming(data={"typeMessage": "imageMessage"}), Heard(f"{CHAT}/F7AE", WHATSAPP, "+79161234567", "", SENT_AT)),
        (WHATSAPP, incoming(timestamp="soon"), Heard(f"{CHAT}/F7AE", WHATSAPP, "+79161234567", "СТОП", NOW)),
        (WHATSAPP, incoming("79161234567-1581@g.us"), None),
        (WHATSAPP, incoming(idMessage=None), None),
        (WHATSAPP, incoming(senderData=[]), None),
        (WHATSAPP, told(), Fate(f"{CHAT}/3EB0", Delivery.READ, SENT_AT, is_final=True)),
        (MAX, told(chatId="10000000", status="delivered"), Fate("10000000/3EB0", Delivery.DELIVERED, SENT_AT)),
        (WHATSAPP, told(status="failed", description="no room"),
         Fate(f"{CHAT}/3EB0", Delivery.UNDELIVERABLE, SENT_AT, is_final=True, detail="failed: no room")),
        (WHATSAPP, told(status="unheard of"), None),
        (WHATSAPP, told(idMessage=""), None),
        (WHATSAPP, {**incoming(), "typeWebhook": "outgoingMessageReceived"}, None),
        (WHATSAPP, {"typeWebhook": "stateInstanceChanged", "stateInstance": "notAuthorized"}, None),
        (WHATSAPP, {}, None),
    ],
)  # fmt: skip
def test_what_a_notification_tells(channel: str, body: dict[str, Any], expected: Heard | Fate | None) -> None:
    assert notifications.read(channel, body, NOW) == expected


def test_a_message_is_named_alike_by_its_answer_and_by_what_is_told_of_it() -> None:
    accepted = answers.outcome(200, b'{"idMessage":"3EB0"}', CHAT)
    fate = notifications.read(WHATSAPP, told(), NOW)
    assert isinstance(fate, Fate)
    assert fate.provider_id == accepted.external_id


@pytest.mark.parametrize(
    ("url", "base", "token"),
    [
        ("https://7105.api.greenapi.com/waInstance7105000001/d75b3a66", "https://7105.api.greenapi.com/waInstance7105000001", "d75b3a66"),
        ("https://3100.api.green-api.com/v3/waInstance3100000001/d75b3a66/",
         "https://3100.api.green-api.com/v3/waInstance3100000001", "d75b3a66"),
        ("http://127.0.0.1:8080/waInstance1/d75b3a66", "http://127.0.0.1:8080/waInstance1", "d75b3a66"),
    ],
)  # fmt: skip
def test_an_instance_is_read_from_its_address(url: str, base: str, token: str) -> None:
    instance = Instance.at(Secret(url))
    assert instance == Instance(base, Secret(token))
    assert instance.url("sendMessage") == f"{base}/sendMessage/{token}"


@pytest.mark.parametrize(
    "url",
    [
        "", "d75b3a66", "https://7105.api.greenapi.com", "https://7105.api.greenapi.com/waInstance7105/", "/waInstance7105/d75b3a66",
        "https://7105.api.greenapi.com/waInstance/d75b3a66", "https://7105.api.greenapi.com/waInstance7105/sendMessage/d75b3a66",
        "ftp://7105.api.greenapi.com/waInstance7105/d75b3a66", "https://7105.api.greenapi.com/waInstance7105/d75b3a66?a=b",
        "https://a@7105.api.greenapi.com/waInstance7105/d75b3a66", "https:///waInstance7105/d75b3a66",
    ],
)  # fmt: skip
def test_what_is_no_instance_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="looks like https://") as refused:
        Instance.at(Secret(url))
    assert "d75b3a66" not in str(refused.value)
