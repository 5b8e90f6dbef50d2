"""A real store for the tests that need one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sverka.store.engine import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with our schema and no rows; made once, for that takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.prepare()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> str:
    """Return the address of a database of the test's own."""
    return f"sqlite:///{shutil.copy(empty_database, tmp_path / 'sverka.db')}"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """Return a store of the test's own."""
    with Store.open(database) as opened:
        yield opened
