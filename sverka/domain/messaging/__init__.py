"""What clients are told, when, how and whether: kinds, channels, wishes, manners. Pure.

Belongs here: the words that rules, store and providers share, and the decisions. Does not belong here: how a message reads
(`sverka.messages`), how it travels (`sverka.systems`), which facts give rise to one (`reconcilers`).
"""
