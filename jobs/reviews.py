"""Reviews: the client of a deal that was won is thanked the next day at noon and asked for a review of the branch.

Rules
- See `reconcilers.reviews` for whom and when, `sverka.domain.messaging.manners` for hours, channels and who asked for silence.
- Nobody is asked while a dispute of theirs is open, nor twice within ninety days.
"""

from __future__ import annotations

from sverka.domain.messaging.kinds import THANKS_REVIEW
from sverka.domain.plan import Plan
from sverka.work import reviews, speakers, talk
from sverka.work.desk import Desk, Look
from sverka.work.spec import MESSAGE_KINDS, Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Plan the thanks that are due."""
    wishes, cards = reviews.wishes(desk, look)
    return talk.spoken(desk, look, wishes, (THANKS_REVIEW,), cards)


JOB = Job(
    name="reviews",
    summary="Thank clients for deals that were won, and ask for a review of the branch",
    kinds=MESSAGE_KINDS,
    plan=plan,
    wanted=speakers.wanted,
    polls=Polls.PORTAL,
    messages=(THANKS_REVIEW,),
)
