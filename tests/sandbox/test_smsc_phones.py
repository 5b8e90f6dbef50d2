"""What becomes of messages: statuses by the sandbox's clock, what phones do with them, what their owners see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from smsc_line import PHONE, START, START_S, Line, line

from sandbox.kit import SandboxError

HOUR_S = 3600
OTHER = "+79161234502"


@pytest.fixture
def desk() -> Iterator[Line]:
    with line() as opened:
        yield opened


def test_a_message_goes_its_way_by_the_clock(desk: Line) -> None:
    desk.send(id="a")
    seen = []
    for _ in range(12):
        seen.append(desk.state_of("a"))
        desk.forward(1)
    assert seen == [-3] * 3 + [-1] * 2 + [0] * 5 + [1] * 2
    assert desk.handset().messages("sms") == [{"text": "Заказ готов", "at": "2026-11-23T06:00:10.000+00:00"}]


def test_a_status_tells_the_moment_of_its_last_change(desk: Line) -> None:
    desk.send(id="a")
    assert desk.status("a") == {"status": -3}
    for seconds, status, since in ((3, -1, 0), (5, 0, 5), (100, 1, 10)):
        desk.forward(seconds)
        shown = {"last_date": f"23.11.2026 09:00:{since:02}", "last_timestamp": START_S + since}
        assert desk.status("a") == {"status": status, **shown, "err": 0}


def test_how_long_the_registry_is_blind_may_be_switched() -> None:
    with line(registry_lag_s=90) as desk:
        desk.send(id="a")
        desk.forward(89)
        assert desk.state_of("a") == -3
        assert desk.handset().sms() == ["Заказ готов"], "the phone rings, whatever the registry knows"
        desk.forward(1)
        assert desk.state_of("a") == 1


@pytest.mark.parametrize(("phone", "message_id"), [(OTHER, "a"), (PHONE, "b"), ("nobody", "a"), (PHONE, "А")])
def test_the_number_and_the_id_are_needed_together(desk: Line, phone: str, message_id: str) -> None:
    desk.send(id="a")
    desk.send(id="b", to=OTHER)
    desk.forward(60)
    assert desk.status(message_id, phone) == {"status": -3}
    assert desk.status("a", "8 916 123-45-01")["status"] == 1


def test_of_two_messages_under_one_id_the_last_is_told(desk: Line) -> None:
    desk.send("Первое", id="a")
    desk.forward(60)
    desk.handset().behaves("sms", "blocked")
    desk.send("Второе", id="a")
    assert desk.state_of("a") == 1, "the registry does not know the second one yet"
    desk.forward(30)
    assert desk.status("a", all="1")["message"] == "Второе"
    assert desk.state_of("a") == 20
    assert desk.handset().sms() == ["Первое"]


def test_all_tells_the_whole_message(desk: Line) -> None:
    desk.send("Ваш заказ готов", id="a", sender="AcmeSvet")
    desk.forward(60)
    whole = desk.status("a", all="1")
    assert {name: whole[name] for name in sorted(whole.keys() - {"last_date", "last_timestamp", "err"})} == {
        "cost": "3.5", "message": "Ваш заказ готов", "phone": "79161234501", "send_date": "23.11.2026 09:00:00",
        "send_timestamp": START_S, "sender_id": "AcmeSvet", "status": 1, "status_name": "Доставлено", "type": 0,
    }  # fmt: skip
    assert desk.status("a", all="2").keys() - whole.keys() == {"country", "operator", "region"}
    desk.forward(60)
    raw = desk.raw("status", {**desk.keys, "phone": PHONE, "id": "a", "all": "1", "fmt": "3"})
    assert raw[1] == "text/plain; charset=windows-1251"
    assert json.loads(raw[2].decode("cp1251"))["message"] == "Ваш заказ готов"


def test_a_list_is_asked_in_pairs(desk: Line) -> None:
    desk.handset(OTHER).behaves("sms", "no_such_number")
    desk.send(id="a")
    desk.send(id="7", to=OTHER)
    desk.forward(60)
    came = {"last_date": "23.11.2026 09:00:10", "last_timestamp": START_S + 10}
    assert desk.ask("status", phone=f"{PHONE},{OTHER},{PHONE}", id="a,7,7") == [
        {"status": 1, **came, "id": "a", "phone": "79161234501"},
        {"status": 22, **came, "err": 1, "id": 7, "phone": "79161234502"},
        {"status": -3, "id": 7, "phone": "79161234501"},
    ]
    desk.forward(60)
    assert [row["status"] for row in desk.ask("status", phone=f"{PHONE},", id="a,")] == [1]


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": "", "id": "a"},
        {"phone": PHONE, "id": ""},
        {"phone": PHONE, "id": "a,b"},
        {"phone": PHONE, "id": "a", "all": "3"},
    ],
)
def test_half_a_question_is_an_error(desk: Line, fields: dict[str, str]) -> None:
    assert desk.ask("status", **fields) == {"error": "parameters error", "error_code": 1}


def test_who_asks_too_often_waits_a_minute(desk: Line) -> None:
    desk.send(id="a")
    assert [desk.status("a").get("error_code") for _ in range(6)] == [None] * 5 + [9]
    assert desk.status("b") == {"status": -3}
    asked: list[Any] = [desk.ask("status", phone=f"{PHONE},", id=f"{one},") for one in "ab"]
    assert isinstance(asked[0], list)
    assert asked[1] == {"error": "duplicate request, wait a minute", "error_code": 9}
    desk.forward(60)
    assert desk.status("a")["status"] == 1
    assert isinstance(desk.ask("status", phone=f"{PHONE},", id="a,"), list)


def test_where_limits_are_off_one_may_ask_at_will_but_not_repeat_oneself() -> None:
    with line(limits="off") as desk:
        assert desk.send(id="a")["cnt"] == 1
        assert desk.send(id="a")["error_code"] == 9
        assert all("error" not in desk.status("a") for _ in range(9))
        assert all(isinstance(desk.ask("status", phone=f"{PHONE},", id="a,"), list) for _ in range(3))


def test_statuses_come_as_lines_of_text_without_a_form(desk: Line) -> None:
    desk.send(id="a")
    desk.forward(60)
    asked = desk.raw("status", {**desk.keys, "phone": f"{PHONE},{PHONE}", "id": "a,b"})
    assert asked[2].decode() == "Status = 1, check_time = 23.11.2026 09:00:10\nStatus = -3"


@pytest.mark.parametrize(
    ("manner", "status", "err"),
    [("blocked", 20, 13), ("no_such_number", 22, 1), ("forbidden", 23, 251), ("unreachable", 25, 11)],
)
def test_a_message_that_cannot_be_delivered_is_taken_and_paid_first(
    desk: Line, manner: str, status: int, err: int
) -> None:
    desk.handset().behaves("sms", manner)
    assert desk.send(id="a", cost="3")["balance"] == "996.5"
    desk.forward(9)
    assert desk.state_of("a") == 0
    desk.forward(1)
    known = desk.status("a")
    assert (known["status"], known["err"], known["last_timestamp"]) == (status, err, START_S + 10)
    assert desk.handset().sms() == []


def test_a_slow_phone_gets_its_message_late(desk: Line) -> None:
    desk.handset().behaves("sms", "usual", after_s=2 * HOUR_S)
    desk.send(id="a")
    desk.forward(2 * HOUR_S - 1)
    assert (desk.state_of("a"), desk.handset().sms()) == (0, [])
    desk.forward(1)
    assert (desk.state_of("a"), desk.handset().sms()) == (1, ["Заказ готов"])


def test_a_phone_that_was_off_gets_its_messages_when_it_is_on(desk: Line) -> None:
    desk.handset().behaves("sms", "off_until", until=START + timedelta(hours=3))
    desk.send("Первое", id="a")
    desk.forward(4 * HOUR_S - HOUR_S)
    desk.send("Второе", id="b")
    assert (desk.state_of("a"), desk.handset().sms()) == (0, [])
    desk.forward(10)
    assert desk.handset().sms() == ["Первое", "Второе"]
    assert desk.status("a")["last_timestamp"] == START_S + 3 * HOUR_S + 10


def test_a_phone_that_was_away_gets_its_message_as_soon_as_it_is_back(desk: Line) -> None:
    desk.handset().behaves("sms", "off")
    desk.send(id="a")
    desk.forward(HOUR_S)
    assert desk.state_of("a") == 0
    desk.handset().behaves("sms", "usual", after_s=30)
    desk.forward(29)
    assert desk.state_of("a") == 0
    desk.handset().behaves("sms", "blocked")
    desk.forward(9)
    assert desk.state_of("a") == 0, "the phone was blocked before the message came"
    desk.forward(1)
    assert desk.state_of("a") == 20


@pytest.mark.parametrize(("valid", "hours"), [({}, 24), ({"valid": "1"}, 1)])
def test_a_message_expires_on_a_phone_that_stays_away(desk: Line, valid: dict[str, str], hours: int) -> None:
    desk.handset().behaves("sms", "off")
    desk.send(id="a", **valid)
    desk.forward(hours * HOUR_S - 1)
    assert desk.state_of("a") == 0
    desk.forward(1)
    known = desk.status("a")
    assert (known["status"], known["err"], known["last_timestamp"]) == (3, 6, START_S + hours * HOUR_S)
    desk.handset().behaves("sms", "usual")
    desk.forward(HOUR_S)
    assert (desk.state_of("a"), desk.handset().sms()) == (3, [])


def test_a_phone_that_is_on_too_late_gets_nothing(desk: Line) -> None:
    desk.handset().behaves("sms", "off_until", until=START + timedelta(hours=1))
    desk.send(id="a", valid="1")
    desk.send("Другое", id="b", valid="2")
    desk.forward(2 * HOUR_S)
    assert [desk.state_of(one) for one in "ab"] == [3, 1]


def test_a_phone_does_what_was_said_of_it_last(desk: Line) -> None:
    for manner in ("off", "blocked", "usual"):
        desk.handset().behaves("sms", manner)
        desk.forward(1)
    desk.send(id="a")
    desk.forward(60)
    assert (desk.state_of("a"), desk.handset().sms()) == (1, ["Заказ готов"])


def test_what_came_stays_whatever_becomes_of_the_phone(desk: Line) -> None:
    desk.send(id="a")
    desk.forward(60)
    for manner in ("blocked", "off", "forbidden"):
        desk.handset().behaves("sms", manner)
        assert (desk.state_of("a"), desk.handset().sms()) == (1, ["Заказ готов"])
    assert desk.handset(OTHER).sms() == []


def test_a_reset_brings_back_the_start(desk: Line) -> None:
    desk.handset().behaves("sms", "blocked")
    desk.send(id="a")
    desk.forward(HOUR_S)
    assert desk.told("POST", "/reset")[0] == 200
    assert desk.account.counts() == {"messages": 0}
    assert desk.send(id="a", cost="3") == {"id": "a", "cnt": 1, "cost": "3.5", "balance": "996.5"}
    assert desk.status("a") == {"status": -3}
    desk.forward(10)
    assert (desk.status("a")["status"], desk.handset().sms()) == (1, ["Заказ готов"])


@pytest.mark.parametrize(
    ("manner", "more", "sentence"),
    [
        ("happy", {}, "may be: usual, off_until, off, refused, blocked, no_such_number, forbidden, unreachable."),
        ("off_until", {}, "off until a moment"), ("off_until", {"until": "soon"}, "'soon'"),
        ("off_until", {"until": "2026-11-23T10:00"}, "off until a moment"),
        ("usual", {"after_s": -1}, "after_s is a number"), ("off", {"after_s": 1}, "after_s cannot be said"),
        ("usual", {"how": 1}, "how"),
    ],
)  # fmt: skip
def test_a_phone_is_nothing_that_nobody_knows(desk: Line, manner: str, more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SandboxError, match=sentence):
        desk.handset().behaves("sms", manner, **more)
    assert desk.account.state.phones == {}


def test_nobody_writes_to_the_company_by_sms(desk: Line) -> None:
    with pytest.raises(SandboxError, match="SMS go one way"):
        desk.handset().writes("sms", "СТОП")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("POST", "/phones", {"company": "no", "channel": "sms", "phone": PHONE, "is": "off"}, 404, "There is no company 'no'"),
        ("POST", "/phones", {"company": "acme", "channel": "fax", "phone": PHONE, "is": "off"}, 404, "its channels are: sms."),
        ("POST", "/phones", {"company": "acme", "channel": "sms", "is": "off"}, 400, "'' is no telephone number"),
        ("POST", "/phones", {"company": "acme", "channel": "sms", "phone": "12", "is": "off"}, 400, "'12' is no telephone number"),
        ("POST", "/phones", {"company": "acme", "channel": "sms", "phone": PHONE, "is": 1}, 400, "is is a text"),
        ("POST", "/incoming", {"company": "acme", "channel": "sms", "from": PHONE}, 400, "text is a text"),
        ("GET", "/handset?company=acme&channel=max&phone=1", None, 404, "reaches nobody by 'max'"),
        ("GET", "/handset?company=acme&channel=sms", None, 400, "phone is a text"),
    ],
)  # fmt: skip
def test_a_mistake_about_a_phone_is_answered_with_a_sentence(
    desk: Line, method: str, path: str, body: Any, status: int, sentence: str
) -> None:
    seen_status, seen = desk.told(method, path, body)
    assert (seen_status, sentence in seen["error"]) == (status, True), seen
