"""Which deals disagree with the ledger, found over all of them at once, by keys and integers only."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from sverka.domain.diff import disagreeing, totals
from sverka.domain.snapshots import Snapshot

_LINE = ("deal_key", "good_key", "price_kopecks")
_GOOD = ("deal_key", "good_key")


def suspects(snapshot: Snapshot) -> tuple[int, ...]:
    """Return the row keys of the deals that need a look, ascending.

    A deal is suspect if it lacks a required order, or stands lost beside a living one or held goods, or if lines or reserves differ.
    """
    deals = snapshot.deals
    live = deals[deals["requires_order"]]
    reserving = deals[deals["requires_reserve"]]
    lost = deals[deals["is_lost"]]
    goods = snapshot.deal_lines[~snapshot.deal_lines["is_service"]]
    return _sorted(
        live[(live["order_key"] == 0) | ~live["order_is_live"]]["deal_key"],
        lost[(lost["order_key"] != 0) & lost["order_is_live"]]["deal_key"],
        _differing(_of(snapshot.deal_lines, live), _of(snapshot.order_lines, live), _LINE),
        _differing(_of(goods, reserving), _of(snapshot.reserve_lines, reserving), _GOOD),
        _of(snapshot.reserve_lines, lost)["deal_key"],
    )


def _of(lines: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    return lines[lines["deal_key"].isin(deals["deal_key"])]


def _differing(left: pd.DataFrame, right: pd.DataFrame, keys: tuple[str, ...]) -> pd.Series:
    found = disagreeing(totals(left, keys, "amount_thousandths"), totals(right, keys, "amount_thousandths"))
    return pd.Series(found.get_level_values(0).to_numpy(), dtype="int64")


def _sorted(*found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({int(key) for keys in found for key in keys}))
