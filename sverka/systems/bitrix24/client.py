"""Asking one portal: every request is a batch, which counts as one in the portal's bucket however much it carries.

Reads wait for the portal and are asked again; writes go once, right after leave was given, and never wait long.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from sverka.domain.clock import Clock
from sverka.domain.secret import Secret
from sverka.systems.bitrix24.batch import BatchAnswer, body_of, parse
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.faults import SYSTEM, fault, no_json
from sverka.systems.bitrix24.pacing import Pace
from sverka.systems.errors import AskAgain, BadAnswer, Busy, ContractBroken, NotPermitted, Unreachable, WindowClosed
from sverka.systems.http import JSON_TYPE, HttpSettings, Request, Response, Wire
from sverka.systems.redaction import foreign
from sverka.systems.retry import Jitter, asking_again, wait
from sverka.systems.values import Json, parse_json

T = TypeVar("T")

READS = frozenset((
    "catalog.catalog.list", "catalog.product.list", "crm.activity.list", "crm.category.list", "crm.currency.list",
    "crm.item.fields", "crm.item.get", "crm.item.list", "crm.item.productrow.list", "crm.orderentity.list",
    "crm.requisite.list", "crm.requisite.preset.list", "crm.status.list", "department.get",
    "profile", "sale.order.get", "sale.order.list", "scope", "server.time", "tasks.task.get",
    "tasks.task.list", "user.get",
))  # fmt: skip
"""The methods that change nothing; a client made for reading only sends no others."""

_WEBHOOK = re.compile(r"https?://[^/\s]+/rest/\d+/([^/\s]+)/?")
_MOVED = frozenset((301, 302, 307, 308))
_WRITE_WAITS_S = 3.0
"""Longest wait of a write for the bucket: its sender wants to be sure that nobody else has taken over meanwhile."""

_log = logging.getLogger(__name__)


class PortalApi:
    """Batches to one portal, at its pace."""

    def __init__(self, webhook: Secret, http: HttpSettings, clock: Clock, jitter: Jitter, *, limits_off: bool) -> None:
        shape = _WEBHOOK.fullmatch(webhook.reveal())
        if shape is None:
            raise ValueError("a Bitrix24 webhook looks like https://PORTAL/rest/USER/CODE/")
        self.wire = Wire(SYSTEM, http, clock, lambda request: _writes(request.body))
        self.moved_to = ""
        """The portal's new host, if it answers under another name than the settings say."""
        self.first_started_at: datetime | None = None
        """The portal's time in its first answer."""
        self._webhook = webhook
        self._secrets = (webhook, Secret(shape[1]))
        self._clock = clock
        self._jitter = jitter
        self._limits_off = limits_off
        self._pace = Pace(clock, off=limits_off)

    @property
    def site(self) -> str:
        """Return the portal's address as people open it, without the webhook."""
        parts = urlsplit(self._webhook.reveal())
        return f"{parts.scheme}://{self.moved_to or parts.netloc}"

    def read_once(self, commands: Mapping[str, Command]) -> BatchAnswer:
        """Ask `commands` when the pace allows; errors of single commands are in the answer."""
        wait(self._clock, self._pace.delay_s(_methods(commands)))
        return self._send(commands, reading=True)

    def patiently(self, ask: Callable[[], T]) -> T:
        """Call `ask` until it answers or the patience for reads is at its end."""
        settings = self.wire.settings
        return asking_again(ask, self._clock, self._jitter, tries=settings.tries, patience_s=settings.patience_s)

    def read(self, commands: Mapping[str, Command]) -> BatchAnswer:
        """Ask independent `commands`, and again those that may be answered later; the errors that stay are in the answer."""
        whole: BatchAnswer | None = None

        def once() -> BatchAnswer:
            nonlocal whole
            keys = whole.to_ask_again() if whole else list(commands)
            latest = self.read_once({key: commands[key] for key in keys})
            whole = whole.followed_by(latest) if whole else latest
            for key in whole.to_ask_again():
                raise whole.errors[key]
            return whole

        try:
            return self.patiently(once)
        except AskAgain:
            if whole is None:
                raise
            return whole

    def write(self, commands: Mapping[str, Command], permit: Callable[[], bool]) -> BatchAnswer:
        """Send `commands` once, right after `permit()` said yes. Raises a SystemTrouble if the batch as a whole failed."""
        delay_s = self._pace.delay_s(_methods(commands))
        if delay_s > _WRITE_WAITS_S:
            raise WindowClosed(SYSTEM, "batch", "the portal's time for this method is used up", retry_after_s=delay_s)
        wait(self._clock, delay_s)
        if not permit():
            raise NotPermitted(SYSTEM, "batch", "the leave to send was withdrawn")
        return self._send(commands, reading=False)

    def _send(self, commands: Mapping[str, Command], *, reading: bool) -> BatchAnswer:
        url = f"{self._webhook.reveal().rstrip('/')}/batch.json"
        request = Request("POST", url, "batch", body_of(commands), JSON_TYPE)
        self._pace.sent()
        response = self._exchange(request, reading=reading)
        try:
            document = self._document(response)
        except Busy as busy:
            if isinstance(busy, WindowClosed):
                self._pace.blocked("batch")
            else:
                self._pace.refused()
            raise self._with_delay(busy, commands) from None
        self._pace.answered()
        answer = parse(document, commands, self._secrets)
        self.first_started_at = self.first_started_at or answer.started_at
        self._learn(document, answer, commands)
        return answer

    def _exchange(self, request: Request, *, reading: bool) -> Response:
        if reading and self.moved_to:
            request = replace(request, url=urlsplit(request.url)._replace(netloc=self.moved_to).geturl())
        response = self.wire.exchange(request, self._secrets)
        if response.status not in _MOVED:
            return response
        host = _only_host_changed(request.url, response.location)
        if not host:  # a renamed portal keeps our path; whoever sends us elsewhere may have executed the request before
            raise BadAnswer(
                SYSTEM, request.where, f"sent away to {foreign(response.location, self._secrets) or 'nowhere'}"
            )
        if not reading:
            raise Unreachable(SYSTEM, request.where, f"the portal moved to {host}: change the address in the settings")
        _log.warning("the portal was renamed, change the webhook", extra={"action": "bitrix24.moved", "host": host})
        self.moved_to = host
        return self.wire.exchange(replace(request, url=response.location), self._secrets)

    def _document(self, response: Response) -> Json:
        try:
            document = parse_json(response.body)
        except ValueError:
            document = None
        if "json" not in response.content_type.lower() or document is None:
            raise no_json("batch", response.status, response.content_type)
        if not isinstance(document, dict):
            raise ContractBroken(SYSTEM, "batch", "the answer is JSON but no object")
        if "error" in document:
            raise fault("batch", response.status, document, self._secrets)
        return document

    def _learn(self, document: Json, answer: BatchAnswer, commands: Mapping[str, Command]) -> None:
        # documents bill the inner methods, measurements saw the bill under `batch`: heed both
        self._pace.worked("batch", document["time"])
        for key, time in answer.times.items():
            if key in commands:
                self._pace.worked(commands[key].method, time)
        for key, trouble in answer.errors.items():
            if isinstance(trouble, WindowClosed):
                self._pace.blocked(commands[key].method)

    def _with_delay(self, busy: Busy, commands: Mapping[str, Command]) -> Busy:
        delay_s = None if self._limits_off else self._pace.delay_s(_methods(commands))
        return type(busy)(busy.system, busy.where, busy.what, retry_after_s=delay_s)


def _methods(commands: Mapping[str, Command]) -> frozenset[str]:
    return frozenset(("batch", *(command.method for command in commands.values())))


def _writes(body: bytes) -> bool:
    commands = json.loads(body)["cmd"].values()
    return any(command.partition("?")[0] not in READS for command in commands)


def _only_host_changed(old: str, new: str) -> str:
    """Return the new host if that is the whole difference, else ""."""
    before, after = urlsplit(old), urlsplit(new)
    return after.netloc if after.netloc and after == before._replace(netloc=after.netloc) else ""
