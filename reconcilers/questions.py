"""Questions to people: each stands as one task in the CRM, and its answer is read from the deal and carried out.

Rules
- A conflict, a difference or a doubt that waits for a person becomes a task of the deal's manager, one at a time for a deal: the
  next one comes when the first is answered. The task says what stands where, and which words answer it.
- The answer is a word in the deal's field: «сделка», «Бизнес.ру» or «магазин» for who is right, the number of a document or «новый» for who
  is who, «оставить» to leave it, with a date or without. The field is emptied once the answer was understood, and the task closes
  by itself.
- An answer that cannot be understood stays in the field, and the manager reads which words would do.
- An answer counts for the values it was given for: when they change, even before it was read, the field is emptied and it is asked anew.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from reconcilers.fields import set_field
from sverka.domain import hours
from sverka.domain.cases import OrderCase
from sverka.domain.offers import DEAL, LEDGER, LEFT_FOR, SHOP, sides
from sverka.domain.plan import Answered, Finding, Plan, choices
from sverka.domain.policy import Policy
from sverka.domain.reminders import Reminder, code
from sverka.domain.russian import quoted

FIELD = "answer"
ANSWER_WITHIN = timedelta(hours=8)
"""Working time in which a question is to be answered."""

_ANSWERABLE = ("conflict", "differs", "ambiguous")
"""Findings that a word can answer; others wait for somebody to mend something."""

_SAME = {"битрикс": DEAL, "битрикс24": DEAL, "заказ": LEDGER, "сайт": SHOP}
"""Other words that people use for a side."""

_LEAVE = re.compile(r"оставить(?:\s+до\s+(\d{1,2})\.(\d{1,2})\.(\d{4}))?")
_NUMBER = re.compile(r"(?:№\s*)?([\w:-]*\d)")
_OFFERED = {
    "bind": "номер подходящего (например, «№ 15»)", "ignore": "«оставить» или «оставить до 31.12.2026» — не трогать",
}  # fmt: skip


def decide(case: OrderCase, plan: Plan, policy: Policy, now: datetime) -> Plan:
    """Return what a person answered in the deal to the question that stands there now."""
    said, question = case.deal.custom(FIELD), question_of(case, plan)
    if not said:
        return Plan()
    if question and not _was_asked(case, question):
        reason = f"Сделка {quoted(case.deal.title)}: вопрос, на который ответили «{said}», больше не стоит; что неясно, спросим заново."
        return Plan(actions=(set_field(case, FIELD, "", reason),))
    if question is None and said in (answer.reason for answer in case.answers.values()):
        return Plan(actions=(set_field(case, FIELD, "", _accepted(case, said)),))
    choice = _understood(said, question, now.astimezone(policy.zone).date()) if question else ""
    if question is None or not choice:
        return Plan(findings=(_not_understood(case, said, question),))
    answer = Answered(question.key, question.values, choice, f"Битрикс24, сотрудник № {case.deal.updated_by_id}", said)
    return Plan(answers=(answer,), actions=(set_field(case, FIELD, "", _accepted(case, said)),))


def _accepted(case: OrderCase, said: str) -> str:
    return f"Сделка {quoted(case.deal.title)}: ответ «{said}» принят."


def _was_asked(case: OrderCase, question: Finding) -> bool:
    """Whether an answer can be meant for the question: it was told with these very values before, and no other one's task stands."""
    seen = case.seen.get(question.key)
    is_told = seen is not None and seen.values == question.values
    return is_told and (_stands(case, question) or not _open_tasks(case))


def question_of(case: OrderCase, plan: Plan) -> Finding | None:
    """Return the question of the deal that stands first: one at a time, so that an answer has one meaning."""
    asked = [finding for finding in plan.findings if _is_question(case, finding)]
    return min(asked, key=lambda finding: (not _stands(case, finding), finding.key), default=None)


def reminders(case: OrderCase, plan: Plan, policy: Policy, now: datetime) -> list[Reminder]:
    """Return the task that asks the question."""
    question = question_of(case, plan)
    if question is None or not case.people.manager:
        return []
    how = "; ".join(_offer(choice, question) for choice in choices(question.kind, question.aspect, asks=True))
    where = (
        "Ответьте словом в поле сделки «Ответ Сверке»"
        if FIELD in case.deal_fields
        else "Ответьте командой sverka queue decide"
    )
    text = f"{question.text}\n\n{where}: {how}."
    occasion = code(question.key, question.values)
    deadline = hours.after(policy.hours, policy.zone, now, ANSWER_WITHIN)
    return [
        Reminder(
            "task",
            "question",
            occasion,
            f"Вопрос по сделке {quoted(case.deal.title)}",
            text,
            case.people.manager,
            deadline,
        )
    ]


def _stands(case: OrderCase, question: Finding) -> bool:
    """Whether the task of a question stands open: an answer is for what people were asked, not for what came up meanwhile."""
    return any(occasion.startswith(code(question.key, question.values)) for occasion in _open_tasks(case))


def _open_tasks(case: OrderCase) -> list[str]:
    """Return the occasions of the deal's tasks that ask something and stand open."""
    occasions = (key.split("|", 2)[2] for key, made in case.made.items() if made.is_open)
    return [occasion.removeprefix("question ") for occasion in occasions if occasion.startswith("question ")]


def _is_question(case: OrderCase, finding: Finding) -> bool:
    answer = case.answers.get(finding.key)
    is_answered = answer is not None and answer.values == finding.values
    return finding.asks and finding.kind in _ANSWERABLE and finding.subject == case.subject and not is_answered


def _understood(said: str, question: Finding, today: date) -> str:
    """Return the choice that a person's word means for a question, "" if it means none."""
    word, offered = said.strip().casefold().rstrip("."), choices(question.kind, question.aspect, asks=True)
    side = _SAME.get(word, word).casefold()
    named = (
        {"новый": "take-owner"}
        if question.kind == "ambiguous"
        else {side.casefold(): choice for choice, side in sides(question).items()}
    )
    if (choice := named.get(side, "")) in offered:
        return choice
    if (leave := _LEAVE.fullmatch(word)) and "ignore" in offered:
        return _left_until(leave, today)
    if (number := _NUMBER.fullmatch(word)) and "bind" in offered:
        return f"bind:{number.group(1)}"
    return ""


def _left_until(leave: re.Match[str], today: date) -> str:
    day, month, year = leave.groups()
    try:
        until = date(int(year), int(month), int(day)) if day else today + LEFT_FOR
    except ValueError:
        return ""
    return f"ignore:{until.isoformat()}" if until > today else ""


def _offer(choice: str, question: Finding) -> str:
    if choice in _OFFERED:
        return _OFFERED[choice]
    if question.kind == "ambiguous":
        return "«новый» — это новый контрагент"
    return f"«{sides(question)[choice]}» — верно там"


def _not_understood(case: OrderCase, said: str, question: Finding | None) -> Finding:
    if question is None:
        text = f"Сделка {quoted(case.deal.title)}: в поле ответа стоит «{said}», но вопросов по ней нет. Очистите поле."
        return Finding("missing", case.subject, "answer", text, said)
    how = "; ".join(_offer(choice, question) for choice in choices(question.kind, question.aspect, asks=True))
    text = f"Сделка {quoted(case.deal.title)}: ответ «{said}» непонятен. Подойдёт: {how}."
    return Finding("missing", case.subject, "answer", text, said)
