"""What a client holds in the hand: the messages that came to a phone, writing from it, switching it off.

Everything goes over the control address, so it serves whoever started the sandbox as a process, too. What people of the company
see and do is in `people`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from sandbox.kit import SandboxError

SMS = "sms"
_TIMEOUT_S = 10.0
_DIRECT = build_opener(ProxyHandler({}))  # loopback needs no proxy, whatever the environment says


class Handset:
    """One phone of a client of one company. `ready` is what the sandbox printed or returned when it was ready."""

    def __init__(self, ready: Mapping[str, Any], company: str, phone: str) -> None:
        self._address = f"{ready['control']}/_world"
        self._company, self._phone = company, phone

    def sms(self) -> list[str]:
        """Return the texts that came by SMS, in the order in which they came."""
        return [message["text"] for message in self.messages(SMS)]

    def messages(self, channel: str) -> list[dict[str, str]]:
        """Return what came by a channel, {text, at}, in the order in which it came."""
        query = urlencode({"company": self._company, "channel": channel, "phone": self._phone})
        rows: list[dict[str, str]] = _ask(f"{self._address}/handset?{query}")
        return rows

    def writes(self, channel: str, text: str) -> None:
        """Write to the company; raises SandboxError where a channel goes one way."""
        self._tell("incoming", {"channel": channel, "from": self._phone, "text": text})

    def behaves(self, channel: str, word: str, **more: Any) -> None:
        """Let the phone be `word` for a channel from now on; raises SandboxError, which names the words that there are.

        more: what belongs to the word, such as `until`, a moment (aware).
        """
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in more.items()}
        self._tell("phones", {"channel": channel, "phone": self._phone, "is": word, **told})

    def _tell(self, what: str, order: Mapping[str, Any]) -> None:
        _ask(f"{self._address}/{what}", json.dumps({"company": self._company, **order}).encode())


def _ask(address: str, body: bytes | None = None) -> Any:
    try:
        with _DIRECT.open(Request(address, body), timeout=_TIMEOUT_S) as answer:  # noqa: S310 - loopback
            return json.load(answer)
    except HTTPError as refusal:
        with refusal:
            raise SandboxError(json.load(refusal)["error"]) from None
