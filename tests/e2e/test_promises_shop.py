"""The online store and its deals (H1): each order has one, and whichever side changes, the other follows."""

from __future__ import annotations

from tests.e2e.play import LAMP, LENS, MOSCOW, SHOP, Play

MARINA = "+79162345602"


def lamps(count: int) -> list[tuple[str, int, int]]:
    return [(LAMP, count, 4200)]


def ordered(play: Play, phone: str = MARINA) -> tuple[int, int]:
    """Let somebody order a lamp in the store; return the order and its deal."""
    order = play.person("owner").place_shop_order("Марина Соловьёва", lamps(1), phone=phone)
    play.run()
    return order, play.deal_of(order)


def test_an_order_of_the_store_gets_a_deal_and_both_follow_each_other(played: Play) -> None:
    """H1: items, sums, client, source; then the buyer changes one order, the manager the deal of another."""
    owner = played.person("owner")
    first = owner.place_shop_order(
        "иван  петров", [*lamps(2), (LENS, 1, 8900)], "8 (916) 777-88-99", "ivan@pochta.example"
    )
    second = owner.place_shop_order("Марина С.", lamps(1), phone="8 916 234-56-02")
    played.run()
    deal, other = played.deal_of(first), played.deal_of(second)
    card = played.card(deal)
    assert (card["funnel"], card["stage"], card["client"]) == (SHOP, "Новая заявка", "Иван Петров")
    assert (card["Сумма"], card["Источник"]) == ("17300", "STORE")
    assert played.goods_of_deal(deal) == played.goods_of_shop_order(first)
    assert played.person().client("Иван Петров")["fm"][0]["value"] == "+79167778899"
    assert played.card(other)["client"] == "Марина Соловьёва", "the buyer's number is known"

    owner.set_shop_lines(first, lamps(3))
    played.person().set_lines(other, lamps(4))
    played.settle()
    assert [amount for _, amount, _ in played.goods_of_deal(deal)] == [3]
    assert [amount for _, amount, _ in played.goods_of_shop_order(second)] == [4]


def test_the_stores_own_word_about_the_buyer_counts_more_than_a_number(play: Play) -> None:
    owner = play.person("owner")
    order = owner.place_shop_order("Пётр", lamps(1), phone=MARINA, client="ООО «АвтоСвет Сервис»")
    play.settle()
    assert play.card(play.deal_of(order))["client"] == "ООО «АвтоСвет Сервис»"


def test_a_number_of_two_clients_is_asked_about_and_the_answer_carried_out(play: Play) -> None:
    owner = play.person("owner")
    twin = owner.make_contact("Мария", "Соловьёва", phone=MARINA)
    order = owner.place_shop_order("М. Соловьёва", lamps(1), phone="89162345602")
    play.settle()
    assert owner.deal_of_shop_order(order) is None
    (question,) = play.questions()
    play.command("queue", "decide", str(question["id"]), f"bind:contact:{twin}", "--by", "owner")
    play.settle()
    assert play.card(play.deal_of(order))["client"] == "Мария Соловьёва"


def test_both_changed_is_one_question_and_a_word_in_the_deal_answers_it(play: Play) -> None:
    amounts = {"сделка": 3, "магазин": 5}
    quarrels = {answer: ordered(play) for answer in amounts}
    for order, deal in quarrels.values():
        play.person().set_lines(deal, lamps(3))
        play.person("owner").set_shop_lines(order, lamps(5))
    play.settle()
    for answer, (_, deal) in quarrels.items():
        (question,) = play.tasks(deal)
        assert "Ответ Сверке" in question["description"]
        play.person().set_field(deal, "Ответ Сверке", answer)
    play.settle()
    for answer, (order, deal) in quarrels.items():
        assert [amount for _, amount, _ in play.goods_of_deal(deal)] == [amounts[answer]]
        assert play.goods_of_deal(deal) == play.goods_of_shop_order(order)
        assert (play.tasks(deal), play.card(deal)["Ответ Сверке"]) == ([], "")


def test_both_changed_to_the_same_is_no_question(play: Play) -> None:
    order, deal = ordered(play)
    play.person().set_lines(deal, lamps(2))
    play.person("owner").set_shop_lines(order, lamps(2))
    play.rest()
    assert play.questions() == []


def test_a_change_of_the_buyer_reaches_the_ledgers_order_and_the_reserve(play: Play) -> None:
    order, deal = ordered(play)
    play.person().set_field(deal, "Филиал", "Москва")
    play.person().move_deal(deal, "Резерв")
    play.run()
    assert play.held(LAMP) == 1
    play.person("owner").set_shop_lines(order, lamps(3))
    play.settle()
    assert play.order(deal)["sum"] == "12600.00"
    assert play.held(LAMP, MOSCOW) == 3


def test_a_lost_deal_cancels_its_order_unless_it_is_paid(play: Play) -> None:
    owner = play.person("owner")
    free, paid = ordered(play), ordered(play)
    owner.pay_shop_order(paid[0])
    for _, deal in (free, paid):
        play.person().move_deal(deal, "lost")
    play.settle()
    assert [owner.shop_order(order)["canceled"] for order, _ in (free, paid)] == ["Y", "N"]
    assert len(play.findings("оплачен")) == 1


def test_an_order_that_the_buyer_cancelled_is_asked_about_and_its_deal_stays(play: Play) -> None:
    order, deal = ordered(play)
    play.person("owner").cancel_shop_order(order, "передумал")
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


def test_an_order_that_somebody_linked_to_a_deal_gets_no_second_one(play: Play) -> None:
    owner = play.person("owner")
    deal = play.person().make_deal(SHOP, "Новая заявка", "Марина Соловьёва", lamps(2))
    order = owner.place_shop_order("Марина Соловьёва", lamps(2), phone=MARINA)
    owner.bitrix("crm.orderentity.add", {"fields": {"orderId": order, "ownerId": deal, "ownerTypeId": 2}})
    play.settle()
    assert owner.find_deals(categoryId=0) == [deal]
    owner.set_shop_lines(order, lamps(3))
    play.settle()
    assert play.goods_of_deal(deal) == play.goods_of_shop_order(order)
