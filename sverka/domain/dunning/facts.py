"""What is known of a customer who may owe: documents, money, terms, what people said, what was done before. Pure.

A customer is a debtor group: all that one ИНН, or a holding, owes to all of the company's own legal entities. 1C owns documents, money and
terms; the CRM disputes, promises, pauses, overrides and the hold in force; our store touches and the cycle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo


class Hold(IntEnum):
    """What a customer may still be given, the gentlest first. In the store and the CRM it stands by its name."""

    NONE = 0
    WATCH = 1
    """Somebody looks."""
    PREPAY_ONLY = 2
    """No new order on deferral."""
    STOP_SHIP = 3
    """Nothing on deferral leaves."""


@dataclass(frozen=True)
class Document:
    """What was shipped or billed and has to be paid. id: unique over all kinds. kind: as people write it, `УПД`. number: as printed.

    entity: the own legal entity it is owed to. contract: the contract's id. debtor: the member of a holding that owes it, by ИНН.
    residual_kopecks: what is left to pay. is_shipped: whether goods went. is_prepaid: billed on prepayment, so no debt before it is paid.
    """

    id: str
    due_on: date
    sum_kopecks: int
    residual_kopecks: int
    kind: str = "УПД"
    number: str = ""
    issued_on: date | None = None
    contract: str = ""
    entity: str = ""
    debtor: str = ""
    is_shipped: bool = True
    is_prepaid: bool = False

    @property
    def paid_kopecks(self) -> int:
        """Return what was paid or credited."""
        return self.sum_kopecks - self.residual_kopecks


@dataclass(frozen=True)
class Receipt:
    """Money that came, by the day on its bank document; with a negative sum money that went back (a returned payment order).

    unallocated_kopecks: what of it belongs to no document yet.
    """

    id: str
    received_on: date
    sum_kopecks: int
    unallocated_kopecks: int = 0
    contract: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Advance:
    """Money that a customer paid ahead under a contract and that no shipment has used."""

    sum_kopecks: int
    contract: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Commitment:
    """Goods that are promised on deferral and have not left: a confirmed order, or a reserve without one. id: the order's number."""

    id: str
    sum_kopecks: int
    contract: str = ""
    entity: str = ""
    is_reserve: bool = False


class Basis(StrEnum):
    """From which day a deferral runs, by contract."""

    SHIPMENT = "shipment"
    RECEIPT = "receipt"
    SIGNING = "signing"


@dataclass(frozen=True)
class Terms:
    """What a contract in 1C says. limit_kopecks: None where 1C names none, 0 for prepayment only.

    bans_overdue: 1C itself forbids shipments while anything is overdue. deferral_days: of the bank's days if `in_banking_days`.
    """

    contract: str
    entity: str = ""
    limit_kopecks: int | None = None
    bans_overdue: bool = False
    deferral_days: int = 0
    in_banking_days: bool = False
    basis: Basis = Basis.SHIPMENT


class DisputeReason(StrEnum):
    """What a customer objects to."""

    QUANTITY = "quantity"
    PRICE = "price"
    QUALITY = "quality"
    DOCUMENTS = "documents"
    NOT_RECEIVED = "not_received"
    PAID_ALREADY = "paid_already"


@dataclass(frozen=True)
class Dispute:
    """An objection to documents. is_confirmed: a person took it up; one that follows from an open claim is proposed first.

    closed_on: None while it stands.
    """

    id: str
    documents: tuple[str, ...]
    reason: DisputeReason
    opened_on: date
    owner: str = ""
    is_confirmed: bool = True
    closed_on: date | None = None


@dataclass(frozen=True)
class Promise:
    """A customer's word to pay a sum until a day. Only what a manager confirmed counts.

    documents: what it is about; () for whatever is overdue, the oldest first. renews: the id of the promise that was kept in part.
    """

    id: str
    made_on: date
    due_on: date
    sum_kopecks: int
    by: str = ""
    is_confirmed: bool = True
    documents: tuple[str, ...] = ()
    renews: str = ""
    source: str = ""
    text: str = ""


@dataclass(frozen=True)
class Pause:
    """Nothing is said until a day, that day included: a person's word."""

    since: date
    until: date
    reason: str = ""
    by: str = ""


@dataclass(frozen=True)
class Override:
    """A head's leave to pass a hold. order: the order's number, "" for any of the customer's. used_kopecks: what it has let through."""

    id: str
    max_kopecks: int
    until: date
    reason: str
    by: str
    order: str = ""
    used_kopecks: int = 0
    is_by_head: bool = True


class Outcome(StrEnum):
    """What became of a touch."""

    PLANNED = "planned"
    DRAFT = "draft"
    """Waits for a person's release."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """The provider's answer was lost: it may have gone."""
    BY_HAND = "by_hand"
    """A task was set: a person tells it, or calls."""
    UNDELIVERABLE = "undeliverable"
    """This channel did not carry it; the next one may."""
    FAILED = "failed"
    """Surely not sent, withdrawn or vetoed: consumes no attempt."""


COUNTING = (Outcome.PLANNED, Outcome.DRAFT, Outcome.SENT, Outcome.UNKNOWN, Outcome.BY_HAND)
"""Outcomes of a touch that was made or may have been."""


@dataclass(frozen=True)
class Touch:
    """A step that was taken. at: when, business time. documents: ids of all it listed as overdue; carrying: the one that led.

    at_bd: where the step stood in the ladder when it was taken, so that it keeps its place once the step is gone from the policy.
    sum_kopecks: what it said is to be paid.
    """

    step: str
    at: datetime
    entity: str
    cycle: int
    carrying: str
    documents: tuple[str, ...]
    outcome: Outcome
    at_bd: int
    channel: str = ""
    """By which it went, `email:accountant`; "" for a task."""
    sum_kopecks: int = 0


@dataclass(frozen=True)
class Cycle:
    """One stretch of being overdue. number: from 1 on, 0 before the first. below_since: the day it was first seen settled again.

    ended_on: None while it runs. escalated_on: when the end of the ladder was told, None if it was not.
    """

    number: int = 0
    began_on: date | None = None
    below_since: date | None = None
    ended_on: date | None = None
    escalated_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it runs."""
        return self.number > 0 and self.ended_on is None


@dataclass(frozen=True)
class Reach:
    """A way to reach somebody who may read of money. role: `accountant` or `director`; channel: `email` or `messenger`.

    is_confirmed: a person said it is right. delivered_on: when something arrived there last.
    """

    role: str
    channel: str
    is_confirmed: bool = False
    delivered_on: date | None = None

    @property
    def name(self) -> str:
        """As a policy names it: `email:accountant`."""
        return f"{self.channel}:{self.role}"


@dataclass(frozen=True)
class Freshness:
    """How far 1C was read. bank_document_on: the day of the latest bank document in it; payments_read_at: when payments were read in full.

    statement_until: for which banking day, and all before, the accountant said that the statement is loaded.
    """

    bank_document_on: date | None = None
    payments_read_at: datetime | None = None
    shipments_read_at: datetime | None = None
    statement_until: date | None = None


class Exclusion(StrEnum):
    """Why a customer is not written to at all."""

    COURT = "court"
    BANKRUPTCY = "bankruptcy"
    KEY_ACCOUNT = "key_account"
    DO_NOT_CONTACT = "do_not_contact"


@dataclass(frozen=True)
class Customer:
    """All facts of one customer, sequences in any order.

    common_limit_kopecks: one limit for all contracts and members, in place of the contracts' own; None for none. hold: in force now.
    turnover_kopecks: of 12 months, None if not known. zone: the customer's, None if not known. calls: days of logged debt calls.
    wrote_on: the day of their last letter to us. forewarned_at: when the manager was told that a step is to go today. vetoed_on: days for
    which somebody said no. attention_spent: messages of any kind that the customer had today. limit_warned_on: when a person was given
    the task to warn them of a limit that is exceeded still.
    """

    key: str
    documents: tuple[Document, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    advances: tuple[Advance, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    terms: tuple[Terms, ...] = ()
    common_limit_kopecks: int | None = None
    disputes: tuple[Dispute, ...] = ()
    promises: tuple[Promise, ...] = ()
    pauses: tuple[Pause, ...] = ()
    overrides: tuple[Override, ...] = ()
    touches: tuple[Touch, ...] = ()
    calls: tuple[date, ...] = ()
    cycle: Cycle = field(default_factory=Cycle)
    hold: Hold = Hold.NONE
    reach: tuple[Reach, ...] = ()
    exclusion: Exclusion | None = None
    turnover_kopecks: int | None = None
    zone: ZoneInfo | None = None
    wrote_on: date | None = None
    forewarned_at: datetime | None = None
    vetoed_on: frozenset[date] = frozenset()
    attention_spent: int = 0
    limit_warned_on: date | None = None

    @property
    def entities(self) -> tuple[str, ...]:
        """Own legal entities that the customer owes to or pays, or was spoken to of, in order."""
        owed, paid = {each.entity for each in self.documents}, {each.entity for each in self.receipts}
        return tuple(sorted(owed | paid | {each.entity for each in self.touches}))
