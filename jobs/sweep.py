"""Everything is read again, and what the readings of changes missed is found.

Rules
- Both systems are read in full; what no longer comes is forgotten (a vendor tells of no deletion in a reading by time).
- All deals in scope are compared at once; those that disagree and were not known to are counted as missed by the increments, which
  should never happen, and get the same look as any other deal.
- A count far below the usual makes a reading incomplete, and nothing follows from what it lacks.
"""

from __future__ import annotations

from dataclasses import replace

from jobs import agreement
from sverka.domain.plan import Finding, Plan
from sverka.work import casework
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Find what the increments missed, then plan as always."""
    missed = casework.note_suspects(desk, look)
    decided = agreement.plan(desk, look)
    subject = f"company:{desk.company}"
    if not missed:
        return replace(decided, looked_at=(*decided.looked_at, subject))
    names = ", ".join(missed[:5])
    text = f"При полной ночной сверке нашлись расхождения, которых не было видно в течение дня: сделки {names}."
    finding = Finding("differs", subject, "missed_by_increment", text, str(len(missed)))
    return replace(decided, findings=(*decided.findings, finding), looked_at=(*decided.looked_at, subject))


JOB = Job(
    name="sweep",
    summary="Read everything again and find what was missed",
    kinds=agreement.JOB.kinds,
    plan=plan,
    wanted=agreement.wanted,
    polls=Polls.EVERYTHING,
)
