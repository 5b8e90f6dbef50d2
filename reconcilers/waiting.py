"""Deals that wait: to-dos that a stage gives, and the time that a deal may stand there.

Rules
- A stage with an `activity`: the manager gets that to-do once for each stay, to be done within two working hours; it closes by
  itself when the deal moves on.
- A stage with `allowed`: when the working time is over, the manager is told, and after twice the time the manager's head as well.
  On a request the time stops when somebody has talked or written to the client.
- Nobody is reminded of stays that began before the company's cut-off.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from reconcilers.requests import is_old
from sverka.domain import hours
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Agreed, Finding, Plan, Wake
from sverka.domain.policy import Policy
from sverka.domain.reminders import Reminder
from sverka.domain.russian import quoted

ANSWERED = "answered"
"""What is noted once somebody has answered a request: activities are not remembered for ever."""

SEEN_TO_WITHIN = timedelta(hours=2)
"""Working time in which a stage's to-do is to be done."""


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return the finding about a deal that waits too long, and when to look again."""
    if case.is_answered and _is_request(case) and ANSWERED not in case.bases:
        return Plan(agreed=(Agreed(case.subject, ANSWERED, "yes"),))
    limits = _limits(case, policy)
    wakes = tuple(Wake(case.deal.ext_id, limit) for limit in limits if limit > now)
    late = [limit for limit in limits if limit <= now]
    return Plan(wakes=wakes[:1], findings=(_finding(case, len(late)),) if late else ())


def reminders(case: OrderCase, policy: Policy, now: datetime) -> list[Reminder]:
    """Return the to-do of the stage, and who is told that the time is over."""
    return [*_todo(case, policy, now), *_late(case, policy, now)]


def _todo(case: OrderCase, policy: Policy, now: datetime) -> list[Reminder]:
    stage = case.stage
    if stage is None or not stage.activity or is_old(case, policy):
        return []
    deadline = hours.after(policy.hours, policy.zone, now, SEEN_TO_WITHIN)
    text = f"Сделка {quoted(case.deal.title)}, стадия «{case.stage_name}»."
    return [Reminder("todo", "activity", case.stay, stage.activity, text, case.people.manager, deadline)]


def _late(case: OrderCase, policy: Policy, now: datetime) -> list[Reminder]:
    levels = enumerate(zip((case.people.manager, case.people.head), _limits(case, policy), strict=False))
    told = [(level, person) for level, (person, limit) in levels if limit <= now and person]
    title = "Заявка ждёт ответа" if _is_request(case) else "Сделка стоит дольше положенного"
    text = f"{quoted(case.deal.title)}, стадия «{case.stage_name}». Сделка № {case.deal.ext_id}."
    return [Reminder("notice", "late", f"{case.stay} {level}", title, text, person) for level, person in told]


def _limits(case: OrderCase, policy: Policy) -> tuple[datetime, ...]:
    """Return when the deal's time at its stage is over for the manager and for the head; nothing if no time runs."""
    stage = case.stage
    if stage is None or stage.allowed is None or is_old(case, policy) or _is_answered(case):
        return ()
    return tuple(hours.after(policy.hours, policy.zone, case.stands_since, stage.allowed * times) for times in (1, 2))


def _is_answered(case: OrderCase) -> bool:
    return _is_request(case) and (case.is_answered or ANSWERED in case.bases)


def _is_request(case: OrderCase) -> bool:
    return case.stage is not None and case.stage.request


def _finding(case: OrderCase, level: int) -> Finding:
    told = " Руководитель уже знает." if level > 1 and case.people.head else ""
    if _is_request(case):
        text = f"Заявка {quoted(case.deal.title)} ждёт ответа дольше положенного.{told}"
        return Finding("behind_fact", case.subject, "answer", text, case.stay, case.deal.opportunity_kopecks)
    text = f"Сделка {quoted(case.deal.title)} стоит на стадии «{case.stage_name}» дольше положенного.{told}"
    return Finding("behind_fact", case.subject, "allowed", text, case.stay, case.deal.opportunity_kopecks)
