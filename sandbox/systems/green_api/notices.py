"""Notifications: which are made, what they say, and their queue. One is given again and again until it is deleted."""

from __future__ import annotations

from typing import Any

from sandbox.systems.green_api import names, texts
from sandbox.systems.green_api.instances import DAY_S, Instance, Message, Notice

_ALWAYS = {"failed": "The message could not be sent", "noAccount": "The recipient has no account in the messenger"}


def tell_status(instance: Instance, message: Message, status: str, at: float) -> None:
    """Tell what became of a message of ours; that it failed is told whatever the settings say."""
    said = {"chatId": message.chat_id, "idMessage": message.id_message, "status": status, "sendByApi": True}
    if status in _ALWAYS:
        _put(instance, at, "outgoingMessageStatus", {**said, "description": _ALWAYS[status]})
    else:
        _put(instance, at, "outgoingMessageStatus", said, flag="outgoingWebhook")


def tell_left(instance: Instance, message: Message, at: float) -> None:
    """Tell that a message of ours has really left."""
    said = _said(message, _own_name(instance))
    _put(instance, at, "outgoingAPIMessageReceived", said, flag="outgoingAPIMessageWebhook")


def tell_came(instance: Instance, message: Message, at: float) -> None:
    """Tell what a person wrote to us, under the moment when it was written."""
    said = {**_said(message, message.chat_id), "timestamp": int(message.at)}
    _put(instance, at, "incomingMessageReceived", said, flag="incomingWebhook")


def tell_state(instance: Instance, at: float) -> None:
    """Tell the state of the instance."""
    _put(instance, at, "stateInstanceChanged", {"stateInstance": instance.state}, flag="stateWebhook")


def first_notice(instance: Instance, now: float) -> Notice | None:
    """Forget what is older than a day and return the oldest of the rest, None where there is none."""
    instance.notices = [notice for notice in instance.notices if now - notice.at < DAY_S]
    return instance.notices[0] if instance.notices else None


def delete_notice(instance: Instance, receipt_id: str) -> bool:
    """Delete a notification; False where there is no such."""
    left = [notice for notice in instance.notices if str(notice.receipt_id) != receipt_id]
    found = len(left) < len(instance.notices)
    instance.notices = left
    return found


def _put(instance: Instance, at: float, kind: str, said: dict[str, Any], flag: str | None = None) -> None:
    if flag is not None and instance.settings_at(at)[flag] != "yes":
        return
    data = {"idInstance": int(instance.id), "wid": _own_name(instance), "typeInstance": names.TYPES[instance.channel]}
    instance.receipts += 1
    body = {"typeWebhook": kind, "instanceData": data, "timestamp": int(at), **said}
    instance.notices.append(Notice(instance.receipts, at, body))


def _own_name(instance: Instance) -> str:
    return f"{names.own_phone(instance.company, instance.channel)}@c.us"


def _said(message: Message, sender: str) -> dict[str, Any]:
    names_unknown = {"chatName": "", "senderName": "", "senderContactName": ""}
    return {
        "idMessage": message.id_message,
        "senderData": {"chatId": message.chat_id, "sender": sender, **names_unknown},
        "messageData": texts.in_notice(message.text),
    }
