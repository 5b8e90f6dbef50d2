"""What the warehouse's letter says: what leaves today and how, what is not there, what is free again. Values, and their choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sverka.domain.digest import Digest
from sverka.domain.digest_values import LEAVING, VISIT, DealLink, Pick


@dataclass(frozen=True)
class Freed:
    """Goods that nobody holds any more: of which deal, and what they are worth."""

    deal: DealLink
    sum_kopecks: int


@dataclass(frozen=True, kw_only=True)
class WarehouseDigest(Digest):
    """The warehouse's letter. delays: visits and shipments whose goods are not there; notices: drafts that wait for a person."""

    picks: tuple[Pick, ...] = ()
    """What leaves today: by way of leaving, branch or carrier, then what was promised first."""
    tomorrow: tuple[Pick, ...] = ()
    """Tomorrow's visits."""
    freed: tuple[Freed, ...] = ()

    @property
    def needs_a_hand(self) -> bool:
        """Whether something is missing."""
        short = any(pick.is_short for pick in (*self.picks, *self.tomorrow))
        return bool(super().needs_a_hand or short)

    @property
    def is_worth_sending(self) -> bool:
        """Whether anything leaves, is missing, or is free again."""
        return bool(self.needs_a_hand or self.picks or self.tomorrow or self.freed)


def leaves(pick: Pick, today: date) -> bool:
    """Whether goods leave on a day: a visit of the day; else promised for it or earlier, or for no day at all."""
    if pick.way == VISIT:
        return pick.on == today
    return pick.on is None or pick.on <= today


def in_order(picks: Iterable[Pick], today: date) -> tuple[Pick, ...]:
    """Return what leaves today in the order of picking."""
    found = [pick for pick in picks if leaves(pick, today)]
    return tuple(sorted(found, key=lambda pick: (LEAVING.index(pick.way), pick.heap, *_when(pick), pick.deal.title)))


def visits_of(picks: Iterable[Pick], day: date) -> tuple[Pick, ...]:
    """Return the visits of a day by their hours."""
    return tuple(sorted((pick for pick in picks if pick.way == VISIT and pick.on == day), key=_when))


def groups(picks: Iterable[Pick]) -> Mapping[tuple[str, str], tuple[Pick, ...]]:
    """Put picks under (way, branch or carrier), in their order."""
    found: dict[tuple[str, str], list[Pick]] = {}
    for pick in picks:
        found.setdefault((pick.way, pick.heap), []).append(pick)
    return {key: tuple(each) for key, each in found.items()}


def tomorrow(today: date) -> date:
    """Return the day after."""
    return today + timedelta(days=1)


def _when(pick: Pick) -> tuple[bool, str]:
    """Order what was promised for a moment or day before what was not."""
    moment = pick.at or pick.on
    return moment is None, moment.isoformat() if moment else ""
