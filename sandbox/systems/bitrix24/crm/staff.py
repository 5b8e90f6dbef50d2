"""The company's people as the portal's employees, in a tree of two departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State

WORKER, OWNER, HEAD = "worker", "owner", "head"
_ADMINISTRATORS = {WORKER, OWNER}
_AT_THE_TOP = {WORKER, OWNER, "accountant"}
MANAGEMENT, SALES = 1, 2
"""Ids of the departments: Руководство, and under it Продажи."""


def build(state: State, people: Mapping[str, Any], now: int) -> None:
    """Make the employees in the YAML's order, so that the worker is the first, and the departments they belong to."""
    for person, described in people.items():
        first_name, _, last_name = described["name"].partition(" ")
        department = MANAGEMENT if person in _AT_THE_TOP else SALES
        admin = person in _ADMINISTRATORS
        add(
            state, first_name, last_name, described["email"], person=person, admin=admin, department=department, now=now
        )
    heads = {row["PERSON"]: row["ID"] for row in state.users}
    state.departments.add({"NAME": "Руководство", "SORT": 100} | _headed_by(heads.get(OWNER)))
    state.departments.add({"NAME": "Продажи", "SORT": 200, "PARENT": MANAGEMENT} | _headed_by(heads.get(HEAD)))


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
