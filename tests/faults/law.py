"""The law for every answer to a write, judged by what the emulator recorded, and the schedules that try a client by it.

accepted: the effect is there, once. refused, not executed: it is not there and never comes. ambiguous: either. When the provider has
surely finished, a look-up says found exactly where the effect is, and calls itself complete only where it says the truth. What is then
repeated, as the outbox would, ends in one effect. No answer takes longer than its deadline and a tenth of it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from sverka.domain.effects import Answer, Outcome, Probe
from sverka.systems.http import HttpSettings
from tests.soak import SOAK

SCHEDULES = 500 if SOAK else 6
WRITES = 3
"""Writes in one schedule."""

READ_S, TOTAL_S = 0.25, 0.35
SPARE_S = 1.5
"""What a busy machine may add to a deadline."""

HTTP = HttpSettings(connect_s=READ_S, read_s=READ_S, total_s=TOTAL_S, patience_s=20.0, size_cap_bytes=1024 * 1024)
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Write:
    """One write. traces: for each change that belongs to it, what its record in the journal looks like."""

    kind: str
    payload: Mapping[str, Any]
    traces: Sequence[Callable[[Record], bool]]


class Side(Protocol):
    """A client, the proxy before its system, and the system's own records."""

    toxics: Sequence[str]
    harmless: frozenset[str]
    blind: frozenset[str]
    """Kinds that nobody can look up."""

    def write(self, number: int, random: Random) -> Write:
        """Think of a write that leaves unmistakable traces."""
        ...

    def arm(self, toxic: str, random: Random) -> None:
        """Let a toxic strike one of the next requests."""
        ...

    def arm_for_long(self, toxic: str) -> None:
        """Let a toxic strike every request, until it is taken back."""
        ...

    def disarm(self) -> bool:
        """Say whether the toxic struck."""
        ...

    def settle(self) -> None:
        """Wait until the system has surely finished."""
        ...

    def send(self, write: Write) -> Outcome: ...

    def look(self, write: Write) -> Probe: ...

    def records(self) -> Sequence[Record]: ...


@dataclass
class Figures:
    """What the schedules came to."""

    schedules: int = 0
    writes: int = 0
    struck: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    lost: int = 0
    doubled: int = 0
    slowest_s: float = 0.0
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        answers = ", ".join(f"{count} {answer}" for answer, count in sorted(self.answers.items()))
        return (
            f"{self.schedules} schedules, {self.writes} writes, {self.struck} faults: {answers}; lost {self.lost}, doubled {self.doubled}, "
            f"unknown {self.unknown}; slowest {self.slowest_s:.2f} s of {TOTAL_S:g}"
        )


def try_client(side: Side, schedules: int, seed: int = 1) -> Figures:
    """Play schedules of random writes under random faults; each breach of the law is told with the seed that replays it."""
    figures = Figures()
    for schedule in range(schedules):
        random = Random(seed * 100_000 + schedule)
        figures.schedules += 1
        for step in range(WRITES):
            write = side.write((seed * 100_000 + schedule) * 10 + step, random)
            toxic = random.choice([*side.toxics, "none"])
            _try_one(
                side, write, toxic, random, figures, f"seed {seed}, schedule {schedule}: {write.kind} under {toxic}"
            )
    return figures


def _try_one(side: Side, write: Write, toxic: str, random: Random, figures: Figures, where: str) -> None:
    since = len(side.records())
    if toxic != "none":
        side.arm(toxic, random)
    began = time.monotonic()
    outcome = side.send(write)
    seconds = time.monotonic() - began
    at_once = happened(write, side.records()[since:])
    struck = side.disarm() and toxic != "none"
    side.settle()
    settled = happened(write, side.records()[since:])
    figures.writes += 1
    figures.struck += struck
    figures.answers[outcome.answer] += 1
    figures.slowest_s = max(figures.slowest_s, seconds)
    spoilt = struck and toxic not in side.harmless
    breaches = [*by_answer(outcome, at_once, settled), *by_time(outcome, seconds, spoilt=spoilt)]
    breaches += _end(side, write, outcome, toxic, random, figures, since) if not breaches else []
    figures.broken += [f"{where}: {breach} ({outcome.answer}: {outcome.detail})" for breach in breaches]


def by_answer(outcome: Outcome, at_once: int, settled: int) -> list[str]:
    """Judge an answer by how often the effect was there when it came, and in the end. Pure."""
    if outcome.answer is Answer.ACCEPTED and at_once == 0:
        return ["accepted, but nothing happened"]
    if outcome.answer in (Answer.REFUSED, Answer.NOT_EXECUTED) and settled:
        return [f"{outcome.answer}, but it happened"]
    return ["it happened more than once"] if settled > 1 else []


def by_time(outcome: Outcome, seconds: float, *, spoilt: bool) -> list[str]:
    """Judge how long an answer took, and whether it is as clear as it could be. Pure."""
    if seconds > TOTAL_S * 1.1 + SPARE_S:
        return [f"it took {seconds:.2f} s"]
    if not spoilt and outcome.answer is not Answer.ACCEPTED and seconds < READ_S * 0.8:
        return ["nothing was wrong, yet it is not accepted"]
    return []


def by_look(probe: Probe, happened: int, *, spoilt: bool) -> list[str]:
    """Judge a look-up after everything has settled. Pure."""
    if probe.found and not happened:
        return ["the look-up found what is not there"]
    if probe.complete and not probe.found and happened:
        return ["the look-up surely did not find what is there"]
    return [] if spoilt or probe.complete else [f"the look-up could not tell ({probe.detail})"]


def happened(write: Write, records: Sequence[Record]) -> int:
    """Return how often a write happened as a whole; more than once if any change of it did."""
    counts = [sum(trace(record) for record in records) for trace in write.traces]
    return max(counts) if min(counts) else 0


def _end(
    side: Side, write: Write, outcome: Outcome, toxic: str, random: Random, figures: Figures, since: int
) -> list[str]:
    """Do what the outbox does with an answer, until the effect is there once, or nobody can tell."""
    if outcome.answer is Answer.AMBIGUOUS:
        if write.kind in side.blind:
            figures.unknown += 1
            return []
        there = happened(write, side.records()[since:])
        if toxic != "none" and random.random() < 0.5:
            side.arm_for_long(toxic)
            probe = side.look(write)
            side.disarm()
            if breaches := by_look(probe, there, spoilt=True):
                return breaches
        probe = side.look(write)
        if breaches := by_look(probe, there, spoilt=False):
            return breaches
    if outcome.answer is Answer.NOT_EXECUTED or (outcome.answer is Answer.AMBIGUOUS and not probe.found):
        began = time.monotonic()
        repeated = side.send(write)
        seconds = time.monotonic() - began
        if repeated.answer is not Answer.ACCEPTED:
            side.settle()
            breaches = by_time(repeated, seconds, spoilt=False)
            return breaches or _end(side, write, repeated, "none", random, figures, since)
    counted = happened(write, side.records()[since:])
    figures.lost += counted == 0 and outcome.answer is not Answer.REFUSED
    figures.doubled += counted > 1
    return [] if counted == 1 else [f"in the end it happened {counted} times"]
