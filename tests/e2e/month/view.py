"""What both systems hold at a moment, read straight from the emulators: the eyes of the people and of the oracle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.serve import Sandbox
from tests.e2e.town import COMPANY

Lines = Mapping[tuple[str, int], int]
"""(article, price in kopecks) → thousandths."""
Goods = Mapping[str, int]
"""Article → thousandths; services are left out."""

SHOP, SERVICE = "Интернет-магазин", "Сервис"
_FUNNELS = {"shop": SHOP, "service": SERVICE}
_CALL, _TO_DO = "VOXIMPLANT_CALL", "CRM_TODO"


@dataclass(frozen=True)
class DealView:
    """A deal as its card shows it. fields: custom fields by the keys of the company's file, options of lists by their text."""

    id: int
    funnel: str
    stage: str
    client: str
    trusted: bool
    branch: str
    fields: Mapping[str, Any]
    lines: Lines
    origin: str

    @property
    def is_over(self) -> bool:
        return self.stage in ("won", "lost")


@dataclass(frozen=True)
class Paper:
    """A reservation or a shipment of an order. deal: whose mark it bears, 0 for a paper that somebody made by hand."""

    id: str
    deal: int
    store: str
    held: bool
    goods: Goods
    uses: str = ""
    """The reservation that a shipment uses up."""


@dataclass(frozen=True)
class OrderView:
    """A living order of the ledger with its papers and its money in kopecks."""

    id: str
    number: str
    deal: int
    status: str
    partner: str
    lines: Lines
    goods: Goods
    reserves: tuple[Paper, ...] = ()
    shipments: tuple[Paper, ...] = ()
    bank: int = 0
    cash: int = 0

    @property
    def sum(self) -> int:
        return sum(price * amount // 1000 for (_, price), amount in self.lines.items())

    @property
    def shipped(self) -> Goods:
        return total(paper.goods for paper in self.shipments if paper.held)

    @property
    def is_shipped(self) -> bool:
        return bool(self.goods) and self.shipped == self.goods

    @property
    def is_paid(self) -> bool:
        return bool(self.lines) and self.bank + self.cash >= self.sum

    def held(self, store: str) -> Goods:
        """Return what is held for the order in a store."""
        return total(paper.goods for paper in self.reserves if paper.held and paper.store == store)


@dataclass(frozen=True)
class ShopView:
    """An order of the online store. deals: the deals that the portal's own link or our mark names."""

    id: int
    deals: frozenset[int]
    cancelled: bool
    paid: bool
    lines: Lines


@dataclass(frozen=True)
class View:
    """The whole town at a moment. tasks, todos, calls: the portal's own rows."""

    deals: Mapping[int, DealView]
    orders: Mapping[str, OrderView]
    shop: Mapping[int, ShopView]
    stock: Mapping[tuple[str, str], tuple[int, int]]
    tasks: tuple[Mapping[str, Any], ...] = ()
    todos: tuple[Mapping[str, Any], ...] = ()
    calls: tuple[Mapping[str, Any], ...] = ()
    receipts: tuple[Mapping[str, Any], ...] = ()
    """Cash receipts of the ledger, with `deal`, whose mark they bear."""
    partners: tuple[str, ...] = ()
    contacts: tuple[Mapping[str, Any], ...] = ()
    _by_deal: Mapping[int, tuple[OrderView, ...]] = field(default_factory=dict)

    def orders_of(self, deal: int) -> tuple[OrderView, ...]:
        """Return the living orders that bear a deal's mark."""
        return self._by_deal.get(deal, ())

    def order_of(self, deal: int) -> OrderView | None:
        """Return the first of them, None without any."""
        return next(iter(self.orders_of(deal)), None)

    def shop_of(self, deal: int) -> ShopView | None:
        """Return the store's order that belongs to a deal."""
        return next((order for order in self.shop.values() if deal in order.deals), None)

    def questions(self, deal: int) -> list[Mapping[str, Any]]:
        """Return the questions that stand open about a deal, as tasks."""
        return [
            task
            for task in self.tasks
            if task["STATUS"] != _DONE
            and f"D_{deal}" in task.get("UF_CRM_TASK", ())
            and task["TITLE"].startswith("Вопрос")
        ]


_DONE = 5


def look(sandbox: Sandbox) -> View:
    """Read everything that people or the oracle may want to know."""
    emulators = sandbox.world.companies[COMPANY].emulators
    portal, ledger = emulators["bitrix24"].state, emulators["business_ru"].state
    orders = _orders(ledger)
    by_deal: dict[int, list[OrderView]] = defaultdict(list)
    for order in orders.values():
        by_deal[order.deal].append(order)
    goods, stores = ledger.tables["goods"].rows, ledger.tables["stores"].rows
    return View(
        deals=_deals(portal),
        orders=orders,
        shop=_shop_orders(portal),
        stock={
            (stores[row["store_id"]]["name"], goods[row["good_id"]]["part"]): (row["amount"], row["reserved"])
            for row in ledger.rows("storegoods")
        },
        tasks=tuple(portal.tasks),
        todos=tuple(row for row in portal.activities if row.get("PROVIDER_ID") == _TO_DO),
        calls=tuple(row for row in portal.activities if row.get("PROVIDER_ID") == _CALL),
        receipts=tuple({**row, "deal": marked(row["comment"])} for row in ledger.rows("cashin")),
        partners=tuple(row["name"] for row in ledger.rows("partners")),
        contacts=tuple(portal.objects[3]),
        _by_deal={deal: tuple(found) for deal, found in by_deal.items()},
    )


def total(parts: Iterable[Goods]) -> Goods:
    """Sum goods; nothing of a good is no entry."""
    summed: Counter[str] = Counter()
    for part in parts:
        summed.update(part)
    return {good: amount for good, amount in summed.items() if amount}


def marked(comment: str | None) -> int:
    """Return the number of the deal whose mark a comment bears as a word, 0 without any."""
    words = (comment or "").split()
    return next((int(word[5:]) for word in words if word.startswith("deal:") and word[5:].isdigit()), 0)


def goods_of(lines: Lines) -> Goods:
    """Return what of the lines can lie in a store."""
    return total({article: amount} for (article, _), amount in lines.items() if not article.startswith("SRV-"))


def _deals(portal: Any) -> dict[int, DealView]:
    places = {
        code: (_FUNNELS[key], name) for key, funnel in portal.funnels.items() for name, code in funnel.codes.items()
    }
    articles = {row["ID"]: row["XML_ID"] for row in portal.products}
    return {row["ID"]: _deal(portal, row, places[row["STAGE_ID"]], articles) for row in portal.objects[2]}


def _deal(portal: Any, row: Mapping[str, Any], place: tuple[str, str], articles: Mapping[int, str]) -> DealView:
    fields = {kind.key: dict(kind.options).get(row.get(name), row.get(name)) for name, kind in portal.custom[2].items()}
    card: Mapping[str, Any] = {}
    for type_id, key in ((4, "COMPANY_ID"), (3, "CONTACT_ID")):
        card = card or portal.objects[type_id].get(row.get(key)) or {}
    trusted = [name for type_id in (3, 4) for name, kind in portal.custom[type_id].items() if kind.key == "trusted"]
    return DealView(
        id=row["ID"],
        funnel=place[0],
        stage=place[1],
        client=str(card.get("TITLE") or f"{card.get('NAME', '')} {card.get('LAST_NAME', '')}".strip()),
        trusted=any(card.get(name) for name in trusted),
        branch=str(fields["branch"] or ""),
        fields=fields,
        lines=summed(
            (articles.get(line.get("PRODUCT_ID"), line.get("PRODUCT_NAME", "")), line["PRICE"], line["QUANTITY"])
            for line in portal.lines.owned("D", row["ID"])
        ),
        origin=str(row.get("ORIGIN_ID") or ""),
    )


def _orders(ledger: Any) -> dict[str, OrderView]:
    names = {row["id"]: row["name"] for row in ledger.rows("customerorderstatus")}
    goods = ledger.tables["goods"].rows
    money = {"bank": _linked(ledger, "paymentin"), "cash": _linked(ledger, "cashin")}
    found = {}
    for row in ledger.rows("customerorders"):
        rows = ledger.rows_where("customerordergoods", "customer_order_id", row["id"])
        found[row["id"]] = OrderView(
            id=row["id"],
            number=row["number"],
            deal=marked(row["comment"]),
            status=names[row["status_id"]],
            partner=row["partner_id"],
            lines=summed((goods[line["good_id"]]["part"], line["price"], line["amount"]) for line in rows),
            goods=_stocked(goods, rows),
            reserves=_papers(ledger, "reservations", "reservationgoods", row["id"]),
            shipments=_papers(ledger, "realizations", "realizationgoods", row["id"]),
            bank=money["bank"][row["id"]],
            cash=money["cash"][row["id"]],
        )
    return found


def _linked(ledger: Any, model: str) -> Counter[str]:
    links = {"paymentin": "paymentintocustomerorder", "cashin": "cashincustomerorder"}[model]
    summed: Counter[str] = Counter()
    for row in ledger.rows(links):
        if ledger.row(model, row[f"{model}_id"]):
            summed[row["customer_order_id"]] += row["sum"]
    return summed


def _papers(ledger: Any, model: str, lines: str, order_id: str) -> tuple[Paper, ...]:
    header = {"reservations": "reservation_id", "realizations": "realization_id"}[model]
    goods, stores = ledger.tables["goods"].rows, ledger.tables["stores"].rows
    return tuple(
        Paper(
            row["id"],
            marked(row["comment"]),
            stores[row["store_id"]]["name"] if row["store_id"] else "",
            bool(row["held"]),
            _stocked(goods, ledger.rows_where(lines, header, row["id"])),
            str(row.get("reservation_id") or ""),
        )
        for row in ledger.rows_where(model, "customer_order_id", order_id)
    )


_SERVICE = 2


def _stocked(goods: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Goods:
    stocked = (row for row in rows if goods[row["good_id"]]["type"] != _SERVICE)
    return total({goods[row["good_id"]]["part"]: row["amount"]} for row in stocked)


def _shop_orders(portal: Any) -> dict[int, ShopView]:
    articles = {row["ID"]: row["XML_ID"] for row in portal.products}
    deals: dict[int, set[int]] = defaultdict(set)
    for link in portal.order_links:
        if link["OWNER_TYPE_ID"] == 2:
            deals[link["ORDER_ID"]].add(link["OWNER_ID"])
    for row in portal.objects[2]:
        kind, _, number = str(row.get("ORIGIN_ID") or "").partition(":")
        if kind == "shop":
            deals[int(number)].add(row["ID"])
    return {
        row["ID"]: ShopView(
            row["ID"],
            frozenset(deals[row["ID"]]),
            row.get("CANCELED") == "Y",
            row.get("PAYED") == "Y",
            summed(
                (articles[item["PRODUCT_ID"]], item["PRICE"], item["QUANTITY"])
                for item in portal.basket_items.owned(row["ID"])
            ),
        )
        for row in portal.orders
    }


def summed(rows: Iterable[tuple[str, int, int]]) -> Lines:
    """Sum (article, price, amount) by article and price."""
    found: Counter[tuple[str, int]] = Counter()
    for article, price, amount in rows:
        found[article, price] += amount
    return {key: amount for key, amount in sorted(found.items()) if amount}


def kopecks(price: Any) -> int:
    """Return a price as the portal's interface has it in kopecks."""
    return int(Decimal(str(price)) * 100)


def thousandths(amount: Any) -> int:
    """Return an amount as the portal's interface has it in thousandths."""
    return int(Decimal(str(amount)) * 1000)
