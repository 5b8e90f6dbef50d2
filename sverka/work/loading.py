"""Cases from rows: what the mirror and our memory hold of each deal, put together deal by deal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sverka.domain.actions import Action
from sverka.domain.cases import (
    GoodCard,
    LedgerIds,
    OrderCase,
    OrderLines,
    People,
    ReserveDocument,
    ShipmentDocument,
    WantedLine,
    total_lines,
)
from sverka.domain.messaging.kinds import ORDER_READY
from sverka.domain.rows import Activity, Deal, DealLine, LedgerOrder
from sverka.domain.staff import Staff
from sverka.store import messages
from sverka.store.engine import Transaction
from sverka.work.counterparts import Alike
from sverka.work.desk import Desk, Look
from sverka.work.memory import Memory, recall
from sverka.work.names import ledger_ids, missing_names, staff
from sverka.work.shelf import Rows, gather

NEEDED_FAMILIES = frozenset(
    {"deals", "lines", "clients", "products", "users", "orders", "order_lines", "reserves", "reserve_lines", "shipments", "shipment_lines",
     "payments", "stock", "goods", "partners", "references", "stages"}
)  # fmt: skip
"""Readings that a case rests on: with one of them incomplete, nothing may follow from what the case lacks."""

SHOP_FAMILIES = frozenset({"shop_orders", "shop_lines"})
"""The same for a deal that came from the online store."""


def load(tx: Transaction, desk: Desk, deal_ids: Sequence[str], look: Look, alike: Alike) -> list[OrderCase]:
    """Return the cases of the deals, in their order; a deal that the mirror does not hold is left out."""
    rows, ids = gather(tx, desk.company, deal_ids), ledger_ids(tx, desk)
    memory = recall(tx, desk, [f"deal:{deal_id}" for deal_id in rows.deals], look, rows.clients)
    complete = not (look.incomplete & NEEDED_FAMILIES) and not any(missing_names(desk.policy, ids))
    told = messages.told(tx, desk.company, [f"deal:{deal_id}" for deal_id in rows.deals], (ORDER_READY,))
    build = _Builder(desk, look, rows, ids, memory, staff(tx, desk), alike, told, complete=complete)
    return [build.case(rows.deals[deal_id]) for deal_id in deal_ids if deal_id in rows.deals]


def people(desk: Desk, staff_: Staff, responsible_id: str) -> People:
    """Return who is told about something that a user is responsible for."""
    questions = staff_.by_email(desk.policy.duties.get("questions", ""))
    manager = responsible_id if staff_.works(responsible_id) else questions
    card = staff_.users.get(manager)
    return People(
        manager, staff_.head_of(manager), staff_.by_email(desk.policy.duties.get("purchase", "")),
        card.name if card else "", card.email if card else "",
    )  # fmt: skip


class _Builder:
    """Puts the rows of one deal together."""

    def __init__(
        self, desk: Desk, look: Look, rows: Rows, ids: LedgerIds, memory: Memory, staff_: Staff, alike: Alike,
        told: Mapping[str, Sequence[tuple[str, str, datetime, bool]]], *, complete: bool,
    ) -> None:  # fmt: skip
        self._desk, self._look, self._rows, self._ids, self._memory = desk, look, rows, ids, memory
        self._staff, self._alike, self._told, self._complete = staff_, alike, told, complete

    def case(self, deal: Deal) -> OrderCase:
        """Return the case of a deal."""
        rows, memory, subject = self._rows, self._memory, f"deal:{deal.ext_id}"
        stage, stage_name, funnel_name = self._look.stage_of(self._desk.policy, deal.stage_id)
        order, client = rows.orders.get(deal.ext_id), deal.client_key
        order_id = order.ext_id if order else ""
        created = memory.created.get(subject, {})
        deal_lines = rows.deal_lines[deal.ext_id]
        cards = self._goods(order_id, deal_lines)
        return OrderCase(
            deal=deal, stage=stage, stage_name=stage_name, funnel_name=funnel_name,
            client=rows.clients.get(client), partner_id=rows.partners_of.get(client, ""), alike=self._alike.get(client, ()),
            responsible_id=rows.employees_of.get(deal.responsible_id, ""), ids=self._ids,
            lines=tuple(self._line(line, cards) for line in deal_lines),
            order=order, order_lines=tuple(rows.order_lines[order_id]) if order else (),
            reserves=tuple(self._reserves(order_id)) if order else (),
            rivals=tuple(row for row in rows.rivals[deal.ext_id] if row.ext_id != order_id and self._lives(row)),
            is_made_here=bool(order) and created.get(Action("order.create", subject, "1", {}, "").key) == order_id,
            gone_reserves=Counter(row.store_id for row in rows.documents.gone_reserves[order_id]),
            shipments=tuple(self._shipments(order_id)) if order else (), gone_shipments=len(rows.documents.gone_shipments[order_id]),
            paid_kopecks=rows.documents.paid_kopecks.get(order_id, 0), stock=rows.wares.stock, goods=cards,
            shop=rows.shop.get(deal.ext_id), product_lines=_by_product(deal_lines),
            source=self._look.directory.sources.get(deal.source_id, ""),
            is_answered=self._is_answered(deal), people=people(self._desk, self._staff, deal.responsible_id),
            made=memory.made.get(subject, {}), created=created, told=tuple(occasion for _, occasion, _, _ in self._told.get(subject, ())),
            restores=memory.restores.get(subject, {}), refusals=memory.refusals, set_again=memory.set_again.get(subject, ()),
            deal_fields=frozenset(self._look.directory.layout.get("deal", {})), is_complete=self._is_complete(deal),
            has_pending=not memory.pending.isdisjoint((subject, deal.origin_id)),
            bases=memory.bases.get(subject, {}), seen=memory.seen, answers=memory.answers,
        )  # fmt: skip

    def _is_complete(self, deal: Deal) -> bool:
        shop_is_read = deal.ext_id not in self._rows.shop or not (self._look.incomplete & SHOP_FAMILIES)
        return self._complete and shop_is_read and deal.ext_id not in self._look.damaged

    def _lives(self, order: LedgerOrder) -> bool:
        return self._ids.status_word(order.status_id) != "cancelled"

    def _line(self, line: DealLine, cards: dict[str, GoodCard]) -> WantedLine:
        good_id = self._rows.wares.goods_of.get(line.product_id, "")
        if not line.product_id:  # what flowed back from the order without a product bears the good's name
            good_id = next(
                (ext_id for ext_id, card in cards.items() if card.name == line.name and not card.product_id), ""
            )
        good = self._rows.wares.goods.get(good_id)
        return WantedLine(
            line.product_id, good.ext_id if good else "", line.name, good.is_service if good else False,
            line.price_kopecks, line.amount_thousandths,
        )  # fmt: skip

    def _goods(self, order_id: str, deal_lines: Iterable[DealLine]) -> dict[str, GoodCard]:
        wares, order_lines = self._rows.wares, self._rows.order_lines[order_id]
        ids = {line.good_id for line in order_lines} | {wares.goods_of.get(line.product_id, "") for line in deal_lines}
        goods = {good_id: wares.goods[good_id] for good_id in sorted(ids) if good_id in wares.goods}
        return {
            good_id: GoodCard(good.name, good.is_service, wares.products_of.get(good_id, ""))
            for good_id, good in goods.items()
        }

    def _reserves(self, order_id: str) -> Iterable[ReserveDocument]:
        for reserve in self._rows.documents.reserves[order_id]:
            yield ReserveDocument(reserve, tuple(self._rows.documents.reserve_lines[reserve.ext_id]))

    def _shipments(self, order_id: str) -> Iterable[ShipmentDocument]:
        for shipment in self._rows.documents.shipments[order_id]:
            yield ShipmentDocument(shipment, tuple(self._rows.documents.shipment_lines[shipment.ext_id]))

    def _is_answered(self, deal: Deal) -> bool:
        cards = (f"deal:{deal.ext_id}", deal.client_key)
        return any(
            is_talk(activity) and activity.created_at >= deal.created_at
            for card in cards
            for activity in self._rows.activities[card]
        )


def is_talk(activity: Activity) -> bool:
    """Whether an activity means that somebody has talked or written to the client: it went out, or it took place."""
    if activity.kind not in ("call", "letter", "meeting"):
        return False
    return activity.direction == "out" or activity.completed


def _by_product(lines: Iterable[DealLine]) -> OrderLines:
    return total_lines(
        (line.product_id, line.price_kopecks, line.amount_thousandths) for line in lines if line.product_id
    )
