"""The rows of 1C in the mirror: with whom there are contracts on which terms, who owes what since when, and what has come in.

As in `rows.py`: ids are text, "" means none, money is kopecks. 1C tells days without a zone; they stay days. A sum or a span that 1C
does not set is None, never 0. `version` is 1C's own mark of the last writing: who has seen it need not read the object again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sverka.domain.rows import Row


@dataclass(frozen=True, kw_only=True)
class Entity(Row):
    """A legal entity of our own, in whose name goods are sold."""

    table, system = "entity", "onec"
    name: str
    inn: str
    kpp: str
    version: str = ""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Counterparty(Row):
    """A legal entity or a person that we trade with; several may belong to one partner, and branches share an ИНН."""

    table, system = "counterparty", "onec"
    name: str
    full_name: str
    inn: str
    kpp: str
    partner_id: str
    """The commercial client that it is a part of."""
    kind: str
    """`legal`, `entrepreneur`, `person`, `foreign`, else ""."""
    version: str = ""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Contract(Row):
    """A contract with a customer, which alone bears the credit limit."""

    table, system = "contract", "onec"
    counterparty_id: str
    partner_id: str
    entity_id: str
    number: str
    signed_on: date | None
    is_active: bool
    limit_kopecks: int | None
    """How much may be owed under it; None if 1C sets no limit, 0 if nothing may be owed."""
    overdue_forbidden: bool
    """Whether nothing may be shipped while something is overdue."""
    deferral_days: int | None
    """How many days after shipment it is to be paid; None if the contract does not say."""
    version: str = ""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Terms(Row):
    """An agreement on the terms of trade; one for everybody names no partner."""

    table, system = "terms", "onec"
    partner_id: str
    counterparty_id: str
    entity_id: str
    price_type: str
    """The name of the kind of prices, "" if there is none."""
    deferral_days: int | None
    """The longest deferral among its steps of payment; None if no step is on credit."""
    is_prepaid: bool
    """Whether it has steps of payment, and none of them is on credit."""
    is_active: bool
    version: str = ""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Debt(Row):
    """What is still to be paid of a document by a day, by the register of ageing, which may lag behind the documents.

    `ext_id` is made of the object of settlement, the document and the day, so it outlives partial payments.
    """

    table, system = "debt", "onec"
    entity_id: str
    partner_id: str
    counterparty_id: str
    contract_id: str
    object_id: str
    """What the debt hangs on by the order of settlement: an order, a contract, a shipment."""
    document_id: str
    document_kind: str
    """1C's word for the kind of document: «РеализацияТоваровУслуг»; "" if the register names no document."""
    number: str
    """As it is printed; "" if 1C does not show documents of that kind."""
    issued_on: date | None
    due_on: date | None
    """The day on which it is to be paid, not overdue yet."""
    sum_kopecks: int | None
    """The document's whole sum; None if 1C does not show it."""
    residual_kopecks: int
    currency: str
    """`RUB`, `USD` …"""


@dataclass(frozen=True, kw_only=True)
class Advance(Row):
    """Money of a customer that no shipment has used up yet, by the same register."""

    table, system = "advance", "onec"
    entity_id: str
    partner_id: str
    counterparty_id: str
    contract_id: str
    object_id: str
    sum_kopecks: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class Settled(Row):
    """What a customer owes on balance by the register that documents write at once: above zero they owe us, below zero we owe them.

    Where it differs from debts less advances of the same key and currency, the ageing has not been worked out yet. `ext_id` is
    `key:currency's id`.
    """

    table, system = "settled", "onec"
    analytic_id: str
    """1C's key of (entity, partner, counterparty, contract)."""
    entity_id: str
    partner_id: str
    counterparty_id: str
    contract_id: str
    balance_kopecks: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class Receipt(Row):
    """Money that a customer paid through the bank."""

    table, system = "receipt", "onec"
    entity_id: str
    counterparty_id: str
    number: str
    incoming_number: str
    """The number of the customer's own payment order."""
    paid_on: date | None
    """The day on which the bank carried it out, None if it has not yet."""
    document_at: datetime | None
    sum_kopecks: int
    allocated_kopecks: int
    """How much of it is assigned to objects of settlement."""
    is_cleared: bool
    """Whether the money has come: the bank carried it out, and the document is posted."""
    purpose: str
    currency: str
    version: str = ""
    deleted: bool = False
