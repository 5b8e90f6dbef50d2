"""Our own memory: the mirror, what was bound and agreed, what is to be sent, who runs; the only importer of sqlalchemy.

Belongs here: tables, the statements over them, schema changes; each function takes a `Transaction` first and ends none.
Does not belong here: calls to outside systems, rules of the business, or any sqlalchemy exception on its way out.
"""
