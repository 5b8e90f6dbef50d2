"""How the phones of the people written to behave: what becomes of a message after it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

DELIVERED_AFTER_S, READ_AFTER_S = 3.0, 30.0
USUAL, OFF_UNTIL = "usual", "off_until"
WORDS = (USUAL, "reads", "off", OFF_UNTIL, "blocked", "failed", "no_account")

Fate = list[tuple[float, str]]
"""(moment, status), in order."""


@dataclass(frozen=True)
class Habit:
    """usual: it gets messages and nobody opens them. reads: they are opened. off, off_until: not switched on (`until`).

    blocked: the person has blocked us. failed: the messenger refuses. no_account: nobody is there.
    """

    how: str = USUAL
    until: float = 0.0

    @property
    def first(self) -> str:
        """The first status of a message."""
        return {"no_account": "noAccount", "failed": "failed"}.get(self.how, "sent")

    def fate(self, since: float) -> Fate:
        """Return what happens to a message that waits for the phone from `since` on."""
        if self.how not in {USUAL, "reads", OFF_UNTIL}:
            return []
        arrived = max(since, self.until) + DELIVERED_AFTER_S
        return [(arrived, "delivered"), *(self.opened(arrived))]

    def opened(self, since: float) -> Fate:
        """Return what happens to a message that lies in the phone from `since` on."""
        return [(since + READ_AFTER_S, "read")] if self.how == "reads" else []


def read_habit(how: str, more: dict[str, Any]) -> Habit:
    """Return a habit from its word, and for `off_until` from the moment `until`; raises ValueError."""
    if how not in WORDS:
        raise ValueError(f"A phone does not behave {how!r}; there are: {', '.join(WORDS)}.")
    wanted = {"until"} if how == OFF_UNTIL else set()
    if more.keys() != wanted:
        raise ValueError(f"{how} takes {' and '.join(wanted) or 'nothing more'}, not {', '.join(more) or 'nothing'}.")
    return Habit(how, _moment(more["until"]) if wanted else 0.0)


def _moment(value: Any) -> float:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"{value!r} is not a moment with an offset, such as 2026-11-23T09:00+03:00.")
    return moment.timestamp()
