"""Effects on the portal: absolute sets, each read before and after, and creations, each known again by its mark.

Belongs here: what a payload becomes in the portal's words, and how it is seen that it stands.
Does not belong here: how requests go out, and when an effect is wanted.
"""
