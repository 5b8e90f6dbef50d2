"""What a test may switch, with the value that holds unless it does: points on which the contract is silent.

The defaults are the pessimistic reading. `Setting.switches` names only what differs from them.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

REGISTRY_LAG_S = "smsc.registry_lag_s"
"""So long after a message was accepted `status.php` knows nothing of it."""
IDS_TELL_APART = "smsc.ids_tell_apart"
"""Requests to send the same text to the same numbers are not identical if their ids differ."""
LISTS_PER_MINUTE = "smsc.lists_per_minute"
"""How many lists `status.php` answers in a minute; public copies of the vendor's table of errors say one."""
FORBIDDEN_WORDS = "smsc.forbidden_words"
"""Pieces of text, in lower case, for which a message is forbidden (error 6)."""
BALANCE_KOPECKS = "smsc.balance_kopecks"
"""The money on the account at the start."""
PART_KOPECKS = "smsc.part_kopecks"
"""The price of one part."""

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        REGISTRY_LAG_S: 3.0, IDS_TELL_APART: False, LISTS_PER_MINUTE: 1, FORBIDDEN_WORDS: (), BALANCE_KOPECKS: 100_000,
        PART_KOPECKS: 350,
    }
)  # fmt: skip


def effective(overrides: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the switches as they stand: the overrides over the defaults."""
    return ChainMap(dict(overrides), dict(DEFAULTS))
