"""What the companies' systems hold when the sandbox opens: their own small worlds, or data that others have collected.

What a loader makes of the data is in `sandbox.load`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

from sandbox import little_world
from sandbox.kit import SandboxError
from sandbox.load import dealers, dealers_debts, receivables
from sandbox.load.dealers import Dealers
from sandbox.load.receivables import Receivables
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.business_ru import BusinessRu
from sandbox.systems.onec import OneC
from sandbox.world import Company, World

Data = Dealers | Receivables


def read(path: Path) -> Data:
    """Read a folder of dealers' data or a file of receivables; raises SandboxError for anything else."""
    return receivables.read(path) if path.is_file() else dealers.read(path)


def start_of(data: Data) -> datetime:
    """Return where the clock starts when these data are loaded."""
    return dealers.START if isinstance(data, Dealers) else receivables.START


def fill(world: World, data: Data | None) -> None:
    """Fill every company; raises SandboxError if none of them can take the data."""
    took = [_fill(company, data) for company in world.companies.values()]
    if data is not None and not any(took):
        what, needs = (
            ("dealers' data", "Bitrix24 and Бизнес.ру, or 1C") if isinstance(data, Dealers) else ("receivables", "1C")
        )
        raise SandboxError(f"None of the companies can take the {what}: it needs {needs}.")


def _fill(company: Company, data: Data | None) -> bool:
    """Fill one company's systems and tell whether it has taken the data."""
    portal = cast("Bitrix24 | None", company.emulators.get("bitrix24"))
    ledger = cast("BusinessRu | None", company.emulators.get("business_ru"))
    base = cast("OneC | None", company.emulators.get("onec"))
    if base is not None:
        base.found(little_world.read(company.name).get("onec", {}))
    if data is None:
        little_world.load(company.name, company.config, portal, ledger, base)
    elif isinstance(data, Receivables):
        if base is not None:
            receivables.load(data, base, portal)
        return base is not None
    elif portal is not None and ledger is not None:
        company.people |= dealers.load(data, company.config, portal, ledger)
    elif base is not None:
        dealers_debts.load(data, base, portal)
    else:
        return False
    return True
