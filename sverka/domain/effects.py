"""One effect on its way out: the states of an outbox row, what a system answered, what a later look found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sverka.domain.rows import Row


class State(StrEnum):
    """Where an effect stands (architecture, states and keys)."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


WAITING = (State.PLANNED, State.CLAIMED, State.UNKNOWN)
"""States in which a repair's key is taken, and in which later effects on the subject wait."""

FREES_CREATION_KEY = (State.CANCELLED, State.EXPIRED, State.FAILED)
"""States that free the key of a creation: surely nothing was made. `failed` is a definite refusal, which made nothing either."""


class Answer(StrEnum):
    """What a system's answer to a write means."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_EXECUTED = "not_executed"
    AMBIGUOUS = "ambiguous"


LOOKED_UP = "looked up: "
"""How the detail of an attempt begins that only asked whether an earlier one happened."""


@dataclass(frozen=True)
class Outcome:
    """The end of one attempt to send.

    changed: False if the system already stood as wanted. external_id: of what was made. retry_after_s: when the vendor named a time
    (or a closed window opens), for `not_executed`. detail: a short sentence without secrets. overtaken: what stands there is not any more
    what the effect was planned on, so nothing was written and it has to be decided anew. news: what stands there, as rows of the mirror.
    """

    answer: Answer
    changed: bool = True
    external_id: str = ""
    detail: str = ""
    retry_after_s: float | None = None
    overtaken: bool = False
    news: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Probe:
    """What a look-up after a lost answer found.

    complete: False if the look itself cannot be relied upon. is_final: whether no later look can tell more.
    """

    found: bool
    complete: bool
    external_id: str = ""
    detail: str = ""
    is_final: bool = False


@dataclass(frozen=True)
class Effect:
    """A row of the outbox."""

    id: int
    company: str
    key: str
    kind: str
    system: str
    subject: str
    risk: int
    payload: Mapping[str, Any]
    reason: str
    before: str
    after: str
    money_kopecks: int
    state: State
    attempts: int
    planned_at: datetime
    not_before: datetime | None
    claimed_at: datetime | None
    fence: int
    external_id: str
    changed: bool | None
    detail: str
    run_id: int
    evidence: tuple[str, ...] = field(default=())
    settles: tuple[tuple[str, str], ...] = ()
    """(aspect, value) pairs that become the agreed base once the effect is accepted."""


@dataclass(frozen=True)
class Refusal:
    """What a system refused, and refused again each time that the same was sent since.

    times: how many effects in a row met it. detail, last_at: what the latest was told, and when.
    """

    key: str
    payload: Mapping[str, Any]
    times: int
    detail: str
    last_at: datetime


def at_this_try(payload: Mapping[str, Any], attempts: int) -> Mapping[str, Any]:
    """Return a payload as it counts after so many tries.

    What stands there may by then be half our own: that it is not what the plan was made on (`was`) is no reason any more not to write.
    """
    return {name: value for name, value in payload.items() if name != "was"} if attempts else payload
