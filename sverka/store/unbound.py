"""Rows of the ledger's side that nobody is bound to: what has no counterpart yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from sverka.domain.rows import ShopOrder
from sverka.store import bindings, mirror
from sverka.store.engine import Transaction
from sverka.store.ledgers import binding
from sverka.store.tables import MIRROR


def shop_orders(tx: Transaction, company: str, since: datetime) -> list[ShopOrder]:
    """Return the orders of the online store placed since a moment that no deal is bound to."""
    table = MIRROR[ShopOrder]
    bound = select(binding.c.right_id).where(*bindings.living(company, "shop"))
    mine = (table.c.company == company, table.c.ordered_at >= since)
    ids = tx.column(select(table.c.ext_id).where(*mine, table.c.ext_id.not_in(bound)).order_by(table.c.key))
    return list(mirror.by_ids(tx, company, ShopOrder, ids).values())
