"""Counts over the mirror, and the way back from our row keys to the vendors' ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from sverka.domain.rows import Row
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.tables import MIRROR


def count(tx: Transaction, company: str, row_type: type[Row], **columns: str | bool | int) -> int:
    """Return how many rows have these values in these columns."""
    table = MIRROR[row_type]
    conditions = [table.c[name] == value for name, value in columns.items()]
    return int(tx.scalar(select(func.count()).select_from(table).where(table.c.company == company, *conditions)))


def count_by(tx: Transaction, company: str, row_type: type[Row], column: str, values: Sequence[str]) -> dict[str, int]:
    """Return how many rows there are for each of the values of a column; a value without rows is left out."""
    table = MIRROR[row_type]
    found: dict[str, int] = {}
    for chunk in in_chunks(distinct(values)):
        query = (
            select(table.c[column], func.count())
            .where(table.c.company == company, table.c[column].in_(chunk))
            .group_by(table.c[column])
        )
        found.update((row[0], row[1]) for row in tx.all(query))
    return found


def ids_of_keys(tx: Transaction, company: str, row_type: type[Row], keys: Iterable[int]) -> list[str]:
    """Return the external ids of the company's rows by our keys."""
    table = MIRROR[row_type]
    found: list[str] = []
    for chunk in in_chunks(distinct(keys)):
        # The company is compared here, for with it in the query SQLite reads all of the company's rows instead.
        rows = tx.all(select(table.c.ext_id, table.c.company).where(table.c.key.in_(chunk)))
        found += [row.ext_id for row in rows if row.company == company]
    return found
