"""The words that the core speaks: money, quantities, rows, actions, plans, policies, the state table.

Belongs here: frozen values and pure functions over them.
Does not belong here: anything that reads a file, a socket, a database, the environment or the clock (but `clock.py`, its door).
"""
