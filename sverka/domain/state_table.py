"""The state table of a company: what a stage requires of the ledger, and where a fact of the ledger puts the deal.

It is data from the company's YAML, by the names that people see on the portal. That it does not contradict itself is proved
in `table_lint`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from sverka.domain.messaging.kinds import ORDER_READY, THANKS_REVIEW

WON, LOST = "won", "lost"
FINAL_STAGES = (WON, LOST)

ORDER_WORDS = ("open", "open_if_any", "work_opened", "work_closed", "closed", "cancelled_if_any")
"""What a stage may require of the order's status; the YAML's `order_statuses` names the status for each."""

ALLOWED_STATUSES: Mapping[str, tuple[str, ...]] = {
    "open": ("open", "work_opened"),
    "open_if_any": ("open", "work_opened"),
    "work_opened": ("work_opened",),
    "work_closed": ("work_closed", "closed"),
    "closed": ("closed",),
    "cancelled_if_any": ("cancelled",),
}
"""Statuses that satisfy a requirement: a work order that the master opened is still an order."""

FACT_WORDS: Mapping[str, tuple[str, ...]] = {
    "payment": ("full", "none"),
    "shipment": ("all", "none"),
    "work_order": ("opened", "closed"),
}

DECIDED_WORDS = ("shipment", "payment", "close_order", "move", "link")
"""What may follow from a decision: goods leave, money is registered at the desk, the order is closed; the deal moves to another
funnel, or a second deal is made there and linked."""

VISITS = "visits"
NOTICES = (ORDER_READY, VISITS, THANKS_REVIEW)
"""What a client may be told because a deal stands at a stage: that the order is ready; all that there is to say of a visit; thanks,
with the request for a review."""

TITLE_WORDS = ("id", "client", "surname", "goods", "source")
"""What may stand in braces in the title of a funnel's deals."""


@dataclass(frozen=True)
class Ships:
    """How deals leave a stage on their ship date. Hours are the company's.

    to: where a deal stands on its day; then: where it goes once its track number is there, "" where people move it. begins: from this
    hour of the day on; track_by: by this hour the track number is there.
    """

    to: str
    then: str = ""
    begins: time = time(8)
    track_by: time = time(18)


WAITING, TODAY, GONE = "waiting", "today", "gone"
"""Before the ship date; at the stage of the day; at a later one."""


@dataclass(frozen=True)
class Place:
    """Where a deal stands on its way out. where: WAITING, TODAY or GONE; origin: the stage where it waits for its date."""

    where: str
    origin: str
    ships: Ships


@dataclass(frozen=True)
class Stage:
    """One row of the table: what the ledger must hold while the deal stands here. None: nothing is required."""

    name: str
    order: str | None = None
    reserve: str | None = None
    shipment: str | None = None
    payment: str | None = None
    only: str | None = None
    """"trusted": the shipment is for trusted clients only; the order is required of everybody."""
    request: bool = False
    """Whether a deal here is a new request: people are told, its title and its client's card are put in order, and `allowed` runs
    until somebody answers the client."""
    activity: str | None = None
    """The subject of a to-do that the responsible person gets, once for each stay."""
    allowed: timedelta | None = None
    """How long a deal may stand here, in working time; longer, and its manager is told, after twice the time the head as well."""
    show: str | None = None
    """"availability": the deal shows what is in the stores, and what is missing becomes a task for purchase."""
    eve_check: time | None = None
    """From this hour of the eve of the deal's visit, all its goods must be held at its branch, else somebody gets a task."""
    notice: str | None = None
    """What the client is told: of NOTICES, or a kind of the company's own."""
    ships: Ships | None = None
    """Whether deals wait here for their ship date, and where they go then; a job of its own looks at them."""

    @property
    def requires_order(self) -> bool:
        """Whether an order must exist at this stage."""
        return self.order is not None and not self.order.endswith("_if_any")

    @property
    def keeps_order(self) -> bool:
        """Whether an order that exists is kept in agreement with the deal at this stage."""
        return self.requires_order or self.order == "open_if_any"

    @property
    def asks_something(self) -> bool:
        """Whether anything has to be done, shown or watched for a deal because it stands here."""
        return bool(
            self.keeps_order
            or self.request
            or self.activity
            or self.allowed
            or self.show
            or self.eve_check
            or self.tells
        )

    @property
    def tells(self) -> bool:
        """Whether a client is told something because the deal came here; visits and thanks are looked at by jobs of their own."""
        return self.notice is not None and self.notice not in (VISITS, THANKS_REVIEW)

    @property
    def requires_reserve(self) -> bool:
        """Whether goods must be held at this stage."""
        return self.reserve == "all"


@dataclass(frozen=True)
class Fact:
    """A state of the ledger that moves the deal from one of `origins` to `target`."""

    when: Mapping[str, str]
    origins: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Decision:
    """What a person decides by filling a field of the deal at one of the stages `at`, and what is done about it.

    field: our name of it. value: what it must hold; "yes" for a ticked box. do: of DECIDED_WORDS. target: for `move` and `link`,
    the funnel's key and the stage.
    """

    field: str
    value: str
    at: tuple[str, ...]
    do: tuple[str, ...]
    target: tuple[str, str] | None = None


@dataclass(frozen=True)
class Funnel:
    """A funnel with its stages in the order of the portal."""

    key: str
    name: str
    stages: tuple[Stage, ...]
    facts: tuple[Fact, ...] = ()
    decided: tuple[Decision, ...] = ()
    title: str = ""
    """How deals are named, once: with {id} {client} {surname} {goods} {source} in it; "" leaves titles alone."""

    def stage(self, name: str) -> Stage | None:
        """Return the row of a stage by its name, `won` or `lost`; None if the table has no such stage."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def place(self, name: str) -> Place | None:
        """Return where a deal at a stage (its name, `won` or `lost`) stands on its way out; None if it is on none."""
        names = [stage.name for stage in self.stages]
        waiting = next((stage for stage in self.stages if stage.ships), None)
        if waiting is None or waiting.ships is None or name not in names or name == LOST:
            return None
        ships = waiting.ships
        if name in (waiting.name, ships.to):
            return Place(WAITING if name == waiting.name else TODAY, waiting.name, ships)
        is_later = ships.to in names and names.index(name) > names.index(ships.to)
        return Place(GONE, waiting.name, ships) if is_later else None


@dataclass(frozen=True)
class StateTable:
    """All funnels of a company."""

    funnels: tuple[Funnel, ...] = field(default=())

    def funnel(self, name: str) -> Funnel | None:
        """Return a funnel by its name on the portal."""
        return next((funnel for funnel in self.funnels if funnel.name == name), None)

    def find(self, funnel_name: str, stage_name: str, semantics: str) -> Stage | None:
        """Return the row for a deal: final stages are found by their meaning (S, F), others by name."""
        funnel = self.funnel(funnel_name)
        return funnel.stage(_row_name(stage_name, semantics)) if funnel else None

    def place(self, funnel_name: str, stage_name: str, semantics: str) -> Place | None:
        """Return where a deal stands on its way out, None if it is on none."""
        funnel = self.funnel(funnel_name)
        return funnel.place(_row_name(stage_name, semantics)) if funnel else None


def _row_name(stage_name: str, semantics: str) -> str:
    return {"S": WON, "F": LOST}.get(semantics) or stage_name
