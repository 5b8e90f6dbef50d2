"""The limit of calls: a sliding window of five minutes, one for all integrations of an account.

A refused call is not counted, so a window that is full opens again as its oldest calls leave it.
"""

from __future__ import annotations

from collections import deque

WINDOW_S = 300
CALLS_PER_WINDOW = 500


def calls_in_window(calls: deque[float], now: float) -> int:
    """Forget the calls that left the window and return how many are still in it; moments are Unix seconds."""
    while calls and now - calls[0] >= WINDOW_S:
        calls.popleft()
    while calls and calls[-1] > now:  # the sandbox's clock was set back
        calls.pop()
    return len(calls)
