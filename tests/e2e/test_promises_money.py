"""Goods that leave and money that comes: at the desk, by bank, on trust (H12, H13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.play import LAMP, LENS, MOSCOW, PETERSBURG, RARE, SHOP, Play

PICKUP, ON_TRUST, QUALITY = "Самовывоз/доставка", "Отгружено/не оплачено", "Оценка качества"
TRUSTED, STRANGER = "Сергей Мельник", "Наталья Гусева"


def deal_at(
    play: Play,
    stage: str,
    client: str = STRANGER,
    good: str = LAMP,
    amount: int = 2,
    fields: dict[str, Any] | None = None,
) -> int:
    """Make a deal of the Moscow branch; fields: what else is filled in, or otherwise."""
    return play.person().make_deal(
        SHOP, stage, client, [(good, amount, 4200)], **{"Филиал": "Москва", **(fields or {})}
    )


def posted(play: Play, deal: int) -> list[bool]:
    """Of each shipment of a deal, whether it is posted."""
    return [bool(row["held"]) for row in play.shipments(deal)]


def drafted_by_hand(play: Play, deal: int) -> str:
    """Let the warehouse write a shipment of all that a deal's order holds, out of its reserve; return its id."""
    warehouse, order = play.person("warehouse"), play.order(deal)
    (reserve,) = warehouse.reserves(order["id"])
    people = ("organization_id", "partner_id", "author_employee_id", "responsible_employee_id")
    links = {"customer_order_id": order["id"], "reservation_id": reserve["id"], "store_id": reserve["store_id"]}
    draft = warehouse.ledger("POST", "realizations", {**{key: order[key] for key in people}, **links})["id"]
    for line in warehouse.order_lines(order["id"]):
        goods = {key: line[key] for key in ("good_id", "amount", "price")}
        warehouse.ledger("POST", "realizationgoods", {"realization_id": draft, **goods})
    return str(draft)


def test_money_at_the_desk_ships_the_goods_closes_the_order_and_moves_the_deal(played: Play) -> None:
    """H12: through the desk that the deal names, out of the reserve."""
    manager = played.person()
    deal = deal_at(played, PICKUP, fields={"Касса": "Касса Санкт-Петербург"})
    played.run()
    assert (played.held(LAMP), played.lying(LAMP), played.receipts(deal)) == (2, 36, [])
    manager.set_field(deal, "Оплачено в кассе", True)
    played.settle()
    assert played.receipts(deal) == [("Касса Санкт-Петербург", "8400.00")]
    assert posted(played, deal) == [True]
    assert (played.held(LAMP), played.lying(LAMP)) == (0, 34)
    assert played.order(deal)["is"] == "Выполнен"
    assert played.card(deal)["stage"] == QUALITY
    assert played.todos(deal, is_open=True) == ["Опрос о качестве"]


def test_paid_at_once_all_the_way_in_one_go(play: Play) -> None:
    deal = deal_at(play, PICKUP, fields={"Оплачено в кассе": True, "Филиал": "Санкт-Петербург"})
    play.settle()
    assert play.receipts(deal) == [("Касса Санкт-Петербург", "8400.00")]
    assert (play.held(LAMP, PETERSBURG), play.lying(LAMP, PETERSBURG), play.lying(LAMP)) == (0, 18, 36)
    assert (play.card(deal)["stage"], play.order(deal)["is"]) == (QUALITY, "Выполнен")


def test_bank_money_alone_moves_nothing_and_is_never_registered_by_us(play: Play) -> None:
    """A prepayment, and all of it."""
    deals = {deal_at(play, PICKUP): roubles for roubles in (3000, 8400)}
    play.run()
    for deal, roubles in deals.items():
        play.person("accountant").pay_bank(play.order(deal)["id"], roubles)
    play.rest()
    assert [play.card(deal)["stage"] for deal in deals] == [PICKUP, PICKUP]
    assert [(play.receipts(deal), posted(play, deal)) for deal in deals] == [([], []), ([], [])]
    assert play.held(LAMP) == 4


def test_after_a_prepayment_by_bank_the_desk_registers_only_the_rest(play: Play) -> None:
    deal = deal_at(play, PICKUP)
    play.run()
    play.person("accountant").pay_bank(play.order(deal)["id"], 3000)
    play.person().set_field(deal, "Оплачено в кассе", True)
    play.settle()
    assert play.receipts(deal) == [("Касса Москва", "5400.00")]
    assert play.card(deal)["stage"] == QUALITY


def test_goods_shipped_by_hand_and_paid_by_bank_move_the_deal_too(play: Play) -> None:
    deal = deal_at(play, PICKUP)
    play.run()
    play.person("warehouse").ledger("PUT", "realizations", {"id": drafted_by_hand(play, deal), "held": 1})
    play.settle()
    assert (play.card(deal)["stage"], play.lying(LAMP), play.held(LAMP)) == (PICKUP, 34, 0)
    play.person("accountant").pay_bank(play.order(deal)["id"], 8400)
    play.settle()
    assert (play.card(deal)["stage"], play.order(deal)["is"]) == (QUALITY, "Выполнен")
    assert (play.receipts(deal), posted(play, deal)) == ([], [True])


def test_a_mark_taken_back_afterwards_undoes_nothing(play: Play) -> None:
    manager, deal = play.person(), deal_at(play, PICKUP, fields={"Оплачено в кассе": True})
    play.run()
    manager.set_field(deal, "Оплачено в кассе", False)
    play.rest()
    assert (play.receipts(deal), posted(play, deal)) == ([("Касса Москва", "8400.00")], [True])


def test_a_mark_at_another_stage_counts_when_the_deal_comes_to_the_right_one(play: Play) -> None:
    manager, deal = play.person(), deal_at(play, "Резерв", fields={"Оплачено в кассе": True})
    play.settle()
    assert (play.receipts(deal), posted(play, deal)) == ([], [])
    manager.move_deal(deal, PICKUP)
    play.settle()
    assert (len(play.receipts(deal)), play.card(deal)["stage"]) == (1, QUALITY)


def test_a_deal_brought_back_after_payment_is_not_paid_twice(play: Play) -> None:
    manager, deal = play.person(), deal_at(play, PICKUP, fields={"Оплачено в кассе": True})
    play.run()
    manager.move_deal(deal, PICKUP)
    play.settle()
    assert (len(play.receipts(deal)), posted(play, deal)) == (1, [True])
    assert play.card(deal)["stage"] == PICKUP
    assert len(play.tasks(deal)) == 1


def test_without_branch_and_desk_the_money_is_not_registered_and_somebody_reads_why(play: Play) -> None:
    manager, deal = play.person(), deal_at(play, PICKUP, fields={"Филиал": None, "Оплачено в кассе": True})
    play.settle()
    assert play.receipts(deal) == []
    assert len(play.findings("касс")) == 1
    manager.set_field(deal, "Филиал", "Москва")
    play.settle()
    assert play.card(deal)["stage"] == QUALITY


def test_trusted_clients_get_their_goods_before_paying_and_others_do_not(played: Play) -> None:
    """H13."""
    trusted, stranger = deal_at(played, ON_TRUST, TRUSTED), deal_at(played, ON_TRUST, STRANGER, LENS)
    played.run()
    assert (posted(played, trusted), played.receipts(trusted), played.lying(LAMP)) == ([True], [], 34)
    assert (played.card(trusted)["stage"], played.order(trusted)["is"]) == (ON_TRUST, "Новый")
    assert (posted(played, stranger), played.lying(LENS)) == ([], 14)

    played.person("accountant").pay_bank(played.order(trusted)["id"], 8400)
    played.settle()
    assert (played.card(trusted)["stage"], played.order(trusted)["is"]) == (QUALITY, "Выполнен")
    assert played.findings("отгружено, не оплачено") == []
    assert len(played.findings("не отмечен как постоянный")) == 1


def test_a_part_of_the_money_leaves_the_deal_where_it_is_and_the_rest_owed(play: Play) -> None:
    deal = deal_at(play, ON_TRUST, TRUSTED)
    play.run()
    play.person("accountant").pay_bank(play.order(deal)["id"], 400)
    play.rest()
    assert play.card(deal)["stage"] == ON_TRUST
    (owed,) = play.findings("отгружено, не оплачено")
    assert "8\u202f000" in owed


@pytest.mark.parametrize("stage", [ON_TRUST, PICKUP])
def test_what_the_store_does_not_have_stays_a_draft_until_it_comes(play: Play, stage: str) -> None:
    """Moscow has one, the client wants three: the order is right, the goods stay, somebody buys."""
    deal = deal_at(play, stage, TRUSTED, RARE, 3, fields={"Оплачено в кассе": stage == PICKUP})
    play.settle()
    assert (play.order(deal)["sum"], play.order(deal)["is"]) == ("12600.00", "Новый")
    assert (posted(play, deal), play.lying(RARE)) == ([False], 1)
    assert play.card(deal)["stage"] == stage
    (task,) = play.tasks(deal)
    assert "Докупить" in task["title"]
    assert len(play.findings("черновиком")) == 1

    play.person("warehouse").receive_stock(RARE, MOSCOW, 2)
    play.settle()
    assert (posted(play, deal), play.lying(RARE), play.held(RARE)) == ([True], 0, 0)
    assert (play.tasks(deal), play.findings("черновиком")) == ([], [])


def test_a_draft_that_somebody_made_is_that_persons_work(play: Play) -> None:
    deal = deal_at(play, PICKUP)
    play.run()
    drafted_by_hand(play, deal)
    play.person().set_field(deal, "Оплачено в кассе", True)
    play.settle()
    assert posted(play, deal) == [False]
    assert len(play.findings("черновик отгрузки")) == 1


def test_a_lost_deal_whose_goods_have_left_is_for_a_person(play: Play) -> None:
    deal = deal_at(play, ON_TRUST, TRUSTED)
    play.run()
    play.person().move_deal(deal, "lost")
    play.settle()
    assert (play.order(deal)["is"], posted(play, deal)) == ("Новый", [True])
    assert len(play.findings("Отменить его может только человек")) == 1
