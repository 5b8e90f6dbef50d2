"""Papers that go with letters, as PDF: `paper` is one as data, `statement` and `invoice` write it from facts, `drawing` sets it.

Belongs here: what stands in a paper, and how it becomes bytes. Does not belong here: how it looks (`templates/documents/`), who gets it.
"""
