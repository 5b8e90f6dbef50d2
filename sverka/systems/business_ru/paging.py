"""Whole lists from the ledger: 250 rows a page, by ascending id, counted afterwards.

Rows may move between pages while we read, and nothing tells that a page was cut. So the ids must increase over all pages, and
where rows came, or where absence will be believed, the ledger's own count must equal ours; else the list is read once more, and
then called incomplete. Both live and deleted rows are asked for: whether a plain request hides the deleted is not documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sverka.systems.business_ru.client import SYSTEM, Answered, LedgerApi
from sverka.systems.business_ru.signature import Params
from sverka.systems.errors import ContractBroken
from sverka.systems.values import BadValueError, Json, ident

PAGE = 250
LIVE_AND_DELETED: Params = {"deleted": [0, 1]}
_TRIES = 2


@dataclass(frozen=True)
class Listing:
    """What a list held. trouble: why it is not whole, "" if it is. server_at: the ledger's time at the start."""

    rows: tuple[Json, ...]
    trouble: str
    server_at: datetime


def read_list(api: LedgerApi, model: str, filters: Params, *, count_always: bool = False) -> Listing:
    """Read all rows of a model that `filters` choose. Raises SystemTrouble.

    count_always: count even if no row came, for nothing at all will be believed too.
    """
    listing = _read_once(api, model, filters, count_always=count_always)
    for _ in range(_TRIES - 1):
        if not listing.trouble:
            break
        again = _read_once(api, model, filters, count_always=count_always)
        listing = Listing(again.rows, again.trouble, listing.server_at)
    return listing


def _read_once(api: LedgerApi, model: str, filters: Params, *, count_always: bool) -> Listing:
    rows: list[Json] = []
    last = 0
    number, answer = 1, _ask(api, model, filters, 1)
    started_at = answer.server_at
    while page := _page(model, answer.result):
        for row in page:
            row_id = _number(row)
            if row_id <= last:
                return Listing(
                    tuple(rows), f"GET {model}: ids do not increase (after {last} came {row_id})", started_at
                )
            last = row_id
            rows.append(row)
        if len(page) < PAGE:
            break
        number += 1
        answer = _ask(api, model, filters, number)
    trouble = _miscount(api, model, filters, len(rows)) if rows or count_always else ""
    return Listing(tuple(rows), trouble, started_at)


def _ask(api: LedgerApi, model: str, filters: Params, page: int) -> Answered:
    return api.get(model, {**filters, "order_by": {"id": "ASC"}, "limit": PAGE, "page": page})


def _page(model: str, result: Any) -> list[Json]:
    if not isinstance(result, list) or not all(isinstance(row, dict) for row in result):
        raise ContractBroken(SYSTEM, f"GET {model}", "the answer holds no list of rows")
    return result


def _miscount(api: LedgerApi, model: str, filters: Params, came: int) -> str:
    answer = api.get(model, {**filters, "count_only": 1})
    counted = answer.result.get("count") if isinstance(answer.result, dict) else None
    if str(counted) == str(came):
        return ""
    return f"GET {model}: {came} rows came where the ledger counts {counted}"


def _number(row: Json) -> int:
    """Return a row's id; 0, which no row bears, if it has none."""
    try:
        return int(ident(row.get("id")) or 0)
    except (BadValueError, ValueError):
        return 0
