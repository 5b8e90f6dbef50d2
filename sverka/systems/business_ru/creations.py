"""Documents that we make, and how one is known again by its mark after a lost answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sverka.domain.actions import Payload
from sverka.domain.effects import Probe
from sverka.domain.marks import marked_id
from sverka.systems.business_ru import models
from sverka.systems.business_ru.desk import Desk, Step
from sverka.systems.business_ru.signature import Params
from sverka.systems.values import flag, ident, text

_MARKS = ("deal", "client", "contact", "reserve")


@dataclass(frozen=True)
class Creation:
    """A kind of document. marked_in: the field that bears the mark. among: where to look for it."""

    model: str
    marked_in: str
    params: Callable[[Payload], Params]
    among: Callable[[Payload], Params]

    def step(self, payload: Payload) -> Step:
        """Return the write that makes it."""
        return Step("POST", self.model, self.params(payload))

    def look(self, desk: Desk, payload: Payload) -> Probe:
        """Look for the document that bears the payload's mark. Raises SystemTrouble if the look is not whole."""
        marks = _marks(payload[self.marked_in])
        if not marks:
            return Probe(found=False, complete=False, detail="the payload bears no mark to look for")
        marked = [
            raw for raw in desk.rows(self.model, self.among(payload)) if _marks(text(raw.get(self.marked_in))) & marks
        ]
        ids = [ident(raw.get("id")) for raw in marked if not flag(raw.get("deleted"))]
        if len(ids) == 1:
            return Probe(found=True, complete=True, external_id=ids[0])
        if ids:
            return Probe(
                found=False, complete=False, detail=f"two or more bear the mark in {self.model}: {', '.join(ids)}"
            )
        if marked:
            return Probe(found=False, complete=False, detail=f"only a deleted one bears the mark in {self.model}")
        return Probe(found=False, complete=True)


CREATIONS: Mapping[str, Creation] = MappingProxyType({
    "partner.create": Creation(
        models.PARTNERS.name, "note",
        lambda p: {"name": p["name"], "note": p["note"], "customer": True, "responsible_employee_id": p["author"]},
        lambda p: {"name": p["name"]},
    ),
    "order.create": Creation(
        models.ORDERS.name, "comment",
        lambda p: {**_authored(p), "status_id": p["status"]},
        lambda p: {"partner_id": p["partner"]},
    ),
    "reserve.create": Creation(
        models.RESERVES.name, "comment",
        # lines are explicit: following the order's lines as well could reserve them twice
        lambda p: {
            **_authored(p), "customer_order_id": p["order"], "store_id": p["store"], "sync_with_order": False, "held": True,
        },
        lambda p: {"customer_order_id": p["order"]},
    ),
})  # fmt: skip


def _authored(payload: Payload) -> dict[str, str]:
    return {
        "author_employee_id": payload["author"],
        "responsible_employee_id": payload["responsible"],
        "organization_id": payload["organization"],
        "partner_id": payload["partner"],
        "comment": payload["comment"],
    }


def _marks(words: str) -> set[tuple[str, str]]:
    found = ((kind, marked_id(words, kind)) for kind in _MARKS)
    return {mark for mark in found if mark[1]}
