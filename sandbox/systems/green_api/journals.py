"""The journals: what left and what came, seen late and only so far back."""

from __future__ import annotations

from typing import Any

from sandbox.systems.green_api import texts
from sandbox.systems.green_api.instances import DAY_S, Instance, Message
from sandbox.systems.green_api.names import MAX

_DEEPEST = {"whatsapp": 10_000, "max": 5_000}
_MAX_REMEMBERS_S = 90 * DAY_S


def outgoing(instance: Instance, now: float, lag_s: float, minutes: int) -> list[dict[str, Any]]:
    """Return what left in the last minutes, the newest first."""
    rows = [message for message in _seen(instance, now, lag_s) if not message.incoming]
    return [shown(message) for message in rows[: _DEEPEST[instance.channel]] if message.at >= now - minutes * 60]


def history(instance: Instance, now: float, lag_s: float, chat_id: str, count: int) -> list[dict[str, Any]]:
    """Return the last messages of a chat in both directions, the newest first."""
    return [shown(message) for message in _seen(instance, now, lag_s) if message.chat_id == chat_id][:count]


def one(instance: Instance, now: float, lag_s: float, chat_id: str, id_message: str) -> dict[str, Any] | None:
    """Return a message of a chat, None where the journals do not show it."""
    named = (chat_id, id_message)
    return next((shown(m) for m in _seen(instance, now, lag_s) if (m.chat_id, m.id_message) == named), None)


def shown(message: Message) -> dict[str, Any]:
    """Return a message as a journal shows it."""
    said = {
        "idMessage": message.id_message,
        "timestamp": int(message.at),
        **texts.in_journal(message.text),
        "chatId": message.chat_id,
    }
    if message.incoming:
        return {"type": "incoming", **said, "senderId": message.chat_id, "senderName": ""}
    return {"type": "outgoing", **said, "statusMessage": message.status, "sendByApi": True}


def _seen(instance: Instance, now: float, lag_s: float) -> list[Message]:
    oldest = now - _MAX_REMEMBERS_S if instance.channel == MAX else 0.0
    return [message for message in reversed(instance.messages) if oldest <= message.at <= now - lag_s]
