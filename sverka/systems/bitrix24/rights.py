"""What a webhook may do: whose it is, which scopes were ticked for it, what the portal counts money in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.values import ident_or_none, text

SCOPES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "crm": ("crm",),
    "catalog": ("catalog",),
    "user": ("user", "user_basic"),
    "department": ("department",),
    "tasks": ("task",),
    "im": ("im",),
    "sale": ("sale",),
})  # fmt: skip
"""The first word of a method → the scopes any one of which opens it, the usual one first. `user_brief` tells no e-mails."""

FREE = ("profile", "scope", "server")
"""First words of methods that every webhook may call."""


@dataclass(frozen=True)
class Rights:
    """What a webhook may do. currencies: codes, the base one first; none if they may not be read."""

    user_id: str
    user_name: str
    is_admin: bool
    scopes: frozenset[str]
    currencies: tuple[str, ...]


def read_rights(api: PortalApi) -> Rights:
    """Read all of it in one request. Raises SystemTrouble if the portal does not answer or does not tell who we are."""
    answer = api.read({
        "me": Command("profile", {}), "scopes": Command("scope", {}), "currencies": Command("crm.currency.list", {}),
    })  # fmt: skip
    me, scopes = answer.result("me"), answer.result("scopes")
    me = me if isinstance(me, dict) else {}
    return Rights(
        user_id=ident_or_none(me.get("ID")),
        user_name=f"{text(me.get('NAME'))} {text(me.get('LAST_NAME'))}".strip(),
        is_admin=me.get("ADMIN") is True,
        scopes=frozenset(each for each in scopes if isinstance(each, str)) if isinstance(scopes, list) else frozenset(),
        currencies=_currencies(answer.results.get("currencies")),
    )


def _currencies(result: object) -> tuple[str, ...]:
    rows = [row for row in result if isinstance(row, dict)] if isinstance(result, list) else []
    in_order = sorted(rows, key=lambda row: row.get("BASE") != "Y")
    return tuple(text(row.get("CURRENCY")) for row in in_order)
