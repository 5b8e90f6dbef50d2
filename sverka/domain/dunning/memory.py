"""What is to be remembered of a run that chased debts: steps that were taken, and where each customer's cycle stands."""

from __future__ import annotations

from dataclasses import dataclass

from sverka.domain.dunning.facts import Cycle, Touch


@dataclass(frozen=True)
class TouchNote:
    """A step towards a customer. wish_key: the key of the message that carries it, "" for one that a person takes.

    A step that no channel carried is noted again when the next one is tried.
    """

    customer: str
    touch: Touch
    wish_key: str = ""

    @property
    def key(self) -> str:
        """Its meaning, unique in a company: own entity, customer, cycle, step, carrying document."""
        touch = self.touch
        return f"{touch.entity}|{self.customer}|{touch.cycle}|{touch.step}|{touch.carrying}"


@dataclass(frozen=True)
class CycleNote:
    """Where a customer's cycle stands."""

    customer: str
    cycle: Cycle
