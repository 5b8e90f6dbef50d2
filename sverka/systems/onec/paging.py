"""Whole lists from 1C: a thousand objects a page, in an order of 1C's own, counted afterwards.

`$orderby=Ref_Key` sorts by how objects are shown, not by their keys: it stands still, but nothing can be told from it. So no key may come
twice over all pages, and 1C's own count must equal ours; else the list is read once more, and then called incomplete. 1C cuts no page by
itself, and skips what a page leaves out by reading it, so what grows without end is asked for by windows of `Date`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sverka.systems.onec.client import OnecApi
from sverka.systems.onec.query import by_keys
from sverka.systems.values import Json

PAGE = 1000
_TRIES = 2


@dataclass(frozen=True)
class Ask:
    """What is asked for. condition: a filter, "" for all; order: fields, in which no two objects are equal."""

    resource: str
    select: str
    condition: str = ""
    order: str = "Ref_Key"


@dataclass(frozen=True)
class Listing:
    """What a list held. trouble: why it is not whole, "" if it is. server_at: 1C's time at the start."""

    rows: tuple[Json, ...]
    trouble: str
    server_at: datetime


def read_list(api: OnecApi, ask: Ask) -> Listing:
    """Read all that is asked for. Raises SystemTrouble."""
    listing = _read_once(api, ask)
    for _ in range(_TRIES - 1):
        if not listing.trouble:
            break
        again = _read_once(api, ask)
        listing = Listing(again.rows, again.trouble, listing.server_at)
    return listing


def read_lists(api: OnecApi, asks: Sequence[Ask]) -> Listing:
    """Read lists that share no object as one. Raises SystemTrouble."""
    found = [read_list(api, ask) for ask in asks]
    rows = tuple(row for each in found for row in each.rows)
    return Listing(rows, "; ".join(each.trouble for each in found if each.trouble), found[0].server_at)


def fetch(api: OnecApi, resource: str, keys: Iterable[str], select: str, name: str = "Ref_Key") -> tuple[Json, ...]:
    """Read the objects whose field holds one of the keys, as many as there are. select: "" for all fields. Raises SystemTrouble."""
    chosen = {"$select": select} if select else {}
    return tuple(row for options in by_keys(name, keys, chosen) for row in api.rows(resource, options).rows)


def _read_once(api: OnecApi, ask: Ask) -> Listing:
    rows: list[Json] = []
    seen: set[str] = set()
    started_at: datetime | None = None
    while True:
        answer = api.rows(ask.resource, _options(ask, len(rows)))
        started_at = started_at or answer.server_at
        for row in answer.rows:
            key = row.get("Ref_Key")
            if isinstance(key, str) and key in seen:
                return Listing(tuple(rows), f"GET {ask.resource}: {key} came on two pages", started_at)
            seen.add(key if isinstance(key, str) else "")
            rows.append(row)
        if len(answer.rows) < PAGE:
            break
    counted = api.count(ask.resource, ask.condition)
    trouble = "" if counted == len(rows) else f"GET {ask.resource}: {len(rows)} came where 1C counts {counted}"
    return Listing(tuple(rows), trouble, started_at)


def _options(ask: Ask, skip: int) -> dict[str, str]:
    chosen = {"$filter": ask.condition} if ask.condition else {}
    return {**chosen, "$select": ask.select, "$orderby": ask.order, "$top": str(PAGE), "$skip": str(skip)}
