"""The corners of the promises: two people who want one thing, a decision changed half-way, the same client in two cards."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.e2e.play import ADJUSTING, GLASS, GLASS_WORK, LAMP, MOSCOW, PETERSBURG, RARE, SHOP, Play
from tests.e2e.test_promises_money import ON_TRUST, PICKUP, STRANGER, TRUSTED, deal_at, posted
from tests.e2e.test_promises_service import TOMORROW, visit
from tests.e2e.test_promises_shop import lamps, ordered

PAID = "Оплачено в кассе"


@pytest.mark.parametrize(("answer", "amount"), [("сделка", 2), ("бизнес.ру", 3)])
def test_an_answer_means_what_it_says_when_the_ledger_owns_the_lines(play: Play, answer: str, amount: int) -> None:
    master, manager, deal = play.person("master"), play.person(), visit(play)
    play.run()
    order = play.order(deal)["id"]
    master.open_work_order(order)
    master.add_order_line(order, ADJUSTING, 1, 1200)
    play.run()
    manager.set_lines(deal, [(GLASS, 2, 6200), (GLASS_WORK, 1, 6000)])
    master.close_work_order(order)
    play.run()
    manager.set_field(deal, "Ответ Сверке", answer)
    play.settle()
    assert len(play.goods_of_deal(deal)) == amount


def test_two_visits_for_one_part_are_told_before_somebody_comes_in_vain(play: Play) -> None:
    visit(play, RARE, 1, TOMORROW)
    visit(play, RARE, 1, TOMORROW)
    play.set_clock("2026-11-23T12:05:00+03:00")
    play.settle()
    assert len(play.tasks()) >= 1


def test_what_is_held_for_a_deal_can_be_shipped_though_another_holds_it_too(play: Play) -> None:
    first = deal_at(play, PICKUP, STRANGER, RARE, 1)
    play.run()
    deal_at(play, PICKUP, TRUSTED, RARE, 1)
    play.run()
    play.person().set_field(first, PAID, True)
    play.settle()
    assert posted(play, first) == [True]


def test_a_reserve_of_more_than_lies_there_is_told(play: Play) -> None:
    deal_at(play, "Резерв", STRANGER, RARE, 3)
    play.settle()
    assert play.findings("не хватает") or play.tasks()


def test_a_draft_from_before_the_reserve_takes_its_goods_out_of_it(play: Play) -> None:
    deal = deal_at(play, ON_TRUST, TRUSTED, RARE, 3)
    play.run()
    play.person().move_deal(deal, "Резерв")
    play.run()
    play.person("warehouse").receive_stock(RARE, MOSCOW, 2)
    play.run()
    play.person().move_deal(deal, ON_TRUST)
    play.settle()
    assert posted(play, deal) == [True]


def test_a_draft_moves_with_the_branch_of_its_deal(play: Play) -> None:
    play.person("warehouse").receive_stock(RARE, PETERSBURG, 3)
    deal = deal_at(play, ON_TRUST, TRUSTED, RARE, 3)
    play.run()
    play.person().set_field(deal, "Филиал", "Санкт-Петербург")
    play.settle()
    assert (play.lying(RARE), play.lying(RARE, PETERSBURG)) == (1, 0)


def test_the_draft_of_a_lost_deal_is_told(play: Play) -> None:
    deal = deal_at(play, ON_TRUST, TRUSTED, RARE, 3)
    play.run()
    play.person().move_deal(deal, "lost")
    play.settle()
    assert play.shipments(deal) == [] or play.findings("черновик")


def test_a_late_booking_with_all_parts_there_alarms_nobody(play: Play) -> None:
    play.set_clock("2026-11-23T16:00:00+03:00")
    deal = visit(play, GLASS, 1, TOMORROW)
    play.settle()
    assert play.tasks(deal, is_open=False) == []


def test_two_orders_of_one_new_buyer_make_one_contact(play: Play) -> None:
    owner = play.person("owner")
    orders = [owner.place_shop_order("Иван Петров", lamps(1), phone="+79167778899") for _ in range(2)]
    play.settle()
    clients = {
        owner.bitrix("crm.item.get", {"entityTypeId": 2, "id": play.deal_of(order)})["item"]["contactId"]
        for order in orders
    }
    assert len(clients) == 1


def test_a_line_typed_by_hand_survives_the_buyers_change(play: Play) -> None:
    order, deal = ordered(play)
    rows = [
        {"productId": 0, "productName": "Доставка", "quantity": "1", "price": "500"},
        {"productId": play.person()._product(LAMP)["id"], "quantity": "1", "price": "4200"},
    ]
    play.person().bitrix("crm.item.productrow.set", {"ownerType": "D", "ownerId": deal, "productRows": rows})
    play.run()
    play.person("owner").set_shop_lines(order, lamps(2))
    play.settle()
    assert "Доставка" in [name for name, _, _ in play.goods_of_deal(deal)]


@pytest.mark.parametrize("deal_rang", [True, False])
def test_a_call_back_counts_in_whatever_card_of_the_client_it_stands(play: Play, deal_rang: bool) -> None:
    manager = play.person()
    deal = manager.make_deal(SHOP, "Запрос на товар", "Марина Соловьёва", [(LAMP, 1, 4200)])
    manager.missed_call("Марина Соловьёва", deal=deal if deal_rang else None)
    play.run()
    play.forward(minutes=5)
    manager.call_back("Марина Соловьёва", deal=None if deal_rang else deal)
    play.forward(minutes=20)
    play.settle()
    assert play.told("manager", "Пропущенный") == []


def test_a_missed_call_in_a_deal_names_the_client(play: Play) -> None:
    manager = play.person()
    deal = manager.make_deal(SHOP, "Запрос на товар", "Марина Соловьёва", [(LAMP, 1, 4200)])
    manager.missed_call("Марина Соловьёва", deal=deal)
    play.forward(minutes=20)
    play.settle()
    (notice,) = play.told("manager", "Пропущенный")
    assert "deal:" not in notice


def test_a_question_about_an_order_of_the_store_names_the_store(play: Play) -> None:
    order, deal = ordered(play)
    play.person().set_lines(deal, lamps(3))
    play.person("owner").set_shop_lines(order, lamps(5))
    play.run()
    (task,) = play.tasks(deal)
    assert "«магазин»" in task["description"]
    assert "«Бизнес.ру»" not in task["description"]


def test_a_deal_that_comes_back_does_not_blame_its_buyer_for_what_we_cancelled(play: Play) -> None:
    _, deal = ordered(play)
    play.person().move_deal(deal, "lost")
    play.run()
    play.person().move_deal(deal, "Новая заявка")
    play.settle()
    assert play.findings("Покупатель отменил") == []


def test_a_stranger_who_has_paid_gets_the_goods(play: Play) -> None:
    deal = deal_at(play, ON_TRUST, STRANGER)
    play.run()
    play.person("accountant").pay_bank(play.order(deal)["id"], 8400)
    play.settle()
    assert play.findings("без оплаты не отгружаем") == []


def test_money_over_the_sum_of_the_order_is_told(play: Play) -> None:
    deal = deal_at(play, PICKUP, STRANGER, RARE, 3, fields={PAID: True})
    play.run()
    play.person().set_lines(deal, [(RARE, 1, 4200)])
    play.settle()
    assert play.questions() != []


def test_an_order_of_the_store_whose_deal_was_deleted_is_told(play: Play) -> None:
    order, deal = ordered(play)
    play.person("owner").bitrix("crm.item.delete", {"entityTypeId": 2, "id": deal})
    play.settle()
    assert play.person("owner").deal_of_shop_order(order) is not None or play.questions()


def test_the_notice_of_a_request_shows_the_phone_in_order(play: Play) -> None:
    play.person().make_contact("пётр", "ЛЕБЕДЕВ", phone="8(916) 111 22 33")
    play.person().make_deal(SHOP, "Новая заявка", "пётр ЛЕБЕДЕВ", lamps(1))
    play.settle()
    assert "+79161112233" in play.told("manager", "Новая заявка")[0]


def test_goods_that_a_won_deal_still_holds_are_told(play: Play) -> None:
    master, deal = play.person("master"), visit(play)
    play.run()
    order = play.order(deal)["id"]
    master.open_work_order(order)
    master.close_work_order(order)
    play.run()
    play.person().move_deal(deal, "won")
    play.settle()
    assert play.findings("выиграна, а товар ещё держит")


def test_the_task_about_a_visit_says_what_is_missing_after_all_was_held_that_is_there(play: Play) -> None:
    deal = visit(play, RARE, 2, datetime.fromisoformat("2026-11-23T15:00:00+03:00"))
    play.settle()
    (task,) = play.tasks(deal)
    assert "— 1 шт" in task["description"]
