"""Funnels, stages and other directories of the CRM, and the history of stages."""

from __future__ import annotations

from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.crm import entities, stages
from sandbox.systems.bitrix24.crm.objects import DEAL, LEAD, ObjectType
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field, by_name, field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire.errors import missing_parameter, unsupported_type

_STATUS_FIELDS = by_name(
    [
        field("ID", "integer"),
        field("ENTITY_ID"),
        field("STATUS_ID"),
        field("NAME"),
        field("NAME_INIT"),
        field("SORT", "integer"),
        field("SYSTEM", "char"),
        field("CATEGORY_ID", "integer"),
        field("COLOR"),
        field("SEMANTICS"),
    ]
)


def _history_fields(kind: ObjectType) -> dict[str, Field]:
    common = [
        field("ID", "integer"),
        field("TYPE_ID", "integer"),
        field("OWNER_ID", "integer"),
        field("CREATED_TIME", "datetime"),
    ]
    own = [field("CATEGORY_ID", "integer", empty=0)] if kind is DEAL else []
    return dict(by_name([*common, *own, field(kind.semantics), field(kind.stage)]))


_HISTORY_FIELDS = {kind.type_id: _history_fields(kind) for kind in (LEAD, DEAL)}


def category_list(call: Call) -> Rows:
    """List the funnels of deals; no other object here has any."""
    if not call.params.has("entityTypeId"):
        raise missing_parameter("entityTypeId")
    if entities.object_type(call.params.integer("entityTypeId")) is not DEAL:
        raise unsupported_type()
    return Rows(list(call.state.categories), "categories", len(call.state.categories))


def status_list(call: Call) -> Rows:
    """List entries of directories, all at once."""
    page = lists.read(call, call.state.statuses, Listing(Dialect(_STATUS_FIELDS), paged=False))
    return Rows([_status(row) for row in page.rows], "", page.total)


def status_entity_types(call: Call) -> Answer:
    """List the directories themselves."""
    plain: list[dict[str, Any]] = []
    for directory, name in stages.DIRECTORY_NAMES.items():
        leads = {"SEMANTIC_INFO": _semantic_info("NEW", "CONVERTED", "JUNK"), "ENTITY_TYPE_ID": LEAD.type_id}
        plain.append({"ID": directory, "NAME": name} | (leads if directory == "STATUS" else {}))
    return Answer(plain + [_funnel_directory(call, category) for category in call.state.categories])


def stage_history(call: Call) -> Rows:
    """List moves of stages; upper-case names, numbers as numbers."""
    if not call.params.has("entityTypeId"):
        raise missing_parameter("entityTypeId")
    kind = entities.object_type(call.params.integer("entityTypeId"))
    if kind.type_id not in _HISTORY_FIELDS:
        raise unsupported_type()
    names = _HISTORY_FIELDS[kind.type_id]
    listing = Listing(
        Dialect(names, offsets=call.switches["offsets_in_filters"]), visible=lambda row: _shown(call, kind, row)
    )
    page = lists.read(call, call.state.histories[kind.type_id], listing)
    select = [name for name in call.params.words("select") if name in names] or list(names)
    return Rows(
        [{name: names[name].number(row) for name in select} for row in page.rows], "items", page.total, page.next
    )


def _shown(call: Call, kind: ObjectType, row: Row) -> bool:
    """Leave out what the caller may not see and, unless switched, what a deal did in another funnel."""
    owner = call.state.objects[kind.type_id].rows[row["OWNER_ID"]]
    if kind is DEAL and call.switches["history_of_present_funnel_only"] and row["CATEGORY_ID"] != owner["CATEGORY_ID"]:
        return False
    return entities.visible(call.actor, owner)


def _status(row: Row) -> dict[str, Any]:
    printed = {name: each.text(row) for name, each in _STATUS_FIELDS.items()}
    return printed | ({"EXTRA": row["EXTRA"]} if row["EXTRA"] else {})


def _funnel_directory(call: Call, category: dict[str, Any]) -> dict[str, Any]:
    number = category["id"]
    codes = dict.fromkeys("PSF", "")
    for code, stage in call.state.stages[DEAL.type_id].items():
        if stage.category == number and not codes[stage.semantics]:
            codes[stage.semantics] = code
    printed: dict[str, Any] = {
        "ID": stages.stage_directory(number),
        "NAME": f"{category['name']}: стадии сделки",
        "SEMANTIC_INFO": _semantic_info(codes["P"], codes["S"], codes["F"]),
        "FIELD_ATTRIBUTE_SCOPE": f"category_{number}" if number else "",
        "ENTITY_TYPE_ID": DEAL.type_id,
        "CATEGORY_ID": str(number) if number else 0,
    }
    return printed | ({"PREFIX": f"C{number}", "PARENT_ID": "DEAL_STAGE"} if number else {})


def _semantic_info(start: str, success: str, failure: str) -> dict[str, Any]:
    return {"START_FIELD": start, "FINAL_SUCCESS_FIELD": success, "FINAL_UNSUCCESS_FIELD": failure, "FINAL_SORT": 0}


def currency_list(call: Call) -> Rows:
    """List the currencies; `total` is always 0."""
    return Rows(list(call.state.currencies), "", 0)


METHODS = (
    Method("crm.category.list", category_list, scopes=("crm",)),
    Method("crm.currency.list", currency_list, scopes=("crm",)),
    Method("crm.status.list", status_list, scopes=("crm",)),
    Method("crm.status.entity.types", status_entity_types, scopes=("crm",)),
    Method("crm.stagehistory.list", stage_history, scopes=("crm",)),
)
