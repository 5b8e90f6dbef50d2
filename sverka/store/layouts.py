"""What a company's systems call things: codes of custom fields and the like, as found when last looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from sverka.store.engine import Transaction
from sverka.store.ledgers import layout


def put(tx: Transaction, company: str, system: str, document: Mapping[str, Any]) -> bool:
    """Keep what was found; tell whether it differs from what was known."""
    statement = tx.insert(layout).values(company=company, system=system, document=dict(document))
    new = statement.excluded.document
    upsert = statement.on_conflict_do_update(
        index_elements=["company", "system"], set_={"document": new}, where=layout.c.document != new
    )
    return tx.change(upsert) == 1


def get(tx: Transaction, company: str, system: str) -> Mapping[str, Any] | None:
    """Return what was found last, None if nobody has looked."""
    query = select(layout.c.document).where(layout.c.company == company, layout.c.system == system)
    document: Mapping[str, Any] | None = tx.scalar(query)
    return document
