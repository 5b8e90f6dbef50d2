"""Which schema a database has, and how it comes to ours: made when empty, never changed without being told.

A run makes the schema of an empty database. Changing one with rows in it is a person's act, `sverka db upgrade`, after
a backup.
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from sqlalchemy import inspect, text

from sverka.store.engine import Store, Transaction
from sverka.store.errors import SchemaTooOld, SchemaUnknown

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""All revisions of the schema, the newest last."""


class Standing(Enum):
    """How the schema of a database relates to ours."""

    EMPTY = auto()
    OURS = auto()
    OLDER = auto()
    UNKNOWN = auto()


def standing(tx: Transaction) -> Standing:
    """Tell which schema the database has."""
    tables = inspect(tx.connection).get_table_names()
    if not tables:
        return Standing.EMPTY
    revision = tx.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else None
    if revision == REVISIONS[-1]:
        return Standing.OURS
    return Standing.OLDER if revision in REVISIONS else Standing.UNKNOWN


def prepare(store: Store) -> None:
    """Make the schema of an empty database. Raises SchemaTooOld or SchemaUnknown for any schema but ours."""
    with store.reading() as tx:
        found = standing(tx)
    if found is Standing.EMPTY:
        _migrate(store)
    elif found is Standing.OLDER:
        raise SchemaTooOld
    elif found is Standing.UNKNOWN:
        raise SchemaUnknown


def upgrade(url: str) -> None:
    """Bring the database at `url` to our schema, all or nothing. Raises SchemaUnknown for one that is not ours."""
    with Store.open(url) as store:
        _migrate(store)


def backup(url: str, path: Path) -> None:
    """Write a consistent copy of the database at `url` to the new file `path` while others go on working."""
    with Store.open(url) as store:
        store.backup(path)


def _migrate(store: Store) -> None:
    from sverka.store.migrations.apply import migrate  # noqa: PLC0415  (brings alembic)

    with store.writing() as tx:
        found = standing(tx)  # again, for somebody else may have been here between two locks
        if found is Standing.UNKNOWN:
            raise SchemaUnknown
        if found is not Standing.OURS:
            migrate(tx.connection)
