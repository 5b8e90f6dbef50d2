"""The outside systems, one folder each: how they are asked, how their answers become rows, how effects become requests.

Belongs here: everything that knows a vendor's protocol; it is the only importer of httpx, and no exception of httpx leaves it.
Does not belong here: what ought to be done (`reconcilers/`), what is remembered (`sverka.store`), any reading of the environment.
"""
