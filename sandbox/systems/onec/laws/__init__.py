"""What follows from what: writing and posting, settlement objects, the records of registers, the states of orders.

Does not belong here: how rows are asked for (`query`).
"""
