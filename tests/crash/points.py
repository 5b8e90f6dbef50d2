"""The steps of a process at which it may be killed or paused: before and after each commit, each call, each word to the mail server.

The product knows nothing of them: they are put around its doors in a process of the tests, so nothing in production can reach them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sverka.store.engine import Store, Transaction
from sverka.systems import mail
from sverka.systems.http import Request, Response, Wire

KILL, PAUSE = "kill", "pause"
_SIGNALS = {KILL: signal.SIGKILL, PAUSE: signal.SIGSTOP}


class Points:
    """Counts the steps that the process reaches. at: what is done at the n-th, from 1; since: from the first one that holds such a word."""

    def __init__(self, at: Mapping[int, str], since: Sequence[str] = ("",)) -> None:
        self.names: list[str] = []
        self._at, self._since, self._counted = at, since, 0
        self._lock = threading.Lock()

    def reach(self, name: str) -> None:
        """Count a step; perhaps it is the last."""
        with self._lock:
            self.names.append(name)
            self._counted += bool(self._counted) or any(word in name for word in self._since)
            what = self._at.get(self._counted)
            if what is not None:
                os.kill(os.getpid(), _SIGNALS[what])


def install(points: Points) -> None:
    """Put the steps around the doors of this process: the store's, the line's, the mail server's."""
    Store.writing = _around_commits(points, Store.writing)
    Wire.exchange = _around_calls(points, Wire.exchange)
    mail._Delivery._expect = _after_words(points, mail._Delivery._expect)


def _around_commits(
    points: Points, original: Callable[[Store], AbstractContextManager[Transaction]]
) -> Callable[[Store], AbstractContextManager[Transaction]]:
    @contextmanager
    def writing(self: Store) -> Iterator[Transaction]:
        with original(self) as tx:
            yield tx
            points.reach("before a commit")
        points.reach("after a commit")

    return writing


def _around_calls(points: Points, original: Callable[..., Response]) -> Callable[..., Response]:
    def exchange(self: Wire, request: Request, *rest: Any) -> Response:
        points.reach(f"before {request.where}")
        response = original(self, request, *rest)
        points.reach(f"after {request.where}")
        return response

    return exchange


def _after_words(points: Points, original: Callable[..., str]) -> Callable[..., str]:
    def expect(self: mail._Delivery, step: str, *rest: Any) -> str:
        said = original(self, step, *rest)
        points.reach(f"after {step}")
        return said

    return expect
