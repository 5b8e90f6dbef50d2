"""How a company chases what is overdue: ladders of steps, thresholds, windows, caps. Data with safe defaults; a company's file may differ.

Names ending in `_bd` are working days, `_days` calendar days, `_percent` whole per cent. The figures are those of the industry's practice
and may all be changed; the law's own hours for persons stand in `sverka.domain.messaging.zones`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sverka.domain.dunning.facts import Hold
from sverka.domain.messaging.workdays import Workdays
from sverka.domain.messaging.zones import Span

MANAGER, HEAD, DIRECTOR, ACCOUNTANT = "manager", "head", "director", "accountant"
"""Who is given a task."""

_ACCOUNTANT_FIRST = ("email:accountant", "messenger:accountant", "email:director")
_TO_A_PERSON = ("messenger:person", "email:person")


@dataclass(frozen=True)
class Step:
    """A step of a ladder, due when the carrying document is `at_bd` working days past its due day (before it, for a negative number).

    channels: by which it goes to the customer, the preferred first, `email:accountant`; () for a step inside the house. template: the kind
    of message. task: who is given a task. hold: what it announces to the customer or proposes. was: former ids of the same step.
    """

    id: str
    at_bd: int
    is_mandatory: bool = True
    channels: tuple[str, ...] = ()
    template: str = ""
    task: str = ""
    hold: Hold = Hold.NONE
    is_draft: bool = False
    """Whether a person releases it, always."""
    is_hard: bool = False
    """Whether it does not go on the eve of a long holiday."""
    is_notice: bool = False
    """Whether it is the warning without which no shipment is stopped."""
    is_call: bool = False
    """Whether its task is to call, done once a call is logged."""
    requires_call: bool = False
    """Whether it waits until a call was logged in this cycle."""
    requires_notice_bd: int = 0
    """So long before it the warning has to have gone, or have been given to a person."""
    waits_for_head: bool = False
    """Whether the ladder ends here: a person decides."""
    sla_bd: int = 0
    """So long the head may take before the director is asked."""
    repeats_bd: int = 0
    """How often it comes again; it is for the digest alone."""
    was: tuple[str, ...] = ()

    @property
    def is_inside(self) -> bool:
        """Whether the customer is told nothing by it."""
        return not self.channels

    @property
    def is_service(self) -> bool:
        """Whether it is a notice before the due day, no reminder of a debt."""
        return self.at_bd < 0

    def is_called(self, step_id: str) -> bool:
        """Whether an id is, or was, its own."""
        return step_id == self.id or step_id in self.was


@dataclass(frozen=True)
class HoldRule:
    """When a hold is entered and left. An age of None never leads to it; nobody is held at all where `is_on` is False."""

    is_on: bool = True
    watch_percent: int = 80
    watch_left_percent: int = 75
    prepay_percent: int = 100
    prepay_left_percent: int = 90
    stop_percent: int = 110
    stop_left_percent: int = 100
    watch_age_bd: int | None = 1
    prepay_age_bd: int | None = 7
    stop_age_bd: int | None = 15
    left_age_bd: int = 3
    """Nothing may be as old as this when a hold on deferral is left."""
    notice_bd: int = 2
    """So long before a stop the customer has to have been warned."""
    stop_needs_person: bool = False
    """Whether a stop is proposed even where holds are set by themselves."""


CONTEXTUAL_SOFT = "contextual_soft"
"""How an old debt that nobody has chased is begun with: by its first step, worded as figures to be compared."""


@dataclass(frozen=True)
class Ladder:
    """A tier of customers: its steps in the order of `at_bd`, and its holds. entry: CONTEXTUAL_SOFT or ""."""

    name: str
    steps: tuple[Step, ...]
    hold: HoldRule = field(default_factory=HoldRule)
    entry: str = CONTEXTUAL_SOFT

    def __post_init__(self) -> None:
        if [step.at_bd for step in self.steps] != sorted({step.at_bd for step in self.steps}):
            raise ValueError(f"the steps of the ladder {self.name} do not stand in order")

    @property
    def mandatory(self) -> tuple[Step, ...]:
        """The steps that are never skipped."""
        return tuple(step for step in self.steps if step.is_mandatory)

    def step(self, step_id: str) -> Step | None:
        """Return a step by an id that it has or had."""
        return next((step for step in self.steps if step.is_called(step_id)), None)


def _pre(days: int) -> Step:
    return Step(f"pre{days}", -days, is_mandatory=False, channels=_ACCOUNTANT_FIRST, template="payments_due")


def _soft(at_bd: int) -> Step:
    return Step(f"soft{at_bd}", at_bd, channels=_ACCOUNTANT_FIRST, template="debt_soft", hold=Hold.WATCH)


def _call(at_bd: int) -> Step:
    return Step(f"call{at_bd}", at_bd, task=MANAGER, is_call=True, hold=Hold.WATCH)


def _statement(at_bd: int) -> Step:
    return Step(f"stmt{at_bd}", at_bd, channels=_ACCOUNTANT_FIRST, template="debt_statement", hold=Hold.PREPAY_ONLY)


_WARN12 = Step(
    "warn12", 12, channels=_ACCOUNTANT_FIRST, template="debt_warning", task=HEAD, hold=Hold.PREPAY_ONLY, is_draft=True, is_hard=True,
    is_notice=True, requires_call=True,
)  # fmt: skip
_STOP15 = Step(
    "stop15", 15, channels=_ACCOUNTANT_FIRST, template="debt_stop", task=HEAD, hold=Hold.STOP_SHIP, is_draft=True, is_hard=True,
    requires_notice_bd=2,
)  # fmt: skip
_HUMAN20 = Step("human20", 20, task=HEAD, hold=Hold.STOP_SHIP, waits_for_head=True, sla_bd=5)
_WEEKLY = Step("weekly", 30, is_mandatory=False, hold=Hold.STOP_SHIP, repeats_bd=10)
_END = (_WARN12, _STOP15, _HUMAN20, _WEEKLY)

LADDERS: Mapping[str, Ladder] = {
    ladder.name: ladder
    for ladder in (
        Ladder("dealer_standard", (_pre(3), _soft(3), _call(5), _statement(8), *_END)),
        Ladder(
            "dealer_trusted",
            (_pre(3), _soft(5), _call(8), _statement(12), _HUMAN20, _WEEKLY),
            HoldRule(stop_needs_person=True),
        ),
        Ladder(
            "dealer_risky",
            (_pre(7), _soft(1), _call(3), _statement(6), *_END),
            HoldRule(prepay_age_bd=1, left_age_bd=1),
        ),
        Ladder(
            "retail_person",
            (
                Step("remind1", 1, channels=_TO_A_PERSON, template="debt_soft"),
                Step("remind5", 5, channels=_TO_A_PERSON, template="debt_soft"),
                Step("call8", 8, task=MANAGER, is_call=True),
            ),
            HoldRule(is_on=False),
        ),
        Ladder(
            "key_account",
            (_call(5), Step("human20", 20, task=HEAD, waits_for_head=True, sla_bd=5)),
            HoldRule(stop_needs_person=True),
        ),
        Ladder("no_follow", (), HoldRule(is_on=False)),
    )
}
DEFAULT = LADDERS["dealer_standard"]


class NoLimit(StrEnum):
    """What the absence of a limit in 1C means."""

    UNLIMITED = "unlimited"
    ZERO = "zero"


@dataclass(frozen=True)
class PromiseRule:
    """What a promise may be and when it is kept, in per cent of its sum that came until `grace_bd` after its day."""

    max_bd: int = 14
    max_per_cycle: int = 2
    kept_percent: int = 98
    part_percent: int = 30
    grace_bd: int = 1


@dataclass(frozen=True)
class Caps:
    """How many customers may be reached in a day, and about how much money. The share is of all debtors, rounded up to at least one."""

    customers_per_day: int = 40
    share_percent: int = 15
    kopecks_per_day: int = 5_000_000_00


@dataclass(frozen=True)
class Settings:
    """What holds for all customers of a company, whatever their ladder.

    send_window: of letters, by the company's clock, in minutes of the day; messenger_window: of messengers, by the recipient's clock.
    cooling_*: so much paid in the cycle, of the carrying document or of the net overdue, and the ladder rests for `cooling_bd`.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    workdays: Workdays = field(default_factory=Workdays)
    min_document_kopecks: int = 100_00
    min_customer_kopecks: int = 5_000_00
    tail_turnover_permille: int = 5
    tail_turnover_cap_kopecks: int = 5_000_00
    contact_gap_bd: int = 3
    send_window: Span = (14 * 60, 16 * 60 + 30)
    messenger_window: Span = (14 * 60, 16 * 60 + 30)
    forewarn_before: timedelta | None = timedelta(minutes=90)
    """So long before a step goes the manager has to have been told; None where nobody is told before."""
    payments_within: timedelta = timedelta(hours=26)
    shipments_within: timedelta = timedelta(hours=2)
    unallocated_percent: int = 30
    long_holiday_days: int = 3
    """So many days off in a row make the day before them an eve."""
    attention_per_day: int = 2
    contact_known_days: int = 180
    no_limit: NoLimit = NoLimit.UNLIMITED
    holds_by_themselves: bool = False
    """Whether holds beyond WATCH are set without a head's word."""
    promise: PromiseRule = field(default_factory=PromiseRule)
    dispute_sla_bd: int = 10
    paid_already_pause_bd: int = 3
    pause_max_days: int = 30
    reply_pause_bd: int = 3
    cooling_document_percent: int = 50
    cooling_net_percent: int = 30
    cooling_bd: int = 3
    coming_days: int = 7
    """How far ahead a notice of payments that are due soon looks."""
    caps: Caps = field(default_factory=Caps)

    def tail_kopecks(self, turnover_kopecks: int | None) -> int:
        """Return below which net sum nothing is said: the minimum, or a share of 12 months' turnover up to its cap, if that is more."""
        share = (turnover_kopecks or 0) * self.tail_turnover_permille // 1000
        return max(self.min_customer_kopecks, min(share, self.tail_turnover_cap_kopecks))
