"""The stage of the crashes, one over each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.schedule import Proof
from tests.crash.stage import Stage, stage
from tests.databases import KINDS, POSTGRESQL, SQLITE, Databases
from tests.soak import SOAK


@pytest.fixture(scope="session", params=KINDS if SOAK else [POSTGRESQL])
def on_each(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A stage over each kind of database in turn; in the short form over the server, for the planted bugs are tried over a file."""
    with stage(databases, request.param, tmp_path_factory.mktemp("crash")) as opened:
        yield opened


@pytest.fixture(scope="session")
def on_one(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage over a file, for what does not depend on the database."""
    with stage(databases, SQLITE, tmp_path_factory.mktemp("crash")) as opened:
        yield opened


@pytest.fixture
def proof(on_each: Stage) -> Iterator[Proof]:
    """Plays schedules over each kind of database, and prints its figures at the end."""
    played = Proof(on_each)
    yield played
    print(played.figures())  # noqa: T201 (shown by `pytest -rP`, as `make soak` does)
