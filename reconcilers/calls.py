"""Missed calls: somebody rang, and nobody has rung back.

Rules
- An incoming call that was not taken waits until the manager takes care of it: ticks it off, calls back, or the client gets through.
- After the company's time, counted in working hours, its responsible person is told; after twice the time that person's head as well.
- Calls from before the company's cut-off are history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sverka.domain import hours, reminders
from sverka.domain.cases import People
from sverka.domain.plan import Finding, Plan, union
from sverka.domain.policy import Policy
from sverka.domain.reminders import Made, Reminder
from sverka.domain.rows import Activity
from sverka.domain.russian import quoted


@dataclass(frozen=True)
class MissedCall:
    """An incoming call that nobody took, and who called. is_answered: whether anybody has talked to the caller since."""

    call: Activity
    caller: str
    people: People
    is_answered: bool
    made: Mapping[str, Made] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The call's name in plans."""
        return f"call:{self.call.ext_id}"


def decide(missed: MissedCall, policy: Policy, now: datetime) -> Plan:
    """Return who must be told of a missed call, and what is told in the letter."""
    is_late = _is_late(missed, policy, now)
    plan = reminders.plan(policy.company, missed.subject, _wanted(missed, policy, now) if is_late else [], missed.made)
    return union([plan, Plan(findings=(_finding(missed),) if is_late else (), looked_at=(missed.subject,))])


def _is_late(missed: MissedCall, policy: Policy, now: datetime) -> bool:
    """Whether somebody should have called back by now; true of a call to nobody in particular as well."""
    call = missed.call
    if call.completed or missed.is_answered or call.created_at < policy.history_cutoff:
        return False
    return hours.after(policy.hours, policy.zone, call.created_at, policy.hours.missed_call) <= now


def _wanted(missed: MissedCall, policy: Policy, now: datetime) -> list[Reminder]:
    call = missed.call
    limits = (
        hours.after(policy.hours, policy.zone, call.created_at, policy.hours.missed_call * times) for times in (1, 2)
    )
    people = (missed.people.manager, missed.people.head)
    text = f"{quoted(missed.caller)}, {call.subject}" if call.subject else quoted(missed.caller)
    return [
        Reminder("notice", "missed call", str(level), "Пропущенный звонок ждёт ответа", text, person)
        for level, (person, limit) in enumerate(zip(people, limits, strict=True)) if limit <= now and person
    ]  # fmt: skip


def _finding(missed: MissedCall) -> Finding:
    text = f"Пропущенный звонок от клиента {quoted(missed.caller)}: никто не перезвонил."
    return Finding("behind_fact", missed.subject, "call", text, missed.call.ext_id)
