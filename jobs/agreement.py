"""Deals and orders in agreement: the main job.

Rules
- Every deal whose stage requires an order has exactly one in the ledger, with equal lines and sums; where the stage requires a
  reserve, its goods are held in the store of its branch. The state table of the company says which stages those are.
- A lost deal holds no goods, and its order, if there is one, is cancelled. Back from lost, the same documents live again.
- The deal shows the number of its order.
- What a person decided in the CRM is carried out at the first complete reading. What somebody changed in the ledger is put back, or asked
  about, after a second look (see the reconcilers).
- Deals closed before the company's cut-off are counted, never changed. One deal that cannot be handled harms itself only.
"""

from __future__ import annotations

from dataclasses import replace

from reconcilers import deals
from sverka.domain.effects import Effect
from sverka.domain.plan import Plan, union
from sverka.work import casework
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job


def plan(desk: Desk, look: Look) -> Plan:
    """Plan for every deal that changed, waits or differs."""
    cases, matched = casework.open_cases(desk, look)
    return union([matched, *(deals.decide(case, desk.policy, look.now) for case in cases)])


def wanted(desk: Desk, look: Look, effect: Effect) -> bool:
    """Say whether a planned effect still follows from the facts, to the letter, on a mirror that is at most a few minutes old."""
    if not effect.subject.startswith("deal:"):
        return casework.client_is_unknown(desk, effect.subject) or effect.kind != "partner.create"
    case = casework.case_of(desk, look, effect.subject)
    if case is None:
        return False
    decided = deals.decide(replace(case, has_pending=False), desk.policy, look.now)
    return any(action.key == effect.key and action.payload == effect.payload for action in decided.actions)


JOB = Job(
    name="agreement",
    summary="Keep deals, orders, lines and reserves in agreement",
    kinds=(
        "partner.create", "partner.contacts", "order.create", "order.status", "order.lines",
        "reserve.create", "reserve.hold", "reserve.lines", "reserve.release", "deal.ledger_order",
    ),
    plan=plan,
    wanted=wanted,
)  # fmt: skip
