"""Leaving in good order: a process that is asked to stop begins nothing new, ends the effect in flight, and gives its leases back.

A run asks at each place where it may be left; so do waits. Who is in the middle of an effect (`finishing`) hears only who insists.
A run that takes too long is broken off in the same way, so that a system that never answers does not keep a company from its ticks.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopped(Exception):
    """The run was stopped before its end; the next one goes on from there."""

    def __str__(self) -> str:
        return str(type(self).__doc__)


class OutOfTime(Stopped):
    """The run took too long, for a system hardly answers; it was broken off, and the next one goes on from there."""


class Stop:
    """A wish to stop, seen by all threads."""

    def __init__(self) -> None:
        self._asked, self._insisted = threading.Event(), threading.Event()
        self._mine = threading.local()

    def ask(self) -> None:
        """Let everybody stop where nothing is left half done."""
        self._asked.set()

    def insist(self) -> None:
        """Let those stop, too, who are in the middle of an effect and wait for something; it is looked up later."""
        self._asked.set()
        self._insisted.set()

    @property
    def asked(self) -> bool:
        """Whether somebody asked."""
        return self._asked.is_set()

    def check(self) -> None:
        """Go on unless this thread is to stop. Raises Stopped, OutOfTime."""
        if self._heard().is_set():
            raise Stopped
        if self._left_s() <= 0:
            raise OutOfTime

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises Stopped as soon as this thread is to stop, OutOfTime when its time is over."""
        left_s = self._left_s()
        if self._heard().wait(max(min(seconds, left_s), 0)):
            raise Stopped
        if seconds > left_s:
            raise OutOfTime

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let what this thread does in the block come to its end."""
        self._mine.is_finishing = True
        try:
            yield
        finally:
            self._mine.is_finishing = False

    @contextmanager
    def limited(self, seconds: float, monotonic: Callable[[], float]) -> Iterator[None]:
        """Give what this thread does in the block so much time."""
        ends_at = monotonic() + seconds
        self._mine.left_s = lambda: ends_at - monotonic()
        try:
            yield
        finally:
            del self._mine.left_s

    @property
    def _is_finishing(self) -> bool:
        return bool(getattr(self._mine, "is_finishing", False))

    def _left_s(self) -> float:
        """Return how long this thread may still go on: as long as it takes in the middle of an effect."""
        left_s: Callable[[], float] = getattr(self._mine, "left_s", lambda: math.inf)
        return math.inf if self._is_finishing else left_s()

    def _heard(self) -> threading.Event:
        return self._insisted if self._is_finishing else self._asked
