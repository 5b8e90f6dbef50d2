"""To-dos and other activities: `crm.activity.todo.*` and `crm.activity.*`."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import activities, entities
from sandbox.systems.bitrix24.crm.activities import FIELDS, TO_DO_PROVIDER
from sandbox.systems.bitrix24.crm.objects import OBJECT_TYPES
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire import moments, php
from sandbox.systems.bitrix24.wire.errors import ApiError, missing_parameter, not_found, owner_not_found
from sandbox.systems.bitrix24.wire.requests import whole

_WRITABLE = (
    "SUBJECT", "DESCRIPTION", "DESCRIPTION_TYPE", "COMPLETED", "PRIORITY", "DIRECTION", "RESPONSIBLE_ID", "TYPE_ID",
    "ORIGINATOR_ID", "ORIGIN_ID", "PROVIDER_ID", "PROVIDER_TYPE_ID",
)  # fmt: skip


def todo_add(call: Call) -> Answer:
    """Plan a to-do on a CRM object."""
    type_id, owner_id = _owner(call, call.params.get("ownerTypeId"), call.params.get("ownerId"))
    deadline = _deadline(call, "deadline")
    row = {
        "OWNER_TYPE_ID": type_id, "OWNER_ID": owner_id, "TYPE_ID": activities.PROVIDER_TYPE, "PROVIDER_ID": TO_DO_PROVIDER,
        "PROVIDER_TYPE_ID": "TODO", "SUBJECT": str(call.params.get("title") or "Дело"),
        "DESCRIPTION": call.params.get("description"), "RESPONSIBLE_ID": call.params.integer("responsibleId"),
    }  # fmt: skip
    return Answer({"id": activities.add(call, row | activities.times(deadline, deadline))["ID"]})


def todo_update(call: Call) -> Answer:
    """Rewrite a to-do that is not completed."""
    row = _todo(call)
    deadline = _deadline(call, "deadline")
    texts = {"SUBJECT": call.params.get("title"), "DESCRIPTION": call.params.get("description")}
    changes: Row = {name: str(value) for name, value in texts.items() if value is not None}
    if responsible := call.params.integer("responsibleId"):
        changes |= {"RESPONSIBLE_ID": responsible}
    activities.change(call, row, changes | activities.times(deadline, deadline))
    return Answer({"id": row["ID"]})


def todo_update_deadline(call: Call) -> Answer:
    """Move the deadline of a to-do that is not completed."""
    row = _todo(call)
    deadline = _deadline(call, "value")
    activities.change(call, row, activities.times(deadline, deadline))
    return Answer({"id": row["ID"]})


def activity_list(call: Call) -> Rows:
    """List activities of all kinds, by their start unless another order is asked for."""
    special = {"BINDINGS": activities.bound_to}
    listing = Listing(Dialect(FIELDS, special=special, offsets=call.switches["offsets_in_filters"]))
    order = call.params.mapping("order") or {"START_TIME": "ASC"}
    page = lists.read(call, call.state.activities, listing, order=order)
    select = call.params.words("select") or None
    return Rows([activities.printed(row, select) for row in page.rows], "", page.total, page.next)


def activity_get(call: Call) -> Answer:
    """Return one activity."""
    return Answer(activities.printed(_found(call)))


def activity_add(call: Call) -> Answer:
    """Make an activity of the old kind; the deadline follows its times."""
    written = _written(call)
    for required in ("OWNER_TYPE_ID", "OWNER_ID", "TYPE_ID", "COMMUNICATIONS", "RESPONSIBLE_ID", "SUBJECT"):
        if not written.get(required):
            raise ApiError("", f"The field {required} is not defined or invalid.")
    type_id, owner_id = _owner(call, written["OWNER_TYPE_ID"], written["OWNER_ID"])
    owner = {"OWNER_TYPE_ID": type_id, "OWNER_ID": owner_id, "COMMUNICATIONS": php.as_list(written["COMMUNICATIONS"])}
    settings = php.as_map(written.get("SETTINGS"))
    return Answer(activities.add(call, owner | {"SETTINGS": settings} | _changes(written))["ID"])


def activity_update(call: Call) -> Answer:
    """Change an activity, or complete it with `COMPLETED: Y`."""
    activities.change(call, _found(call), _changes(_written(call)))
    return Answer(result=True)


def activity_delete(call: Call) -> Answer:
    """Delete an activity."""
    call.state.activities.delete(_found(call)["ID"])
    return Answer(result=True)


def _owner(call: Call, raw_type: Any, raw_id: Any) -> tuple[int, int]:
    if not raw_type or not raw_id:
        raise missing_parameter("ownerTypeId, ownerId")
    type_id, owner_id = whole(raw_type) or 0, whole(raw_id) or 0
    if type_id not in OBJECT_TYPES or call.state.objects[type_id].get(owner_id) is None:
        raise owner_not_found()
    entities.find(call.state, call.actor, OBJECT_TYPES[type_id], owner_id)
    return type_id, owner_id


def _deadline(call: Call, name: str) -> int:
    if not call.params.has(name):
        raise missing_parameter(name)
    try:
        return moments.parse_moment(call.params.get(name))
    except ValueError:
        raise ApiError("WRONG_DATETIME_FORMAT", "Wrong datetime format") from None


def _todo(call: Call) -> Row:
    _owner(call, call.params.get("ownerTypeId"), call.params.get("ownerId"))
    row = call.state.activities.get(call.params.integer("id"))
    named = (call.params.integer("ownerTypeId"), call.params.integer("ownerId"))
    if row is None or row.get("PROVIDER_ID") != TO_DO_PROVIDER or (row["OWNER_TYPE_ID"], row["OWNER_ID"]) != named:
        raise not_found("Not found.")
    if row["COMPLETED"] == "Y":
        raise ApiError("CAN_NOT_UPDATE_COMPLETED_TODO", "Can not update completed todo")
    return row


def _found(call: Call) -> Row:
    row = call.state.activities.get(call.params.integer("id"))
    if row is None:
        raise ApiError("", "Activity is not found")
    return row


def _written(call: Call) -> dict[str, Any]:
    written = call.params.get("fields")
    if not isinstance(written, dict):
        raise ApiError("", "Parameter 'fields' must be array.")
    return written


def _changes(written: dict[str, Any]) -> Row:
    try:
        kept = {name: FIELDS[name].parse(written[name]) for name in _WRITABLE if written.get(name) is not None}
        start, end = (FIELDS[name].parse(written.get(name)) for name in ("START_TIME", "END_TIME"))
    except ValueError as error:
        raise ApiError("", f"Invalid value: {error}") from None
    return kept | activities.times(start, end)


METHODS = (
    Method("crm.activity.todo.add", todo_add, scopes=("crm",), write=True),
    Method("crm.activity.todo.update", todo_update, scopes=("crm",), write=True),
    Method("crm.activity.todo.updateDeadline", todo_update_deadline, scopes=("crm",), write=True),
    Method("crm.activity.list", activity_list, scopes=("crm",)),
    Method("crm.activity.get", activity_get, scopes=("crm",), empty_codes=True),
    Method("crm.activity.add", activity_add, scopes=("crm",), write=True, empty_codes=True),
    Method("crm.activity.update", activity_update, scopes=("crm",), write=True, empty_codes=True),
    Method("crm.activity.delete", activity_delete, scopes=("crm",), write=True, empty_codes=True),
)
