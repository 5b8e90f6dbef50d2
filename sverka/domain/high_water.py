"""How far a store had come, as it is kept outside of it: against an old copy that somebody put back. Pure.

What was sent after the copy was taken is in no row of it, so it would be sent again. The mark shows that something is missing; what
is missing, nobody knows. After a person said to go on, each creation is looked for before it is made, for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from sverka.domain.actions import MESSAGES, Kind
from sverka.domain.brakes import LETTERS, STORE
from sverka.domain.plan import Brake

LOOKS_FIRST_FOR = timedelta(days=7)
"""So long after an old copy was adopted creations are looked for: by then whatever hung in the gap was planned again."""


@dataclass(frozen=True)
class HighWater:
    """How far a store has come.

    epoch: which store it is, "" before its first run. effect_id, run_id: of the last effect planned and the last run finished, 0 for
    none. at: real time of that.
    """

    epoch: str
    effect_id: int
    run_id: int
    at: datetime

    def reaches(self, other: HighWater) -> bool:
        """Whether it is the same store and nothing of what the other knew is missing."""
        return self.epoch == other.epoch and self.effect_id >= other.effect_id and self.run_id >= other.run_id


@dataclass(frozen=True)
class Adoption:
    """That somebody went on with an old copy: when, and up to which real moment its store had worked."""

    since: datetime
    forgotten_until: datetime


class Doubt(Enum):
    """What is done first about an effect that may have happened in the time that was forgotten."""

    NONE = auto()
    LOOK = auto()
    """It is looked for where it would stand."""
    ASK = auto()
    """Nobody can look: a person says whether it went."""
    DROP = auto()
    """A letter to colleagues of a day that the store had seen: the next one tells it all."""


def old_copy(store: HighWater, mark: HighWater | None) -> Brake | None:
    """Return the brake of a store that has not come as far as its mark. mark: None if there is none, which proves nothing."""
    if mark is None or store.reaches(mark):
        return None
    if store.epoch and store.epoch != mark.epoch:
        told = "it is another store than the one that the mark was written for"
    else:
        told = (
            f"it is older than its mark: it knows effects up to {store.effect_id} and runs up to {store.run_id}, "
            f"the mark effects up to {mark.effect_id} and runs up to {mark.run_id}"
        )
    since = mark.at.isoformat(sep=" ", timespec="minutes")
    return Brake(
        STORE,
        f"{told}; what was sent until {since} may be forgotten, so documents, goods, money and letters to clients wait",
        f"Память Сверки старше, чем была: похоже, восстановлена прежняя копия. Что отправлено до {mark.at:%d.%m.%Y %H:%M} (UTC), "
        "могло забыться, поэтому документы, товар, деньги и письма клиентам ждут.",
    )


def unreadable(file: str, trouble: str) -> Brake:
    """Return the brake of a store whose mark cannot be compared with it."""
    return Brake(
        STORE,
        f"the mark {file} cannot be read ({trouble}), so nobody can tell whether the store is an old copy",
        "Не прочитать отметку о том, как далеко зашла работа: нельзя понять, не восстановлена ли прежняя копия памяти. "
        "Документы, товар, деньги и письма клиентам ждут.",
    )


def doubt(
    kind: Kind, adoption: Adoption, now: datetime, *, began: datetime | None, day: date | None, last_day: date
) -> Doubt:
    """Say what is done first about a creation that nobody has tried.

    began: since when the deal has stood as it does, for messages to clients, None if that is not known. day: of a daily letter;
    last_day: the one on which the forgotten time ended, by the company's zone.
    """
    if now - adoption.since >= LOOKS_FIRST_FOR or not kind.creation:
        return Doubt.NONE
    if kind.rule == LETTERS:
        return Doubt.DROP if day is not None and day <= last_day else Doubt.NONE
    if kind.rule == MESSAGES:
        return Doubt.ASK if began is None or began <= adoption.forgotten_until else Doubt.NONE
    return Doubt.LOOK
