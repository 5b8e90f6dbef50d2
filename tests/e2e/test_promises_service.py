"""The car service: visits, work orders, parts that are there in time, deals handed over by the shop (H4, H6, H7, H11, H16)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sandbox.handset import Handset
from tests.e2e.play import (
    ADJUSTING,
    GLASS,
    GLASS_WORK,
    LENS,
    MODULE,
    MOSCOW,
    PETERSBURG,
    RARE,
    SERVICE,
    SHOP,
    Play,
    in_memory,
)
from tests.e2e.town import COMPANIES, COMPANY

VISIT = "Закрыт на приезд"
AT_RISK = "Визит под угрозой"
GUSEVA = "+79036789006"
TOMORROW = datetime.fromisoformat("2026-11-24T10:00:00+03:00")
LATER = datetime.fromisoformat("2026-11-27T10:00:00+03:00")


def visit(play: Play, good: str = GLASS, amount: int = 1, at: datetime | None = None) -> int:
    lines = [(good, amount, 6200), (GLASS_WORK, 1, 6000)]
    when = {"Дата и время визита": at} if at else {}
    return play.person().make_deal(SERVICE, VISIT, "Марина Соловьёва", lines, Филиал="Москва", **when)


def test_a_visit_from_booking_to_the_call_about_quality(played: Play) -> None:
    """H4, H6, H7: order with services and parts, the deal follows the master, works flow back."""
    master = played.person("master")
    deal = visit(played)
    played.run()
    order = played.order(deal)
    assert (order["sum"], played.held(GLASS)) == ("12200.00", 1)

    master.open_work_order(order["id"])
    master.add_order_line(order["id"], ADJUSTING, 1, 1200)
    played.run()
    assert played.card(deal)["stage"] == "Открыт заказ/наряд"
    assert len(played.goods_of_deal(deal)) == 2, "while the mechanics work, the deal waits"

    master.close_work_order(order["id"])
    played.settle()
    assert played.card(deal)["stage"] == "Оценка качества"
    assert played.todos(deal, is_open=True) == ["Опрос о качестве"]
    assert ("Регулировка света", 1, 1200) in played.goods_of_deal(deal)
    assert played.card(deal)["Сумма"] == "13400"
    assert len(master.order_lines(order["id"])) == 3


def test_what_mechanics_add_is_no_difference(play: Play) -> None:
    master, deal = play.person("master"), visit(play)
    play.run()
    order = play.order(deal)["id"]
    master.open_work_order(order)
    play.run()
    master.add_order_line(order, ADJUSTING, 1, 1200)
    master.change_line_amount(order, GLASS, 2)
    play.forward(minutes=30)
    play.rest()
    assert play.questions() == []
    assert play.order(deal)["sum"] == "19600.00"


def test_a_work_order_opened_and_closed_between_two_runs(play: Play) -> None:
    master, deal = play.person("master"), visit(play)
    play.run()
    order = play.order(deal)["id"]
    master.open_work_order(order)
    master.add_order_line(order, ADJUSTING, 1, 1200)
    master.close_work_order(order)
    play.settle()
    assert play.card(deal)["stage"] == "Оценка качества"
    assert len(play.goods_of_deal(deal)) == 3


def test_a_deal_that_somebody_moved_back_is_asked_about_and_not_moved_again(play: Play) -> None:
    master, manager, deal = play.person("master"), play.person(), visit(play)
    play.run()
    master.open_work_order(play.order(deal)["id"])
    play.run()
    manager.move_deal(deal, VISIT)
    play.settle()
    assert play.card(deal)["stage"] == VISIT
    (question,) = play.tasks(deal)
    assert "вернули" in question["description"]
    manager.set_field(deal, "Ответ Сверке", "бизнес.ру")
    play.settle()
    assert play.card(deal)["stage"] == "Открыт заказ/наряд"
    assert play.tasks(deal) == []


def test_lines_changed_in_the_deal_and_in_the_workshop_are_asked_about(play: Play) -> None:
    master, manager, deal = play.person("master"), play.person(), visit(play)
    play.run()
    order = play.order(deal)["id"]
    master.open_work_order(order)
    master.add_order_line(order, ADJUSTING, 1, 1200)
    play.run()
    manager.set_lines(deal, [(GLASS, 2, 6200), (GLASS_WORK, 1, 6000)])
    master.close_work_order(order)
    play.settle()
    assert play.card(deal)["stage"] == "Оценка качества"
    (question,) = play.tasks(deal)
    assert "меняли и там, и там" in question["description"]
    assert (len(play.goods_of_deal(deal)), len(master.order_lines(order))) == (2, 3)


def test_a_deal_to_be_fitted_goes_to_the_service_and_of_another_the_client_is_told(played: Play) -> None:
    """H11, X5: handed over with its order, its parts counted once; without fitting, the client reads where and when."""
    manager = played.person()
    deal = manager.make_deal(SHOP, "Резерв", "Марина Соловьёва", [(MODULE, 2, 18900)], Филиал="Москва", Установка="да")
    fetched = manager.make_deal(
        SHOP, "Самовывоз/доставка", "Наталья Гусева", [(LENS, 1, 8900)], Филиал="Москва", Установка="нет",
        **{"Способ получения": "самовывоз", "Дата отгрузки": "2026-11-26"},
    )  # fmt: skip
    played.settle()
    assert (played.card(deal)["funnel"], played.card(deal)["stage"]) == (SERVICE, "Обработан")
    assert (played.order(deal)["sum"], played.held(MODULE)) == ("37800.00", 2)
    assert played.card(deal)["Заказ в Бизнес.ру"] == played.order(deal)["number"]
    assert (played.card(fetched)["funnel"], played.held(LENS)) == (SHOP, 1)
    played.forward(minutes=2)
    (message,) = Handset(played.ready, COMPANY, GUSEVA).messages("max")
    assert "ул. Угрешская" in message["text"].replace("\u00a0", " ")
    assert played.letters() == [], "one message is enough"
    (comment,) = manager.bitrix("crm.timeline.comment.list", {"filter": {"ENTITY_TYPE": "deal", "ENTITY_ID": fetched}})
    assert GUSEVA in comment["COMMENT"]


def test_after_the_handover_the_same_order_and_reserve_follow_the_deal(play: Play) -> None:
    manager = play.person()
    deal = manager.make_deal(SHOP, "Резерв", "Марина Соловьёва", [(MODULE, 1, 18900)], Филиал="Москва")
    play.run()
    order, reserves = play.order(deal)["id"], play.person("owner").reserves(play.order(deal)["id"])
    manager.set_field(deal, "Установка", "да")
    play.run()
    manager.add_line(deal, "SRV-LED", 1, 14000)
    manager.set_field(deal, "Дата и время визита", LATER)
    manager.move_deal(deal, VISIT)
    play.settle()
    assert (play.order(deal)["id"], play.order(deal)["sum"]) == (order, "32900.00")
    assert [row["id"] for row in play.person("owner").reserves(order)] == [row["id"] for row in reserves]
    assert play.held(MODULE) == 1
    manager.move_deal(deal, "lost")
    play.settle()
    assert (play.held(MODULE), play.order(deal)["is"]) == (0, "Отменён")


def test_a_deal_is_not_handed_over_before_its_parts_are_held(play: Play) -> None:
    """Without a branch nobody knows the store: the deal waits where it is."""
    manager = play.person()
    deal = manager.make_deal(SHOP, "Резерв", "Марина Соловьёва", [(MODULE, 1, 18900)], Установка="да")
    play.run()
    assert play.card(deal)["stage"] == "Резерв"
    manager.set_field(deal, "Филиал", "Санкт-Петербург")
    play.settle()
    assert play.card(deal)["stage"] == "Обработан"
    assert (play.held(MODULE, PETERSBURG), play.held(MODULE, MOSCOW)) == (1, 0)


def test_a_company_may_want_a_linked_deal_instead(tmp_path: Path) -> None:
    """The other setting of H11: the shop's deal keeps the parts, the service gets a deal without any."""
    text = (COMPANIES / "headlights.yaml").read_text(encoding="utf-8")
    (tmp_path / "companies").mkdir()
    linked = text.replace("do: [move], to: service/Обработан", "do: [link], to: service/Заявка")
    assert linked != text
    (tmp_path / "companies/headlights.yaml").write_text(linked, encoding="utf-8")
    with in_memory(tmp_path, tmp_path / "companies") as play:
        deal = play.person().make_deal(
            SHOP, "Резерв", "Марина Соловьёва", [(MODULE, 1, 18900)], Филиал="Москва", Установка="да"
        )
        play.settle()
        (linked_deal,) = play.person("owner").find_deals(originId=f"deal:{deal}")
        assert (play.card(linked_deal)["funnel"], play.card(linked_deal)["client"]) == (SERVICE, "Марина Соловьёва")
        assert play.card(deal)["stage"] == "Резерв"
        assert (play.goods_of_deal(linked_deal), play.orders(linked_deal), play.held(MODULE)) == ([], [], 1)


def test_on_the_eve_of_a_visit_missing_parts_become_a_task_until_they_are_there(played: Play) -> None:
    """H16: Moscow has one, the visit needs two."""
    deal = visit(played, RARE, 2, TOMORROW)
    ready = visit(played, GLASS, 1, LATER)
    played.set_clock("2026-11-23T12:00:30+03:00")
    played.run()
    (task,) = played.tasks()
    assert AT_RISK in task["title"]
    assert [row["id"] for row in played.tasks(deal)] == [task["id"]]
    assert played.tasks(ready) == []
    played.person("warehouse").receive_stock(RARE, MOSCOW, 1)
    played.settle()
    assert played.tasks() == []
    assert played.held(RARE) == 2


def test_a_visit_that_was_moved_is_checked_on_its_own_eve(play: Play) -> None:
    manager, deal = play.person(), visit(play, RARE, 2, TOMORROW)

    def tasks() -> list[str]:
        return [task["title"].partition(":")[0] for task in play.tasks(deal)]

    play.run()
    assert tasks() == ["Докупить под резерв"], "in the morning there is time left to buy"
    play.set_clock("2026-11-23T12:00:30+03:00")
    play.settle()
    assert tasks() == ["Визит под угрозой"]
    manager.set_field(deal, "Дата и время визита", LATER)
    play.settle()
    assert tasks() == ["Докупить под резерв"]
    play.set_clock("2026-11-26T12:00:30+03:00")
    play.run()
    assert tasks() == ["Визит под угрозой"]
    manager.move_deal(deal, "lost")
    play.settle()
    assert play.tasks(deal) == []


def test_a_visit_booked_for_tomorrow_in_the_afternoon_is_checked_at_once(play: Play) -> None:
    play.set_clock("2026-11-23T16:00:00+03:00")
    deal = visit(play, RARE, 2, TOMORROW)
    play.settle()
    assert len(play.tasks(deal)) == 1


def test_parts_at_another_branch_are_not_at_hand(play: Play) -> None:
    """The only one lies in Moscow, the visit is in Saint Petersburg."""
    deal = play.person().make_deal(
        SERVICE, VISIT, "Марина Соловьёва", [(RARE, 1, 71500)],
        **{"Филиал": "Санкт-Петербург", "Дата и время визита": TOMORROW},
    )  # fmt: skip
    play.set_clock("2026-11-23T12:30:00+03:00")
    play.settle()
    (task,) = play.tasks(deal)
    assert AT_RISK in task["title"]


def test_before_the_booking_the_service_orders_nothing(play: Play) -> None:
    lines = [(GLASS, 1, 6200)]
    deals = [
        play.person().make_deal(SERVICE, stage, "Марина Соловьёва", lines, Филиал="Москва")
        for stage in ("Заявка", "Обработан")
    ]
    play.settle()
    assert ([play.orders(deal) for deal in deals], play.held(GLASS)) == ([[], []], 0)
