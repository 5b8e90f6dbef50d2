"""The online store and its deals (H1), and what becomes of new requests (H2): scenarios in the words of the business."""

from __future__ import annotations

import pytest

from tests.e2e.play import LAMP, LENS, MOSCOW, SHOP, Play

LAMP_NAME = "Лампа ксеноновая Philips D2S Vision"


def lamps(count: int) -> list[tuple[str, int, int]]:
    return [(LAMP, count, 4200)]


def test_an_order_of_the_store_gets_a_deal_and_both_follow_each_other(played: Play) -> None:
    """H1: items, sums, client, source; then the buyer changes one, the manager the other."""
    owner = played.person("owner")
    first = owner.place_shop_order("иван  петров", [*lamps(2), (LENS, 1, 8900)], phone="8 (916) 777-88-99", email="ivan@pochta.example")
    second = owner.place_shop_order("Марина Соловьёва", lamps(1), phone="8 916 234-56-02")
    played.run()
    deal, other = (owner.deal_of_shop_order(order) for order in (first, second))
    assert deal is not None
    assert other is not None
    card = played.card(deal)
    assert (card["funnel"], card["stage"], card["client"], card["Сумма"]) == (SHOP, "Новая заявка", "Иван Петров", "17300")
    assert card["Источник"] == "STORE"
    assert played.goods_of_deal(deal) == played.goods_of_shop_order(first)
    assert played.person().client("Иван Петров")["fm"][0]["value"] == "+79167778899"
    assert played.card(other)["client"] == "Марина Соловьёва", "the buyer's number is known"

    owner.set_shop_lines(first, lamps(3))
    played.person().set_lines(other, lamps(4))
    played.settle()
    assert [amount for _, amount, _ in played.goods_of_deal(deal)] == [3]
    assert [amount for _, amount, _ in played.goods_of_shop_order(second)] == [4]


def test_two_orders_of_one_new_buyer_make_one_card_of_a_client(play: Play) -> None:
    owner = play.person("owner")
    orders = [owner.place_shop_order("Иван Петров", lamps(1), phone="+79167778899") for _ in range(2)]
    play.settle()
    deals = [owner.deal_of_shop_order(order) for order in orders]
    assert len(set(deals)) == 2
    assert len(owner.find_deals(contactId=owner.client("Иван Петров")["id"])) == 2


def test_the_stores_own_word_about_the_buyer_counts_more_than_a_number(play: Play) -> None:
    owner = play.person("owner")
    order = owner.place_shop_order(
        "Пётр", lamps(1), phone="+79162345602", client="ООО «АвтоСвет Сервис»"
    )
    play.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    assert play.card(deal)["client"] == "ООО «АвтоСвет Сервис»"


def test_a_number_of_two_clients_is_asked_about_and_the_answer_carried_out(play: Play) -> None:
    owner = play.person("owner")
    twin = owner.make_contact("Мария", "Соловьёва", phone="+79162345602")
    order = owner.place_shop_order("М. Соловьёва", lamps(1), phone="89162345602")
    play.settle()
    assert owner.deal_of_shop_order(order) is None
    (question,) = play.questions()
    play.command("queue", "decide", str(question["id"]), f"bind:contact:{twin}", "--by", "owner")
    play.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    assert play.card(deal)["client"] == "Мария Соловьёва"


@pytest.mark.parametrize(
    ("answer", "amount"), [("сделка", 3), ("магазин", 5)]
)
def test_both_changed_is_one_question_and_a_word_in_the_deal_answers_it(play: Play, answer: str, amount: int) -> None:
    owner, manager = play.person("owner"), play.person()
    order = owner.place_shop_order("Иван Петров", lamps(1), phone="+79167778899")
    play.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    manager.set_lines(deal, lamps(3))
    owner.set_shop_lines(order, lamps(5))
    play.settle()
    (question,) = play.tasks(deal)
    assert "Ответ Сверке" in question["description"]
    manager.set_field(deal, "Ответ Сверке", answer)
    play.settle()
    assert play.goods_of_deal(deal) == play.goods_of_shop_order(order)
    assert [each for _, each, _ in play.goods_of_deal(deal)] == [amount]
    assert play.tasks(deal) == []
    assert play.card(deal)["Ответ Сверке"] == ""


def test_both_changed_to_the_same_is_no_question(play: Play) -> None:
    owner = play.person("owner")
    order = owner.place_shop_order("Иван Петров", lamps(1), phone="+79167778899")
    play.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    play.person().set_lines(deal, lamps(2))
    owner.set_shop_lines(order, lamps(2))
    play.rest()
    assert play.questions() == []


def test_a_change_of_the_buyer_reaches_the_ledgers_order_and_the_reserve(play: Play) -> None:
    owner = play.person("owner")
    order = owner.place_shop_order("Марина Соловьёва", lamps(2), phone="+79162345602")
    play.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    play.person().set_field(deal, "Филиал", "Москва")
    play.person().move_deal(deal, "Резерв")
    play.settle()
    assert play.held(LAMP) == 2
    owner.set_shop_lines(order, lamps(3))
    play.settle()
    assert play.order(deal)["sum"] == "12600.00"
    assert play.held(LAMP, MOSCOW) == 3


def test_a_lost_deal_cancels_its_order_unless_it_is_paid(play: Play) -> None:
    owner = play.person("owner")
    free, paid = (owner.place_shop_order("Иван Петров", lamps(1), phone="+79167778899") for _ in range(2))
    play.settle()
    owner.pay_shop_order(paid)
    for order in (free, paid):
        deal = owner.deal_of_shop_order(order)
        assert deal is not None
        play.person().move_deal(deal, "lost")
    play.settle()
    assert [owner.shop_order(order)["canceled"] for order in (free, paid)] == ["Y", "N"]
    assert len(play.findings("оплачен")) == 1


def test_an_order_that_the_buyer_cancelled_is_asked_about_and_its_deal_stays(play: Play) -> None:
    owner = play.person("owner")
    order = owner.place_shop_order("Иван Петров", lamps(1), phone="+79167778899")
    play.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    owner.cancel_shop_order(order, "передумал")
    play.settle()
    assert play.card(deal)["stage"] == "Новая заявка"
    (question,) = play.tasks(deal)
    assert "отменил" in question["description"]
    play.person().move_deal(deal, "lost")
    play.settle()
    assert play.tasks(deal) == []


def test_an_order_cancelled_before_anybody_saw_it_makes_no_deal(play: Play) -> None:
    owner = play.person("owner")
    order = owner.place_shop_order("Иван Петров", lamps(1))
    owner.cancel_shop_order(order)
    play.rest()
    assert owner.deal_of_shop_order(order) is None
