"""What we ask of people and note for them: to-dos and comments in cards, tasks, notices."""

from __future__ import annotations

from typing import Any

from sverka.domain.actions import Payload
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.families import ACTIVITIES, COMMENTS, own_tasks
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.read_work import OWNER_TYPES, TO_DO, deal_binding, is_done
from sverka.systems.bitrix24.walk import read_whole
from sverka.systems.bitrix24.writing.aims import Aim, Unfit, the_one
from sverka.systems.bitrix24.writing.creations import Creation, named
from sverka.systems.errors import NotFound
from sverka.systems.values import BadValueError, Json, flag, ident, text

_CARD_TYPES = {"deal": "deal", "contact": "contact", "client": "company"}
"""Our word for a card → the portal's."""

_OUR_NAME = "sverka"
"""What a webhook must call itself for the portal to heed the tags of its notices."""


def todo_complete(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {todo}. One that is gone needs nothing."""
    number = payload["todo"]
    search = {"filter": {"ID": int(number)}, "select": ["ID", "COMPLETED"], "order": {"ID": "ASC"}, "start": -1}

    def missing(answer: BatchAnswer) -> list[Command]:
        try:
            stands = flag(the_one(answer.result("todo"), "", "ID", number, "crm.activity.list").get("COMPLETED"))
        except NotFound:
            stands = True
        return [] if stands else [Command("crm.activity.update", {"id": int(number), "fields": {"COMPLETED": "Y"}})]

    return Aim({"todo": Command("crm.activity.list", search)}, missing)


def task_complete(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {task}. One that is gone needs nothing."""
    number = int(payload["task"])

    def missing(answer: BatchAnswer) -> list[Command]:
        result = answer.result("task")
        task = result.get("task") if isinstance(result, dict) else None  # a task that is gone comes as an empty list
        return [] if not task or is_done(task) else [Command("tasks.task.complete", {"taskId": number})]

    return Aim({"task": Command("tasks.task.get", {"taskId": number, "select": ["ID", "STATUS"]})}, missing)


def _todo_command(payload: Payload, _directory: Directory) -> Command:
    kind, _, number = payload["owner"].partition(":")
    responsible = {"responsibleId": int(payload["responsible"])} if payload["responsible"] else {}
    owner = {"ownerTypeId": OWNER_TYPES[kind], "ownerId": int(number)}
    words = {"title": payload["title"], "description": f"{payload['text']}\n{_in_parentheses(payload)}".strip()}
    return Command("crm.activity.todo.add", {**owner, "deadline": payload["deadline"], **words, **responsible})


def _todo_bearers(api: PortalApi, payload: Payload, _directory: Directory) -> list[str]:
    kind, _, number = payload["owner"].partition(":")
    wanted = {"OWNER_TYPE_ID": str(OWNER_TYPES[kind]), "OWNER_ID": number, "PROVIDER_ID": TO_DO}

    def bearer(raw: Json) -> tuple[str, bool]:
        is_among = all(text(raw.get(name)) == value for name, value in wanted.items())
        return ident(raw.get("ID")), is_among and _in_parentheses(payload) in text(raw.get("DESCRIPTION"))

    question = Question(
        "todos", "crm.activity.list", (), bearer, filter=wanted, select=("ID", "DESCRIPTION", *wanted),
        witness_select=("ID",), dialect=ACTIVITIES,
    )  # fmt: skip
    return [ext_id for ext_id, bears in read_whole(api, question) if bears]


def _comment_command(payload: Payload, _directory: Directory) -> Command:
    words = f"{payload['text']}\n{_in_parentheses(payload)}"
    return Command("crm.timeline.comment.add", {"fields": {**_card(payload), "COMMENT": words}})


def _comment_bearers(api: PortalApi, payload: Payload, _directory: Directory) -> list[str]:
    """Read all comments of the card and compare their ends: the list can be narrowed to a card and no further."""

    def bearer(raw: Json) -> tuple[str, bool]:
        return ident(raw.get("ID")), text(raw.get("COMMENT")).endswith(_in_parentheses(payload))

    question = Question(
        "comments", "crm.timeline.comment.list", (), bearer, filter=_card(payload), select=("ID", "COMMENT"), witness_select=("ID",),
        dialect=COMMENTS,
    )  # fmt: skip
    return [ext_id for ext_id, bears in read_whole(api, question) if bears]


def _card(payload: Payload) -> dict[str, Any]:
    kind, _, number = payload["card"].partition(":")
    return {"ENTITY_TYPE": _CARD_TYPES[kind], "ENTITY_ID": int(number)}


def _in_parentheses(payload: Payload) -> str:
    return f"({payload['mark']})"


def _task_command(payload: Payload, _directory: Directory) -> Command:
    optional: dict[str, Any] = {
        "DEADLINE": payload["deadline"],
        "UF_CRM_TASK": [deal_binding(payload["deal"])] if payload["deal"] else [],
    }
    fields = {
        "TITLE": payload["title"],
        "DESCRIPTION": payload["text"],
        "RESPONSIBLE_ID": payload["responsible"],
        "XML_ID": payload["mark"],
        "TASK_CONTROL": "N",  # nobody of ours would look at a result
        **{name: value for name, value in optional.items() if value},
    }
    return Command("tasks.task.add", {"fields": fields})


def _task_bearers(api: PortalApi, payload: Payload, directory: Directory) -> list[str]:
    """Read our own tasks of the deal and compare their marks: to filter by the mark is not documented."""
    if not directory.me:
        raise BadValueError("the portal does not tell whose webhook this is, so that our own tasks are not known")
    bound_to = deal_binding(payload["deal"]) if payload["deal"] else ""

    def bearer(raw: Json) -> tuple[str, str]:
        return ident(raw.get("id")), text(raw.get("xmlId"))

    found = read_whole(api, own_tasks(directory.me, bearer, bound_to=bound_to))
    return [ext_id for ext_id, mark in found if mark == payload["mark"]]


def _notice_command(payload: Payload, _directory: Directory) -> Command:
    words = {"USER_ID": int(payload["user"]), "MESSAGE": payload["text"]}
    return Command("im.notify.personal.add", {**words, "TAG": payload["tag"], "CLIENT_ID": _OUR_NAME})


def _notice_made(result: Any) -> str:
    if result is False:
        raise Unfit("the portal did not make the notice")
    return named(result)


def _no_bearers(_api: PortalApi, _payload: Payload, _directory: Directory) -> list[str]:
    """No list shows notices; a second one with the same tag takes the place of the first, so a repeat harms nobody."""
    return []


TODO_CREATION = Creation(_todo_command, lambda result: named(result, "id"), _todo_bearers)
COMMENT_CREATION = Creation(_comment_command, named, _comment_bearers)
TASK_CREATION = Creation(_task_command, lambda result: named(result, "task", "id"), _task_bearers)
NOTICE_CREATION = Creation(_notice_command, _notice_made, _no_bearers)
