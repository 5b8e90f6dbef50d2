"""The rows of the mirror: what we remember of the outside systems, typed at the door and nowhere else.

Systems parse answers into these rows, the store keeps one table for each of them (its columns are these fields), reconcilers
see them. External ids are text; "" means none. Money is kopecks, quantity thousandths, moments are aware and in UTC.
`TABLES` is the written list of them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Row:
    """One object of an outside system as it was last seen. `ext_id` is unique in its table within a company."""

    table: ClassVar[str]
    system: ClassVar[str]
    ext_id: str
    updated_at: datetime | None = None
    """The vendor's own stamp of the last change; None where the vendor gives none."""


@dataclass(frozen=True, kw_only=True)
class Deal(Row):
    """A deal of the CRM."""

    table, system = "deal", "bitrix24"
    title: str
    funnel_id: str
    stage_id: str
    semantics: str
    """P in work, S won, F lost."""
    opportunity_kopecks: int
    currency: str
    company_id: str
    contact_id: str
    responsible_id: str
    created_at: datetime
    moved_at: datetime | None
    moved_by_id: str
    updated_by_id: str
    source_id: str
    origin_id: str
    branch: str = ""
    """The name of the branch, as the portal's list shows it; "" if not filled."""
    ledger_order: str = ""
    """What stands in the deal's field for the ledger's order number."""


@dataclass(frozen=True, kw_only=True)
class DealLine(Row):
    """A product row of a deal. Its id is the CRM's and changes when a person saves the list anew."""

    table, system = "deal_line", "bitrix24"
    deal_id: str
    product_id: str
    """"" for a row typed as free text."""
    name: str
    price_kopecks: int
    """The final price of a unit, discount included."""
    amount_thousandths: int


@dataclass(frozen=True, kw_only=True)
class Client(Row):
    """A company or a contact of the CRM; `ext_id` is `client:5` or `contact:7`, for the two number independently."""

    table, system = "client", "bitrix24"
    name: str
    phone: str
    email: str
    trusted: bool = False


@dataclass(frozen=True, kw_only=True)
class Product(Row):
    """A product of the CRM's catalogue."""

    table, system = "product", "bitrix24"
    name: str
    article: str


@dataclass(frozen=True, kw_only=True)
class User(Row):
    """An employee in the CRM."""

    table, system = "crm_user", "bitrix24"
    name: str
    """First name and surname."""
    email: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class Stage(Row):
    """A stage of a funnel; `ext_id` is the portal's code of it, such as `C1:NEW`."""

    table, system = "stage", "bitrix24"
    name: str
    funnel_id: str
    funnel_name: str
    semantics: str
    sort: int


@dataclass(frozen=True, kw_only=True)
class LedgerOrder(Row):
    """A customer's order in Бизнес.ру."""

    table, system = "ledger_order", "business_ru"
    number: str
    status_id: str
    partner_id: str
    sum_kopecks: int
    comment: str
    deal_mark: str
    """The id of the deal that the comment names (`deal:71` → "71"), else ""."""
    ordered_at: datetime | None
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class LedgerOrderLine(Row):
    """A line of a customer's order."""

    table, system = "ledger_order_line", "business_ru"
    order_id: str
    good_id: str
    price_kopecks: int
    amount_thousandths: int
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Reserve(Row):
    """A reservation document of an order."""

    table, system = "reserve", "business_ru"
    order_id: str
    store_id: str
    held: bool
    comment: str
    deal_mark: str
    reserved_at: datetime | None
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class ReserveLine(Row):
    """A line of a reservation."""

    table, system = "reserve_line", "business_ru"
    reserve_id: str
    good_id: str
    amount_thousandths: int
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Shipment(Row):
    """A realization: goods that left, once it is held."""

    table, system = "shipment", "business_ru"
    order_id: str
    reserve_id: str
    held: bool
    sum_kopecks: int
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class PaymentLink(Row):
    """Money bound to an order; `ext_id` is `bank:9` or `cash:9`, for the two number independently."""

    table, system = "payment_link", "business_ru"
    order_id: str
    sum_kopecks: int
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Good(Row):
    """A good or service of the ledger."""

    table, system = "good", "business_ru"
    name: str
    article: str
    is_service: bool
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Partner(Row):
    """A counterparty of the ledger."""

    table, system = "partner", "business_ru"
    name: str
    note: str
    client_mark: str = ""
    """The CRM card that the note names (`client:5`, `contact:7`), else ""."""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Employee(Row):
    """An employee in the ledger."""

    table, system = "employee", "business_ru"
    name: str
    email: str
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Reference(Row):
    """A small directory entry of the ledger; `ext_id` is `kind:id` with kinds `store cash organization order_status`."""

    table, system = "reference", "business_ru"
    kind: str
    name: str
    deleted: bool = field(default=False)


TABLES: tuple[type[Row], ...] = (
    Deal, DealLine, Client, Product, User, Stage,
    LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Shipment, PaymentLink, Good, Partner, Employee, Reference,
)  # fmt: skip
"""All tables of the mirror."""
