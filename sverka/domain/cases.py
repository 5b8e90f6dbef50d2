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
from sverka.domain.money import roubles
from sverka.domain.plan import Answer, Finding, Seen
from sverka.domain.quantity import line_sum_kopecks
from sverka.domain.rows import Client, Deal, LedgerOrder, LedgerOrderLine, Partner, Reserve, ReserveLine
from sverka.domain.russian import quoted
from sverka.domain.state_table import Stage

CURRENCY = "RUB"
"""What the ledger keeps its documents in."""

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
    is_shipped: bool = False
    paid_kopecks: int = 0
    shows_order_number: bool = False
    """Whether the portal has the field in which the deal shows its order's number."""
    is_complete: bool = True
    """Whether every reading behind the case was complete; if not, nothing may follow from what is missing."""
    has_pending: bool = False
    """Whether an earlier action on the deal has not ended."""
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
    def client_is_new(self) -> bool:
        """Whether a person said that none of the partners alike is the client."""
        asked = _who_is_it(self, self.client) if self.client else None
        answer = self.answers.get(asked.key) if asked else None
        return (
            answer is not None and asked is not None and answer.choice == "take-owner" and answer.values == asked.values
        )

    @property
    def order_word(self) -> str:
        """The state table's word for the order's status, "" without an order or for a status it does not name."""
        return self.ids.status_word(self.order.status_id) if self.order else ""

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
        """What of the deal can lie in a store: goods, not services."""
        return total_goods((line.good_id, line.amount_thousandths) for line in self.lines if not line.is_service)

    @property
    def sum_kopecks(self) -> int:
        """The deal's lines, summed."""
        return sum_of(self.wanted_lines)

    @property
    def store_id(self) -> str:
        """Where the deal's goods lie, "" if the deal names no branch or the ledger lacks its store."""
        return self.ids.stores.get(self.deal.branch, "")

    def obstacles(self) -> tuple[Finding, ...]:
        """Return what keeps us from making or filling the order, in words for the manager."""
        return tuple(_obstacles(self))

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


def _who_is_it(case: OrderCase, client: Client) -> Finding:
    """The question about a client whom the ledger may know under another name; an answer names the partner's id."""
    names = ", ".join(f"{quoted(partner.name)} (№ {partner.ext_id})" for partner in case.alike)
    text = f"Сделка {quoted(case.deal.title)}: клиент {quoted(client.name)} — это {names} в Бизнес.ру или новый контрагент?"
    values = ",".join(partner.ext_id for partner in case.alike)
    return Finding("ambiguous", case.subject, "client", text, values, case.sum_kopecks, asks=True)


def _obstacles(case: OrderCase) -> Iterable[Finding]:
    title = f"Сделка {quoted(case.deal.title)}"
    if case.order is None:
        yield from _obstacles_to_an_order(case, title)
    if case.deal.currency not in ("", CURRENCY):
        text = f"{title} в валюте {case.deal.currency}, а заказы в Бизнес.ру — в рублях. Укажите сумму в рублях или оформите заказ вручную."
        yield Finding("missing", case.subject, "currency", text, case.deal.currency, case.deal.opportunity_kopecks)
    if not case.lines:
        yield Finding(
            "missing", case.subject, "lines", f"{title}: нет ни одного товара или услуги. Заполните товары в сделке."
        )
    for name in sorted({line.name for line in case.lines if not line.good_id}):
        text = (
            f"{title}: товар {quoted(name)} не найден в Бизнес.ру по артикулу. Заведите его там или исправьте артикул."
        )
        yield Finding("missing", case.subject, f"product {name}", text, money_kopecks=case.sum_kopecks)


def _obstacles_to_an_order(case: OrderCase, title: str) -> Iterable[Finding]:
    if case.rivals:
        numbers = ", ".join(f"№ {order.number}" for order in case.rivals)
        text = f"{title}: в Бизнес.ру уже есть заказы с её отметкой: {numbers}. Оставьте один, остальные отмените или удалите."
        yield Finding("ambiguous", case.subject, "bind order", text, numbers, case.sum_kopecks, asks=True)
    if case.client is None:
        text = f"{title}: не указан клиент, поэтому заказ в Бизнес.ру не создать. Укажите компанию или контакт."
        yield Finding("missing", case.subject, "client", text)
    elif case.alike and not case.partner_id and not case.client_is_new:
        yield _who_is_it(case, case.client)
