"""An eye on the store that is not the worker's: is a claim committed at the moment at which a system accepts an effect?

It looks through a line of its own, so it sees what is committed and nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from sandbox.kit import Journal
from sandbox.serve import Sandbox

_CLAIMS = "SELECT count(*) FROM outbox WHERE state = 'claimed' AND system = '{}'"
_ENDS = "SELECT id, state, fence, ended_at, attempts FROM outbox WHERE ended_at IS NOT NULL ORDER BY id"
_STATES = "SELECT state, count(*) FROM outbox GROUP BY state"


class Witness:
    """Sees what is committed. unclaimed: effects that systems accepted while nothing was claimed for them."""

    def __init__(self, url: str) -> None:
        self._ask, self.close = _asking(url)
        self.unclaimed: list[str] = []

    def ended(self) -> list[tuple[Any, ...]]:
        """Return the effects that are over, with how and when they ended."""
        return self._ask(_ENDS)

    def states(self) -> dict[str, int]:
        """Count the effects by their states."""
        return dict(self._ask(_STATES))

    def waiting(self) -> int:
        """Count the effects that may still happen."""
        states = self.states()
        return states.get("planned", 0) + states.get("claimed", 0)

    @contextmanager
    def watching(self, sandbox: Sandbox) -> Iterator[None]:
        """Look at each effect of the worker in the block."""
        journal = sandbox.world.journal

        def effect(company: str, system: str, kind: str, by: str, payload: Any) -> None:
            if by == "worker" and not self._ask(_CLAIMS.format(system))[0][0]:
                self.unclaimed.append(f"{system} {kind}")
            Journal.effect(journal, company, system, kind, by, payload)

        journal.effect = effect  # type: ignore[method-assign]
        try:
            yield
        finally:
            del journal.effect


def _asking(url: str) -> tuple[Callable[[str], list[tuple[Any, ...]]], Callable[[], object]]:
    """Return what puts a question to a database, and what hangs up. A server is called anew each time, for it may have been restarted."""
    if not url.startswith("sqlite"):
        address = url.replace("postgresql+psycopg", "postgresql", 1)

        def ask_server(question: str) -> list[tuple[Any, ...]]:
            with psycopg.connect(address) as line:
                return line.execute(question.encode()).fetchall()

        return ask_server, lambda: None
    file = sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False, isolation_level=None)
    return lambda question: file.execute(question).fetchall(), file.close
