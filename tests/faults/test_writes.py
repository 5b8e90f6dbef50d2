"""Random writes under random faults of the wire, over real sockets: what a client says of each is the truth."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from sandbox.serve import Sandbox
from tests.faults.law import SCHEDULES, Side, try_client
from tests.faults.ledger_side import ledger_side
from tests.faults.mail_side import mail_side
from tests.faults.portal_side import portal_side

Open = Callable[[Sandbox], AbstractContextManager[Side]]


@pytest.mark.parametrize("opened", [portal_side, ledger_side, mail_side], ids=["bitrix24", "business_ru", "smtp"])
def test_whatever_the_wire_does_no_write_is_lost_doubled_or_misjudged(sandbox: Sandbox, opened: Open) -> None:
    with opened(sandbox) as side:
        figures = try_client(side, SCHEDULES)
    sys.stdout.write(f"{opened.__name__}: {figures}\n")
    assert (figures.broken, figures.lost, figures.doubled) == ([], 0, 0), f"{figures}\n" + "\n".join(
        figures.broken[:20]
    )
    assert figures.struck >= figures.writes // 3, f"too few faults struck: {figures}"
