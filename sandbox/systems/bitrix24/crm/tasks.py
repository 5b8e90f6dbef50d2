"""Tasks: what is kept of one, who may see it, and how it is printed: camelCase names, everything as strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.systems.bitrix24.calls import Actor, Call
from sandbox.systems.bitrix24.data.fields import by_name, field
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.requests import whole

WAITING, COMPLETED = 2, 5
STATUSES = frozenset({2, 3, 4, 5, 6})
OVERDUE, NEARLY_OVERDUE = -1, -3
"""Statuses that only filters and `subStatus` know."""
_DAY_S = 86_400
_CRM_LINKS = "UF_CRM_TASK"
_TRIO = {_CRM_LINKS: "ufCrmTask", "UF_TASK_WEBDAV_FILES": "ufTaskWebdavFiles", "UF_MAIL_MESSAGE": "ufMailMessage"}

FIELDS = by_name(
    [
        field("ID", "integer", read_only=True),
        field("PARENT_ID", "integer"),
        field("TITLE"),
        field("DESCRIPTION", empty_text=""),
        field("MARK"),
        field("PRIORITY", "integer", empty_text="1"),
        field("STATUS", "integer"),
        field("GROUP_ID", "integer", empty_text="0"),
        field("STAGE_ID", "integer", empty_text="0"),
        field("CREATED_BY", "user"),
        field("CREATED_DATE", "datetime", read_only=True),
        field("RESPONSIBLE_ID", "user"),
        field("ACCOMPLICES", "user", multiple=True),
        field("AUDITORS", "user", multiple=True),
        field("CHANGED_BY", "user", read_only=True),
        field("CHANGED_DATE", "datetime", read_only=True),
        field("STATUS_CHANGED_BY", "user", read_only=True),
        field("CLOSED_BY", "user", read_only=True),
        field("CLOSED_DATE", "datetime", read_only=True),
        field("DEADLINE", "datetime"),
        field("START_DATE_PLAN", "datetime"),
        field("END_DATE_PLAN", "datetime"),
        field("XML_ID"),
        field("TASK_CONTROL", "char", empty_text="N"),
        field("ALLOW_CHANGE_DEADLINE", "char", empty_text="N"),
        field("ALLOW_TIME_TRACKING", "char", empty_text="N"),
        field(_CRM_LINKS, camel="ufCrmTask", multiple=True),
    ]
)


def add(call: Call, changes: Row) -> Row:
    """Keep a new task; its creator is the caller unless written."""
    me = call.actor.user_id
    defaults = {"CREATED_BY": me, "STATUS": WAITING}
    stamps = {"CREATED_DATE": call.now, "CHANGED_DATE": call.now, "CHANGED_BY": me}
    return call.state.tasks.add(
        defaults | {name: value for name, value in changes.items() if value is not None} | stamps
    )


def change(call: Call, row: Row, changes: Row) -> None:
    """Change a task; completing it notes who and when, and a change that changes nothing stamps nothing."""
    differing = {name: value for name, value in changes.items() if row.get(name) != value}
    if not differing:
        return
    me = call.actor.user_id
    if "STATUS" in differing:
        done = differing["STATUS"] == COMPLETED
        closed = {"CLOSED_BY": me, "CLOSED_DATE": call.now} if done else {"CLOSED_BY": None, "CLOSED_DATE": None}
        differing |= {"STATUS_CHANGED_BY": me} | closed
    row |= differing | {"CHANGED_DATE": call.now, "CHANGED_BY": me}


def visible(state: State, actor: Actor, row: Row) -> bool:
    """Say who sees a task: administrators all, heads those of their staff, others those in which they take part."""
    if actor.admin:
        return True
    taking_part = {row["CREATED_BY"], row["RESPONSIBLE_ID"], *row.get("ACCOMPLICES", ()), *row.get("AUDITORS", ())}
    return bool(taking_part & ({actor.user_id} | _staff(state, actor.user_id)))


def has_status(now: int) -> Callable[[Any], Callable[[Row], bool]]:
    """Make the filter `STATUS`, which also knows the overdue and the nearly overdue."""

    def asked(raw: Any) -> Callable[[Row], bool]:
        wanted = {whole(value) for value in php.as_list(raw)}
        return lambda row: row["STATUS"] in wanted or _sub_status(row, now) in wanted

    return asked


def printed(state: State, row: Row, now: int, select: Iterable[str] = ()) -> dict[str, Any]:
    """Print the selected fields, or all but the three linked ones, which come together if one of them is selected."""
    chosen = set(select)
    everything = not chosen or "*" in chosen
    names = [name for name in FIELDS if name != _CRM_LINKS and (everything or name in chosen)]
    shown = {FIELDS[name].camel: FIELDS[name].text(row) for name in names}
    if "STATUS" in names:
        shown["subStatus"] = str(_sub_status(row, now))
    if everything:
        shown |= _everything(state, row)
    if chosen & set(_TRIO):
        shown |= {"ufCrmTask": FIELDS[_CRM_LINKS].text(row), "ufTaskWebdavFiles": [], "ufMailMessage": None}
    return shown


def _everything(state: State, row: Row) -> dict[str, Any]:
    people = {"creator": row["CREATED_BY"], "responsible": row["RESPONSIBLE_ID"]}
    cards = {name: _card(state, user_id) for name, user_id in people.items()}
    auditors = php.printed_map({str(each): _card(state, each) for each in row.get("AUDITORS", ())})
    return cards | {"group": [], "favorite": "N", "descriptionInBbcode": "Y", "auditorsData": auditors}


def _card(state: State, user_id: int) -> dict[str, str]:
    user = state.users.get(user_id) or {"NAME": "", "LAST_NAME": ""}
    name = f"{user['NAME']} {user['LAST_NAME']}".strip()
    link = f"/company/personal/user/{user_id}/"
    return {
        "id": str(user_id),
        "name": name,
        "link": link,
        "icon": "/bitrix/images/tasks/default_avatar.png",
        "workPosition": "",
    }


def _sub_status(row: Row, now: int) -> int:
    left = row["DEADLINE"] - now if row.get("DEADLINE") and row["STATUS"] != COMPLETED else _DAY_S
    if left >= _DAY_S:
        return int(row["STATUS"])
    return OVERDUE if left < 0 else NEARLY_OVERDUE


def _staff(state: State, head: int) -> set[int]:
    led = {each["ID"] for each in state.departments if each.get("UF_HEAD") == head}
    return {user["ID"] for user in state.users if led.intersection(user["UF_DEPARTMENT"])}
