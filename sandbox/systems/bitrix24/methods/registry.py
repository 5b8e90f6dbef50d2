"""The written list of the portal's methods, by their names in lower case."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.systems.bitrix24.calls import Answer, Call, Method
from sandbox.systems.bitrix24.methods import (
    activities,
    basics,
    catalog,
    classic,
    deal_contacts,
    directories,
    duplicates,
    items,
    notifications,
    order_links,
    people,
    product_rows,
    requisites,
    sale_details,
    sale_orders,
    tasks,
    timeline,
    user_fields,
)

FAMILIES = (
    activities, basics, catalog, classic, deal_contacts, directories, duplicates, items, notifications, order_links,
    people, product_rows, requisites, sale_details, sale_orders, tasks, timeline, user_fields,
)  # fmt: skip


def method_get(call: Call) -> Answer:
    """Tell whether a method exists and whether the webhook may call it; the name must be in lower case."""
    name = str(call.params.get("name") or "")
    method = METHODS.get(name)
    available = method is not None and (not method.scopes or bool(call.actor.scopes.intersection(method.scopes)))
    return Answer({"isExisting": method is not None, "isAvailable": available})


def _indexed(methods: tuple[Method, ...]) -> Mapping[str, Method]:
    index: dict[str, Method] = {}
    for method in methods:
        if method.name.lower() in index:
            raise ValueError(f"two methods are called {method.name}")
        index[method.name.lower()] = method
    return index


METHODS: Mapping[str, Method] = _indexed(
    (*(method for family in FAMILIES for method in family.METHODS), Method("method.get", method_get))
)
