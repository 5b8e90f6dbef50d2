"""Phones and e-mails of leads, contacts and companies, in the two dialects in which the portal reads and prints them.

A row keeps them under `FM` as a list of {ID, TYPE_ID, VALUE_TYPE, VALUE}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire import php
from sandbox.systems.bitrix24.wire.requests import whole

TYPES = ("PHONE", "EMAIL")
_ALIASES = {"PHONE": ("WORK", "MOBILE", "MAILING"), "EMAIL": ("WORK", "HOME", "MAILING")}

Entry = dict[str, Any]


def entry(state: State, type_id: str, value: str, value_type: str = "WORK") -> Entry:
    """Make a phone or an e-mail with an id of its own."""
    state.next_communication_id += 1
    return {"ID": state.next_communication_id - 1, "TYPE_ID": type_id, "VALUE_TYPE": value_type, "VALUE": value}


def edited(state: State, row: Row, raw: Any, *, new: bool) -> list[Entry]:
    """Apply the universal `fm`: keys `n0`, `n1` add, an id changes, an id with an empty value deletes.

    Elements without `typeId` do nothing. For a new row every element adds.
    """
    entries = [dict(each) for each in row.get("FM", [])]
    for key, element in php.as_map(raw).items():
        change = php.as_map(element)
        if change.get("typeId") not in TYPES:
            continue
        written = {"VALUE": str(change.get("value") or ""), "VALUE_TYPE": change.get("valueType")}
        if new or not key.isdecimal():
            entries += _added(state, str(change["typeId"]), written)
        else:
            entries = _changed(entries, int(key), written)
    return entries


def edited_classic(state: State, row: Row, fields: Mapping[str, Any]) -> list[Entry]:
    """Apply the classic `PHONE` and `EMAIL`: with `ID` changes or deletes, without adds. Entries not named stay."""
    entries = [dict(each) for each in row.get("FM", [])]
    for type_id in TYPES:
        for element in map(php.as_map, php.as_list(fields.get(type_id))):
            written = {"VALUE": str(element.get("VALUE") or ""), "VALUE_TYPE": element.get("VALUE_TYPE")}
            number = whole(element.get("ID"))
            if number is None:
                entries += _added(state, type_id, written)
            else:
                removed = str(element.get("DELETE")).upper() == "Y"
                entries = _changed(entries, number, written | ({"VALUE": ""} if removed else {}))
    return entries


def flags(entries: list[Entry]) -> Row:
    """Return what the row says of its phones and e-mails."""
    present = {each["TYPE_ID"] for each in entries}
    return {"FM": entries, "HAS_PHONE": _flag(present, "PHONE"), "HAS_EMAIL": _flag(present, "EMAIL")}


def universal(row: Row) -> dict[str, Any]:
    """Print `fm` and its aliases, each the first value of its kind."""
    entries = row.get("FM", [])
    names = {"ID": "id", "TYPE_ID": "typeId", "VALUE_TYPE": "valueType", "VALUE": "value"}
    printed: dict[str, Any] = {}
    for type_id, value_types in _ALIASES.items():
        printed[type_id.lower()] = _first(entries, type_id)
        for value_type in value_types:
            printed[type_id.lower() + value_type.capitalize()] = _first(entries, type_id, value_type)
    return printed | {"fm": [{names[key]: value for key, value in each.items()} for each in entries]}


def classic(row: Row, type_id: str) -> list[dict[str, str]]:
    """Print the classic array of one type."""
    keys = ("ID", "VALUE_TYPE", "VALUE", "TYPE_ID")
    return [{key: str(each[key]) for key in keys} for each in row.get("FM", []) if each["TYPE_ID"] == type_id]


def holds(type_id: str) -> Callable[[Any], Callable[[Row], bool]]:
    """Make the classic filter by phone or e-mail: exact values only."""

    def asked(raw: Any) -> Callable[[Row], bool]:
        wanted = {str(value) for value in php.as_list(raw)}
        return lambda row: any(each["TYPE_ID"] == type_id and each["VALUE"] in wanted for each in row.get("FM", []))

    return asked


def comparable(type_id: str, value: Any) -> str:
    """Reduce a value to what duplicates are compared by: digits without an extension, or a lower-case address."""
    if type_id == "EMAIL":
        return str(value).strip().lower()
    return re.sub(r"\D", "", re.split(r"доб|ext|[;,#]", str(value), maxsplit=1)[0])


def _added(state: State, type_id: str, written: Entry) -> list[Entry]:
    return [entry(state, type_id, written["VALUE"], written["VALUE_TYPE"] or "WORK")] if written["VALUE"] else []


def _changed(entries: list[Entry], entry_id: int, written: Entry) -> list[Entry]:
    if not written["VALUE"]:
        return [each for each in entries if each["ID"] != entry_id]
    known = {key: value for key, value in written.items() if value}
    return [each | known if each["ID"] == entry_id else each for each in entries]


def _first(entries: list[Entry], type_id: str, value_type: str = "") -> str:
    fitting = (e["VALUE"] for e in entries if e["TYPE_ID"] == type_id and value_type in {"", e["VALUE_TYPE"]})
    return next(fitting, "")


def _flag(present: set[str], type_id: str) -> str:
    return "Y" if type_id in present else "N"
