"""Absolute sets: for each kind, the steps that are missing until the ledger stands as the payload wants it. None missing: it stands.

The same function serves before the writes, after them, and when an answer was lost. A document that is `fresh` was made a moment ago
and holds nothing yet, so its lines need no reading before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sverka.domain.actions import Payload
from sverka.domain.money import parse_kopecks, roubles
from sverka.domain.quantity import parse_thousandths, units
from sverka.systems.business_ru import models
from sverka.systems.business_ru.client import SYSTEM
from sverka.systems.business_ru.desk import Desk, Step
from sverka.systems.business_ru.lines import Line, repairs, summed
from sverka.systems.business_ru.read import row
from sverka.systems.business_ru.signature import Params
from sverka.systems.errors import Overtaken, Refused
from sverka.systems.values import Json, flag, ident, text

_NOT_DIGITS = re.compile(r"\D")
_NATIONAL_DIGITS = 10
"""A Russian number is the same with +7 and with 8 before these."""


def order_status(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {order, status}."""
    return _field(desk, models.ORDERS.name, payload["order"], "status_id", payload["status"], ident)


def reserve_hold(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {reserve}."""
    return _field(desk, models.RESERVES.name, payload["reserve"], "held", wanted=True, parse=flag)


def reserve_release(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {reserve}."""
    return _field(desk, models.RESERVES.name, payload["reserve"], "held", wanted=False, parse=flag)


def shipment_post(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {shipment}. The ledger refuses where the store's goods do not suffice."""
    held = models.SHIPMENTS.theirs("held")
    return _field(desk, models.SHIPMENTS.name, payload["shipment"], held, wanted=True, parse=flag)


def order_lines(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {order, lines: [{good, price_kopecks, amount_thousandths}], fresh?, was?: lines that the plan was made on}.

    Raises Overtaken if other lines stand there and something would have to change.
    """
    return _priced_lines(desk, models.ORDER_LINES, {"customer_order_id": payload["order"]}, payload, {})


def shipment_lines(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {shipment, store, reserve, lines: [{good, price_kopecks, amount_thousandths}], fresh?}.

    The header names where the goods lie and what they are taken out of. Raises Refused if a posted shipment would have to change: its
    goods have left.
    """
    owner = {models.SHIPMENT_LINES.theirs("shipment_id"): payload["shipment"]}
    placed = {models.STORE_OF_LINE: payload["store"]}
    steps = _priced_lines(desk, models.SHIPMENT_LINES, owner, payload, placed)
    if not payload.get("fresh"):
        document = desk.one(models.SHIPMENTS.name, payload["shipment"])
        steps = [*_placing(document, payload), *_moving(desk, document, payload), *steps]
        if steps and flag(document.get(models.SHIPMENTS.theirs("held"))):
            what = f"shipment {payload['shipment']} is posted, and {len(steps)} of its lines would have to change"
            raise Refused(SYSTEM, f"GET {models.SHIPMENTS.name}", what)
    return steps


def _placing(document: Json, payload: Payload) -> list[Step]:
    """Return the step that makes a shipment's header name its store and its reserve."""
    wanted = {
        models.SHIPMENTS.theirs("store_id"): payload["store"],
        models.SHIPMENTS.theirs("reserve_id"): payload["reserve"],
    }
    differing = {name: value for name, value in wanted.items() if ident(document.get(name)) != value}
    return [Step("PUT", models.SHIPMENTS.name, {"id": payload["shipment"], **differing})] if differing else []


def _moving(desk: Desk, document: Json, payload: Payload) -> list[Step]:
    """Return the steps that take a shipment's lines to another store with its header; each line names its own."""
    if ident(document.get(models.SHIPMENTS.theirs("store_id"))) == payload["store"]:
        return []
    owner = {models.SHIPMENT_LINES.theirs("shipment_id"): payload["shipment"]}
    elsewhere = [
        ident(raw.get("id"))
        for raw in desk.live_rows(models.SHIPMENT_LINES.name, owner)
        if ident(raw.get(models.STORE_OF_LINE)) not in ("", payload["store"])
    ]
    change = {models.STORE_OF_LINE: payload["store"]}
    return [Step("PUT", models.SHIPMENT_LINES.name, {"id": ext_id, **change}) for ext_id in elsewhere]


def reserve_lines(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {reserve, store, lines: [{good, amount_thousandths}], fresh?}."""
    model, owner = models.RESERVE_LINES.name, {"reservation_id": payload["reserve"]}
    wanted = summed(((line["good"], 0), line["amount_thousandths"]) for line in payload["lines"])
    standing = [_line(raw, 0) for raw in ([] if payload.get("fresh") else desk.live_rows(model, owner))]
    steps = []
    for each in repairs(wanted, standing):
        identity = {**owner, "good_id": each.key[0], "store_id": payload["store"]}
        steps.append(_step(each.verb, model, each.ext_id, identity, {"amount": units(each.amount_thousandths)}))
    return steps


def cash_link(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {cash, order, sum_kopecks}. Raises Refused if several rows bind the two: which is right is for a person."""
    model, money = models.CASH_LINKS.name, models.CASH_LINKS.theirs("sum_kopecks")
    pair = {models.CASH_OF_LINK: payload["cash"], models.CASH_LINKS.theirs("order_id"): payload["order"]}
    bound = [(ident(raw.get("id")), parse_kopecks(raw.get(money))) for raw in desk.live_rows(model, pair)]
    if bound and sum(kopecks for _, kopecks in bound) == payload["sum_kopecks"]:
        return []
    if len(bound) > 1:
        what = f"{len(bound)} rows bind cash document {payload['cash']} to order {payload['order']}"
        raise Refused(SYSTEM, f"GET {model}", what)
    verb, ext_id = ("PUT", bound[0][0]) if bound else ("POST", "")
    return [_step(verb, model, ext_id, pair, {money: roubles(payload["sum_kopecks"])})]


def partner_contacts(desk: Desk, payload: Payload) -> list[Step]:
    """Payload: {partner, phone, email}. Adds what is missing; what stands besides is left alone."""
    standing = desk.live_rows(models.CONTACTS, {"partner_id": payload["partner"]})
    steps = []
    for name, value in ((models.PHONE_TYPE, payload["phone"]), (models.EMAIL_TYPE, payload["email"])):
        if value and not any(_same_contact(raw, value) for raw in standing):
            contact = {
                "partner_id": payload["partner"],
                "contact_info_type_id": _type_id(desk, name),
                "contact_info": value,
            }
            digits = {"phone": _NOT_DIGITS.sub("", value)} if name == models.PHONE_TYPE else {}
            steps.append(Step("POST", models.CONTACTS, {**contact, **digits}))
    return steps


SETS: Mapping[str, Callable[[Desk, Payload], list[Step]]] = MappingProxyType({
    "partner.contacts": partner_contacts,
    "order.lines": order_lines,
    "order.status": order_status,
    "order.close": order_status,
    "reserve.lines": reserve_lines,
    "reserve.hold": reserve_hold,
    "reserve.release": reserve_release,
    "shipment.lines": shipment_lines,
    "shipment.post": shipment_post,
    "cash.link": cash_link,
})  # fmt: skip


def _field(desk: Desk, model: str, ext_id: str, name: str, wanted: Any, parse: Callable[[Any], Any]) -> list[Step]:
    stands = parse(desk.one(model, ext_id).get(name)) == wanted
    return [] if stands else [Step("PUT", model, {"id": ext_id, name: wanted})]


def _priced_lines(
    desk: Desk, model: models.Model, owner: Params, payload: Payload, placed: Mapping[str, str]
) -> list[Step]:
    """Compare the payload's lines with those of `owner`. placed: what a new line is told besides its good."""
    wanted = summed(((line["good"], line["price_kopecks"]), line["amount_thousandths"]) for line in payload["lines"])
    rows = [] if payload.get("fresh") else desk.rows(model.name, owner)
    standing = [_line(raw, parse_kopecks(raw.get("price"))) for raw in rows if not flag(raw.get("deleted"))]
    steps = []
    needed = repairs(wanted, standing)
    if needed and not _is_as_planned(payload, standing):
        news = tuple(row(model, raw) for raw in rows)
        raise Overtaken(SYSTEM, f"GET {model.name}", "the lines were changed meanwhile", news=news)
    for each in needed:
        values = {"price": roubles(each.key[1]), "amount": units(each.amount_thousandths)}
        steps.append(_step(each.verb, model.name, each.ext_id, {**owner, "good_id": each.key[0], **placed}, values))
    return steps


def _is_as_planned(payload: Payload, standing: Sequence[Line]) -> bool:
    planned_on = payload.get("was")
    if planned_on is None:
        return True
    expected = summed(((line["good"], line["price_kopecks"]), line["amount_thousandths"]) for line in planned_on)
    found = summed((line.key, line.amount_thousandths) for line in standing if line.amount_thousandths)
    return expected == found


def _line(raw: Json, price_kopecks: int) -> Line:
    return Line(ident(raw.get("id")), (ident(raw.get("good_id")), price_kopecks), parse_thousandths(raw.get("amount")))


def _step(verb: str, model: str, ext_id: str, identity: Mapping[str, str], values: Mapping[str, str]) -> Step:
    """A new line is told what it is of, a standing one only what changes, a superfluous one only goes."""
    params: Mapping[str, Mapping[str, str]] = {
        "POST": {**identity, **values},
        "PUT": {"id": ext_id, **values},
        "DELETE": {"id": ext_id},
    }
    return Step(verb, model, params[verb])


def _same_contact(raw: Json, value: str) -> bool:
    digits = _NOT_DIGITS.sub("", value)
    if "@" in value or len(digits) < _NATIONAL_DIGITS:
        return text(raw.get("contact_info")).casefold() == value.casefold()
    known = (_NOT_DIGITS.sub("", text(raw.get(name))) for name in ("phone", "contact_info"))
    return any(each[-_NATIONAL_DIGITS:] == digits[-_NATIONAL_DIGITS:] for each in known)


def _type_id(desk: Desk, name: str) -> str:
    found = next(
        (ident(raw.get("id")) for raw in desk.rows(models.CONTACT_TYPES, {}) if text(raw.get("name")) == name), ""
    )
    if not found:
        raise Refused(SYSTEM, f"GET {models.CONTACT_TYPES}", f"there is no contact type «{name}»")
    return found
