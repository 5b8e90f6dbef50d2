"""Whether a channel carries messages now, by how the last attempts at it ended: a circuit breaker. Pure.

Two failures in a row with nothing accepted since, and messages go round it. Ten minutes after the last one a single message may try it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sverka.domain.effects import Answer
from sverka.domain.messaging.wishes import Sick

FAILURES = 2
"""So many in a row, and the channel is taken for sick."""
TRY_AGAIN = timedelta(minutes=10)
"""So long after the last failure one message may try it."""


@dataclass(frozen=True)
class Attempt:
    """How an attempt to send by a channel ended. detail: what the provider said, "" for nothing."""

    channel: str
    answer: Answer
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Trouble:
    """A stretch in which a channel carried nothing. until: when it was well again, None if it is not. last_at: of the last failure."""

    channel: str
    since: datetime
    last_at: datetime
    failures: int
    reason: str
    until: datetime | None = None


def sick(attempts: Iterable[Attempt], now: datetime, *, is_tried: bool = False) -> Sick | None:
    """Return what ails the channel of some attempts, None if it is well.

    is_tried: whether a message is on its way to it already; no other one may try it meanwhile.
    """
    last = next((trouble for trouble in troubles(attempts) if trouble.until is None), None)
    if last is None:
        return None
    found = Sick(last.channel, last.since, last.last_at + TRY_AGAIN, last.reason)
    return while_tried(found, now) if is_tried else found


def while_tried(ill: Sick, now: datetime) -> Sick:
    """Return the same for all other messages, once one has begun to try the channel."""
    return replace(ill, until=max(ill.until, now + TRY_AGAIN))


def troubles(attempts: Iterable[Attempt]) -> list[Trouble]:
    """Return the stretches in which a channel carried nothing, the first one first.

    What a provider refuses is about the addressee, and says nothing of the channel.
    """
    telling = (each for each in attempts if each.answer is not Answer.REFUSED)
    in_order = sorted(
        telling, key=lambda each: (each.channel, each.at, each.answer is Answer.ACCEPTED, each.answer, each.detail)
    )
    found = [trouble for _, theirs in groupby(in_order, lambda each: each.channel) for trouble in _stretches(theirs)]
    return sorted(found, key=lambda trouble: (trouble.since, trouble.channel))


def _stretches(attempts: Iterator[Attempt]) -> Iterator[Trouble]:
    """Yield the troubles of one channel, whose attempts come in order."""
    failed: list[Attempt] = []
    for each in attempts:
        if each.answer is not Answer.ACCEPTED:
            failed.append(each)
            continue
        if len(failed) >= FAILURES:
            yield _trouble(failed, each.at)
        failed = []
    if len(failed) >= FAILURES:
        yield _trouble(failed)


def _trouble(failed: Sequence[Attempt], until: datetime | None = None) -> Trouble:
    last = failed[-1]
    what = "не отвечает" if last.answer is Answer.AMBIGUOUS else "не принимает сообщения"
    return Trouble(last.channel, failed[0].at, last.at, len(failed), _said(what, last.detail), until)


def _said(what: str, detail: str) -> str:
    return f"{what}: {detail}" if detail else what
