"""What follows in the CRM from what is decided of a customer's debts: tasks for people, the hold and the figures on the card.

Rules
- A task stands as a to-do in the customer's card while its reason stands, with the figures that whoever does it needs.
- As long as the payments of the last banking day are not known, no task is taken back: each morning would close what each noon sets anew.
- The card shows what is owed, what of it is overdue and for how long, as of the last reading of 1C; it is written only where it differs.
- A hold that needs nobody's word is set on the card; one that is proposed is a to-do for the head, and the card stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reconcilers.fields import shown_on
from sverka.domain.actions import Action
from sverka.domain.dunning.decision import HOLD_REASONS, TASKS, Decision, HoldChange, Task
from sverka.domain.dunning.facts import Customer, Document, Hold
from sverka.domain.holds import HOLDS
from sverka.domain.plan import Plan
from sverka.domain.reminders import Made, Reminder
from sverka.domain.reminders import plan as reminded
from sverka.domain.rows import Client
from sverka.domain.russian import capital, counted, money_exact, quoted, typed

DEBT, OVERDUE, HOLD = "debt", "overdue", "hold"
REASON = "debt"
"""The reason of all reminders about debts."""
_SHOWN = 10
_OPTIONS: Mapping[Hold, str] = {hold: option for option, hold in HOLDS.items()}
_DAYS = "день|дня|дней"


@dataclass(frozen=True)
class DebtCase:
    """A customer with what was decided. people: role → the CRM's user; made: the to-dos of the card; fields: that its kind of card has."""

    client: Client
    customer: Customer
    decision: Decision
    people: Mapping[str, str]
    made: Mapping[str, Made] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    drafts: Mapping[str, str] = field(default_factory=dict)
    """What a letter that waits for release would say, by the occasion of its task."""


def decide(company: str, case: DebtCase, deadline: datetime) -> Plan:
    """Return what is to stand in a customer's card. deadline: of its to-dos."""
    wanted = [*_to_dos(case, deadline), *_proposal(case, deadline)]
    unjudged = () if case.decision.standing.is_read else (REASON,)
    cards = reminded(company, case.client.ext_id, wanted, case.made, unjudged=unjudged)
    return cards + Plan(actions=tuple(_fields(case)), looked_at=(case.client.ext_id,))


def _to_dos(case: DebtCase, deadline: datetime) -> Iterator[Reminder]:
    for task in case.decision.tasks:
        person = case.people.get(task.role, "")
        if person:
            what = capital(TASKS[task.reason])
            yield Reminder("todo", REASON, f"{task.reason} {task.occasion}", what, _text(case, task), person, deadline)


def _text(case: DebtCase, task: Task) -> str:
    about = (
        f"{quoted(case.client.name)}: {money_exact(task.sum_kopecks)}" if task.sum_kopecks else quoted(case.client.name)
    )
    listed = [_line(each, case.decision.standing.today) for each in _documents(case, task)]
    more = len(listed) - _SHOWN
    rest = [f"… и ещё {more}"] if more > 0 else []
    letter = case.drafts.get(task.occasion, "")
    return "\n".join([about, *listed[:_SHOWN], *rest, *(["", letter] if letter else [])])


def _documents(case: DebtCase, task: Task) -> Sequence[Document]:
    by_id = {each.id: each for each in case.customer.documents}
    return [by_id[each] for each in task.documents if each in by_id]


def _line(document: Document, today: date) -> str:
    number = f" № {document.number}" if document.number else ""
    issued = f" от {document.issued_on:%d.%m.%Y}" if document.issued_on else ""
    late = max(0, (today - document.due_on).days)
    ago = f", {counted(late, _DAYS)}" if late else ""
    return f"{document.kind}{number}{issued}: {money_exact(document.residual_kopecks)}, срок {document.due_on:%d.%m.%Y}{ago}"


def _proposal(case: DebtCase, deadline: datetime) -> Iterator[Reminder]:
    hold, head = case.decision.hold, case.people.get("head", "")
    if hold.is_proposed and head:
        text = f"{quoted(case.client.name)}: {_why(hold)}. Сейчас: {_OPTIONS[hold.now]}. Если согласны, выберите в карточке."
        yield Reminder(
            "todo", REASON, f"hold {hold.wanted.name}", f"Предлагаем: {_OPTIONS[hold.wanted]}", text, head, deadline
        )


def _why(hold: HoldChange) -> str:
    return "; ".join(HOLD_REASONS[each] for each in hold.reasons) or "так складывается по оплатам и лимиту"


def _fields(case: DebtCase) -> Iterator[Action]:
    standing = case.decision.standing
    owed = sum(document.residual_kopecks for account in standing.accounts for document in account.open)
    late = standing.late()
    days = max(((standing.today - each.due_on).days for each in late), default=0)
    shown = {
        DEBT: money_exact(owed) if owed else "",
        OVERDUE: f"{money_exact(standing.gross_kopecks)}, {counted(days, _DAYS)}" if late else "",
    }
    values = {name: typed(text) for name, text in shown.items()}
    yield from shown_on(case.client, values, case.fields, f"{quoted(case.client.name)}. Показываем расчёты из 1С.")
    hold = case.decision.hold
    if hold.by_itself is not hold.now:
        why = "Ограничение снято: долг и лимит в норме." if hold.is_lifted else f"{capital(_why(hold))}."
        option = {HOLD: _OPTIONS[hold.by_itself]}
        yield from shown_on(case.client, option, case.fields, f"{quoted(case.client.name)}. {why}")
