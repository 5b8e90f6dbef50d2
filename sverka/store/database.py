"""What the store asks of a database: `sqlite.py` and `postgres.py` answer, and no other module knows which one it is.

Both promise the same: writers go one after the other, each sees all that the ones before it wrote; a reader sees one
state of everything and cannot write; what was committed outlasts a power cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, Table

from sverka.store.errors import StoreError, StoreUnreachable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert: TypeAlias = sqlite.Insert | postgresql.Insert
else:
    Insert = sqlalchemy.Insert  # each dialect is imported by the database that speaks it

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Database:
    """The doors of a database. reading, writing: what a connection is told before a transaction of that sort begins."""

    driver_error: type[Exception]
    """The base of the driver's own errors, where it is used without sqlalchemy between."""
    reading: Options
    writing: Options
    open_engine: Callable[[URL], Engine]
    insert: Callable[[Table], Insert]
    """Begins an INSERT that knows ON CONFLICT."""
    in_our_words: Callable[[BaseException | None], StoreError]
    """Tells which of our errors a driver's error is."""
    back_up: Callable[[Engine, Path], None]
    """Writes a consistent copy to a new file while others go on working."""
    careless: Callable[[Connection], tuple[str, ...]]
    """Names the settings under which a power cut could undo what was committed."""


def make_private(path: Path) -> None:
    """Make sure that there is a file which its owner alone may read. Raises StoreUnreachable."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnreachable(
            f"The file {path} cannot be opened: {error.strerror}; check the rights on it and on its folder."
        ) from error
