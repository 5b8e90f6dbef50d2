"""One runner for a job and company: a lease with a fence, renewed while the run goes on (reliability §3.3).

The lease is trusted until a moment on the monotonic clock, counted from *before* the call that got it. Whoever wants to send asks
`trusted()` right before; past the moment nothing is claimed or sent any more, whatever the database says later.
"""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from sverka.domain.clock import Clock
from sverka.store import runs
from sverka.store.engine import Store
from sverka.store.errors import StoreError

TTL_S = 60
RENEW_EVERY_S = 15
MARGIN_S = 10

_log = logging.getLogger(__name__)


class Lease:
    """A held lease; use as a context manager. `fence` grows with each holder, so a late writer is known by its old one."""

    def __init__(self, store: Store, clock: Clock, name: str, holder: str) -> None:
        self._store, self._clock, self.name, self._holder = store, clock, name, holder
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease {name}", daemon=True)
        self._trusted_until = float("-inf")
        self.fence = 0

    def acquire(self, wait_s: int = 0) -> bool:
        """Try to get the lease, for so many seconds if somebody else holds it; tell whether it is ours."""
        for second in range(wait_s + 1):
            before = self._clock.monotonic()
            with self._store.writing() as tx:
                fence = runs.acquire(tx, self.name, self._holder, TTL_S, self._clock.real())
            if fence is not None:
                self.fence, self._trusted_until = fence, before + TTL_S - MARGIN_S
                return True
            if second < wait_s:
                self._clock.wait(1)
        return False

    def trusted(self) -> bool:
        """Whether the lease is surely still ours."""
        return self._clock.monotonic() < self._trusted_until

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        try:
            with self._store.writing() as tx:
                runs.release(tx, self.name, self.fence)
        except StoreError:  # it ends by itself; what the run came to is told all the same
            _log.warning("a lease could not be given back", extra={"lease": self.name})

    def _keep(self) -> None:
        while not self._stop.wait(RENEW_EVERY_S):
            before = self._clock.monotonic()
            try:
                with self._store.writing() as tx:
                    renewed = runs.renew(tx, self.name, self.fence, self._clock.real())
            except StoreError:
                continue  # the store is busy or away; the lease is trusted for as long as it was last renewed for
            if not renewed:
                self._trusted_until = float("-inf")
                return
            self._trusted_until = before + TTL_S - MARGIN_S
