"""What is there, what is held, what is to be bought (H9, H10, H14)."""

from __future__ import annotations

from tests.e2e.play import LAMP, LENS, MOSCOW, PETERSBURG, RARE, SEALANT, SHOP, Play

ASKED, HELD = "Запрос на товар", "Резерв"


def deal_at(play: Play, stage: str, *lines: tuple[str, int, int], branch: str = "Москва") -> int:
    return play.person().make_deal(SHOP, stage, "Марина Соловьёва", lines, Филиал=branch)


def test_a_request_for_goods_shows_what_is_where_and_what_is_missing_is_to_be_bought(played: Play) -> None:
    """H9: shown in the deal, bought by the warehouse, kept true, closed by itself."""
    manager, warehouse = played.person(), played.person("warehouse")
    deal = deal_at(played, ASKED, (RARE, 3, 71500), (LAMP, 2, 4200))
    manager.set_field(deal, "Ответ поставщика", "Автодок, 2 шт")
    played.run()
    shown = played.card(deal)["Наличие"]
    assert "нужно 3, есть: Москва 1, не хватает 2" in shown
    assert "нужно 2, есть: Москва 36, Санкт-Петербург 20" in shown
    assert "Автодок, 2 шт" in shown
    (task,) = played.tasks(deal)
    assert "Закупить" in task["title"]
    assert warehouse.tasks()[0]["responsibleId"] == task["responsibleId"] == str(warehouse._user("warehouse"))
    assert (played.orders(deal), played.held(RARE)) == ([], 0)

    warehouse.receive_stock(RARE, PETERSBURG, 2)
    played.settle()
    assert "нужно 3, есть: Москва 1, Санкт-Петербург 2" in played.card(deal)["Наличие"]
    assert "не хватает" not in played.card(deal)["Наличие"]
    assert played.tasks(deal) == []


def test_a_task_to_buy_goes_away_with_the_request(play: Play) -> None:
    deal = deal_at(play, ASKED, (RARE, 3, 71500))
    play.settle()
    assert len(play.tasks(deal)) == 1
    play.person().move_deal(deal, "lost")
    play.settle()
    assert play.tasks(deal) == []


def test_goods_that_are_sold_past_the_deal_are_missed(play: Play) -> None:
    deal = deal_at(play, ASKED, (RARE, 1, 71500))
    play.settle()
    assert play.tasks(deal) == []
    play.person("warehouse").take_stock(RARE, MOSCOW, 1)
    play.settle()
    assert "нигде нет" in play.card(deal)["Наличие"]
    assert len(play.tasks(deal)) == 1


def test_goods_held_for_another_deal_are_not_at_hand(play: Play) -> None:
    deal_at(play, HELD, (RARE, 1, 71500))
    play.settle()
    second = deal_at(play, ASKED, (RARE, 1, 71500))
    play.settle()
    assert "нигде нет" in play.card(second)["Наличие"]
    assert len(play.tasks(second)) == 1


def test_a_reserve_stands_without_an_end_and_a_lost_deal_frees_it(played: Play) -> None:
    """H10, H14."""
    manager = played.person()
    deal = deal_at(played, HELD, (LAMP, 2, 4200), (LENS, 1, 8900))
    other = deal_at(played, HELD, (SEALANT, 3, 1450), branch="Санкт-Петербург")
    played.run()
    assert (played.order(deal)["sum"], played.held(LAMP), played.held(LENS)) == ("17300.00", 2, 1)
    assert (played.held(SEALANT, PETERSBURG), played.held(SEALANT, MOSCOW)) == (3, 0)

    played.forward(days=40)
    manager.set_lines(deal, [(LAMP, 4, 4000)])
    manager.move_deal(other, "lost")
    played.settle()
    assert (played.order(deal)["sum"], played.held(LAMP), played.held(LENS)) == ("16000.00", 4, 0)
    assert (played.order(other)["is"], played.held(SEALANT, PETERSBURG)) == ("Отменён", 0)


def test_before_the_reserve_nothing_is_ordered_or_held(play: Play) -> None:
    deals = [deal_at(play, stage, (LAMP, 2, 4200)) for stage in ("Новая заявка", "Недозвон", ASKED)]
    play.settle()
    assert ([play.orders(deal) for deal in deals], play.held(LAMP)) == ([[], [], []], 0)
