"""Questions to people: asked once, answered by a word in the deal or by a command, carried out, gone (H14, X2)."""

from __future__ import annotations

import pytest

from tests.e2e.play import LAMP, LENS, MOSCOW, SHOP, Play

ANSWER = "Ответ Сверке"


def reserved(play: Play, client: str = "Наталья Гусева") -> int:
    deal = play.person().make_deal(SHOP, "Резерв", client, [(LAMP, 2, 4200)], Филиал="Москва")
    play.run()
    return deal


def quarrel(play: Play) -> int:
    """Return a deal that a manager and the warehouse changed to different amounts."""
    deal = reserved(play)
    play.person().set_lines(deal, [(LAMP, 3, 4200)])
    play.person("warehouse").change_line_amount(play.order(deal)["id"], LAMP, 5)
    return deal


def amounts(play: Play, deal: int) -> tuple[int, int, int]:
    """How much of the good the deal, its order and the store's reserve hold."""
    (of_deal,) = play.goods_of_deal(deal)
    (of_order,) = play.person("owner").order_lines(play.order(deal)["id"])
    return int(of_deal[1]), int(of_order["amount"]), int(play.held(LAMP))


def test_both_sides_changed_is_one_question_and_nobodys_work_is_overwritten(play: Play) -> None:
    manager, deal = play.person(), quarrel(play)
    play.settle()
    assert amounts(play, deal)[:2] == (3, 5)
    (task,) = play.tasks(deal)
    assert task["responsibleId"] == str(manager._user("manager"))
    assert "«сделка»" in task["description"]
    manager.set_field(deal, ANSWER, "Бизнес.ру.")
    play.settle()
    assert amounts(play, deal) == (5, 5, 5)
    assert (play.tasks(deal), play.card(deal)[ANSWER], play.questions()) == ([], "", [])


def test_questions_answered_in_the_deal_and_by_the_command_are_carried_out_and_their_tasks_close(played: Play) -> None:
    """Two deals, one answered in its field for the ledger, one by the command for the deal."""
    manager, warehouse = played.person(), played.person("warehouse")
    first = manager.make_deal(SHOP, "Резерв", "Наталья Гусева", [(LAMP, 2, 4200)], Филиал="Москва")
    second = manager.make_deal(SHOP, "Резерв", "Марина Соловьёва", [(LENS, 2, 8900)], Филиал="Москва")
    played.run()
    for deal, good in ((first, LAMP), (second, LENS)):
        manager.set_lines(deal, [(good, 3, 8900)])
        warehouse.change_line_amount(played.order(deal)["id"], good, 5)
    played.run()
    assert [len(played.tasks(deal)) for deal in (first, second)] == [1, 1]
    manager.set_field(first, ANSWER, "бизнес.ру")
    (question,) = [row for row in played.questions() if str(second) in row["subject"]]
    played.command("queue", "decide", str(question["id"]), "take-owner", "--by", "owner", "--reason", "звонили клиенту")
    played.settle()
    assert [amount for deal in (first, second) for _, amount, _ in played.goods_of_deal(deal)] == [5, 3]
    assert [played.order(deal)["sum"] for deal in (first, second)] == ["21000.00", "26700.00"]
    assert (played.held(LAMP), played.held(LENS), played.tasks()) == (5, 3, [])


def test_a_word_that_nobody_understands_stays_and_the_manager_reads_what_would_do(play: Play) -> None:
    manager, deal = play.person(), quarrel(play)
    play.run()
    manager.set_field(deal, ANSWER, "не знаю")
    play.settle()
    assert play.card(deal)[ANSWER] == "не знаю"
    assert len(play.tasks(deal)) == 1
    assert len(play.findings("ответ «не знаю» непонятен")) == 1
    manager.set_field(deal, ANSWER, "сделка")
    play.settle()
    assert amounts(play, deal) == (3, 3, 3)
    assert play.questions() == []


def test_an_answer_counts_for_the_values_it_was_given_for(play: Play) -> None:
    manager, deal = play.person(), quarrel(play)
    play.run()
    manager.set_field(deal, ANSWER, "оставить")
    play.settle()
    assert (amounts(play, deal)[:2], play.tasks(deal)) == ((3, 5), [])
    play.person("warehouse").change_line_amount(play.order(deal)["id"], LAMP, 7)
    play.settle()
    assert amounts(play, deal)[:2] == (3, 7)
    assert len(play.tasks(deal)) == 1, "the values have changed: asked anew"


def test_what_is_tampered_with_a_third_time_in_a_week_is_asked_about(play: Play) -> None:
    warehouse, deal = play.person("warehouse"), reserved(play)
    for _ in range(2):
        warehouse.change_line_amount(play.order(deal)["id"], LAMP, 1)
        play.run()
        play.forward(minutes=6)
        play.run()
        assert amounts(play, deal) == (2, 2, 2), "put back after the grace"
        play.forward(hours=20)
    warehouse.change_line_amount(play.order(deal)["id"], LAMP, 1)
    play.run()
    play.forward(minutes=6)
    play.settle()
    assert amounts(play, deal)[:2] == (2, 1)
    (task,) = play.tasks(deal)
    assert "Мы уже возвращали" in task["description"]


def test_two_questions_of_one_deal_come_one_after_the_other(play: Play) -> None:
    manager, deal = play.person(), quarrel(play)
    play.person("warehouse").set_order_status(play.order(deal)["id"], "Отменён")
    play.settle()
    (first,) = play.tasks(deal)
    manager.set_field(deal, ANSWER, "сделка")
    play.settle()
    (second,) = play.tasks(deal)
    assert first["id"] != second["id"]
    manager.set_field(deal, ANSWER, "сделка")
    play.settle()
    assert play.tasks(deal) == []
    assert (amounts(play, deal), play.order(deal)["is"]) == ((3, 3, 3), "Новый")


@pytest.mark.parametrize(
    ("answer", "partner"), [("новый", "ООО «Таксопарк Невский»"), ("№ {known}", "Таксопарк Невский ООО")]
)
def test_who_a_client_is_in_the_ledger_is_answered_in_the_deal(play: Play, answer: str, partner: str) -> None:
    manager, deal = play.person(), reserved(play, "ООО «Таксопарк Невский»")
    assert (play.orders(deal), len(play.tasks(deal))) == ([], 1)
    (known,) = manager.ledger("GET", "partners", {"name": "Таксопарк Невский ООО"})
    manager.set_field(deal, ANSWER, answer.format(known=known["id"]))
    play.settle()
    (bound,) = manager.ledger("GET", "partners", {"id": play.order(deal)["partner_id"]})
    assert bound["name"] == partner
    assert (play.tasks(deal), play.held(LAMP, MOSCOW)) == ([], 2)


def test_a_quarrel_that_people_settle_themselves_is_no_question_any_more(play: Play) -> None:
    deal = quarrel(play)
    play.run()
    play.person().set_lines(deal, [(LAMP, 5, 4200)])
    play.settle()
    assert (amounts(play, deal), play.tasks(deal), play.questions()) == ((5, 5, 5), [], [])


def test_an_answer_without_a_question_is_told(play: Play) -> None:
    deal = reserved(play)
    play.person().set_field(deal, ANSWER, "сделка")
    play.settle()
    assert len(play.findings("вопросов по ней нет")) == 1
    play.person().set_lines(deal, [(LENS, 1, 8900)])
    play.settle()
    assert play.held(LENS) == 1, "the deal is served all the same"
