"""A deal on its way out: what is known of it, when it leaves, whether it has left. Pure.

Days are the company's. A date on a day off counts as the next working day, by Russia's production calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sverka.domain.cases import OrderCase, Refused
from sverka.domain.dunning.facts import Hold
from sverka.domain.messaging.wishes import subject_of
from sverka.domain.messaging.workdays import Workdays
from sverka.domain.notices import PICKUP
from sverka.domain.policy import Policy
from sverka.domain.reminders import Made
from sverka.domain.state_table import GONE, TODAY, Place

WAY_OUT = "shipping"
"""Stands in place of a kind in the subject of what is done for a deal on its way out: it closes none of the deal's other reminders."""

MOVED_FOR, MOVED_ON, TRACK_BEFORE = "ship date", "moved on", "track before"
"""What is remembered of our move to the day's stage: for which date, on which day, with which track number there already."""
MOVED_BACK, GONE_WITH = "moved back", "gone with"
"""The same of our moves back (from which date to which) and on (with which track number)."""


@dataclass(frozen=True)
class ToldShipping:
    """A message about the way out. at: business time. went: whether it may have been sent; else a person took it back."""

    kind: str
    occasion: str
    at: datetime
    went: bool = True


@dataclass(frozen=True)
class ShipCase:
    """A deal, and what matters of its way out.

    place: where it stands, None if it is on no way out (any more). hold: what may still be shipped to the client. storekeeper: the
    CRM's user who picks. bases, made, refusals: what is remembered under `subject`, as in `OrderCase`.
    """

    case: OrderCase
    place: Place | None
    hold: Hold = Hold.NONE
    storekeeper: str = ""
    told: Sequence[ToldShipping] = ()
    bases: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)
    refusals: Mapping[str, Refused] = field(default_factory=dict)
    has_pending: bool = False
    """Whether an earlier action on the deal or on its way out has not ended."""

    @property
    def subject(self) -> str:
        """The subject of what is done: apart from the deal's own."""
        return subject_of(self.case.subject, WAY_OUT)

    @property
    def date(self) -> date | None:
        """The ship date as it is written in the deal."""
        written = self.case.deal.custom("ship_date")
        return date.fromisoformat(written) if written else None

    @property
    def track(self) -> str:
        """The track number as it is written, on one line; "" for none."""
        return " ".join(self.case.deal.custom("track").split())

    @property
    def is_fetched(self) -> bool:
        """Whether the client comes for the goods: then there is no carrier, and no track number."""
        return self.case.deal.custom("delivery") == PICKUP

    @property
    def has_left(self) -> bool:
        """Whether the track number has appeared; one that stood there before the day came says nothing while the deal stands at it."""
        if self.place is None or not self.track:
            return False
        is_new = self.track != self.bases.get(TRACK_BEFORE, "")
        return self.place.where == GONE or (self.place.where == TODAY and is_new)

    @property
    def is_stopped(self) -> bool:
        """Whether nothing may be shipped to the client; an order that is seen to be paid in full goes all the same."""
        return self.hold is Hold.STOP_SHIP and not (self.case.order is not None and self.case.is_paid)

    def lacks(self, name: str) -> bool:
        """Whether the portal has a field that is to be filled for a carrier, and it is empty."""
        return not self.is_fetched and name in self.case.deal_fields and not self.case.deal.custom(name).strip()


def leaves_on(written: date, workdays: Workdays) -> date:
    """Return the day on which goods leave that are to leave on a date."""
    return workdays.next_working_day(written) if workdays.is_day_off(written) else written


def stay_began(each: ShipCase, policy: Policy) -> datetime:
    """Return when the deal came to its stage, by the company's clock."""
    return each.case.stands_since.astimezone(policy.zone)


def due_at(each: ShipCase, place: Place, policy: Policy) -> datetime:
    """Return by when the goods of a deal at the day's stage are to be gone: that day, or the next working one if it was too late."""
    since, workdays = stay_began(each, policy), policy.manners.workdays
    day = since.date()
    if workdays.is_day_off(day) or since.time() >= place.ships.track_by:
        day = workdays.next_working_day(day)
    return datetime.combine(day, place.ships.track_by, policy.zone)
