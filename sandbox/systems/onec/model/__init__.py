"""What the infobase holds: kinds of properties, catalogs, documents, registers, and the list of all that is published.

Does not belong here: rows, and what follows from writing them (`laws`).
"""
