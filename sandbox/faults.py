"""Which fault is armed for which system, and when its turn comes.

What a fault does to an HTTP request is in `service.py`, to a letter in `mail.py`, to who reads letters in `imap.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

KINDS = (
    "http_429", "http_500", "http_502_html", "http_503", "html_200", "slow", "timeout_before", "timeout_after", "reset",
    "half_body", "half_page", "rows_move", "duplicate_rows", "wrong_token", "maintenance",
)  # fmt: skip
MAIL_KINDS = (
    "http_429", "http_500", "http_503", "maintenance", "slow", "timeout_before", "timeout_after", "reset", "half_body",
    "wrong_token",
)  # fmt: skip
DEFAULT_SECONDS = {"slow": 2.0, "timeout_before": 30.0, "timeout_after": 30.0}


@dataclass
class Fault:
    """One armed fault: the next `left` requests have it, or each with the probability `share` (then `left` is None).

    seconds: how long the line is held, for the kinds that hold it.
    """

    company: str
    system: str
    kind: str
    left: int | None
    share: float | None
    random: Random
    seconds: float

    def strikes(self) -> bool:
        """Decide about one request, and count it if struck."""
        if self.left is None:
            return self.random.random() < (self.share or 0.0)
        if self.left == 0:
            return False
        self.left -= 1
        return True


class Faults:
    """All armed faults, in the order in which they were armed; the first that strikes wins."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def arm(self, fault: Fault) -> None:
        """Add a fault behind those already armed."""
        with self._lock:
            self._armed.append(fault)

    def clear(self) -> None:
        """Disarm all."""
        with self._lock:
            self._armed.clear()

    def armed(self) -> list[dict[str, object]]:
        """Describe the faults that may still strike."""
        with self._lock:
            return [
                {"company": f.company, "system": f.system, "kind": f.kind, "left": f.left, "share": f.share}
                for f in self._armed
                if f.left != 0
            ]

    def draw(self, company: str, system: str, kinds: Collection[str] = KINDS) -> Fault | None:
        """Return the fault that strikes the present request, if any; only `kinds` are looked at."""
        with self._lock:
            for fault in self._armed:
                if (fault.company, fault.system) == (company, system) and fault.kind in kinds and fault.strikes():
                    return fault
        return None

    def give_back(self, fault: Fault) -> None:
        """Undo a draw which had nothing to spoil, so that the fault waits for a request that it fits."""
        with self._lock:
            if fault.left is not None:
                fault.left += 1
