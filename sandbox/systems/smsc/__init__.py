"""The emulator of SMSC.RU: sending, statuses, money, and the phones that SMS end up in.

Nothing of the product or of other systems belongs here, and no sockets: the sandbox's front brings the requests.
"""

from sandbox.systems.smsc.emulator import Smsc
from sandbox.systems.smsc.switches import (
    BALANCE_KOPECKS,
    FORBIDDEN_WORDS,
    IDS_TELL_APART,
    LISTS_PER_MINUTE,
    PART_KOPECKS,
    REGISTRY_LAG_S,
)

__all__ = [
    "BALANCE_KOPECKS", "FORBIDDEN_WORDS", "IDS_TELL_APART", "LISTS_PER_MINUTE", "PART_KOPECKS", "REGISTRY_LAG_S", "Smsc",
]  # fmt: skip
