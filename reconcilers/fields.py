"""A field of the deal as an effect: what every rule that shows something in the card uses."""

from __future__ import annotations

from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase


def set_field(case: OrderCase, name: str, value: str, reason: str) -> Action:
    """Set a custom field of the deal, or its `title`, to a canonical text; both sides agree on it from then on."""
    before = case.deal.title if name == "title" else case.deal.custom(name)
    return Action(
        "deal.field", case.subject, name, {"deal": case.deal.ext_id, "field": name, "value": value},
        reason=reason, before=before, after=value, evidence=case.evidence(), settles=((name, value),),
    )  # fmt: skip
