"""The rows of all cases of a run, read from the mirror by key for many deals at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sverka.domain.cases import Shelf, ShopCard
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
class Documents:
    """What belongs to orders, by the order's id; lines by the id of their document."""

    reserves: dict[str, list[Reserve]]
    gone_reserves: dict[str, list[Reserve]]
    reserve_lines: dict[str, list[ReserveLine]]
    shipments: dict[str, list[Shipment]]
    gone_shipments: dict[str, list[Shipment]]
    shipment_lines: dict[str, list[ShipmentLine]]
    paid_kopecks: dict[str, int]


@dataclass(frozen=True)
class Wares:
    """The goods of the deals and of their orders: living ones, their counterparts both ways, and what lies in the stores."""

    goods: dict[str, Good]
    goods_of: dict[str, str]
    """Product → good."""
    products_of: dict[str, str]
    """Good → product."""
    stock: dict[tuple[str, str], Shelf]
    """(store, good) → what lies there."""


@dataclass(frozen=True)
class Rows:
    """Rows by the ids they are found under; those of a deal by the deal's."""

    deals: dict[str, Deal]
    orders: dict[str, LedgerOrder]
    """By the id of the deal."""
    clients: dict[str, Client]
    deal_lines: dict[str, list[DealLine]]
    order_lines: dict[str, list[LedgerOrderLine]]
    rivals: dict[str, list[LedgerOrder]]
    """Living orders that bear a deal's mark."""
    documents: Documents
    wares: Wares
    partners_of: dict[str, str]
    """Client → partner."""
    employees_of: dict[str, str]
    """User → employee."""
    shop: dict[str, ShopCard]
    activities: dict[str, list[Activity]]
    """By the card: of the deals and of their clients."""


def gather(tx: Transaction, company: str, deal_ids: Sequence[str]) -> Rows:
    """Return everything that the rules look at for the deals; a deal that the mirror does not hold is left out."""
    deals = mirror.by_ids(tx, company, Deal, deal_ids)
    order_of = bindings.rights(tx, company, "order", list(deals))
    orders = mirror.by_ids(tx, company, LedgerOrder, list(order_of.values()))
    deal_lines = mirror.where(tx, company, DealLine, deal_id=tuple(deals))
    marked = mirror.where(tx, company, LedgerOrder, deal_mark=tuple(deals), deleted=False)
    clients = sorted({deal.client_key for deal in deals.values()} - {""})
    users = sorted({deal.responsible_id for deal in deals.values()} - {""})
    cards = (*(f"deal:{deal_id}" for deal_id in deals), *clients)
    order_lines = mirror.where(tx, company, LedgerOrderLine, order_id=tuple(orders), deleted=False)
    return Rows(
        deals=deals,
        orders={deal_id: orders[order_id] for deal_id, order_id in order_of.items() if order_id in orders},
        clients=mirror.by_ids(tx, company, Client, clients),
        deal_lines=_by(deal_lines, lambda line: line.deal_id),
        order_lines=_by(order_lines, lambda line: line.order_id),
        rivals=_by(marked, lambda order: order.deal_mark),
        documents=_documents(tx, company, tuple(orders)),
        wares=_wares(tx, company, deal_lines, order_lines),
        partners_of=_to_living(tx, company, Partner, bindings.rights(tx, company, "client", clients)),
        employees_of=_to_living(tx, company, Employee, bindings.rights(tx, company, "person", users)),
        shop=_shop(tx, company, list(deals)),
        activities=_by(mirror.where(tx, company, Activity, owner=cards), lambda activity: activity.owner),
    )


def _documents(tx: Transaction, company: str, order_ids: tuple[str, ...]) -> Documents:
    every_reserve = mirror.where(tx, company, Reserve, order_id=order_ids)
    every_shipment = mirror.where(tx, company, Shipment, order_id=order_ids)
    reserves = [row for row in every_reserve if not row.deleted]
    shipments = [row for row in every_shipment if not row.deleted]
    held = mirror.where(tx, company, ReserveLine, reserve_id=tuple(row.ext_id for row in reserves), deleted=False)
    gone = mirror.where(tx, company, ShipmentLine, shipment_id=tuple(row.ext_id for row in shipments), deleted=False)
    return Documents(
        reserves=_by(reserves, lambda row: row.order_id),
        gone_reserves=_by((row for row in every_reserve if row.deleted and row.deal_mark), lambda row: row.order_id),
        reserve_lines=_by(held, lambda line: line.reserve_id),
        shipments=_by(shipments, lambda row: row.order_id),
        gone_shipments=_by((row for row in every_shipment if row.deleted and row.deal_mark), lambda row: row.order_id),
        shipment_lines=_by(gone, lambda line: line.shipment_id),
        paid_kopecks=_paid(mirror.where(tx, company, PaymentLink, order_id=order_ids, deleted=False)),
    )


def _wares(
    tx: Transaction, company: str, deal_lines: Iterable[DealLine], order_lines: Iterable[LedgerOrderLine]
) -> Wares:
    goods_of = bindings.rights(tx, company, "product", sorted({line.product_id for line in deal_lines} - {""}))
    good_ids = sorted({*goods_of.values(), *(line.good_id for line in order_lines)})
    goods = _alive(mirror.by_ids(tx, company, Good, good_ids))
    stock = _stock(mirror.where(tx, company, Stock, good_id=tuple(goods)))
    return Wares(goods, goods_of, _products(tx, company, goods), stock)


def _shop(tx: Transaction, company: str, deal_ids: Sequence[str]) -> dict[str, ShopCard]:
    order_of = bindings.rights(tx, company, "shop", deal_ids)
    orders = mirror.by_ids(tx, company, ShopOrder, list(order_of.values()))
    lines = _by(mirror.where(tx, company, ShopOrderLine, order_id=tuple(orders)), lambda line: line.order_id)
    return {
        deal_id: ShopCard(orders[order_id], tuple(lines[order_id]))
        for deal_id, order_id in order_of.items()
        if order_id in orders
    }


def _stock(rows: Iterable[Stock]) -> dict[tuple[str, str], Shelf]:
    """Add up what lies of a good in a store: the ledger keeps a row for each modification of it."""
    found: dict[tuple[str, str], Shelf] = {}
    for row in rows:
        before = found.get((row.store_id, row.good_id), Shelf(0, 0))
        found[row.store_id, row.good_id] = Shelf(
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
