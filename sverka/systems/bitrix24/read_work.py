"""What people do on the portal, as rows of the mirror: activities in cards, and the tasks that we have set.

A row that cannot be understood raises BadValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sverka.domain.brief import brief
from sverka.domain.rows import Activity, CrmTask
from sverka.systems.bitrix24.read import created_at
from sverka.systems.values import BadValueError, Json, flag, ident, is_nothing, iso_moment, must, text

ACTIVITY_FIELDS = (
    "ID", "OWNER_TYPE_ID", "OWNER_ID", "TYPE_ID", "PROVIDER_ID", "DIRECTION", "COMPLETED", "SUBJECT", "RESPONSIBLE_ID", "AUTHOR_ID",
    "CREATED", "LAST_UPDATED", "DEADLINE",
)  # fmt: skip
TASK_FIELDS = (
    "ID", "TITLE", "STATUS", "RESPONSIBLE_ID", "DEADLINE", "CREATED_DATE", "CHANGED_DATE", "XML_ID", "UF_CRM_TASK",
)  # fmt: skip

TO_DO = "CRM_TODO"
"""The provider of to-dos: activities of the general type, told apart by it alone."""

OWNERS: Mapping[str, str] = MappingProxyType({"1": "lead", "2": "deal", "3": "contact", "4": "client"})
OWNER_TYPES: Mapping[str, int] = MappingProxyType({kind: int(number) for number, kind in OWNERS.items()})

_KINDS_BY_PROVIDER: Mapping[str, str] = MappingProxyType({TO_DO: "todo", "VOXIMPLANT_CALL": "call"})
_KINDS_BY_TYPE: Mapping[str, str] = MappingProxyType({"1": "meeting", "2": "call", "4": "letter"})
_DIRECTIONS: Mapping[str, str] = MappingProxyType({"1": "in", "2": "out"})

_DONE = frozenset(("4", "5"))
"""Completed, and completed as far as the person who had to do it is concerned: the control that 4 waits for would be ours."""

_LAST_DAY = "9999"
"""How the year of a deadline begins that the portal shows for "none"."""

_DEAL_PREFIX = "D_"


def activity(raw: Json) -> Activity:
    """Read an activity; its owner is the card that it was made in."""
    owner_type = ident(raw.get("OWNER_TYPE_ID"))
    of_type = _KINDS_BY_TYPE.get(ident(raw.get("TYPE_ID")), "other")
    return Activity(
        ext_id=must(ident)(raw.get("ID")),
        updated_at=iso_moment(raw.get("LAST_UPDATED")),
        owner=f"{OWNERS.get(owner_type, owner_type)}:{ident(raw.get('OWNER_ID'))}",
        kind=_KINDS_BY_PROVIDER.get(text(raw.get("PROVIDER_ID")), of_type),
        direction=_DIRECTIONS.get(ident(raw.get("DIRECTION")), ""),
        completed=flag(raw.get("COMPLETED")),
        subject=text(raw.get("SUBJECT")),
        responsible_id=ident(raw.get("RESPONSIBLE_ID")),
        author_id=ident(raw.get("AUTHOR_ID")),
        created_at=created_at(raw.get("CREATED")),
        deadline_at=_deadline(raw.get("DEADLINE")),
    )


def task(raw: Json) -> CrmTask:
    """Read a task of `tasks.task.list`, whose names differ from those that it is asked by."""
    return CrmTask(
        ext_id=must(ident)(raw.get("id")),
        updated_at=iso_moment(raw.get("changedDate")),
        title=text(raw.get("title")),
        is_done=is_done(raw),
        responsible_id=ident(raw.get("responsibleId")),
        deadline_at=_deadline(raw.get("deadline")),
        created_at=created_at(raw.get("createdDate")),
        mark=text(raw.get("xmlId")),
        deal_id=_deal_of(raw.get("ufCrmTask")),
    )


def is_done(raw: Json) -> bool:
    """Say whether the person who had to do a task has done it."""
    return ident(raw.get("status")) in _DONE


def deal_binding(deal_id: str) -> str:
    """Return what binds a task to a deal."""
    return _DEAL_PREFIX + deal_id


def _deadline(value: object) -> datetime | None:
    return None if isinstance(value, str) and value.startswith(_LAST_DAY) else iso_moment(value)


def _deal_of(bindings: object) -> str:
    if is_nothing(bindings):
        return ""
    if not isinstance(bindings, list):
        raise BadValueError(f"not a list of bindings: {brief(bindings)}")
    return next((each.removeprefix(_DEAL_PREFIX) for each in map(text, bindings) if each.startswith(_DEAL_PREFIX)), "")
