"""The decisions: pure functions from cases, policy and a moment to a plan.

Belongs here: rules, one file a reconciler. Does not belong here: anything that reads, writes, waits or knows what time it is.
"""

RECONCILERS = (
    "bindings", "calls", "deal_lines", "deals", "decisions", "fields", "goods_at_hand", "lines", "notices", "order_number",
    "orders", "payments", "questions", "requests", "reserves", "shipments", "shop_orders", "stages", "waiting",
)  # fmt: skip
