"""What the tests of the clients share: a clock that never sleeps, and small hand-made vendors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import json
import pytest

from sverka.systems.bitrix24.portal import Portal
from sverka.systems.http import HttpSettings
from sverka.systems.secret import Secret

START = datetime(2026, 9, 21, 7, 13, 20, tzinfo=UTC)
WEBHOOK = Secret("https://portal.example/rest/1/s3cr3tcode/")


class StoppedClock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def real(self) -> datetime:
        return START + timedelta(seconds=self.now - 1000)

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


def no_jitter() -> float:
    return 0.5


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()
