"""The methods of the gateway: what each asks for, does and answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.kit import Setting
from sandbox.systems.green_api import course, errors, gate, journals, names, notices, texts
from sandbox.systems.green_api.calls import Call
from sandbox.systems.green_api.errors import bad, invalid
from sandbox.systems.green_api.instances import DAY_S, FLAGS, STARTING, SUSPENDED, Instance, Queued
from sandbox.systems.green_api.switches import Switches

SYSTEM = "green_api"
_QUEUE_SHOWN = {"whatsapp": None, "max": 500}
_ELEVEN_TO_SIXTEEN = re.compile(r"[0-9]{11,16}")


@dataclass(frozen=True)
class Turn:
    """One call to one instance at one moment."""

    setting: Setting
    instance: Instance
    call: Call
    now: float
    switches: Switches

    @property
    def is_limited(self) -> bool:
        """Whether the vendor's limits hold."""
        return self.setting.limits != "off"

    def note(self, payload: dict[str, Any]) -> None:
        """Tell the journal of effects what was accepted."""
        told = {"channel": self.instance.channel, **payload}
        self.setting.journal.effect(self.setting.company, SYSTEM, self.call.method, "worker", told)


@dataclass(frozen=True)
class Method:
    """A method: its verb, what it does, and how often a second it may be called in each channel that has it."""

    verb: str
    run: Callable[[Turn], Any]
    per_second: dict[str, int]
    lists_rows: bool = False
    writes: bool = False


def send_message(turn: Turn) -> dict[str, str]:
    """Put a message into the queue."""
    body = turn.call.body("chatId", "message", "quotedMessageId", "linkPreview", "typingTime")
    phone = _phone_behind(turn, body)
    _check_message(turn.instance, body)
    if turn.instance.state == STARTING:
        raise bad(errors.STARTING)
    if turn.is_limited:
        gate.count_message(turn.instance, body["chatId"], turn.switches.plan, turn.now)
    item = Queued(turn.instance.new_id(), body["chatId"], phone, body, turn.now)
    course.accept(turn.instance, item)
    turn.note({"chatId": item.chat_id, "phone": f"+{phone}", "text": body["message"], "idMessage": item.id_message})
    return {"idMessage": item.id_message}


def check_whatsapp(turn: Turn) -> dict[str, bool]:
    """Tell whether a phone has an account in WhatsApp."""
    body = turn.call.body("phoneNumber", "chatId")
    phone = _phone_behind(turn, body) if "chatId" in body else _phone_number(body)
    _count_check(turn)
    return {"existsWhatsapp": turn.instance.has_account(phone)}


def check_account(turn: Turn) -> dict[str, Any]:
    """Tell whether a phone has an account in MAX, and its chat."""
    body = turn.call.body("phoneNumber", "force")
    phone = _phone_number(body)
    if not isinstance(body.get("force", False), bool):
        raise invalid("'force' must be a boolean")
    if not names.is_max_phone(phone):
        raise invalid("'phoneNumber' must be a number of Russia (7) or Belarus (375)")
    _count_check(turn)
    if turn.instance.has_account(phone):
        return {"exist": True, "chatId": names.chat_of(turn.instance.company, names.MAX, phone)}
    _count_absent(turn, phone)
    return {"exist": False, "chatId": ""}


def receive_notification(turn: Turn) -> dict[str, Any] | None:
    """Return the oldest notification.

    Where there is none the answer comes at once: nobody is kept waiting for `receiveTimeout`, since time passes by the clock.
    """
    turn.call.number("receiveTimeout", 5, 5, 60)
    if turn.instance.settings_at(turn.now)["webhookUrl"]:
        raise bad(errors.WEBHOOK_SET)
    notice = notices.first_notice(turn.instance, turn.now)
    return None if notice is None else {"receiptId": notice.receipt_id, "body": notice.body}


def delete_notification(turn: Turn) -> dict[str, bool]:
    """Delete a notification."""
    return {"result": notices.delete_notice(turn.instance, turn.call.rest)}


def get_message(turn: Turn) -> dict[str, Any]:
    """Return one message from the journals."""
    body = turn.call.body("chatId", "idMessage")
    _phone_behind(turn, body)
    named = (body["chatId"], str(body.get("idMessage")))
    found = journals.one(turn.instance, turn.now, turn.switches.journal_lag_s, *named)
    if found is None:
        raise bad(errors.BAD_REQUEST)
    return found


def last_outgoing_messages(turn: Turn) -> list[dict[str, Any]]:
    """Return what left of late."""
    minutes = turn.call.number("minutes", 1_440, 1, 10_000_000)
    return journals.outgoing(turn.instance, turn.now, turn.switches.journal_lag_s, minutes)


def get_chat_history(turn: Turn) -> list[dict[str, Any]]:
    """Return what was said in a chat; the account itself is asked, so it must be linked."""
    body = turn.call.body("chatId", "count")
    _phone_behind(turn, body)
    count = body.get("count", 100)
    if not _is_whole(count) or count < 1:
        raise invalid("'count' must be a positive number")
    if not turn.instance.is_linked:
        raise bad(errors.NO_ACCOUNT_LINKED)
    return journals.history(turn.instance, turn.now, turn.switches.journal_lag_s, body["chatId"], count)


def show_messages_queue(turn: Turn) -> list[dict[str, Any]]:
    """Return what has not left; what is being sent right now is missing, unless switched."""
    instance = turn.instance
    hidden = course.head_in_hand(instance, turn.now) and not turn.switches.shows_head
    rows = instance.queue[1:] if hidden else instance.queue
    shown = rows[: _QUEUE_SHOWN[instance.channel]]
    return [{"messageID": item.id_message, "type": "sendMessage", "body": item.body} for item in shown]


def clear_messages_queue(turn: Turn) -> dict[str, bool]:
    """Drop everything that has not left; what is being sent right now leaves all the same."""
    in_hand = course.head_in_hand(turn.instance, turn.now)
    dropped = turn.instance.queue[in_hand:]
    del turn.instance.queue[in_hand:]
    turn.note({"dropped": [item.id_message for item in dropped]})
    return {"isCleared": True}


def get_state_instance(turn: Turn) -> dict[str, str]:
    """Return the state of the instance."""
    return {"stateInstance": turn.instance.state}


def set_settings(turn: Turn) -> dict[str, bool]:
    """Take new settings, which hold some minutes later."""
    given = turn.call.body("delaySendMessagesMilliseconds", "webhookUrl", *FLAGS)
    if not given:
        raise invalid("'value' must have at least 1 key")
    delay = given.get("delaySendMessagesMilliseconds", 5_000)
    if not _is_whole(delay) or not 500 <= delay <= 600_000:
        raise invalid("'delaySendMessagesMilliseconds' must be from 500 to 600000")
    if any(given.get(name, "yes") not in ("yes", "no") for name in FLAGS):
        raise invalid(f"{', '.join(FLAGS)} must be one of [yes, no]")
    if not isinstance(given.get("webhookUrl", ""), str):
        raise invalid("'webhookUrl' must be a string")
    _, latest = turn.instance.settings[-1]
    turn.instance.settings.append((turn.now + turn.switches.settings_lag_s, {**latest, **given}))
    turn.note(given)
    return {"saveSettings": True}


def _phone_behind(turn: Turn, body: dict[str, Any]) -> str:
    chat_id = body.get("chatId")
    if not isinstance(chat_id, str):
        raise invalid("'chatId' must be a string")
    phone = names.phone_of(turn.instance.company, turn.instance.channel, chat_id)
    if phone is None:
        raise invalid(f"'chatId' is not a chat: {chat_id}")
    return phone


def _check_message(instance: Instance, body: dict[str, Any]) -> None:
    text, longest = body.get("message"), texts.LONGEST[instance.channel]
    if not isinstance(text, str):
        raise invalid("'message' must be a string")
    if not text.strip():
        raise invalid("'message' is not allowed to be empty")
    if len(text) > longest:
        raise invalid(f"'message' length must be less than or equal to {longest} characters long")
    if not isinstance(body.get("quotedMessageId", ""), str):
        raise invalid("'quotedMessageId' must be a string")
    if not isinstance(body.get("linkPreview", True), bool):
        raise invalid("'linkPreview' must be a boolean")
    typing_ms = body.get("typingTime", 1_000)
    if not _is_whole(typing_ms) or not 1_000 <= typing_ms <= 20_000:
        raise invalid("'typingTime' must be from 1000 to 20000")


def _phone_number(body: dict[str, Any]) -> str:
    number = body.get("phoneNumber")
    if not _is_whole(number):
        raise invalid("'phoneNumber' must be a number")
    if not _ELEVEN_TO_SIXTEEN.fullmatch(str(number)):
        raise bad(errors.BAD_PHONE)
    return str(number)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _count_check(turn: Turn) -> None:
    if not turn.instance.is_linked:
        raise bad(errors.NOT_LINKED)
    if turn.is_limited:
        gate.count_check(turn.instance, turn.call.method, turn.switches.plan, turn.now)


def _count_absent(turn: Turn, phone: str) -> None:
    asked = [moment for moment in turn.instance.absent.get(phone, []) if turn.now - moment < DAY_S]
    turn.instance.absent[phone] = [*asked, turn.now]
    if 0 < turn.switches.absent_checks <= len(asked):
        course.change_state(turn.instance, SUSPENDED, turn.now, turn.switches)


def _both(per_second: int) -> dict[str, int]:
    return dict.fromkeys(names.CHANNELS, per_second)


METHODS: dict[str, Method] = {
    "sendMessage": Method("POST", send_message, _both(50), writes=True),
    "checkWhatsapp": Method("POST", check_whatsapp, {names.WHATSAPP: 10}),
    "checkAccount": Method("POST", check_account, {names.MAX: 1}),
    "receiveNotification": Method("GET", receive_notification, _both(100)),
    "deleteNotification": Method("DELETE", delete_notification, _both(100)),
    "getMessage": Method("POST", get_message, {names.WHATSAPP: 10, names.MAX: 1}),
    "lastOutgoingMessages": Method("GET", last_outgoing_messages, _both(1), lists_rows=True),
    "getChatHistory": Method("POST", get_chat_history, _both(1), lists_rows=True),
    "showMessagesQueue": Method("GET", show_messages_queue, _both(1), lists_rows=True),
    "clearMessagesQueue": Method("GET", clear_messages_queue, _both(1), writes=True),
    "getStateInstance": Method("GET", get_state_instance, _both(1)),
    "setSettings": Method("POST", set_settings, _both(1), writes=True),
}
"""All methods. How often checkAccount may be called stands nowhere: as seldom as anything."""
