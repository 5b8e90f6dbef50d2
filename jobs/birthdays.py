"""Birthdays: clients are greeted, their managers are told.

Rules
- See `reconcilers.birthdays` for whom and when, `sverka.domain.messaging.manners` for hours, channels and who asked for silence.
- A company whose file has no `messages.birthdays` greets nobody.
"""

from __future__ import annotations

from sverka.domain.messaging.kinds import BIRTHDAY
from sverka.domain.plan import Plan
from sverka.work import birthdays, speakers, talk
from sverka.work.desk import Desk, Look
from sverka.work.spec import MESSAGE_KINDS, Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Plan the greetings and notices of the day."""
    wishes, cards = birthdays.wishes(desk, look)
    return talk.spoken(desk, look, wishes, (BIRTHDAY,), cards) + birthdays.notices(desk, look)


JOB = Job(
    name="birthdays",
    summary="Greet clients on their birthdays, and tell their managers",
    kinds=(*MESSAGE_KINDS, "notice.send"),
    plan=plan,
    wanted=speakers.wanted,
    polls=Polls.PORTAL,
    messages=(BIRTHDAY,),
)
