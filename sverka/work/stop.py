"""Leaving in good order: a process that is asked to stop begins nothing new, ends the effect in flight, and gives its leases back.

A run asks at each place where it may be left; so do waits. Who is in the middle of an effect (`finishing`) hears only who insists.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(Exception):
    """The process was asked to stop; the work goes on another time from what is stored."""


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
        """Go on unless this thread is to stop. Raises Stopped."""
        if self._heard().is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises Stopped as soon as this thread is to stop."""
        if self._heard().wait(max(seconds, 0)):
            raise Stopped

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let what this thread does in the block come to its end."""
        self._mine.is_finishing = True
        try:
            yield
        finally:
            self._mine.is_finishing = False

    def _heard(self) -> threading.Event:
        return self._insisted if getattr(self._mine, "is_finishing", False) else self._asked
