"""Who may ask GREEN-API, how often, in which words; faults on the way; and the world's return to its start."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from green_api_desk import ANNA, BORIS, Desk, Line, desk
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kit import Journal, Request, SandboxClock, Setting
from sandbox.serve import START, start
from sandbox.systems.green_api import GreenApi
from sandbox.systems.green_api.methods import METHODS
from tests.strategies import examples

CHAT = "79161234567@c.us"
READY = {"chatId": CHAT, "message": "Готов"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, limits="vendor") as opened:
        yield opened


def test_a_company_has_the_instances_that_its_file_names(tmp_path: Path) -> None:
    systems = {"smsc": {}, "green_api": {"max": "M"}}
    clock = SandboxClock(START, lambda: 0.0)
    gateway = GreenApi(Setting("shop", {"systems": systems}, clock, Journal(clock)))
    assert gateway.channels == ("max",)
    assert gateway.environment("http://h").keys() == {"M"}
    assert gateway.environment("http://h")["M"].startswith("http://h/v3/waInstance3100")
    with pytest.raises(LookupError, match="no channel 'whatsapp'; there are: max"):
        gateway.behave("whatsapp")


def test_addresses_are_the_same_at_every_start_and_differ_between_companies(shop: Desk, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text((tmp_path / "shop.yaml").read_text())
    with start(["shop", "other"], tmp_path) as again:
        rows = again.world.companies
        addresses = {name: company.emulators["green_api"].environment("") for name, company in rows.items()}
    assert addresses["shop"] == shop.gateway.environment("")
    parts = [part for each in addresses.values() for address in each.values() for part in address.split("/")[-2:]]
    assert len(set(parts)) == 8


def test_the_prefix_of_max_may_be_left_out(shop: Desk) -> None:
    bare = replace(shop.max, address=shop.max.address.replace("/v3", ""))
    assert bare.get("getStateInstance") == shop.max.get("getStateInstance") == {"stateInstance": "authorized"}
    port, _, rest = shop.whatsapp.address.partition("/waInstance")
    prefixed = replace(shop.whatsapp, address=f"{port}/v3/waInstance{rest}")
    assert prefixed.ask("GET", "getStateInstance")[0] == 403


def test_strangers_are_turned_away(shop: Desk) -> None:
    wrong_token = replace(shop.whatsapp, address=f"{shop.whatsapp.address[:-1]}x")
    assert wrong_token.ask("POST", "sendMessage", READY) == (401, "Unauthorized")
    wrong_id = replace(shop.whatsapp, address=shop.whatsapp.address.replace("/waInstance7105", "/waInstance7999"))
    assert wrong_id.ask("POST", "sendMessage", READY) == (403, "Forbidden")
    mixed = shop.whatsapp.address.rpartition("/")[0] + "/" + shop.max.address.rpartition("/")[2]
    assert replace(shop.whatsapp, address=mixed).ask("POST", "sendMessage", READY)[0] == 401
    assert shop.effects() == []


@pytest.mark.parametrize(
    ("channel", "verb", "method", "rest"),
    [
        ("whatsapp", "POST", "sendSMS", ""),
        ("whatsapp", "GET", "sendMessage", ""),
        ("whatsapp", "POST", "checkAccount", ""),
        ("max", "POST", "checkWhatsapp", ""),
        ("max", "GET", "getStateInstance", "/1"),
        ("max", "DELETE", "deleteNotification", ""),
    ],
)
def test_what_there_is_not_is_not_found(shop: Desk, channel: str, verb: str, method: str, rest: str) -> None:
    line = shop.whatsapp if channel == "whatsapp" else shop.max
    assert line.ask(verb, method, {"phoneNumber": 79161234567}, rest=rest) == (404, "Not Found")


@pytest.mark.parametrize(
    ("channel", "method", "body", "words"),
    [
        ("whatsapp", "sendMessage", {**READY, "message": "я" * 20_001}, "'message' length must be less than or equal to 20000"),
        ("max", "sendMessage", {"message": "я" * 4_001}, "'message' length must be less than or equal to 4000"),
        ("whatsapp", "sendMessage", {**READY, "message": " "}, "'message' is not allowed to be empty"),
        ("whatsapp", "sendMessage", {"chatId": CHAT}, "'message' must be a string"),
        ("whatsapp", "sendMessage", {**READY, "chatId": "+79161234567"}, "'chatId' is not a chat"),
        ("whatsapp", "sendMessage", {**READY, "chatId": "916@c.us"}, "'chatId' is not a chat"),
        ("whatsapp", "sendMessage", {**READY, "chatId": 79161234567}, "'chatId' must be a string"),
        ("whatsapp", "sendMessage", {**READY, "text": "x"}, "'text' is not allowed"),
        ("whatsapp", "sendMessage", ["x"], "bad request data"),
        ("whatsapp", "sendMessage", {**READY, "message": "\ud800"}, "bad request data"),
        ("whatsapp", "sendMessage", b"\xff", "bad request data"),
        ("whatsapp", "sendMessage", b"[" * 100_000, "bad request data"),
        ("whatsapp", "sendMessage", {**READY, "linkPreview": "no"}, "'linkPreview' must be a boolean"),
        ("whatsapp", "sendMessage", {**READY, "typingTime": 10**400}, "'typingTime' must be from 1000 to 20000"),
        ("max", "sendMessage", {"chatId": "79161234567@c.us", "message": "x"}, "'chatId' is not a chat"),
        ("max", "sendMessage", {"chatId": "10000000", "message": "x"}, "'chatId' is not a chat"),
        ("whatsapp", "checkWhatsapp", {"phoneNumber": "79161234567"}, "'phoneNumber' must be a number"),
        ("whatsapp", "checkWhatsapp", {"phoneNumber": 9161234567}, "bad phone number, valid from 11 to 16 digits"),
        ("max", "checkAccount", {"phoneNumber": 49301234567}, "Russia (7) or Belarus (375)"),
        ("max", "checkAccount", {"phoneNumber": 79161234567, "force": 1}, "'force' must be a boolean"),
        ("max", "getMessage", {"chatId": "1", "idMessage": "2"}, "'chatId' is not a chat"),
        ("whatsapp", "getChatHistory", {"chatId": CHAT, "count": 0}, "'count' must be a positive number"),
        ("whatsapp", "setSettings", {"delaySendMessagesMilliseconds": 499}, "must be from 500 to 600000"),
        ("whatsapp", "setSettings", {"outgoingWebhook": True}, "must be one of [yes, no]"),
        ("whatsapp", "setSettings", {"stateWebhook": ["yes"]}, "must be one of [yes, no]"),
        ("whatsapp", "setSettings", {"webhookUrl": None}, "'webhookUrl' must be a string"),
        ("whatsapp", "setSettings", {}, "must have at least 1 key"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(shop: Desk, channel: str, method: str, body: Any, words: str) -> None:
    line = shop.whatsapp if channel == "whatsapp" else shop.max
    if channel == "max" and method == "sendMessage" and "chatId" not in body:
        body = {**body, "chatId": line.chat(ANNA)}
    status, text = line.ask("POST", method, body)
    assert (status, words in text) == (400, True), text
    assert shop.effects() == []


@pytest.mark.parametrize("query", ["?receiveTimeout=4", "?receiveTimeout=61", "?receiveTimeout=%D9%A9"])
def test_a_wait_is_from_five_seconds_to_a_minute(shop: Desk, query: str) -> None:
    assert shop.whatsapp.ask("GET", "receiveNotification", query=query)[0] == 400


@pytest.mark.parametrize("query", ["?minutes=", "?minutes=-1", "?minutes=1.5", f"?minutes={'9' * 5000}"])
def test_a_journal_is_asked_for_whole_minutes(shop: Desk, query: str) -> None:
    assert shop.whatsapp.ask("GET", "lastOutgoingMessages", query=query)[0] == 400


def test_the_longest_texts_go(shop: Desk) -> None:
    shop.whatsapp.send(ANNA, "я" * 20_000)
    shop.max.send(ANNA, "я" * 4_000)
    shop.later(60)
    assert [len(text) for text in (*shop.hands(ANNA), *shop.hands(ANNA, "max"))] == [20_000, 4_000]


def test_a_chat_of_max_has_one_name(shop: Desk) -> None:
    chat = shop.max.chat(ANNA)
    for name in (f"0{chat}", f" {chat}", str(int(chat) + 1_000_000_000_039), f"{chat}@c.us"):
        assert shop.max.ask("POST", "sendMessage", {"chatId": name, "message": "Готов"})[0] == 400
    assert shop.effects() == []


KEYS = (
    "chatId", "message", "quotedMessageId", "linkPreview", "typingTime", "phoneNumber", "force", "idMessage", "count", "webhookUrl",
    "delaySendMessagesMilliseconds", "outgoingWebhook", "stateWebhook", "x",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 10**18), st.floats(), st.text(max_size=3),
    st.sampled_from([CHAT, "yes", "no", 5_000, 79161234567, "\ud800", "wait@g.us", "@lid"]),
)  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(KEYS), SCALARS | st.lists(SCALARS, max_size=2), max_size=4)
BYTES = st.one_of(BODIES.map(json.dumps), BODIES.map(lambda body: json.dumps({**READY, **body})), st.text())


@given(
    st.lists(st.tuples(st.sampled_from(["whatsapp", "max"]), st.sampled_from(sorted(METHODS)), BYTES), max_size=6),
    st.sampled_from(["", "receiveTimeout=9", "minutes=5", "receiveTimeout=٣", "minutes=-1"]),
)
@examples(soak=3_000, short=30)
def test_whatever_is_asked_the_gateway_answers_in_its_own_words(calls: list[tuple[str, str, str]], query: str) -> None:
    clock = SandboxClock(START, lambda: 0.0)
    config = {"systems": {"green_api": {"whatsapp": "whatsapp", "max": "max"}}}
    gateway = GreenApi(Setting("shop", config, clock, Journal(clock), "off"))
    addresses = gateway.environment("")
    for channel, method, content in calls:
        base, _, token = addresses[channel].rpartition("/")
        rest = "/1" if method == "deleteNotification" else ""
        body = content.encode(errors="replace")
        path = f"{base}/{method}/{token}{rest}"
        reply = gateway.handle(Request(METHODS[method].verb, path, query, {}, body, secure=False, client_ip=""))
        assert reply.status in {200, 400, 404}
        assert (reply.status == 404) is (channel not in METHODS[method].per_second)
        clock.forward(100)


def test_a_starting_instance_accepts_nothing(shop: Desk) -> None:
    shop.gateway.behave("whatsapp", how="starting")
    assert shop.whatsapp.ask("POST", "sendMessage", READY) == (400, "instance in starting process try later")
    shop.gateway.behave("whatsapp", how="authorized")
    shop.later(60)
    assert shop.hands(ANNA) == []


def test_an_accepted_message_is_an_effect_and_its_id_is_the_servers(shop: Desk) -> None:
    chat = shop.max.chat(ANNA)
    ids = [shop.whatsapp.send(ANNA, "Готов"), shop.whatsapp.send(ANNA, "Готов"), shop.max.send(ANNA, "Готов")]
    assert len(set(ids)) == 3
    for sent in ids[:2]:
        assert (sent[:4], len(sent), int(sent, 16) > 0, sent) == ("3EB0", 20, True, sent.upper())
    assert (ids[2].isdigit(), len(ids[2])) == (True, 18)
    effects = shop.effects()
    assert {(row["system"], row["kind"], row["by"]) for row in effects} == {("green_api", "sendMessage", "worker")}
    payload = {"channel": "max", "chatId": chat, "phone": ANNA, "text": "Готов", "idMessage": ids[2]}
    assert effects[2]["payload"] == payload
    requests = shop.running.world.journal.requests_since(0)
    assert {(row["method"], row["write"]) for row in requests} == {("checkAccount", False), ("sendMessage", True)}


def _burst(line: Line, times: int, verb: str, method: str, body: Any = None) -> list[int]:
    return [line.ask(verb, method, body)[0] for _ in range(times)]


@pytest.mark.parametrize(
    ("channel", "verb", "method", "body", "per_second"),
    [
        ("whatsapp", "GET", "getStateInstance", None, 1),
        ("whatsapp", "GET", "showMessagesQueue", None, 1),
        ("whatsapp", "GET", "lastOutgoingMessages", None, 1),
        ("whatsapp", "POST", "checkWhatsapp", {"phoneNumber": 79161234567}, 10),
        ("whatsapp", "POST", "getMessage", {"chatId": CHAT, "idMessage": "x"}, 10),
        ("max", "POST", "getMessage", {"chatId": "x", "idMessage": "x"}, 1),
        ("whatsapp", "POST", "sendMessage", READY, 50),
    ],
)
def test_each_method_has_its_own_rate(
    limited: Desk, channel: str, verb: str, method: str, body: Any, per_second: int
) -> None:
    line = limited.whatsapp if channel == "whatsapp" else limited.max
    statuses = _burst(line, per_second + 2, verb, method, body)
    assert set(statuses[:per_second]) <= {200, 400}
    assert statuses[per_second:] == [429, 429]
    assert limited.max.get("showMessagesQueue") == []
    limited.later(1)
    assert line.ask(verb, method, body)[0] in {200, 400}
    accepted = len(limited.effects())
    assert accepted == (51 if method == "sendMessage" else 0)


def test_without_limits_nothing_is_counted(tmp_path: Path) -> None:
    with desk(tmp_path, switches={"plan": "developer"}) as shop:
        assert set(_burst(shop.whatsapp, 101, "POST", "checkWhatsapp", {"phoneNumber": 79161234567})) == {200}


def test_the_free_plan_checks_a_hundred_phones_a_month(tmp_path: Path) -> None:
    with desk(tmp_path, "vendor", {"plan": "developer"}) as shop:
        ask = ("POST", "checkWhatsapp", {"phoneNumber": 79161234567})
        for _ in range(10):
            assert set(_burst(shop.whatsapp, 10, *ask)) == {200}
            shop.later(1)
        spent = {"method": "checkwhatsapp", "used": 100, "total": 100, "status": "QUOTE_EXCEEDED"}
        assert shop.whatsapp.ask(*ask) == (466, {"invokeStatus": spent})
        shop.later(31 * 86_400)
        assert shop.whatsapp.ask(*ask)[0] == 200


def test_the_free_plan_writes_to_three_chats_a_month(tmp_path: Path) -> None:
    with desk(tmp_path, "vendor", {"plan": "developer"}) as shop:
        for phone in ("+79160000001", "+79160000002", "+79160000003", "+79160000001"):
            shop.whatsapp.send(phone, "Готов")
        spent = {"method": "sendmessage", "used": 4, "total": 0, "status": "QUOTE_ALLOWED_EXCEEDED"}
        assert shop.whatsapp.ask("POST", "sendMessage", READY) == (466, {"invokeStatus": spent})
        assert len(shop.effects()) == 4


@pytest.mark.parametrize(("kind", "arrived"), [("timeout_after", ["Готов"]), ("half_body", ["Готов"]), ("reset", [])])
def test_a_line_cut_after_the_acceptance_leaves_the_message_in_the_queue(
    shop: Desk, kind: str, arrived: list[str]
) -> None:
    shop.arm(kind, 0.05)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        shop.whatsapp.send(ANNA, "Готов")
    assert [row["payload"]["text"] for row in shop.effects()] == arrived
    shop.later(300)
    assert [text for text, _ in shop.whatsapp.journal()] == shop.hands(ANNA) == arrived


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("http_429", (429, "Too Many Requests")),
        ("http_500", (500, "Internal Server Error")),
        ("http_503", (503, "Service Unavailable")),
        ("wrong_token", (401, "Unauthorized")),
    ],
)
def test_a_refusal_accepts_nothing(shop: Desk, kind: str, answer: tuple[int, str]) -> None:
    shop.arm(kind)
    assert shop.whatsapp.ask("POST", "sendMessage", READY) == answer
    assert shop.gateway.counts() == {"messages": 0, "queued": 0}
    (seen,) = shop.running.world.journal.requests_since(0)
    assert (seen["method"], seen["status"], seen["by"], seen["write"]) == ("sendMessage", answer[0], "worker", True)


@pytest.mark.parametrize(("kind", "numbers"), [("half_page", [3, 2]), ("duplicate_rows", [3, 2, 1, 0, 3, 2])])
def test_the_rows_of_a_list_may_be_spoilt(shop: Desk, kind: str, numbers: list[int]) -> None:
    for number in range(4):
        shop.whatsapp.send(ANNA, str(number))
    shop.later(300)
    shop.arm(kind)
    shop.whatsapp.get("getStateInstance")
    assert [text for text, _ in shop.whatsapp.journal()] == [str(number) for number in numbers]
    assert len(shop.whatsapp.journal()) == 4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda g: g.behave("telegram", ANNA, "off"), "no channel 'telegram'; there are: whatsapp, max"),
        (lambda g: g.behave("whatsapp", ANNA, "asleep"), "usual, reads, off, off_until, blocked, failed, no_account"),
        (lambda g: g.behave("whatsapp", ANNA, "off_until"), "takes until"),
        (lambda g: g.behave("whatsapp", ANNA, "off_until", until="tomorrow"), "tomorrow"),
        (lambda g: g.behave("whatsapp", ANNA, "off", until="x"), "takes nothing more"),
        (lambda g: g.behave("whatsapp", "Анна", "off"), "not a phone"),
        (lambda g: g.behave("whatsapp", how="suspended"), "notAuthorized, blocked, sleepMode, starting, yellowCard"),
        (lambda g: g.receive("max", "+49301234567", "x"), "no phone of Russia or Belarus"),
        (lambda g: (g.behave("max", ANNA, "no_account"), g.receive("max", ANNA, "x")), "has no account in max"),
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_answered_with_the_words_that_do(shop: Desk, call: Any, words: str) -> None:
    with pytest.raises((LookupError, ValueError)) as caught:
        call(shop.gateway)
    assert words in str(caught.value)


def test_a_switch_that_there_is_not_is_seen_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="journal_lag"), desk(tmp_path, switches={"journal_lag": 1}):
        pass


def test_the_world_returns_to_its_start(shop: Desk) -> None:
    chat = shop.max.chat(ANNA)
    first = shop.max.send(ANNA, "Готов")
    shop.gateway.behave("max", BORIS, "no_account")
    shop.gateway.receive("max", ANNA, "Еду")
    shop.gateway.behave("max", how="notAuthorized")
    shop.later(86_400)
    shop.running.world.reset()
    assert shop.gateway.counts() == {"messages": 0, "queued": 0}
    assert shop.max.get("getStateInstance") == {"stateInstance": "authorized"}
    assert shop.max.notice() is None
    assert shop.max.post("checkAccount", phoneNumber=79217654321)["exist"] is True
    assert shop.max.post("sendMessage", chatId=chat, message="Готов")["idMessage"] == first
    shop.later(10)
    assert shop.hands(ANNA, "max") == ["Готов"]
