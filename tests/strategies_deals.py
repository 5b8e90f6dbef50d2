"""Deals as they may come: any stage, any documents in the ledger, any memory, drawn for laws that hold for every one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from sverka.domain.cases import GoodCard, OrderCase, ReserveDocument, Shelf, ShipmentDocument, WantedLine, sum_of
from tests import make

wanted_lines = st.lists(
    st.builds(
        make.wanted, good=st.sampled_from(["g1", "g2", "g3", "g4"]), price=st.sampled_from([1, 99_99, 1_000_00]),
        amount=st.sampled_from([1, 500, 1_000, 30_000]),
    ),
    max_size=5,
)  # fmt: skip
services = st.lists(st.builds(make.wanted, good=st.just("s1"), service=st.just(True)), max_size=1)


@st.composite
def reserves(draw: Callable, lines: list[WantedLine]) -> tuple[ReserveDocument, ...]:
    documents = []
    for n, mark in enumerate(draw(st.lists(st.sampled_from(["71", ""]), max_size=3))):
        goods = draw(st.sampled_from([lines, lines[:1], []]))
        store = draw(st.sampled_from([make.STORE, make.OTHER_STORE]))
        if any(doc.is_ours and mark and doc.reserve.store_id == store for doc in documents):
            continue
        documents.append(make.reserve(goods, held=draw(st.booleans()), store=store, mark=mark, ext_id=f"d{n}"))
    return tuple(documents)


@st.composite
def cases(draw: Callable) -> OrderCase:
    """A deal at any stage, with whatever may stand in the ledger, and any memory of an agreement."""
    lines = [*draw(wanted_lines), *draw(services)]
    stage = draw(st.sampled_from(sorted(make.STAGES)))
    status = draw(st.sampled_from([None, *make.STATUSES]))
    has_order = status is not None
    held = draw(st.sampled_from([lines, lines[1:], [*lines, make.wanted("g9")]]))
    return make.case(
        stage, lines=tuple(lines), partner_id=draw(st.sampled_from(["50", ""])),
        order=make.order(status) if has_order else None,
        order_lines=make.order_lines(held) if has_order else (),
        reserves=draw(reserves(lines)) if has_order else (),
        shipments=(make.shipment(lines),) if has_order and draw(st.booleans()) else (),
        paid_kopecks=draw(st.sampled_from([0, 100])) if has_order else 0,
        deal_fields=frozenset({"ledger_order"}) if draw(st.booleans()) else frozenset(),
        deal=make.deal(semantics=make.SEMANTICS.get(stage, "P"), branch=draw(st.sampled_from(["Москва", "Петербург", ""]))),
        bases=draw(st.dictionaries(st.sampled_from(["order_status", "lines", "reserve"]), st.sampled_from(["open", "none", "x"]))),
    )  # fmt: skip


# The example company, by the table that its file holds: facts and decisions move deals, goods leave, money is registered.

HEADLIGHTS = make.headlights()
DESK, CREDIT = "shop/Самовывоз/доставка", "shop/Отгружено/не оплачено"
PLACES = [f"{funnel.key}/{stage.name}" for funnel in HEADLIGHTS.table.funnels for stage in funnel.stages]
OFTEN = [DESK, CREDIT, "shop/Резерв", "shop/Оценка качества", "service/Закрыт на приезд"]
PLACE = st.sampled_from(OFTEN) | st.sampled_from(PLACES)
WARY = make.case().client
_TRUSTED = replace(WARY, fields={"trusted": "yes"}, email="lux@auto.example") if WARY else None
FIELDS: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
    {},
    optional={
        "paid_at_desk": st.just("yes"), "installation": st.sampled_from(["да", "нет"]), "branch": st.sampled_from([make.PETERSBURG, ""]),
        "cash_desk": st.sampled_from(["Касса Санкт-Петербург", "Ларёк"]), "visit_at": st.just("2026-11-25T07:00:00+00:00"),
        "answer": st.sampled_from(["сделка", "Бизнес.ру", "оставить", "не знаю"]), "delivery": st.sampled_from(["самовывоз", "доставка"]),
    },
)  # fmt: skip


@st.composite
def shipped(draw: st.DrawFn, lines: list[WantedLine]) -> tuple[ShipmentDocument, ...]:
    """Whatever drafts and shipments there may be, by us and by people; a draft of ours lies in the deal's store."""
    documents = []
    for n, (mark, held) in enumerate(draw(st.lists(st.tuples(st.sampled_from(["71", ""]), st.booleans()), max_size=2))):
        goods = draw(st.sampled_from([lines, lines[:1]]))
        documents.append(make.shipment(goods, held=held, mark=mark, ext_id=f"o{n}"))
    return tuple(document for document in documents if document.lines)


@st.composite
def shops(draw: st.DrawFn, lines: list[WantedLine]) -> make.ShopCard | None:
    basket = draw(st.sampled_from([lines, lines[1:]]))
    flags = draw(st.sampled_from([{}, {"is_paid": True}, {"is_cancelled": True}, {"deal_id": ""}]))
    return make.shop(basket, **flags) if draw(st.booleans()) else None


@st.composite
def orders(draw: st.DrawFn, lines: list[WantedLine]) -> dict[str, object]:
    """An order in any state with all that hangs on it, or none; most hold what the deal does."""
    status = draw(st.sampled_from([None, *["open"] * 4, *make.STATUSES]))
    held = draw(st.sampled_from([lines, lines, lines[1:], [*lines, make.wanted("g9")]])) if status else []
    shelf = st.builds(Shelf, st.sampled_from([0, 30_000, 100_000]), st.sampled_from([0, 0, 1_000]))
    stock = {(make.STORE, line.good_id): draw(shelf) for line in [*lines, *held] if not line.is_service}
    due = sum_of(make.case(lines=held).wanted_lines)
    return {
        "order": make.order(status) if status else None, "order_lines": make.order_lines(held), "stock": stock,
        "goods": {line.good_id: GoodCard(line.name, line.is_service, line.product_id) for line in [*lines, *held]},
        "reserves": draw(reserves(lines)) if status else (), "shipments": draw(shipped(held)) if status else (),
        "paid_kopecks": draw(st.sampled_from([0, due // 2, due])), "is_made_here": draw(st.booleans()),
    }  # fmt: skip


@st.composite
def company_cases(draw: st.DrawFn, place: st.SearchStrategy[str] = PLACE) -> OrderCase:
    """A deal of the company anywhere in its two funnels, with anything in its fields, and with what may stand in the ledger."""
    lines = [*draw(wanted_lines), *draw(services)]
    return make.at(
        draw(place), draw(FIELDS), lines=tuple(lines), partner_id=draw(st.sampled_from(["50", ""])),
        client=draw(st.sampled_from([WARY, _TRUSTED, None])), is_answered=draw(st.booleans()),
        deal_fields=draw(st.sampled_from([make.DEAL_FIELDS, frozenset()])),
        shop=draw(shops(lines)), product_lines=make.product_lines(lines),
        bases=draw(st.dictionaries(st.sampled_from(["order_status", "shop_lines"]), st.sampled_from(["open", "none"]))),
        **draw(orders(lines)),
    )  # fmt: skip
