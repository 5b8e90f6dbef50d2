"""A company as the decisions see it: its state table, who owns which field, how far each rule may go by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sverka.domain.dunning.policy import Ladder, Settings
from sverka.domain.messaging.kinds import MessageKind
from sverka.domain.messaging.wishes import Manners
from sverka.domain.state_table import StateTable

FIELDS = ("order_status", "lines", "reserve", "ledger_order", "availability", "shop_lines")
"""Fields that reconcilers compare. One that the company's table of owners does not name is neither compared nor written."""


class Mode(StrEnum):
    """How far a rule may go: say what it sees, propose it to a person, or do it."""

    WATCH = "watch"
    PROPOSE = "propose"
    AUTO = "auto"


class OnDrift(StrEnum):
    """What to do when somebody changed the side that does not own a field."""

    RESTORE = "restore"
    ADOPT = "adopt"
    ASK = "ask"


@dataclass(frozen=True)
class Rule:
    """The freedom of one rule. A cap of None is no cap."""

    name: str
    mode: Mode
    cap_per_run: int | None = None
    cap_share_percent: int | None = None
    """Of the living population that the rule works on; rounded up to at least one."""
    cap_sum_kopecks: int | None = None


@dataclass(frozen=True)
class Ownership:
    """Who wins on one field, and how long a change of the other side is left in peace first."""

    owner: str
    on_drift: OnDrift
    grace: timedelta


@dataclass(frozen=True)
class Branch:
    """A branch: where its goods lie and its money goes, by the ledger's names."""

    name: str
    store: str
    cash_desk: str
    address: str
    review_link: str


@dataclass(frozen=True)
class WorkingHours:
    """When people answer: from `opens` to `closes` on `weekdays` (0 is Monday), by the company's zone."""

    opens: time
    closes: time
    weekdays: tuple[int, ...]
    missed_call: timedelta = timedelta(minutes=15)
    """So long a call that nobody took may wait, in working time."""


@dataclass(frozen=True)
class Shop:
    """Where orders of the online store become deals: the funnel's key, the stage, the code of the source."""

    funnel: str
    stage: str
    source: str


@dataclass(frozen=True)
class Dunning:
    """How what is overdue is chased: what holds for all customers, and the ladder that they climb."""

    settings: Settings
    ladder: Ladder


@dataclass(frozen=True)
class Policy:
    """Everything about a company that a decision may depend on."""

    company: str
    title: str
    zone: ZoneInfo
    history_cutoff: datetime
    """A deal whose last move to a final stage lies before it is counted, never changed."""
    table: StateTable
    rules: Mapping[str, Rule]
    owners: Mapping[str, Ownership]
    branches: tuple[Branch, ...]
    order_statuses: Mapping[str, str]
    """The state table's word for a status → its name in the ledger."""
    organization: str
    """In whose name the ledger's documents are made, "" for a company without a ledger."""
    author_email: str
    hours: WorkingHours
    duties: Mapping[str, str]
    """What somebody has to see to → the e-mail of who does: `purchase` (goods that are missing), `questions` (what belongs to no deal),
    `shipping` (what leaves today)."""
    shop: Shop | None = None
    """None for a company without an online store."""
    manners: Manners = field(default_factory=Manners)
    """How clients are written to."""
    dunning: Dunning | None = None
    """None for a company that chases no debts."""
    own_kinds: Mapping[str, MessageKind] = field(default_factory=dict)
    """The company's own kinds of message, by the word that stages name in `notice`."""

    @property
    def has_ledger(self) -> bool:
        """Whether there is a ledger that deals are compared with."""
        return bool(self.organization)

    def branch(self, name: str) -> Branch | None:
        """Return a branch by the name that the deal's field shows."""
        return next((branch for branch in self.branches if branch.name == name), None)
