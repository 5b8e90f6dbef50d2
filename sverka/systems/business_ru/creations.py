"""Documents that we make, and how one is known again by its mark after a lost answer.

A deal may have several documents of one kind, all with its mark: a reserve in either store, a second shipment, a second payment.
So what bears the mark counts only if it may be the one whose answer was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sverka.domain.actions import Payload
from sverka.domain.effects import Probe
from sverka.domain.marks import marked_id
from sverka.domain.money import parse_kopecks, roubles
from sverka.systems.business_ru import models
from sverka.systems.business_ru.desk import Desk, Step
from sverka.systems.business_ru.signature import Params
from sverka.systems.errors import NotOffered, Refused
from sverka.systems.values import Json, flag, ident, is_nothing, text

_MARKS = ("deal", "client", "contact", "reserve")


def _any(_desk: Desk, _payload: Payload, _raw: Json) -> bool:
    return True


def _nothing(_desk: Desk) -> Params:
    return {}


@dataclass(frozen=True)
class Creation:
    """A kind of document.

    marked_in: the field that bears the mark. among: where to look for it. may_be: whether a row with the mark may be the one that
    is looked for. of_account: parameters that only the account knows.
    """

    model: str
    marked_in: str
    params: Callable[[Payload], Params]
    among: Callable[[Payload], Params]
    may_be: Callable[[Desk, Payload, Json], bool] = _any
    of_account: Callable[[Desk], Params] = _nothing

    def step(self, desk: Desk, payload: Payload) -> Step:
        """Return the write that makes it. Raises SystemTrouble if the account cannot be asked what it needs."""
        return Step("POST", self.model, {**self.params(payload), **self.of_account(desk)})

    def look(self, desk: Desk, payload: Payload) -> Probe:
        """Look for the document that bears the payload's mark. Raises SystemTrouble if the look is not whole."""
        marks = _marks(payload[self.marked_in])
        if not marks:
            return Probe(found=False, complete=False, detail="the payload bears no mark to look for")
        rows = desk.rows(self.model, self.among(payload))
        if any(self.marked_in not in raw for raw in rows):
            return Probe(found=False, complete=False, detail=f"rows of {self.model} do not show their {self.marked_in}")
        marked = [raw for raw in rows if _marks(text(raw[self.marked_in])) & marks and self.may_be(desk, payload, raw)]
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


def _is_in_store(_desk: Desk, payload: Payload, raw: Json) -> bool:
    return ident(raw.get("store_id")) in ("", payload["store"])


def _is_draft(_desk: Desk, payload: Payload, raw: Json) -> bool:
    store = ident(raw.get(models.SHIPMENTS.theirs("store_id")))
    return store in ("", payload["store"]) and not flag(raw.get(models.SHIPMENTS.theirs("held")))


def _is_unbound(desk: Desk, payload: Payload, raw: Json) -> bool:
    """Of the same desk and sum, and bound to no order: ours is bound only after its id is known."""
    cash_desk, money = ident(raw.get(models.CASH_FIELDS["cash_desk"])), raw.get(models.CASH_FIELDS["sum_kopecks"])
    if cash_desk not in ("", payload["cash_desk"]):
        return False
    if not is_nothing(money) and parse_kopecks(money) != payload["sum_kopecks"]:
        return False
    return not desk.live_rows(models.CASH_LINKS.name, {models.CASH_OF_LINK: ident(raw.get("id"))})


def _shipment(payload: Payload) -> Params:
    theirs = models.SHIPMENTS.theirs
    reserve = {theirs("reserve_id"): payload["reserve"]} if payload["reserve"] else {}
    placed = {theirs("order_id"): payload["order"], theirs("store_id"): payload["store"]}
    return {**_authored(payload), **placed, **reserve, theirs("held"): False}


def _cash(payload: Payload) -> Params:
    fields = models.CASH_FIELDS
    money = {fields["cash_desk"]: payload["cash_desk"], fields["sum_kopecks"]: roubles(payload["sum_kopecks"])}
    return {**_authored(payload), **money, "held": True}


def _purchase(desk: Desk) -> Params:
    """Name the operation by which clients pay; an account without such a list, or such an entry, is not told any."""
    try:
        operations = desk.live_rows(models.CASH_OPERATIONS, {})
    except (NotOffered, Refused):
        return {}
    wanted = models.PURCHASE.casefold()
    found = [ident(raw.get("id")) for raw in operations if text(raw.get("name")).casefold().startswith(wanted)]
    return {models.CASH_FIELDS["operation"]: found[0]} if found else {}


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
        _is_in_store,
    ),
    "shipment.create": Creation(
        models.SHIPMENTS.name, "comment", _shipment, lambda p: {models.SHIPMENTS.theirs("order_id"): p["order"]}, _is_draft,
    ),
    "cash.create": Creation(
        models.CASH_INCOMES, "comment", _cash, lambda p: {"partner_id": p["partner"]}, _is_unbound, _purchase,
    ),
})  # fmt: skip
