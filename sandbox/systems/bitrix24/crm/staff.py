"""The company's people as the portal's employees, in the departments in which such companies put them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State

WORKER, OWNER, HEAD = "worker", "owner", "head"
_ADMINISTRATORS = {WORKER, OWNER}
COMPANY, SALES, SERVICE, STORE = 1, 2, 3, 4
"""Ids of the departments: the company itself, and under it the others."""
_DEPARTMENTS = {WORKER: COMPANY, OWNER: COMPANY, "accountant": COMPANY, "master": SERVICE, "warehouse": STORE}
"""Where people work; the others sell."""
_UNDER_COMPANY = ((SALES, "Отдел продаж", HEAD), (SERVICE, "Сервис", ""), (STORE, "Склад", ""))
"""Departments with their heads; the small ones are led by the head of the company."""


def build(state: State, config: Mapping[str, Any], now: int) -> None:
    """Make the employees in the YAML's order, so that the worker is the first, and the departments they belong to."""
    for person, described in config["people"].items():
        first_name, _, last_name = described["name"].partition(" ")
        department = _DEPARTMENTS.get(person, SALES)
        admin = person in _ADMINISTRATORS
        add(
            state, first_name, last_name, described["email"], person=person, admin=admin, department=department, now=now
        )
    users = {row["PERSON"]: row["ID"] for row in state.users}
    title = str(config.get("title", "Компания"))
    state.departments.add({"NAME": title, "SORT": 100} | _headed_by(users.get(OWNER)))
    for number, name, head in _UNDER_COMPANY:
        row = {"NAME": name, "SORT": 100 * number, "PARENT": COMPANY}
        state.departments.add(row | _headed_by(users.get(head)))


def add(
    state: State,
    first_name: str,
    last_name: str,
    email: str,
    *,
    person: str | None,
    now: int,
    admin: bool = False,
    department: int = SALES,
) -> int:
    """Make an employee and return the id. The sandbox's word for one is the e-mail's local part, unless it is taken."""
    word = person or email.partition("@")[0]
    taken = {row["PERSON"] for row in state.users}
    row: Row = {
        "ACTIVE": "Y", "NAME": first_name, "LAST_NAME": last_name, "EMAIL": email, "DATE_REGISTER": now,
        "TIMESTAMP_X": now, "TIME_ZONE": "", "UF_DEPARTMENT": [department], "ADMIN": admin,
        "PERSON": word if word not in taken else f"{word}-{state.users.first_id}",
    }  # fmt: skip
    return int(state.users.add(row)["ID"])


def _headed_by(user_id: int | None) -> Row:
    return {"UF_HEAD": user_id} if user_id else {}
