"""The decisions: pure functions from cases, policy and a moment to a plan.

Belongs here: rules, one file a reconciler. Does not belong here: anything that reads, writes, waits or knows what time it is.
"""

RECONCILERS = (
    "bindings", "birthdays", "calls", "counterparties", "deal_lines", "deals", "debt_work", "decisions", "dunning", "fields",
    "goods_at_hand", "holds", "lines", "notices", "order_number", "orders", "own_notices", "payments", "questions", "requests",
    "reserves", "reviews", "ship_today", "shipments", "shipping_news", "shop_orders", "stages", "visits", "waiting", "welcome",
)  # fmt: skip
