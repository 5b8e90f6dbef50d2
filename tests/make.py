"""Builders for tests: each shows only what matters to the case, the rest is an ordinary headlights deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sverka.companies.load import load_companies
from sverka.domain.actions import KINDS
from sverka.domain.cases import (
    GoodCard,
    LedgerIds,
    OrderCase,
    People,
    ReserveDocument,
    Shelf,
    ShipmentDocument,
    ShopCard,
    WantedLine,
    total_goods,
    total_lines,
)
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
    ShopOrder,
    ShopOrderLine,
)  # fmt: skip
from sverka.domain.state_table import LOST, WON, Funnel, Stage, StateTable
from tests.house.tree import ROOT

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
        hours=WorkingHours(time(9), time(21), (0, 1, 2, 3, 4, 5, 6)),
        duties={"purchase": "warehouse@fary.example", "questions": "head@fary.example"},
    )  # fmt: skip


def deal(**changes: Any) -> Deal:
    """Return deal 71 of a Moscow client."""
    usual: dict[str, Any] = {
        "ext_id": "71", "title": "Фары Audi A4", "funnel_id": "0", "stage_id": "C0", "semantics": "P", "opportunity_kopecks": 0,
        "currency": "RUB", "company_id": "5", "contact_id": "", "responsible_id": "6", "created_at": NOW - timedelta(days=3),
        "moved_at": NOW - timedelta(hours=1), "moved_by_id": "6", "updated_by_id": "6",
        "source_id": "", "originator_id": "", "origin_id": "",
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
    lines: Sequence[WantedLine],
    *,
    held: bool = True,
    mark: str = "71",
    ext_id: str = "44",
    store: str = STORE,
    uses: str = "",
) -> ShipmentDocument:
    """Return a realization of order 12 with the goods among the lines; without a mark it is a person's. uses: a reserve's id."""
    document = Shipment(
        ext_id=ext_id, order_id="12", reserve_id=uses, store_id=store, held=held, sum_kopecks=0, deal_mark=mark
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
        stock={(store, f"g{n}"): Shelf(1_000_000, 0) for store in (STORE, OTHER_STORE) for n in range(10)},
    )
    return replace(ready, **changes)


# The example company, as its file says: for rules that the state table's facts, decisions and stages of people are about.

MOSCOW, PETERSBURG = "Москва", "Санкт-Петербург"
SHOP_ORDER = "236"
DEAL_FIELDS = frozenset({"answer", "availability", "ledger_order"})


@cache
def headlights() -> Policy:
    """Return the example company's policy."""
    return next(each.policy for each in load_companies(ROOT / "config/companies") if each.name == "headlights")


@cache
def places() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return (name of a funnel, name of a stage) → (id of the funnel, code of the stage), as the company's portal has them."""
    return {
        (funnel.name, stage.name): (str(number), f"C{number}:{place}")
        for number, funnel in enumerate(headlights().table.funnels)
        for place, stage in enumerate(funnel.stages)
    }


def deciding(field: str, *deeds: str) -> Policy:
    """Return the company with other deeds following from the decision that a field says."""
    table = headlights().table
    funnels = (
        replace(
            funnel, decided=tuple(replace(each, do=deeds) if each.field == field else each for each in funnel.decided)
        )
        for funnel in table.funnels
    )
    return replace(headlights(), table=replace(table, funnels=tuple(funnels)))


def headlights_ids() -> LedgerIds:
    """Return the ids that the company's names have."""
    return replace(
        IDS,
        stores={MOSCOW: STORE, PETERSBURG: OTHER_STORE},
        cash_desks={"Касса Москва": "21", "Касса Санкт-Петербург": "22"},
        stages=places(),
    )


def at(
    place: str, fields: Mapping[str, str] | None = None, row: Mapping[str, Any] | None = None, **changes: Any
) -> OrderCase:
    """Return deal 71 of the company at `funnel/stage`, without an order. fields: custom ones; row: other columns of the deal."""
    key, _, name = place.partition("/")
    funnel = next(each for each in headlights().table.funnels if each.key == key)
    funnel_id, code = places()[funnel.name, name]
    stands = {"funnel_id": funnel_id, "stage_id": code, "semantics": SEMANTICS.get(name, "P")}
    usual: dict[str, Any] = {
        "deal": deal(**(stands | dict(row or {})), **dict(fields or {})), "stage_name": name, "funnel_name": funnel.name,
        "ids": headlights_ids(), "is_made_here": True,
    }  # fmt: skip
    return replace(case("hold", **(usual | changes)), stage=funnel.stage(name))


def ordered(
    place: str, fields: Mapping[str, str] | None = None, row: Mapping[str, Any] | None = None, **changes: Any
) -> OrderCase:
    """Return the same deal with its order as it should be, its goods in the store and, unless `reserves` says otherwise, held."""
    lines = tuple(changes.get("lines", (wanted(),)))
    usual: dict[str, Any] = {
        "order": order(), "order_lines": order_lines(lines), "reserves": (reserve(lines),), "stock": shelves(lines, reserved=True),
    }  # fmt: skip
    return at(place, fields, row, **(usual | changes))


def shelves(
    lines: Sequence[WantedLine], *, store: str = STORE, reserved: bool = False, spare: int = 0
) -> dict[tuple[str, str], Shelf]:
    """Return a store in which the goods among the lines lie, and as much more of each as is to spare."""
    goods = total_goods((line.good_id, line.amount_thousandths) for line in lines if not line.is_service)
    return {(store, good): Shelf(amount + spare, amount if reserved else 0) for good, amount in goods.items()}


def shop_order(**changes: Any) -> ShopOrder:
    """Return order 236 of the online store, which no deal belongs to."""
    usual: dict[str, Any] = {
        "ext_id": SHOP_ORDER, "number": "236", "sum_kopecks": 2_000_00, "currency": "RUB", "is_paid": False, "is_cancelled": False,
        "ordered_at": NOW, "client_key": "", "buyer_name": "иван петров", "buyer_phone": "8 916 123-45-67", "buyer_email": "",
        "comment": "", "responsible_id": "", "deal_id": "",
    }  # fmt: skip
    return ShopOrder(**(usual | changes))


def basket(lines: Sequence[WantedLine]) -> tuple[ShopOrderLine, ...]:
    """Return the positions of order 236 that equal the deal's lines."""
    return tuple(
        ShopOrderLine(
            ext_id=str(n), order_id=SHOP_ORDER, product_id=line.product_id, name=line.name,
            price_kopecks=line.price_kopecks, amount_thousandths=line.amount_thousandths,
        )
        for n, line in enumerate(lines)
    )  # fmt: skip


def shop(lines: Sequence[WantedLine], **changes: Any) -> ShopCard:
    """Return the store's order of deal 71 with its basket, linked to the deal."""
    return ShopCard(shop_order(**({"deal_id": "71"} | changes)), basket(lines))


def product_lines(lines: Sequence[WantedLine]) -> Mapping[tuple[str, int], int]:
    """Return the deal's lines as the CRM knows them, without those of free text."""
    return total_lines(
        (line.product_id, line.price_kopecks, line.amount_thousandths) for line in lines if line.product_id
    )
