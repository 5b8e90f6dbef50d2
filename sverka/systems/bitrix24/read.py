"""The portal's JSON as rows of the mirror: deals, clients, goods, people. What people do is read in `read_work`, the store in `shop`.

A row that cannot be understood raises BadValueError or BadNumberError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sverka.domain.brief import brief
from sverka.domain.money import parse_kopecks
from sverka.domain.quantity import parse_thousandths
from sverka.domain.rows import Client, Deal, DealLine, Department, Product, Requisite, User
from sverka.systems.bitrix24.custom_fields import Layout, canonical
from sverka.systems.values import BadValueError, Json, flag, ident, is_nothing, iso_moment, kopecks_or_zero, must, text

DEAL_FIELDS = (
    "id", "title", "categoryId", "stageId", "stageSemanticId", "opportunity", "currencyId", "companyId", "contactId",
    "assignedById", "createdTime", "updatedTime", "movedTime", "movedBy", "updatedBy", "sourceId", "originatorId",
    "originId",
)  # fmt: skip
REQUISITE_FIELDS = ("ID", "ENTITY_ID", "RQ_INN", "RQ_KPP")
PRODUCT_FIELDS = ("id", "iblockId", "name", "xmlId", "timestampX")
USER_FIELDS = ("ID", "NAME", "LAST_NAME", "EMAIL", "ACTIVE", "TIMESTAMP_X", "UF_DEPARTMENT")

_required_id = must(ident)
_PLACEHOLDERS = frozenset(("1900-01-01", "1901-01-01", "1970-01-01", "2000-01-01"))
_FIRST_YEAR = 1900


def deal(raw: Json, layout: Layout) -> Deal:
    """Read an item of type 2, with the custom fields that the portal has."""
    return Deal(
        ext_id=_required_id(raw.get("id")),
        updated_at=iso_moment(raw.get("updatedTime")),
        title=text(raw.get("title")),
        funnel_id=ident(raw.get("categoryId")) or "0",
        stage_id=must(text)(raw.get("stageId")),
        semantics=text(raw.get("stageSemanticId")) or "P",
        opportunity_kopecks=kopecks_or_zero(raw.get("opportunity")),
        currency=text(raw.get("currencyId")),
        company_id=ident(raw.get("companyId")),
        contact_id=ident(raw.get("contactId")),
        responsible_id=ident(raw.get("assignedById")),
        created_at=created_at(raw.get("createdTime")),
        moved_at=iso_moment(raw.get("movedTime")),
        moved_by_id=ident(raw.get("movedBy")),
        updated_by_id=ident(raw.get("updatedBy")),
        source_id=text(raw.get("sourceId")),
        originator_id=text(raw.get("originatorId")),
        origin_id=text(raw.get("originId")),
        fields=canonical(raw, layout["deal"]),
    )


def deal_line(raw: Json) -> DealLine:
    """Read a product row; `price` is what the client pays for a unit."""
    return DealLine(
        ext_id=_required_id(raw.get("id")),
        deal_id=_required_id(raw.get("ownerId")),
        product_id=ident(raw.get("productId")),
        name=text(raw.get("productName")),
        price_kopecks=parse_kopecks(raw.get("price")),
        amount_thousandths=parse_thousandths(raw.get("quantity")),
    )


def company(raw: Json, layout: Layout) -> Client:
    """Read an item of type 4."""
    return _client(raw, layout, "company", "client", text(raw.get("title")))


def contact(raw: Json, layout: Layout) -> Client:
    """Read an item of type 3; its name is the first name and the surname."""
    read = _client(raw, layout, "contact", "contact", _full_name(raw.get("name"), raw.get("lastName")))
    first, last = text(raw.get("name")), text(raw.get("lastName"))
    company_id = ident(raw.get("companyId"))
    return replace(
        read, first_name=first, last_name=last, birthday=birthday(raw.get("birthdate")), post=text(raw.get("post")),
        works_for=f"client:{company_id}" if company_id else "",
    )  # fmt: skip


def birthday(value: object) -> str:
    """Read month and day of a date, which comes as a moment of some zone: its date is meant as it is printed.

    What stands for an unknown date in other programs, such as the first day of 1900 or 1970, is nothing.
    """
    written = text(value)[:10]
    try:
        born = date.fromisoformat(written) if written else None
    except ValueError:
        return ""
    return f"{born:%m-%d}" if born and written not in _PLACEHOLDERS and born.year >= _FIRST_YEAR else ""


def product(raw: Json) -> Product:
    """Read a product of a catalogue; its article is the external code."""
    return Product(
        ext_id=_required_id(raw.get("id")),
        updated_at=iso_moment(raw.get("timestampX")),
        name=text(raw.get("name")),
        article=text(raw.get("xmlId")),
    )


def requisite(raw: Json) -> Requisite:
    """Read the requisites of a company."""
    return Requisite(
        ext_id=_required_id(raw.get("ID")),
        client_key=f"client:{_required_id(raw.get('ENTITY_ID'))}",
        inn=_digits(raw.get("RQ_INN")),
        kpp=_digits(raw.get("RQ_KPP")),
    )


def user(raw: Json) -> User:
    """Read an employee."""
    return User(
        ext_id=_required_id(raw.get("ID")),
        updated_at=iso_moment(raw.get("TIMESTAMP_X")),
        name=_full_name(raw.get("NAME"), raw.get("LAST_NAME")),
        email=text(raw.get("EMAIL")),
        active=flag(raw.get("ACTIVE")),
        departments=_ids(raw.get("UF_DEPARTMENT")),
    )


def department(raw: Json) -> Department:
    """Read a department; one without a head lacks the key."""
    return Department(
        ext_id=_required_id(raw.get("ID")),
        name=text(raw.get("NAME")),
        parent_id=ident(raw.get("PARENT")),
        head_id=ident(raw.get("UF_HEAD")),
    )


def entries(raw: Json, type_id: str) -> dict[str, str]:
    """Return a card's phones (`PHONE`) or mails (`EMAIL`) by the ids of their entries. Raises BadValueError."""
    found = raw.get("fm")
    if is_nothing(found):
        return {}
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise BadValueError(f"not a list of phones and mails: {brief(found)}")
    return {ident(entry.get("id")): text(entry.get("value")) for entry in found if entry.get("typeId") == type_id}


def _client(raw: Json, layout: Layout, kind: str, prefix: str, name: str) -> Client:
    phones = entries(raw, "PHONE")
    return Client(
        ext_id=f"{prefix}:{_required_id(raw.get('id'))}",
        updated_at=iso_moment(raw.get("updatedTime")),
        name=name,
        phone=_first(phones),
        email=_first(entries(raw, "EMAIL")),
        phones=phones,
        fields=canonical(raw, layout[kind]),
        responsible_id=ident(raw.get("assignedById")),
    )


def _digits(value: object) -> str:
    """Return a number as people write it without the spaces that they set between its parts."""
    return "".join(text(value).split())


def _first(found: Mapping[str, str]) -> str:
    return next(iter(found.values()), "")


def _ids(value: object) -> str:
    """Read a list of ids; the portal writes `false` for none."""
    if is_nothing(value):
        return ""
    if not isinstance(value, list):
        raise BadValueError(f"not a list of ids: {brief(value)}")
    return " ".join(each for each in map(ident, value) if each)


def _full_name(first: object, last: object) -> str:
    return " ".join(part for part in (text(first), text(last)) if part)


def created_at(value: object) -> datetime:
    """Read the moment at which something was made, which everything has. Raises BadValueError."""
    moment = iso_moment(value)
    if moment is None:
        raise BadValueError("the moment of its making is missing")
    return moment
