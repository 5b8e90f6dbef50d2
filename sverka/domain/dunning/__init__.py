"""Receivables and dunning: who owes what since when, which step of the ladder is due, what may stop it, which hold follows. Pure.

Belongs here: facts, policy and arithmetic, and the decisions' words. The entry points are `reconcilers.dunning` and `reconcilers.holds`.
Does not belong here: how 1C or the CRM says it (`sverka.systems`), how a letter reads (`sverka.messages`), when a job looks (`jobs`).
Sums are in kopecks, days are `date`, moments aware `datetime`; ages are in working days, lateness in calendar days.
"""
