"""Notices to employees: `im.notify.*`. A notice with the tag of an earlier one takes its place.

Each reads only their own, with lower-case names and numbers as numbers.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire import moments
from sandbox.systems.bitrix24.wire.errors import ApiError

_MOST = 50
_TYPES = {"personal": 2, "system": 4}


def notify(kind: str, call: Call) -> Answer:
    """Send a notice and return its id; `false` when there is no such employee."""
    params = call.params
    if (params.integer("USER_ID") or 0) <= 0:
        raise ApiError("USER_ID_EMPTY", "User ID can't be empty")
    if not params.has("MESSAGE"):
        raise ApiError("MESSAGE_EMPTY", "Message can't be empty")
    if (params.has("TAG") or params.has("SUB_TAG")) and not params.has("CLIENT_ID"):
        raise ApiError("CLIENT_ID_EMPTY", "CLIENT_ID can't be empty")
    if call.state.users.get(params.integer("USER_ID")) is None:
        return Answer(result=False)
    tag = f"MP|{params.get('CLIENT_ID')}|{params.get('TAG')}" if params.has("TAG") else ""
    row = {"KIND": kind, "USER_ID": params.integer("USER_ID"), "MESSAGE": str(params.get("MESSAGE")), "TAG": tag}
    _replace(call, row)
    return Answer(call.state.notifications.add(row | {"CREATED": call.now, "AUTHOR_ID": call.actor.user_id})["ID"])


def notices(call: Call) -> Answer:
    """Return the caller's notices, the newest first; `LAST_ID` and `LAST_TYPE` together ask for the next part."""
    if call.params.has("LAST_ID") is not call.params.has("LAST_TYPE"):
        raise ApiError("LAST_ID_AND_LAST_TYPE", "Parameters LAST_ID and LAST_TYPE should be used together.")
    if call.params.has("LAST_ID") and call.params.integer("LAST_ID") is None:
        raise ApiError("LAST_ID_STRING", "Last notification ID can't be string")
    mine = sorted(
        (row for row in call.state.notifications if row["USER_ID"] == call.actor.user_id),
        key=lambda row: (row["CREATED"], row["ID"]),
        reverse=True,
    )
    last = call.params.integer("LAST_ID")
    following = [row for row in mine if last is None or row["ID"] < last]
    page = following[: min(call.params.integer("LIMIT") or _MOST, _MOST)]
    authors = dict.fromkeys(row["AUTHOR_ID"] for row in page if row["KIND"] == "personal")
    lists = {"notifications": [_printed(row) for row in page], "users": [_user(call, each) for each in authors]}
    counters = {"total_count": len(mine), "total_unread_count": len(mine), "chat_id": _chat_of(call.actor.user_id)}
    return Answer(counters | lists if mine else lists)


def _printed(row: Row) -> dict[str, Any]:
    return {
        "id": row["ID"], "chat_id": _chat_of(row["USER_ID"]), "date": moments.print_moment(row["CREATED"]),
        "author_id": row["AUTHOR_ID"] if row["KIND"] == "personal" else 0, "notify_type": _TYPES[row["KIND"]],
        "notify_module": "rest", "notify_event": "rest_notify", "notify_tag": row["TAG"], "notify_sub_tag": "",
        "notify_title": "", "setting_name": "rest|rest_notify", "text": row["MESSAGE"], "notify_read": "N",
        "params": None,
    }  # fmt: skip


def _user(call: Call, user_id: int) -> dict[str, Any]:
    row = call.state.users.rows[user_id]
    names = {"first_name": row["NAME"], "last_name": row["LAST_NAME"], "email": row["EMAIL"]}
    more = {"name": f"{row['NAME']} {row['LAST_NAME']}", "departments": row["UF_DEPARTMENT"], "type": "user"}
    return {"id": user_id, "active": row["ACTIVE"] == "Y", "bot": False} | names | more


def _chat_of(user_id: int) -> int:
    return 70 + user_id


def _replace(call: Call, row: Row) -> None:
    if not row["TAG"]:
        return
    earlier = [
        each["ID"]
        for each in call.state.notifications
        if (each["USER_ID"], each["TAG"]) == (row["USER_ID"], row["TAG"])
    ]
    for notification_id in earlier:
        call.state.notifications.delete(notification_id)


METHODS = (
    Method("im.notify.get", notices, scopes=("im",)),
    Method("im.notify.system.add", partial(notify, "system"), scopes=("im",), write=True),
    Method("im.notify.personal.add", partial(notify, "personal"), scopes=("im",), write=True),
)
