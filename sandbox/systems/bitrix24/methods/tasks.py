"""Tasks: `tasks.task.*` of REST v2. Requests are upper-case, answers camelCase; codes of refusals are a mixture."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import tasks
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire.errors import ApiError, missing_parameter

_OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_NOT_ALLOWED = ApiError("0", "Действие над задачей не разрешено")
_BAD_ORDER = ApiError("0", "Invalid sorting key (internal error)")


def task_list(call: Call) -> Rows:
    """List tasks that the caller may see, the newest first; the real status is filtered by `REAL_STATUS`."""
    names = {**tasks.FIELDS, "REAL_STATUS": tasks.FIELDS["STATUS"]}
    if not call.switches["tasks_filtered_by_external_id"]:
        del names["XML_ID"]
    special = {"STATUS": tasks.has_status(call.now)}
    dialect = Dialect(names, operators=_OPERATORS, special=special, offsets=call.switches["offsets_in_filters"])
    listing = Listing(dialect, visible=lambda row: tasks.visible(call.state, call.actor, row), order_error=_BAD_ORDER)
    order = call.params.mapping("order") or {"ID": "DESC"}
    page = lists.read(call, call.state.tasks, listing, order=order)
    select = call.params.words("select")
    return Rows([tasks.printed(call.state, row, call.now, select) for row in page.rows], "tasks", page.total, page.next)


def task_get(call: Call) -> Answer:
    """Return one task; an empty list when there is none or it is not for this person."""
    row = call.state.tasks.get(_task_id(call))
    if row is None or not tasks.visible(call.state, call.actor, row):
        return Answer([])
    return Answer({"task": tasks.printed(call.state, row, call.now, call.params.words("select"))})


def task_add(call: Call) -> Answer:
    """Make a task."""
    written = call.params.mapping("fields")
    if not written:
        raise missing_parameter("fields")
    changes = _parsed(call, written)
    if not changes.get("TITLE"):
        raise ApiError("ERROR_CORE", "Не указано название задачи<br>")
    if not changes.get("RESPONSIBLE_ID"):
        raise ApiError("ERROR_CORE", "Не указан ответственный<br>")
    return _answer(call, tasks.add(call, changes))


def task_update(call: Call) -> Answer:
    """Change a task."""
    row = _found(call)
    tasks.change(call, row, _parsed(call, call.params.mapping("fields")))
    return _answer(call, row)


def task_complete(call: Call) -> Answer:
    """Complete a task; one that is completed already refuses."""
    row = _found(call)
    if row["STATUS"] == tasks.COMPLETED:
        raise _NOT_ALLOWED
    tasks.change(call, row, {"STATUS": tasks.COMPLETED})
    return _answer(call, row)


def task_delete(call: Call) -> Answer:
    """Delete a task."""
    call.state.tasks.delete(_found(call)["ID"])
    return Answer({"task": True})


def _answer(call: Call, row: Row) -> Answer:
    return Answer({"task": tasks.printed(call.state, row, call.now)})


def _task_id(call: Call) -> int:
    if not call.params.has("taskId"):
        raise ApiError("100", "CTaskItem All parameters in the constructor must have real class type (internal error)")
    task_id = call.params.integer("taskId")
    if task_id is None:
        raise ApiError("0", "wrong task id")
    return task_id


def _found(call: Call) -> Row:
    row = call.state.tasks.get(_task_id(call))
    if row is None or not tasks.visible(call.state, call.actor, row):
        raise _NOT_ALLOWED
    return row


def _parsed(call: Call, written: dict[str, Any]) -> Row:
    changes: Row = {}
    for name, raw in written.items():
        field = tasks.FIELDS.get(name)
        if field is None or field.read_only:
            continue
        try:
            changes[name] = field.parse(raw)
        except ValueError:
            raise ApiError("ERROR_CORE", f"Неверное значение поля {name}<br>") from None
    if changes.get("STATUS", tasks.WAITING) not in tasks.STATUSES:
        raise ApiError("ERROR_CORE", "Неверный статус<br>")
    if changes.get("RESPONSIBLE_ID") and call.state.users.get(changes["RESPONSIBLE_ID"]) is None:
        raise ApiError("ERROR_CORE", "Пользователь, указанный в поле «Ответственный», не найден<br>")
    return changes


METHODS = (
    Method("tasks.task.list", task_list, scopes=("task",)),
    Method("tasks.task.get", task_get, scopes=("task",)),
    Method("tasks.task.add", task_add, scopes=("task",), write=True),
    Method("tasks.task.update", task_update, scopes=("task",), write=True),
    Method("tasks.task.complete", task_complete, scopes=("task",), write=True),
    Method("tasks.task.delete", task_delete, scopes=("task",), write=True),
)
