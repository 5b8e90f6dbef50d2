"""The door to the database: the store, its transactions, and the turning of foreign errors into ours.

Every function of the store takes a `Transaction` and never ends it: what belongs together is written together by
whoever opened it. A transaction is never held open over a call to an outside system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, CursorResult, Engine, Executable, Table, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError, StatementError

from sverka.store import sqlite
from sverka.store.errors import BadValue, StoreError, StoreFailed, StoreUnreachable

Parameters = Mapping[str, Any]


class Transaction:
    """A connection inside a transaction; all that the modules of the store use of it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def insert(self, table: Table) -> sqlite.Insert:
        """Begin an INSERT that knows ON CONFLICT."""
        return sqlite.insert(table)

    def all(self, statement: Executable) -> Sequence[Any]:
        """Return every row of the answer."""
        with _executing():
            return self.connection.execute(statement).all()

    def first(self, statement: Executable) -> Any:
        """Return the first row of the answer, None without one."""
        with _executing():
            return self.connection.execute(statement).first()

    def scalar(self, statement: Executable) -> Any:
        """Return the first column of the first row, None without one."""
        row = self.first(statement)
        return None if row is None else row[0]

    def column(self, statement: Executable) -> list[Any]:
        """Return the first column of every row."""
        return [row[0] for row in self.all(statement)]

    def change(self, statement: Executable, rows: Sequence[Parameters] | None = None) -> int:
        """Write, once or for each of `rows`, and return how many rows of the table were touched."""
        if rows is not None and not rows:
            return 0
        with _executing():
            result: CursorResult[Any] = self.connection.execute(statement, rows)
            return result.rowcount

    def tuples(self, statement: Executable, size: int = 2_000) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield the answer in the driver's own tuples, `size` at a time: for plain integers by the million."""
        with _executing():
            cursor = self.connection.execute(statement).cursor
            while chunk := cursor.fetchmany(size):
                yield chunk


class Store:
    """A database with our schema. Make it with `Store.open`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writers = engine.execution_options(writes=True)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at `url`; nothing is read yet. Raises StoreUnreachable with a remedy."""
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise StoreUnreachable("That is no address of a database; write sqlite:///var/sverka.db.") from error
        if parsed.get_backend_name() != "sqlite":
            raise StoreUnreachable(f"«{parsed.drivername}» is no database that we know; write sqlite:///var/sverka.db.")
        with _translated():
            return cls(sqlite.open_engine(parsed))

    @property
    def location(self) -> str:
        """The address of the database, fit to be printed."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction that may write, alone among writers; it is committed at the end, undone by any error."""
        with _translated(), self._writers.begin() as connection:
            yield Transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that sees one state of everything and cannot write."""
        with _translated(), self._engine.begin() as connection:
            yield Transaction(connection)

    def prepare(self) -> None:
        """Make the schema if the database is empty. Raises SchemaTooOld or SchemaUnknown for any schema but ours."""
        from sverka.store import schema  # noqa: PLC0415  (schema is written in terms of this module)

        schema.prepare(self)

    def backup(self, path: Path) -> None:
        """Write a consistent copy to the new file `path` while others go on working."""
        if path.exists():
            raise StoreUnreachable(f"{path} exists already; a backup never overwrites.")
        with _executing():
            sqlite.back_up(self._engine, path)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise _ours(error) from error


@contextmanager
def _executing() -> Iterator[None]:
    try:
        with _translated():
            yield
    except sqlite.DriverError as error:
        raise sqlite.read_error(error) from error
    except (OverflowError, UnicodeEncodeError) as error:
        # What the driver itself cannot bind: whole numbers over 64 bits, halves of surrogate pairs.
        raise BadValue("A number is too large, or a text is no valid Unicode.") from error


def _ours(error: SQLAlchemyError) -> StoreError:
    cause = error.orig if isinstance(error, StatementError) else None
    if isinstance(cause, StoreError):
        return cause
    return sqlite.read_error(cause)() if isinstance(error, DBAPIError) else StoreFailed()
