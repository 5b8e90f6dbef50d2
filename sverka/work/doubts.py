"""Questions that belong to no deal: which good a product is, which employee a user is, who bought in the store.

Each stands as one task of whoever the company's file names for questions, and closes when the question is answered or gone; the answer is
given on the command line, for there is no card to answer in.
"""

from __future__ import annotations

from collections.abc import Iterable

from sverka.domain import reminders
from sverka.domain.plan import Bind, Finding, Plan, union
from sverka.domain.reminders import Reminder, code
from sverka.store.bindings import Clash
from sverka.work.desk import Desk
from sverka.work.memory import reminders_of
from sverka.work.names import staff

KINDS = ("product", "client", "contact", "person", "shop")
"""Kinds of subjects that are no deals and may be asked about."""


def tasks(desk: Desk, plan: Plan) -> Plan:
    """Return the tasks for the questions of a plan, and the end of those that are over."""
    looked_at = {*plan.looked_at, *(finding.subject for finding in plan.findings)}
    subjects = sorted(subject for subject in looked_at if subject.partition(":")[0] in KINDS)
    if not subjects:
        return Plan()
    with desk.store.reading() as tx:
        made = reminders_of(tx, desk, subjects)
        asked = staff(tx, desk).by_email(desk.policy.duties.get("questions", ""))
    return union(
        reminders.plan(desk.company, subject, _wanted(plan, subject, asked), made.get(subject, {}))
        for subject in subjects
    )


def clashes(found: Iterable[Clash]) -> tuple[Finding, ...]:
    """Tell of counterparts that could not be bound, because one of the two belongs to something else already."""
    return tuple(_clash(clash) for clash in found)


def _wanted(plan: Plan, subject: str, asked: str) -> list[Reminder]:
    questions = [finding for finding in plan.findings if finding.subject == subject and finding.asks]
    how = "Ответ вносится командой sverka queue decide; номер вопроса показывает sverka queue list."
    return [
        Reminder("task", "question", code(finding.key, finding.values), "Вопрос Сверки", f"{finding.text}\n\n{how}", asked)
        for finding in questions if asked
    ]  # fmt: skip


def _clash(clash: Clash) -> Finding:
    wanted, held = clash.wanted, clash.held
    text = (
        f"Не связать {_named(wanted)}: этому мешает прежняя связь, {_named(held)}. "
        "Проверьте, что верно, и исправьте отметку или название в одной из систем."
    )
    return Finding("conflict", _subject(wanted), "clash", text, f"{wanted.right} | {held.left} {held.right}")


def _subject(bind: Bind) -> str:
    if bind.kind in ("order", "shop"):
        return f"deal:{bind.left}"
    return bind.left if ":" in bind.left else f"{bind.kind}:{bind.left}"


def _named(bind: Bind) -> str:
    left, right = {
        "order": ("сделку", "заказом"), "shop": ("сделку", "заказом магазина"), "client": ("клиента", "контрагентом"),
        "product": ("товар", "товаром Бизнес.ру"), "person": ("сотрудника", "сотрудником Бизнес.ру"),
    }[bind.kind]  # fmt: skip
    return f"{left} № {bind.left.rpartition(':')[2]} с {right} № {bind.right}"
