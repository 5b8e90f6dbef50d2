"""Notices to employees: `im.notify.*`. A notice with the tag of an earlier one takes its place."""

from __future__ import annotations

from functools import partial

from sandbox.systems.bitrix24.calls import Answer, Call, Method
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire.errors import ApiError


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
    tag = f"{params.get('CLIENT_ID')}|{params.get('TAG')}" if params.has("TAG") else ""
    row = {"KIND": kind, "USER_ID": params.integer("USER_ID"), "MESSAGE": str(params.get("MESSAGE")), "TAG": tag}
    _replace(call, row)
    return Answer(call.state.notifications.add(row | {"CREATED": call.now, "AUTHOR_ID": call.actor.user_id})["ID"])


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
    Method("im.notify.system.add", partial(notify, "system"), scopes=("im",), write=True),
    Method("im.notify.personal.add", partial(notify, "personal"), scopes=("im",), write=True),
)
