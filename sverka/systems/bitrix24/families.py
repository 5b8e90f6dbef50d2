"""The lists of the portal that we read: which question brings which rows. The orders of the store are read in `shop`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from sverka.domain.rows import DealLine, Row
from sverka.systems.bitrix24 import read, read_work
from sverka.systems.bitrix24.directory import ENTITY_TYPES, Directory
from sverka.systems.bitrix24.question import Dialect, Question
from sverka.systems.bitrix24.walk import PAGE
from sverka.systems.values import Json

T = TypeVar("T")

ACTIVITIES_AGE = timedelta(days=7)
"""How long a completed activity matters: a full reading brings no older ones."""

ALWAYS_WHOLE = frozenset(("departments", "requisites", "users"))
"""Few, and never read by a date: `department.get` knows none, one that `user.get` does not understand looks like "no change", and of
requisites that were never changed `DATE_MODIFY` is empty."""

ACTIVITIES = Dialect(id_field="ID")
COMMENTS = Dialect(id_field="ID", by_offset=True)
TASKS = Dialect(id_field="ID", answers={"ID": "id", "CHANGED_DATE": "changedDate"})
_DEPARTMENTS = Dialect(id_field="ID", sort_key="sort", start_key="START", by_offset=True)
_USERS = Dialect(id_field="ID", filter_key="FILTER", sort_key="sort")
REQUISITES = Dialect(id_field="ID")
_ITEM = "crm.item.list"
_IDS_IN_QUESTION = PAGE - 1
"""One less than a page, so that the page is short and ends the walk."""

_OWNERS_IN_QUESTION = 200
"""The portal parses a command as a form, and PHP reads no more than 1,000 variables of one."""


def questions(family: str, since: datetime | None, directory: Directory) -> list[Question[Row]]:
    """Return what has to be walked for a family of `FAMILIES`. Raises KeyError for another."""
    return FAMILIES[family](since, directory)


def nowhere(family: str, directory: Directory) -> str:
    """Say why a family cannot be asked for at all, "" if it can."""
    if family == "products" and not directory.catalogs:
        return directory.catalog_trouble or "the portal shows no catalogue of products"
    if family == "tasks" and not directory.me:
        return "the portal does not tell whose webhook this is, so that our own tasks cannot be told from others'"
    return ""


def deals_by_id(ids: Sequence[str], directory: Directory) -> list[Question[Row]]:
    """Return the questions for given deals."""
    return [
        _deal_question(f"deals{number}x", directory, None, {"@id": [int(each) for each in group]})
        for number, group in enumerate(groups(ids, _IDS_IN_QUESTION))
    ]


def lines_of(deal_ids: Sequence[str], expected_rows: int) -> list[Question[DealLine]]:
    """Return the questions for the product rows of given deals, of which there will be about `expected_rows`."""
    return [
        Question(
            f"lines{number}x", "crm.item.productrow.list", ("productRows",), read.deal_line,
            filter={"=ownerType": "D", "=ownerId": [int(each) for each in group]}, owner_field="ownerId",
            expected_rows=expected_rows * len(group) // len(deal_ids),
        )
        for number, group in enumerate(groups(deal_ids, _OWNERS_IN_QUESTION))
    ]  # fmt: skip


def groups(ids: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return ids once each, by number, in groups of at most `size`."""
    in_order = sorted(set(ids), key=int)
    return [in_order[start : start + size] for start in range(0, len(in_order), size)]


def _deals(since: datetime | None, directory: Directory) -> list[Question[Row]]:
    return [_deal_question("deals", directory, since, {})]


def _deal_question(
    name: str, directory: Directory, since: datetime | None, narrower: dict[str, object]
) -> Question[Row]:
    custom = tuple(info.name for info in directory.layout["deal"].values())
    return Question(
        name, _ITEM, ("items",), partial(read.deal, layout=directory.layout),
        filter={"isRecurring": "N", **narrower},  # a recurring deal is a template, not a deal
        select=(*read.DEAL_FIELDS, *custom),
        params={"entityTypeId": ENTITY_TYPES["deal"], "useOriginalUfNames": "Y"},
        since=since,
    )  # fmt: skip


def _clients(since: datetime | None, directory: Directory) -> list[Question[Row]]:
    own_entities_apart = {"isMyCompany": "N"}
    return [
        Question(
            kind_of_rows, _ITEM, ("items",), partial(parse, layout=directory.layout), filter=narrower,
            # phones and mails come with `*` only; whether custom fields do too is not documented
            select=("*", *(info.name for info in directory.layout[kind].values())),
            params={"entityTypeId": ENTITY_TYPES[kind], "useOriginalUfNames": "Y"}, since=since, ext_prefix=prefix,
        )
        for kind_of_rows, kind, parse, narrower, prefix in (
            ("companies", "company", read.company, own_entities_apart, "client:"),
            ("contacts", "contact", read.contact, {}, "contact:"),
        )
    ]  # fmt: skip


def _requisites(_since: datetime | None, _directory: Directory) -> list[Question[Row]]:
    """Those of companies; those of the company's own entities come along, and belong to no client."""
    return [
        Question(
            "requisites", "crm.requisite.list", (), read.requisite,
            filter={"ENTITY_TYPE_ID": ENTITY_TYPES["company"], "ACTIVE": "Y"}, select=read.REQUISITE_FIELDS, witness_select=("ID",),
            dialect=REQUISITES, owner_field="ID",
        )
    ]  # fmt: skip


def _products(since: datetime | None, directory: Directory) -> list[Question[Row]]:
    return [
        Question(
            f"products{catalog}x", "catalog.product.list", ("products",), read.product, filter={"iblockId": catalog},
            select=read.PRODUCT_FIELDS, witness_select=("id", "iblockId"), since=since, moved_field="timestampX",
        )
        for catalog in directory.catalogs
    ]  # fmt: skip


def _users(_since: datetime | None, _directory: Directory) -> list[Question[Row]]:
    return [
        Question("users", "user.get", (), read.user, select=read.USER_FIELDS, witness_select=("ID",), dialect=_USERS)
    ]


def _departments(_since: datetime | None, _directory: Directory) -> list[Question[Row]]:
    return [Question("departments", "department.get", (), read.department, witness_select=(), dialect=_DEPARTMENTS)]


def _activities(since: datetime | None, directory: Directory) -> list[Question[Row]]:
    """All that changed since a moment; of all there are, those not completed and those completed lately."""
    if since:
        return [_activity_question("activities", since, {})]
    lately = directory.proof.server_at - ACTIVITIES_AGE
    return [
        _activity_question("activitiesOpen", None, {"COMPLETED": "N"}),
        _activity_question("activitiesDone", lately, {"COMPLETED": "Y"}),
    ]


def _activity_question(name: str, since: datetime | None, narrower: Json) -> Question[Row]:
    return Question(
        name, "crm.activity.list", (), read_work.activity, filter=narrower, select=read_work.ACTIVITY_FIELDS,
        witness_select=("ID",), dialect=ACTIVITIES, since=since, moved_field="LAST_UPDATED", owner_field="ID",
    )  # fmt: skip


def _tasks(since: datetime | None, directory: Directory) -> list[Question[Row]]:
    """Those that the webhook's own user has set: others' are none of our business, and may be a great many."""
    if not directory.me:
        return []
    return [own_tasks(directory.me, read_work.task, since=since)]


def own_tasks(me: str, parse: Callable[[Json], T], *, since: datetime | None = None, bound_to: str = "") -> Question[T]:
    """Return the question for the tasks that a user has set. bound_to: only those of a card, as in `D_71`."""
    narrower = {"UF_CRM_TASK": bound_to} if bound_to else {}
    return Question(
        "tasks", "tasks.task.list", ("tasks",), parse, filter={"CREATED_BY": int(me), **narrower},
        select=read_work.TASK_FIELDS, witness_select=("ID",), dialect=TASKS, since=since, moved_field="CHANGED_DATE",
    )  # fmt: skip


FAMILIES: Mapping[str, Callable[[datetime | None, Directory], list[Question[Row]]]] = MappingProxyType({
    "deals": _deals,
    "clients": _clients,
    "products": _products,
    "requisites": _requisites,
    "users": _users,
    "departments": _departments,
    "activities": _activities,
    "tasks": _tasks,
})  # fmt: skip
