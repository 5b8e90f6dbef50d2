"""Signed requests to one ledger: the token's life, the request window, the verification of answers.

A 401 means that nothing was executed: the token is repaired and the request sent once more, writes too. A 503 means that the
request window is used up. Everything else that may have run is for the outbox to look up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sverka.domain.clock import Clock
from sverka.domain.effects import Answer
from sverka.domain.secret import Secret
from sverka.systems.business_ru.signature import Params, is_signed, serialise, sign
from sverka.systems.business_ru.window import PROBE_S, Window
from sverka.systems.errors import (
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    NotOffered,
    NotPermitted,
    Refused,
    SystemTrouble,
    Unreachable,
    WindowClosed,
)
from sverka.systems.http import FORM_TYPE, HttpSettings, Request, Response, Wire
from sverka.systems.outcomes import answer_of
from sverka.systems.redaction import foreign
from sverka.systems.retry import Jitter, asking_again, wait
from sverka.systems.values import BadValueError, Json, http_moment, parse_json

SYSTEM = "business_ru"

BY_STATUS: Mapping[int, tuple[type[SystemTrouble], str]] = {
    401: (NoAccess, "the signature was not accepted, also with a new token"),
    403: (NoAccess, "the signature was not accepted, also with a new token"),
    404: (NotOffered, "there is no such model"),
    405: (NotOffered, "there is no such model, or it does not take this verb"),
    429: (Busy, "too many requests"),
    503: (WindowClosed, "the requests of five minutes are used up"),
}
T = TypeVar("T")

_ASK_ELSEWHERE = frozenset((301, 307, 308))
"""By HTTP the same request has to be made elsewhere; the other redirects may follow upon what was executed."""

_TOKEN_LOST = frozenset((401, 403))
_LOST_TEXT = b"Invalid app_psw"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answered:
    """A verified answer. result: a list for reads, an object for writes. server_at: the ledger's time, in UTC."""

    result: Any
    document: Json
    server_at: datetime


class LedgerApi:
    """Requests to one account of Бизнес.ру."""

    def __init__(
        self,
        url: str,
        app_id: str,
        secret: Secret,
        http: HttpSettings,
        clock: Clock,
        jitter: Jitter,
        *,
        requests_per_5min: int = 300,
        limits_off: bool = False,
        digits_first: bool = True,
    ) -> None:
        self.wire = Wire(SYSTEM, http, clock, lambda request: request.verb != "GET")
        self._server_at: datetime | None = None
        self._base = url.rstrip("/").removesuffix("/api/rest")
        self._app_id = app_id
        self._secret = secret
        self._token = Secret("")
        self._clock = clock
        self._jitter = jitter
        self._window = Window(clock, requests_per_5min, off=limits_off)
        self._probe_s = None if limits_off else PROBE_S
        self._digits_first = digits_first
        self._repairing = threading.Lock()

    @property
    def site(self) -> str:
        """Return the account's address, which holds no secret."""
        return self._base

    @property
    def has_answered(self) -> bool:
        """Say whether any answer came yet."""
        return self._server_at is not None

    def time(self) -> datetime:
        """Return the ledger's time in its first answer, in UTC, to the second; asks for a token if nothing was asked yet."""
        if self._server_at is None:
            self._patiently(lambda: self._repair(self._token))
        assert self._server_at is not None
        return self._server_at

    def get(self, model: str, params: Params) -> Answered:
        """Read, waiting for the window and asking again as long as there is patience."""

        def once() -> Answered:
            wait(self._clock, self._window.delay_s())
            return self._ask("GET", model, params, _always)

        return self._patiently(once)

    def write(self, verb: str, model: str, params: Params, permit: Callable[[], bool]) -> Answered:
        """Send a write, each time right after `permit()` said yes; does not wait for a closed window."""
        delay_s = self._window.delay_s()
        if delay_s > 0:
            raise WindowClosed(SYSTEM, f"{verb} {model}", BY_STATUS[503][1], retry_after_s=delay_s)
        return self._ask(verb, model, params, permit)

    def _patiently(self, ask: Callable[[], T]) -> T:
        settings = self.wire.settings
        return asking_again(ask, self._clock, self._jitter, tries=settings.tries, patience_s=settings.patience_s)

    def _ask(self, verb: str, model: str, params: Params, permit: Callable[[], bool]) -> Answered:
        token = self._token or self._repair(self._token)
        response = self._send(verb, model, params, token, permit)
        if _lost_token(response):
            token = self._repair(token)
            response = self._send(verb, model, params, token, permit)
        return self._verified(f"{verb} {model}", response, token)

    def _repair(self, lost: Secret) -> Secret:
        """Get a new token, once for all who lost the same one. No trouble of it says that a write may have run."""
        with self._repairing:
            if self._token == lost:
                try:
                    self._token = self._new_token()
                except SystemTrouble as trouble:
                    if answer_of(trouble) is not Answer.NOT_EXECUTED:
                        raise Unreachable(SYSTEM, trouble.where, f"no token came: {trouble.what}") from trouble
                    raise
            return self._token

    def _new_token(self) -> Secret:
        response = self._send("GET", "repair", {}, Secret(""), _always)
        token = self._verified("GET repair", response, Secret("")).document.get("token")
        if not isinstance(token, str) or not token:
            raise ContractBroken(SYSTEM, "GET repair", "the answer holds no token")
        return Secret(token)

    def _send(self, verb: str, model: str, params: Params, token: Secret, permit: Callable[[], bool]) -> Response:
        query = serialise({**params, "app_id": self._app_id}, digits_first=self._digits_first)
        query += f"&app_psw={sign(token.reveal(), self._secret.reveal(), query)}"
        url, where = f"{self._base}/api/rest/{model}.json", f"{verb} {model}"
        if verb in ("POST", "PUT"):
            request = Request(verb, url, where, query.encode(), FORM_TYPE)
        else:
            request = Request(verb, f"{url}?{query}", where)
        if not permit():
            raise NotPermitted(SYSTEM, where, "the leave to send was withdrawn")
        self._window.sent()
        return self.wire.exchange(request, self._secrets())

    def _verified(self, where: str, response: Response, token: Secret) -> Answered:
        document = self._document(where, response)
        if not is_signed(response.body, token.reveal(), self._secret.reveal()):
            raise BadAnswer(SYSTEM, where, "the answer is not signed with our secret")
        self._window.counted(document.get("request_count"))
        self._adopt(document.get("token"), token)
        server_at = _date(where, response.date)
        self._server_at = self._server_at or server_at
        return Answered(document.get("result"), document, server_at)

    def _document(self, where: str, response: Response) -> Json:
        try:
            document = parse_json(response.body)
        except ValueError:
            document = None
        trouble = fault(where, response.status, document, self._secrets(), self._probe_s)
        if isinstance(trouble, WindowClosed):
            self._window.refused()
        if trouble is not None:
            raise trouble
        assert isinstance(document, dict)
        return document

    def _adopt(self, returned: object, used: Secret) -> None:
        if isinstance(returned, str) and returned and used and returned != used.reveal():
            with self._repairing:
                if self._token == used:
                    self._token = Secret(returned)
                    _log.info("the ledger gave a new token", extra={"action": "business_ru.token"})

    def _secrets(self) -> tuple[Secret, ...]:
        return self._secret, self._token


def fault(
    where: str, status: int, document: object, secrets: tuple[Secret, ...] = (), probe_s: float | None = PROBE_S
) -> SystemTrouble | None:
    """Say what is wrong with an answer, None if nothing. Pure.

    document: None if it is no JSON. probe_s: after how long to ask again when the window is closed.
    """
    kind, sentence = BY_STATUS.get(status) or _unlisted(status, document)
    if kind is None:
        return None
    return kind(SYSTEM, where, foreign(sentence, secrets), retry_after_s=probe_s if kind is WindowClosed else None)


def _unlisted(status: int, document: object) -> tuple[type[SystemTrouble] | None, str]:
    if status in _ASK_ELSEWHERE:
        return Unreachable, f"the address answers with a redirect (HTTP {status})"
    if 300 <= status < 400:
        return BadAnswer, f"sent away (HTTP {status})"
    if document is None or status >= 500:
        return BadAnswer, f"HTTP {status} {'without' if document is None else 'with'} JSON"
    if not isinstance(document, dict):
        return ContractBroken, "the answer is JSON but no object"
    if document.get("status") == "error" or status >= 400:
        return Refused, f"{document.get('error_code') or status}: {document.get('error_text') or 'no reason given'}"
    return None, ""


def _lost_token(response: Response) -> bool:
    return response.status in _TOKEN_LOST or (_LOST_TEXT in response.body and not response.body.startswith(b"{"))


def _date(where: str, header: str) -> datetime:
    try:
        return http_moment(header)
    except BadValueError as error:
        raise ContractBroken(SYSTEM, where, "the answer does not tell the ledger's time") from error


def _always() -> bool:
    return True
