"""1C by its standard OData interface (version 3, UT 11.5 and its relatives). `accounts.Accounts` is the whole of it for others.

Belongs here: addresses and literals as 1C takes them, its error codes and oddities, its sets and registers turned into rows.
Does not belong here: who is to be reminded of a debt, and what may be shipped.
"""
