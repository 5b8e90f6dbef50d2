"""Requests that a system carries out only after whoever sent them gave up: the answer is lost, the effect comes later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from random import Random

from sandbox.front import Delivery, Manner
from sandbox.kit import Reply, Request
from sandbox.serve import Sandbox
from sandbox.service import Service

LATEST_S = 60.0
"""Bitrix24 cuts a request at sixty seconds; the settle times are longer."""


class Late:
    """Holds back some of the worker's requests until time passes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, Callable[[], object]]] = []
        self._share, self._dice = 0.0, Random(0)

    def arm(self, share: float, seed: int) -> None:
        """Hold back each writing request with a probability."""
        self._share, self._dice = share, Random(seed)

    def forget(self) -> None:
        """Hold nothing back any more; what is held back never happens."""
        with self._lock:
            self._share, self._waiting = 0.0, []

    def happen(self, seconds: float, forward: Callable[[float], object]) -> None:
        """Let so many seconds pass by `forward`, and carry out what was due in them, each at its time."""
        with self._lock:
            held = sorted(self._waiting, key=itemgetter(0))
            due = [each for each in held if each[0] <= seconds]
            self._waiting = [(after_s - seconds, do) for after_s, do in held[len(due) :]]
        passed_s = 0.0
        for after_s, do in due:
            forward(after_s - passed_s)
            passed_s = after_s
            do()
        forward(seconds - passed_s)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand before every system of the sandbox."""
        original = Service.__call__

        def serve(service: Service, request: Request) -> Delivery:
            if not self._holds(request):
                return original(service, request)
            with self._lock:
                self._waiting.append(
                    (self._dice.uniform(1, LATEST_S), _as_let_in_now(service, lambda: original(service, request)))
                )
            return Delivery(Reply(0, b""), Manner.SILENCE)

        Service.__call__ = serve
        try:
            yield
        finally:
            Service.__call__ = original

    def _holds(self, request: Request) -> bool:
        if not self._share or not _writes(request):
            return False
        with self._lock:
            return self._dice.random() < self._share


def _as_let_in_now(service: Service, carry_out: Callable[[], object]) -> Callable[[], object]:
    """Return what carries a request out later with the tokens of this moment: who was let in is not asked for a token again."""
    integrations = getattr(service._emulator.state, "integrations", {})
    tokens = {name: each.token for name, each in integrations.items()}

    def later() -> None:
        books = service._emulator.state.integrations if integrations else {}
        today = {name: each.token for name, each in books.items()}
        for name, token in tokens.items():
            books[name].token = token
        carry_out()
        for name, token in today.items():
            books[name].token = token

    return later


def _writes(request: Request) -> bool:
    if "/rest/" in request.path and "/api/" not in request.path:
        return any(word in request.body for word in (b".add", b".update", b".set", b".complete"))
    return request.method in ("POST", "PUT", "DELETE")
