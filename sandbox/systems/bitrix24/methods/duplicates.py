"""`crm.duplicate.findbycomm`: rows that share a phone or an e-mail. Its error codes are sentences."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method
from sandbox.systems.bitrix24.crm import communications, entities
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT, LEAD, ObjectType
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError

_MOST = 20
_SEARCHED = {"LEAD": LEAD, "CONTACT": CONTACT, "COMPANY": COMPANY}


def find_by_communication(call: Call) -> Answer:
    """Return ids by type, only of the types in which something was found; after twenty ids later types are dropped."""
    type_id, values = _asked(call)
    wanted = {communications.comparable(type_id, value) for value in values[:_MOST]}
    only = str(call.params.get("entity_type") or "").upper()
    found: dict[str, Any] = {}
    for name, kind in _SEARCHED.items():
        if only in {"", name} and sum(map(len, found.values())) < _MOST:
            ids = _ids(call, kind, type_id, wanted)
            found |= {name: ids} if ids else {}
    return Answer(php.printed_map(found))


def _asked(call: Call) -> tuple[str, list[Any]]:
    if not call.params.has("type"):
        raise ApiError("Communication type is not defined", "Parameter 'type' is required.")
    type_id = str(call.params.get("type")).upper()
    if type_id not in communications.TYPES:
        described = f"Communication type '{type_id}' is not supported in current context"
        raise ApiError(described, described)
    if not call.params.has("values"):
        raise ApiError("Communication values is not defined", "Parameter 'values' is required.")
    return type_id, call.params.sequence("values")


def _ids(call: Call, kind: ObjectType, type_id: str, wanted: set[str]) -> list[int]:
    return [
        row["ID"]
        for row in call.state.objects[kind.type_id]
        if entities.visible(call.actor, row)
        and any(
            each["TYPE_ID"] == type_id and communications.comparable(type_id, each["VALUE"]) in wanted
            for each in row.get("FM", ())
        )
    ][:_MOST]


METHODS = (Method("crm.duplicate.findbycomm", find_by_communication, scopes=("crm",)),)
