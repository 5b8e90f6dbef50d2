"""What we remember of the subjects of a run: agreed values, findings, answers, what was sent for them and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sverka.domain import brakes as rules
from sverka.domain.actions import KINDS
from sverka.domain.brakes import Again
from sverka.domain.cases import Refused
from sverka.domain.plan import Answer, Seen
from sverka.domain.reminders import SORT_BY_KIND, Made
from sverka.domain.retrying import is_time_again
from sverka.domain.rows import Activity, CrmTask
from sverka.store import agreements, brakes, findings, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look

CREATIONS = tuple(kind.name for kind in KINDS if kind.creation and kind.name not in SORT_BY_KIND)
_COMPLETIONS = ("todo.complete", "task.complete")
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Memory:
    """By subject, but `seen`, `answers` (by finding) and `refusals` (by the key of an action)."""

    bases: Mapping[str, Mapping[str, str]]
    seen: Mapping[str, Seen]
    answers: Mapping[str, Answer]
    pending: set[str]
    """Subjects with an effect that has not ended."""
    created: Mapping[str, Mapping[str, str]]
    """Key of a creation → the id of what it made."""
    made: Mapping[str, Mapping[str, Made]]
    """Key of a reminder → what it made."""
    restores: Mapping[str, Mapping[str, int]]
    """Kind → how often in the last week it put something back."""
    refusals: Mapping[str, Refused]
    set_again: Mapping[str, tuple[Again, ...]]
    """What was repaired within a day, and since a person last let the subject's brake go; the last one first."""


def recall(tx: Transaction, desk: Desk, subjects: Sequence[str], look: Look, others: Iterable[str] = ()) -> Memory:
    """Return what is remembered of the subjects; `others` are clients, of whom only refusals matter."""
    bases: dict[str, dict[str, str]] = defaultdict(dict)
    for (subject, aspect), value in agreements.bases(tx, desk.company, subjects).items():
        bases[subject][aspect] = value
    restores: dict[str, dict[str, int]] = defaultdict(dict)
    for (subject, kind), times in outbox.repeated(
        tx, desk.company, subjects, "restore", desk.clock.real() - _WEEK
    ).items():
        restores[subject][kind] = times
    created: dict[str, dict[str, str]] = defaultdict(dict)
    for key, (_, ext_id, subject) in outbox.made_all(tx, desk.company, subjects, CREATIONS).items():
        created[subject][key] = ext_id
    return Memory(
        bases=bases,
        seen=findings.seen(tx, desk.company, subjects),
        answers=findings.answers(tx, desk.company, subjects, look.now.astimezone(desk.policy.zone)),
        pending=outbox.subjects_waiting(tx, desk.company),
        created=created,
        made=reminders_of(tx, desk, subjects),
        restores=restores,
        refusals=_refusals(tx, desk, [*subjects, *others]),
        set_again=_set_again(tx, desk, subjects),
    )


def reminders_of(tx: Transaction, desk: Desk, subjects: Sequence[str]) -> dict[str, dict[str, Made]]:
    """Return, by subject, the reminders that were made and whether they stand open in the CRM."""
    rows = outbox.made_all(tx, desk.company, subjects, tuple(SORT_BY_KIND))
    ids = {
        sort: [ext_id for kind, ext_id, _ in rows.values() if SORT_BY_KIND[kind] == sort] for sort in ("todo", "task")
    }
    todos = mirror.by_ids(tx, desk.company, Activity, ids["todo"])
    tasks = mirror.by_ids(tx, desk.company, CrmTask, ids["task"])
    is_open = {("todo", ext_id): not row.completed for ext_id, row in todos.items()}
    is_open |= {("task", ext_id): not row.is_done for ext_id, row in tasks.items()}
    closed = set(outbox.made_all(tx, desk.company, subjects, _COMPLETIONS))
    made: dict[str, dict[str, Made]] = defaultdict(dict)
    for key, (kind, ext_id, subject) in rows.items():
        sort = SORT_BY_KIND[kind]
        by_us = f"{sort}.complete|{subject}|{ext_id}" in closed
        made[subject][key] = Made(sort, ext_id, is_open.get((sort, ext_id), False), by_us)
    return made


def _set_again(tx: Transaction, desk: Desk, subjects: Sequence[str]) -> dict[str, tuple[Again, ...]]:
    day_ago, released = desk.clock.real() - rules.DAY, brakes.releases(tx)
    return {
        subject: tuple(each for each in done if each.at > released.get(f"{desk.company}/{subject}", day_ago))
        for subject, done in brakes.set_again(tx, desk.company, subjects, day_ago).items()
    }


def _refusals(tx: Transaction, desk: Desk, subjects: Sequence[str]) -> dict[str, Refused]:
    now = desk.clock.real()
    return {
        key: Refused(refusal.payload, refusal.detail, may_retry=is_time_again(refusal.times, now - refusal.last_at))
        for key, refusal in outbox.refusals(tx, desk.company, subjects).items()
    }
