"""What the program tells its operator: log lines; to Sentry, defects and check-ins of scheduled jobs; the only importer of sentry_sdk.

Belongs here: how a log record becomes a line, an event or a check-in, and what must never be in one. Does not belong here: letters to
people, what a run came to (`domain.runs`), and the decision what to tell: every room writes plain records with `logging`.
"""
