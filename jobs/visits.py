"""Visits: clients are told when one is booked or moved, on the eve, two hours before, and that it does not take place.

Rules
- See `reconcilers.visits` for what is told when, `sverka.domain.messaging.manners` for hours, channels and who asked for silence.
- A moment that was missed is made up for as long as the message would still make sense; then it is dropped, and the reason kept.
- Each message that went stands in the deal's timeline. What no channel can carry, or may, is a to-do for whoever is
  responsible.
"""

from __future__ import annotations

from sverka.domain.messaging.kinds import VISITS
from sverka.domain.plan import Plan
from sverka.work import speakers, talk, visits
from sverka.work.desk import Desk, Look
from sverka.work.spec import MESSAGE_KINDS, Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Plan what is due of all visits."""
    wishes, cards = visits.wishes(desk, look)
    return talk.spoken(desk, look, wishes, VISITS, cards)


JOB = Job(
    name="visits",
    summary="Tell clients of their visits: booked, on the eve, two hours before, cancelled",
    kinds=MESSAGE_KINDS,
    plan=plan,
    wanted=speakers.wanted,
    polls=Polls.PORTAL,
    messages=VISITS,
)
