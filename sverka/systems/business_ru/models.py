"""The one table that maps our families to the ledger's models, and our fields to its fields.

What the vendor's public sources do not confirm (the cash documents and their links, the order and the store on a realization, the
store on its lines, the organization of a cash desk) stands here and nowhere else, so that a difference found with `help=1` on a
live account is mended in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sverka.domain.brief import brief
from sverka.domain.marks import mark, marked_id
from sverka.domain.money import parse_kopecks
from sverka.domain.quantity import parse_thousandths
from sverka.domain.rows import (
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    PaymentLink,
    Reference,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    Stock,
)
from sverka.systems.values import BadValueError, flag, ident, is_nothing, kopecks_or_zero, must, plausible, text

MOSCOW = ZoneInfo("Europe/Moscow")
"""The ledger writes all its moments in Moscow's time of their day."""

Parser = Callable[[Any], Any]
_OWNERS = ("order_id", "reserve_id", "shipment_id")
_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S.%f", "%d.%m.%Y")
_SERVICE = "2"


def moment(value: object) -> datetime | None:
    """Read `dd.MM.yyyy[ HH:mm:ss[.ffffff]][ MSK]`, in UTC; nothing and `00.00.0000` are None."""
    written = text(value).removesuffix(" MSK")
    if not written or written.startswith("00.00.0000"):
        return None
    for each in _FORMATS:
        try:
            return plausible(datetime.strptime(written, each).replace(tzinfo=MOSCOW))
        except BadValueError:
            raise
        except ValueError:
            continue
    raise BadValueError(f"not a moment: {brief(value)}")


def written(value: datetime) -> str:
    """Write a moment as the ledger takes it."""
    return value.astimezone(MOSCOW).strftime(_FORMATS[0])


@dataclass(frozen=True)
class Model:
    """A model of the ledger as a row of ours.

    fields: our field → (its field, how it is read). prefix: stands before the id in `ext_id`. constants: fields of ours that the
    model decides.
    """

    name: str
    row: type[Row]
    fields: Mapping[str, tuple[str, Parser]]
    prefix: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)

    @property
    def owner_field(self) -> str:
        """Its field that names the document a row belongs to; its own id for what belongs to none."""
        return next((self.theirs(name) for name in _OWNERS if name in self.fields), "id")

    @property
    def has_deleted(self) -> bool:
        """Whether its rows tell that they are deleted."""
        return "deleted" in self.fields

    def theirs(self, ours: str) -> str:
        """Return the ledger's name of a field of ours."""
        return self.fields[ours][0]


def _client_mark(note: object) -> str:
    found = ((kind, marked_id(text(note), kind)) for kind in ("client", "contact"))
    return next((mark(kind, ext_id) for kind, ext_id in found if ext_id), "")


def _thousandths_or_zero(value: object) -> int:
    return 0 if is_nothing(value) else parse_thousandths(value)


def _is_service(value: object) -> bool:
    return ident(value) == _SERVICE


_ID = must(ident)
_DELETED = {"deleted": ("deleted", flag)}
_DEAL_MARK: tuple[str, Parser] = ("comment", lambda value: marked_id(text(value), "deal"))
_LINK = {"order_id": ("customer_order_id", _ID), "sum_kopecks": ("sum", parse_kopecks), **_DELETED}


def _person(value: Mapping[str, Any]) -> str:
    return " ".join(part for part in (text(value.get("first_name")), text(value.get("last_name"))) if part)


def _reference(model: str, kind: str) -> Model:
    return Model(model, Reference, {"name": ("name", text), **_DELETED}, f"{kind}:", {"kind": kind})


WHOLE_ROW = ""
"""In place of a field's name: the parser is given the whole row."""

ORDERS = Model("customerorders", LedgerOrder, {
    "number": ("number", text), "status_id": ("status_id", ident), "partner_id": ("partner_id", ident),
    "sum_kopecks": ("sum", kopecks_or_zero), "comment": ("comment", text), "deal_mark": _DEAL_MARK,
    "ordered_at": ("date", moment), **_DELETED,
})  # fmt: skip
ORDER_LINES = Model("customerordergoods", LedgerOrderLine, {
    "order_id": ("customer_order_id", _ID), "good_id": ("good_id", _ID), "price_kopecks": ("price", parse_kopecks),
    "amount_thousandths": ("amount", parse_thousandths), **_DELETED,
})  # fmt: skip
RESERVES = Model("reservations", Reserve, {
    "order_id": ("customer_order_id", ident), "store_id": ("store_id", ident), "held": ("held", flag),
    "comment": ("comment", text), "deal_mark": _DEAL_MARK, "reserved_at": ("date", moment), **_DELETED,
})  # fmt: skip
RESERVE_LINES = Model("reservationgoods", ReserveLine, {
    "reserve_id": ("reservation_id", _ID), "good_id": ("good_id", _ID),
    "amount_thousandths": ("amount", parse_thousandths), **_DELETED,
})  # fmt: skip
SHIPMENTS = Model("realizations", Shipment, {
    "order_id": ("customer_order_id", ident), "reserve_id": ("reservation_id", ident), "store_id": ("store_id", ident),
    "held": ("held", flag), "sum_kopecks": ("sum", kopecks_or_zero), "deal_mark": _DEAL_MARK, **_DELETED,
})  # fmt: skip
SHIPMENT_LINES = Model("realizationgoods", ShipmentLine, {
    "shipment_id": ("realization_id", _ID), "good_id": ("good_id", _ID), "price_kopecks": ("price", parse_kopecks),
    "amount_thousandths": ("amount", parse_thousandths), **_DELETED,
})  # fmt: skip
BANK_LINKS = Model("paymentintocustomerorder", PaymentLink, _LINK, "bank:")
CASH_LINKS = Model("cashincustomerorder", PaymentLink, _LINK, "cash:")
STOCK = Model("storegoods", Stock, {
    "store_id": ("store_id", _ID), "good_id": ("good_id", _ID),
    "amount_thousandths": ("amount", _thousandths_or_zero), "reserved_thousandths": ("reserved", _thousandths_or_zero),
})  # fmt: skip
GOODS = Model("goods", Good, {
    "name": ("name", text), "article": ("part", text), "is_service": ("type", _is_service), **_DELETED,
})  # fmt: skip
PARTNERS = Model("partners", Partner, {
    "name": ("name", text), "note": ("note", text), "client_mark": ("note", _client_mark), **_DELETED,
})  # fmt: skip
EMPLOYEES = Model("employees", Employee, {"name": (WHOLE_ROW, _person), "email": ("email", text), **_DELETED})

FAMILIES: Mapping[str, tuple[Model, ...]] = MappingProxyType({
    "orders": (ORDERS,),
    "order_lines": (ORDER_LINES,),
    "reserves": (RESERVES,),
    "reserve_lines": (RESERVE_LINES,),
    "shipments": (SHIPMENTS,),
    "shipment_lines": (SHIPMENT_LINES,),
    "payments": (BANK_LINKS, CASH_LINKS),
    "stock": (STOCK,),
    "goods": (GOODS,),
    "partners": (PARTNERS,),
    "employees": (EMPLOYEES,),
})  # fmt: skip
REFERENCES = (
    _reference("stores", "store"),
    _reference("cash", "cash"),
    _reference("organizations", "organization"),
    _reference("customerorderstatus", "order_status"),
)

CASH_INCOMES = "cashin"
CASH_FIELDS: Mapping[str, str] = MappingProxyType(
    {"cash_desk": "cash_id", "sum_kopecks": "sum", "operation": "operation_id"}
)
"""Of a cash document: the payload's words, and the ledger's fields."""
CASH_OF_LINK = "cashin_id"
"""The field of a link that names its cash document."""
CASH_OPERATIONS = "cashinoperations"
PURCHASE = "Оплата от покупателя"
"""How the name of the operation begins with which a client pays; the bank's documents demand one, these may."""
STORE_OF_LINE = "store_id"
CONTACTS = "partnercontactinfo"
CONTACT_TYPES = "contactinfotypes"
PHONE_TYPE, EMAIL_TYPE = "Телефон", "Email"
"""Names of contact types; their ids differ from account to account."""
