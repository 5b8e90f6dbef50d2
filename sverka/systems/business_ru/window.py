"""How many requests the ledger takes in five minutes, counted by us and by its own `request_count`."""

from __future__ import annotations

import threading
from collections import deque

from sverka.domain.clock import Clock

WINDOW_S = 300.0
PROBE_S = 30.0
"""How long to stay away when others have used the window up: as long as the vendor's own client does."""


class Window:
    """Says when the next request may go. Off, it says "now"."""

    def __init__(self, clock: Clock, requests: int, *, off: bool = False) -> None:
        self._clock = clock
        self._requests = requests
        self._off = off
        self._lock = threading.Lock()
        self._sent: deque[float] = deque()
        self._opens_at = clock.monotonic()

    def delay_s(self) -> float:
        """Return the seconds until a request may go."""
        if self._off:
            return 0.0
        with self._lock:
            now = self._clock.monotonic()
            while self._sent and self._sent[0] <= now - WINDOW_S:
                self._sent.popleft()
            opens_at = self._sent[-self._requests] + WINDOW_S if len(self._sent) >= self._requests else now
            return max(0.0, opens_at - now, self._opens_at - now)

    def sent(self) -> None:
        """Note that a request went out."""
        with self._lock:
            self._sent.append(self._clock.monotonic())

    def counted(self, request_count: object) -> None:
        """Heed the ledger's own count: above what we allow ourselves it holds the requests of others."""
        if isinstance(request_count, int) and request_count > self._requests:
            self.refused()

    def refused(self) -> None:
        """Note that the ledger's window is used up."""
        with self._lock:
            self._opens_at = self._clock.monotonic() + PROBE_S
