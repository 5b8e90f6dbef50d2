"""All that is particular to SQLite: opening the file, its transactions, its error codes, its backup.

No other module of the store holds text or numbers that only SQLite understands.

The journal is the rollback one (WAL breaks on the network mounts of containers) and `synchronous` is EXTRA: a commit
that power loss could undo would be a claim forgotten, that is a second effect. The driver's own transactions are off,
because they begin too late: reads would not be consistent, and of two writers one would fail at once, not wait.
"""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite import insert

from sverka.store.database import Database, make_private
from sverka.store.errors import (
    AlreadyTaken,
    StoreDamaged,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreMoved,
    StoreReadOnly,
    StoreUnreachable,
)

BUSY_TIMEOUT_S = 30

_PRAGMAS = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",  # names and phones do not spill into a shared folder
    "PRAGMA cache_size=-32768",  # 32 MiB: a sweep goes through indexes larger than the usual 2 MiB
)

_ERRORS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_READONLY_DBMOVED: StoreMoved,
    sqlite3.SQLITE_CANTOPEN: StoreUnreachable,
    sqlite3.SQLITE_PERM: StoreUnreachable,
    sqlite3.SQLITE_IOERR: StoreUnreachable,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_NOTADB: StoreDamaged,
    sqlite3.SQLITE_CONSTRAINT: AlreadyTaken,
}
_PRIMARY_CODE = 0xFF
_CHECKS = (sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY)


def open_engine(url: URL) -> Engine:
    """Open the file behind `url`; if missing it is made, for its owner's eyes only. Raises StoreUnreachable."""
    if not url.database or url.database == ":memory:" or "uri" in url.query:
        raise StoreUnreachable("Name a file for the database, such as sqlite:///var/sverka.db; one in memory forgets.")
    file = Path(url.database).absolute()
    make_private(file)
    engine = create_engine(url, hide_parameters=True, creator=partial(_connect, file))
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _connect(file: Path) -> sqlite3.Connection:
    """Open a line to a file that is there: one that went away meanwhile is not made anew, empty, behind a worker's back."""
    address = f"{file.as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False)


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def in_our_words(error: BaseException | None) -> StoreError:
    """Tell by its code which of our errors a driver's error is."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code in _CHECKS:
        return StoreFailed()
    return _ERRORS.get(code, _ERRORS.get(code & _PRIMARY_CODE, StoreFailed))()


def back_up(engine: Engine, path: Path) -> None:
    """Write a consistent, compact copy of the database to the new file `path` while others go on working."""
    make_private(path)
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=OFF")  # what the last reader on this connection may have left
        cursor.execute("VACUUM INTO ?", (str(path),))
    except sqlite3.Error:
        path.unlink()
        raise
    finally:
        connection.close()
    with path.open("rb") as copy:
        os.fsync(copy.fileno())


SQLITE = Database(
    driver_error=sqlite3.Error,
    reading={},
    writing={"writes": True},
    open_engine=open_engine,
    insert=insert,
    in_our_words=in_our_words,
    back_up=back_up,
    careless=lambda _: (),  # every connection sets its own
)
