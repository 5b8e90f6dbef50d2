"""Bitrix24 by its REST interface, version 2, through an inbound webhook. `portal.Portal` is the whole of it for others.

Belongs here: the portal's protocol, limits and oddities, and its JSON turned into rows.
Does not belong here: which deal needs what.
"""
