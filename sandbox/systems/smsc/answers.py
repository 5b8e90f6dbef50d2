"""The vendor's forms of an answer: `fmt=3` (JSON) and `fmt=0` (a line of text, without money); HTTP 200 whatever is said.

Everything is written in the charset of the call. The other forms are refused plainly: see `NotHere`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.kit import Reply
from sandbox.systems.smsc.calls import Call

WORDS: Mapping[int, str] = {
    1: "parameters error", 2: "authorise error", 3: "no money", 6: "message is denied", 7: "invalid number",
    8: "can't to deliver", 9: "duplicate request, wait a minute",
}  # fmt: skip
"""The vendor's errors in the vendor's words."""
TOO_MANY_AT_ONCE = "too many concurrent requests"
_JSON = "3"


class Refusal(Exception):
    """A call that is not obeyed. message_id: of the message that was not sent, where the vendor tells it (3, 6, 7, 8)."""

    def __init__(self, code: int, message_id: str = "", words: str = "") -> None:
        super().__init__(words or WORDS[code])
        self.code, self.message_id = code, message_id


class NotHere(Exception):
    """What the vendor has and this emulator has not; the text is a sentence for the caller's author."""


def shown_id(message_id: str) -> int | str:
    """Return an id as JSON shows it: digits are a number."""
    return int(message_id) if re.fullmatch("[0-9]{1,10}", message_id) else message_id


def roubles(kopecks: int) -> str:
    """Write money as the vendor does: `1.4`, `100.5`, `100`."""
    whole, rest = divmod(kopecks, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")


def demand_form(call: Call) -> None:
    """Raise NotHere for a form of answers that is not made here."""
    if call.text("fmt") not in {"", "0", _JSON}:
        raise NotHere("This SMSC answers with fmt=3 (JSON) and fmt=0 (text) only.")


def written(call: Call, content: Any, line: str) -> bytes:
    """Return an answer in the form and the charset of the call; line: what it is as a text."""
    text = json.dumps(content, ensure_ascii=False) if call.text("fmt") == _JSON else line
    return text.encode(call.codec, "replace")


def refused(call: Call, refusal: Refusal) -> bytes:
    """Return a refusal in the form of the call."""
    content: dict[str, Any] = {"error": str(refusal), "error_code": refusal.code}
    line = f"ERROR = {refusal.code} ({refusal})"
    if refusal.message_id:
        content["id"] = shown_id(refusal.message_id)
        line += f", ID - {refusal.message_id}"
    return written(call, content, line)


def reply(call: Call, body: bytes, *, is_known: bool) -> Reply:
    """Put an answer into HTTP, with the notes for the journal of requests."""
    kind = f"text/plain; charset={call.charset}"
    return Reply(200, body, kind, api=call.page, by="worker" if is_known else "", write=call.writes)


def plain(status: int, text: str, *, api: str, by: str = "", write: bool = False) -> Reply:
    """Answer with a plain text."""
    return Reply(status, text.encode(), "text/plain; charset=utf-8", api=api, by=by, write=write)
