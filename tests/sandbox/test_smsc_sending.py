"""`send.php` over real sockets: who may send, what is understood, what is refused, what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from smsc_line import PHONE, Line, line

from sandbox.systems.smsc.segments import parts_of


@pytest.fixture
def desk() -> Iterator[Line]:
    with line() as opened:
        yield opened


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_message_is_accepted_under_the_id_of_its_sender(desk: Line, method: str) -> None:
    assert desk.ask("send", method, phones=PHONE, mes="Заказ готов", id="deal-71.ready_1") == {
        "id": "deal-71.ready_1",
        "cnt": 1,
    }
    (effect,) = desk.world.journal.effects_since(0)
    assert (effect["system"], effect["kind"], effect["by"]) == ("smsc", "POST send", "worker")
    assert effect["payload"] == {
        "id": "deal-71.ready_1", "phone": "79161234501", "text": "Заказ готов", "parts": 1, "cost_kopecks": 350, "sender": "",
    }  # fmt: skip
    assert desk.account.counts() == {"messages": 1}


def test_the_key_stands_for_login_and_password(desk: Line) -> None:
    key = desk.account.credential("worker", "")["apikey"]
    _, _, body = desk.raw("send", {"apikey": key, "phones": PHONE, "mes": "ready", "fmt": "3"})
    assert json.loads(body)["cnt"] == 1


@pytest.mark.parametrize("wrong", [{"psw": "no"}, {"login": ""}, {"login": "", "psw": ""}, {"login": "acme2"}])
def test_a_wrong_login_is_error_2_and_sends_nothing(desk: Line, wrong: dict[str, str]) -> None:
    for page in ("send", "status"):
        answer = desk.ask(page, phones=PHONE, mes="ready", phone=PHONE, id="1", **wrong)
        assert answer == {"error": "authorise error", "error_code": 2}
    assert desk.texts() == []
    assert [row["by"] for row in desk.world.journal.requests_since(0)] == ["", ""]


def test_utf_8_without_a_word_about_it_arrives_as_mojibake(desk: Line) -> None:
    fields = {**desk.keys, "phones": PHONE, "mes": "Заказ готов", "fmt": "3"}
    desk.raw("send", fields)
    desk.raw("send", {**fields, "charset": "utf8"})
    desk.raw("send", {**fields, "charset": "UTF-8"})
    assert desk.texts() == ["Р—Р°РєР°Р· РіРѕС‚РѕРІ", "Заказ готов"]
    assert [row["payload"]["parts"] for row in desk.world.journal.effects_since(0)] == [1, 1]


@pytest.mark.parametrize(("charset", "codec"), [("", "cp1251"), ("windows-1251", "cp1251"), ("koi8-r", "koi8-r")])
def test_other_charsets_are_read_as_they_are_named(desk: Line, charset: str, codec: str) -> None:
    keys = "&".join(f"{name}={quote(value)}" for name, value in desk.keys.items())
    desk.raw(
        "send", f"{keys}&phones={quote(PHONE)}&charset={charset}&mes={quote('Ёлка готова', encoding=codec)}".encode()
    )
    assert desk.texts() == ["Ёлка готова"]


def test_an_id_of_digits_is_a_number_and_a_missing_one_is_made(desk: Line) -> None:
    assert desk.send("раз", id="2147483647")["id"] == 2147483647
    assert desk.send("ещё раз", id="007")["id"] == 7
    assert [row["payload"]["id"] for row in desk.world.journal.effects_since(0)] == ["2147483647", "7"]
    made = [desk.send(text)["id"] for text in ("два", "три")]
    assert all(isinstance(one, int) for one in made)
    assert len(set(made)) == 2


def test_one_id_twice_is_two_messages(desk: Line) -> None:
    assert desk.send("Первое", id="pay-42") == desk.send("Второе", id="pay-42") == {"id": "pay-42", "cnt": 1}
    desk.forward(60)
    desk.send("Первое", id="pay-42")
    assert desk.texts() == ["Первое", "Второе", "Первое"]
    assert desk.handset().sms() == ["Первое", "Второе"]


def test_an_identical_request_within_a_minute_is_error_9_whatever_its_id(desk: Line) -> None:
    again = {"error": "duplicate request, wait a minute", "error_code": 9}
    desk.send("Готов", id="a")
    assert desk.send("Готов", id="a") == again
    assert desk.send("Готов", id="b") == again
    assert desk.send("Готов", id="a", to="+79161234502")["cnt"] == 1
    desk.forward(59)
    assert desk.send("Готов", id="a") == again
    desk.forward(59)
    assert desk.send("Готов", id="a") == again, "whoever repeats himself within the minute waits anew"
    desk.forward(60)
    assert desk.send("Готов", id="a") == {"id": "a", "cnt": 1}
    assert desk.texts() == ["Готов"] * 3


def test_ids_may_be_switched_to_tell_requests_apart() -> None:
    with line(ids_tell_apart=True) as desk:
        assert desk.send("Готов", id="a")["id"] == "a"
        assert desk.send("Готов", id="b")["id"] == "b"
        assert desk.send("Готов", id="b")["error_code"] == 9


def test_a_refused_request_counts_as_one_that_was_made() -> None:
    with line(balance_kopecks=0) as desk:
        assert [desk.send(id="a")["error_code"] for _ in range(2)] == [3, 9]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phones": ""}, 1), ({"mes": ""}, 1), ({"mes": "я" * 1001}, 1), ({"id": "a" * 41}, 1), ({"id": "заказ"}, 1),
        ({"id": "a b"}, 1), ({"id": "2147483648"}, 1), ({"valid": "25"}, 1), ({"valid": "day"}, 1), ({"maxsms": "-1"}, 1),
        ({"sender": "OtherName"}, 6), ({"mes": "Выигрыш в КАЗИНО"}, 6), ({"phones": "12345"}, 7), ({"phones": "phone"}, 7),
        ({"phones": "+74951234508"}, 8),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_costs_nothing(fields: dict[str, str], code: int) -> None:
    with line(forbidden_words=("казино",)) as desk:
        answer = desk.ask("send", **{"phones": PHONE, "mes": "Готов", "id": "pay-42", **fields})
        assert answer.pop("error")
        assert answer == {"error_code": code} | ({"id": "pay-42"} if code >= 6 else {})
        assert (desk.texts(), desk.account.state.balance_kopecks) == ([], 100_000)


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ({"sender": "AcmeSvet"}, "AcmeSvet"),
        ({"sender": "."}, ""),
        ({"phones": "+77011234567"}, ""),
        ({"time": "0", "valid": "1"}, ""),
    ],
)
def test_what_is_right_goes(desk: Line, fields: dict[str, str], sender: str) -> None:
    assert desk.ask("send", **{"phones": PHONE, "mes": "я" * 1000, "id": "a" * 40, **fields})["cnt"] == 15
    assert desk.world.journal.effects_since(0)[0]["payload"]["sender"] == sender
    assert desk.account.state.balance_kopecks == 100_000 - 15 * 350


def test_numbers_are_corrected_unless_a_plus_forbids_it(desk: Line) -> None:
    for written in ("8 (916) 123-45-01", "916 1234501", "79161234501"):
        desk.send(f"на {written}", to=written)
    assert {row["payload"]["phone"] for row in desk.world.journal.effects_since(0)} == {"79161234501"}


def test_a_request_to_many_leaves_out_those_that_cannot_be_reached(desk: Line) -> None:
    assert desk.send("Готов", to="+79161234501,12,+74951234508,+79161234502", id="x", cost="3") == {
        "id": "x", "cnt": 2, "cost": "7", "balance": "993",
    }  # fmt: skip
    assert [row["payload"]["phone"] for row in desk.world.journal.effects_since(0)] == ["79161234501", "79161234502"]


def test_a_phone_that_is_refused_is_error_8(desk: Line) -> None:
    desk.handset().behaves("sms", "refused")
    assert desk.send(id="a") == {"error": "can't to deliver", "error_code": 8, "id": "a"}
    assert desk.send(to="+79161234502")["cnt"] == 1


def test_money_goes_down_by_parts_until_there_is_none() -> None:
    with line(balance_kopecks=1_050, part_kopecks=350) as desk:
        assert desk.send("я" * 71, cost="3", id="a") == {"id": "a", "cnt": 2, "cost": "7", "balance": "3.5"}
        assert desk.send("я" * 71, to="+79161234502", id="b") == {"error": "no money", "error_code": 3, "id": "b"}
        assert desk.send("я", cost="2", id="c") == {"id": "c", "cnt": 1, "cost": "3.5"}
        assert desk.send("ю", cost="3", id="d")["error_code"] == 3
        assert [row["payload"]["cost_kopecks"] for row in desk.world.journal.effects_since(0)] == [700, 350]


def test_money_is_there_for_all_or_nobody_is_written_to() -> None:
    with line(balance_kopecks=699) as desk:
        assert desk.send(to=f"{PHONE},+79161234502", id="a") == {"error": "no money", "error_code": 3, "id": "a"}
        assert (desk.texts(), desk.account.state.balance_kopecks) == ([], 699)


def test_a_price_is_told_five_times_a_minute_and_sends_nothing(desk: Line) -> None:
    asked = [desk.send("я" * 135, cost="1") for _ in range(6)]
    assert asked[:5] == [{"cnt": 3, "cost": "10.5"}] * 5
    assert asked[5]["error_code"] == 9
    assert desk.account.counts() == {"messages": 0}
    assert [row["write"] for row in desk.world.journal.requests_since(0)] == [False] * 6
    assert desk.send("я" * 135)["cnt"] == 3


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2),
        ("a" * 307, 3), ("a" * 158 + "€", 1), ("a" * 159 + "€", 2), ("€" * 80, 1), ("€" * 81, 2), ("😀" * 35, 1), ("😀" * 36, 2),
        ("😀" * 67, 3), ("a" * 152 + "€" + "a" * 153, 3), ("a" * 70 + "№", 2), ("a" * 70 + "—", 2), ("a" * 69 + "\N{NO-BREAK SPACE}", 1),
        ("a" * 70 + "ç", 2), ("a" * 159 + "Ç", 1), ("a" * 158 + "\f", 1), ("a" * 159 + "\n", 1), ("", 1),
    ],
)  # fmt: skip
def test_parts_follow_the_alphabet(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_a_cap_on_parts_cuts_the_text(desk: Line) -> None:
    assert desk.send("я" * 135, maxsms="2")["cnt"] == 2
    assert desk.send("😀" * 36, maxsms="1")["cnt"] == 1
    assert desk.texts() == ["я" * 134, "😀" * 35]


def test_without_a_form_the_answers_are_lines_of_text(desk: Line) -> None:
    fields: dict[str, str] = {**desk.keys, "phones": PHONE, "mes": "ready", "id": "a"}
    bodies = [desk.raw("send", fields)[2].decode() for _ in range(2)]
    assert bodies == ["OK - 1 SMS, ID - a", "ERROR = 9 (duplicate request, wait a minute)"]
    assert desk.raw("send", {**fields, "phones": "12"})[2] == b"ERROR = 7 (invalid number), ID - a"
    assert desk.raw("send", {**fields, "cost": "1"})[2] == b"3.5 (1 SMS)"


@pytest.mark.parametrize("unknown", [{"fmt": "2"}, {"time": "+30"}, {"hlr": "1"}, {"op": "1"}, {"list": "7:a"}])
def test_what_the_emulator_has_not_is_refused_plainly(desk: Line, unknown: dict[str, str]) -> None:
    status, kind, body = desk.raw("send", {**desk.keys, "phones": PHONE, "mes": "ready", **unknown})
    assert (status, kind, desk.texts()) == (501, "text/plain; charset=utf-8", [])
    assert body.startswith(b"This SMSC ")


def test_what_is_no_form_says_nothing(desk: Line) -> None:
    body = json.dumps({**desk.keys, "phones": PHONE, "mes": "ready", "fmt": 3}).encode()
    assert desk.raw("send", body, **{"Content-Type": "application/json"})[2].startswith(b"ERROR = 2")
    assert desk.raw("balance", desk.keys)[0] == desk.raw("send", desk.keys, "PUT")[0] == 404


def test_the_journal_tells_what_was_asked(desk: Line) -> None:
    desk.send()
    desk.status("a")
    rows: list[dict[str, Any]] = desk.world.journal.requests_since(0)
    seen = [(row["method"], row["status"], row["by"], row["write"]) for row in rows]
    assert seen == [("send", 200, "worker", True), ("status", 200, "worker", False)]
