"""Employees and departments: `user.get`, `user.current`, `department.get`. Ids are strings, `ACTIVE` is a JSON boolean.

The moment of an employee's last change can be filtered by, but is printed as an empty object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Answer, Call, Method, Rows
from sandbox.systems.bitrix24.data import lists
from sandbox.systems.bitrix24.data.fields import Field, by_name, field
from sandbox.systems.bitrix24.data.filters import Dialect
from sandbox.systems.bitrix24.data.lists import Listing
from sandbox.systems.bitrix24.data.tables import Row

_USER_SCOPES = ("user", "user_basic", "user_brief")
_USER_FIELDS = by_name(
    [
        field("ID", "integer"),
        field("XML_ID"),
        field("ACTIVE", "char"),
        field("NAME", empty_text=""),
        field("LAST_NAME", empty_text=""),
        field("SECOND_NAME", empty_text=""),
        field("EMAIL", empty_text=""),
        field("DATE_REGISTER", "datetime"),
        field("TIMESTAMP_X", "datetime"),
        field("TIME_ZONE", empty_text=""),
        field("WORK_POSITION", empty_text=""),
        field("UF_DEPARTMENT", "integer", multiple=True),
    ]
)
_CONTACT_DATA = {"EMAIL"}
_DEPARTMENT_CONDITIONS = ("ID", "NAME", "PARENT", "UF_HEAD")  # no SORT: under that name comes what to sort by
_DEPARTMENT_FIELDS = by_name(
    [
        field("ID", "integer"),
        field("NAME"),
        field("SORT", "integer"),
        field("PARENT", "integer"),
        field("UF_HEAD", "integer"),
    ]
)


def user_get(call: Call) -> Rows:
    """List employees. `sort` and `order` are words; names that do not exist in `select` are passed over."""
    names = _shown_fields(call)
    sort = str(call.params.get("sort") or "ID").upper()
    direction = str(call.params.get("order") or "ASC")
    page = lists.read(call, call.state.users, Listing(Dialect(_USER_FIELDS)), order={sort: direction})
    select = [name for name in call.params.words("select") if name in names] or list(names)
    return Rows([_user(row, names, select) for row in page.rows], "", page.total, page.next)


def user_current(call: Call) -> Answer:
    """Return the webhook's owner."""
    names = _shown_fields(call)
    return Answer(_user(call.state.users.rows[call.actor.user_id], names, list(names)))


def department_get(call: Call) -> Rows:
    """List departments; the conditions stand among the parameters. `UF_HEAD` is absent where there is no head."""
    conditions = {name: call.params.get(name) for name in _DEPARTMENT_CONDITIONS if call.params.has(name)}
    order = {str(call.params.get("sort") or "ID").upper(): str(call.params.get("order") or "ASC")}
    listing = Listing(Dialect(_DEPARTMENT_FIELDS))
    page = lists.read(call, call.state.departments, listing, conditions=conditions, order=order)
    return Rows([_department(row) for row in page.rows], "", page.total, page.next)


def _shown_fields(call: Call) -> Mapping[str, Field]:
    brief = call.actor.scopes.isdisjoint({"user", "user_basic"})
    return {name: each for name, each in _USER_FIELDS.items() if not (brief and name in _CONTACT_DATA)}


def _user(row: Row, names: Mapping[str, Field], select: list[str]) -> dict[str, Any]:
    printed = {name: names[name].text(row) for name in select}
    special = {"ACTIVE": row["ACTIVE"] == "Y", "UF_DEPARTMENT": row["UF_DEPARTMENT"], "TIMESTAMP_X": {}}
    return printed | {name: value for name, value in special.items() if name in printed}


def _department(row: Row) -> dict[str, Any]:
    printed: dict[str, Any] = {"ID": str(row["ID"]), "NAME": row["NAME"], "SORT": row["SORT"]}
    return printed | {name: str(row[name]) for name in ("PARENT", "UF_HEAD") if row.get(name)}


METHODS = (
    Method("user.get", user_get, scopes=_USER_SCOPES),
    Method("user.current", user_current, scopes=_USER_SCOPES),
    Method("department.get", department_get, scopes=("department",)),
)
