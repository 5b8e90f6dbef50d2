"""A company that keeps its books in 1C, what its accountant sees there, and the strangers who come in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, cast

from sandbox.faults import Fault
from sandbox.people import Person
from sandbox.serve import Sandbox
from sandbox.systems.onec import OneC
from tests.sandbox.onec_company import COMPANY
from tests.strangers.visitor import FarSide, Visitor


class Office:
    """The sandbox, seen with the accountant's keys; strangers come in over HTTPS with the owner's."""

    def __init__(self, sandbox: Sandbox, far_side: FarSide) -> None:
        self._ready, self._world, self._far_side = sandbox.ready, sandbox.world, far_side
        self.accountant = Person(sandbox.ready, COMPANY, "accountant")

    def library(self, **options: Any) -> Visitor:
        """Let python-1c-odata in."""
        company = self._ready["companies"][COMPANY]
        opening = {"server": company["systems"]["onec"]["https"], **company["people"]["owner"]["onec"], **options}
        control, ca_file = self._ready["control"], self._ready["env"]["SVERKA_CA_FILE"]
        return Visitor(self._far_side, open="python_1c_odata", control=control, ca_file=ca_file, named=opening)

    def spoil(self, kind: str) -> None:
        """Spoil the next request."""
        self._world.faults.arm(Fault(COMPANY, "onec", kind, 1, None, Random(0), 0.0))

    @contextmanager
    def switched(self, **switches: Any) -> Iterator[None]:
        """Switch behaviours of 1C, for a while; names are without the system's."""
        base = cast("OneC", self._world.companies[COMPANY].emulators["onec"])
        named = {f"onec.{name}": value for name, value in switches.items()}
        base._setting.switches |= named
        try:
            yield
        finally:
            for name in named:
                del base._setting.switches[name]

    def effects(self) -> list[str]:
        """Return what was changed in 1C, as the journal names it."""
        return [row["kind"] for row in self._world.journal.effects_since(0)]
