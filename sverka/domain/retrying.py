"""When the same thing is tried again: a pure schedule, shared by what waits in the outbox and by what a system refused."""

from __future__ import annotations

from datetime import timedelta

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))


def delay(tries: int) -> timedelta:
    """Return how long to wait after so many tries that came to nothing; from the fifth on it stays the longest."""
    return BACKOFF[min(max(tries, 1), len(BACKOFF)) - 1]


def is_time_again(refusals: int, since_last: timedelta) -> bool:
    """Say whether a definite refusal may be asked again: five times in all, at growing distances."""
    return refusals < len(BACKOFF) and since_last >= delay(refusals)
