"""One company's one system behind its doors: the lock, the emulator, the fault that is due, the journal.

A fault strikes before the emulator sees the request (and then leaves no effect), or after it has executed it.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace

from sandbox.faults import Fault, Faults
from sandbox.front import Delivery, Manner
from sandbox.kit import Emulator, Journal, Reply, Request

_REFUSALS = ("http_429", "http_500", "http_503")
_HTML = "text/html; charset=utf-8"
_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
_PAGES = {
    "http_502_html": (502, _PAGE.format(title="502 Bad Gateway", text="nginx")),
    "html_200": (200, _PAGE.format(title="Авторизация", text="Пожалуйста, войдите на портал.")),
    "maintenance": (503, _PAGE.format(title="Технические работы", text="Technical works, please come back later.")),
}


class Service:
    """Serve one system's requests, one at a time per company."""

    def __init__(
        self, company: str, emulator: Emulator, lock: threading.Lock, journal: Journal, faults: Faults
    ) -> None:
        self._company, self._emulator, self._lock = company, emulator, lock
        self._journal, self._faults = journal, faults

    def __call__(self, request: Request) -> Delivery:
        """Answer a request as the vendor would, or as the fault that is due spoils it."""
        system = self._emulator.name
        fault = self._faults.draw(self._company, system)
        with self._lock:
            delivery = self._delivery(fault, request)
            self._journal.request(self._company, system, _as_seen(delivery))
        return delivery

    def _delivery(self, fault: Fault | None, request: Request) -> Delivery:
        try:
            struck = self._struck(fault, request) if fault else None
            if fault and struck is None:
                self._faults.give_back(fault)
            return struck or _whole(self._emulator.handle(request))
        except Exception:  # noqa: BLE001 - an emulator's own bug must be seen by its author and not hang the client
            traceback.print_exc(file=sys.stderr)
            return Delivery(Reply(500, b'{"error":"The emulator failed; see its standard error."}', api="failure"))

    def _struck(self, fault: Fault, request: Request) -> Delivery | None:
        if fault.kind in _AFTER:
            return _AFTER[fault.kind](self._emulator.handle(request), fault.seconds)
        if fault.kind in _BEFORE:
            words = fault.kind if fault.kind in _REFUSALS else "http_500"  # of the others only the notes are wanted
            return _BEFORE[fault.kind](self._emulator.refuse(words, request), fault.seconds)
        if fault.kind == "wrong_token":
            return Delivery(self._emulator.refuse_token(request))
        spoilt = self._emulator.spoil(fault.kind, request)
        return None if spoilt is None else Delivery(spoilt)


def _whole(reply: Reply) -> Delivery:
    return Delivery(reply, wait_s=reply.wait_s)


def _as_seen(delivery: Delivery) -> Reply:
    unanswered = delivery.manner in (Manner.SILENCE, Manner.RESET)
    return replace(delivery.reply, status=0) if unanswered else delivery.reply


def _page(kind: str) -> Callable[[Reply, float], Delivery]:
    status, text = _PAGES[kind]
    return lambda notes, _: Delivery(replace(notes, status=status, body=text.encode(), content_type=_HTML, headers={}))


_AFTER: dict[str, Callable[[Reply, float], Delivery]] = {
    "slow": lambda reply, seconds: Delivery(reply, wait_s=seconds),
    "timeout_after": lambda reply, seconds: Delivery(reply, Manner.SILENCE, seconds),
    "half_body": lambda reply, _: Delivery(reply, Manner.HALF),
}
_BEFORE: dict[str, Callable[[Reply, float], Delivery]] = {
    **dict.fromkeys(_REFUSALS, lambda refusal, _: Delivery(refusal)),
    "timeout_before": lambda notes, seconds: Delivery(notes, Manner.SILENCE, seconds),
    "reset": lambda notes, _: Delivery(notes, Manner.RESET),
    **{kind: _page(kind) for kind in _PAGES},
}
