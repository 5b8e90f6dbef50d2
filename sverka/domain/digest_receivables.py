"""What customers owe by 1C's books, as the daily letters tell it: sums, ages, what came, who is not written to and why. Pure.

Lateness is in calendar days, as 1C's own report counts it. All money in kopecks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sverka.domain.digest_values import DealLink
from sverka.domain.dunning import ageing
from sverka.domain.dunning.decision import LAGGING, Decision, How
from sverka.domain.dunning.facts import Customer, Document, Hold, Outcome
from sverka.domain.dunning.promises import Judged, Word
from sverka.domain.dunning.standing import Standing
from sverka.domain.report import Days
from sverka.domain.tally import NOTHING, Tally


@dataclass(frozen=True)
class Case:
    """A customer who may owe. card: the CRM's. decision: None where 1C has not worked out the ageing; responsible: a user's id."""

    card: DealLink
    customer: Customer
    standing: Standing
    decision: Decision | None
    responsible: str = ""
    manager: str = ""


@dataclass(frozen=True)
class Came:
    """Money that came on a day, below zero if it went back. client: whose card, "" if the CRM has none."""

    on: date
    sum_kopecks: int
    client: str = ""


@dataclass(frozen=True)
class Books:
    """What is read of 1C for the letters of a day.

    read_at: up to when debts are known, local time, None if they were never read in full. bank_on: the last day whose bank documents are
    in 1C. strangers: counterparties that owe and have no card in the CRM. to_fill: sentences on what is not filled in.
    """

    today: date
    zone: ZoneInfo
    read_at: datetime | None
    bank_on: date | None
    cases: tuple[Case, ...] = ()
    money: tuple[Came, ...] = ()
    strangers: Tally = NOTHING
    to_fill: tuple[str, ...] = ()

    def of(self, person: str) -> Books:
        """Return what concerns the customers that a user is responsible for."""
        mine = tuple(each for each in self.cases if each.responsible == person)
        keys = {each.customer.key for each in mine}
        return replace(
            self, cases=mine, money=tuple(each for each in self.money if each.client in keys), strangers=NOTHING, to_fill=()
        )  # fmt: skip


@dataclass(frozen=True)
class Debtor:
    """A customer who owes. late_days: of the oldest document, 0 if none is late. reason: why nothing goes today, "" if something may."""

    card: DealLink
    owed_kopecks: int
    overdue_kopecks: int
    net_kopecks: int
    late_days: int
    hold: Hold
    wanted: Hold
    reason: str = ""
    manager: str = ""


@dataclass(frozen=True)
class Promised:
    """Promises about debts that are open still: how many were kept, in part, or broken; and the live ones with what is still to come."""

    kept: int = 0
    part: int = 0
    broken: int = 0
    live: Tally = NOTHING

    def __bool__(self) -> bool:
        return bool(self.kept or self.part or self.broken or self.live)


@dataclass(frozen=True, kw_only=True)
class Receivables:
    """What a letter tells of them. A tally counts customers, but payments in `came` and documents in `due_today`.

    net_kopecks: overdue less what is disputed, promised or paid by money that belongs to no document. before_kopecks: overdue a week ago,
    None if that is not known. ages: overdue by `ageing.BUCKETS`. days: on which `came` came and `told` was said. silent: reason → to whom
    nothing is written for it. told: id of a step → how often it reached a customer; by_hand: → how often a person was asked to.
    """

    read_at: datetime | None
    bank_on: date | None
    days: Days
    owed: Tally = NOTHING
    overdue: Tally = NOTHING
    net_kopecks: int = 0
    before_kopecks: int | None = None
    ages: tuple[int, ...] = ()
    came: Tally = NOTHING
    due_today: Tally = NOTHING
    today: Tally = NOTHING
    """Who is to be written to today, unless somebody says no."""
    silent: tuple[tuple[str, tuple[Debtor, ...]], ...] = ()
    told: tuple[tuple[str, int], ...] = ()
    by_hand: tuple[tuple[str, int], ...] = ()
    held: tuple[tuple[Hold, int], ...] = ()
    proposed: tuple[tuple[Hold, int], ...] = ()
    promised: Promised = Promised()
    debtors: tuple[Debtor, ...] = ()
    """The most overdue first."""
    strangers: Tally = NOTHING
    to_fill: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.owed or self.came or self.strangers or self.to_fill)


def receivables(books: Books, days: Days, before_kopecks: int | None) -> Receivables:
    """Return what a letter tells of what was read. days: since the last letter; before_kopecks: overdue a week ago."""
    debtors = sorted(
        map(_debtor, books.cases), key=lambda each: (-each.overdue_kopecks, -each.owed_kopecks, each.card.title)
    )
    late = [document for case in books.cases for document in case.standing.late()]
    due = [each for case in books.cases for each in _open(case) if each.due_on == books.today]
    came = [each for each in books.money if days.first <= each.on <= days.last]
    return Receivables(
        read_at=books.read_at, bank_on=books.bank_on, days=days, owed=_tally(each.owed_kopecks for each in debtors),
        overdue=_tally(each.overdue_kopecks for each in debtors), net_kopecks=sum(each.net_kopecks for each in debtors),
        before_kopecks=before_kopecks, ages=tuple(ageing.buckets(late, books.today).values()),
        came=Tally(len(came), sum(each.sum_kopecks for each in came)), due_today=Tally(len(due), ageing.residual(due)),
        today=_tally(map(_to_be_told, books.cases)), silent=_silent(debtors), told=_taken(books, days, _REACHED),
        by_hand=_taken(books, days, (Outcome.BY_HAND,)), held=_holds(each.hold for each in debtors),
        proposed=_holds(each.wanted for each in debtors if each.wanted > each.hold), promised=_promised(books.cases),
        debtors=tuple(each for each in debtors if each.owed_kopecks), strangers=books.strangers, to_fill=books.to_fill,
    )  # fmt: skip


_REACHED = (Outcome.SENT, Outcome.UNDELIVERABLE)
"""What left: an address that refused it afterwards is told among the messages."""


def _tally(sums_kopecks: Iterable[int]) -> Tally:
    found = [each for each in sums_kopecks if each]
    return Tally(len(found), sum(found))


def _open(case: Case) -> Iterator[Document]:
    for account in case.standing.accounts:
        yield from account.open


def _debtor(case: Case) -> Debtor:
    decision, standing = case.decision, case.standing
    hold = decision.hold if decision else None
    return Debtor(
        case.card, ageing.residual(_open(case)), standing.gross_kopecks, standing.net_kopecks,
        max((ageing.late_days(each, standing.today) for each in standing.late()), default=0), case.customer.hold,
        hold.wanted if hold and hold.is_proposed else case.customer.hold, _reason(case), case.manager,
    )  # fmt: skip


def _reason(case: Case) -> str:
    if not case.standing.gross_kopecks:
        return ""
    if case.decision is None:
        return LAGGING
    blocked = case.decision.blocked
    return blocked.reason if blocked and not _to_be_told(case) else ""


def _to_be_told(case: Case) -> int:
    """Return the sum of which a customer is to read today."""
    if case.decision is None:
        return 0
    said = (*case.decision.going, *case.decision.standing_still, *case.decision.to_be_forewarned)
    return sum(each.net_kopecks for each in dict.fromkeys(said) if each.how is How.MESSAGE and not each.step.is_service)


def _silent(debtors: Sequence[Debtor]) -> tuple[tuple[str, tuple[Debtor, ...]], ...]:
    found: defaultdict[str, list[Debtor]] = defaultdict(list)
    for each in debtors:
        if each.reason:
            found[each.reason].append(each)
    return tuple(
        (reason, tuple(them)) for reason, them in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _taken(books: Books, days: Days, outcomes: Sequence[Outcome]) -> tuple[tuple[str, int], ...]:
    """Count the steps of some days that ended so, those early on the ladder first."""
    touches = [
        touch
        for case in books.cases
        for touch in case.customer.touches
        if touch.outcome in outcomes and days.first <= touch.at.astimezone(books.zone).date() <= days.last
    ]
    places: Mapping[str, int] = {touch.step: touch.at_bd for touch in touches}
    counts = Counter(touch.step for touch in touches)
    return tuple(sorted(counts.items(), key=lambda pair: (places[pair[0]], pair[0])))


def _holds(holds: Iterable[Hold]) -> tuple[tuple[Hold, int], ...]:
    """Count the holds that stop something, the gravest first."""
    counts = Counter(each for each in holds if each > Hold.WATCH)
    return tuple(sorted(counts.items(), reverse=True))


def _promised(cases: Iterable[Case]) -> Promised:
    judged = [each for case in cases for each in case.standing.judged if _is_of_now(case, each)]
    count = Counter(each.word for each in judged)
    live = Tally(count[Word.LIVE], sum(each.open_kopecks for each in judged))
    return Promised(count[Word.KEPT], count[Word.PART], count[Word.BROKEN], live)


def _is_of_now(case: Case, judged: Judged) -> bool:
    """Whether a promise was made in the cycle that runs; the word of a live one counts always."""
    cycle = case.customer.cycle
    return judged.word is Word.LIVE or (
        cycle.is_open and cycle.began_on is not None and judged.promise.made_on >= cycle.began_on
    )
