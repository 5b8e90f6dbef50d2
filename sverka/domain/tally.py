"""How many of a thing there are, and what they are worth together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """How many, and what they are worth together."""

    count: int = 0
    sum_kopecks: int = 0

    def __bool__(self) -> bool:
        return self.count > 0


NOTHING = Tally()
"""None of it."""
