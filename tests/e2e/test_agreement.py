"""The main job, over HTTP and in memory: what the systems hold after people did something."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests.e2e.town import Town

LENS, LAMP, SEALANT = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS", "SEAL-ORCA-45"
SHOP, SERVICE = "Интернет-магазин", "Сервис"


@pytest.fixture
def deal(headlights: Town) -> int:
    """A deal at the reserve whose order and reserve stand."""
    number = headlights.person().make_deal(
        SHOP, "Резерв", "Алексей Воронцов", [(LENS, 2, 8900), (LAMP, 2, 4200)], Филиал="Москва"
    )
    headlights.settle()
    return number


def held(town: Town, deal: int) -> dict[str, Decimal]:
    """Good → what the order's held reserves name."""
    total: Counter[str] = Counter()
    for reserve in town.reserves_of(town.order_of(deal)):
        for line in town.rows("reservationgoods", reservation_id=reserve["id"]) if reserve["held"] else ():
            total[line["good_id"]] += Decimal(line["amount"])
    return dict(total)


def status(town: Town, deal: int) -> str:
    """The name of the status of the deal's order."""
    names = {row["id"]: row["name"] for row in town.rows("customerorderstatus")}
    return names[town.order_of(deal)["status_id"]]


def test_a_deal_at_the_reserve_has_an_order_with_its_lines_and_its_goods_held(headlights: Town, deal: int) -> None:
    order = headlights.order_of(deal)
    assert order["sum"] == "26200.00"
    assert sorted(held(headlights, deal).values()) == [2, 2]
    assert headlights.run()["planned"] == {}


def test_the_deal_shows_the_number_of_its_order(headlights: Town, deal: int) -> None:
    assert headlights.person().deal(deal)["Заказ в Бизнес.ру"] == headlights.order_of(deal)["number"]


def test_stock_shows_what_is_reserved(headlights: Town, deal: int) -> None:
    order = headlights.order_of(deal)
    stock = {(row["good_id"], row["reserved"]) for row in headlights.rows("storegoods") if Decimal(row["reserved"])}
    assert stock == {(good, amount) for good, amount, _ in headlights.lines_of(order)}


def test_a_new_client_becomes_a_partner_with_phone_and_mail(headlights: Town) -> None:
    deal = headlights.person().make_deal(SHOP, "Резерв", "Елена Тихонова", [(LENS, 1, 8900)], Филиал="Москва")
    headlights.settle()
    partner = headlights.rows("partners", id=headlights.order_of(deal)["partner_id"])[0]
    contacts = {row["contact_info"] for row in headlights.rows("partnercontactinfo", partner_id=partner["id"])}
    assert partner["name"] == "Елена Тихонова"
    assert len(contacts) == 2
    assert any("9214567804" in contact for contact in contacts)


def test_two_deals_of_one_new_client_share_one_partner(headlights: Town) -> None:
    deals = [
        headlights.person().make_deal(SHOP, "Резерв", "Елена Тихонова", [(LENS, 1, 8900)], Филиал="Москва")
        for _ in range(2)
    ]
    headlights.settle()
    assert len({headlights.order_of(deal)["partner_id"] for deal in deals}) == 1
    assert len(headlights.rows("partners", name="Елена Тихонова")) == 1


def test_a_client_who_is_written_otherwise_in_the_ledger_is_asked_about(headlights: Town) -> None:
    deal = headlights.person().make_deal(SHOP, "Резерв", "ООО «Таксопарк Невский»", [(LAMP, 1, 4200)], Филиал="Москва")
    mark = headlights.mark()
    report = headlights.run()
    assert report["planned"] == {"task.create": 1}
    assert report["skips"] == {"asked": 1}
    assert headlights.kinds(mark) == ["tasks.task.add"]
    assert headlights.orders_of(deal) == []


@pytest.mark.parametrize(
    ("choice", "partner"), [("bind", "Таксопарк Невский ООО"), ("take-owner", "ООО «Таксопарк Невский»")]
)
def test_the_answer_about_a_client_is_carried_out(headlights: Town, choice: str, partner: str) -> None:
    from sverka.store import findings

    deal = headlights.person().make_deal(SHOP, "Резерв", "ООО «Таксопарк Невский»", [(LAMP, 1, 4200)], Филиал="Москва")
    headlights.run()
    known = headlights.rows("partners", name="Таксопарк Невский ООО")[0]["id"]
    with headlights.app.store.writing() as tx:
        question = next(row for row in findings.open_items(tx) if row.finding.asks)
        findings.answer(
            tx, question.id, f"bind:{known}" if choice == "bind" else choice, "owner", "", headlights.app.clock.real()
        )
    headlights.settle()
    assert headlights.rows("partners", id=headlights.order_of(deal)["partner_id"])[0]["name"] == partner


def test_a_line_added_to_the_deal_reaches_order_and_reserve_and_nothing_else_is_touched(
    headlights: Town, deal: int
) -> None:
    mark = headlights.mark()
    headlights.person().add_line(deal, SEALANT, 1, 1450)
    headlights.settle()
    assert Counter(headlights.kinds(mark)) == {"POST customerordergoods": 1, "POST reservationgoods": 1}
    assert headlights.order_of(deal)["sum"] == "27650.00"


def test_lines_replaced_in_the_deal_are_replaced_in_the_order(headlights: Town, deal: int) -> None:
    headlights.person().set_lines(deal, [(LENS, 1, 8500)])
    headlights.settle()
    assert [(amount, price) for _, amount, price in headlights.lines_of(headlights.order_of(deal))] == [
        ("1", "8500.00")
    ]
    assert list(held(headlights, deal).values()) == [1]


def test_rows_saved_anew_with_the_same_content_change_nothing(headlights: Town, deal: int) -> None:
    """The portal gives saved rows new ids; a line is known by its good and price."""
    mark = headlights.mark()
    headlights.person().set_lines(deal, [(LAMP, 2, 4200), (LENS, 2, 8900)])
    assert headlights.run()["planned"] == {}
    assert headlights.kinds(mark) == []


def test_a_lost_deal_frees_its_goods_and_cancels_its_order(headlights: Town, deal: int) -> None:
    mark = headlights.mark()
    headlights.person().move_deal(deal, "lost")
    headlights.settle()
    assert Counter(headlights.kinds(mark)) == {"PUT reservations": 1, "PUT customerorders": 1}
    assert held(headlights, deal) == {}
    assert status(headlights, deal) == "Отменён"


def test_a_deal_brought_back_is_held_by_the_same_documents(headlights: Town, deal: int) -> None:
    before = {row["id"] for row in headlights.reserves_of(headlights.order_of(deal))}
    headlights.person().move_deal(deal, "lost")
    headlights.settle()
    headlights.person().move_deal(deal, "Резерв")
    headlights.settle()
    assert {row["id"] for row in headlights.reserves_of(headlights.order_of(deal))} == before
    assert sorted(held(headlights, deal).values()) == [2, 2]
    assert status(headlights, deal) == "Новый"


def test_a_visit_to_the_service_has_an_order_with_work_and_parts_and_holds_the_parts_only(headlights: Town) -> None:
    lines = [("GLASS-E90-L", 1, 6200), ("SRV-GLASS", 1, 6000)]
    deal = headlights.person().make_deal(SERVICE, "Закрыт на приезд", "Руслан Ахметов", lines, Филиал="Москва")
    headlights.settle()
    assert len(headlights.lines_of(headlights.order_of(deal))) == 2
    assert len(held(headlights, deal)) == 1


def test_an_amount_changed_in_the_ledger_is_put_back_only_after_a_second_look_and_the_grace(
    headlights: Town, deal: int
) -> None:
    warehouse = headlights.person("warehouse")
    warehouse.change_line_amount(headlights.order_of(deal)["id"], LAMP, 1)
    mark = headlights.mark()
    assert headlights.run()["skips"] == {"in_flight": 1}
    assert headlights.run()["planned"] == {}
    headlights.forward(minutes=6)
    headlights.settle()
    assert headlights.kinds(mark) == ["PUT customerordergoods"]
    assert headlights.order_of(deal)["sum"] == "26200.00"


def test_a_reserve_let_go_by_hand_is_held_again_after_the_grace(headlights: Town, deal: int) -> None:
    reserve = headlights.reserves_of(headlights.order_of(deal))[0]
    headlights.person("warehouse").ledger("PUT", "reservations", {"id": reserve["id"], "held": False})
    headlights.run()
    assert held(headlights, deal) == {}
    headlights.forward(minutes=11)
    headlights.settle()
    assert sorted(held(headlights, deal).values()) == [2, 2]


def test_both_sides_changed_is_asked_and_the_answer_carried_out(headlights: Town, deal: int) -> None:
    from sverka.store import findings

    headlights.person().set_lines(deal, [(LENS, 3, 8900)])
    headlights.person("warehouse").change_line_price(headlights.order_of(deal)["id"], LAMP, 4000)
    mark = headlights.mark()
    assert headlights.run()["findings"] == {"conflict": 1}
    assert "PUT customerordergoods" not in headlights.kinds(mark)
    with headlights.app.store.writing() as tx:
        question = next(row for row in findings.open_items(tx) if row.finding.asks)
        findings.answer(tx, question.id, "take-owner", "owner", "", headlights.app.clock.real())
    headlights.settle()
    assert [(amount, price) for _, amount, price in headlights.lines_of(headlights.order_of(deal))] == [
        ("3", "8900.00")
    ]


def test_without_a_branch_the_order_stands_and_the_reserve_waits_for_it(headlights: Town) -> None:
    manager = headlights.person()
    deal = manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 1, 8900)])
    assert headlights.settle()["skips"] == {"no_branch": 1}
    assert held(headlights, deal) == {}
    manager.set_field(deal, "Филиал", "Санкт-Петербург")
    headlights.settle()
    stores = {row["id"]: row["name"] for row in headlights.rows("stores")}
    assert [stores[row["store_id"]] for row in headlights.reserves_of(headlights.order_of(deal))] == [
        "Склад Санкт-Петербург"
    ]


def test_a_deal_moved_to_another_branch_moves_its_goods(headlights: Town, deal: int) -> None:
    headlights.person().set_field(deal, "Филиал", "Санкт-Петербург")
    headlights.settle()
    stores = {row["id"]: row["name"] for row in headlights.rows("stores")}
    reserves = {stores[row["store_id"]]: row["held"] for row in headlights.reserves_of(headlights.order_of(deal))}
    assert reserves == {"Склад Москва": False, "Склад Санкт-Петербург": True}


def test_a_tick_over_an_unchanged_world_asks_little_and_writes_nothing(headlights: Town, deal: int) -> None:
    headlights.forward(minutes=15)
    headlights.run()
    since = len(headlights.sandbox.world.journal.requests)
    headlights.run()
    rows = headlights.requests(since)
    assert not [row for row in rows if row["write"]]
    assert sum(row["system"] == "bitrix24" for row in rows) == 3
    assert {row["method"] for row in rows if row["system"] == "bitrix24"} == {"batch"}


def test_a_dry_run_says_what_it_would_do_and_does_nothing(headlights: Town) -> None:
    headlights.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 1, 8900)], Филиал="Москва")
    mark = headlights.mark()
    report = headlights.run(dry_run=True)
    assert report["planned"] == {"order.create": 1, "order.lines": 1, "reserve.create": 1, "reserve.lines": 1}
    assert headlights.effects(mark) == []
    assert headlights.run()["done"]["order.create"] == 1
