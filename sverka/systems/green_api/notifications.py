"""What an instance tells of by itself: what became of our messages, and what people wrote. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from sverka.domain.messaging.channels import WHATSAPP, Fate, Heard
from sverka.systems.green_api.answers import fate, name
from sverka.systems.messenger import unix_moment
from sverka.systems.values import BadValueError, Json, ident_or_none, text

_PHONE = re.compile(r"(\d{5,16})@c\.us", re.ASCII)
_GROUP = "@g.us"
_SAID = (("textMessageData", "textMessage"), ("extendedTextMessageData", "text"), ("fileMessageData", "caption"))
"""Where words may stand; those below a picture are words, too."""


def read(channel: str, body: Json, now: datetime) -> Heard | Fate | None:
    """Read a notification; None for what is neither a fate nor a message from a person. now: for a message whose moment cannot be read."""
    kind = body.get("typeWebhook")
    if kind == "outgoingMessageStatus":
        return _fate(body)
    return _heard(channel, body, now) if kind == "incomingMessageReceived" else None


def _fate(body: Json) -> Fate | None:
    chat, message_id = ident_or_none(body.get("chatId")), ident_or_none(body.get("idMessage"))
    if not chat or not message_id:
        return None
    return fate(name(chat, message_id), body.get("status"), body.get("timestamp"), body.get("description"))


def _heard(channel: str, body: Json, now: datetime) -> Heard | None:
    """Read a message, also one without a text, for somebody answered; what is said in groups is not said to us."""
    chat, message_id = ident_or_none(_part(body, "senderData").get("chatId")), ident_or_none(body.get("idMessage"))
    if not chat or not message_id or chat.endswith(_GROUP):
        return None
    at = unix_moment(body.get("timestamp")) or now
    return Heard(name(chat, message_id), channel, _address(channel, chat), _said(_part(body, "messageData")), at)


def _said(data: Json) -> str:
    for part, held in _SAID:
        try:
            if said := text(_part(data, part).get(held)):
                return said
        except BadValueError:
            continue
    return ""


def _address(channel: str, chat: str) -> str:
    phone = _PHONE.fullmatch(chat) if channel == WHATSAPP else None
    return f"+{phone[1]}" if phone else chat


def _part(document: Json, part: str) -> Json:
    held = document.get(part)
    return held if isinstance(held, dict) else {}
