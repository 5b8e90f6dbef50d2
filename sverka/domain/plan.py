"""What a decision comes to: actions, skips with a reason, findings, bindings, and what was found in agreement.

`REASONS` and `CLASSES` are the written lists; nothing else may be said by a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sverka.domain.actions import Action
from sverka.domain.dunning.memory import CycleNote, TouchNote
from sverka.domain.mailbox import Position, Used
from sverka.domain.messaging.channels import Fate
from sverka.domain.messaging.wishes import Asked, Note, Wish

REASONS: Mapping[str, str] = {
    "not_connected": "none of the company's secrets is set",
    "already_run": "this tick has been run",
    "held_by": "another process is running this job for this company",
    "not_due": "no tick of this job is due that has not been run",
    "stopped": "the process was asked to stop before the run began",
    "history": "closed before the history cut-off",
    "in_flight": "changed a moment ago; waits for a second reading and its grace",
    "incomplete_read": "the reading was not complete, so nothing follows from what is missing",
    "no_branch": "the deal names no branch",
    "no_client": "the deal has no client",
    "no_stage": "the portal lacks a stage that the company's file names",
    "no_lines": "the deal has no goods or services",
    "unbound": "a product, a client or a person has no counterpart in the ledger",
    "asked": "a person was asked and has not answered yet",
    "not_now": "outside the hours in which it may go",
    "ignored": "a person said to leave it until a date",
    "own_effect_pending": "an earlier action on the subject has not ended yet",
    "refused": "a system refused the same thing before; it is tried again later, or when something changes",
    "stock_taken": "other shipments of the same look take what is in the store",
    "over_cap": "the rule's cap for one run was reached",
    "mode_watch": "the rule only watches",
    "mode_propose": "the rule waits for a person's release",
    "switched_off": "a kill switch or a tripped brake covers it",
    "too_late": "the order is shipped or paid, so only a person may undo it",
    "not_for_us": "a letter from a machine, a stranger or a forged address is not answered",
    "debt_gate": "a gate keeps the next step towards a customer who owes back; the detail says which",
    "no_mailbox": "the company's file names no mailbox that may be read",
}
"""Why something was considered and left alone."""

CLASSES: Mapping[str, str] = {
    "missing": "something that must exist does not",
    "differs": "two systems disagree",
    "conflict": "both sides changed, to different values",
    "ambiguous": "more than one counterpart fits",
    "behind_fact": "a stage or a reserve lags behind a fact",
    "stale_source": "a system could not be read well enough",
    "malformed": "a row could not be understood",
    "unknown_stage": "a deal stands at a stage that the state table lacks",
    "refused": "a system refused what was to be done",
    "unanswered": "it is not known whether an effect happened",
    "held": "a brake is on",
}
"""What a finding may be."""


def choices(kind: str, aspect: str, *, asks: bool) -> tuple[str, ...]:
    """Return the answers that make sense for a finding: of take-owner, take-mirror, bind and ignore."""
    if not asks:
        return ("take-owner", "take-mirror", "ignore") if kind == "differs" else ("ignore",)
    if kind == "ambiguous":
        return ("bind", "take-owner", "ignore") if aspect == "client" else ("bind", "ignore")
    if aspect == "shop cancelled":
        return ("ignore",)
    return ("take-owner", "take-mirror", "ignore") if kind in ("conflict", "differs") else ("ignore",)


@dataclass(frozen=True)
class Skip:
    """A subject that was considered and left alone."""

    subject: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """Something a person should know. `key` is its identity over time, so that it is told once and ages.

    text: a Russian sentence for people, without inner words. values: what it was seen with; a decision or a first sight holds only
    while they stay. asks: whether an answer of a person is waited for.
    """

    kind: str
    subject: str
    aspect: str
    text: str
    values: str = ""
    money_kopecks: int = 0
    asks: bool = False

    @property
    def key(self) -> str:
        """The finding's identity."""
        return f"{self.kind}|{self.subject}|{self.aspect}"


@dataclass(frozen=True)
class Bind:
    """A counterpart that was found: `left` of the CRM is `right` of the ledger.

    kind: order, client, product, person. tier: T0 our own memory, T1 our mark, T2 a business key, T9 a person's word.
    """

    kind: str
    left: str
    right: str
    tier: str


@dataclass(frozen=True)
class Agreed:
    """A field on which both sides were seen to agree: the new base of the three-way comparison."""

    subject: str
    aspect: str
    value: str


@dataclass(frozen=True)
class Seen:
    """What is remembered of a difference since an earlier run."""

    first_at: datetime
    times: int
    values: str


@dataclass(frozen=True)
class Answer:
    """A person's decision about a finding; it lapses when the values it was made for change.

    choice: take-owner, take-mirror, bind:ID or ignore:DATE. reason: why, or the word in which it was said.
    """

    choice: str
    values: str
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Answered:
    """A person's decision about a finding that was read from a system: the words of `Answer`, and the finding that it is for."""

    finding_key: str
    values: str
    choice: str
    by: str
    reason: str


@dataclass(frozen=True)
class Wake:
    """A moment at which a deal must be looked at again though nothing about it changed: a limit runs out, an hour strikes."""

    deal_id: str
    at: datetime


@dataclass(frozen=True)
class Brake:
    """Why something must not go on by itself: what it is that stops, what happened for the operator (English) and the owner (Russian)."""

    scope: str
    reason: str
    text: str


@dataclass(frozen=True)
class Plan:
    """All that came out of looking at some subjects."""

    actions: tuple[Action, ...] = ()
    proposed: tuple[Action, ...] = ()
    skips: tuple[Skip, ...] = ()
    findings: tuple[Finding, ...] = ()
    binds: tuple[Bind, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    settled: tuple[str, ...] = ()
    """Subjects that need no further look until they change."""
    looked_at: tuple[str, ...] = ()
    """Every subject that was looked at: what was found of it before and is not found now is over."""
    answers: tuple[Answered, ...] = ()
    """What people decided in the systems; it counts from the next round on."""
    wakes: tuple[Wake, ...] = ()
    used: tuple[Used, ...] = ()
    """Tickets that letters used, for the answers above."""
    read_to: tuple[Position, ...] = ()
    """How far our mailbox was read for all this."""
    tripped: tuple[Brake, ...] = field(default=())
    """What this plan stops."""
    wishes: tuple[Wish, ...] = ()
    """What clients are to be told, before it is decided whether and how (`sverka.work.talk`)."""
    notes: tuple[Note, ...] = ()
    """What became of the wishes, to be remembered."""
    withdrawn: tuple[str, ...] = ()
    """Keys of wishes that nobody has any more."""
    asked: tuple[Asked, ...] = ()
    """Who asked to be written to no more, or again."""
    heard: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """Numbers of what came in that this plan deals with, each with the keys of the actions that do; without them it stays undone."""
    returned: tuple[Fate, ...] = ()
    """Letters to clients that did not arrive, as our mailbox told."""
    touches: tuple[TouchNote, ...] = ()
    """Steps towards customers who owe, to be remembered."""
    let_go: tuple[str, ...] = ()
    """Keys of such steps that were planned and whose reason is gone."""
    cycles: tuple[CycleNote, ...] = ()
    """Where customers' cycles stand."""

    def __add__(self, other: Plan) -> Plan:
        return Plan(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def union(plans: Iterable[Plan]) -> Plan:
    """Put plans together in order, in one pass."""
    plans = list(plans)
    return Plan(*(tuple(item for plan in plans for item in getattr(plan, name)) for name in Plan.__dataclass_fields__))
