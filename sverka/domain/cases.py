"""One deal with everything around it that the rules look at: the case.

A case is built from typed rows of the mirror (see `sverka.work.casework`) and is all that a rule about deals and orders knows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sverka.domain.actions import Payload
from sverka.domain.brakes import Again
from sverka.domain.money import roubles
from sverka.domain.plan import Answer, Seen
from sverka.domain.quantity import line_sum_kopecks
from sverka.domain.reminders import Made
from sverka.domain.rows import (
    Client,
    Deal,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    Reserve,
    ReserveLine,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
)  # fmt: skip
from sverka.domain.state_table import Stage

OrderLines = Mapping[tuple[str, int], int]
"""(good, price in kopecks) → thousandths."""
Goods = Mapping[str, int]
"""Good → thousandths."""


@dataclass(frozen=True)
class WantedLine:
    """A line of the deal, in the ledger's terms where its product is known there (`good_id` "" where not)."""

    product_id: str
    good_id: str
    name: str
    is_service: bool
    price_kopecks: int
    amount_thousandths: int


@dataclass(frozen=True)
class ReserveDocument:
    """A reservation of the order with its living lines."""

    reserve: Reserve
    lines: tuple[ReserveLine, ...]

    @property
    def is_ours(self) -> bool:
        """Whether we made it: only our documents bear the mark."""
        return bool(self.reserve.deal_mark)

    @property
    def goods(self) -> Goods:
        """What the document names, held or not."""
        return total_goods((line.good_id, line.amount_thousandths) for line in self.lines)


@dataclass(frozen=True)
class ShipmentDocument:
    """A realization of the order with its living lines; a draft until it is held."""

    shipment: Shipment
    lines: tuple[ShipmentLine, ...]

    @property
    def is_ours(self) -> bool:
        """Whether we made it: only our documents bear the mark."""
        return bool(self.shipment.deal_mark)

    @property
    def goods(self) -> Goods:
        """What the document names, held or not."""
        return total_goods((line.good_id, line.amount_thousandths) for line in self.lines)

    @property
    def priced(self) -> OrderLines:
        """The same with prices."""
        return total_lines((line.good_id, line.price_kopecks, line.amount_thousandths) for line in self.lines)


@dataclass(frozen=True)
class Shelf:
    """A good in one store: how much lies there, and how much of that anybody holds, in thousandths."""

    amount: int
    reserved: int


@dataclass(frozen=True)
class GoodCard:
    """A good as the two systems know it. product_id: its counterpart in the CRM, "" for none."""

    name: str
    is_service: bool
    product_id: str


@dataclass(frozen=True)
class ShopCard:
    """The order of the online store that a deal came from, with its basket in the CRM's products."""

    order: ShopOrder
    lines: tuple[ShopOrderLine, ...]


@dataclass(frozen=True)
class People:
    """Who is told about a deal, by the CRM's ids of users; "" where the portal knows nobody.

    manager: the responsible person while they work there, else whoever answers questions. head: the manager's head.
    manager_name, manager_email: how clients know and reach the manager.
    """

    manager: str = ""
    head: str = ""
    purchase: str = ""
    manager_name: str = ""
    manager_email: str = ""


@dataclass(frozen=True)
class Refused:
    """What a system refused before: the payload, its last words, and whether it is time to try the same again."""

    payload: Payload
    detail: str
    may_retry: bool


@dataclass(frozen=True)
class LedgerIds:
    """Ids that the company's names have in its ledger. "" where the ledger has no such name."""

    organization: str
    author: str
    statuses: Mapping[str, str]
    """The state table's word → the id of the order status."""
    stores: Mapping[str, str]
    """The name of a branch → the id of its store."""
    cash_desks: Mapping[str, str] = field(default_factory=dict)
    """The name of a cash desk → its id."""
    stages: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(name of a funnel, name of a stage) → (id of the funnel, code of the stage) on the portal."""

    def status_word(self, status_id: str) -> str:
        """Return the state table's word for a status id, "" for a status that the table does not name."""
        return next((word for word, known in self.statuses.items() if known == status_id), "")


@dataclass(frozen=True, kw_only=True)
class OrderCase:
    """A deal, its client, its order with reserves, and what we remember of them."""

    deal: Deal
    stage: Stage | None
    stage_name: str
    funnel_name: str
    client: Client | None
    partner_id: str
    alike: tuple[Partner, ...] = ()
    """Partners who may be the client, but not surely: a person has to say. Empty once somebody has said that none of them is."""
    responsible_id: str
    ids: LedgerIds
    lines: tuple[WantedLine, ...]
    order: LedgerOrder | None
    order_lines: tuple[LedgerOrderLine, ...] = ()
    reserves: tuple[ReserveDocument, ...] = ()
    rivals: tuple[LedgerOrder, ...] = ()
    """Other living orders that bear the deal's mark: one of them is too many."""
    is_made_here: bool = False
    """Whether the order was made by us, as this store remembers: then nobody's lines can be overwritten by filling it."""
    gone_reserves: Mapping[str, int] = field(default_factory=dict)
    """Store → how many of our documents there were deleted by hand."""
    shipments: tuple[ShipmentDocument, ...] = ()
    gone_shipments: int = 0
    """How many of our realizations for the order were deleted by hand."""
    paid_kopecks: int = 0
    stock: Mapping[tuple[str, str], Shelf] = field(default_factory=dict)
    """(store, good) → what lies there, for the goods of the deal and of its order."""
    goods: Mapping[str, GoodCard] = field(default_factory=dict)
    """The goods of the deal and of its order by their ids."""
    shop: ShopCard | None = None
    product_lines: OrderLines = field(default_factory=dict)
    """The deal's lines as the CRM knows them: (product, price) → thousandths; lines of free text are left out."""
    source: str = ""
    """The name of where the deal came from, as the portal shows it."""
    is_answered: bool = False
    """Whether somebody has talked or written to the client since the deal was made."""
    people: People = field(default_factory=People)
    made: Mapping[str, Made] = field(default_factory=dict)
    """Key of an action → the reminder that it made for this deal."""
    created: Mapping[str, str] = field(default_factory=dict)
    """Key of another creation for this deal → the id of what it made."""
    told: tuple[str, ...] = ()
    """Occasions of the messages that an order is ready which the client was sent, in that order."""
    restores: Mapping[str, int] = field(default_factory=dict)
    """Kind of an action → how often in the last week it put back what somebody had changed."""
    set_again: tuple[Again, ...] = ()
    """What we repaired about it within a day, the last one first."""
    deal_fields: frozenset[str] = frozenset()
    """Our names of the custom fields that the portal has."""
    is_complete: bool = True
    """Whether every reading behind the case was complete; if not, nothing may follow from what is missing."""
    has_pending: bool = False
    """Whether an earlier action has not ended, on the deal or on the order of the store for which it was made."""
    bases: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    refusals: Mapping[str, Refused] = field(default_factory=dict)
    """Key of an action → that a system refused it."""

    @property
    def subject(self) -> str:
        """The deal's name in plans."""
        return f"deal:{self.deal.ext_id}"

    @property
    def order_word(self) -> str:
        """The state table's word for the order's status, "" without an order or for a status it does not name."""
        return self.ids.status_word(self.order.status_id) if self.order else ""

    @property
    def is_shipped(self) -> bool:
        """Whether goods have left for the order."""
        return any(document.shipment.held for document in self.shipments)

    @property
    def left_goods(self) -> Goods:
        """What of the order's goods has not left yet."""
        gone = total_goods(
            pair for document in self.shipments if document.shipment.held for pair in document.goods.items()
        )
        left = {good_id: amount - gone.get(good_id, 0) for good_id, amount in self.ordered_goods.items()}
        return {good_id: amount for good_id, amount in left.items() if amount > 0}

    @property
    def is_all_shipped(self) -> bool:
        """Whether no goods of the order are left to leave; true of one that holds services alone, never of an empty one."""
        return bool(self.held_lines) and not self.left_goods

    @property
    def ordered_goods(self) -> Goods:
        """What of the order can lie in a store."""
        return total_goods(
            (line.good_id, line.amount_thousandths) for line in self.order_lines if not self.is_service(line.good_id)
        )

    @property
    def due_kopecks(self) -> int:
        """What of the order's sum is not paid yet."""
        return max(0, sum_of(self.held_lines) - self.paid_kopecks)

    @property
    def is_paid(self) -> bool:
        """Whether the whole order is paid; never true of an empty one."""
        return bool(self.held_lines) and not self.due_kopecks

    def is_service(self, good_id: str) -> bool:
        """Whether a good of the deal or its order is a service, which lies in no store."""
        card = self.goods.get(good_id)
        return card is not None and card.is_service

    @property
    def ledger_owns_lines(self) -> bool:
        """Whether the ledger says what the order holds: work was begun on it, or goods have left."""
        return self.is_shipped or self.order_word in ("work_opened", "work_closed", "closed")

    @property
    def is_for_its_client(self) -> bool:
        """Whether the order is the deal's client's: after a change of client, goods and money would go to the former one."""
        return self.order is None or not self.partner_id or self.order.partner_id == self.partner_id

    @property
    def stay(self) -> str:
        """The deal's stay at its stage, as an occasion: another move, another stay."""
        return f"{self.deal.stage_id} {_moment(self.stands_since)}"

    @property
    def stands_since(self) -> datetime:
        """When the deal came to its stage."""
        return self.deal.moved_at or self.deal.created_at

    @property
    def order_is_over(self) -> bool:
        """Whether nothing can be changed about the order any more."""
        return self.is_shipped or self.order_word in ("work_closed", "closed", "cancelled")

    @property
    def wanted_lines(self) -> OrderLines:
        """What the order should hold."""
        return total_lines((line.good_id, line.price_kopecks, line.amount_thousandths) for line in self.lines)

    @property
    def held_lines(self) -> OrderLines:
        """What the order holds."""
        return total_lines((line.good_id, line.price_kopecks, line.amount_thousandths) for line in self.order_lines)

    @property
    def wanted_goods(self) -> Goods:
        """What of the deal can lie in a store: goods that the ledger knows, not services."""
        goods = (line for line in self.lines if line.good_id and not line.is_service)
        return total_goods((line.good_id, line.amount_thousandths) for line in goods)

    @property
    def held_goods(self) -> Goods:
        """What is held for the deal in its branch's store, by us and by people."""
        here = (
            document
            for document in self.reserves
            if document.reserve.held and document.reserve.store_id == self.store_id
        )
        return total_goods(pair for document in here for pair in document.goods.items())

    @property
    def has_its_lines(self) -> bool:
        """Whether the order holds what it should: the deal's lines, or its own from when the ledger says what they are."""
        return self.ledger_owns_lines or self.held_lines == self.wanted_lines

    @property
    def sum_kopecks(self) -> int:
        """The deal's lines, summed."""
        return sum_of(self.wanted_lines)

    @property
    def store_id(self) -> str:
        """Where the deal's goods lie, "" if the deal names no branch or the ledger lacks its store."""
        return self.ids.stores.get(self.deal.branch, "")

    def evidence(self) -> tuple[str, ...]:
        """Name what was seen: the objects with the moments of their last change."""
        seen = [f"{self.subject}@{_moment(self.deal.updated_at)}"]
        if self.order:
            seen.append(f"order:{self.order.ext_id}@{_moment(self.order.updated_at)}")
        return tuple(
            seen + [f"reserve:{doc.reserve.ext_id}@{_moment(doc.reserve.updated_at)}" for doc in self.reserves]
        )


def is_history(deal: Deal, cutoff: datetime) -> bool:
    """Whether a deal was over before the company's cut-off."""
    return deal.semantics in ("S", "F") and (deal.moved_at is None or deal.moved_at < cutoff)


def total_lines(lines: Iterable[tuple[str, int, int]]) -> OrderLines:
    """Sum amounts by good and price; nothing of a good is no line."""
    total: Counter[tuple[str, int]] = Counter()
    for good_id, price_kopecks, amount_thousandths in lines:
        total[good_id, price_kopecks] += amount_thousandths
    return {key: amount for key, amount in sorted(total.items()) if amount}


def total_goods(lines: Iterable[tuple[str, int]]) -> Goods:
    """Sum amounts by good."""
    total: Counter[str] = Counter()
    for good_id, amount_thousandths in lines:
        total[good_id] += amount_thousandths
    return {good_id: amount for good_id, amount in sorted(total.items()) if amount}


def sum_of(lines: OrderLines) -> int:
    """Return the sum of an order's lines, in kopecks."""
    return sum(line_sum_kopecks(price, amount) for (_, price), amount in lines.items())


def lines_value(lines: OrderLines) -> str:
    """Return canonical text of an order's lines: equal text, equal lines. Readable, and short however many lines."""
    text = ";".join(f"{good_id},{price},{amount}" for (good_id, price), amount in sorted(lines.items()))
    return f"{len(lines)}/{roubles(sum_of(lines))}/{_fingerprint(text)}"


def goods_value(goods: Goods, store_id: str) -> str:
    """Return canonical text of goods held in a store; "none" for nothing."""
    if not goods:
        return "none"
    return f"{len(goods)}/{store_id}/{_fingerprint(';'.join(f'{good},{amount}' for good, amount in sorted(goods.items())))}"


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "?"
