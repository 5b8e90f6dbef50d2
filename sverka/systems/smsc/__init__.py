"""SMSC.RU by its HTTP interface: text messages under ids of our own. `sms.Sms` is the whole of it for others.

Belongs here: the vendor's forms, codes and limits. Does not belong here: whom to write to, when, and how a message reads.
"""
