"""Deals and orders in agreement: the main job.

Rules
- Every deal whose stage requires an order has exactly one in the ledger, with equal lines and sums; where the stage requires a
  reserve, its goods are held in the store of its branch. The state table of the company says which stages those are.
- A lost deal holds no goods, and its order, if there is one, is cancelled. Back from lost, the same documents live again.
- The deal shows the number of its order.
- Facts of the ledger move deals forward: a work order opened or closed, all goods gone and all money come. Works and goods of a
  closed work order flow back into the deal.
- What a person marks in a deal is carried out: money at the desk with shipment and the closing of the order, a deal handed over
  to the service. Trusted clients get their goods before they pay. What a store does not have stays a draft.
- Orders of the online store become deals and stay in agreement with them.
- A client is told once that the order is ready, where and when, and the deal's timeline says so.
- People are told of new requests, missed calls and deals that stand too long, get the to-dos of a stage, the tasks to buy what is
  missing, and questions where both sides changed; their answers are carried out.
- What a person decided in the CRM is carried out at the first complete reading. What somebody changed in the ledger is put back,
  or asked about, after a second look (see the reconcilers).
- Deals closed before the company's cut-off are counted, never changed. One deal that cannot be handled harms itself only.
"""

from __future__ import annotations

from dataclasses import replace

from reconcilers import deals, shipments
from sverka.domain.actions import KINDS, LETTER
from sverka.domain.effects import Effect, at_this_try
from sverka.domain.messaging.kinds import ORDER_READY
from sverka.domain.plan import Plan, union
from sverka.work import casework, doubts, newcomers, speakers, talk
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job


def plan(desk: Desk, look: Look) -> Plan:
    """Plan for every deal that changed, waits or differs, and for what is no deal yet."""
    fresh = newcomers.plan(desk, look)
    cases, matched = casework.open_cases(desk, look)
    decided = [(case, deals.decide(case, desk.policy, look.now)) for case in cases]
    found = union([fresh, matched])
    whole = union([found, doubts.tasks(desk, found), *shipments.first_come(decided)])
    return talk.heeded(desk, look, whole, (ORDER_READY, *desk.policy.own_kinds))


def wanted(desk: Desk, look: Look, effect: Effect) -> bool:
    """Say whether a planned effect still follows from the facts, to the letter, on a mirror that is at most a few minutes old."""
    if effect.subject.partition(":")[0] in newcomers.KINDS:
        return effect.kind == "task.create" or newcomers.wants(desk, look, effect)
    if effect.kind == "comment.create" or effect.subject.startswith(LETTER):
        return speakers.wanted(desk, look, effect)
    subject = effect.subject
    if not subject.startswith("deal:"):
        return casework.client_is_unknown(desk, subject) or effect.kind != "partner.create"
    case = casework.case_of(desk, look, subject)
    if case is None:
        return False
    decided = deals.decide(replace(case, has_pending=False), desk.policy, look.now)
    payload = at_this_try(effect.payload, effect.attempts)
    return any(
        action.key == effect.key and newcomers.same(at_this_try(action.payload, effect.attempts), payload)
        for action in decided.actions
    )


JOB = Job(
    name="agreement",
    summary="Keep deals, orders, reserves, shipments and payments in agreement",
    kinds=tuple(kind.name for kind in KINDS if kind.rule != "letters"),
    plan=plan,
    wanted=wanted,
    passes=6,
)
