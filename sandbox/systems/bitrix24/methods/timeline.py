"""Comments in the timelines of CRM objects: `crm.timeline.comment.*`. A comment moves only the clock of activities."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import entities
from sandbox.systems.bitrix24.crm.objects import BY_WORD, ObjectType
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import by_name, field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import bad_argument, missing_parameter, owner_not_found
from sandbox.systems.bitrix24.wire.requests import whole

_FIELDS = by_name(
    [
        field("ID", "integer"),
        field("ENTITY_ID", "integer"),
        field("ENTITY_TYPE"),
        field("CREATED", "datetime"),
        field("COMMENT"),
        field("AUTHOR_ID", "user"),
    ]
)


def comment_add(call: Call) -> Answer:
    """Write a comment; the parameter's name must be lower-case `fields`."""
    written = php.as_map(call.params.raw.get("fields"))
    if not written.get("ENTITY_TYPE") or not written.get("ENTITY_ID"):
        raise missing_parameter("fields")
    if not written.get("COMMENT"):
        raise bad_argument("Empty comment message")
    kind, owner_id = _owner(call, written)
    row = {"ENTITY_ID": owner_id, "ENTITY_TYPE": kind.word, "CREATED": call.now, "COMMENT": str(written["COMMENT"])}
    call.state.comments.add(row | {"AUTHOR_ID": call.actor.user_id})
    entities.touch_activity(call.state, kind.type_id, owner_id, call.actor.user_id, call.now)
    return Answer(call.state.comments.ids[-1])


def comment_list(call: Call) -> Rows:
    """List the comments of one object; the filter knows only whose they are."""
    conditions = call.params.mapping("filter")
    if not conditions.get("ENTITY_TYPE") or not conditions.get("ENTITY_ID"):
        raise missing_parameter("filter[ENTITY_TYPE], filter[ENTITY_ID]")
    kind, owner_id = _owner(call, conditions)
    pool = call.state.comments.owned(kind.word, owner_id)
    page = lists.read(call, call.state.comments, Listing(Dialect(_FIELDS), pool=pool), conditions={})
    select = [name for name in call.params.words("select") if name in _FIELDS] or list(_FIELDS)
    return Rows([{name: _FIELDS[name].text(row) for name in select} for row in page.rows], "", page.total, page.next)


def _owner(call: Call, named: dict[str, Any]) -> tuple[ObjectType, int]:
    kind = BY_WORD.get(str(named["ENTITY_TYPE"]).lower())
    owner_id = whole(named["ENTITY_ID"])
    if kind is None or owner_id is None or call.state.objects[kind.type_id].get(owner_id) is None:
        raise owner_not_found()
    entities.find(call.state, call.actor, kind, owner_id)
    return kind, owner_id


METHODS = (
    Method("crm.timeline.comment.add", comment_add, scopes=("crm",), write=True),
    Method("crm.timeline.comment.list", comment_list, scopes=("crm",)),
)
