"""Builders for tests: each shows only what matters to the case, the rest is an ordinary headlights deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sverka.domain.actions import KINDS
from sverka.domain.cases import GoodCard, LedgerIds, OrderCase, People, ReserveDocument, ShipmentDocument, WantedLine
from sverka.domain.policy import Branch, Mode, OnDrift, Ownership, Policy, Rule, WorkingHours
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
)  # fmt: skip
from sverka.domain.state_table import LOST, WON, Funnel, Stage, StateTable

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CUTOFF = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES = {"open": "1", "work_opened": "2", "work_closed": "3", "closed": "4", "cancelled": "5"}
STORE, OTHER_STORE = "11", "12"
IDS = LedgerIds(
    organization="7",
    author="70",
    statuses=STATUSES,
    stores={"Москва": STORE, "Петербург": OTHER_STORE},
    cash_desks={"Касса Москва": "21"},
)

STAGES = {
    "new": Stage("Новая заявка"),
    "hold": Stage("Резерв", order="open", reserve="all"),
    "plain": Stage("Подбор", order="open"),
    "shipping": Stage("Отгружено/не оплачено", order="open", shipment="all", only="trusted"),
    "quality": Stage("Оценка качества", order="closed"),
    "won": Stage(WON),
    "lost": Stage(LOST, order="cancelled_if_any", reserve="none"),
}
SEMANTICS = {"won": "S", "lost": "F"}


def policy(rules: Mapping[str, Rule] | None = None, owners: Mapping[str, Ownership] | None = None) -> Policy:
    """Return a company whose every rule is on auto, without caps."""
    every = {kind.rule: Rule(kind.rule, Mode.AUTO) for kind in KINDS}
    grace = timedelta(minutes=10)
    usual = {
        "order_status": Ownership("bitrix24", OnDrift.ASK, grace),
        "lines": Ownership("bitrix24", OnDrift.RESTORE, grace),
        "reserve": Ownership("bitrix24", OnDrift.RESTORE, grace),
        "ledger_order": Ownership("business_ru", OnDrift.RESTORE, grace),
    }
    return Policy(
        company="headlights", title="Фары и свет", zone=ZoneInfo("Europe/Moscow"), history_cutoff=CUTOFF,
        table=StateTable((Funnel("shop", "Интернет-магазин", tuple(STAGES.values())),)),
        rules=every | dict(rules or {}), owners=usual | dict(owners or {}),
        branches=(Branch("Москва", "Склад Москва", "Касса Москва", "", ""), Branch("Петербург", "Склад СПб", "Касса СПб", "", "")),
        order_statuses={"open": "Новый", "cancelled": "Отменён"}, organization="ООО «Фары и свет»", author_email="sverka@fary.example",
        hours=WorkingHours(time(9), time(21), (0, 1, 2, 3, 4, 5, 6)), duties={"purchase": "warehouse@fary.example", "questions": "head@fary.example"},
    )  # fmt: skip


def deal(**changes: Any) -> Deal:
    """Return deal 71 of a Moscow client."""
    usual: dict[str, Any] = {
        "ext_id": "71", "title": "Фары Audi A4", "funnel_id": "0", "stage_id": "C0", "semantics": "P", "opportunity_kopecks": 0,
        "currency": "RUB", "company_id": "5", "contact_id": "", "responsible_id": "6", "created_at": NOW - timedelta(days=3),
        "moved_at": NOW - timedelta(hours=1), "moved_by_id": "6", "updated_by_id": "6", "source_id": "", "originator_id": "", "origin_id": "",
        "fields": {"branch": "Москва"}, "updated_at": NOW - timedelta(hours=1),
    }  # fmt: skip
    custom = {name: changes.pop(name) for name in list(changes) if name not in Deal.__dataclass_fields__}
    usual["fields"] = {name: value for name, value in (usual["fields"] | custom).items() if value}
    return Deal(**(usual | changes))


def partner(name: str = "Автолюкс ООО", ext_id: str = "51") -> Partner:
    """Return a counterparty whose name is like the client's."""
    return Partner(ext_id=ext_id, name=name, note="")


def wanted(good: str = "g1", price: int = 1_000_00, amount: int = 2_000, *, service: bool = False) -> WantedLine:
    """Return a line of the deal; two lamps at 1,000 roubles if nothing else is said."""
    return WantedLine(f"p-{good}", good, f"Товар {good}", service, price, amount)


def order(status: str = "open", **changes: Any) -> LedgerOrder:
    """Return the deal's order 12 in the ledger."""
    usual: dict[str, Any] = {
        "ext_id": "12", "number": "ЗП-12", "status_id": STATUSES[status], "partner_id": "50", "sum_kopecks": 0,
        "comment": "Битрикс24, deal:71: Фары Audi A4", "deal_mark": "71", "ordered_at": NOW,
    }  # fmt: skip
    return LedgerOrder(**(usual | changes))


def order_lines(lines: Sequence[WantedLine]) -> tuple[LedgerOrderLine, ...]:
    """Return lines of order 12 that equal the deal's."""
    return tuple(
        LedgerOrderLine(
            ext_id=str(n), order_id="12", good_id=line.good_id,
            price_kopecks=line.price_kopecks, amount_thousandths=line.amount_thousandths,
        )
        for n, line in enumerate(lines)
    )  # fmt: skip


def reserve(
    lines: Sequence[WantedLine], *, held: bool = True, store: str = STORE, mark: str = "71", ext_id: str = "33"
) -> ReserveDocument:
    """Return a reservation of order 12 for the goods among the lines; without a mark it is a person's."""
    document = Reserve(
        ext_id=ext_id, order_id="12", store_id=store, held=held, comment="", deal_mark=mark, reserved_at=NOW
    )
    goods = tuple(
        ReserveLine(ext_id=f"{ext_id}-{n}", reserve_id=ext_id, good_id=line.good_id, amount_thousandths=line.amount_thousandths)
        for n, line in enumerate(lines) if not line.is_service
    )  # fmt: skip
    return ReserveDocument(document, goods)


def shipment(
    lines: Sequence[WantedLine], *, held: bool = True, mark: str = "71", ext_id: str = "44"
) -> ShipmentDocument:
    """Return a realization of order 12 with the goods among the lines; without a mark it is a person's."""
    document = Shipment(
        ext_id=ext_id, order_id="12", reserve_id="", store_id=STORE, held=held, sum_kopecks=0, deal_mark=mark
    )
    goods = tuple(
        ShipmentLine(
            ext_id=f"{ext_id}-{n}", shipment_id=ext_id, good_id=line.good_id,
            price_kopecks=line.price_kopecks, amount_thousandths=line.amount_thousandths,
        )
        for n, line in enumerate(lines) if not line.is_service
    )  # fmt: skip
    return ShipmentDocument(document, goods)


def case(stage: str = "hold", **changes: Any) -> OrderCase:
    """Return deal 71 at a stage, with one line, a known client, and no order."""
    row = STAGES[stage]
    usual: dict[str, Any] = {
        "deal": deal(semantics=SEMANTICS.get(stage, "P")), "stage": row, "stage_name": row.name, "funnel_name": "Интернет-магазин",
        "client": Client(ext_id="client:5", name="Автолюкс", phone="+79160000000", email=""), "partner_id": "50", "responsible_id": "60",
        "ids": IDS, "lines": (wanted(),), "order": None, "people": People("6", "8", "9"),
    }  # fmt: skip
    values = usual | changes
    cards = {
        line.good_id: GoodCard(line.name, line.is_service, line.product_id) for line in values["lines"] if line.good_id
    }
    return OrderCase(**({"goods": cards} | values))


def agreed_case(stage: str = "hold", lines: Sequence[WantedLine] | None = None, **changes: Any) -> OrderCase:
    """Return a deal whose order and reserve are as the stage wants them."""
    lines = tuple(lines or (wanted(),))
    ready = case(
        stage,
        lines=lines,
        order=order(),
        order_lines=order_lines(lines),
        reserves=(reserve(lines),) if STAGES[stage].requires_reserve else (),
    )
    return replace(ready, **changes)
