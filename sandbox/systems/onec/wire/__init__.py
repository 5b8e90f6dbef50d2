"""How answers are written: JSON with its three levels of metadata, Atom, and the description of the data in EDMX.

Does not belong here: what is answered.
"""
