"""The near side of the strangers' clients: their methods are called here, and run in the strangers' own environment.

`visitor.client.crm.item.get(7)` sends the path, the arguments and the names; the answer comes back as plain data.
"""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

HOME = ROOT / ".venv" / "strangers"
FAR_SIDE = Path(__file__).with_name("far_side.py")
PATIENCE_S = 60


class Raised(Exception):
    """A client raised an error; `names` are its class and the bases of that."""

    def __init__(self, names: list[str], text: str) -> None:
        super().__init__(f"{names[0]}: {text}")
        self.names = names


class FarSide:
    """The process in the strangers' environment; it has one client open at a time."""

    def __init__(self) -> None:
        if not (HOME / "ready").exists():
            pytest.fail("The strangers' clients are not installed: run `make .venv/strangers/ready`.", pytrace=False)
        self._process = subprocess.Popen(
            [HOME / "bin" / "python", "-I", FAR_SIDE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send an order and return the answer to it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        alarm = threading.Timer(PATIENCE_S, self._process.kill)
        alarm.start()
        line = self._process.stdout.readline()
        alarm.cancel()
        assert line, f"the far side died of {order}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


class Visitor:
    """One client of theirs, opened; any method of it may be called. `waited` are its waits so far, in seconds."""

    def __init__(self, far_side: FarSide, **opening: Any) -> None:
        self.waited: list[float] = []
        self._far_side = far_side
        self.send(opening)

    def __getattr__(self, name: str) -> Method:
        return Method(self, [name])

    def send(self, order: dict[str, Any]) -> Any:
        """Have an order followed and return its value; raises Raised."""
        answer = self._far_side.tell(order)
        self.waited = answer["waited"]
        if "raised" in answer:
            raise Raised(answer["raised"], answer["text"])
        return answer["value"]


class Method:
    """A method of a client, named by the path to it."""

    def __init__(self, visitor: Visitor, path: list[str]) -> None:
        self._visitor, self._path = visitor, path

    def __getattr__(self, name: str) -> Method:
        return Method(self._visitor, [*self._path, name])

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._visitor.send({"path": self._path, "args": args, "named": named})
