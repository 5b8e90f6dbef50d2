"""What messages to clients are written from, by kind. Words belong to `sverka.messages`; when which is told, to the rules.

Moments are in the zone of the branch, and are printed as they stand; as JSON they keep their offset. A text that is not known is "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from sverka.domain.messaging.debts import Statement
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    INVOICES,
    ORDER_READY,
    SHIPPING,
    STATEMENTS,
    THANKS_REVIEW,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
    WELCOME,
)
from sverka.domain.notices import OrderReady


@dataclass(frozen=True)
class Visit:
    """A visit of a client. was_at: the moment that was told before, for a visit that was moved. works: names of what will be done."""

    company: str
    name: str
    branch: str
    address: str
    at: datetime
    was_at: datetime | None
    works: tuple[str, ...]
    manager: str
    manager_phone: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        was_at = self.was_at.isoformat() if self.was_at else ""
        return asdict(self) | {"at": self.at.isoformat(), "was_at": was_at, "works": list(self.works)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Visit:
        """Read it back."""
        was_at = datetime.fromisoformat(facts["was_at"]) if facts["was_at"] else None
        at = datetime.fromisoformat(facts["at"])
        return cls(**{**facts, "at": at, "was_at": was_at, "works": tuple(facts["works"])})


@dataclass(frozen=True)
class _Texts:
    """Facts that are texts alone."""

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(**facts)


@dataclass(frozen=True)
class ThanksReview(_Texts):
    """An order that was finished. link: where clients of the branch leave reviews, never ""."""

    company: str
    name: str
    branch: str
    link: str
    order_number: str
    manager: str


@dataclass(frozen=True)
class Greeting(_Texts):
    """A birthday. No age is told."""

    company: str
    name: str
    manager: str


@dataclass(frozen=True)
class Welcome(_Texts):
    """A new client, and who looks after them."""

    company: str
    name: str
    manager: str
    manager_phone: str = ""


@dataclass(frozen=True)
class Generic:
    """What a company's own kinds are written from. order: its number. day: of the deal's date, None if it has none."""

    company: str
    name: str
    deal_title: str
    order: str
    branch: str
    address: str
    day: date | None
    sum_kopecks: int
    manager: str
    manager_phone: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return asdict(self) | {"day": self.day.isoformat() if self.day else ""}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Generic:
        """Read it back."""
        return cls(**{**facts, "day": date.fromisoformat(facts["day"]) if facts["day"] else None})


@dataclass(frozen=True)
class Shipping:
    """An order on its way out. day: when it leaves, or left. carrier, track: "" where nobody has said. address: where it goes."""

    company: str
    name: str
    order: str
    carrier: str
    track: str
    address: str
    day: date
    manager: str

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return asdict(self) | {"day": self.day.isoformat()}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Shipping:
        """Read it back."""
        return cls(**{**facts, "day": date.fromisoformat(facts["day"])})


ClientFacts = OrderReady | Visit | Shipping | ThanksReview | Greeting | Welcome | Statement | Invoice | Generic
"""What a message to a client is written from."""

FACTS: Mapping[str, type[ClientFacts]] = {
    ORDER_READY: OrderReady, VISIT_BOOKED: Visit, VISIT_CANCELLED: Visit, VISIT_EVE: Visit, VISIT_SOON: Visit,
    THANKS_REVIEW: ThanksReview, BIRTHDAY: Greeting, WELCOME: Welcome, **dict.fromkeys(STATEMENTS, Statement),
    **dict.fromkeys(INVOICES, Invoice), **dict.fromkeys(SHIPPING, Shipping),
}  # fmt: skip
"""Kind → its facts: the written list. A company's own kinds have those of `Generic`."""


def from_json(kind: str, facts: Mapping[str, Any]) -> ClientFacts:
    """Read the facts of a kind back from a payload."""
    return FACTS.get(kind, Generic).from_json(facts)
