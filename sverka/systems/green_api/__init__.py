"""WhatsApp and MAX by GREEN-API, a gateway that drives a phone's own account. `channel.GreenApi` is the whole of it for others.

Belongs here: the vendor's requests, its queue, journal and notifications, its limits. Does not belong here: whom to write to, when, and
how a message reads.
"""
