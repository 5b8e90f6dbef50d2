"""How the portal speaks: PHP's parameters, routes, moments, errors and the envelope of an answer.

Does not belong here: what any method means.
"""
