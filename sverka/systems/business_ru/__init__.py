"""Бизнес.ру by its REST interface with signed requests and answers. `ledger.Ledger` is the whole of it for others.

Belongs here: the ledger's protocol, limits and oddities, its models and fields, and its JSON turned into rows.
Does not belong here: which order or reserve there ought to be.
"""
