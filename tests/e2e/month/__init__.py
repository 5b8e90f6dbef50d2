"""A company's days at random: people at work, the town as they see it, and an oracle that judges what the worker made of it.

Belongs here: what `test_random_month.py` plays and judges with. Does not belong here: anything of the product's own rules; the oracle
knows the issue, the emulators' state and what people did, nothing else.
"""
