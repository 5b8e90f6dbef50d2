"""Asking again: for reads only. Writes are repeated by the outbox and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sverka.domain.clock import Clock
from sverka.systems.errors import AskAgain, Busy

T = TypeVar("T")
Jitter = Callable[[], float]
"""A source of numbers in [0, 1)."""

_STEP_S = 5.0
"""Longest single wait, so that a clock which carries a stop signal is asked often."""

_LONGEST_PAUSE_S = 60.0
_DOUBLINGS = 7
"""After so many the longest pause is reached."""


def pause_s(trouble: AskAgain, attempt: int, jitter: float) -> float:
    """Return the seconds before the next try; the vendor's own word wins over our doubling."""
    if trouble.retry_after_s is not None:
        return trouble.retry_after_s * (1 + jitter / 10)
    return min(_LONGEST_PAUSE_S, 2.0 ** min(attempt, _DOUBLINGS) / 2) * (0.5 + jitter)


def wait(clock: Clock, seconds: float) -> None:
    """Let `seconds` pass in short steps."""
    while seconds > 0:
        clock.wait(min(seconds, _STEP_S))
        seconds -= _STEP_S


def asking_again(ask: Callable[[], T], clock: Clock, jitter: Jitter, *, tries: int, patience_s: float) -> T:
    """Call `ask` until it answers, waiting in between.

    Faults are forgiven `tries - 1` times, a busy system as long as `patience_s` lasts; then the trouble is raised as it came.
    """
    gives_up_at = clock.monotonic() + patience_s
    attempt = faults = 0
    while True:
        try:
            return ask()
        except AskAgain as trouble:
            attempt += 1
            faults += not isinstance(trouble, Busy)
            pause = pause_s(trouble, attempt, jitter())
            if faults >= tries or clock.monotonic() + pause > gives_up_at:
                raise
        wait(clock, pause)
