"""Worlds for the tests of this folder: a town for each test, and a play for each scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.databases import POSTGRESQL, SQLITE, Databases
from tests.e2e.check_place import put_right
from tests.e2e.dealers_books import Books, acquainted, opened_again
from tests.e2e.play import Play, by_commands, in_memory
from tests.e2e.town import Town, serve, town


@pytest.fixture(params=[("memory", POSTGRESQL), ("sockets", SQLITE)], ids="-".join)
def headlights(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Town]:
    """The headlights company on a Monday morning, with its worker."""
    way, kind = request.param
    with town(tmp_path, sockets=way == "sockets", database=databases.url_for(request, kind, tmp_path)) as opened:
        yield opened


@pytest.fixture(scope="session")
def serving() -> Iterator[Mapping[str, Any]]:
    """A sandbox that the command line serves; each scenario sets it back to its first moment."""
    with serve("--limits", "off") as ready:
        yield ready


@pytest.fixture
def played(serving: Mapping[str, Any], tmp_path: Path) -> Play:
    """The headlights company on a Monday at ten, the worker by the commands of a user: for the scenario of a promise."""
    return by_commands(serving, tmp_path)


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """The same with the worker in this process: for a scenario's variants and counter-examples."""
    with in_memory(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def machinery_known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, bytes]]:
    """The machinery company after the worker's first run, and what its store held then."""
    with acquainted(tmp_path_factory.mktemp("machinery")) as known:
        yield known


@pytest.fixture
def books(machinery_known: tuple[Town, bytes], tmp_path: Path) -> Iterator[Books]:
    """The machinery company on a Monday morning, its customers' cards as 1C has them: for a scenario of debts."""
    with opened_again(machinery_known, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def checked_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One company for all that `sverka check` is tried on."""
    with town(tmp_path_factory.mktemp("check"), sockets=False) as opened:
        yield opened


@pytest.fixture
def place(checked_town: Town) -> Iterator[Town]:
    """A company in which all is right, by a machine whose clock is right."""
    with put_right(checked_town):
        yield checked_town
