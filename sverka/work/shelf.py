"""The rows of all cases of a run, read from the mirror by key for many deals at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sverka.domain.cases import Shelf as Place
from sverka.domain.rows import (
    Activity,
    Client,
    Deal,
    DealLine,
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    PaymentLink,
    Product,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
    Stock,
)  # fmt: skip
from sverka.store import bindings, mirror
from sverka.store.engine import Transaction

_R = TypeVar("_R", bound=Row)


@dataclass(frozen=True)
class Rows:
    """Rows by the ids they are found under."""

    deals: dict[str, Deal]
    orders: dict[str, LedgerOrder]
    """By the id of the deal."""
    clients: dict[str, Client]
    goods: dict[str, Good]
    """Living goods of the deals and of their orders."""
    deal_lines: dict[str, list[DealLine]]
    order_lines: dict[str, list[LedgerOrderLine]]
    reserves: dict[str, list[Reserve]]
    gone_reserves: dict[str, list[Reserve]]
    rivals: dict[str, list[LedgerOrder]]
    """Living orders that bear a deal's mark, by the deal."""
    reserve_lines: dict[str, list[ReserveLine]]
    shipments: dict[str, list[Shipment]]
    gone_shipments: dict[str, list[Shipment]]
    shipment_lines: dict[str, list[ShipmentLine]]
    paid_kopecks: dict[str, int]
    stock: dict[tuple[str, str], Place]
    goods_of: dict[str, str]
    """Product → good."""
    products_of: dict[str, str]
    """Good → product."""
    partners_of: dict[str, str]
    """Client → partner."""
    employees_of: dict[str, str]
    """User → employee."""
    shop_orders: dict[str, ShopOrder]
    """By the id of the deal."""
    shop_lines: dict[str, list[ShopOrderLine]]
    activities: dict[str, list[Activity]]
    """By the card: of the deals and of their clients."""


def gather(tx: Transaction, company: str, deal_ids: Sequence[str]) -> Rows:
    """Return everything that the rules look at for the deals; a deal that the mirror does not hold is left out."""
    deals = mirror.by_ids(tx, company, Deal, deal_ids)
    order_of = bindings.rights(tx, company, "order", list(deals))
    orders = mirror.by_ids(tx, company, LedgerOrder, list(order_of.values()))
    order_lines = mirror.where(tx, company, LedgerOrderLine, order_id=tuple(orders), deleted=False)
    deal_lines = mirror.where(tx, company, DealLine, deal_id=tuple(deals))
    documents = mirror.where(tx, company, Reserve, order_id=tuple(orders))
    reserves = [row for row in documents if not row.deleted]
    realizations = mirror.where(tx, company, Shipment, order_id=tuple(orders))
    shipments = [row for row in realizations if not row.deleted]
    marked = mirror.where(tx, company, LedgerOrder, deal_mark=tuple(deals), deleted=False)
    goods_of = bindings.rights(tx, company, "product", sorted({line.product_id for line in deal_lines} - {""}))
    good_ids = sorted({*goods_of.values(), *(line.good_id for line in order_lines)})
    goods = _alive(mirror.by_ids(tx, company, Good, good_ids))
    clients = sorted({deal.client_key for deal in deals.values()} - {""})
    users = sorted({deal.responsible_id for deal in deals.values()} - {""})
    shop_of = bindings.rights(tx, company, "shop", list(deals))
    shop_orders = mirror.by_ids(tx, company, ShopOrder, list(shop_of.values()))
    cards = (*(f"deal:{deal_id}" for deal_id in deals), *clients)
    return Rows(
        deals=deals,
        orders={deal_id: orders[order_id] for deal_id, order_id in order_of.items() if order_id in orders},
        clients=mirror.by_ids(tx, company, Client, clients),
        goods=goods,
        deal_lines=_by(deal_lines, lambda line: line.deal_id),
        order_lines=_by(order_lines, lambda line: line.order_id),
        reserves=_by(reserves, lambda reserve: reserve.order_id),
        gone_reserves=_by((row for row in documents if row.deleted and row.deal_mark), lambda reserve: reserve.order_id),
        rivals=_by(marked, lambda order: order.deal_mark),
        reserve_lines=_by(
            mirror.where(tx, company, ReserveLine, reserve_id=tuple(row.ext_id for row in reserves), deleted=False),
            lambda line: line.reserve_id,
        ),
        shipments=_by(shipments, lambda row: row.order_id),
        gone_shipments=_by((row for row in realizations if row.deleted and row.deal_mark), lambda row: row.order_id),
        shipment_lines=_by(
            mirror.where(tx, company, ShipmentLine, shipment_id=tuple(row.ext_id for row in shipments), deleted=False),
            lambda line: line.shipment_id,
        ),
        paid_kopecks=_paid(mirror.where(tx, company, PaymentLink, order_id=tuple(orders), deleted=False)),
        stock=_stock(mirror.where(tx, company, Stock, good_id=tuple(goods))),
        goods_of=goods_of,
        products_of=_products(tx, company, goods),
        partners_of=_to_living(tx, company, Partner, bindings.rights(tx, company, "client", clients)),
        employees_of=_to_living(tx, company, Employee, bindings.rights(tx, company, "person", users)),
        shop_orders={deal_id: shop_orders[order_id] for deal_id, order_id in shop_of.items() if order_id in shop_orders},
        shop_lines=_by(mirror.where(tx, company, ShopOrderLine, order_id=tuple(shop_orders)), lambda line: line.order_id),
        activities=_by(mirror.where(tx, company, Activity, owner=cards), lambda activity: activity.owner),
    )  # fmt: skip


def _stock(rows: Iterable[Stock]) -> dict[tuple[str, str], Place]:
    """Add up what lies of a good in a store: the ledger keeps a row for each modification of it."""
    found: dict[tuple[str, str], Place] = {}
    for row in rows:
        before = found.get((row.store_id, row.good_id), Place(0, 0))
        found[row.store_id, row.good_id] = Place(
            before.amount + row.amount_thousandths, before.reserved + row.reserved_thousandths
        )
    return found


def _products(tx: Transaction, company: str, goods: dict[str, Good]) -> dict[str, str]:
    """Return the products of goods: bound ones, else the only product with the good's article, which nothing had needed before."""
    bound = bindings.lefts(tx, company, "product", list(goods))
    articles = {good.article: good_id for good_id, good in goods.items() if good.article and good_id not in bound}
    alike = _by(mirror.where(tx, company, Product, article=tuple(sorted(articles))), lambda product: product.article)
    return bound | {articles[article]: found[0].ext_id for article, found in alike.items() if len(found) == 1}


def _to_living(tx: Transaction, company: str, row_type: type[Row], rights: dict[str, str]) -> dict[str, str]:
    """Leave out bindings to what lies in the ledger's trash."""
    alive = _alive(mirror.by_ids(tx, company, row_type, list(rights.values())))
    return {left: right for left, right in rights.items() if right in alive}


def _alive(rows: dict[str, _R]) -> dict[str, _R]:
    """Leave out what lies in the ledger's trash."""
    return {ext_id: row for ext_id, row in rows.items() if not getattr(row, "deleted", False)}


def _by(rows: Iterable[_R], key: Callable[[_R], str]) -> dict[str, list[_R]]:
    groups: dict[str, list[_R]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _paid(links: Iterable[PaymentLink]) -> dict[str, int]:
    paid: dict[str, int] = defaultdict(int)
    for link in links:
        paid[link.order_id] += link.sum_kopecks
    return paid
