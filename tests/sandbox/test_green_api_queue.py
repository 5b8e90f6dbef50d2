"""The queue of GREEN-API: what is accepted has not left; when it leaves, when it waits, when it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from green_api_desk import ANNA, BORIS, Desk, desk, unix
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kit import Journal, Request, SandboxClock, Setting
from sandbox.systems.green_api import GreenApi
from tests.strategies import examples

DAY_S = 86_400


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


def test_a_message_that_was_accepted_has_not_left(shop: Desk) -> None:
    shop.whatsapp.send(ANNA, "Заказ готов")
    assert shop.gateway.counts() == {"messages": 0, "queued": 1}
    assert shop.hands(ANNA) == []
    shop.later(4)
    assert shop.gateway.counts() == {"messages": 0, "queued": 1}
    shop.later(2)
    assert shop.gateway.counts() == {"messages": 1, "queued": 0}
    shop.later(3)
    assert shop.hands(ANNA) == ["Заказ готов"]


def test_messages_leave_in_the_order_of_their_coming_one_in_five_seconds(shop: Desk) -> None:
    for number in range(4):
        shop.whatsapp.send((ANNA, BORIS)[number % 2], f"№ {number}")
    shop.later(60)
    rows = [
        *shop.gateway.delivered("whatsapp", ANNA),
        *shop.gateway.delivered("whatsapp", BORIS),
    ]
    rows.sort(key=lambda row: row["at"])
    assert [row["text"] for row in rows] == ["№ 0", "№ 1", "№ 2", "№ 3"]
    moments = [unix(row["at"]) for row in rows]
    assert [round(after - before, 2) for before, after in pairwise(moments)] == [5, 5, 5]


def test_the_two_channels_do_not_wait_for_each_other(shop: Desk) -> None:
    shop.whatsapp.send(ANNA, "а")
    shop.max.send(ANNA, "б")
    shop.later(9)
    assert (shop.hands(ANNA), shop.hands(ANNA, "max")) == (["а"], ["б"])


def test_a_new_delay_holds_five_minutes_later(shop: Desk) -> None:
    answer = shop.whatsapp.post("setSettings", delaySendMessagesMilliseconds=60_000)
    assert answer == {"saveSettings": True}
    shop.whatsapp.send(ANNA, "скоро")
    shop.later(6)
    assert shop.gateway.counts()["messages"] == 1
    shop.later(300)
    shop.whatsapp.send(ANNA, "не скоро")
    shop.later(58)
    assert shop.gateway.counts()["messages"] == 1
    shop.later(3)
    assert shop.gateway.counts()["messages"] == 2


@pytest.mark.parametrize("state", ["notAuthorized", "blocked", "sleepMode", "yellowCard"])
def test_without_authorisation_messages_wait_and_leave_hours_later_when_it_is_back(shop: Desk, state: str) -> None:
    shop.gateway.behave("whatsapp", how=state)
    for text in ("первое", "второе"):
        shop.whatsapp.send(ANNA, text)
    shop.later(5 * 3600)
    assert shop.whatsapp.get("getStateInstance") == {"stateInstance": state}
    assert shop.whatsapp.queued() == ["первое", "второе"]
    assert shop.hands(ANNA) == []
    back = shop.unix()
    shop.gateway.behave("whatsapp", how="authorized")
    shop.later(60)
    rows = shop.gateway.delivered("whatsapp", ANNA)
    assert [row["text"] for row in rows] == ["первое", "второе"]
    assert [round(unix(row["at"]) - back) for row in rows] == [8, 13]


def test_what_has_not_left_in_a_day_is_dropped_in_silence(shop: Desk) -> None:
    shop.gateway.behave("whatsapp", how="notAuthorized")
    shop.whatsapp.send(ANNA, "вчерашнее")
    shop.later(3600)
    shop.whatsapp.send(ANNA, "сегодняшнее")
    shop.whatsapp.notices()
    shop.later(DAY_S - 3600 - 1)
    assert shop.whatsapp.queued() == ["вчерашнее", "сегодняшнее"]
    shop.later(2)
    assert shop.whatsapp.queued() == ["сегодняшнее"]
    shop.gateway.behave("whatsapp", how="authorized")
    shop.later(300)
    assert shop.hands(ANNA) == ["сегодняшнее"]
    assert {notice["typeWebhook"] for notice in shop.whatsapp.notices() if "вчерашнее" in str(notice)} == set()


def test_who_stands_too_far_back_in_the_queue_never_leaves(shop: Desk) -> None:
    shop.whatsapp.post("setSettings", delaySendMessagesMilliseconds=599_000)
    shop.later(301)
    for number in range(147):
        shop.whatsapp.send(ANNA, f"№ {number}")
    shop.later(2 * DAY_S)
    assert shop.hands(ANNA) == [f"№ {number}" for number in range(144)]
    assert shop.gateway.counts() == {"messages": 144, "queued": 0}


def test_the_message_in_hand_is_seen_neither_in_the_queue_nor_in_the_journal(shop: Desk) -> None:
    for text in ("в руках", "следующее"):
        shop.whatsapp.send(ANNA, text)
    assert shop.whatsapp.queued() == ["следующее"]
    assert shop.whatsapp.journal() == []
    shop.gateway.behave("whatsapp", how="notAuthorized")
    assert shop.whatsapp.queued() == ["в руках", "следующее"]


def test_the_queue_tells_ids_and_what_was_asked(shop: Desk) -> None:
    shop.gateway.behave("whatsapp", how="notAuthorized")
    sent = shop.whatsapp.send(ANNA, "Готов")
    body = {"chatId": "79161234567@c.us", "message": "Готов"}
    assert shop.whatsapp.get("showMessagesQueue") == [{"messageID": sent, "type": "sendMessage", "body": body}]


def test_a_switch_shows_the_message_in_hand(tmp_path: Path) -> None:
    with desk(tmp_path, switches={"shows_head": True}) as shop:
        shop.whatsapp.send(ANNA, "в руках")
        assert shop.whatsapp.queued() == ["в руках"]


def test_an_emergency_brake_stops_all_but_the_message_in_hand(shop: Desk) -> None:
    for number in range(3):
        shop.whatsapp.send(ANNA, f"№ {number}")
    assert shop.whatsapp.get("clearMessagesQueue") == {"isCleared": True}
    shop.later(60)
    assert shop.hands(ANNA) == ["№ 0"]
    dropped = shop.effects()[-1]
    assert (dropped["kind"], len(dropped["payload"]["dropped"])) == ("clearMessagesQueue", 2)


@pytest.mark.parametrize(("drops", "arrived"), [(False, ["Готов"]), (True, [])])
def test_max_may_lose_the_queue_with_its_connection(tmp_path: Path, drops: bool, arrived: list[str]) -> None:
    with desk(tmp_path, switches={"max_drops_queue": drops}) as shop:
        shop.max.send(ANNA, "Готов")
        shop.whatsapp.send(ANNA, "Готов")
        for state in ("notAuthorized", "authorized"):
            for channel in ("max", "whatsapp"):
                shop.gateway.set_state(channel, state)
        shop.later(60)
        assert (shop.hands(ANNA, "max"), shop.hands(ANNA)) == (arrived, ["Готов"])


def test_a_switch_lets_the_vendor_send_twice_what_was_accepted_once(tmp_path: Path) -> None:
    with desk(tmp_path, switches={"resends": True, "journal_lag_s": 0}) as shop:
        sent = shop.whatsapp.send(ANNA, "Готов")
        shop.later(599)
        assert shop.hands(ANNA) == ["Готов"]
        shop.later(600)
        assert shop.hands(ANNA) == ["Готов", "Готов"]
        ids = [row["idMessage"] for row in shop.whatsapp.get("lastOutgoingMessages")]
        assert ids[1] == sent != ids[0]
        assert len(shop.effects()) == 1


def test_a_message_is_typed_before_it_leaves(shop: Desk) -> None:
    shop.whatsapp.post("sendMessage", chatId="79161234567@c.us", message="м", typingTime=20_000)
    shop.later(24)
    assert shop.gateway.counts()["messages"] == 0
    shop.later(2)
    assert shop.gateway.counts()["messages"] == 1


COURSE = st.lists(
    st.one_of(
        st.sampled_from(["send", "send", "authorized", "notAuthorized", "off", "usual"]),
        st.floats(0.5, 4 * DAY_S / 3),
    ),
    max_size=14,
)


def _played(steps: list[Any], looks: int) -> tuple[GreenApi, list[str]]:
    """Play a course on a clock of its own; `looks`: into how many pieces each stretch of time is cut by somebody looking."""
    clock = SandboxClock(datetime.fromisoformat("2026-11-23T09:00:00+03:00"), lambda: 0.0)
    gateway = GreenApi(Setting("shop", {"systems": {"green_api": {"whatsapp": "W"}}}, clock, Journal(clock), "off"))
    base, accepted = gateway.environment("")["W"].rpartition("/"), []
    for step in [*steps, 30.0]:
        if step == "send":
            body = f'{{"chatId": "79161234567@c.us", "message": "{len(accepted)}"}}'.encode()
            path = f"{base[0]}/sendMessage/{base[2]}"
            assert gateway.handle(Request("POST", path, "", {}, body, secure=False, client_ip="")).status == 200
            accepted.append(str(len(accepted)))
        elif step in {"off", "usual"}:
            gateway.behave("whatsapp", ANNA, step)
        elif isinstance(step, str):
            gateway.behave("whatsapp", how=step)
        else:
            for _ in range(looks):
                clock.forward(step / looks)
                gateway.counts()
    return gateway, accepted


@given(COURSE)
@examples(soak=2_000, short=40)
def test_however_often_one_looks_the_same_messages_leave_at_the_same_moments(steps: list[Any]) -> None:
    seldom, accepted = _played(steps, 1)
    often, _ = _played(steps, 3)
    one, other = seldom.state["whatsapp"], often.state["whatsapp"]
    assert [item.body for item in one.queue] == [item.body for item in other.queue]
    assert [_seen(message) for message in one.messages] == [_seen(message) for message in other.messages]
    left, waiting = [message.text for message in one.messages], [item.body["message"] for item in one.queue]
    assert [text for text in accepted if text in {*left, *waiting}] == [*left, *waiting]
    moments = [message.at for message in one.messages]
    assert all(after - before > 4.999 for before, after in pairwise(moments))
    assert all(message.at - float(_accepted_at(seldom, message.id_message)) < DAY_S for message in one.messages)


def _seen(message: Any) -> Any:
    statuses = tuple((round(at, 2), status) for at, status in message.statuses)
    return replace(
        message, at=round(message.at, 2), statuses=statuses, due=[(round(at, 2), s) for at, s in message.due]
    )


def _accepted_at(gateway: GreenApi, id_message: str) -> float:
    rows = gateway._setting.journal.effects_since(0)
    return next(unix(row["at"]) for row in rows if row["payload"]["idMessage"] == id_message)
