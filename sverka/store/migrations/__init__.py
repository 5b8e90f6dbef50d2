"""Changes of the schema, in order, each written out as it was made; the only importer of alembic.

Belongs here: one module for each revision, and the running of them.
Does not belong here: the tables as they are now (`tables.py`, `ledgers.py`), which a revision never imports.
"""
