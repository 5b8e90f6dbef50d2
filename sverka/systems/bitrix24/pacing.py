"""How fast one portal may be asked: its leaky bucket, and the working time that it counts for each method.

The portal's rules (settings/performance/limits.md): a request adds one to a counter that loses two a second, above 50 it is
refused; each method's time is summed over ten minutes, above a limit (480 s in the vendor's example) the method is blocked until
`operating_reset_at`. We keep below both, for neighbours on our address fill the same bucket.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sverka.domain.clock import Clock
from sverka.systems.values import Json

CAPACITY = 40
PER_SECOND = 2.0
OPERATING_LIMIT_S = 480
SLOW_DOWN_FROM_S = OPERATING_LIMIT_S * 0.8

_BLIND_BLOCK_S = 60.0
"""How long a blocked method is left alone when the portal does not say; also added when it is blocked again."""

_WORST_PENALTY = 32


class Pace:
    """Says when the next request may go; learns from every answer. Off, it says "now" and learns nothing."""

    def __init__(self, clock: Clock, *, off: bool = False) -> None:
        self._clock = clock
        self._off = off
        self._lock = threading.Lock()
        self._level = 0.0
        self._level_at = clock.monotonic()
        self._refusals = 0
        self._opens_at: dict[str, float] = {}
        self._resets_in: dict[str, float] = {}

    def delay_s(self, methods: Iterable[str]) -> float:
        """Return the seconds until a request that calls `methods` may go."""
        if self._off:
            return 0.0
        with self._lock:
            now = self._leak()
            for_bucket = (self._level + 1 - CAPACITY) / PER_SECOND
            blocked = [self._opens_at.get(method, now) - now for method in methods]
            return max(0.0, for_bucket, *blocked)

    def sent(self) -> None:
        """Note that a request went out."""
        with self._lock:
            self._leak()
            self._level += 1

    def refused(self) -> None:
        """Note that the bucket was full: others use it too, so take it for full and stay away longer each time."""
        with self._lock:
            self._leak()
            self._refusals += 1
            self._level = max(self._level, CAPACITY) + min(_WORST_PENALTY, 2**self._refusals)

    def answered(self) -> None:
        """Note that a request was let in."""
        with self._lock:
            self._refusals = 0

    def worked(self, method: str, time: Json) -> None:
        """Learn a method's working time from the `time` of an answer; what lacks it says nothing."""
        operating, left = time.get("operating"), _resets_in_s(time)
        if not isinstance(operating, int | Decimal) or left is None:
            return
        with self._lock:
            self._resets_in[method] = left
            if operating >= SLOW_DOWN_FROM_S:
                self._close(method, left)

    def blocked(self, method: str) -> None:
        """Note that the portal blocked a method for its working time."""
        with self._lock:
            self._close(method, self._resets_in.pop(method, 0.0) + _BLIND_BLOCK_S)

    def _close(self, method: str, seconds: float) -> None:
        opens_at = self._clock.monotonic() + seconds
        self._opens_at[method] = max(opens_at, self._opens_at.get(method, opens_at))

    def _leak(self) -> float:
        now = self._clock.monotonic()
        self._level = max(0.0, self._level - (now - self._level_at) * PER_SECOND)
        self._level_at = now
        return now


def _resets_in_s(time: Json) -> float | None:
    """Both moments are the portal's own, so its clock and ours need not agree."""
    resets, now = _epoch_s(time.get("operating_reset_at")), _epoch_s(time.get("finish"))
    return None if resets is None or now is None else max(0.0, resets - now)


def _epoch_s(value: object) -> float | None:
    """Read Unix seconds; one page of the vendor shows an ISO text instead."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return float(value)
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except ValueError:
        return None
