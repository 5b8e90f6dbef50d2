"""A town for strangers, with the vendors' limits; it is the same at the start of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.serve import Sandbox, start
from tests.conftest import ROOT
from tests.sandbox.onec_company import COMPANY as TRADER
from tests.sandbox.onec_company import company_files
from tests.strangers.office import Office
from tests.strangers.town import COMPANY, Town
from tests.strangers.visitor import FarSide


@pytest.fixture(scope="session")
def far_side() -> Iterator[FarSide]:
    process = FarSide()
    yield process
    process.close()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with start([COMPANY], ROOT / "config" / "companies", limits="vendor") as opened:
        yield opened


@pytest.fixture(scope="session")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A company that sells on credit and keeps its books in 1C."""
    with start([TRADER], company_files(tmp_path_factory.mktemp("companies")), limits="vendor") as opened:
        yield opened


@pytest.fixture
def office(trade: Sandbox, far_side: FarSide) -> Office:
    trade.world.reset()
    return Office(trade, far_side)


@pytest.fixture
def town(sandbox: Sandbox, far_side: FarSide) -> Town:
    sandbox.world.reset()
    return Town(sandbox, far_side)
