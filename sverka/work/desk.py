"""What lies on the desk when a job works for one company: its policy, its systems, our store, the clocks."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

from sverka.domain.clock import Clock
from sverka.domain.plan import Brake
from sverka.domain.policy import Policy
from sverka.domain.rows import Stage as StageRow
from sverka.domain.state_table import Stage
from sverka.store.engine import Store
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.portal import Portal
from sverka.systems.business_ru.ledger import Ledger
from sverka.systems.inbox import Inbox
from sverka.systems.messenger import Messenger
from sverka.systems.onec.accounts import Accounts
from sverka.work.channels import Channels
from sverka.work.mark import Mark
from sverka.work.post import Post
from sverka.work.switches import Switches

_NEW_TOKEN = partial(secrets.token_hex, 16)


@dataclass(frozen=True)
class Desk:
    """One company's side of a run.

    field_titles: `deal` and `client` → our key → the title on the portal. ledger: None for a company that has none. post: sends
    letters. at: business time given by hand, None for the vendors' own.
    """

    policy: Policy
    fingerprint: str
    field_titles: Mapping[str, Mapping[str, str]]
    portal: Portal
    ledger: Ledger | None
    post: Post
    store: Store
    clock: Clock
    at: datetime | None = None
    readers: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    """Who gets which daily letter: its name (`owner`, `head` …) → role → (name, e-mail)."""
    writes_to_managers: bool = True
    inbox: Inbox | None = None
    """Where people's letters come in; None if the company's file names no mailbox that may be read."""
    draw_token: Callable[[], str] = _NEW_TOKEN
    """Returns 128 bits that nobody can guess, as 32 hexadecimal digits."""
    accounts: Accounts | None = None
    """None for a company without 1C."""
    switches: Switches = field(default_factory=Switches)
    mark: Mark | None = None
    """How far the store had come, kept outside of it; None where nobody keeps it."""
    clock_jumps_allowed: bool = False
    """Whether business time may jump between runs, because somebody moves it on purpose."""

    templates: Path | None = None
    """The folder of the company's own texts, None for none."""
    messengers: Mapping[str, Messenger] = field(default_factory=dict)
    """The channels for short messages, by name."""

    @cached_property
    def channels(self) -> Channels:
        """How clients are reached beside letters."""
        return Channels(self.company, self.store, self.messengers, self.post.redirect_to)

    @property
    def company(self) -> str:
        """The company's key."""
        return self.policy.company

    @property
    def requests(self) -> Counter[str]:
        """Return how many requests were sent, by system."""
        of_ledger = self.ledger.sent if self.ledger else 0
        of_accounts = self.accounts.sent if self.accounts else 0
        systems = Counter({"bitrix24": self.portal.sent, "business_ru": of_ledger, "onec": of_accounts})
        return systems + self.channels.requests

    def close(self) -> None:
        """Close the lines to the systems."""
        self.portal.close()
        if self.ledger:
            self.ledger.close()
        if self.accounts:
            self.accounts.close()
        self.channels.close()


@dataclass(frozen=True)
class Look:
    """What a round of polling came to.

    now: business time. read_at: real time, for the age of the mirror. incomplete: families whose reading was not complete;
    notes: which, and why. damaged: deals of which some row could not be understood; malformed: reading, id of the row, why.
    """

    run_id: int
    now: datetime
    read_at: datetime
    directory: Directory
    incomplete: frozenset[str] = frozenset()
    damaged: frozenset[str] = frozenset()
    notes: tuple[tuple[str, str], ...] = ()
    malformed: tuple[tuple[str, str, str], ...] = ()
    turn: int = 0
    """Which round of its run it is, from 0."""
    brakes: tuple[Brake, ...] = ()
    """What was found that must not be relied upon."""
    sound: frozenset[str] = frozenset()
    """Scopes of brakes for which it was looked and found no reason."""
    systems: frozenset[str] = frozenset()
    """The systems that were read in it; none if what is remembered had to do."""
    rests_on: datetime | None = None
    """The real time of an older reading of its run that was taken over into it; None if all was read in it."""

    @property
    def stands_since(self) -> datetime:
        """The real time of the oldest reading that it rests on."""
        return min(self.read_at, self.rests_on or self.read_at)

    @cached_property
    def _stages(self) -> Mapping[str, StageRow]:
        return {stage.ext_id: stage for stage in self.directory.stages}

    def stages_that_tell(self, policy: Policy, notice: str) -> tuple[str, ...]:
        """Return the portal's codes of the stages at which clients are told something."""
        rows = {ext_id: self.stage_of(policy, ext_id)[0] for ext_id in self._stages}
        return tuple(ext_id for ext_id, row in rows.items() if row is not None and row.notice == notice)

    def stage_of(self, policy: Policy, stage_id: str) -> tuple[Stage | None, str, str]:
        """Return the state table's row for a stage's code, with the names of stage and funnel on the portal."""
        stage = self._stages.get(stage_id)
        if stage is None:
            return None, stage_id, ""
        return policy.table.find(stage.funnel_name, stage.name, stage.semantics), stage.name, stage.funnel_name
