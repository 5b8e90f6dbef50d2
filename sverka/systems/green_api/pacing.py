"""How fast one instance may be asked: so many requests of each method a second (the vendor's page on rates)."""

from __future__ import annotations

from collections.abc import Mapping

from sverka.domain.clock import Clock
from sverka.systems.retry import wait

PER_SECOND: Mapping[str, int] = {
    "sendMessage": 50,
    "receiveNotification": 100,
    "deleteNotification": 100,
    "checkWhatsapp": 10,
}
"""Methods that may be asked more than once a second."""


class Pace:
    """Lets requests of a method go at equal distances. Off, it lets them go at once."""

    def __init__(self, clock: Clock, *, off: bool) -> None:
        self._clock = clock
        self._off = off
        self._opens_at: dict[str, float] = {}

    def take(self, method: str) -> None:
        """Wait for the method's turn, and take it."""
        if self._off:
            return
        wait(self._clock, self._opens_at.get(method, 0.0) - self._clock.monotonic())
        self._opens_at[method] = self._clock.monotonic() + 1 / PER_SECOND.get(method, 1)
