"""Orders of the portal's online store: the list tells which changed, then each is read with its basket, buyer and deal.

Which deal an order is bound to decides whether a deal is made for it, so an order whose binding could not be read is not read at
all. An order that is gone has no row, and so no lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sverka.domain.money import BadNumberError, parse_kopecks
from sverka.domain.quantity import parse_thousandths
from sverka.domain.rows import ShopOrder, ShopOrderLine
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.families import groups
from sverka.systems.bitrix24.question import Dialect, Question
from sverka.systems.bitrix24.read import created_at
from sverka.systems.bitrix24.walk import at_once, read_at_once
from sverka.systems.errors import NotFound, SystemTrouble
from sverka.systems.redaction import foreign
from sverka.systems.values import BadValueError, Json, flag, ident, iso_moment, kopecks_or_zero, must, text

ORDERS, LINES = "shop_orders", "shop_lines"

_ORDERS_IN_BATCH = 20
"""Of documents of a second each, by the vendor's own examples: the portal cuts a request off at 60 s."""

_LISTED = Dialect(start=0)
_BY_ORDER = Dialect(id_field="orderId", start=0)
_DEAL = "2"
_CLIENTS = (("4", "client"), ("3", "contact"))
"""The kinds of cards that an order may be bound to; a company goes before the person who acts for it."""

_NAME_CODES = ("FIO", "CONTACT_PERSON")
"""Codes of the property that holds the buyer's name: of a person, of a company's representative."""


@dataclass
class ShopReading:
    """What a reading of given orders brought.

    read: ids of the orders that were read, gone ones too. malformed: (order's id, sentence). trouble: why not all were read.
    """

    orders: list[ShopOrder] = field(default_factory=list)
    lines: list[ShopOrderLine] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    malformed: list[tuple[str, str]] = field(default_factory=list)
    trouble: str = ""


def changed_orders(since: datetime | None) -> Question[str]:
    """Return the question for the ids of the orders that changed."""
    return Question(
        "shopOrders", "sale.order.list", ("orders",), lambda raw: must(ident)(raw.get("id")), select=("id", "dateUpdate"),
        dialect=_LISTED, since=since, moved_field="dateUpdate",
    )  # fmt: skip


def order_command(order_id: str) -> Command:
    """Return the command that brings an order with its basket, buyer and properties."""
    return Command("sale.order.get", {"id": int(order_id)})


def bindings_of(order_ids: Sequence[str]) -> Question[tuple[str, str]]:
    """Return the question for the deals of at most 49 orders, as (order's id, deal's id); an order has one binding at most."""
    return Question(
        "bindings", "crm.orderentity.list", ("orderEntity",), _binding, filter={"@orderId": [int(each) for each in order_ids]},
        select=("orderId", "ownerId", "ownerTypeId"), witness_select=("orderId",), dialect=_BY_ORDER,
        expected_rows=len(order_ids),
    )  # fmt: skip


def read_orders(api: PortalApi, order_ids: Sequence[str]) -> ShopReading:
    """Read given orders; what fails ends up in `trouble`."""
    reading = ShopReading()
    for group in groups(order_ids, _ORDERS_IN_BATCH):
        question = bindings_of(group)
        try:
            answer = api.read({f"order{each}": order_command(each) for each in group} | at_once(question))
            deals = dict(read_at_once(answer, question))
        except (SystemTrouble, BadValueError) as trouble:
            reading.trouble = str(trouble)
            break
        for order_id in group:
            _take(reading, answer, order_id, deals.get(order_id, ""))
    return reading


def order_of(answer: BatchAnswer, key: str) -> Json:
    """Return the order that a command brought. Raises SystemTrouble or BadValueError."""
    result = answer.result(key)
    order = result.get("order") if isinstance(result, dict) else None
    if not isinstance(order, dict):
        raise BadValueError("the answer holds no order")
    return order


def rows_in(raw: Json, name: str) -> list[Json]:
    """Return the objects that an order holds under a name. Raises BadValueError."""
    found = raw.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadValueError(f"no list of {name}")
    return found


def _take(reading: ShopReading, answer: BatchAnswer, order_id: str, deal_id: str) -> None:
    try:
        raw = order_of(answer, f"order{order_id}")
        order, lines = _order(raw, deal_id), [_line(each, order_id) for each in rows_in(raw, "basketItems")]
    except NotFound:
        reading.read.append(order_id)
    except SystemTrouble as trouble:
        reading.trouble = str(trouble)
    except (BadValueError, BadNumberError) as error:
        reading.read.append(order_id)
        reading.malformed.append((order_id, foreign(error)))
    else:
        reading.read.append(order_id)
        reading.orders.append(order)
        reading.lines.extend(lines)


def _order(raw: Json, deal_id: str) -> ShopOrder:
    typed_in = {text(each.get("code")): each.get("value") for each in rows_in(raw, "propertyValues")}
    return ShopOrder(
        ext_id=must(ident)(raw.get("id")),
        updated_at=iso_moment(raw.get("dateUpdate")),
        number=text(raw.get("accountNumber")),
        sum_kopecks=kopecks_or_zero(raw.get("price")),
        currency=text(raw.get("currency")),
        is_paid=flag(raw.get("payed")),
        is_cancelled=flag(raw.get("canceled")),
        ordered_at=created_at(raw.get("dateInsert")),
        client_key=_client_key(rows_in(raw, "clients")),
        buyer_name=next((name for code in _NAME_CODES if (name := _first(typed_in.get(code)))), ""),
        buyer_phone=_first(typed_in.get("PHONE")),
        buyer_email=_first(typed_in.get("EMAIL")),
        comment=text(raw.get("userDescription")),
        responsible_id=ident(raw.get("responsibleId")),
        deal_id=deal_id,
    )


def _line(raw: Json, order_id: str) -> ShopOrderLine:
    return ShopOrderLine(
        ext_id=must(ident)(raw.get("id")),
        updated_at=iso_moment(raw.get("dateUpdate")),
        order_id=order_id,
        product_id=ident(raw.get("productId")),
        name=text(raw.get("name")),
        price_kopecks=parse_kopecks(raw.get("price")),
        amount_thousandths=parse_thousandths(raw.get("quantity")),
    )


def _binding(raw: Json) -> tuple[str, str]:
    deal_id = ident(raw.get("ownerId")) if ident(raw.get("ownerTypeId")) == _DEAL else ""
    return must(ident)(raw.get("orderId")), deal_id


def _client_key(cards: list[Json]) -> str:
    primary = {ident(each.get("entityTypeId")): each for each in reversed(cards) if flag(each.get("isPrimary"))}
    found = (f"{kind}:{ident(primary[number].get('entityId'))}" for number, kind in _CLIENTS if number in primary)
    return next(found, "")


def _first(value: object) -> str:
    return text(value[0] if isinstance(value, list) and value else value)
