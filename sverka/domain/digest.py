"""What the daily letters say, as facts: numbers, deals, questions, sums. They are put into words by `sverka.messages`.

Belongs here: frozen values only. Texts that people typed (titles, names) and sentences of findings come in as they shall be shown:
one line, not too long, without phones and addresses. Dates and moments are the company's local ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sverka.domain.digest_receivables import Receivables
from sverka.domain.digest_values import DealLink, Income, Payment, Pick, Work
from sverka.domain.done import Done
from sverka.domain.mailbox import AnswerLink
from sverka.domain.messaging.talked import Message, Talked
from sverka.domain.report import Days, Report, Score
from sverka.domain.tally import NOTHING, Tally

AGES_DAYS = (7, 14, 30)
"""Upper ends of the bands by which goods held and debts are told by their age; the last band is open."""


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
class Aged:
    """Goods held for a deal, or shipped for it and not paid: since how many days, and what they are worth."""

    deal: DealLink
    days: int
    sum_kopecks: int


@dataclass(frozen=True)
class Aging:
    """All goods held, or all debts: in total, by age (a tally for each band), and the oldest of them."""

    total: Tally = NOTHING
    by_age: tuple[Tally, ...] = ()
    oldest: Aged | None = None


@dataclass(frozen=True)
class Question:
    """What waits for a person's answer.

    number: under which it stands in the queue; topic: one of `digest_facts.QUESTIONS`; manager: who is responsible for the deal, ""
    where that is the reader. links: answers that the reader may give by letter.
    """

    number: int
    topic: str
    text: str
    sum_kopecks: int
    asked_on: date
    deal: DealLink | None = None
    manager: str = ""
    links: tuple[AnswerLink, ...] = ()


@dataclass(frozen=True)
class Notice:
    """What people should know or put right, of one topic (`digest_facts.NOTICES`). text: the words of the weightiest finding.

    things: names that the topic is about, where it is not about deals alone (products). count: findings behind it. managers: whose
    deals these are, and how many of them; empty where they are the reader's.
    """

    topic: str
    text: str
    count: int
    sum_kopecks: int
    since: date
    deals: tuple[DealLink, ...] = ()
    things: tuple[str, ...] = ()
    managers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class LeftAlone:
    """Deals that were considered and not touched, for one reason (`plan.REASONS`)."""

    reason: str
    deals: tuple[DealLink, ...]


@dataclass(frozen=True)
class Troubles:
    """What was tried and did not work, by the reasons of the actions. unknown: it is not known yet whether it happened."""

    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failed or self.unknown)


@dataclass(frozen=True, kw_only=True)
class Details:
    """What stands behind the figures of a letter, row by row: the table that is attached to it."""

    matters: tuple[Notice, ...] = ()
    debts: tuple[Aged, ...] = ()
    reserves: tuple[Aged, ...] = ()
    payments: tuple[Payment, ...] = ()
    picks: tuple[Pick, ...] = ()
    works: tuple[Work, ...] = ()
    messages: tuple[Message, ...] = ()
    """To clients: what went and what was held back."""


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What every daily letter has.

    name: the reader's, as the company's file or the CRM has it. answer_field: the title of the deal's field in which a question may be
    answered, "" if the company has none.
    """

    name: str
    now: datetime
    sources: tuple[Source, ...]
    period: Period
    answer_field: str = ""
    questions: tuple[Question, ...] = ()
    """By the money at stake, the most first."""
    delays: tuple[Notice, ...] = ()
    """What people are late with (`digest_facts.DELAYS`), the most urgent first."""
    notices: tuple[Notice, ...] = ()
    """By the money at stake, the most first."""
    done: Done = field(default_factory=Done)
    talked: Talked = field(default_factory=Talked)
    """What clients were told, and what was held back."""
    report: Report | None = None
    """Once a week, for those who sell: where requests come from, and what becomes of them."""
    receivables: Receivables | None = None
    """What is owed by 1C's books; None for a company without 1C, and for who has nothing to do with it."""
    details: Details | None = None
    """None for a letter without a table."""

    @property
    def is_sound(self) -> bool:
        """Whether every source was read in full and lately."""
        return all(source.is_sound for source in self.sources)

    @property
    def needs_a_hand(self) -> bool:
        """Whether the reader has to do something about it."""
        return bool(self.questions or self.delays or self.notices)

    @property
    def is_worth_sending(self) -> bool:
        """Whether there is anything to tell today."""
        return True

    @property
    def figures(self) -> Mapping[str, int]:
        """What later letters need of this one: up to which second of business time it tells, and what that of a week later compares."""
        overdue = {} if self.receivables is None else {"overdue_kopecks": self.receivables.overdue.sum_kopecks}
        return {"told_to_s": int(self.now.timestamp()), **overdue}


@dataclass(frozen=True, kw_only=True)
class OwnerDigest(Digest):
    """The owner's letter: the whole company."""

    company: str
    standing: Standing
    reserves: Aging = Aging()
    debts: Aging = Aging()
    """What is shipped and not paid."""
    lost_orders: Tally = NOTHING
    """Orders of lost deals that are not cancelled."""
    yesterday: Score = field(default_factory=Score)
    """What became of the company's deals yesterday; nothing on the day of the report."""
    income: Income | None = None
    """None where nothing is known of payments."""
    owed_before_kopecks: int | None = None
    """What was shipped and not paid a week ago; None if the letter of that day is not known."""
    picks: tuple[Pick, ...] = ()
    """What leaves today."""
    weeks: tuple[tuple[Days, Score], ...] = ()
    """With the report: what became of the deals in each of the last weeks, the oldest first."""
    left_alone: tuple[LeftAlone, ...] = ()
    troubles: Troubles = Troubles()

    @property
    def needs_a_hand(self) -> bool:
        """Whether something is not as it should be."""
        return bool(super().needs_a_hand or self.troubles or not self.standing.is_whole)

    @property
    def figures(self) -> Mapping[str, int]:
        """And what is owed."""
        return {**super().figures, "owed_kopecks": self.debts.total.sum_kopecks}

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell but that all is well."""
        told = (
            self.left_alone
            or self.done
            or self.talked
            or self.lost_orders
            or (self.receivables and self.receivables.overdue)
        )
        return self.is_sound and not self.needs_a_hand and not told


@dataclass(frozen=True, kw_only=True)
class ManagerDigest(Digest):
    """A manager's letter: the deals that the person is responsible for. Delays and notices are single, not grouped."""

    done_deals: tuple[DealLink, ...] = ()
    debts: tuple[Aged, ...] = ()
    """What is shipped and not paid, the oldest first."""
    old_reserves: tuple[Aged, ...] = ()
    to_say: tuple[Message, ...] = ()
    """What no channel can carry, and the manager is to say by word of mouth."""

    @property
    def needs_a_hand(self) -> bool:
        """Whether the manager has to do something about it."""
        return bool(super().needs_a_hand or self.to_say)

    @property
    def is_worth_sending(self) -> bool:
        """Whether there is something to do, or something was done; debts and old reserves alone would come every day."""
        return bool(self.needs_a_hand or self.done.is_news or self.talked.went)
