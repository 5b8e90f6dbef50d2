"""The rules of the online store: orders, their baskets, buyers' answers, payments, shipments, and links to deals.

Does not belong here: the shape of any method's parameters or answer.
"""
