"""How the portal keeps rows and finds them: tables, kinds of values, filters, pages.

Does not belong here: what a deal or a task is.
"""
