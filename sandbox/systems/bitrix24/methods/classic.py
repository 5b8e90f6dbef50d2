"""The classic methods `crm.deal.*`, `crm.contact.*`, `crm.company.*`, `crm.lead.*`: upper-case names, strings, `true`.

Their refusals have an empty code. Filters know only AND, and pass over names that they do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Handler, Method, Rows
from sandbox.systems.bitrix24.crm import communications, entities
from sandbox.systems.bitrix24.crm.objects import OBJECT_TYPES, ObjectType, classic_names
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field
from sandbox.systems.bitrix24.data.filters import ALL_OPERATORS, Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.methods.items import described
from sandbox.systems.bitrix24.wire.errors import ApiError

_ALL, _ALL_CUSTOM = "*", "UF_*"
_WRITE_ONLY = {"CONTACT_IDS", "COMPANY_IDS", "OBSERVERS"}


def object_list(kind: ObjectType, call: Call) -> Rows:
    """List rows; without `select` all standard and custom fields, never phones and e-mails."""
    names = _names(kind, call)
    special = (
        {type_id: communications.holds(type_id) for type_id in communications.TYPES} if kind.communications else {}
    )
    operators = ALL_OPERATORS if kind.word == "lead" else ALL_OPERATORS - {"not contains", "not like"}
    dialect = Dialect(names, operators=operators, special=special, offsets=call.switches["offsets_in_filters"])
    listing = Listing(dialect, visible=lambda row: entities.visible(call.actor, row))
    page = lists.read(call, call.state.objects[kind.type_id], listing)
    select = call.params.words("select") or [_ALL, _ALL_CUSTOM]
    return Rows([_selected(names, select, row) for row in page.rows], "", page.total, page.next)


def object_get(kind: ObjectType, call: Call) -> Answer:
    """Return one row; phones and e-mails only where there are any."""
    row = _found(kind, call)
    names = _names(kind, call)
    printed = {name: field.text(row) for name, field in names.items() if name not in _WRITE_ONLY}
    groups = {type_id: communications.classic(row, type_id) for type_id in communications.TYPES}
    return Answer(printed | {type_id: group for type_id, group in groups.items() if group})


def object_add(kind: ObjectType, call: Call) -> Answer:
    """Make a row and return its id."""
    changes = _changes(kind, call, {}, new=True)
    return Answer(entities.create(call.state, kind, changes, call.actor.user_id, call.now)["ID"])


def object_update(kind: ObjectType, call: Call) -> Answer:
    """Change a row. A deal's funnel cannot be changed so, and the attempt is passed over."""
    row = _found(kind, call)
    changes = _changes(kind, call, row, new=False)
    entities.update(call.state, kind, row, changes, call.actor.user_id, call.now)
    return Answer(result=True)


def object_delete(kind: ObjectType, call: Call) -> Answer:
    """Delete a row."""
    entities.delete(call.state, kind, _found(kind, call))
    return Answer(result=True)


def object_fields(kind: ObjectType, call: Call) -> Answer:
    """Describe the fields of a type; the title of a custom field stands apart from its name."""
    return Answer({name: _described(field) for name, field in _names(kind, call).items()})


def _described(field: Field) -> dict[str, Any]:
    printed = described(field)
    del printed["upperName"]
    if field.custom:
        printed |= {"title": field.name} | dict.fromkeys(("listLabel", "formLabel", "filterLabel"), field.title)
    return printed


def _names(kind: ObjectType, call: Call) -> Mapping[str, Field]:
    return classic_names(kind, call.state.custom[kind.type_id])


def _found(kind: ObjectType, call: Call) -> Row:
    row_id = call.params.integer("id")
    if row_id is None or row_id < 1:
        raise ApiError("", "ID is not defined or invalid")
    return entities.find(call.state, call.actor, kind, row_id)


def _changes(kind: ObjectType, call: Call, row: Row, *, new: bool) -> dict[str, Any]:
    written = call.params.get("fields")
    if not isinstance(written, dict):
        raise ApiError("", "Parameter 'fields' must be array.")
    names = _names(kind, call)
    changes: dict[str, Any] = {}
    for name, raw in written.items():
        field = names.get(name)
        if field and not field.read_only and (new or not field.immutable):
            changes[field.name] = _parsed(field, raw)
    if kind.communications and any(type_id in written for type_id in communications.TYPES):
        changes |= communications.flags(communications.edited_classic(call.state, row, written))
    return changes


def _parsed(field: Field, raw: Any) -> Any:
    try:
        return field.parse(raw)
    except ValueError:
        raise ApiError("", f"Invalid value for the field {field.name}") from None


def _selected(names: Mapping[str, Field], select: list[str], row: Row) -> dict[str, Any]:
    printed: dict[str, Any] = {}
    for name in select:
        if name in {_ALL, _ALL_CUSTOM}:
            wanted = [each for each in names.values() if each.custom is (name == _ALL_CUSTOM)]
            printed |= {each.name: each.text(row) for each in wanted if each.name not in _WRITE_ONLY}
        elif name in names and name not in _WRITE_ONLY:
            printed[name] = names[name].text(row)
        elif name in communications.TYPES and (group := communications.classic(row, name)):
            printed[name] = group
    return printed


def _methods_of(kind: ObjectType) -> tuple[Method, ...]:
    handlers: dict[str, tuple[Callable[[ObjectType, Call], Answer | Rows], bool]] = {
        "list": (object_list, False),
        "get": (object_get, False),
        "fields": (object_fields, False),
        "add": (object_add, True),
        "update": (object_update, True),
        "delete": (object_delete, True),
    }
    made = []
    for name, (handler, write) in handlers.items():
        bound: Handler = partial(handler, kind)
        made.append(Method(f"crm.{kind.word}.{name}", bound, scopes=("crm",), write=write, empty_codes=True))
    return tuple(made)


METHODS = tuple(method for kind in OBJECT_TYPES.values() for method in _methods_of(kind))
