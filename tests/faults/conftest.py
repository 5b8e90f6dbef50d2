from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.serve import Sandbox, start
from tests.contract.portal_world import COMPANIES, COMPANY


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The emulators of one company, without limits."""
    with start([COMPANY], COMPANIES, limits="off") as opened:
        yield opened
