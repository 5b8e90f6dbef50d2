"""The jobs: one file a job; its module's docstring is its rulebook.

Belongs here: what a job reads, which reconcilers it asks, what it plans. Does not belong here: HTTP, SQL, templates.
"""

JOBS = (
    "agreement",
    "birthdays",
    "digest",
    "dunning",
    "inbox",
    "outbox",
    "reviews",
    "ship_today",
    "sweep",
    "visits",
    "welcome",
)
