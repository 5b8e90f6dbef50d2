"""Text messages by SMSC: what is asked of it and how often, what a lost answer comes to, what is told of messages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from sverka.domain.effects import Answer, Probe
from sverka.domain.messaging.channels import Condition, Delivery
from sverka.domain.secret import Secret
from sverka.systems.errors import BadAnswer, NoAccess, SystemTrouble
from sverka.systems.messenger import Messenger
from sverka.systems.smsc.sms import Sms
from tests.contract.vendors import START, Row, Vendor, always, answer, html, no_jitter

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS
PHONE, DIGITS = "+79161234567", "79161234567"
PAYLOAD = {"to": PHONE, "chat": "", "text": "Заказ 71 готов & ждёт вас", "id": "visit7a1"}
URL = Secret("https://ivan:s3cr3tword@smsc.ru")


@dataclass
class HandSmsc(Vendor):
    """Takes messages, and tells of them by phone and id."""

    standing: dict[tuple[str, str], Row] = field(default_factory=dict)

    def client(self, sender: str = "", *, limits_off: bool = False, **settings: Any) -> Sms:
        return Sms(URL, sender, self.settings(**settings), self.clock, no_jitter, limits_off=limits_off)

    def forms(self) -> list[Row]:
        """Return the forms that came, in order."""
        return [_form(request) for request in self.requests]

    def answer(self, request: httpx.Request) -> httpx.Response:
        form = _form(request)
        if (form["login"], form["psw"]) != ("ivan", "s3cr3tword"):
            return answer({"error": "authorise error", "error_code": 2})
        if request.url.path == "/sys/send.php":
            self.executed.append(("send", form))
            self.standing[form["phones"], form["id"]] = {"status": -1, "last_timestamp": 1286524541, "err": 0}
            return answer({"id": form["id"], "cnt": 1})
        assert request.url.path == "/sys/status.php"
        pairs = list(zip(form["phone"].split(","), form["id"].split(","), strict=True))
        said = [self.standing.get(pair, {"status": -3}) for pair in pairs if pair != ("", "")]
        return answer(said if "," in form["id"] else said[0])


def _form(request: httpx.Request) -> Row:
    return {name: value for name, (value,) in parse_qs(request.content.decode(), keep_blank_values=True).items()}


def error(code: int, words: str = "no") -> httpx.Response:
    return answer({"error": words, "error_code": code})


def test_a_message_goes_as_a_form_in_utf_8_under_our_own_id() -> None:
    smsc = HandSmsc()
    outcome = smsc.client().send(PAYLOAD, always)
    assert (outcome.answer, outcome.external_id) == (A, "visit7a1")
    assert smsc.forms() == [{
        "login": "ivan", "psw": "s3cr3tword", "charset": "utf-8", "fmt": "3", "phones": DIGITS, "mes": PAYLOAD["text"], "id": "visit7a1",
    }]  # fmt: skip
    (request,) = smsc.requests
    assert (request.method, str(request.url)) == ("POST", "https://smsc.ru/sys/send.php")


def test_the_senders_name_is_told_only_if_the_company_has_one() -> None:
    smsc = HandSmsc()
    smsc.client("FaryRu").send(PAYLOAD, always)
    assert smsc.forms()[0]["sender"] == "FaryRu"


def test_without_leave_nothing_is_sent() -> None:
    smsc = HandSmsc()
    client = smsc.client()
    assert client.send(PAYLOAD, lambda: False).answer is N
    assert (smsc.executed, client.sent) == ([], 0)


def test_a_client_that_only_reads_sends_nothing_and_may_ask() -> None:
    smsc = HandSmsc()
    client = smsc.client(read_only=True)
    assert client.send(PAYLOAD, always).answer is N
    assert client.condition() == Condition(is_well=True)
    assert smsc.executed == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (error(6), R), (error(3), N), (error(9, "duplicate request, wait a minute"), M), (error(9, "too many concurrent requests"), N),
        (html(200), M), (html(502), M), (httpx.ReadTimeout("x"), M), (httpx.ConnectError("x"), N), (httpx.RemoteProtocolError("x"), M),
    ],
)  # fmt: skip
def test_a_message_is_sent_once_whatever_is_answered(fault: httpx.Response | Exception, expected: Answer) -> None:
    smsc = HandSmsc(faults=[fault])
    assert smsc.client().send(PAYLOAD, always).answer is expected
    assert len(smsc.requests) == 1


def look(smsc: HandSmsc, seconds: float) -> Probe:
    """Look a message up so many seconds after its claim."""
    smsc.clock.wait(seconds)
    return smsc.client().look(PAYLOAD, START)


def test_a_message_whose_answer_was_lost_is_found_by_phone_and_id() -> None:
    smsc = HandSmsc()
    smsc.client().send(PAYLOAD, always)
    assert look(smsc, 90) == Probe(found=True, complete=True, external_id="visit7a1")
    assert {name: smsc.forms()[-1][name] for name in ("phone", "id")} == {"phone": DIGITS, "id": "visit7a1"}


@pytest.mark.parametrize(("seconds", "is_sure"), [(-60, False), (90, False), (149, False), (150, True), (3600, True)])
def test_that_a_message_was_not_taken_is_sure_only_when_it_would_have_shown_long_since(
    seconds: float, is_sure: bool
) -> None:
    smsc = HandSmsc()
    smsc.clock.now += seconds
    probe = smsc.client().look(PAYLOAD, START)
    assert (probe.found, probe.complete) == (False, is_sure)


@pytest.mark.parametrize(
    "fault",
    [html(200), html(502), error(2), answer({"status": "?"}), answer([]), answer({}), httpx.ConnectError("x")],
    ids=str,
)
def test_a_look_up_that_fails_proves_nothing(fault: httpx.Response | Exception) -> None:
    smsc = HandSmsc(faults=[fault] * 3)
    probe = look(smsc, 3600)
    assert (probe.found, probe.complete) == (False, False)
    assert probe.detail


def test_a_question_is_asked_again_a_minute_after_the_vendor_found_it_too_often() -> None:
    smsc = HandSmsc(faults=[error(9, "duplicate request, wait a minute")])
    assert look(smsc, 3600).complete
    assert smsc.clock.real() - START >= timedelta(seconds=3660)


def test_many_messages_are_asked_for_in_one_question_and_more_in_another_a_minute_later() -> None:
    smsc = HandSmsc()
    messages = [(f"m{number}", f"+7916{number:07d}") for number in range(101)]
    smsc.standing = {(phone[1:], our_id): {"status": 1, "last_timestamp": 1286524541} for our_id, phone in messages}
    del smsc.standing["79160000007", "m7"]
    fates = smsc.client().fates(messages, START)
    assert [fate.provider_id for fate in fates] == [our_id for our_id, _ in messages if our_id != "m7"]
    assert {fate.delivery for fate in fates} == {Delivery.DELIVERED}
    assert [len(form["id"].split(",")) for form in smsc.forms()] == [101, 2], "each list ends with a comma"
    assert smsc.clock.real() - START == timedelta(minutes=1)


def test_without_limits_nobody_waits() -> None:
    smsc = HandSmsc()
    messages = [(f"m{number}", f"+7916{number:07d}") for number in range(101)]
    assert smsc.client(limits_off=True).fates(messages, START) == []
    assert smsc.clock.real() == START


def test_of_no_messages_nothing_is_asked() -> None:
    smsc = HandSmsc()
    assert smsc.client().fates([], START) == []
    assert smsc.requests == []


def test_one_message_of_which_nonsense_is_said_spoils_no_other() -> None:
    smsc = HandSmsc(faults=[answer([{"status": "?"}, {"status": 20, "err": 1}])])
    (fate,) = smsc.client().fates([("a", PHONE), ("b", PHONE)], START)
    assert (fate.provider_id, fate.delivery, fate.detail) == (
        "b",
        Delivery.UNDELIVERABLE,
        "cannot be delivered (error 1)",
    )


@pytest.mark.parametrize(
    ("phone", "chat"),
    [("+79161234567", ""), ("+375291234567", ""), ("+74951234567", None), ("+78001234567", None), ("+7916", None), ("", None),
     ("мама", None)],
)  # fmt: skip
def test_a_text_message_goes_to_mobile_phones_only(phone: str, chat: str | None) -> None:
    smsc = HandSmsc()
    assert smsc.client().find(phone) == chat
    assert smsc.requests == []


@pytest.mark.parametrize("code", [2, 4])
def test_an_account_that_does_not_let_us_in_is_not_well(code: int) -> None:
    condition = HandSmsc(faults=[error(code, "authorise error")]).client().condition()
    assert not condition.is_well
    assert "authorise error" in condition.detail


def test_what_cannot_be_reached_tells_nothing_of_its_condition() -> None:
    with pytest.raises(BadAnswer):
        HandSmsc(faults=[html(502)] * 3).client().condition()


def test_fates_of_an_account_that_does_not_let_us_in_are_a_trouble() -> None:
    with pytest.raises(NoAccess):
        HandSmsc(faults=[error(2)]).client().fates([("a", PHONE)], START)


def test_nothing_is_heard_by_itself() -> None:
    smsc = HandSmsc()
    smsc.client().hear(lambda told: pytest.fail(f"{told} was heard"))
    assert smsc.requests == []


def test_password_and_login_show_in_no_address_error_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echoed = f"https://ivan:s3cr3tword@smsc.ru/ psw=s3cr3tword {URL.reveal()}"
    smsc = HandSmsc(faults=[error(1, echoed), httpx.ReadError(echoed), error(2, echoed)])
    client = smsc.client()
    said = [
        client.send(PAYLOAD, always).detail,
        client.send(PAYLOAD, always).detail,
        client.look(PAYLOAD, START).detail,
    ]
    assert all(said)
    assert not any("s3cr3tword" in each for each in (*said, caplog.text, *(str(each.url) for each in smsc.requests)))


def test_a_client_is_a_messenger() -> None:
    make: Callable[..., Messenger] = HandSmsc().client
    assert make().sent == 0


@pytest.mark.parametrize("body", [b"", b"\x00" * 10_000, b"[" * 100_000, b'{"id":', b"1e400", b'"\\ud800"'], ids=len)
def test_an_ugly_answer_is_a_trouble_and_nothing_worse(body: bytes) -> None:
    ugly = httpx.Response(200, content=body)
    smsc = HandSmsc(faults=[ugly] * 10)
    client = smsc.client(tries=1)
    assert client.send(PAYLOAD, always).answer is M
    assert not client.look(PAYLOAD, START).complete
    with pytest.raises(SystemTrouble):
        client.fates([("a", PHONE), ("b", PHONE)], START)
