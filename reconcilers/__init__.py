"""The decisions: pure functions from cases, policy and a moment to a plan.

Belongs here: rules, one file a reconciler. Does not belong here: anything that reads, writes, waits or knows what time it is.
"""

RECONCILERS = ("bindings", "deals", "lines", "order_number", "orders", "reserves")
