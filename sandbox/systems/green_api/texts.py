"""Texts as the messengers carry them: which kind they are, and under which keys they are shown."""

from __future__ import annotations

import re
from typing import Any

LONGEST = {"whatsapp": 20_000, "max": 4_000}
_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S")


def carried(text: str) -> str:
    """Return a text as it arrives: without white space at its ends, lines ended by a line feed alone."""
    return text.replace("\r\n", "\n").strip()


def kind_of(text: str) -> str:
    """Return the type of the message that carries a text; a link changes it."""
    return "extendedTextMessage" if _LINK.search(text) else "textMessage"


def in_journal(text: str) -> dict[str, Any]:
    """Return a text under the keys of the journals."""
    if kind_of(text) == "textMessage":
        return {"typeMessage": "textMessage", "textMessage": text}
    return {"typeMessage": "extendedTextMessage", "extendedTextMessage": {"text": text, "description": "", "title": ""}}


def in_notice(text: str) -> dict[str, Any]:
    """Return the `messageData` of a notification."""
    if kind_of(text) == "textMessage":
        return {"typeMessage": "textMessage", "textMessageData": {"textMessage": text}}
    data = {"text": text, "description": "", "title": "", "previewType": "None", "jpegThumbnail": ""}
    return {"typeMessage": "extendedTextMessage", "extendedTextMessageData": data}
