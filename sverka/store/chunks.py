"""Long lists in pieces, since a statement may hold only so many parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

CHUNK = 5_000
"""Well under the 32,766 parameters that SQLite takes in one statement."""


def in_chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[tuple[T, ...]]:
    """Cut `items` into tuples of at most `size`, in order."""
    iterator = iter(items)
    while chunk := tuple(islice(iterator, size)):
        yield chunk


def distinct(items: Iterable[T]) -> tuple[T, ...]:
    """Return each item once, at its first place."""
    return tuple(dict.fromkeys(items))
