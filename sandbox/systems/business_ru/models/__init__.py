"""The ledger's models as data: fields, kinds, references, verbs, and which lines belong to which header.

No behaviour belongs here but what every model shares; laws of stock and of payments do not.
"""
