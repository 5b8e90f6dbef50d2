"""What a job is: a name, what it may do, how it reads, and the pure-minded function that plans it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sverka.domain.effects import Effect
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION
from sverka.domain.messaging.wishes import kind_of
from sverka.domain.plan import Plan
from sverka.work.desk import Desk, Look

MESSAGE_KINDS = (*CHANNEL_BY_ACTION, "comment.create", "todo.create", "todo.complete")
"""What a job that tells clients something may do: send, note it in the card, and have somebody say what no channel can carry."""


class Polls(StrEnum):
    """What a job reads before it plans."""

    CHANGES = "changes"
    CHANGES_IF_THEY_ANSWER = "changes if they answer"
    """A job that rather speaks from what is remembered than keeps silent."""
    PORTAL = "changes of the portal"
    """A job that has nothing to do with the ledger, which is not asked."""
    ACCOUNTS = "changes of the portal and of 1C"
    """A job about terms, debts and payments."""
    EVERYTHING = "everything"
    NOTHING = "nothing"
    """A job that needs neither system: what is remembered says what time it is."""


@dataclass(frozen=True)
class Job:
    """One job. Its rulebook is its module's docstring.

    plan: looks at the mirror through `sverka.work` and returns what should be done. wanted: runs the rule again for an
    effect that was planned on an older mirror. passes: how often a run may plan anew after its effects were seen, to
    complete what was made in steps. useful: how long a tick that was missed still counts; None: the latest one always does.
    """

    name: str
    summary: str
    kinds: tuple[str, ...]
    plan: Callable[[Desk, Look], Plan]
    wanted: Callable[[Desk, Look, Effect], bool]
    polls: Polls = Polls.CHANGES
    passes: int = 4
    useful: timedelta | None = None
    messages: tuple[str, ...] = ()
    """The kinds of messages that are its own; empty for all."""
    subjects: tuple[str, ...] = ()
    """What subjects begin with whose effects are its own, beside its messages: `client:`."""

    def may_send(self, effect: Effect) -> bool:
        """Whether it may send a planned effect: of one that tells clients something only what goes with its own messages."""
        is_own = (
            not self.messages
            or effect.kind == "letter.reply"
            or kind_of(effect.key, effect.subject) in self.messages
            or any(map(effect.subject.startswith, self.subjects))
        )
        return effect.kind in self.kinds and is_own
