"""Values from outside as a sentence may quote them: short, whatever they are. What may be shown to whom is not decided here."""

from __future__ import annotations

import reprlib

QUOTED = 60
"""Characters of a foreign value that a sentence quotes."""

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = QUOTED


def brief(value: object) -> str:
    """Return how a value is written in Python, cut short: one nested a thousand deep cannot be written out at all."""
    return _REPR.repr(value)[:QUOTED]
