"""Who at a customer may read about money: the accountant first, then whoever is in charge. Nobody else is told sums (dunning.md §8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sverka.domain.rows import Client

ACCOUNTANT, DIRECTOR = "accountant", "director"
_ROLES: Mapping[str, re.Pattern[str]] = {
    ACCOUNTANT: re.compile(r"бух|фин(анс|\.)|казнач|расч[её]т|cfo|account|financ"),
    DIRECTOR: re.compile(
        r"директор|гендир|руководител|собственник|учредител|владелец|предприниматель|\bип\b|\bceo\b|owner|director"
    ),
}
"""Role → words of the post, the one that is written to first."""
_NOT_IN_CHARGE = re.compile(
    r"секретар|помощни|ассистент|зам(\.|естител)|арт-|коммерческ|технич|по (продаж|закуп|снабж|персонал)"
)
"""Words by which a director is another one than the one in charge."""


def finance_people(people: Iterable[Client]) -> dict[str, Client]:
    """Return who of a customer's contacts may be told what is owed, by role; of several the one with the oldest card."""
    found: dict[str, Client] = {}
    for each in sorted(people, key=_number):
        if role := role_of(each.post):
            found.setdefault(role, each)
    return found


def role_of(post: str) -> str:
    """Return the role that a post means, "" for one that has nothing to do with money."""
    words = post.casefold()
    found = next((role for role, pattern in _ROLES.items() if pattern.search(words)), "")
    return "" if found == DIRECTOR and _NOT_IN_CHARGE.search(words) else found


def _number(card: Client) -> int:
    return int(card.ext_id.partition(":")[2])
