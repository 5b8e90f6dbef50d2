"""Worlds for the tests of this folder: a town for each test, and a play for each scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.play import Play, by_commands, in_memory
from tests.e2e.town import Town, serve, town


@pytest.fixture(params=["memory", "sockets"])
def headlights(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The headlights company on a Monday morning, with its worker."""
    with town(tmp_path, sockets=request.param == "sockets") as opened:
        yield opened


@pytest.fixture(scope="session")
def serving() -> Iterator[Mapping[str, Any]]:
    """A sandbox that the command line serves; each scenario sets it back to its first moment."""
    with serve("--limits", "off") as ready:
        yield ready


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """The headlights company on a Monday at ten, the worker in this process: for the variants of a scenario."""
    with in_memory(tmp_path) as opened:
        yield opened


@pytest.fixture(params=["memory", "commands"])
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Play]:
    """The headlights company on a Monday at ten, the worker in this process and by the commands of a user."""
    if request.param == "commands":
        yield by_commands(request.getfixturevalue("serving"), tmp_path)
        return
    with in_memory(tmp_path) as opened:
        yield opened
