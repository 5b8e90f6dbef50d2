"""Runs of a job as a real process over real sockets, which is killed with -9 on its way."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.crash.points import KILL
from tests.crash.worker import FORK, Order, Worker
from tests.e2e.town import Town

SEND = ("sendMessage", "send.php", "after MAIL")
"""What stands in the first step of handing a message to a provider: it is claimed, and no answer has come."""
_WHOLE_RUN, _ABOUT_A_MESSAGE = 60, 6
"""Of how many steps the last one is drawn."""


class KilledRuns:
    """Runs jobs in processes of their own. dice: at which step they are killed; one that ends before it lives."""

    def __init__(self, town: Town, dice: Random) -> None:
        self._town, self._dice = town, dice
        self._ahead = FORK.Value("d", 0.0)

    def run(self, job: str) -> dict[str, Any] | None:
        """Run a job, which is killed anywhere, or around the first message that it sends; return the report, None if it was killed."""
        if self._dice.random() < 0.3:
            return self.run_until(job, self._dice.randint(1, _WHOLE_RUN), ("",))
        return self.run_until(job, self._dice.randint(1, _ABOUT_A_MESSAGE), SEND)

    def run_until(self, job: str, step: int, since: tuple[str, ...]) -> dict[str, Any] | None:
        """Run a job that is killed at the n-th step since one that holds such a word."""
        self._ahead.value = self._town.clock.ahead.total_seconds()
        order = Order(self._town.app.environ, (job,), {step: KILL}, since=since)
        ended = Worker(order, self._ahead).end()
        assert ended.reports or ended.exit_code < 0, f"a worker fell that nobody killed: {ended}"
        return ended.reports[0] if ended.reports else None
