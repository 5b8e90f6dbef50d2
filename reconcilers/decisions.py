"""What people decided by filling a field of the deal: which of the company's decisions are in force now.

Not a rule of its own: shipments, payments, orders and stages ask it.
"""

from __future__ import annotations

from sverka.domain.cases import OrderCase
from sverka.domain.policy import Policy
from sverka.domain.state_table import Decision


def in_force(case: OrderCase, policy: Policy, word: str) -> Decision | None:
    """Return the decision that says `word` (one of DECIDED_WORDS) about the deal as it stands, None if there is none."""
    funnel = policy.table.funnel(case.funnel_name)
    for decision in funnel.decided if funnel else ():
        stands = case.stage is not None and case.stage.name in decision.at
        if stands and word in decision.do and case.deal.custom(decision.field) == decision.value:
            return decision
    return None
