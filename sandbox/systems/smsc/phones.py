"""What phones do with messages, and what becomes of a message at a moment: computed from the clock, never stored.

A phone has one manner at a time; a message on its way meets those that come after it was sent, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from sandbox.kit import SandboxError

QUEUE_S = 5.0
"""So long a message waits with the vendor before an operator has it, unless its end comes first."""
DELIVERY_S = 10.0
"""So long a message takes to a phone that is on, or to the verdict of its operator."""
WAITING, HANDED, DELIVERED, EXPIRED = -1, 0, 1, 3
_ABSENT = 6
VERDICTS: Mapping[str, tuple[int, int]] = {
    "blocked": (20, 13), "no_such_number": (22, 1), "forbidden": (23, 251), "unreachable": (25, 11),
}  # fmt: skip
"""Manners in which a message ends without being delivered → (status, err)."""
USUAL, OFF_UNTIL, OFF, REFUSED = "usual", "off_until", "off", "refused"
"""On; off until a moment; off, so that messages expire; not taken by the vendor at all (error 8)."""
MANNERS: Mapping[str, frozenset[str]] = {
    USUAL: frozenset({"after_s"}), OFF_UNTIL: frozenset({"until"}), **dict.fromkeys((OFF, REFUSED, *VERDICTS), frozenset()),
}  # fmt: skip
"""Each manner and what may be said of it besides."""


@dataclass(frozen=True)
class Manner:
    """What a phone does since a moment. since, until: Unix seconds. after_s: how long a message takes to it."""

    word: str
    since: float = -inf
    until: float = -inf
    after_s: float = DELIVERY_S

    def end(self, arrives: float) -> Fate | None:
        """Return how a message ends that is on its way to the phone from a moment on; None if it goes on waiting."""
        if self.word in {USUAL, OFF_UNTIL}:
            return Fate(max(arrives, self.until) + self.after_s, DELIVERED)
        if self.word in VERDICTS:
            return Fate(arrives + self.after_s, *VERDICTS[self.word])
        return None


class Fate(NamedTuple):
    """Where a message stands, since when (Unix seconds), and the operator's error."""

    at: float
    status: int
    err: int = 0


def manner(word: str, since: float, more: Mapping[str, Any]) -> Manner:
    """Return a manner from the words of whoever holds the phone; raises SandboxError for words that nobody knows.

    more: `after_s` of `usual`, in seconds; `until` of `off_until`, a moment or its ISO form with an offset.
    """
    if word not in MANNERS:
        raise SandboxError(f"A phone is not {word!r}; it may be: {', '.join(MANNERS)}.")
    if not MANNERS[word].issuperset(more):
        raise SandboxError(f"{', '.join(more)} cannot be said of a phone that is {word}.")
    if word == OFF_UNTIL:
        return Manner(word, since, until=_moment(more.get("until")))
    return Manner(word, since, after_s=_seconds(more.get("after_s", DELIVERY_S)))


def manner_at(manners: Sequence[Manner], moment: float) -> Manner:
    """Return what a phone does at a moment; one of which nothing was said is on."""
    return next((manner for manner in reversed(manners) if manner.since <= moment), Manner(USUAL))


def fate_at(accepted_at: float, expires_at: float, manners: Sequence[Manner], now: float) -> Fate:
    """Return where a message stands at a moment; all moments are Unix seconds."""
    expired = Fate(expires_at, EXPIRED, _ABSENT)
    end = min(next(_ends(accepted_at, manners), expired), expired)
    if end.at <= now:
        return end
    handed_at = accepted_at + QUEUE_S
    return Fate(handed_at, HANDED) if handed_at <= now else Fate(accepted_at, WAITING)


def _ends(accepted_at: float, manners: Sequence[Manner]) -> Iterator[Fate]:
    """Yield the end that each manner would put to a message, if it comes before the phone takes the next manner."""
    met = [manner_at(manners, accepted_at), *(one for one in manners if one.since > accepted_at)]
    for one, following in pairwise([*met, Manner(OFF, since=inf)]):
        end = one.end(max(accepted_at, one.since))
        if end and end.at < following.since:
            yield end


def _moment(value: Any) -> float:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SandboxError(f"A phone is off until a moment such as 2026-11-23T09:00+03:00, not {value!r}.")
    return moment.timestamp()


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9:
        raise SandboxError(f"after_s is a number of seconds, not {value!r}.")
    return float(value)
