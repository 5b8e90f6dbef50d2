"""Customers who may owe, from the mirror of 1C, the CRM's cards and our memory: the facts that decisions about debts rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from reconcilers import counterparties
from reconcilers.debt_work import DEBT, OVERDUE
from sverka.domain import finance_people
from sverka.domain.account_rows import Advance as AdvanceRow
from sverka.domain.account_rows import Contract, Counterparty, Debt, Entity, Settled
from sverka.domain.account_rows import Receipt as ReceiptRow
from sverka.domain.dunning import facts
from sverka.domain.dunning.facts import Customer, Document, Freshness, Hold, Reach
from sverka.domain.holds import HOLDS
from sverka.domain.messaging.channels import EMAIL
from sverka.domain.messaging.kinds import STATEMENTS
from sverka.domain.proofs import Proof
from sverka.domain.rows import Activity, Client, Requisite
from sverka.store import debts, messages, mirror, proofs
from sverka.store.debts import Word
from sverka.store.engine import Transaction
from sverka.work.desk import Desk
from sverka.work.recipients import addresses_of, zone_of

_ROUBLES = "RUB"
_SHIPPED = "РеализацияТоваровУслуг"
_NAMES: Mapping[str, str] = {_SHIPPED: "УПД"}
"""1C's word for a kind of document → how people write it; any other is a document."""
_MESSENGER = "messenger"
_YEAR, _LONGEST_RUN = timedelta(days=365), timedelta(hours=1)

_T = TypeVar("_T", AdvanceRow, Contract, Debt, ReceiptRow, Settled)


@dataclass(frozen=True)
class Debtor:
    """A customer with what messages and tasks about debts need beside the facts.

    told_by: a way by which people are told, `email:accountant` → the card of who is told. contracts, entities: by 1C's ids.
    """

    customer: Customer
    client: Client
    told_by: Mapping[str, Client] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    is_lagging: bool = False
    """Whether 1C has not worked out the ageing yet: what it says of due days does not add up to what is owed."""


@dataclass(frozen=True)
class _Accounts:
    """What 1C knows, by client."""

    debts: Mapping[str, Sequence[Debt]]
    advances: Mapping[str, Sequence[AdvanceRow]]
    receipts: Mapping[str, Sequence[ReceiptRow]]
    contracts: Mapping[str, Sequence[Contract]]
    settled: Mapping[str, Sequence[Settled]]

    def is_lagging(self, client: str) -> bool:
        """Whether debts less advances are not what the register that documents write at once holds."""
        owed = sum(each.residual_kopecks for each in self.debts.get(client, ()))
        ahead = sum(each.sum_kopecks for each in self.advances.get(client, ()))
        return owed - ahead != sum(each.balance_kopecks for each in self.settled.get(client, ()))


def debtors(desk: Desk, now: datetime) -> list[Debtor]:
    """Return all customers who owe, owed when we last said or showed anything of it, or of whom anything was said."""
    with desk.store.reading() as tx:
        parties = mirror.where(tx, desk.company, Counterparty, deleted=False)
        clients = counterparties.whose(mirror.where(tx, desk.company, Requisite), parties)
        accounts = _accounts(tx, desk, now, clients)
        known = {*accounts.debts, *debts.customers_of(tx, desk.company)}
        known |= {each.card for each in messages.waiting(tx, desk.company, STATEMENTS)}
        every = mirror.by_ids(tx, desk.company, Client, {*known, *clients.values()})
        cards = {key: card for key, card in every.items() if key in known or _shows_a_debt(card)}
        return _Builder(tx, desk, accounts, list(cards)).build(cards)


def _shows_a_debt(card: Client) -> bool:
    return any(card.custom(name) for name in (DEBT, OVERDUE))


def freshness(desk: Desk, now: datetime) -> Freshness:
    """Return how far 1C was read."""
    with desk.store.reading() as tx:
        receipts = mirror.where(tx, desk.company, ReceiptRow, is_cleared=True, deleted=False)
        paid = proofs.last(tx, desk.company, "onec", "receipts")
        owed = proofs.last(tx, desk.company, "onec", "debts")
        said = [word for word in debts.words(tx, desk.company, [STATEMENT]) if word.ended_at is None]
    return Freshness(
        bank_document_on=max((day for each in receipts if (day := paid_on(each, desk.policy.zone))), default=None),
        payments_read_at=_read_at(paid, now),
        shipments_read_at=_read_at(owed, now),
        statement_until=max((date.fromisoformat(each.said["until"]) for each in said), default=None),
    )


def _read_at(read: Proof | None, now: datetime) -> datetime | None:
    """Return when something was read: what a run reads after its clock was read is as of then, and not of the future."""
    if read is None or not read.complete:
        return None
    return min(read.server_at, now) if read.server_at - now <= _LONGEST_RUN else read.server_at


STATEMENT = "bank"
"""Stands in place of a customer in the accountant's word that the bank's statement is loaded."""


def _accounts(tx: Transaction, desk: Desk, now: datetime, clients: Mapping[str, str]) -> _Accounts:
    lately = now.date() - _YEAR
    receipts = [
        each for each in mirror.where(tx, desk.company, ReceiptRow, is_cleared=True, deleted=False)
        if (day := paid_on(each, desk.policy.zone)) is not None and day >= lately
    ]  # fmt: skip
    return _Accounts(
        _by_client(mirror.where(tx, desk.company, Debt, currency=_ROUBLES), clients),
        _by_client(mirror.where(tx, desk.company, AdvanceRow, currency=_ROUBLES), clients),
        _by_client((each for each in receipts if each.currency == _ROUBLES), clients),
        _by_client(mirror.where(tx, desk.company, Contract, deleted=False, is_active=True), clients),
        _by_client(mirror.where(tx, desk.company, Settled, currency=_ROUBLES), clients),
    )


def _by_client(rows: Iterable[_T], clients: Mapping[str, str]) -> dict[str, list[_T]]:
    found: defaultdict[str, list[_T]] = defaultdict(list)
    for row in rows:
        if row.counterparty_id in clients:
            found[clients[row.counterparty_id]].append(row)
    return found


class _Builder:
    """Puts the facts of customers together."""

    def __init__(self, tx: Transaction, desk: Desk, accounts: _Accounts, keys: Sequence[str]) -> None:
        self._desk, self._accounts = desk, accounts
        company = desk.company
        self._touches, self._cycles = debts.touches(tx, company, keys), debts.cycles(tx, company, keys)
        self._words: defaultdict[str, list[Word]] = defaultdict(list)
        for word in debts.words(tx, company, keys):
            self._words[word.customer].append(word)
        contacts = mirror.where(tx, company, Client, works_for=tuple(keys))
        self._people: defaultdict[str, list[Client]] = defaultdict(list)
        for each in contacts:
            self._people[each.works_for].append(each)
        cards = [*keys, *(each.ext_id for each in contacts)]
        self._calls: defaultdict[str, list[date]] = defaultdict(list)
        for activity in mirror.where(tx, company, Activity, owner=tuple(cards), kind="call", completed=True):
            self._calls[activity.owner].append(activity.created_at.astimezone(desk.policy.zone).date())
        self._arrived = messages.arrived(tx, company)
        self._entities = {each.ext_id: each for each in mirror.where(tx, company, Entity, deleted=False)}

    def build(self, cards: Mapping[str, Client]) -> list[Debtor]:
        """Return the debtors, by their keys."""
        return [self._debtor(card) for _, card in sorted(cards.items())]

    def _debtor(self, card: Client) -> Debtor:
        key, told_by = card.ext_id, self._told_by(card)
        contracts = self._accounts.contracts.get(key, ())
        people = [key, *(each.ext_id for each in self._people[key])]
        said = _said(self._words[key], self._desk.policy.zone)
        customer = Customer(
            key,
            documents=tuple(_document(each) for each in self._accounts.debts.get(key, ()) if each.due_on is not None),
            receipts=tuple(_receipt(each, self._desk.policy.zone) for each in self._accounts.receipts.get(key, ())),
            advances=tuple(
                facts.Advance(each.sum_kopecks, each.contract_id, each.entity_id) for each in self._accounts.advances.get(key, ())
            ),
            terms=tuple(
                facts.Terms(each.ext_id, each.entity_id, each.limit_kopecks, each.overdue_forbidden, each.deferral_days or 0)
                for each in contracts
            ),
            disputes=said.disputes, promises=said.promises, pauses=said.pauses, overrides=said.overrides,
            touches=tuple(self._touches.get(key, ())),
            calls=tuple(sorted(day for person in people for day in self._calls[person])),
            cycle=self._cycles.get(key, facts.Cycle()),
            hold=_hold(card),
            reach=tuple(self._reach(way, person) for way, person in told_by.items()),
            zone=zone_of(card),
            vetoed_on=said.vetoed_on,
        )  # fmt: skip
        return Debtor(
            customer,
            card,
            told_by,
            {each.ext_id: each for each in contracts},
            self._entities,
            self._accounts.is_lagging(key),
        )

    def _told_by(self, card: Client) -> dict[str, Client]:
        """Return by which ways who is told: the accountant, or the company's own mailbox, then whoever is in charge."""
        people = finance_people.finance_people(self._people[card.ext_id])
        people.setdefault(finance_people.ACCOUNTANT, card)
        found: dict[str, Client] = {}
        for role, person in people.items():
            phone, mail = addresses_of(person)
            if mail:
                found[f"{EMAIL}:{role}"] = person
            if phone and person is not card:
                found[f"{_MESSENGER}:{role}"] = person
        return found

    def _reach(self, way: str, person: Client) -> Reach:
        """Return a way to somebody: what stands in a card was put there by a person, and that confirms it."""
        channel, _, role = way.partition(":")
        address = addresses_of(person)[channel == EMAIL]
        arrived = self._arrived.get(address)
        zone = self._desk.policy.zone
        return Reach(
            role, channel, is_confirmed=True, delivered_on=arrived.astimezone(zone).date() if arrived else None
        )


@dataclass(frozen=True)
class _Said:
    promises: tuple[facts.Promise, ...]
    disputes: tuple[facts.Dispute, ...]
    pauses: tuple[facts.Pause, ...]
    overrides: tuple[facts.Override, ...]
    vetoed_on: frozenset[date]


def _said(words: Sequence[Word], zone: ZoneInfo) -> _Said:
    """Return what people said; what was taken back counts no more, but a dispute that was closed is known as such."""
    holds = [word for word in words if word.ended_at is None]
    return _Said(
        tuple(_promise(word, zone) for word in holds if word.kind == "promise"),
        tuple(_dispute(word, zone) for word in words if word.kind == "dispute"),
        tuple(
            facts.Pause(_day(word.at, zone), date.fromisoformat(word.said["until"]), word.reason, word.by)
            for word in holds if word.kind == "pause"
        ),
        tuple(
            facts.Override(str(word.id), word.sum_kopecks, date.fromisoformat(word.said["until"]), word.reason, word.by)
            for word in holds if word.kind == "override"
        ),
        frozenset(date.fromisoformat(word.said["day"]) for word in holds if word.kind == "veto"),
    )  # fmt: skip


def _promise(word: Word, zone: ZoneInfo) -> facts.Promise:
    return facts.Promise(
        str(word.id),
        _day(word.at, zone),
        date.fromisoformat(word.said["due_on"]),
        word.sum_kopecks,
        word.by,
        text=word.reason,
    )


def _dispute(word: Word, zone: ZoneInfo) -> facts.Dispute:
    closed = _day(word.ended_at, zone) if word.ended_at else None
    why = facts.DisputeReason(word.said["reason"])
    return facts.Dispute(
        str(word.id), tuple(word.said["documents"]), why, _day(word.at, zone), word.by, closed_on=closed
    )


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _document(row: Debt) -> Document:
    assert row.due_on is not None
    return Document(
        row.ext_id, row.due_on, row.sum_kopecks if row.sum_kopecks is not None else row.residual_kopecks, row.residual_kopecks,
        kind=_NAMES.get(row.document_kind, "документ"), number=row.number, issued_on=row.issued_on, contract=row.contract_id,
        entity=row.entity_id, debtor=row.counterparty_id, is_shipped=row.document_kind == _SHIPPED,
    )  # fmt: skip


def paid_on(row: ReceiptRow, zone: ZoneInfo) -> date | None:
    """Return the day on which money came: the bank's, else that of the document which says that the bank has it."""
    if row.paid_on is not None:
        return row.paid_on
    return row.document_at.astimezone(zone).date() if row.document_at else None


def _receipt(row: ReceiptRow, zone: ZoneInfo) -> facts.Receipt:
    day, left = paid_on(row, zone), max(0, row.sum_kopecks - row.allocated_kopecks)
    assert day is not None
    return facts.Receipt(row.ext_id, day, row.sum_kopecks, left, entity=row.entity_id)


def _hold(card: Client) -> Hold:
    return HOLDS.get(card.custom("hold"), Hold.NONE)
