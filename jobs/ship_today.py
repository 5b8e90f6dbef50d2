"""Ship today: deals leave on their ship date, the warehouse and the client know of it.

Rules
- See `reconcilers.ship_today` for what is moved when and what people are to do, `reconcilers.shipping_news` for what clients are told.
- The day begins, and the track number is asked for, by the company's clock; the job looks every ten minutes, day and night.
- A company none of whose stages has `ships` ships nothing by itself.
"""

from __future__ import annotations

from sverka.domain.effects import Effect
from sverka.domain.messaging.kinds import SHIPPING
from sverka.domain.plan import Plan
from sverka.domain.shipping import WAY_OUT
from sverka.work import shipping, speakers, talk
from sverka.work.desk import Desk, Look
from sverka.work.spec import MESSAGE_KINDS, Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Plan the moves of the day, what people are to do, and what clients are told."""
    wishes, cards = shipping.wishes(desk, look)
    return shipping.plan(desk, look) + talk.spoken(desk, look, wishes, SHIPPING, cards)


def wanted(desk: Desk, look: Look, effect: Effect) -> bool:
    """Say whether a planned effect still follows from the facts."""
    return speakers.wanted(desk, look, effect)


JOB = Job(
    name="ship_today",
    summary="Let deals leave on their ship date; tell the warehouse and the client",
    kinds=(*MESSAGE_KINDS, "deal.stage", "task.create", "task.complete", "notice.send"),
    plan=plan,
    wanted=wanted,
    polls=Polls.PORTAL,
    messages=(*SHIPPING, WAY_OUT),
)
