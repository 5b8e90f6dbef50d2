"""The rows of the mirror: what we remember of the outside systems, typed at the door and nowhere else.

Systems parse answers into these rows, the store keeps one table for each of them (its columns are these fields), reconcilers
see them. External ids are text; "" means none. Money is kopecks, quantity thousandths, moments are aware and in UTC.
1C's rows stand in `account_rows.py`; `tables.py` is the written list of them all.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    originator_id: str
    origin_id: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """Custom fields by our names, as canonical text: a list's option as it is shown, "yes" for a ticked box, a date as
    `2026-11-24`, a moment as ISO in UTC. What is empty is left out."""

    def custom(self, name: str) -> str:
        """Return the canonical text of a custom field by our name, "" if it is empty or the portal lacks it."""
        return self.fields.get(name, "")

    @property
    def branch(self) -> str:
        """The name of the branch, as the portal's list shows it; "" if not filled."""
        return self.custom("branch")

    @property
    def client_key(self) -> str:
        """The client's key in the mirror: the company, else the contact, else ""."""
        return (
            f"client:{self.company_id}" if self.company_id else f"contact:{self.contact_id}" if self.contact_id else ""
        )


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
    first_name: str = ""
    last_name: str = ""
    """Of a contact, as they are written in its card."""
    phones: Mapping[str, str] = field(default_factory=dict)
    """All phones as they are written, by the portal's ids of the entries."""
    birthday: str = ""
    """Of a contact, month and day as `02-29`; "" if nobody knows. The year is nobody's business."""
    responsible_id: str = ""
    """The user who looks after the client."""
    works_for: str = ""
    """Of a contact, the key of the company whose contact it is, `client:5`; "" for none."""
    post: str = ""
    """Of a contact, what they are there, as it is written: «главный бухгалтер»."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Custom fields by our names, as those of a deal."""

    def custom(self, name: str) -> str:
        """Return the canonical text of a custom field by our name, "" if it is empty or the portal lacks it."""
        return self.fields.get(name, "")

    @property
    def trusted(self) -> bool:
        """Whether the card says that goods may leave before they are paid."""
        return self.custom("trusted") == "yes"

    @property
    def write_to(self) -> str:
        """How the card says they are to be written to, one of `messaging.names.CHOICES`; "" if it says nothing."""
        return self.custom("write_to")

    @property
    def hold(self) -> str:
        """What the card says of shipping to them, one of `holds.HOLDS`; "" if it says nothing."""
        return self.custom("hold")


@dataclass(frozen=True, kw_only=True)
class Requisite(Row):
    """The legal entity that a company of the CRM acts as. client_key: `client:5`; inn, kpp: as they are written, "" for none."""

    table, system = "requisite", "bitrix24"
    client_key: str
    inn: str
    kpp: str


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
    departments: str = ""
    """Ids of the departments, separated by spaces."""


@dataclass(frozen=True, kw_only=True)
class Department(Row):
    """A department of the company, as the CRM knows it."""

    table, system = "department", "bitrix24"
    name: str
    parent_id: str
    head_id: str
    """The user who heads it, "" if nobody does."""


@dataclass(frozen=True, kw_only=True)
class Activity(Row):
    """A call, a letter, a to-do, a meeting in a card of the CRM."""

    table, system = "activity", "bitrix24"
    owner: str
    """The card: `deal:71`, `client:5`, `contact:7`, `lead:9`; another kind of card by its number, `31:4`."""
    kind: str
    """`call`, `letter`, `todo`, `meeting`, else `other`."""
    direction: str
    """`in`, `out`, or ""."""
    completed: bool
    subject: str
    responsible_id: str
    author_id: str
    created_at: datetime
    deadline_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CrmTask(Row):
    """A task that the worker's own user has set."""

    table, system = "crm_task", "bitrix24"
    title: str
    is_done: bool
    responsible_id: str
    deadline_at: datetime | None
    created_at: datetime
    mark: str
    """The task's external code: what we know it by."""
    deal_id: str
    """The deal that it is bound to, "" for none."""


@dataclass(frozen=True, kw_only=True)
class ShopOrder(Row):
    """An order of the online store."""

    table, system = "shop_order", "bitrix24"
    number: str
    sum_kopecks: int
    currency: str
    is_paid: bool
    is_cancelled: bool
    ordered_at: datetime
    client_key: str
    """The CRM's card that the store bound to it: `client:5`, `contact:7`, else ""."""
    buyer_name: str
    buyer_phone: str
    buyer_email: str
    """What the buyer typed in, "" for nothing."""
    comment: str
    responsible_id: str
    deal_id: str
    """The deal that the portal has bound to the order, "" for none."""


@dataclass(frozen=True, kw_only=True)
class ShopOrderLine(Row):
    """A position in the basket of a store's order."""

    table, system = "shop_order_line", "bitrix24"
    order_id: str
    product_id: str
    name: str
    price_kopecks: int
    amount_thousandths: int


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
    store_id: str
    held: bool
    sum_kopecks: int
    deal_mark: str
    """The deal that the comment names: only documents of ours bear the mark."""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class ShipmentLine(Row):
    """A line of a realization."""

    table, system = "shipment_line", "business_ru"
    shipment_id: str
    good_id: str
    price_kopecks: int
    amount_thousandths: int
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Stock(Row):
    """How much of a good lies in a store, and how much of that is held for somebody."""

    table, system = "stock", "business_ru"
    store_id: str
    good_id: str
    amount_thousandths: int
    reserved_thousandths: int


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
