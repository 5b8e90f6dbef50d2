"""Which rules look at a deal at all, and what they come to together.

Rules
- A deal that was over before the company's cut-off is counted, never changed.
- A deal at a stage that the state table lacks is told, and nothing is concluded about it.
- While an earlier effect on the deal has not ended, nothing new is planned for it.
- A deal is settled when nothing is to be done, found or waited for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from reconcilers import lines, order_number, orders, reserves
from sverka.domain.cases import OrderCase, is_history
from sverka.domain.plan import Finding, Plan, Skip, union
from sverka.domain.policy import Policy
from sverka.domain.russian import quoted

_RULES = (orders.decide, lines.decide, reserves.decide, order_number.decide)


def decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    """Return everything that the deal needs."""
    decided = _decide(case, policy, now)
    is_settled = not (decided.actions or decided.findings or any(skip.reason != "history" for skip in decided.skips))
    return replace(decided, looked_at=(case.subject,), settled=(case.subject,) if is_settled else ())


def _decide(case: OrderCase, policy: Policy, now: datetime) -> Plan:
    if is_history(case.deal, policy.history_cutoff):
        return Plan(skips=(Skip(case.subject, "history"),))
    if case.stage is None:
        return _unknown_stage(case)
    if case.has_pending:
        return Plan(skips=(Skip(case.subject, "own_effect_pending"),))
    return union(rule(case, policy, now) for rule in _RULES)


def _unknown_stage(case: OrderCase) -> Plan:
    text = (
        f"Сделка {quoted(case.deal.title)} стоит на стадии «{case.stage_name}», о которой Сверке ничего не сказано. "
        "Опишите стадию в файле компании или переведите сделку."
    )
    return Plan(
        findings=(
            Finding("unknown_stage", case.subject, "stage", text, case.stage_name, case.deal.opportunity_kopecks),
        )
    )
