"""Welcome: who became a client a short while ago is greeted, once.

Rules
- See `reconcilers.welcome` for whom and how many a day, `sverka.domain.messaging.manners` for hours, channels and who asked for silence.
- A company whose file has no `messages.welcome` welcomes nobody.
"""

from __future__ import annotations

from sverka.domain.messaging.kinds import WELCOME
from sverka.domain.plan import Plan
from sverka.work import speakers, talk, welcome
from sverka.work.desk import Desk, Look
from sverka.work.spec import MESSAGE_KINDS, Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Plan the welcomes that are due."""
    wishes, cards = welcome.wishes(desk, look)
    return talk.spoken(desk, look, wishes, (WELCOME,), cards)


JOB = Job(
    name="welcome",
    summary="Welcome new clients",
    kinds=MESSAGE_KINDS,
    plan=plan,
    wanted=speakers.wanted,
    polls=Polls.PORTAL,
    messages=(WELCOME,),
)
