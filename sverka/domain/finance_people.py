"""Who at a customer may read about money: the accountant first, then whoever is in charge. Nobody else is told sums (dunning.md §8)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sverka.domain.rows import Client

_ROLES: tuple[re.Pattern[str], ...] = (
    re.compile(r"бух|фин(анс|\.)|казнач|расч[её]т|cfo|account|financ"),
    re.compile(r"директор|гендир|руководител|собственник|учредител|владелец|предприниматель|\bип\b|\bceo\b|owner|director"),
)  # fmt: skip
"""Roles by words of the post, the one that is written to first: the accountant, the head."""
_NOT_IN_CHARGE = re.compile(
    r"секретар|помощни|ассистент|зам(\.|естител)|арт-|коммерческ|технич|по (продаж|закуп|снабж|персонал)"
)
"""Words by which a director is another one than the one in charge."""


def may_read_of_money(people: Iterable[Client]) -> tuple[Client, ...]:
    """Return the contacts of a customer who may be told what is owed, in the order in which they are to be told.

    people: contacts of one company, in any order. Of equals the one with the older card.
    """
    ranked = [(rank, _number(each), each) for each in people if (rank := _rank(each.post)) is not None]
    return tuple(each for _, _, each in sorted(ranked, key=lambda found: found[:2]))


def _rank(post: str) -> int | None:
    words = post.casefold()
    found = next((rank for rank, role in enumerate(_ROLES) if role.search(words)), None)
    return None if found == 1 and _NOT_IN_CHARGE.search(words) else found


def _number(card: Client) -> int:
    return int(card.ext_id.partition(":")[2])
