"""A town for each test, in memory and over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.town import Town, town


@pytest.fixture(params=["memory", "sockets"])
def headlights(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The headlights company on a Monday morning, with its worker."""
    with town(tmp_path, sockets=request.param == "sockets") as opened:
        yield opened
