"""What GREEN-API tells afterwards: notifications, journals, checks of phones, and what clients write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from green_api_desk import ANNA, BORIS, Desk, desk, unix

CHAT = "79161234567@c.us"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("how", "statuses", "in_hands"),
    [
        ("usual", ["sent", "delivered"], True),
        ("reads", ["sent", "delivered", "read"], True),
        ("off", ["sent"], False),
        ("blocked", ["sent"], False),
        ("failed", ["failed"], False),
        ("no_account", ["noAccount"], False),
    ],
)
@pytest.mark.parametrize("channel", ["whatsapp", "max"])
def test_a_phone_decides_what_becomes_of_a_message(
    shop: Desk, channel: str, how: str, statuses: list[str], in_hands: bool
) -> None:
    line = shop.whatsapp if channel == "whatsapp" else shop.max
    chat = line.chat(ANNA)
    shop.gateway.behave(channel, ANNA, how)
    sent = line.post("sendMessage", chatId=chat, message="Готов")["idMessage"]
    shop.later(7200)
    told = line.notices()
    fates = [notice for notice in told if notice["typeWebhook"] == "outgoingMessageStatus"]
    assert [notice["status"] for notice in fates] == statuses
    assert {(notice["idMessage"], notice["chatId"], notice["sendByApi"]) for notice in fates} == {(sent, chat, True)}
    left = [notice["idMessage"] for notice in told if notice["typeWebhook"] == "outgoingAPIMessageReceived"]
    assert left == ([sent] if statuses[0] == "sent" else [])
    assert line.journal() == [("Готов", statuses[-1])]
    assert shop.hands(ANNA, channel) == (["Готов"] if in_hands else [])


def test_what_the_vendor_tells_of_a_message_that_left(shop: Desk) -> None:
    sent = shop.whatsapp.send(ANNA, "Счёт: https://shop.example/pay")
    began = shop.unix()
    shop.later(10)
    left, status, _ = shop.whatsapp.notices()
    data = left.pop("instanceData")
    assert data == status["instanceData"]
    assert (data["typeInstance"], data["wid"][-5:]) == ("whatsapp", "@c.us")
    assert f"/waInstance{data['idInstance']}/" in shop.whatsapp.address
    assert 4 <= status["timestamp"] - began <= 6
    assert status.keys() == {
        "typeWebhook", "instanceData", "timestamp", "chatId", "idMessage", "status", "sendByApi",
    }  # fmt: skip
    assert (left["idMessage"], left["senderData"]["chatId"]) == (sent, CHAT)
    assert left["messageData"]["typeMessage"] == "extendedTextMessage"
    assert left["messageData"]["extendedTextMessageData"]["text"] == "Счёт: https://shop.example/pay"


def test_a_notification_comes_again_until_it_is_deleted(shop: Desk) -> None:
    assert shop.whatsapp.notice() is None
    shop.gateway.receive("whatsapp", ANNA, "СТОП")
    shop.gateway.receive("whatsapp", BORIS, "Спасибо")
    first = shop.whatsapp.notice()
    assert shop.whatsapp.notice() == first
    delete = ("DELETE", "deleteNotification")
    assert shop.whatsapp.ask(*delete, rest=f"/{first['receiptId']}") == (200, {"result": True})
    assert shop.whatsapp.ask(*delete, rest=f"/{first['receiptId']}") == (200, {"result": False})
    assert shop.whatsapp.notice()["body"]["senderData"]["sender"] == "79217654321@c.us"


def test_a_notification_is_kept_for_a_day(shop: Desk) -> None:
    shop.gateway.receive("whatsapp", ANNA, "СТОП")
    shop.later(86_400 - 5)
    assert shop.whatsapp.notice() is not None
    shop.later(10)
    assert shop.whatsapp.notice() is None


def test_a_client_writes(shop: Desk) -> None:
    chat = shop.max.chat(BORIS)
    shop.gateway.receive("max", BORIS, "Оплатим 15-го")
    (notice,) = shop.max.notices()
    assert notice["typeWebhook"] == "incomingMessageReceived"
    assert notice["instanceData"]["typeInstance"] == "v3"
    assert (notice["senderData"]["chatId"], notice["senderData"]["sender"]) == (chat, chat)
    assert notice["messageData"] == {
        "typeMessage": "textMessage", "textMessageData": {"textMessage": "Оплатим 15-го"},
    }  # fmt: skip
    assert shop.whatsapp.notice() is None


def test_what_a_client_wrote_while_the_account_was_away_is_told_when_it_is_back(shop: Desk) -> None:
    shop.gateway.behave("whatsapp", how="notAuthorized")
    written = shop.unix()
    shop.gateway.receive("whatsapp", ANNA, "СТОП")
    shop.later(2 * 86_400)
    assert shop.whatsapp.notice() is None
    shop.gateway.behave("whatsapp", how="authorized")
    state, came = shop.whatsapp.notices()
    assert (state["typeWebhook"], state["stateInstance"]) == ("stateInstanceChanged", "authorized")
    assert came["messageData"]["textMessageData"]["textMessage"] == "СТОП"
    assert abs(came["timestamp"] - written) <= 1


def test_a_journal_shows_a_message_two_minutes_late(shop: Desk) -> None:
    sent = shop.whatsapp.send(ANNA, "Готов")
    shop.later(123)
    assert shop.whatsapp.get("lastOutgoingMessages") == []
    assert shop.whatsapp.post("getChatHistory", chatId=CHAT) == []
    assert shop.whatsapp.ask("POST", "getMessage", {"chatId": CHAT, "idMessage": sent})[0] == 400
    shop.later(3)
    (row,) = shop.whatsapp.get("lastOutgoingMessages", "?minutes=3")
    assert row.pop("timestamp") == pytest.approx(shop.unix() - 121, abs=2)
    assert row == {
        "type": "outgoing", "idMessage": sent, "typeMessage": "textMessage", "textMessage": "Готов", "chatId": CHAT,
        "statusMessage": "delivered", "sendByApi": True,
    }  # fmt: skip
    assert shop.whatsapp.post("getMessage", chatId=CHAT, idMessage=sent)["statusMessage"] == "delivered"


def test_a_switch_makes_the_journal_quick(tmp_path: Path) -> None:
    with desk(tmp_path, switches={"journal_lag_s": 0}) as shop:
        shop.whatsapp.send(ANNA, "Готов")
        shop.later(6)
        assert shop.whatsapp.journal() == [("Готов", "sent")]


def test_a_journal_goes_back_as_many_minutes_as_are_asked_for_and_a_day_by_itself(shop: Desk) -> None:
    for text in ("раньше", "позже"):
        shop.whatsapp.send(ANNA, text)
        shop.later(3600)
    assert [text for text, _ in shop.whatsapp.journal()] == ["позже", "раньше"]
    assert [text for text, _ in shop.whatsapp.journal("?minutes=61")] == ["позже"]
    shop.later(86_400 - 3700)
    assert [text for text, _ in shop.whatsapp.journal()] == ["позже"]


def test_a_journal_ends_at_its_ten_thousandth_message(shop: Desk) -> None:
    shop.whatsapp.send(ANNA, "Готов")
    shop.later(200)
    assert shop.whatsapp.journal() == [("Готов", "delivered")]
    shop.gateway.state["whatsapp"].messages *= 10_005
    assert len(shop.whatsapp.get("lastOutgoingMessages")) == 10_000


def test_a_chat_is_told_in_both_directions_the_newest_first(shop: Desk) -> None:
    shop.whatsapp.send(ANNA, "Готов")
    shop.whatsapp.send(BORIS, "Чужое")
    shop.later(60)
    shop.gateway.receive("whatsapp", ANNA, "Еду")
    shop.later(300)
    rows = shop.whatsapp.post("getChatHistory", chatId=CHAT)
    assert [(row["type"], row["textMessage"]) for row in rows] == [("incoming", "Еду"), ("outgoing", "Готов")]
    assert len(shop.whatsapp.post("getChatHistory", chatId=CHAT, count=1)) == 1
    shop.gateway.behave("whatsapp", how="notAuthorized")
    refused = shop.whatsapp.ask("POST", "getChatHistory", {"chatId": CHAT})
    assert refused == (400, "instance account not authorized")


def test_a_text_arrives_trimmed_and_a_link_changes_its_type(shop: Desk) -> None:
    shop.whatsapp.send(ANNA, " Готов.\r\nЖдём: http://shop.example \n")
    shop.later(300)
    (row,) = shop.whatsapp.get("lastOutgoingMessages")
    assert row["typeMessage"] == "extendedTextMessage"
    assert row["extendedTextMessage"]["text"] == "Готов.\nЖдём: http://shop.example"
    assert "textMessage" not in row


def test_a_phone_that_is_switched_on_again_gets_what_waited_for_it(shop: Desk) -> None:
    on = shop.running.world.clock.now() + timedelta(hours=3)
    shop.gateway.behave("whatsapp", ANNA, "off_until", until=on.isoformat())
    shop.gateway.behave("whatsapp", BORIS, "off")
    for phone in (ANNA, BORIS):
        shop.whatsapp.send(phone, "Готов")
    shop.later(3600)
    assert [status for _, status in shop.whatsapp.journal()] == ["sent", "sent"]
    shop.later(2 * 3600 + 60)
    (row,) = shop.gateway.delivered("whatsapp", ANNA)
    assert unix(row["at"]) - on.timestamp() == pytest.approx(3, abs=0.1)
    shop.gateway.behave("whatsapp", BORIS, "reads")
    shop.later(20)
    assert shop.hands(BORIS) == ["Готов"]
    assert [status for _, status in shop.whatsapp.journal()] == ["delivered", "delivered"]
    shop.later(20)
    assert [status for _, status in shop.whatsapp.journal()] == ["read", "delivered"]


def test_who_has_blocked_us_never_gets_what_was_sent_meanwhile(shop: Desk) -> None:
    shop.gateway.behave("whatsapp", ANNA, "blocked")
    shop.whatsapp.send(ANNA, "мимо")
    shop.later(60)
    shop.gateway.behave("whatsapp", ANNA, "usual")
    shop.whatsapp.send(ANNA, "дошло")
    shop.later(60)
    assert shop.hands(ANNA) == ["дошло"]


def test_a_yellow_card_is_told_of_each_message_that_it_holds_up(shop: Desk) -> None:
    waiting = shop.whatsapp.send(ANNA, "до карточки")
    shop.gateway.behave("whatsapp", how="yellowCard")
    after = shop.whatsapp.send(ANNA, "после")
    assert shop.whatsapp.statuses() == [(waiting, "yellowCard"), (after, "yellowCard")]


def test_only_failures_are_told_when_the_settings_want_nothing(shop: Desk) -> None:
    flags = ("outgoingWebhook", "outgoingAPIMessageWebhook", "incomingWebhook", "stateWebhook")
    shop.whatsapp.post("setSettings", **dict.fromkeys(flags, "no"))
    shop.gateway.receive("whatsapp", ANNA, "ещё слышно")
    assert len(shop.whatsapp.notices()) == 1
    shop.later(301)
    shop.gateway.receive("whatsapp", ANNA, "уже нет")
    shop.gateway.behave("whatsapp", BORIS, "no_account")
    shop.whatsapp.send(ANNA, "Готов")
    nobody = shop.whatsapp.send(BORIS, "Готов")
    shop.later(60)
    assert shop.whatsapp.statuses() == [(nobody, "noAccount")]


def test_who_is_to_be_told_elsewhere_cannot_ask(shop: Desk) -> None:
    shop.whatsapp.post("setSettings", webhookUrl="https://shop.example/hook")
    shop.later(301)
    refused = shop.whatsapp.ask("GET", "receiveNotification")
    assert refused == (400, "Message cannot be received because custom webhook url is set")


def test_phones_are_asked_for_accounts(shop: Desk) -> None:
    for channel in ("whatsapp", "max"):
        shop.gateway.behave(channel, BORIS, "no_account")
    assert shop.whatsapp.post("checkWhatsapp", phoneNumber=79161234567) == {"existsWhatsapp": True}
    assert shop.whatsapp.post("checkWhatsapp", chatId="79217654321@c.us") == {"existsWhatsapp": False}
    found = shop.max.post("checkAccount", phoneNumber=79161234567)
    assert found["exist"] is True
    assert found["chatId"].isdigit()
    assert "9161234567" not in found["chatId"]
    assert shop.max.post("checkAccount", phoneNumber=79217654321, force=True) == {"exist": False, "chatId": ""}
    assert shop.max.post("checkAccount", phoneNumber=375291234567)["exist"] is True


def test_an_account_that_is_not_linked_cannot_ask_for_others(shop: Desk) -> None:
    for channel, line, method in (("whatsapp", shop.whatsapp, "checkWhatsapp"), ("max", shop.max, "checkAccount")):
        shop.gateway.set_state(channel, "starting")
        refused = line.ask("POST", method, {"phoneNumber": 79161234567})
        assert refused == (400, "instance is starting or not authorized")


def test_a_switch_lets_max_suspend_who_asks_too_often_for_nobody(tmp_path: Path) -> None:
    with desk(tmp_path, switches={"absent_checks": 2}) as shop:
        shop.gateway.behave("max", BORIS, "no_account")
        for _ in range(2):
            shop.max.post("checkAccount", phoneNumber=79217654321)
            shop.max.chat(ANNA)
        assert shop.max.get("getStateInstance") == {"stateInstance": "authorized"}
        shop.max.post("checkAccount", phoneNumber=79217654321)
        assert shop.max.get("getStateInstance") == {"stateInstance": "suspended"}
