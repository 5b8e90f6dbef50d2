"""A field of a card as an effect: what every rule that shows something in a deal or a client uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase
from sverka.domain.rows import Client


def set_field(case: OrderCase, name: str, value: str, reason: str) -> Action:
    """Set a custom field of the deal, or its `title`, to a canonical text; both sides agree on it from then on."""
    before = case.deal.title if name == "title" else case.deal.custom(name)
    return Action(
        "deal.field", case.subject, name, {"deal": case.deal.ext_id, "field": name, "value": value},
        reason=reason, before=before, after=value, evidence=case.evidence(), settles=((name, value),),
    )  # fmt: skip


def shown_on(client: Client, values: Mapping[str, str], known: frozenset[str], reason: str) -> Iterator[Action]:
    """Yield what makes a client's card show canonical texts, by our names of fields. known: the fields that the portal has there."""
    for name, value in values.items():
        before = client.custom(name)
        if name in known and value != before:
            yield Action(
                "client.field", client.ext_id, name, {"client": client.ext_id, "field": name, "value": value},
                reason=reason, before=before, after=value,
            )  # fmt: skip
