"""Short messages under random faults of the wire: what a client says of each is the truth."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from sandbox.serve import Sandbox
from tests.faults.law import SCHEDULES, Side, try_client
from tests.faults.messenger_side import max_side, sms_side, whatsapp_side
from tests.soak import SOAK

Open = Callable[[Sandbox], AbstractContextManager[Side]]
SIDES = {"smsc": sms_side, "whatsapp": whatsapp_side, **({"max": max_side} if SOAK else {})}


@pytest.mark.parametrize("opened", SIDES.values(), ids=SIDES)
def test_whatever_the_wire_does_no_message_is_lost_doubled_or_misjudged(sandbox: Sandbox, opened: Open) -> None:
    with opened(sandbox) as side:
        figures = try_client(side, SCHEDULES)
    sys.stdout.write(f"{opened.__name__}: {figures}\n")
    assert (figures.broken, figures.lost, figures.doubled) == ([], 0, 0), f"{figures}\n" + "\n".join(
        figures.broken[:20]
    )
    assert figures.struck >= figures.writes // 3, f"too few faults struck: {figures}"
