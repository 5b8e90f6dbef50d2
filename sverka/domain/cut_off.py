"""What a write of ours that was cut in two may have left, in the place of the base that it made untrue.

Neither side decided it, so nobody is to be asked about it; and it is remembered until the two sides agree again, however the effect
itself ended: cancelled as nobody wanted it any more, refused half-way, taken back by a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sverka.domain.actions import Payload

IN_STEPS = ("order.lines", "shop.lines")
"""Kinds of which a part may stand: their lines are written one by one, onto others that are known."""

_MARK = "cut off: "


def is_cut_off(base: str | None) -> bool:
    """Whether a base only tells what may stand since a write was cut off: it equals neither side, and they have not agreed."""
    return base is not None and base.startswith(_MARK)


def cut_off(base: str | None, payload: Payload) -> str:
    """Return the base after a write of lines was cut off; what earlier ones may have left stays."""
    return _MARK + ";".join(sorted(may_stand(base) | pieces((*payload["lines"], *payload.get("was", ())))))


def may_stand(base: str | None) -> frozenset[str]:
    """Return the lines that writes which were cut off may have left."""
    if base is None or not is_cut_off(base):
        return frozenset()
    return frozenset(base.removeprefix(_MARK).split(";")) - {""}


def pieces(lines: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the lines of a payload, one by one."""
    return frozenset(
        f"{line.get('good') or line['product']},{line['price_kopecks']},{line['amount_thousandths']}" for line in lines
    )
