"""People are told, once, and what they are asked to do goes away by itself: requests, calls, to-dos, limits (H2, H3, H17, X5, X6)."""

from __future__ import annotations

import pytest

from tests.e2e.play import LAMP, SERVICE, SHOP, Play

REQUEST, UNREACHED, ASKED = "Новая заявка", "Недозвон", "Запрос на товар"
LATE, MISSED = "Заявка ждёт ответа", "Пропущенный звонок"
CALL = "Дозвониться до клиента"


def request(play: Play, funnel: str = SHOP, stage: str = REQUEST, client: str = "Марина Соловьёва") -> int:
    return play.person().make_deal(funnel, stage, client, [(LAMP, 1, 4200)])


def test_a_new_request_is_told_gets_its_title_and_a_tidy_card(played: Play) -> None:
    """H2, X5."""
    manager = played.person()
    manager.make_contact("пётр", "ЛЕБЕДЕВ", phone="8(916) 111 22 33")
    deal = manager.make_deal(
        SHOP, REQUEST, "пётр ЛЕБЕДЕВ", [(LAMP, 1, 4200)], **{"Адрес доставки": " г.Москва ,ул.Лесная,д.5 "}
    )
    played.settle()
    card = played.card(deal)
    assert card["title"] == f"{deal} Лебедев Лампа ксеноновая Philips D2S Vision"
    assert card["Адрес доставки"] == "г. Москва, ул. Лесная, д. 5"
    assert manager.client("Пётр Лебедев")["fm"][0]["value"] == "+79161112233"
    (notice,) = played.told("manager", "Новая заявка")
    assert "Пётр Лебедев" in notice
    assert "+79161112233" in notice
    assert played.told("head") == []


@pytest.mark.parametrize("funnel_and_stage", [(SHOP, REQUEST), (SERVICE, "Заявка")], ids=["shop", "service"])
def test_what_a_person_writes_afterwards_stays(play: Play, funnel_and_stage: tuple[str, str]) -> None:
    manager = play.person()
    contact = manager.make_contact("Пётр", "Лебедев", phone="8(916) 111 22 33")
    deal = request(play, *funnel_and_stage, client="Пётр Лебедев")
    play.settle()
    manager._update(deal, {"title": "Пётр, звонить после шести"})
    entry = manager.client("Пётр Лебедев")["fm"][0]["id"]
    changed = {"fm": {str(entry): {"id": entry, "value": "8 916 111-22-33", "typeId": "PHONE", "valueType": "WORK"}}}
    manager.bitrix("crm.item.update", {"entityTypeId": 3, "id": contact, "fields": changed})
    play.rest()
    assert play.card(deal)["title"] == "Пётр, звонить после шести"
    assert manager.client("Пётр Лебедев")["fm"][0]["value"] == "8 916 111-22-33"


def test_a_request_without_a_client_is_told_and_gets_its_title_when_the_client_is_known(play: Play) -> None:
    manager = play.person()
    deal = request(play)
    manager.set_client(deal, None)
    play.settle()
    (notice,) = play.told("manager", "Новая заявка")
    assert "клиент не указан" in notice
    manager.set_client(deal, "Наталья Гусева")
    play.settle()
    assert "Гусева" in play.card(deal)["title"]
    assert len(play.told("manager", "Новая заявка")) == 1


def test_nobody_reached_gives_one_call_for_each_stay(played: Play) -> None:
    """H3: once while the deal stands there, once more when it comes back."""
    manager = played.person()
    deal = request(played, stage=UNREACHED)
    played.run()
    assert played.todos(deal, is_open=True) == [CALL]
    manager.move_deal(deal, ASKED)
    played.run()
    assert played.todos(deal, is_open=True) == []
    manager.move_deal(deal, UNREACHED)
    played.settle()
    assert played.todos(deal) == [CALL, CALL]
    assert played.todos(deal, is_open=True) == [CALL]


def test_a_call_that_was_made_is_not_asked_for_again_on_the_same_stay(play: Play) -> None:
    manager = play.person()
    deal = request(play, stage=UNREACHED)
    play.settle()
    manager.complete_todo(manager.todos(deal)[0]["ID"])
    play.forward(hours=3)
    play.rest()
    assert play.todos(deal) == [CALL]


def test_coming_back_between_two_runs_is_a_stay_of_its_own(play: Play) -> None:
    manager = play.person()
    deal = request(play, stage=UNREACHED)
    play.settle()
    play.forward(minutes=5)
    manager.move_deal(deal, REQUEST)
    manager.move_deal(deal, UNREACHED)
    play.settle()
    assert play.todos(deal, is_open=True) == [CALL]
    assert play.todos(deal) == [CALL, CALL]


def test_a_request_and_a_call_that_nobody_answers_go_to_the_manager_then_to_the_head(played: Play) -> None:
    """H17, X5, X6."""
    manager = played.person()
    request(played)
    answered = request(played, client="Наталья Гусева")
    manager.call_back("Наталья Гусева", answered)
    manager.missed_call("Елена Тихонова")
    played.run()
    assert [played.told(person, words) for person in ("manager", "head") for words in (LATE, MISSED)] == [[]] * 4
    played.forward(minutes=16)
    played.run()
    assert [len(played.told("manager", words)) for words in (LATE, MISSED)] == [1, 1]
    assert played.told("head") == []
    played.forward(minutes=15)
    played.settle()
    assert [len(played.told("manager", words)) for words in (LATE, MISSED)] == [1, 1]
    assert [len(played.told("head", words)) for words in (LATE, MISSED)] == [1, 1]
    assert "Соловьёва" in played.told("head", LATE)[0]


@pytest.mark.parametrize("answer", ["calls back", "is reached", "ticks it off"])
def test_a_missed_call_that_was_taken_care_of_alarms_nobody(play: Play, answer: str) -> None:
    manager = play.person()
    call = manager.missed_call("Елена Тихонова")
    play.settle()
    play.forward(minutes=5)
    if answer == "calls back":
        manager.call_back("Елена Тихонова")
    elif answer == "is reached":
        manager.answered_call("Елена Тихонова")
    else:
        manager.complete_todo(call)
    play.forward(minutes=30)
    play.rest()
    assert play.told("manager", MISSED) == []
    assert play.findings("не перезвонил") == []


@pytest.mark.parametrize("how", ["call", "stage"])
def test_a_request_that_was_answered_alarms_nobody(play: Play, how: str) -> None:
    manager = play.person()
    deal = request(play)
    play.settle()
    play.forward(minutes=5)
    if how == "call":
        manager.call_back("Марина Соловьёва", deal)
    else:
        manager.move_deal(deal, ASKED)
    play.settle()
    play.forward(minutes=60)
    play.settle()
    assert play.told("manager", LATE) == []


def test_time_runs_in_working_hours_only(play: Play) -> None:
    """A request at ten in the evening is told at a quarter past nine."""
    play.set_clock("2026-11-23T22:00:00+03:00")
    request(play)
    play.settle()
    play.set_clock("2026-11-24T09:10:00+03:00")
    play.rest()
    assert play.told("manager", LATE) == []
    play.set_clock("2026-11-24T09:16:00+03:00")
    play.settle()
    assert len(play.told("manager", LATE)) == 1


def test_a_deal_that_stands_too_long_at_any_stage_with_a_limit_is_told(play: Play) -> None:
    """X6: a day of working time at «Недозвон» is twelve hours of it … whatever the clock says at night."""
    request(play, stage=UNREACHED)
    play.settle()
    play.set_clock("2026-11-24T09:30:00+03:00")
    play.rest()
    play.set_clock("2026-11-25T10:05:00+03:00")
    play.settle()
    assert len(play.told("manager", "дольше положенного")) == 1
