"""The three-way comparison: the last agreed value, the owner's and the mirror's (design: who moved, and who wins).

Values are compared as canonical text, made by whoever knows the field; equal text means equal.
"""

from __future__ import annotations

from enum import StrEnum

from sverka.domain.cut_off import is_cut_off


class Verdict(StrEnum):
    """What the three values say."""

    AGREED = "agreed"
    CONVERGED = "converged"
    """Both sides moved, to the same value: only the base is to be updated."""
    OWNER_MOVED = "owner_moved"
    MIRROR_MOVED = "mirror_moved"
    CONFLICT = "conflict"
    NEVER_AGREED = "never_agreed"


def judge(base: str | None, owner: str, mirror: str) -> Verdict:
    """Tell which side moved since the two last agreed; `base` is None if they never did."""
    if owner == mirror:
        return Verdict.AGREED if base == owner else Verdict.CONVERGED
    if base is None or is_cut_off(base):
        return Verdict.NEVER_AGREED
    if base == mirror:
        return Verdict.OWNER_MOVED
    return Verdict.MIRROR_MOVED if base == owner else Verdict.CONFLICT
