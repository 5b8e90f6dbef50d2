"""The only door to the machine's clocks. Decisions take moments as arguments; only the edge asks here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import available_timezones

FAR_AHEAD = timedelta(days=1)
"""A stored moment this far in the future was written by a clock that was wrong then: nothing is made to wait for it."""


@cache
def zone_names() -> frozenset[str]:
    """Return the time zones that this machine knows; looking for them takes a while."""
    return frozenset(available_timezones())


class Clock(Protocol):
    """What the edge knows of time."""

    def real(self) -> datetime:
        """Return the machine's time, aware, in UTC: for leases, deadlines, the age of the mirror."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back: for durations and guards."""
        ...

    def wait(self, seconds: float) -> None:
        """Let `seconds` of real time pass. May raise what ends a run that somebody asked to stop."""
        ...


class MachineClock:
    """The clock of the machine we run on. pause: how it waits."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause

    def real(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Wait; nothing happens for zero or less."""
        if seconds > 0:
            self._pause(seconds)
