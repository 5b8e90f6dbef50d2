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

TO_DO_PROVIDER = "CRM_TODO"
CALL = 2
"""`TYPE_ID` of calls; a missed one says `MISSED_CALL` in its settings and waits to be completed."""
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
        field("PROVIDER_GROUP_ID"),
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
_MAPS = ("SETTINGS", "PROVIDER_PARAMS")


def add(call: Call, row: Row) -> Row:
    """Keep a new activity and move the clocks of activities of all to whom it is bound."""
    me = call.actor.user_id
    stamps = {"CREATED": call.now, "LAST_UPDATED": call.now, "AUTHOR_ID": me, "EDITOR_ID": me}
    defaults: Row = {"COMPLETED": "N", "RESPONSIBLE_ID": me}
    kept = defaults | {name: value for name, value in row.items() if value is not None} | stamps
    kept["STATUS"] = _status(kept)
    _touch_bound(call, kept)
    return call.state.activities.add(kept)


def change(call: Call, row: Row, changes: Row) -> None:
    """Change an activity; a change that changes nothing stamps nothing."""
    differing = {name: value for name, value in changes.items() if row.get(name) != value}
    if not differing:
        return
    row |= differing | {"LAST_UPDATED": call.now, "EDITOR_ID": call.actor.user_id}
    row["STATUS"] = _status(row)
    _touch_bound(call, row)


def times(start: int | None, end: int | None) -> Row:
    """Return the three times of an activity: the deadline is never written, it follows the others."""
    written = {"START_TIME": start, "END_TIME": end, "DEADLINE": start if start is not None else end}
    return {name: value for name, value in written.items() if value is not None}


def bound_to(raw: Any) -> Callable[[Row], bool]:
    """Make the filter `BINDINGS`: any of the pairs, each of which may name only the type."""
    pairs = [php.as_map(each) for each in php.as_list(raw)]
    wanted = [(whole(pair.get("OWNER_TYPE_ID")), whole(pair.get("OWNER_ID"))) for pair in pairs]

    def asked(row: Row) -> bool:
        return any(
            type_id in {None, bound_type} and owner_id in {None, bound_id}
            for bound_type, bound_id in _bindings(row)
            for type_id, owner_id in wanted
        )

    return asked


def printed(row: Row, select: list[str] | None = None) -> dict[str, Any]:
    """Print an activity; `COMMUNICATIONS` must be named to be shown."""
    everything = select is None or "*" in select
    shown: dict[str, Any] = {name: FIELDS[name].text(row) for name in FIELDS if everything or name in (select or ())}
    shown |= {name: row.get(name) or [] for name in _MAPS if everything or name in (select or ())}
    if select and "COMMUNICATIONS" in select:
        shown["COMMUNICATIONS"] = row.get("COMMUNICATIONS", [])
    return shown


def _bindings(row: Row) -> list[tuple[int | None, int | None]]:
    """Return the type and the id of the owner and of those with whom the activity was, each once."""
    others = map(php.as_map, row.get("COMMUNICATIONS", []))
    pairs = [(whole(each.get("ENTITY_TYPE_ID")), whole(each.get("ENTITY_ID"))) for each in others]
    return list(dict.fromkeys([(row["OWNER_TYPE_ID"], row["OWNER_ID"]), *pairs]))


def _touch_bound(call: Call, row: Row) -> None:
    for type_id, row_id in _bindings(row):
        entities.touch_activity(call.state, type_id or 0, row_id or 0, call.actor.user_id, call.now)


def _status(row: Row) -> int:
    return _STATUS_COMPLETED if row["COMPLETED"] == "Y" else _STATUS_WAITING
