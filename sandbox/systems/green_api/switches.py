"""What a test may switch, with the value that holds unless it does. In `Setting.switches` a name begins with `green_api.`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PREFIX = "green_api."


@dataclass(frozen=True)
class Switches:
    """The switches of one company's gateway."""

    journal_lag_s: float = 120.0
    """How late a message appears in the journals; the contract says up to two minutes."""
    settings_lag_s: float = 300.0
    """How late new settings take effect; the contract says up to five minutes."""
    shows_head: bool = False
    """The queue is shown with the message that is being sent right now; left out, that one is seen nowhere."""
    max_drops_queue: bool = False
    """MAX loses what is queued when its instance leaves `authorized`, as the vendor's tracker tells."""
    resends: bool = False
    """Each message leaves once more, ten minutes later and under another id, as the vendor's tracker tells."""
    absent_checks: int = 0
    """MAX suspends an account that asks for one absent number more often than this in a day; 0: never."""
    plan: str = "business"
    """`developer` is the free plan: 100 checks and three correspondents a month."""


def read_switches(overrides: Mapping[str, Any]) -> Switches:
    """Return the switches as they stand; raises TypeError for a name that is none."""
    own = {name.removeprefix(_PREFIX): value for name, value in overrides.items() if name.startswith(_PREFIX)}
    return Switches(**own)
