"""What the daily letters say, as facts: numbers, deals, questions, sums. They are put into words by `sverka.messages`.

Belongs here: frozen values only. Texts that people typed (titles, names) and sentences of findings come in as they shall be shown:
one line, not too long, without phones and addresses. Dates and moments are the company's local ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

RESERVE_AGES_DAYS = (7, 14, 30)
"""Upper ends of the age bands of reserves; the last band is open."""


@dataclass(frozen=True)
class Tally:
    """How many, and what they are worth together."""

    count: int = 0
    sum_kopecks: int = 0

    def __bool__(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class DealLink:
    """A deal as a reader knows it: by its title, which leads to its card."""

    title: str
    url: str


@dataclass(frozen=True)
class Source:
    """How fresh a system's data is.

    read_at: the moment up to which everything is known, None if the system was never read in full. missing: families that the last
    reading did not bring in full. is_old: whether `read_at` lies too far back to speak of today.
    """

    system: str
    read_at: datetime | None
    missing: tuple[str, ...] = ()
    is_old: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether the letter may rest on it."""
        return self.read_at is not None and not self.missing and not self.is_old


@dataclass(frozen=True)
class Period:
    """The days that a letter covers: since the last one (None for the first letter) until today."""

    since: date | None
    until: date

    @property
    def is_long(self) -> bool:
        """Whether it is longer than from one day's letter to the next."""
        return self.since is not None and (self.until - self.since).days > 1


@dataclass(frozen=True)
class Standing:
    """Deals at stages that require an order, and how many of them agree with the ledger; their lines and sum."""

    deals: int = 0
    agreeing: int = 0
    positions: int = 0
    sum_kopecks: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all of them agree."""
        return self.agreeing == self.deals


@dataclass(frozen=True)
class HeldReserve:
    """Goods held for a deal, and for how many days."""

    deal: DealLink
    days: int
    sum_kopecks: int


@dataclass(frozen=True)
class Reserves:
    """All goods held: in total, by age (a tally for each band), and the one that is held longest."""

    held: Tally = Tally()
    by_age: tuple[Tally, ...] = ()
    oldest: HeldReserve | None = None


@dataclass(frozen=True)
class Question:
    """What waits for a person's answer.

    number: under which it stands in the queue; topic: one of `digest_facts.QUESTIONS`; manager: who is responsible for the deal, ""
    where that is the reader.
    """

    number: int
    topic: str
    text: str
    sum_kopecks: int
    asked_on: date
    deal: DealLink | None = None
    manager: str = ""


@dataclass(frozen=True)
class Notice:
    """What people should know or put right, of one topic (`digest_facts.NOTICES`). text: the words of the weightiest finding.

    things: names that the topic is about, where it is not about deals alone (products). count: findings behind it.
    """

    topic: str
    text: str
    count: int
    sum_kopecks: int
    since: date
    deals: tuple[DealLink, ...] = ()
    things: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftAlone:
    """Deals that were considered and not touched, for one reason (`plan.REASONS`)."""

    reason: str
    deals: tuple[DealLink, ...]


@dataclass(frozen=True)
class Done:
    """What really changed. Sums are those of the documents; of `lines`, what the corrections came to."""

    orders: Tally = Tally()
    clients: int = 0
    lines: Tally = Tally()
    reserves: Tally = Tally()
    reserves_back: Tally = Tally()
    reserve_lines: int = 0
    released: Tally = Tally()
    cancelled: Tally = Tally()
    reopened: Tally = Tally()
    numbers: int = 0
    repairs: int = 0
    """How many of these put right a difference, rather than make something new."""

    def __bool__(self) -> bool:
        return self != Done()


@dataclass(frozen=True)
class Troubles:
    """What was tried and did not work, by the reasons of the actions. unknown: it is not known yet whether it happened."""

    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failed or self.unknown)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What every daily letter has. name: the reader's, as the company's file or the CRM has it."""

    name: str
    now: datetime
    sources: tuple[Source, ...]
    period: Period
    questions: tuple[Question, ...] = ()
    """By the money at stake, the most first."""
    notices: tuple[Notice, ...] = ()
    """By the money at stake, the most first."""
    done: Done = field(default_factory=Done)

    @property
    def is_sound(self) -> bool:
        """Whether every source was read in full and lately."""
        return all(source.is_sound for source in self.sources)

    @property
    def needs_a_hand(self) -> bool:
        """Whether the reader has to do something about it."""
        return bool(self.questions or self.notices)


@dataclass(frozen=True, kw_only=True)
class OwnerDigest(Digest):
    """The owner's letter: the whole company."""

    company: str
    standing: Standing
    reserves: Reserves = Reserves()
    lost_orders: Tally = Tally()
    """Orders of lost deals that are not cancelled."""
    left_alone: tuple[LeftAlone, ...] = ()
    troubles: Troubles = Troubles()

    @property
    def needs_a_hand(self) -> bool:
        """Whether something is not as it should be."""
        return bool(self.questions or self.notices or self.troubles or not self.standing.is_whole)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell but that all is well."""
        told = self.questions or self.notices or self.left_alone or self.troubles or self.done or self.lost_orders
        return self.is_sound and self.standing.is_whole and not told


@dataclass(frozen=True, kw_only=True)
class ManagerDigest(Digest):
    """A manager's letter: the deals that the person is responsible for. Notices are single, not grouped."""

    done_deals: tuple[DealLink, ...] = ()
    old_reserves: tuple[HeldReserve, ...] = ()

    @property
    def is_worth_sending(self) -> bool:
        """Whether there is something to do, or something was done; old reserves alone would come every day."""
        return bool(self.questions or self.notices or self.done)
