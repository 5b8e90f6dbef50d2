"""Settings of custom fields: `crm.{object}.userfield.list` and `.add`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Handler, Method, Rows
from sandbox.systems.bitrix24.crm import custom
from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT, DEAL, ObjectType
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import by_name, field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.errors import ApiError

_FIELDS = by_name(
    [
        field("ID", "integer"),
        field("ENTITY_ID"),
        field("FIELD_NAME"),
        field("USER_TYPE_ID"),
        field("XML_ID"),
        field("SORT", "integer"),
        field("MULTIPLE", "char"),
        field("MANDATORY", "char", empty_text="N"),
        field("SHOW_FILTER", "char", empty_text="N"),
        field("SHOW_IN_LIST", "char", empty_text="Y"),
        field("EDIT_IN_LIST", "char", empty_text="Y"),
        field("IS_SEARCHABLE", "char", empty_text="N"),
    ]
)
_LABELS = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL")
_PREFIX, _LONGEST_NAME = "UF_CRM_", 50


def field_list(kind: ObjectType, call: Call) -> Rows:
    """List the custom fields of a type; what people see them called comes only with `LANG` in the filter."""
    conditions = call.params.mapping("filter")
    labelled = bool(conditions.get("LANG"))
    pool = [row for row in call.state.user_fields if row["ENTITY_ID"] == kind.user_field_entity]
    page = lists.read(call, call.state.user_fields, Listing(Dialect(_FIELDS), pool=pool, paged=False))
    return Rows([_printed(row, labelled=labelled) for row in page.rows], "", page.total)


def field_add(kind: ObjectType, call: Call) -> Answer:
    """Make a custom field and return its id."""
    written = call.params.mapping("fields")
    for required in ("USER_TYPE_ID", "FIELD_NAME"):
        if not written.get(required):
            raise ApiError("", f"The '{required}' field is not found.")
    user_type = str(written["USER_TYPE_ID"])
    if user_type not in custom.KINDS_OF_TYPE:
        raise ApiError("ERROR_CORE", "Incorrect custom type specified.")
    name = _name(call, kind, str(written["FIELD_NAME"]))
    options = [
        text for option in php.as_list(written.get("LIST")) if (text := str(php.as_map(option).get("VALUE") or ""))
    ]
    multiple = str(written.get("MULTIPLE")).upper() == "Y"
    number = custom.add(
        call.state,
        kind,
        user_type=user_type,
        title=_title(written) or name,
        name=name,
        options=options,
        multiple=multiple,
    )
    return Answer(number)


def _name(call: Call, kind: ObjectType, written: str) -> str:
    name = _PREFIX + written.upper().removeprefix(_PREFIX).removeprefix("UF_")
    if len(name) > _LONGEST_NAME:
        raise ApiError("ERROR_CORE", "Field name is too long (more than 50 characters).")
    if not re.fullmatch(r"[A-Z0-9_]+", name):
        raise ApiError("ERROR_CORE", "Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.")
    if name in call.state.custom[kind.type_id]:
        raise ApiError("ERROR_CORE", f"Field {name} for entity {kind.user_field_entity} already exists.")
    return name


def _title(written: dict[str, Any]) -> str:
    for key in ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LABEL"):
        label = written.get(key)
        if isinstance(label, dict):
            label = label.get("ru") or next(iter(label.values()), "")
        if label:
            return str(label)
    return ""


def _printed(row: Row, *, labelled: bool) -> dict[str, Any]:
    printed: dict[str, Any] = {name: each.text(row) for name, each in _FIELDS.items()} | {"SETTINGS": []}
    if labelled:
        printed |= dict.fromkeys(_LABELS, row["LABEL"]) | {"ERROR_MESSAGE": None, "HELP_MESSAGE": None}
    if row["USER_TYPE_ID"] == "enumeration":
        printed["LIST"] = [
            {"ID": str(number), "SORT": str(10 * place), "VALUE": text, "DEF": "N", "XML_ID": ""}
            for place, (number, text) in enumerate(row["LIST"], 1)
        ]
    return printed


def _methods_of(kind: ObjectType) -> tuple[Method, ...]:
    handlers: tuple[tuple[str, Callable[[ObjectType, Call], Answer | Rows], bool], ...] = (
        ("list", field_list, False),
        ("add", field_add, True),
    )
    made = []
    for name, handler, write in handlers:
        bound: Handler = partial(handler, kind)
        made.append(Method(f"crm.{kind.word}.userfield.{name}", bound, scopes=("crm",), write=write, admin=write))
    return tuple(made)


METHODS = tuple(method for kind in (DEAL, CONTACT, COMPANY) for method in _methods_of(kind))
