"""The facts of the message that an order is ready. Its words belong to `sverka.messages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

PICKUP, DELIVERY = "самовывоз", "доставка"
WAYS: Mapping[str, str] = {PICKUP: "pickup", DELIVERY: "delivery"}
"""Options of the deal's field that says how a client gets the goods → our word for it."""


@dataclass(frozen=True)
class Ware:
    """A line of the order, a good or a service."""

    name: str
    price_kopecks: int
    amount_thousandths: int
    sum_kopecks: int


@dataclass(frozen=True)
class OrderReady:
    """The facts of the letter that an order is ready.

    name: how to address the client, "" if that is not known. way: a value of WAYS. address: of the branch, or where the goods are
    brought. day: from which the goods may be fetched, or on which they are brought; None for at once. manager: "" for nobody.
    """

    company: str
    name: str
    order: str
    way: str
    address: str
    day: date | None
    wares: tuple[Ware, ...]
    sum_kopecks: int
    due_kopecks: int
    manager: str

    @property
    def is_delivery(self) -> bool:
        """Whether the goods are brought to the client."""
        return self.way == WAYS[DELIVERY]

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return asdict(self) | {
            "day": self.day.isoformat() if self.day else "", "wares": [asdict(ware) for ware in self.wares],
        }  # fmt: skip

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> OrderReady:
        """Read it back."""
        day = date.fromisoformat(facts["day"]) if facts["day"] else None
        return cls(**{**facts, "day": day, "wares": tuple(Ware(**ware) for ware in facts["wares"])})
