"""What the daily letters and their tables name one by one: deals, payments, goods to pick, things done. Frozen values only.

Texts that people typed come in as they shall be shown: one line, not too long, without phones and addresses.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sverka.domain.notices import WAYS
from sverka.domain.report import Days
from sverka.domain.tally import NOTHING, Tally

VISIT = "visit"
"""How goods leave that are fitted on the spot, beside the ways of `notices.WAYS`."""

CARRIED = "carried"
"""How goods leave that a carrier takes, on their ship date."""

LEAVING = (*WAYS.values(), CARRIED, VISIT)
"""Every way in which goods leave, in the order of telling."""

BANK, CASH = "bank", "cash"


@dataclass(frozen=True)
class DealLink:
    """A deal as a reader knows it: by its title, which leads to its card."""

    title: str
    url: str


@dataclass(frozen=True)
class Payment:
    """Money bound to an order. on: the day on which it was bound; desk: the cash desk's name, "" for the bank or an unknown desk.

    deal: None where no deal of the CRM is known for the order.
    """

    on: date
    source: str
    sum_kopecks: int
    order: str
    desk: str = ""
    deal: DealLink | None = None


@dataclass(frozen=True)
class Good:
    """A good to be picked: how much, and how much of that is not there, in thousandths."""

    name: str
    amount_thousandths: int
    lacking_thousandths: int = 0


@dataclass(frozen=True)
class Pick:
    """An order whose goods leave on a day. way: of `LEAVING`; at: when the visit begins; order: its number, "" if there is none yet.

    on: the day it was promised for, None where none is agreed. sum_kopecks: of what is left to leave. carrier: for CARRIED, "" if
    nobody has said.
    """

    deal: DealLink
    order: str
    way: str
    branch: str
    goods: tuple[Good, ...]
    sum_kopecks: int
    on: date | None = None
    at: datetime | None = None
    carrier: str = ""

    @property
    def heap(self) -> str:
        """What it is picked together with: its carrier's goods, or its branch's."""
        return self.carrier if self.way == CARRIED else self.branch

    @property
    def is_short(self) -> bool:
        """Whether something of it is not there."""
        return any(good.lacking_thousandths for good in self.goods)

    def is_late(self, today: date) -> bool:
        """Whether it was promised for an earlier day."""
        return self.on is not None and self.on < today


@dataclass(frozen=True)
class Work:
    """One thing that was done. text: why, for people; at: the company's local time."""

    at: datetime
    text: str
    sum_kopecks: int = 0
    deal: DealLink | None = None


@dataclass(frozen=True)
class Income:
    """Money that was bound to orders: each payment of the days told, the oldest first, and all of the month until then."""

    days: Days
    payments: tuple[Payment, ...] = ()
    month: Tally = NOTHING

    @property
    def total(self) -> Tally:
        """What came in the days told."""
        return Tally(len(self.payments), sum(payment.sum_kopecks for payment in self.payments))

    def by_desk(self) -> tuple[tuple[str, str, Tally], ...]:
        """Return (source, desk, what came there), the bank first, then the desks by their names, an unknown one last."""
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for payment in self.payments:
            groups[payment.source, payment.desk].append(payment.sum_kopecks)
        return tuple((*key, Tally(len(sums), sum(sums))) for key, sums in sorted(groups.items(), key=_desk_order))


def _desk_order(group: tuple[tuple[str, str], list[int]]) -> tuple[str, bool, str]:
    (source, desk), _ = group
    return source, not desk, desk
