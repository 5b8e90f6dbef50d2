"""Dunning: who owes is shown, reminded, called and, in the end, given nothing more on deferral.

Rules
- 1C owns documents, money and terms; `reconcilers.counterparties` says whose card they belong to, and which cards are made.
- `reconcilers.dunning` says which step is due towards whom and what keeps it back, `reconcilers.holds` what may still be given.
- A statement is a message like any other: it goes by the channels that debts may be told by, within their hours, once; what no channel
  carries a person tells. Figures, holds and to-dos stand in the customer's card (`reconcilers.debt_work`).
- Whatever is planned is decided anew before it leaves: money that came at noon keeps the letter of two o'clock.
"""

from __future__ import annotations

from sverka.domain.messaging.kinds import STATEMENTS
from sverka.domain.plan import Plan
from sverka.work import counterparties, dunning, speakers
from sverka.work.desk import Desk, Look
from sverka.work.spec import MESSAGE_KINDS, Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Plan cards of 1C's customers, and what follows from their debts."""
    return counterparties.plan(desk, look) + dunning.plan(desk, look)


JOB = Job(
    name="dunning",
    summary="Bring customers and terms from 1C, chase what is overdue, hold what is too much",
    kinds=(*MESSAGE_KINDS, "company.create", "requisite.create", "client.field"),
    plan=plan,
    wanted=speakers.wanted,
    polls=Polls.ACCOUNTS,
    messages=STATEMENTS,
    subjects=("client:", "counterparty:"),
)
