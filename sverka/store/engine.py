"""The door to the database: the store, its transactions, and the turning of foreign errors into ours.

Every function of the store takes a `Transaction` and never ends it: what belongs together is written together by
whoever opened it. A transaction is never held open over a call to an outside system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, CursorResult, Engine, Executable, Table, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError, StatementError

from sverka.store.database import Database, Insert
from sverka.store.errors import BadValue, StoreError, StoreFailed, StoreUnreachable

Parameters = Mapping[str, Any]

_REMEDY = "write sqlite:///var/sverka.db or postgresql://USER:PASSWORD@HOST/NAME"


class Transaction:
    """A connection inside a transaction; all that the modules of the store use of it.

    Once a statement was refused the transaction cannot be committed any more, whoever may have caught the error: no
    database would tell how much of it had been carried out.
    """

    def __init__(self, connection: Connection, database: Database) -> None:
        self.connection = connection
        self.insert: Callable[[Table], Insert] = database.insert
        """Begins an INSERT that knows ON CONFLICT; the same function for every transaction of a sort of database."""
        self._database = database
        self._is_whole = True

    def all(self, statement: Executable, values: Parameters | None = None) -> Sequence[Any]:
        """Return every row of the answer. values: of the parameters that the statement names."""
        with self._executing():
            return self.connection.execute(statement, values).all()

    def first(self, statement: Executable) -> Any:
        """Return the first row of the answer, None without one."""
        with self._executing():
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
        with self._executing():
            result: CursorResult[Any] = self.connection.execute(statement, rows)
            return result.rowcount

    def tuples(self, statement: Executable, size: int = 2_000) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield the answer in the driver's own tuples, `size` at a time: for plain integers by the million."""
        with self._executing():
            cursor = self.connection.execute(statement).cursor
            while chunk := cursor.fetchmany(size):
                yield chunk

    def careless(self) -> tuple[str, ...]:
        """Return the database's settings, such as fsync, under which a power cut could undo what was committed."""
        with self._executing():
            return self._database.careless(self.connection)

    @contextmanager
    def attempting(self) -> Iterator[None]:
        """Undo a block whose statement is refused, and nothing else, so that the transaction may go on."""
        try:
            with self.connection.begin_nested():
                yield
        except StoreError:
            self._is_whole = True
            raise

    def must_be_whole(self) -> None:
        """Raise StoreFailed if a statement was refused."""
        if not self._is_whole:
            raise StoreFailed("A statement was refused, so nothing of its transaction was written.")

    @contextmanager
    def _executing(self) -> Iterator[None]:
        try:
            with executing(self._database):
                yield
        except StoreError:
            self._is_whole = False
            raise


class Store:
    """A database with our schema. Make it with `Store.open`."""

    def __init__(self, engine: Engine, database: Database) -> None:
        self._engine = engine
        self._database = database
        self._readers = engine.execution_options(**database.reading)
        self._writers = engine.execution_options(**database.writing)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at `url`; nothing is read yet. Raises StoreUnreachable with a remedy."""
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError) as error:
            raise StoreUnreachable(f"That is no address of a database; {_REMEDY}.") from error
        database = _database_of(parsed)
        with _translated(database):
            return cls(database.open_engine(parsed), database)

    @property
    def location(self) -> str:
        """The address of the database, fit to be printed."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction that may write, alone among writers; it is committed at the end, undone by any error."""
        with _translated(self._database), self._writers.begin() as connection:
            tx = Transaction(connection, self._database)
            yield tx
            tx.must_be_whole()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that sees one state of everything and cannot write."""
        with _translated(self._database), self._readers.begin() as connection:
            yield Transaction(connection, self._database)

    def prepare(self) -> None:
        """Make the schema if the database is empty. Raises SchemaTooOld or SchemaUnknown for any schema but ours."""
        from sverka.store import schema  # noqa: PLC0415  (schema is written in terms of this module)

        schema.prepare(self)

    def backup(self, path: Path) -> None:
        """Write a consistent copy to the new file `path` while others go on working."""
        if path.exists():
            raise StoreUnreachable(f"{path} exists already; a backup never overwrites.")
        with executing(self._database):
            self._database.back_up(self._engine, path)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _database_of(url: URL) -> Database:
    """Return the database that an address names; its driver is imported now. Raises StoreUnreachable."""
    if url.get_backend_name() == "sqlite":
        from sverka.store.sqlite import SQLITE  # noqa: PLC0415

        return SQLITE
    if url.get_backend_name() == "postgresql":
        from sverka.store.postgres import POSTGRES  # noqa: PLC0415

        return POSTGRES
    raise StoreUnreachable(f"«{url.drivername}» is no database that we know; {_REMEDY}.")


@contextmanager
def executing(database: Database) -> Iterator[None]:
    """Turn into our errors whatever a statement may meet, in the driver's own words or in sqlalchemy's."""
    try:
        with _translated(database):
            yield
    except database.driver_error as error:
        raise database.in_our_words(error) from error
    except (OverflowError, UnicodeEncodeError) as error:
        # What a driver itself cannot bind: whole numbers over 64 bits, halves of surrogate pairs.
        raise BadValue("A number is too large, or a text is no valid Unicode.") from error


@contextmanager
def _translated(database: Database) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise _ours(database, error) from error


def _ours(database: Database, error: SQLAlchemyError) -> StoreError:
    cause = error.orig if isinstance(error, StatementError) else None
    if isinstance(cause, StoreError):
        return cause
    return database.in_our_words(cause) if isinstance(error, DBAPIError) else StoreFailed()
