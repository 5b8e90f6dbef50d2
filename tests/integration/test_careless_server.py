"""Who lets a database forget what it committed is told before the first run, and each time the scheduler starts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sverka.commands import installation, scheduler
from sverka.store.engine import Store
from sverka.work.checkup.lines import Severity
from tests.databases import POSTGRESQL


@pytest.fixture
def database_kind() -> str:
    return POSTGRESQL


@pytest.fixture
def app(store: Store) -> Any:
    return SimpleNamespace(store=store, settings=SimpleNamespace(database_shown="postgresql://db/sverka"))


def test_check_warns_of_a_server_that_may_forget(app: Any) -> None:
    (line,) = [line for line in installation.store(app) if line.severity is not Severity.OK]
    assert (line.severity, "«fsync»" in line.text, "postgresql.conf" in line.mend) == (Severity.WARNING, True, True)


def test_the_scheduler_warns_of_it_when_it_starts(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    scheduler._warn_of_carelessness(app)
    (record,) = caplog.records
    assert cast("Any", record).off == "fsync, full_page_writes"
