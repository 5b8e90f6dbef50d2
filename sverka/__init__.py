"""The shell around Sverka's decisions, and the words that the decisions speak (`sverka.domain`).

Belongs here: settings, systems, store, messages, the running of jobs, the command line.
Does not belong here: decisions about the business (`reconcilers/`) and what a job polls and calls (`jobs/`).
"""
