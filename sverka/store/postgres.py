"""All that is particular to PostgreSQL: opening the connections, their transactions, its error codes, its backup.

Writers take one advisory lock of the database for the length of their transaction, which is what BEGIN IMMEDIATE is in
SQLite: they go one after the other, and whoever has the lock sees everything that was written before. SERIALIZABLE
would let them go together, but refuse one of two afterwards, to be run again from its beginning; a `with` block cannot
be, and our writers are few and short. So they are READ COMMITTED: a stricter one would keep the picture that it had
when it began to wait. Readers are REPEATABLE READ, READ ONLY, and never wait.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.dialects.postgresql import insert

from sverka.store.database import Database, make_private
from sverka.store.errors import (
    AlreadyTaken,
    BadValue,
    StoreDamaged,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreUnreachable,
)

CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_S = 30
STATEMENT_TIMEOUT_S = 600
IDLE_TIMEOUT_S = 600
"""How long a transaction may stand still, so that a worker that hangs does not keep the others out for ever."""

WRITERS = int.from_bytes(b"sverka")
"""The number of the lock that a writer holds."""

_WHAT_IS_OFF = """
SELECT name FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name
"""

_ERRORS: Mapping[str, type[StoreError]] = {
    "22": BadValue,
    "23505": AlreadyTaken,
    "25006": StoreReadOnly,
    "28": StoreUnreachable,
    "3D": StoreUnreachable,
    "40": StoreLocked,
    "42501": StoreReadOnly,
    "53100": StoreFull,
    "53300": StoreUnreachable,
    "55P03": StoreLocked,
    "57": StoreUnreachable,
    "57014": StoreFailed,
    "08": StoreUnreachable,
    "58": StoreUnreachable,
    "XX001": StoreDamaged,
    "XX002": StoreDamaged,
}
"""SQLSTATE, or the class that its first two characters name → our error."""


def open_engine(url: URL) -> Engine:
    """Open the database behind `url`; nobody is asked yet. Raises StoreUnreachable if it names none."""
    if not url.database:
        raise StoreUnreachable("The address names no database; write postgresql://USER:PASSWORD@HOST/NAME.")
    given = url.query.get("options", "")
    options = " ".join([_session(), *((given,) if isinstance(given, str) else given)])  # what is given last holds
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "sverka", "options": options},
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _hide_rows)
    return engine


def _session() -> str:
    """Return what each session is told: to lose no commit, to wait for nothing for ever."""
    settings = {
        "synchronous_commit": "on",
        "lock_timeout": f"{round(LOCK_TIMEOUT_S * 1000)}",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S * 1000}",
        "idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT_S * 1000}",
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def _hide_rows(context: ExceptionContext) -> None:
    """Keep the first line of what the server said: the others may hold whole rows, names and phones of people."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (_first_line(error), *error.args[1:])


def _first_line(error: BaseException) -> str:
    return str(error.args[0]).strip().partition("\n")[0]


def in_our_words(error: BaseException | None) -> StoreError:
    """Tell by its SQLSTATE which of our errors a driver's error is."""
    code = getattr(error, "sqlstate", None)
    if code is not None:
        return _ERRORS.get(code, _ERRORS.get(code[:2], StoreFailed))()
    if isinstance(error, psycopg.OperationalError):  # it came from this side of the line
        return StoreUnreachable(
            f"The database cannot be reached; check its address and its server: {_first_line(error)}."
        )
    return BadValue() if isinstance(error, psycopg.DataError) else StoreFailed()


def back_up(engine: Engine, path: Path) -> None:
    """Write a consistent copy to the new file `path` with pg_dump, for pg_restore, while others go on working."""
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreFailed(
            "A copy of this database is made by pg_dump, which is not here; install the client of PostgreSQL."
        )
    address, password = _address(engine)
    make_private(path)
    command = [program, "--format=custom", "--no-password", f"--file={path}", f"--dbname={address}"]
    done = subprocess.run(
        command, env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        path.unlink()
        raise StoreFailed(f"pg_dump made no copy: {done.stderr.strip().partition(chr(10))[0]}.")


def careless(connection: Connection) -> tuple[str, ...]:
    """Return those of the settings of server and session that are off and let a power cut undo what was committed."""
    rows = connection.exec_driver_sql(_WHAT_IS_OFF)
    return tuple(row[0] for row in rows)


def _address(engine: Engine) -> tuple[str, str]:
    """Return where the database is as libpq writes it, and apart from it the password."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        return driver.info.dsn, driver.info.password
    finally:
        connection.close()


POSTGRES = Database(
    driver_error=psycopg.Error,
    reading={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    # Many rows go in one statement; how many of them were touched is told only if it is asked for.
    writing={"isolation_level": "READ COMMITTED", "writes": True, "preserve_rowcount": True},
    open_engine=open_engine,
    insert=insert,
    in_our_words=in_our_words,
    back_up=back_up,
    careless=careless,
)
