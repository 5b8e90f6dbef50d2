"""A company in the sandbox, what a manager sees there, and the strangers who come in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, cast

from sandbox.calls import Ledger, Portal
from sandbox.faults import Fault
from sandbox.serve import Sandbox
from sandbox.systems.bitrix24 import Bitrix24
from tests.strangers.visitor import FarSide, Visitor

COMPANY = "headlights"


class Town:
    """The sandbox, seen with the manager's keys; strangers come in over HTTPS with the owner's."""

    def __init__(self, sandbox: Sandbox, far_side: FarSide) -> None:
        self._ready, self._world, self._far_side = sandbox.ready, sandbox.world, far_side
        company = sandbox.ready["companies"][COMPANY]
        self._systems, self._keys = company["systems"], company["people"]["owner"]
        self.portal = Portal(company["people"]["manager"]["bitrix24"])
        self.ledger = Ledger(self._systems["business_ru"]["http"], **company["people"]["manager"]["business_ru"])

    def webhook(self) -> str:
        """Return the address of the owner's webhook."""
        ways = self._systems["bitrix24"]
        return str(self._keys["bitrix24"]).replace(ways["http"], ways["https"])

    def sdk(self, webhook: str = "") -> Visitor:
        """Let Bitrix24's own SDK in."""
        return self._visit("b24pysdk", webhook=webhook or self.webhook())

    def fast(self, webhook: str = "") -> Visitor:
        """Let fast_bitrix24 in."""
        return self._visit("fast_bitrix24", webhook=webhook or self.webhook())

    def wrapper(self, **options: Any) -> Visitor:
        """Let businessru-api in."""
        address = self._systems["business_ru"]["https"]
        return self._visit("businessru_api", **{"address": address, **self._keys["business_ru"], **options})

    def spoil(self, system: str, kind: str, count: int = 1) -> None:
        """Spoil the next requests to a system."""
        self._world.faults.arm(Fault(COMPANY, system, kind, count, None, Random(0), 0.0))

    @contextmanager
    def switched(self, **switches: Any) -> Iterator[None]:
        """Switch behaviours of the portal, for a while."""
        portal = cast("Bitrix24", self._world.companies[COMPANY].emulators["bitrix24"])
        setting = portal._setting
        setting.switches |= switches
        try:
            yield
        finally:
            for name in switches:
                del setting.switches[name]

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._world.clock.forward(seconds)

    def statuses(self) -> list[int]:
        """Return the HTTP statuses of all answers so far, in order."""
        return [row["status"] for row in self._world.journal.requests_since(0)]

    def methods(self) -> list[str]:
        """Return what was asked for so far, as the vendors name it."""
        return [row["method"] for row in self._world.journal.requests_since(0)]

    def batches(self) -> list[list[str]]:
        """Return the commands of all batches so far."""
        return [row["commands"] for row in self._world.journal.requests_since(0) if row["commands"]]

    def deals(self) -> list[dict[str, Any]]:
        """Return the deals as the manager reads them, at most three pages."""
        order = {"order": {"ID": "ASC"}}
        return [deal for start in (0, 50, 100) for deal in self.portal.call("crm.deal.list", {**order, "start": start})]

    def effects(self) -> list[str]:
        """Return what was changed in the systems, as the vendors name it."""
        return [row["kind"] for row in self._world.journal.effects_since(0)]

    def _visit(self, client: str, **opening: Any) -> Visitor:
        control, ca_file = self._ready["control"], self._ready["env"]["SVERKA_CA_FILE"]
        return Visitor(self._far_side, open=client, control=control, ca_file=ca_file, named=opening)
