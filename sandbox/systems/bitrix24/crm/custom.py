"""Custom fields: how the YAML's words become `UF_CRM_…` fields, and how a field of this portal is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox.systems.bitrix24.crm.objects import COMPANY, CONTACT, DEAL, LEAD, ObjectType
from sandbox.systems.bitrix24.data.fields import Field
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import moments

OBJECTS_OF_SECTION: Mapping[str, tuple[ObjectType, ...]] = {
    "deal": (DEAL,),
    "client": (COMPANY, CONTACT),
    "company": (COMPANY,),
    "contact": (CONTACT,),
    "lead": (LEAD,),
}
KINDS_OF_TYPE = {
    "enumeration": "enumeration", "boolean": "boolean", "string": "string", "date": "date", "datetime": "datetime",
    "integer": "integer", "double": "double", "money": "amount",
}  # fmt: skip
"""The vendor's type of a custom field → our kind of values."""
_KEYS_OF_BRANCHES = {"branches": "name", "cash_desks": "cash_desk"}
_TYPES_OF_YAML = {"list": "enumeration", "number": "double"}


def build(state: State, config: Mapping[str, Any]) -> None:
    """Make the custom fields that the YAML's section `fields` describes, in its order."""
    for section, fields in config.get("fields", {}).items():
        for kind in OBJECTS_OF_SECTION[section]:
            for key, described in fields.items():
                user_type = _TYPES_OF_YAML.get(described["type"], described["type"])
                options = _options(config, described.get("options", ()))
                multiple = bool(described.get("multiple", False))
                add(
                    state,
                    kind,
                    user_type=user_type,
                    title=described["title"],
                    options=options,
                    multiple=multiple,
                    key=key,
                )


def add(
    state: State,
    kind: ObjectType,
    *,
    user_type: str,
    title: str,
    name: str = "",
    options: Iterable[str] = (),
    multiple: bool = False,
    key: str = "",
) -> int:
    """Make a custom field of one object type and return its id; without a name it gets digits, as the portal gives."""
    numbered = tuple((state.next_option_id + place, text) for place, text in enumerate(options))
    state.next_option_id += len(numbered)
    number = state.user_fields.first_id
    name = name or f"UF_CRM_{1_747_309_500 + 37 * number}"
    row = {"ENTITY_ID": kind.user_field_entity, "FIELD_NAME": name, "USER_TYPE_ID": user_type, "LABEL": title}
    state.user_fields.add(row | {"SORT": 100, "MULTIPLE": "Y" if multiple else "N", "LIST": numbered})
    state.custom[kind.type_id][name] = Field(
        name,
        _camel(name),
        KINDS_OF_TYPE[user_type],
        title,
        multiple=multiple,
        custom=True,
        empty_text="",
        options=numbered,
        key=key,
    )
    return number


def defaults(state: State, kind: ObjectType) -> dict[str, Any]:
    """Return what a new row holds before anybody writes: booleans are no."""
    return {
        name: 0 for name, each in state.custom[kind.type_id].items() if each.kind == "boolean" and not each.multiple
    }


def from_words(state: State, kind: ObjectType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn values by the YAML's keys into what a row keeps: list values come by text, moments aware."""
    by_key = {each.key: each for each in state.custom[kind.type_id].values()}
    return {by_key[key].name: _kept(by_key[key], value) for key, value in values.items() if value is not None}


def _kept(field: Field, value: Any) -> Any:
    if field.multiple:
        return [_kept_one(field, each) for each in value]
    return _kept_one(field, value)


def _kept_one(field: Field, value: Any) -> Any:
    if field.kind == "enumeration":
        return next(number for number, text in field.options if text == value)
    if isinstance(value, datetime):
        second = moments.seconds(value)
        return second if field.kind == "datetime" else moments.day_of(second)
    return field.parse(value.isoformat() if isinstance(value, date) else value)


def _options(config: Mapping[str, Any], options: Any) -> list[str]:
    """Return a list's options; a word stands for names that the branches of the company have."""
    if isinstance(options, str):
        return [each[_KEYS_OF_BRANCHES[options]] for each in config["branches"]]
    return [str(each) for each in options]


def _camel(name: str) -> str:
    tail = name.removeprefix("UF_CRM_")
    if re.search(r"\d", tail):
        return f"ufCrm_{tail}"
    return "ufCrm" + "".join(word.capitalize() for word in tail.lower().split("_"))
