"""What of all that was sent counts as done, and how it is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sverka.domain.actions import KINDS, ref
from sverka.domain.done import Done, Errands, Move, done, move_of
from sverka.domain.effects import Effect, State
from sverka.domain.rows import Stage as PortalStage
from sverka.domain.state_table import Fact, Funnel, Stage, StateTable
from sverka.domain.tally import Tally

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
MOVED = Move("Оценка качества")


def effect(kind: str, subject: str = "deal:71", **changes: Any) -> Effect:
    """An effect that was carried out and changed something."""
    made = Effect(
        id=1, company="headlights", key=kind, kind=kind, system="business_ru", subject=subject, risk=2, payload={}, reason="", before="",
        after="", money_kopecks=100, state=State.DONE, attempts=0, planned_at=NOW, not_before=None, claimed_at=NOW, fence=1,
        external_id="9", changed=True, detail="", run_id=1,
    )  # fmt: skip
    return replace(made, **changes)


def field_set(name: str, **changes: Any) -> Effect:
    return effect("deal.field", payload={"deal": "71", "field": name, "value": "x"}, **changes)


def made(origin: str, subject: str) -> Effect:
    return effect("deal.create", subject, payload={"origin": origin})


def counted(*effects: Effect) -> Done:
    return done(effects, lambda _: MOVED)


def test_a_new_order_with_its_lines_and_reserve_is_no_repair() -> None:
    new_order = (
        effect("order.create"), effect("order.lines", payload={"order": ref("x")}), effect("reserve.create", payload={"order": ref("x")}),
        effect("reserve.lines", payload={"reserve": ref("y")}), field_set("ledger_order"),
    )  # fmt: skip
    assert counted(*new_order) == Done(orders=Tally(1, 100), reserves=Tally(1, 100), numbers=1)


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ((effect("order.lines", payload={"order": "12"}),), Done(lines=Tally(1, 100), repairs=1)),
        ((effect("order.lines", payload={"order": "12"}),) * 2, Done(lines=Tally(1, 200), repairs=1)),
        ((effect("order.status", after="cancelled"),), Done(cancelled=Tally(1, 100), repairs=1)),
        ((effect("order.status", after="open"),), Done(reopened=Tally(1, 100), repairs=1)),
        ((effect("reserve.release"), effect("reserve.release", "deal:72")), Done(released=Tally(2, 200), repairs=2)),
        ((effect("reserve.hold"),), Done(reserves_back=Tally(1, 100), repairs=1)),
        ((effect("reserve.lines", payload={"reserve": "33"}),), Done(reserve_lines=1, repairs=1)),
        ((effect("reserve.create", payload={"order": "12"}),), Done(reserves=Tally(1, 100), repairs=1)),
        ((effect("partner.create", "client:5"), effect("partner.contacts", "client:5")), Done(clients=1)),
        ((field_set("ledger_order", before="ЗП-9", after="ЗП-12"),), Done(numbers=1, repairs=1)),
        ((field_set("availability", before="1 шт."), field_set("title"), field_set("answer")), Done(availability=1, titles=1)),
        ((effect("deal.lines"), effect("shop.lines", "deal:72")), Done(deal_lines=1, shop_lines=1, repairs=2)),
        ((effect("shop.cancel"), effect("client.contacts", "contact:7")), Done(shop_cancelled=1, cards=1)),
        ((effect("message.email"), effect("message.sms"), effect("message.max"), effect("comment.create")), Done()),
        ((effect("order.lines", changed=False),), Done()),
        ((effect("order.create", state=State.FAILED), effect("order.create", state=State.UNKNOWN, changed=None)), Done()),
    ],
    ids=[
        "lines", "lines twice", "cancelled", "reopened", "released", "held again", "reserve's lines", "reserve of an old order", "client",
        "number corrected", "other fields", "lines of deal and store", "store and cards", "messages to clients",
        "found as wanted", "failed and unknown",
    ],
)  # fmt: skip
def test_what_really_changed_is_counted(effects: tuple[Effect, ...], expected: Done) -> None:
    assert counted(*effects) == expected


def test_what_left_is_told_with_what_was_closed() -> None:
    shipping = [effect("shipment.create"), effect("shipment.lines"), effect("shipment.post")]
    assert counted(*shipping) == Done(shipped=Tally(1, 100))
    assert counted(*shipping, effect("order.close")) == Done(completed=Tally(1, 100))
    assert counted(effect("order.close")) == Done(closed=Tally(1, 100))


def test_money_at_the_desk_is_what_the_document_says() -> None:
    cash = effect("cash.create", payload={"sum_kopecks": 640_00}, money_kopecks=0)
    assert counted(cash, effect("cash.link", payload={"sum_kopecks": 640_00})) == Done(paid=Tally(1, 640_00))


def test_orders_of_the_store_become_deals_and_a_linked_deal_is_another_thing() -> None:
    of_store = (effect("contact.create", "shop:236"), made("shop:236", "shop:236"), effect("shop.link", "shop:236"))
    lines = effect("deal.lines", "shop:236", payload={"deal": ref("deal.create|shop:236|1")})
    assert counted(*of_store, lines) == Done(shop_deals=Tally(1, 100), contacts=1)
    assert counted(made("deal:71", "deal:71")) == Done(linked_deals=1)


def test_moves_are_counted_by_where_they_lead() -> None:
    elsewhere = Move("Обработан", "Сервис")
    effects = [effect("deal.stage", f"deal:{number}") for number in (71, 72, 73, 73)]
    found = done(effects, lambda effect: elsewhere if effect.subject == "deal:71" else MOVED)
    assert found == Done(moves=((MOVED, 2), (elsewhere, 1)))


def test_errands_are_counted_one_by_one_and_are_no_news() -> None:
    given = [
        effect("todo.create"),
        effect("task.create"),
        effect("task.create"),
        effect("todo.complete"),
        effect("notice.send"),
    ]
    assert counted(*given) == Done(errands=Errands(given=3, over=1, notices=1))
    assert not counted(*given).is_news
    assert counted(*given, effect("order.close")).is_news


def test_nothing_done_is_false() -> None:
    assert not counted()
    assert not counted(field_set("answer"), effect("shop.link"), effect("partner.contacts"))


def test_every_kind_of_action_can_be_counted() -> None:
    payload = {"field": "title", "origin": "shop:1", "sum_kopecks": 1}
    assert counted(*(effect(kind.name, payload=payload) for kind in KINDS))


STAGES = {
    code: PortalStage(ext_id=code, name=name, funnel_id=funnel_id, funnel_name=funnel, semantics="P", sort=1)
    for code, name, funnel_id, funnel in (
        ("hold", "Резерв", "0", "Магазин"), ("quality", "Оценка качества", "0", "Магазин"), ("won", "Успех", "0", "Магазин"),
        ("new", "Обработан", "4", "Сервис"),
    )
}  # fmt: skip
TABLE = StateTable(
    (
        Funnel(
            "shop", "Магазин", (Stage("Резерв"), Stage("Оценка качества")),
            facts=(Fact({"shipment": "all", "payment": "full"}, ("Резерв",), "Оценка качества"),),
        ),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "where"),
    [
        ("hold", "quality", Move("Оценка качества", facts=("payment full", "shipment all"))),
        ("quality", "hold", Move("Резерв")),
        ("hold", "new", Move("Обработан", "Сервис")),
        ("new", "new", Move("Обработан")),
        ("gone", "quality", Move("Оценка качества")),
        ("hold", "gone", Move("")),
    ],
    ids=[
        "by facts",
        "by a person",
        "to another funnel",
        "a funnel without a table",
        "from a stage that is gone",
        "to one",
    ],
)
def test_a_move_is_told_by_the_facts_behind_it(source: str, target: str, where: Move) -> None:
    moved = effect("deal.stage", payload={"from_stage": source, "stage": target})
    assert move_of(moved, STAGES, TABLE) == where
