"""Requisites of contacts and companies, and addresses, which hang on requisites and have no ids of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field, by_name, field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.wire.errors import ApiError
from sandbox.systems.bitrix24.wire.requests import whole

REQUISITE_TYPE = 8
"""`ENTITY_TYPE_ID` of requisites, as owners of addresses."""
_TEXTS = (
    "RQ_COMPANY_NAME", "RQ_COMPANY_FULL_NAME", "RQ_COMPANY_REG_DATE", "RQ_NAME", "RQ_FIRST_NAME", "RQ_LAST_NAME",
    "RQ_SECOND_NAME", "RQ_INN", "RQ_KPP", "RQ_OGRN", "RQ_OGRNIP", "RQ_OKPO", "RQ_DIRECTOR", "RQ_ACCOUNTANT",
    "RQ_EMAIL", "RQ_PHONE",
)  # fmt: skip
_REQUISITE_FIELDS = by_name(
    [
        field("ID", "integer", read_only=True),
        field("ENTITY_TYPE_ID", "integer"),
        field("ENTITY_ID", "integer"),
        field("PRESET_ID", "integer"),
        field("DATE_CREATE", "datetime", read_only=True),
        field("DATE_MODIFY", "datetime", read_only=True),
        field("NAME", empty_text=""),
        field("XML_ID", empty_text=""),
        field("ACTIVE", "char", empty_text="Y"),
        field("ADDRESS_ONLY", "char", empty_text="N"),
        field("SORT", "integer", empty_text="500"),
        *(field(name) for name in _TEXTS),
    ]
)
_PRESET_FIELDS = by_name(
    [
        field("ID", "integer", read_only=True),
        field("ENTITY_TYPE_ID", "integer"),
        field("COUNTRY_ID", "integer"),
        field("NAME", empty_text=""),
        field("XML_ID", empty_text=""),
        field("ACTIVE", "char", empty_text="Y"),
        field("SORT", "integer", empty_text="500"),
    ]
)
_ADDRESS_TEXTS = ("ADDRESS_1", "ADDRESS_2", "CITY", "POSTAL_CODE", "REGION", "PROVINCE", "COUNTRY", "COUNTRY_CODE")
_ADDRESS_KEY = ("TYPE_ID", "ENTITY_TYPE_ID", "ENTITY_ID")
_ADDRESS_FIELDS = by_name(
    [
        *(field(name, "integer") for name in _ADDRESS_KEY),
        *(field(name) for name in _ADDRESS_TEXTS),
        field("LOC_ADDR_ID", "integer", empty_text="0"),
        field("ANCHOR_TYPE_ID", "integer", read_only=True),
        field("ANCHOR_ID", "integer", read_only=True),
    ]
)


def requisite_list(call: Call) -> Rows:
    """List requisites as a flat array of strings."""
    page = lists.read(call, call.state.requisites, Listing(Dialect(_REQUISITE_FIELDS)))
    select = call.params.words("select")
    names = [name for name in _REQUISITE_FIELDS if not select or "*" in select or name in select]
    rows = [{name: _REQUISITE_FIELDS[name].text(row) for name in names} for row in page.rows]
    return Rows(rows, "", page.total, page.next)


def preset_list(call: Call) -> Rows:
    """List the forms of requisites as a flat array of strings."""
    page = lists.read(call, call.state.presets, Listing(Dialect(_PRESET_FIELDS)))
    select = call.params.words("select")
    names = [name for name in _PRESET_FIELDS if not select or "*" in select or name in select]
    rows = [{name: _PRESET_FIELDS[name].text(row) for name in names} for row in page.rows]
    return Rows(rows, "", page.total, page.next)


def requisite_add(call: Call) -> Answer:
    """Add a requisite to a contact or a company."""
    kept = _parsed(call, _REQUISITE_FIELDS)
    if kept.get("ENTITY_TYPE_ID") not in {CONTACT.type_id, COMPANY.type_id}:
        raise ApiError("", "ENTITY_TYPE_ID is not defined or invalid.")
    for required in ("ENTITY_ID", "PRESET_ID"):
        if not kept.get(required):
            raise ApiError("", f"{required} is not defined or invalid.")
    if call.state.objects[kept["ENTITY_TYPE_ID"]].get(kept["ENTITY_ID"]) is None:
        raise ApiError("", "Entity not found.")
    return Answer(call.state.requisites.add({"ACTIVE": "Y", **kept, "DATE_CREATE": call.now})["ID"])


def address_list(call: Call) -> Rows:
    """List addresses; the anchor is the contact or company whose requisite carries the address."""
    page = lists.read(call, call.state.addresses, Listing(Dialect(_ADDRESS_FIELDS)))
    rows = [{name: each.text(row) for name, each in _ADDRESS_FIELDS.items()} for row in page.rows]
    return Rows(rows, "", page.total, page.next)


def address_add(call: Call) -> Answer:
    """Add an address of one type to a requisite."""
    kept = _parsed(call, _ADDRESS_FIELDS)
    requisite = call.state.requisites.get(kept.get("ENTITY_ID"))
    if not kept.get("TYPE_ID"):
        raise ApiError("", "TYPE_ID is not defined or invalid.")
    if kept.get("ENTITY_TYPE_ID") != REQUISITE_TYPE:
        raise ApiError("", "ENTITY_TYPE_ID is not defined or invalid.")
    if requisite is None:
        raise ApiError("", "ENTITY_ID is not defined or invalid.")
    if any(all(row[name] == kept[name] for name in _ADDRESS_KEY) for row in call.state.addresses):
        raise ApiError("", "TypeAddress exists")
    anchor = {"ANCHOR_TYPE_ID": requisite["ENTITY_TYPE_ID"], "ANCHOR_ID": requisite["ENTITY_ID"]}
    call.state.addresses.add(kept | anchor)
    return Answer(result=True)


def _parsed(call: Call, names: Mapping[str, Field]) -> dict[str, Any]:
    written = call.params.mapping("fields")
    kept: dict[str, Any] = {}
    for name, raw in written.items():
        if name in names and not names[name].read_only:
            value = whole(raw) if names[name].kind == "integer" else names[name].parse(raw)
            kept |= {name: value} if value is not None else {}
    return kept


METHODS = (
    Method("crm.requisite.list", requisite_list, scopes=("crm",)),
    Method("crm.requisite.preset.list", preset_list, scopes=("crm",)),
    Method("crm.requisite.add", requisite_add, scopes=("crm",), write=True, empty_codes=True),
    Method("crm.address.list", address_list, scopes=("crm",)),
    Method("crm.address.add", address_add, scopes=("crm",), write=True, empty_codes=True),
)
