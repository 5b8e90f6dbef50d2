"""Requests to one instance of GREEN-API, each method at its own pace. The token ends every path, so no address is ever shown.

Questions are asked again, for a minute at most: no message is worth a longer wait. A message goes once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from sverka.domain.clock import Clock
from sverka.domain.secret import Secret
from sverka.systems.errors import ContractBroken, NotPermitted
from sverka.systems.green_api import answers
from sverka.systems.green_api.address import Instance
from sverka.systems.green_api.answers import SEND, SYSTEM
from sverka.systems.green_api.pacing import Pace
from sverka.systems.http import JSON_TYPE, HttpSettings, Request, Response, Wire
from sverka.systems.retry import Jitter, asking_again
from sverka.systems.values import Json

T = TypeVar("T")

RECEIVE, FORGET = "receiveNotification", "deleteNotification"
_WRITES = frozenset((SEND, FORGET))
"""What changes something: a notification that was let forget never comes again."""

_PATIENCE_S = 60.0
_SHORTEST_POLL_S = 5


class GreenApiLine:
    """The line to one instance. secrets: what no sentence may show."""

    def __init__(self, url: Secret, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool) -> None:
        self.wire = Wire(SYSTEM, http, clock, lambda request: request.where in _WRITES)
        self._instance = Instance.at(url)
        self.secrets = (url, self._instance.token)
        self._clock = clock
        self._jitter = jitter
        self._pace = Pace(clock, off=limits_off)

    def send(self, chat: str, text: str, permit: Callable[[], bool]) -> Response:
        """Put a message into the instance's queue, right after `permit()` said yes. Raises SystemTrouble."""
        self._pace.take(SEND)
        if not permit():
            raise NotPermitted(SYSTEM, SEND, "the leave to send was withdrawn")
        return self._exchange("POST", SEND, {"chatId": chat, "message": text})

    def ask(self, method: str, fields: Mapping[str, Any] | None = None) -> Json:
        """Return the object that a method answers with. Raises SystemTrouble."""
        return self._patiently(
            "POST" if fields else "GET", method, lambda said: answers.mapping(method, said.status, said.body, self.secrets),
            fields,
        )  # fmt: skip

    def list(self, method: str, query: str = "") -> tuple[object, datetime | None]:
        """Return what a method lists, and the vendor's time of the answer, None if it does not tell. Raises SystemTrouble."""

        def read(said: Response) -> tuple[object, datetime | None]:
            return answers.parsed(method, said.status, said.body, self.secrets), _moment(said.date)

        return self._patiently("GET", method, read, tail=query)

    def receive(self) -> tuple[int, Json] | None:
        """Return the oldest notification with the number by which it is let forget, None if there is none. Raises SystemTrouble."""
        tail = f"?receiveTimeout={_SHORTEST_POLL_S}"
        document = self._patiently(
            "GET", RECEIVE, lambda said: answers.parsed(RECEIVE, said.status, said.body, self.secrets), tail=tail
        )
        if document is None:
            return None
        number = document.get("receiptId") if isinstance(document, dict) else None
        if not isinstance(document, dict) or not isinstance(number, int) or isinstance(number, bool):
            raise ContractBroken(SYSTEM, RECEIVE, "neither nothing nor a notification with its number")
        body = document.get("body")
        return number, body if isinstance(body, dict) else {}

    def forget(self, number: int) -> None:
        """Let the vendor forget a notification. Raises SystemTrouble."""
        self._patiently(
            "DELETE", FORGET, lambda said: answers.mapping(FORGET, said.status, said.body, self.secrets), tail=f"/{number}"
        )  # fmt: skip

    def _patiently(
        self, verb: str, method: str, read: Callable[[Response], T], fields: Mapping[str, Any] | None = None, tail: str = ""
    ) -> T:  # fmt: skip
        def once() -> T:
            self._pace.take(method)
            return read(self._exchange(verb, method, fields, tail))

        settings = self.wire.settings
        patience_s = min(settings.patience_s, _PATIENCE_S)
        return asking_again(once, self._clock, self._jitter, tries=settings.tries, patience_s=patience_s)

    def _exchange(self, verb: str, method: str, fields: Mapping[str, Any] | None = None, tail: str = "") -> Response:
        body, kind = (json.dumps(fields).encode(), JSON_TYPE) if fields else (b"", "")
        return self.wire.exchange(Request(verb, self._instance.url(method, tail), method, body, kind), self.secrets)


def _moment(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
