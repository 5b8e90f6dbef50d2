"""How any job runs: polling, cases, guard, sending, lease, the order of a run.

Belongs here: what every job needs in the same way. Does not belong here: decisions of the business and the vendors' details.
"""
