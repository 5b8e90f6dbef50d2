"""What is left over is sent: rows that had to wait, and rows whose answer was lost.

Rules
- A row whose answer was lost is looked up after its system's settle time: found, sent again, or unknown and a person's to decide.
- A row that waited is sent if the rule, run again on fresh facts, still wants it; otherwise it is cancelled.
- Nothing new is planned.
"""

from __future__ import annotations

from jobs import agreement
from sverka.domain.actions import KIND_BY_NAME, KINDS
from sverka.domain.effects import Effect
from sverka.domain.plan import Plan
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job


def plan(_desk: Desk, _look: Look) -> Plan:
    """Plan nothing: the runner itself sends what is due."""
    return Plan()


def wanted(desk: Desk, look: Look, effect: Effect) -> bool:
    """Ask the rule that the effect comes from; what is written to colleagues is wanted, late or not."""
    return KIND_BY_NAME[effect.kind].rule == "letters" or agreement.wanted(desk, look, effect)


JOB = Job(
    name="outbox",
    summary="Send what is left over and look up lost answers",
    kinds=tuple(kind.name for kind in KINDS),
    plan=plan,
    wanted=wanted,
    passes=1,
)
