"""How a customer stands today: which documents are overdue, which of them may be spoken of, and which one leads. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sverka.domain.dunning import ageing, freshness, promises
from sverka.domain.dunning.facts import Customer, DisputeReason, Document, Freshness
from sverka.domain.dunning.policy import Settings
from sverka.domain.dunning.promises import Judged, Word


@dataclass(frozen=True)
class Account:
    """How a customer stands with one own legal entity. Documents stand in the order in which they lead.

    open: shipped on deferral and not paid. late: of these, past the due day on the calendar. eligible: of all open ones, those that may be
    spoken of; overdue: of these, at least one working day old; led: of these, what money that belongs to no document leaves unpaid.
    excused: id of an open document → why nothing is said of it: `small dispute promise pause`. money_kopecks: that belongs to none.
    """

    entity: str
    open: tuple[Document, ...]
    late: tuple[Document, ...]
    eligible: tuple[Document, ...]
    overdue: tuple[Document, ...]
    led: tuple[Document, ...]
    excused: Mapping[str, str]
    money_kopecks: int

    @property
    def gross_kopecks(self) -> int:
        """All that is late, whatever excuses it."""
        return ageing.residual(self.late)

    @property
    def overdue_kopecks(self) -> int:
        """What is overdue and may be spoken of, before money that belongs to no document."""
        return ageing.residual(self.overdue)

    @property
    def net_kopecks(self) -> int:
        """The same after that money."""
        return max(0, self.overdue_kopecks - self.money_kopecks)

    @property
    def owed_kopecks(self) -> int:
        """What is late after money that belongs to no document, whatever excuses it: while it stands, a cycle does not end."""
        return max(0, self.gross_kopecks - self.money_kopecks)

    @property
    def carrying(self) -> Document | None:
        """The document that leads, None if nothing is overdue."""
        return next(iter(self.led), None)


@dataclass(frozen=True)
class Standing:
    """How a customer stands with all of the company. held: documents that count for holds: undisputed, promised or not, paid by no money.

    promised: ids of documents that live promises cover. read_through: the last banking day whose payments are known; is_read: whether they
    are known far enough.
    """

    today: date
    accounts: tuple[Account, ...]
    held: tuple[Document, ...]
    held_kopecks: int
    judged: tuple[Judged, ...]
    promised: frozenset[str]
    tail_kopecks: int
    read_through: date | None
    is_read: bool
    paused_until: date | None

    @property
    def gross_kopecks(self) -> int:
        """All that is late."""
        return sum(account.gross_kopecks for account in self.accounts)

    @property
    def net_kopecks(self) -> int:
        """What is to be chased."""
        return sum(account.net_kopecks for account in self.accounts)

    @property
    def is_tail(self) -> bool:
        """Whether so little is overdue that nothing is said of it."""
        return self.net_kopecks < self.tail_kopecks

    def late(self) -> tuple[Document, ...]:
        """Return all documents that are late, of all accounts."""
        return tuple(document for account in self.accounts for document in account.late)

    def document(self, document_id: str) -> Document | None:
        """Return an open document."""
        every = (document for account in self.accounts for document in account.open)
        return next((document for document in every if document.id == document_id), None)

    def words(self, word: Word) -> tuple[Judged, ...]:
        """Return the promises that stand so."""
        return tuple(each for each in self.judged if each.word is word)


def stand(customer: Customer, read: Freshness, settings: Settings, now: datetime) -> Standing:
    """Return how a customer stands at a moment."""
    today, through = now.astimezone(settings.zone).date(), freshness.read_through(read)
    judged = promises.judge(customer.promises, customer.receipts, through, today, settings.promise, settings.workdays)
    promised = _promised(customer, judged, settings)
    paused_until = pause(customer, settings, today)
    accounts = tuple(
        _account(customer, entity, promised, settings, today, is_paused=paused_until is not None)
        for entity in customer.entities
    )
    held = [pair for entity in customer.entities for pair in _held(customer, entity, settings, today)]
    return Standing(
        today, accounts, tuple(document for document, _ in held), sum(rest for _, rest in held), judged, promised,
        settings.tail_kopecks(customer.turnover_kopecks), through, freshness.are_payments_fresh(read, settings, now), paused_until,
    )  # fmt: skip


def pause(customer: Customer, settings: Settings, today: date) -> date | None:
    """Return the last day on which nothing is said, by a person's word, by their letter, or as they say that they paid; None for none."""
    longest, workdays = timedelta(days=settings.pause_max_days), settings.workdays
    ends = [min(each.until, each.since + longest) for each in customer.pauses if each.since <= today]
    if customer.wrote_on is not None:
        ends.append(workdays.plus(customer.wrote_on, settings.reply_pause_bd))
    ends += [
        workdays.plus(each.opened_on, settings.paid_already_pause_bd)
        for each in customer.disputes
        if each.reason is DisputeReason.PAID_ALREADY and each.closed_on is None
    ]
    last = max(ends, default=None)
    return last if last is not None and last >= today else None


def money_of(customer: Customer, entity: str) -> int:
    """Return the money of a customer at an own entity that belongs to no document."""
    return max(0, sum(each.unallocated_kopecks for each in customer.receipts if each.entity == entity))


def debts(customer: Customer, entity: str) -> list[Document]:
    """Return what a customer owes an own entity for what it was given on deferral, in the order in which it leads."""
    return ageing.in_order(
        each
        for each in customer.documents
        if each.entity == entity and each.residual_kopecks > 0 and each.is_shipped and not each.is_prepaid
    )


def _promised(customer: Customer, judged: tuple[Judged, ...], settings: Settings) -> frozenset[str]:
    """Return ids of the documents that live promises cover, over all own entities."""
    if not any(each.open_kopecks for each in judged):
        return frozenset()
    disputed = promises.disputed(customer.disputes, with_proposed=True)
    rests = [
        pair
        for entity in customer.entities
        for pair in promises.rests(
            (each for each in debts(customer, entity) if each.id not in disputed), money_of(customer, entity)
        )
    ]
    rank = {each.id: number for number, each in enumerate(ageing.in_order(document for document, _ in rests))}
    return promises.covered(judged, sorted(rests, key=lambda pair: rank[pair[0].id]), settings.promise)


def _account(
    customer: Customer, entity: str, promised: frozenset[str], settings: Settings, today: date, *, is_paused: bool
) -> Account:
    disputed = promises.disputed(customer.disputes, with_proposed=True)

    def excuse(document: Document) -> str:
        if document.residual_kopecks < settings.min_document_kopecks:
            return "small"
        if document.id in disputed:
            return "dispute"
        return "promise" if document.id in promised else "pause" if is_paused else ""

    documents, money = debts(customer, entity), money_of(customer, entity)
    excused = {each.id: why for each in documents if (why := excuse(each))}
    eligible = tuple(each for each in documents if each.id not in excused)
    overdue = tuple(each for each in eligible if ageing.age_bd(each, today, settings.workdays) >= 1)
    led = tuple(each for each, rest in ageing.after_money(overdue, money) if rest > 0)
    late = tuple(each for each in documents if ageing.late_days(each, today) > 0)
    return Account(entity, tuple(documents), late, eligible, overdue, led, excused, money)


def _held(customer: Customer, entity: str, settings: Settings, today: date) -> list[tuple[Document, int]]:
    """Return the documents of an entity by which holds go, with what is left of each: undisputed, overdue and not small."""
    disputed = promises.disputed(customer.disputes, with_proposed=False)
    overdue = (
        each
        for each in debts(customer, entity)
        if each.id not in disputed
        and each.residual_kopecks >= settings.min_document_kopecks
        and ageing.age_bd(each, today, settings.workdays) >= 1
    )
    return [pair for pair in promises.rests(overdue, money_of(customer, entity)) if pair[1] > 0]
