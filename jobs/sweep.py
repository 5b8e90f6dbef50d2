"""Everything is read again, and what the readings of changes missed is found.

Rules
- All systems are read in full, 1C too where the company has it; what no longer comes is forgotten (a vendor tells of no deletion in a
  reading by time).
- All deals in scope are compared at once; those that disagree and were not known to are counted as missed by the increments, which
  should never happen, and get the same look as any other deal.
- A count far below the usual makes a reading incomplete, and nothing follows from what it lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jobs import agreement
from sverka.domain.plan import Finding, Plan
from sverka.domain.russian import counted
from sverka.work import casework
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Find what the increments missed, then plan as always. Later turns of the run only complete what the first one found."""
    if look.turn > 0:
        return agreement.plan(desk, look)
    missed = casework.note_suspects(desk, look)
    decided = agreement.plan(desk, look)
    subject = f"company:{desk.company}"
    findings = (_missed(subject, missed),) if missed else ()
    return replace(decided, findings=(*decided.findings, *findings), looked_at=(*decided.looked_at, subject))


def _missed(subject: str, deal_ids: Sequence[str]) -> Finding:
    names = ", ".join(f"№ {deal_id}" for deal_id in deal_ids[:5])
    how_many = counted(len(deal_ids), "сделка|сделки|сделок")
    text = f"При полной сверке нашлись расхождения, которых не было видно в течение дня: {how_many} ({names})."
    return Finding("differs", subject, "missed_by_increment", text, str(len(deal_ids)))


JOB = Job(
    name="sweep",
    summary="Read everything again and find what was missed",
    kinds=agreement.JOB.kinds,
    plan=plan,
    wanted=agreement.wanted,
    polls=Polls.EVERYTHING,
    passes=agreement.JOB.passes,
)
