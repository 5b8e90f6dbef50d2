"""What the letter to the head of sales says: who waits for whom, what managers did, where the deals stand. Values, and their counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sverka.domain.digest import Digest
from sverka.domain.digest_facts import Matter, is_told, notice_topic
from sverka.domain.report import Score
from sverka.domain.tally import NOTHING, Tally


@dataclass(frozen=True)
class Waiting:
    """What waits for one manager: requests without an answer, deals that stand too long, questions without an answer.

    name: "" for deals of nobody. sum_kopecks: of the deals that stand too long.
    """

    name: str
    unanswered: int = 0
    standing: int = 0
    sum_kopecks: int = 0
    questions: int = 0


@dataclass(frozen=True)
class Activity:
    """What one manager did yesterday: calls and letters to clients, and what became of the deals."""

    name: str
    calls: int = 0
    letters: int = 0
    score: Score = field(default_factory=Score)

    def __bool__(self) -> bool:
        return bool(self.calls or self.letters or self.score)


@dataclass(frozen=True)
class Standing:
    """How many deals stand at a stage and what they are worth; came: how many of them came there yesterday."""

    stage: str
    deals: Tally
    came: int = 0


@dataclass(frozen=True, kw_only=True)
class HeadDigest(Digest):
    """The letter to the head of sales. questions: those that belong to no deal. delays: all of the company's, grouped."""

    waiting: tuple[Waiting, ...] = ()
    """By manager, who has the most to do first."""
    activities: tuple[Activity, ...] = ()
    yesterday: Score = field(default_factory=Score)
    funnels: tuple[tuple[str, tuple[Standing, ...]], ...] = ()
    """Name of a funnel → its stages with deals, in the order of the portal."""

    @property
    def needs_a_hand(self) -> bool:
        """Whether somebody waits."""
        return bool(super().needs_a_hand or self.waiting)

    @property
    def is_worth_sending(self) -> bool:
        """Whether somebody waits, somebody did something, or a customer is late."""
        told = self.report is not None and any(self.report.total.scores)
        overdue = self.receivables is not None and self.receivables.overdue
        return bool(self.needs_a_hand or self.activities or self.yesterday or told or overdue)


def waiting(matters: Iterable[Matter]) -> tuple[Waiting, ...]:
    """Count by manager what people are late with and what they are asked, deal by deal."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for matter in matters:
        topic = "question" if matter.finding.asks else notice_topic(matter.finding) if is_told(matter.finding) else ""
        if matter.deal is not None and topic in ("question", "answer", "allowed"):
            found[matter.manager][topic][matter.finding.key] = matter.stake_kopecks
    lines = [
        Waiting(
            name,
            len(topics["answer"]),
            len(topics["allowed"]),
            sum(topics["allowed"].values()),
            len(topics["question"]),
        )
        for name, topics in found.items()
    ]
    return tuple(
        sorted(
            lines, key=lambda line: (-line.unanswered, -line.standing - line.questions, -line.sum_kopecks, line.name)
        )
    )


def total(lines: Iterable[Standing]) -> Tally:
    """Sum up the deals of stages."""
    found = list(lines)
    count = sum(line.deals.count for line in found)
    return Tally(count, sum(line.deals.sum_kopecks for line in found)) if count else NOTHING
