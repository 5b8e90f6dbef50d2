"""What people are to be reminded of: to-dos and tasks that live as long as their reason, and notices that are told once.

A rule says which reminders are wanted now. Those that were never made are made; those that stand open though nobody wants them any more
are completed. So there is one live task for a reason, and it closes by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sverka.domain.actions import Action, card_of
from sverka.domain.plan import Plan

_CLOSES: Mapping[str, tuple[str, str]] = {"todo": ("todo.complete", "todo"), "task": ("task.complete", "task")}
"""Sort of a reminder → the action that completes it, and how its payload names it. A notice needs no end."""

REASONS = (
    "activity", "late", "request", "purchase", "restock", "visit goods", "shipment stock", "question", "notice", "missed call", "message",
    "debt", "picking", "moved", "day off", "stays", "hold", "carrier", "track", "refused",
)  # fmt: skip
"""Why people are reminded."""

SORT_BY_KIND: Mapping[str, str] = {"todo.create": "todo", "task.create": "task", "notice.send": "notice"}


@dataclass(frozen=True)
class Reminder:
    """One thing to remind somebody of.

    sort: `todo` (in the card's timeline), `task`, `notice` (of the portal). reason and occasion: its identity; for the same occasion
    a person is never reminded twice. responsible: the CRM's user. deadline: None for none, and for notices.
    """

    sort: str
    reason: str
    occasion: str
    title: str
    text: str
    responsible: str
    deadline: datetime | None = None

    def action(self, company: str, subject: str) -> Action:
        """Return the action that makes it."""
        kind = "notice.send" if self.sort == "notice" else f"{self.sort}.create"
        occasion = f"{self.reason} {self.occasion}"
        mark = code(company, kind, subject, occasion)
        return Action(kind, subject, occasion, self._payload(subject, mark), reason=self._sentence(), after=self.title)

    def _sentence(self) -> str:
        told = self.text.partition("\n")[0]
        start = {"todo": "Ставим дело", "task": "Ставим задачу", "notice": "Сообщаем на портале"}[self.sort]
        return f"{start}: {self.title}{'' if self.title.endswith(('.', '?')) else '.'} {told}".strip()

    def _payload(self, subject: str, mark: str) -> dict[str, str]:
        if self.sort == "notice":
            return {"user": self.responsible, "text": f"{self.title}\n{self.text}".strip(), "tag": f"sverka-{mark}"}
        about = card_of(subject)
        deal_id = about.removeprefix("deal:") if about.startswith("deal:") else ""
        card = {"owner": about} if self.sort == "todo" else {"deal": deal_id}
        deadline = self.deadline.isoformat(timespec="seconds") if self.deadline else ""
        return {
            **card,
            "title": self.title,
            "text": self.text,
            "responsible": self.responsible,
            "deadline": deadline,
            "mark": mark,
        }


@dataclass(frozen=True)
class Made:
    """A reminder that was made: its sort, its id in the CRM, whether it still stands open there, and whether it was we who closed it."""

    sort: str
    ext_id: str
    is_open: bool
    closed_by_us: bool = False


def plan(
    company: str, subject: str, wanted: Iterable[Reminder], made: Mapping[str, Made], *, unjudged: Container[str] = ()
) -> Plan:
    """Return what makes a subject's reminders as they are wanted.

    made: key of an action → what it made. unjudged: reasons of which nothing can be said now; theirs are left open. A reason that comes
    back after we closed its reminder is told anew; what a person closed is not.
    """
    actions = {action.key: action for action in (_current(company, subject, reminder, made) for reminder in wanted)}
    fresh = [action for key, action in actions.items() if key not in made]
    over = [
        _completion(subject, each)
        for key, each in made.items()
        if key not in actions and each.is_open and _reason(key) not in unjudged
    ]
    return Plan(actions=(*over, *fresh))


def _current(company: str, subject: str, reminder: Reminder, made: Mapping[str, Made]) -> Action:
    """Return the action of a reminder, under the first occasion of its reason that we have not closed yet."""
    action, times = reminder.action(company, subject), 1
    while (each := made.get(action.key)) and each.closed_by_us and not each.is_open:
        times += 1
        action = replace(reminder, occasion=f"{reminder.occasion} ({times})").action(company, subject)
    return action


def _reason(key: str) -> str:
    """Return the reason in the key of an action that makes a reminder."""
    occasion = key.split("|", 2)[2]
    return next((reason for reason in REASONS if occasion.startswith(f"{reason} ")), "")


def code(*parts: str) -> str:
    """Return a short code for something, by which it is known again."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def _completion(subject: str, made: Made) -> Action:
    kind, name = _CLOSES[made.sort]
    return Action(
        kind,
        subject,
        made.ext_id,
        {name: made.ext_id},
        reason={"todo": "Дело больше не нужно: закрываем.", "task": "Задача больше не нужна: закрываем."}[made.sort],
        before="открыто",
        after="закрыто",
    )
