"""The REST methods, one family a file, and `registry`, which lists them.

Does not belong here: rules that two families share; those are in `crm` and `data`.
"""
