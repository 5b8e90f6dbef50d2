"""Activities of the CRM: what is kept of a to-do or a call, and how it is printed: everything as strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.systems.bitrix24.calls import Call
from sandbox.systems.bitrix24.crm import entities
from sandbox.systems.bitrix24.data.fields import by_name, field
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.requests import whole

TODO_PROVIDER = "CRM_TODO"
PROVIDER_TYPE = 6
"""`TYPE_ID` of activities that a provider keeps, to-dos among them."""
_STATUS_WAITING, _STATUS_COMPLETED = 1, 2

FIELDS = by_name(
    [
        field("ID", "integer"),
        field("OWNER_ID", "integer"),
        field("OWNER_TYPE_ID", "integer"),
        field("TYPE_ID", "integer"),
        field("PROVIDER_ID"),
        field("PROVIDER_TYPE_ID"),
        field("ASSOCIATED_ENTITY_ID", "integer", empty_text="0"),
        field("SUBJECT"),
        field("CREATED", "datetime"),
        field("LAST_UPDATED", "datetime"),
        field("START_TIME", "datetime"),
        field("END_TIME", "datetime"),
        field("DEADLINE", "datetime"),
        field("COMPLETED", "char"),
        field("STATUS", "integer"),
        field("RESPONSIBLE_ID", "user"),
        field("PRIORITY", "integer", empty_text="2"),
        field("DESCRIPTION", empty_text=""),
        field("DESCRIPTION_TYPE", "integer", empty_text="1"),
        field("DIRECTION", "integer", empty_text="0"),
        field("ORIGINATOR_ID"),
        field("ORIGIN_ID"),
        field("AUTHOR_ID", "user"),
        field("EDITOR_ID", "user"),
    ]
)
_EMPTY_MAPS: dict[str, Any] = {"SETTINGS": [], "PROVIDER_PARAMS": []}


def add(call: Call, row: Row) -> Row:
    """Keep a new activity and move its owner's clock of activities."""
    me = call.actor.user_id
    stamps = {"CREATED": call.now, "LAST_UPDATED": call.now, "AUTHOR_ID": me, "EDITOR_ID": me}
    defaults: Row = {"COMPLETED": "N", "RESPONSIBLE_ID": me}
    kept = defaults | {name: value for name, value in row.items() if value is not None} | stamps
    kept["STATUS"] = _status(kept)
    entities.touch_activity(call.state, kept["OWNER_TYPE_ID"], kept["OWNER_ID"], me, call.now)
    return call.state.activities.add(kept)


def change(call: Call, row: Row, changes: Row) -> None:
    """Change an activity; a change that changes nothing stamps nothing."""
    differing = {name: value for name, value in changes.items() if row.get(name) != value}
    if not differing:
        return
    row |= differing | {"LAST_UPDATED": call.now, "EDITOR_ID": call.actor.user_id}
    row["STATUS"] = _status(row)
    entities.touch_activity(call.state, row["OWNER_TYPE_ID"], row["OWNER_ID"], call.actor.user_id, call.now)


def times(start: int | None, end: int | None) -> Row:
    """Return the three times of an activity: the deadline is never written, it follows the others."""
    written = {"START_TIME": start, "END_TIME": end, "DEADLINE": start if start is not None else end}
    return {name: value for name, value in written.items() if value is not None}


def bound_to(raw: Any) -> Callable[[Row], bool]:
    """Make the filter `BINDINGS`: any of the pairs, each of which may name only the type."""
    pairs = [php.as_map(each) for each in php.as_list(raw)]
    wanted = [(whole(pair.get("OWNER_TYPE_ID")), whole(pair.get("OWNER_ID"))) for pair in pairs]

    def asked(row: Row) -> bool:
        owner = (row["OWNER_TYPE_ID"], row["OWNER_ID"])
        return any(type_id in {None, owner[0]} and owner_id in {None, owner[1]} for type_id, owner_id in wanted)

    return asked


def printed(row: Row, select: list[str] | None = None) -> dict[str, Any]:
    """Print an activity; `COMMUNICATIONS` must be named to be shown."""
    names = list(FIELDS) if select is None or "*" in select else [name for name in select if name in FIELDS]
    shown: dict[str, Any] = {name: FIELDS[name].text(row) for name in names}
    if len(names) == len(FIELDS):
        shown |= _EMPTY_MAPS
    if select and "COMMUNICATIONS" in select:
        shown["COMMUNICATIONS"] = row.get("COMMUNICATIONS", [])
    return shown


def _status(row: Row) -> int:
    return _STATUS_COMPLETED if row["COMPLETED"] == "Y" else _STATUS_WAITING
