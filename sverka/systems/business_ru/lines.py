"""What must be written so that a document's lines stand as wanted: a pure comparison, keyed by good and price, never by line id.

A line of the right good and the wrong price is corrected rather than replaced. Nothing is deleted before what is wanted stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Key = tuple[str, int]
"""Good and price in kopecks; the price is 0 where lines bear none."""


@dataclass(frozen=True)
class Line:
    """A line as it stands."""

    ext_id: str
    key: Key
    amount_thousandths: int


@dataclass(frozen=True)
class Repair:
    """One change: PUT or DELETE a line that stands, POST a new one (ext_id "")."""

    verb: str
    ext_id: str
    key: Key
    amount_thousandths: int


def repairs(wanted: Mapping[Key, int], standing: Iterable[Line]) -> list[Repair]:
    """Compare the wanted amounts in thousandths by key with what stands; nothing to do is []."""
    kept: dict[Key, Line] = {}
    spare: list[Line] = []
    for line in standing:
        if line.key in wanted and line.key not in kept:
            kept[line.key] = line
        else:
            spare.append(line)
    changes = [
        Repair("PUT", kept[key].ext_id, key, amount)
        for key, amount in wanted.items()
        if key in kept and kept[key].amount_thousandths != amount
    ]
    for key, amount in wanted.items():
        if key not in kept:
            same_good = next((line for line in spare if line.key[0] == key[0]), None)
            if same_good is not None:
                spare.remove(same_good)
            changes.append(Repair("PUT" if same_good else "POST", same_good.ext_id if same_good else "", key, amount))
    return changes + [Repair("DELETE", line.ext_id, line.key, line.amount_thousandths) for line in spare]


def summed(lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Add up amounts that share a key."""
    total: dict[Key, int] = {}
    for key, amount in lines:
        total[key] = total.get(key, 0) + amount
    return total
