"""When to act on a difference: at once, after a second look, or only when a person has said so.

What a person just decided in the CRM is carried out at the first complete reading. Putting back what somebody changed on the side
that does not own the field waits: it must have been seen before with the same values, and for longer than the field's grace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sverka.domain.cases import OrderCase
from sverka.domain.plan import Agreed, Finding, Plan, Skip
from sverka.domain.policy import OnDrift, Ownership
from sverka.domain.russian import in_words
from sverka.domain.three_way import Verdict, judge


class Course(StrEnum):
    """What a rule is to do about a difference."""

    NOTHING = "nothing"
    ACT = "act"
    RESTORE = "restore"
    """Put back what somebody changed, after a second look."""
    WAIT = "wait"
    ADOPT = "adopt"
    """The mirror is right: its value is taken over."""
    ASK = "ask"
    LEAVE = "leave"


ACTING = (Course.ACT, Course.RESTORE)
"""What leads to the owner's value being written."""


def occasion(course: Course) -> str:
    """Return the occasion of the action that follows: putting back is counted, so it bears a name of its own."""
    return "restore" if course is Course.RESTORE else ""


RESTORES_A_WEEK = 2
"""So often something is put back; then a person is asked, for somebody or something keeps changing it."""


@dataclass(frozen=True)
class Difference:
    """A field of a case with its two values as canonical text, and the sentences for a person.

    drift: what to say when the mirror was changed; conflict: when both sides were.
    """

    aspect: str
    owner: str
    mirror: str
    drift: str
    conflict: str
    is_strange: bool = False
    """The two never agreed, and what stands on the mirror's side is nothing that we made: a person has to say."""
    derived: bool = False
    """The value is computed by us (a reserve): nobody can have decided it otherwise, so a conflict is a mere drift."""
    restored: int = 0
    """How often in the last week it was put back already."""
    topic: str = ""
    """What a person is asked about, where that is not the aspect itself: lines that the ledger owns are another question."""

    @property
    def asked_about(self) -> str:
        """The aspect of the finding."""
        return self.topic or self.aspect


def weigh(case: OrderCase, difference: Difference, ownership: Ownership, now: datetime) -> tuple[Course, Plan]:
    """Return what to do, and the part of the plan that goes with it (finding, skip, or the new base)."""
    verdict = judge(case.bases.get(difference.aspect), difference.owner, difference.mirror)
    if verdict is Verdict.CONFLICT and difference.derived:
        verdict = Verdict.MIRROR_MOVED
    if verdict in (Verdict.AGREED, Verdict.CONVERGED):
        return Course.NOTHING, agreed(case, difference.aspect, difference.owner)
    if verdict is Verdict.OWNER_MOVED or (verdict is Verdict.NEVER_AGREED and not difference.is_strange):
        return Course.ACT, Plan()
    if verdict in (Verdict.CONFLICT, Verdict.NEVER_AGREED) or ownership.on_drift is OnDrift.ASK:
        return _ask(case, difference, verdict)
    if ownership.on_drift is OnDrift.ADOPT:
        return Course.ADOPT, Plan()
    if difference.restored >= RESTORES_A_WEEK:
        again = replace(
            difference,
            drift=f"{difference.drift} Мы уже возвращали это {in_words(difference.restored, 'раз|раза|раз')} за неделю. Что верно?",
        )
        return _ask(case, again, verdict)
    return _restore(case, difference, ownership, now)


def agreed(case: OrderCase, aspect: str, value: str) -> Plan:
    """Return the new base for a field on which both sides were seen to agree; nothing if it is the base already."""
    return Plan() if case.bases.get(aspect) == value else Plan(agreed=(Agreed(case.subject, aspect, value),))


def patient(case: OrderCase, finding: Finding, ownership: Ownership, now: datetime) -> bool:
    """Whether a difference has stood long enough: seen before with the same values, and for the whole grace."""
    seen = case.seen.get(finding.key)
    return seen is not None and seen.values == finding.values and now - seen.first_at >= ownership.grace


def answered(case: OrderCase, finding: Finding) -> str:
    """Return what a person said about a finding as it stands: take-owner, take-mirror, ignore:DATE, bind:ID, or ""."""
    answer = case.answers.get(finding.key)
    return answer.choice if answer and answer.values == finding.values else ""


def exception(case: OrderCase, aspect: str) -> Plan:
    """Leave the mirror as it is, for a person said that it is right and there is nothing of ours to change."""
    return Plan(skips=(Skip(case.subject, "ignored", aspect),))


def leave(case: OrderCase, finding: Finding) -> Plan:
    """Leave a difference alone because a person said so."""
    return Plan(skips=(Skip(case.subject, "ignored", finding.aspect),), findings=(finding,))


def _ask(case: OrderCase, difference: Difference, verdict: Verdict) -> tuple[Course, Plan]:
    moved_alone = verdict is Verdict.MIRROR_MOVED
    kind, text = ("differs", difference.drift) if moved_alone else ("conflict", difference.conflict)
    finding = Finding(
        kind, case.subject, difference.asked_about, text, _values(difference), case.sum_kopecks, asks=True
    )
    choice = answered(case, finding)
    if choice == "take-owner":
        return Course.ACT, Plan()
    if choice == "take-mirror":
        return Course.ADOPT, Plan()
    if choice:
        return Course.LEAVE, leave(case, finding)
    return Course.ASK, Plan(skips=(Skip(case.subject, "asked", difference.asked_about),), findings=(finding,))


def _restore(case: OrderCase, difference: Difference, ownership: Ownership, now: datetime) -> tuple[Course, Plan]:
    finding = Finding(
        "differs", case.subject, difference.asked_about, difference.drift, _values(difference), case.sum_kopecks
    )
    choice = answered(case, finding)
    if choice == "take-mirror":
        return Course.ADOPT, Plan()
    if choice and choice != "take-owner":
        return Course.LEAVE, leave(case, finding)
    if choice or patient(case, finding, ownership, now):
        return Course.ACT if choice else Course.RESTORE, Plan(findings=(finding,))
    return Course.WAIT, Plan(skips=(Skip(case.subject, "in_flight", difference.aspect),), findings=(finding,))


def _values(difference: Difference) -> str:
    return f"{difference.owner} | {difference.mirror}"
