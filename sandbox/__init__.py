"""Emulators of the outside systems over one shared world, on loopback: real HTTP and SMTP.

Belongs here: what the vendors' contracts say, the world's clock, faults, journals, people who act through the vendors' APIs.
Does not belong here: anything of the product; this package imports nothing of it and reads a company's YAML as data.
"""
