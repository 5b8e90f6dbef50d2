"""The universal methods `crm.item.*`: camelCase names, numbers as numbers, strict filters, whole items in answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import communications, entities
from sandbox.systems.bitrix24.crm.objects import ObjectType, universal_names
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field, upper_case
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire.errors import invalid_value, missing_parameter, not_found

ALL = "*"


def item_list(call: Call) -> Rows:
    """List items: any field in filter and order, groups with OR, unknown names refused."""
    kind, names = _asked(call)
    dialect = Dialect(names, strict=True, groups=True, offsets=call.switches["offsets_in_filters"])
    listing = Listing(dialect, visible=lambda row: entities.visible(call.actor, row))
    page = lists.read(call, call.state.objects[kind.type_id], listing)
    select = call.params.words("select") or [ALL]
    shown = _selected(names, select, star_selects_custom=call.switches["star_selects_custom_fields"])
    whole = kind if ALL in select else None
    return Rows([_printed(shown, row, whole) for row in page.rows], "items", page.total, page.next)


def item_get(call: Call) -> Answer:
    """Return one item with all that it has."""
    kind, names = _asked(call)
    row = _found(call, kind)
    return Answer({"item": _printed(names, row, kind)})


def item_add(call: Call) -> Answer:
    """Make an item."""
    kind, names = _asked(call)
    written = _written_fields(call)
    changes = _parsed(names, written)
    if kind.communications and "fm" in written:
        changes |= communications.flags(communications.edited(call.state, {}, written["fm"], new=True))
    row = entities.create(call.state, kind, changes, call.actor.user_id, call.now)
    return Answer({"item": _printed(names, row, kind)})


def item_update(call: Call) -> Answer:
    """Change an item; a change that changes nothing leaves all stamps alone."""
    kind, names = _asked(call)
    row = _found(call, kind)
    written = _written_fields(call)
    changes = _parsed(names, written)
    if kind.communications and "fm" in written:
        changes |= communications.flags(communications.edited(call.state, row, written["fm"], new=False))
    entities.update(call.state, kind, row, changes, call.actor.user_id, call.now)
    return Answer({"item": _printed(names, row, kind)})


def item_delete(call: Call) -> Answer:
    """Delete an item; the answer is an empty list."""
    kind, _ = _asked(call)
    entities.delete(call.state, kind, _found(call, kind))
    return Answer([])


def item_fields(call: Call) -> Answer:
    """Describe the fields of a type."""
    _, names = _asked(call)
    return Answer({"fields": {name: described(each) for name, each in names.items()}})


def described(field: Field) -> dict[str, Any]:
    """Describe a field as `crm.item.fields` does."""
    printed: dict[str, Any] = {
        "type": field.of_kind.vendor,
        "isRequired": False,
        "isReadOnly": field.read_only,
        "isImmutable": field.immutable,
        "isMultiple": field.multiple,
        "isDynamic": field.custom,
        "title": field.title,
        "upperName": field.name if field.custom else upper_case(field.camel),
    }
    if field.status_type:
        printed["statusType"] = field.status_type
    if field.options:
        printed["items"] = [{"ID": str(number), "VALUE": text} for number, text in field.options]
    return printed


def _asked(call: Call) -> tuple[ObjectType, Mapping[str, Field]]:
    if not call.params.has("entityTypeId"):
        raise missing_parameter("entityTypeId")
    kind = entities.object_type(call.params.integer("entityTypeId"))
    original = call.params.flag("useOriginalUfNames")
    return kind, universal_names(kind, call.state.custom[kind.type_id], original=original)


def _found(call: Call, kind: ObjectType) -> Row:
    if not call.params.has("id"):
        raise missing_parameter("id")
    row_id = call.params.integer("id")
    if row_id is None:
        raise not_found()
    return entities.find(call.state, call.actor, kind, row_id)


def _written_fields(call: Call) -> dict[str, Any]:
    if call.params.get("fields") is None:
        raise missing_parameter("fields")
    return call.params.mapping("fields")


def _parsed(names: Mapping[str, Field], written: Mapping[str, Any]) -> dict[str, Any]:
    changes = {}
    for name, raw in written.items():
        field = names.get(name)
        if field is None or field.read_only:
            continue
        try:
            changes[field.name] = field.parse(raw)
        except ValueError:
            raise invalid_value(name) from None
    return changes


def _selected(names: Mapping[str, Field], select: Iterable[str], *, star_selects_custom: bool) -> Mapping[str, Field]:
    """Return the fields to show, in the order of the request; names that do not exist are passed over."""
    shown: dict[str, Field] = {}
    for name in select:
        if name == ALL:
            shown |= {each: field for each, field in names.items() if star_selects_custom or not field.custom}
        elif name in names:
            shown[name] = names[name]
    return shown


def _printed(names: Mapping[str, Field], row: Row, whole: ObjectType | None) -> dict[str, Any]:
    """Print the fields of a row; a whole item also has its phones, e-mails and type."""
    printed = {name: field.number(row) for name, field in names.items()}
    if whole is None:
        return printed
    extra = communications.universal(row) if whole.communications else {}
    return printed | extra | {"entityTypeId": whole.type_id}


METHODS = (
    Method("crm.item.list", item_list, scopes=("crm",)),
    Method("crm.item.get", item_get, scopes=("crm",)),
    Method("crm.item.fields", item_fields, scopes=("crm",)),
    Method("crm.item.add", item_add, scopes=("crm",), write=True),
    Method("crm.item.update", item_update, scopes=("crm",), write=True),
    Method("crm.item.delete", item_delete, scopes=("crm",), write=True),
)
