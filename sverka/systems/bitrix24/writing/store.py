"""Orders of the online store: bound to a deal, their baskets, their cancellation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sverka.domain.actions import Payload
from sverka.domain.money import parse_kopecks, roubles
from sverka.domain.quantity import parse_thousandths, units
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.directory import ENTITY_TYPES, Directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.shop import bindings_of, order_command, order_of, rows_in
from sverka.systems.bitrix24.walk import at_once, read_at_once
from sverka.systems.bitrix24.writing.aims import Aim
from sverka.systems.bitrix24.writing.deals import Key, line_key, summed, was
from sverka.systems.values import Json, flag, ident, text


@dataclass
class _Position:
    """A position of a basket, as it stands."""

    ext_id: str
    key: Key
    amount_thousandths: int


def shop_link(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {deal, order}. An order has one binding; a new one takes the place of the one before."""
    question = bindings_of([payload["order"]])
    binding = {"orderId": int(payload["order"]), "ownerTypeId": ENTITY_TYPES["deal"], "ownerId": int(payload["deal"])}

    def missing(answer: BatchAnswer) -> list[Command]:
        stands = dict(read_at_once(answer, question)).get(payload["order"]) == payload["deal"]
        return [] if stands else [Command("crm.orderentity.add", {"fields": binding})]

    return Aim(at_once(question), missing)


def shop_cancel(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {order, reason}."""
    fields = {"canceled": "Y", "reasonCanceled": payload["reason"]}

    def missing(answer: BatchAnswer) -> list[Command]:
        stands = flag(order_of(answer, "order").get("canceled"))
        return [] if stands else [Command("sale.order.update", {"id": int(payload["order"]), "fields": fields})]

    return Aim({"order": order_command(payload["order"])}, missing)


def shop_lines(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {order, lines: [{product, name, price_kopecks, amount_thousandths}], was?: the same of what the plan was made on}."""
    names = {line_key(line): line["name"] for line in payload["lines"]}
    wanted = summed((line_key(line), line["amount_thousandths"]) for line in payload["lines"])

    def missing(answer: BatchAnswer) -> list[Command]:
        order = order_of(answer, "order")
        basket = [_position(raw) for raw in rows_in(order, "basketItems")]
        return _repairs(
            wanted, basket, names, {"orderId": int(payload["order"]), "currency": text(order.get("currency"))}
        )

    def is_as_planned(answer: BatchAnswer) -> bool:
        basket = [_position(raw) for raw in rows_in(order_of(answer, "order"), "basketItems")]
        return was(payload, summed((each.key, each.amount_thousandths) for each in basket if each.key[0]))

    return Aim({"order": order_command(payload["order"])}, missing, is_as_planned)


def _repairs(
    wanted: Mapping[Key, int], basket: list[_Position], names: Mapping[Key, str], order: Mapping[str, Any]
) -> list[Command]:
    """Return the writes that are missing; positions go last, so that the basket is never empty on the way."""
    standing = summed((each.key, each.amount_thousandths) for each in basket)
    free = [each for each in basket if standing.get(each.key) != wanted.get(each.key)]
    steps = []
    for key, amount in wanted.items():
        if standing.get(key) == amount:
            continue
        position = _taken(free, key, wanted)
        steps.append(_add(key, amount, names[key], order) if position is None else _update(position, key, amount))
    return steps + [Command("sale.basketitem.delete", {"id": int(each.ext_id)}) for each in free]


def _taken(free: list[_Position], key: Key, wanted: Mapping[Key, int]) -> _Position | None:
    """Take the position that becomes a line: of the same price, else of the same product at a price that nobody wants."""
    same = [each for each in free if each.key == key]
    akin = [each for each in free if each.key[:2] == key[:2] and each.key not in wanted]
    found = next(iter(same + akin), None)
    if found is not None:
        free.remove(found)
    return found


def _add(key: Key, amount_thousandths: int, name: str, order: Mapping[str, Any]) -> Command:
    what = {"productId": int(key[0] or 0), "name": name, "quantity": units(amount_thousandths)}
    return Command("sale.basketitem.add", {"fields": {**order, **what, "customPrice": "Y", **_price(key[2])}})


def _update(position: _Position, key: Key, amount_thousandths: int) -> Command:
    price = {} if position.key[2] == key[2] else _price(key[2])
    fields = {"quantity": units(amount_thousandths), **price}
    return Command("sale.basketitem.update", {"id": int(position.ext_id), "fields": fields})


def _price(price_kopecks: int) -> dict[str, str]:
    """The vendor demands that the base price be the price and the discount together."""
    return {"price": roubles(price_kopecks), "basePrice": roubles(price_kopecks), "discountPrice": "0"}


def _position(raw: Json) -> _Position:
    product = ident(raw.get("productId"))
    key = product, "" if product else text(raw.get("name")), parse_kopecks(raw.get("price"))
    return _Position(ident(raw.get("id")), key, parse_thousandths(raw.get("quantity")))
