"""Seals the tests before any of them is imported: the environment is scrubbed, the network ends at this machine, the zone is odd.

The databases of tests come from `tests/databases.py`. Nothing that a single folder needs belongs here.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.soak import SOAK

ROOT = Path(__file__).resolve().parent.parent
ODD_ZONE = "Pacific/Chatham"
"""12:45 or 13:45 ahead of UTC: a naive moment or a forgotten zone shows at once."""


class SealedError(RuntimeError):
    """A test tried to leave the machine."""


def _scrub() -> None:
    files = [file.read_text(encoding="utf-8") for file in (ROOT / "config/companies").glob("*.yaml")]
    named = {name for text in files for name in re.findall(r": ([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b", text)}
    for name in list(os.environ):
        if (
            name.startswith(("SVERKA_", "SENTRY_", "PG"))
            or name.removesuffix("_FILE") in named
            or name.lower().endswith("_proxy")
        ):
            del os.environ[name]


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    if not _is_here(host):
        raise SealedError(
            f"Tests do not leave this machine, not even for {host!r}: start the sandbox and use its address."
        )


def _sealed(method: Any) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if self.family != socket.AF_UNIX and isinstance(arguments[-1], tuple):
            _refuse(arguments[-1][0])
        return method(self, *arguments)

    return guarded


def _sealed_look_up(function: Any) -> Any:
    def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
        _refuse(host)
        return function(host, *arguments, **named)

    return guarded


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long proofs to `make soak`, which sets SOAK; tests that have a short form look at it by themselves."""
    if not SOAK:
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


_scrub()
os.environ["TZ"] = ODD_ZONE
time.tzset()
for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _sealed(getattr(socket.socket, _name)))
for _name in ("getaddrinfo", "gethostbyname"):
    setattr(socket, _name, _sealed_look_up(getattr(socket, _name)))
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")

# The store is imported now, by a process that is sealed already.
from tests.databases import bare_database, database, database_kind, databases, postgresql, store  # noqa: E402, F401
