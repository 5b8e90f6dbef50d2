"""Walks that are over, and orders that were read, as readings with their proofs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Row
from sverka.systems.bitrix24.faults import SYSTEM
from sverka.systems.bitrix24.shop import LINES, ORDERS, ShopReading
from sverka.systems.bitrix24.walk import Walk


def reading_of(
    family: str,
    walks: Sequence[Walk[Row]],
    server_at: datetime,
    *,
    since: datetime | None = None,
    owners: Sequence[str] | None = None,
    trouble: str = "",
) -> Reading:
    """Return what walks brought. owners: the objects whose rows were asked for, None for a reading by time or of everything."""
    troubles = [each for each in (trouble, *(walk.trouble for walk in walks)) if each]
    rows = tuple(row for walk in walks for row in walk.rows)
    proof = Proof(
        SYSTEM, family, full=since is None and owners is None, complete=not troubles, rows=len(rows), server_at=server_at,
        since=since, trouble="; ".join(troubles), malformed=tuple(each for walk in walks for each in walk.malformed),
    )  # fmt: skip
    return Reading(proof, rows, tuple(owners or ()), frozenset(each for walk in walks for each in walk.damaged))


def shop_readings(
    shop: ShopReading,
    server_at: datetime,
    *,
    since: datetime | None = None,
    owners: Sequence[str] | None = None,
    trouble: str = "",
) -> tuple[Reading, Reading]:
    """Return the orders and their lines. The lines belong to the orders that were read, whatever became of the others."""
    damaged = frozenset(order_id for order_id, _ in shop.malformed)
    said = "; ".join(each for each in (trouble, shop.trouble) if each)
    orders = Proof(
        SYSTEM, ORDERS, full=since is None and owners is None, complete=not said, rows=len(shop.orders), server_at=server_at,
        since=since, trouble=said, malformed=tuple(shop.malformed),
    )  # fmt: skip
    lines = Proof(SYSTEM, LINES, full=False, complete=True, rows=len(shop.lines), server_at=server_at)
    return (
        Reading(orders, tuple(shop.orders), tuple(owners or ()), damaged),
        Reading(lines, tuple(shop.lines), tuple(shop.read), damaged),
    )


def uninvited(came: set[str], asked: Sequence[str]) -> str:
    """Say that the portal did not apply a filter, which it does in silence when it does not know it; "" if it did."""
    strangers = came.difference(asked)
    return (
        f"rows of {len(strangers)} deals came that were not asked for: the filter was not applied" if strangers else ""
    )
