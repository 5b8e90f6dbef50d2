"""Who runs what is due, and who sees to it that somebody asks: rounds over the companies, and a watchdog over the alarm.

What is due and how it is run is given from outside. A company has one round at a time and its jobs run in it one after the other;
companies go side by side. Whatever went wrong in a round is told and the next round begins anew: nothing is remembered here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from sverka.domain.clock import Clock
from sverka.store.errors import StoreError
from sverka.work.schedule import Tick
from sverka.work.stop import Stop

LANES = 4
"""So many companies are worked for at once."""
PATIENCE_S = 120.0
"""So long nobody may ask what is due. The alarm asks every half minute."""
GAVE_UP = 70
"""What the process exits with when its alarm is dead; whatever keeps it running starts it again."""

_log = logging.getLogger(__name__)


class Rounds:
    """Runs what is due. owed: what a company's round is to run, in order. run: runs one of it."""

    def __init__(
        self, companies: Collection[str], owed: Callable[[str], Iterable[Tick]], run: Callable[[Tick], object],
        clock: Clock, stop: Stop,
    ) -> None:  # fmt: skip
        self._companies, self._owed, self._run, self._clock, self._stop = companies, owed, run, clock, stop
        self._pool = ThreadPoolExecutor(max(1, min(LANES, len(companies))), thread_name_prefix="round")
        self._busy: dict[str, Future[None]] = {}
        self.asked_at = clock.monotonic()
        """When somebody asked last what is due."""

    def begin(self) -> None:
        """Begin a round for each company that has none; what has become due for the others is found by a later one."""
        self.asked_at = self._clock.monotonic()
        for company in self._companies:
            under_way = self._busy.get(company)
            if not self._stop.asked and (under_way is None or under_way.done()):
                self._busy[company] = self._pool.submit(self._round, company)

    def end(self) -> None:
        """Wait until the last round is over; none begins after a stop."""
        wait(self._busy.values())
        self._pool.shutdown()

    def _round(self, company: str) -> None:
        try:
            for tick in self._owed(company):
                if self._stop.asked:
                    return
                self._run(tick)
        except StoreError as trouble:
            told = {"company": company, "trouble": str(trouble)}
            _log.warning("the store could not be used; the next round begins anew", extra=told)
        except Exception:  # noqa: BLE001 (one company's trouble must not stop the others, nor the rounds to come)
            _log.exception("a round ended early; the next one begins anew", extra={"company": company})


class Watchdog:
    """Ends the process if nobody asks what is due any more, whatever the machine's clock says. bite: ends the process."""

    def __init__(
        self, asked_at: Callable[[], float], clock: Clock, bite: Callable[[int], object], patience_s: float = PATIENCE_S
    ) -> None:
        self._asked_at, self._clock, self._bite, self._patience_s = asked_at, clock, bite, patience_s
        self._dismissed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._dismissed.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._dismissed.wait(self._patience_s / 8):
            silence_s = self._clock.monotonic() - self._asked_at()
            if silence_s > self._patience_s:
                _log.critical(
                    "nobody asked what is due; the process ends itself", extra={"silence_s": round(silence_s)}
                )
                self._bite(GAVE_UP)
                return
