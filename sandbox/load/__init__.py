"""Loaders of data that others have collected, each putting a folder or a file into a company's systems.

Does not belong here: the small worlds of our own making (`sandbox.little_world`).
"""
