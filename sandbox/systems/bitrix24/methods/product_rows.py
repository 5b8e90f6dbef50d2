"""Product rows: the universal `crm.item.productrow.*` and the classic `crm.deal.productrows.*`."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import entities, lines
from sandbox.systems.bitrix24.crm.objects import BY_ABBREVIATION, DEAL, ObjectType
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.methods.items import described
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import (
    ApiError,
    access_denied,
    bad_argument,
    missing_parameter,
    not_found,
    owner_not_found,
    unsupported_type,
)
from sandbox.systems.bitrix24.wire.requests import whole

_OWNER_TYPE, _OWNER_ID = "=ownerType", "=ownerId"


def row_list(call: Call) -> Rows:
    """List the rows of one owner or of several; the filter must say whose, with `=` before both names."""
    conditions = call.params.mapping("filter")
    if _OWNER_TYPE not in conditions or _OWNER_ID not in conditions:
        raise missing_parameter("filter[=ownerType], filter[=ownerId]")
    kind = _type_with_rows(conditions[_OWNER_TYPE])
    owners = [whole(each) for each in php.as_list(conditions[_OWNER_ID])]
    pool = [row for owner in dict.fromkeys(owners) for row in _rows_of(call, kind, owner)]
    page = lists.read(call, call.state.lines, Listing(Dialect(lines.BY_CAMEL, strict=True), pool=pool))
    return Rows([lines.universal(row) for row in page.rows], "productRows", page.total, page.next)


def row_get(call: Call) -> Answer:
    """Return one row."""
    row, _, _ = _found(call)
    return Answer({"productRow": lines.universal(row)})


def row_add(call: Call) -> Answer:
    """Add one row to an owner."""
    written = _written(call)
    if not written.get("ownerType") or not written.get("ownerId"):
        raise missing_parameter("ownerId, ownerType")
    kind, owner = _owner(call, written["ownerType"], written["ownerId"])
    row = lines.add(call.state, kind, owner["ID"], lines.parsed(lines.BY_CAMEL, written))
    lines.follow(call, kind, owner)
    return Answer({"productRow": lines.universal(row)})


def row_update(call: Call) -> Answer:
    """Change one row; names that do not exist or cannot be changed are refused."""
    row, kind, owner = _found(call)
    written = _written(call)
    for name in written:
        field = lines.BY_CAMEL.get(name)
        if field is None or field.read_only or field.immutable:
            raise bad_argument(f"Field '{name}' is not available for update")
    lines.change(call.state, row, lines.parsed(lines.BY_CAMEL, written))
    lines.follow(call, kind, owner)
    return Answer({"productRow": lines.universal(row)})


def row_delete(call: Call) -> Answer:
    """Delete one row; the answer is null."""
    row, kind, owner = _found(call)
    call.state.lines.delete(row["ID"])
    lines.follow(call, kind, owner)
    return Answer(None)


def row_set(call: Call) -> Answer:
    """Replace all rows of an owner."""
    if not call.params.has("ownerType") or not call.params.has("ownerId"):
        raise missing_parameter("ownerId, ownerType")
    if call.params.get("productRows") is None:
        raise missing_parameter("productRows")
    kind, owner = _owner(call, call.params.get("ownerType"), call.params.get("ownerId"))
    written = [lines.parsed(lines.BY_CAMEL, php.as_map(each)) for each in call.params.sequence("productRows")]
    rows = lines.replace_all(call.state, kind, owner["ID"], written)
    lines.follow(call, kind, owner)
    return Answer({"productRows": [lines.universal(row) for row in rows]})


def row_fields(_call: Call) -> Answer:
    """Describe the fields of a row."""
    return Answer({"fields": {each.camel: described(each) for each in lines.FIELDS}})


def deal_rows_get(call: Call) -> Answer:
    """Return a deal's rows in the classic dress, with the fields of reservations."""
    deal = entities.find(call.state, call.actor, DEAL, _deal_id(call))
    return Answer([lines.classic(row) for row in call.state.lines.owned(DEAL.abbreviation, deal["ID"])])


def deal_rows_set(call: Call) -> Answer:
    """Replace a deal's rows; those not sent are gone."""
    deal = entities.find(call.state, call.actor, DEAL, _deal_id(call))
    if not isinstance(call.params.get("rows"), (list, dict)):
        raise ApiError("", "Parameter 'rows' must be array.")
    written = [lines.parsed(lines.BY_NAME, php.as_map(each)) for each in call.params.sequence("rows")]
    lines.replace_all(call.state, DEAL, deal["ID"], written)
    lines.follow(call, DEAL, deal)
    return Answer(result=True)


def _type_with_rows(abbreviation: Any) -> ObjectType:
    kind = BY_ABBREVIATION.get(str(abbreviation))
    if kind is None or not kind.has_lines:
        raise unsupported_type()
    return kind


def _rows_of(call: Call, kind: ObjectType, owner_id: int | None) -> list[Row]:
    owner = call.state.objects[kind.type_id].get(owner_id)
    if owner is None:
        return []
    if not entities.visible(call.actor, owner):
        raise access_denied()
    return call.state.lines.owned(kind.abbreviation, owner_id)


def _owner(call: Call, abbreviation: Any, owner_id: Any) -> tuple[ObjectType, Row]:
    kind = _type_with_rows(abbreviation)
    owner = call.state.objects[kind.type_id].get(whole(owner_id))
    if owner is None:
        raise owner_not_found()
    if not entities.visible(call.actor, owner):
        raise access_denied()
    return kind, owner


def _found(call: Call) -> tuple[Row, ObjectType, Row]:
    if not call.params.has("id"):
        raise missing_parameter("id")
    row = call.state.lines.get(call.params.integer("id"))
    if row is None:
        raise not_found("Item not found")
    return row, *_owner(call, row["OWNER_TYPE"], row["OWNER_ID"])


def _written(call: Call) -> dict[str, Any]:
    if call.params.get("fields") is None:
        raise missing_parameter("fields")
    return call.params.mapping("fields")


def _deal_id(call: Call) -> int:
    deal_id = call.params.integer("id")
    if deal_id is None or deal_id < 1:
        raise ApiError("", "The parameter id is invalid or not defined.")
    return deal_id


METHODS = (
    Method("crm.item.productrow.list", row_list, scopes=("crm",)),
    Method("crm.item.productrow.get", row_get, scopes=("crm",)),
    Method("crm.item.productrow.fields", row_fields, scopes=("crm",)),
    Method("crm.item.productrow.add", row_add, scopes=("crm",), write=True),
    Method("crm.item.productrow.update", row_update, scopes=("crm",), write=True),
    Method("crm.item.productrow.delete", row_delete, scopes=("crm",), write=True),
    Method("crm.item.productrow.set", row_set, scopes=("crm",), write=True),
    Method("crm.deal.productrows.get", deal_rows_get, scopes=("crm",), empty_codes=True),
    Method("crm.deal.productrows.set", deal_rows_set, scopes=("crm",), write=True, empty_codes=True),
)
