"""Who calls: webhooks, their secrets, and what each lets its owner do."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from sandbox.systems.bitrix24.calls import Actor, Method
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.state import State
from sandbox.systems.bitrix24.wire.errors import ApiError, access_denied, no_auth
from sandbox.systems.bitrix24.wire.requests import Route, whole

ALL_SCOPES = frozenset({"crm", "task", "im", "user", "department", "catalog", "sale"})


def secret(company: str, person: str) -> str:
    """Return the code of a person's webhook: always the same for one company and person."""
    return hashlib.sha256(f"{company}/bitrix24/{person}".encode()).hexdigest()[:16]


def by_person(state: State, person: str) -> Row:
    """Return the user who is known to the sandbox by this word; raise KeyError when there is none."""
    for row in state.users:
        if row["PERSON"] == person:
            return row
    raise KeyError(person)


def authenticate(state: State, company: str, route: Route, webhooks: Mapping[str, Any]) -> Actor:
    """Return whose webhook was called; refuse a wrong code."""
    user = state.users.get(whole(route.user))
    if user is None or not hmac.compare_digest(secret(company, user["PERSON"]), route.secret):
        raise no_auth()
    narrowed = webhooks.get(user["PERSON"], {})
    return Actor(
        user["ID"],
        user["PERSON"],
        admin=user["ADMIN"],
        scopes=frozenset(narrowed.get("scopes", ALL_SCOPES)),
        own_rows_only=narrowed.get("own_rows_only", False),
        read_only=narrowed.get("read_only", False),
    )


def permit(method: Method, actor: Actor, scope_status: int) -> None:
    """Refuse a method for which the webhook lacks the scope or its owner the rights."""
    if method.scopes and not actor.scopes.intersection(method.scopes):
        described = "The request requires higher privileges than provided by the webhook token"
        raise ApiError("insufficient_scope", described, scope_status, system=True)
    if (method.admin and not actor.admin) or (method.write and actor.read_only):
        raise method.denial or access_denied()
