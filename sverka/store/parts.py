"""The parts of which tables are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, text

from sverka.store.columns import ROW_KEY


def row_id() -> Column[Any]:
    """Return the key of a row, which the database gives."""
    return Column("id", ROW_KEY, primary_key=True)


def written(name: str) -> Column[str]:
    """Return a column of text."""
    return Column(name, Text, nullable=False)


def number(name: str) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, BigInteger, nullable=False)


def words(values: Iterable[str]) -> str:
    """Write words as SQL takes a list of them."""
    return ", ".join(f"'{value}'" for value in values)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the constraint that a column holds one of the values."""
    return CheckConstraint(f"{column} IN ({words(values)})", name=column)


def partial(name: str, *columns: str, where: str, unique: bool = True) -> Index:
    """Return an index over the rows for which a condition holds."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
