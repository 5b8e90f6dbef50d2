"""What clients are told, as facts, and what is remembered of having told them. Words belong to `sverka.messages`.

The letters of a deal have a subject of their own, `letter:71` beside `deal:71`: a mail server that is down, or a letter of which
nobody knows whether it went, must not hold up the deal's documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

ORDER_READY = "order_ready"

PICKUP, DELIVERY = "самовывоз", "доставка"
WAYS: Mapping[str, str] = {PICKUP: "pickup", DELIVERY: "delivery"}
"""Options of the deal's field that says how a client gets the goods → our word for it."""

_LETTER, _DEAL = "letter:", "deal:"


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


@dataclass(frozen=True)
class Told:
    """A letter about a deal that must not be written again.

    sent_at: business time; None for one that a person cancelled. about: its subject line.
    """

    occasion: str
    to: str
    to_name: str
    about: str
    sent_at: datetime | None


def letter_subject(deal_id: str) -> str:
    """Return under which subject the letters of a deal go."""
    return f"{_LETTER}{deal_id}"


def of_deal(subject: str) -> str:
    """Return the subject of the deal that a letter is about; any other subject as it is."""
    return f"{_DEAL}{subject.removeprefix(_LETTER)}" if subject.startswith(_LETTER) else subject
