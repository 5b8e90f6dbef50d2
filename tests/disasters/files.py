"""What may befall the file of a SQLite database: no room, no rights, no key, no file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Connection

from sverka.store import sqlite
from sverka.store.engine import Store
from tests.disasters.strikes import BEGINS, WRITES, Strike
from tests.e2e.town import COMPANIES

NOBODY = 65534
_SIZE = "16m"


class Disk(Protocol):
    """Where a database lies. folder: of its files."""

    folder: Path

    def fill(self, connection: Connection) -> None:
        """Leave no room."""
        ...

    def free(self) -> None:
        """Make room again."""
        ...


class SmallDisk:
    """A disk of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, _: Connection) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


class NoMorePages:
    """A disk that ends where the database ends, for those who may not make a disk: what is there may change, but not grow."""

    _LIMIT = "PRAGMA max_page_count=1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._usual = sqlite._PRAGMAS

    def fill(self, connection: Connection) -> None:
        connection.connection.cursor().execute(self._LIMIT)
        sqlite._PRAGMAS = (*self._usual, self._LIMIT)

    def free(self) -> None:
        sqlite._PRAGMAS = self._usual


@contextmanager
def small_disk() -> Iterator[Disk]:
    """Make a small disk, or where that is not allowed what is nearest to it."""
    with tempfile.TemporaryDirectory(prefix="sverka-disk-") as folder:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", folder], check=False, capture_output=True
        )
        try:
            yield NoMorePages(Path(folder)) if made.returncode else SmallDisk(Path(folder))
        finally:
            if not made.returncode:
                subprocess.run(["umount", folder], check=True)


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """Be somebody whom rights on files concern; `folder` becomes theirs, with all that is in it."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        try:
            next(COMPANIES.glob("*.yaml")).read_bytes()
        except (OSError, StopIteration):
            pytest.skip("this checkout may be read by root alone")
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


class FullDisk:
    """There is no room from the n-th write on."""

    lasts = True

    def __init__(self, disk: Disk, at: int) -> None:
        self._disk, self._strike = disk, Strike(WRITES, at, disk.fill)

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        self._disk.free()
        return []


class NoRights:
    """File and folder lose the right to be written before the n-th transaction; the folder alone if so wished."""

    lasts = True

    def __init__(self, file: Path, at: int, *, folder_alone: bool) -> None:
        self._rights = {file.parent: (0o500, 0o700), **({} if folder_alone else {file: (0o400, 0o600)})}
        self._strike = Strike(BEGINS, at, lambda _: self._set(0))

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        self._set(1)
        return []

    def _set(self, which: int) -> None:
        for path, rights in self._rights.items():
            path.chmod(rights[which])


class Locked:
    """Somebody else takes the database before the n-th transaction, and keeps it: for so many seconds, or until all is over."""

    def __init__(self, file: Path, at: int, *, exclusive: bool, seconds: float | None) -> None:
        self._begin = f"BEGIN {'EXCLUSIVE' if exclusive else 'IMMEDIATE'}"
        self._file, self._seconds, self.lasts = file, seconds, seconds is None
        self._strike = Strike(BEGINS, at, self._take)
        self._rival: sqlite3.Connection | None = None

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        if self._rival is not None:
            self._rival.close()
        return []

    def _take(self, _: Connection) -> None:
        self._rival = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        self._rival.execute(self._begin)
        if self._seconds is not None:
            threading.Timer(self._seconds, self.over).start()


class Moved:
    """The file goes away before the n-th transaction; it is brought back."""

    lasts = False

    def __init__(self, file: Path, at: int) -> None:
        self._file, self._away = file, file.with_name("elsewhere")
        self._strike = Strike(BEGINS, at, lambda _: self._file.rename(self._away))

    def befall(self, store: Store) -> None:
        self._strike.listen(store)

    def over(self) -> list[str]:
        if self._away.exists():
            assert not self._file.exists(), "an empty database was made where the file had been"
            self._away.rename(self._file)
        return []
