"""People are told, once, and what they are asked to do goes away by itself: requests, calls, to-dos, limits (H2, H3, H17, X5, X6)."""

from __future__ import annotations

from tests.e2e.play import LAMP, SERVICE, SHOP, Play

REQUEST, UNREACHED, ASKED = "Новая заявка", "Недозвон", "Запрос на товар"
LATE, MISSED, TOO_LONG = "Заявка ждёт ответа", "Пропущенный звонок", "дольше положенного"
CALL = "Дозвониться до клиента"


def request(play: Play, stage: str = REQUEST, client: str = "Марина Соловьёва", funnel: str = SHOP) -> int:
    return play.person().make_deal(funnel, stage, client, [(LAMP, 1, 4200)])


def test_a_new_request_is_told_and_tidied_and_nobody_reached_gives_one_call_for_each_stay(played: Play) -> None:
    """H2, H3, X5: the notice, the title, the card; then «Недозвон» twice."""
    manager = played.person()
    manager.make_contact("пётр", "ЛЕБЕДЕВ", phone="8(916) 111 22 33")
    deal = manager.make_deal(
        SHOP, REQUEST, "пётр ЛЕБЕДЕВ", [(LAMP, 1, 4200)], **{"Адрес доставки": " г.Москва ,ул.Лесная,д.5 "}
    )
    unreached = request(played, UNREACHED)
    played.run()
    assert played.card(deal)["title"] == f"{deal} Лебедев Лампа ксеноновая Philips D2S Vision"
    assert played.card(deal)["Адрес доставки"] == "г. Москва, ул. Лесная, д. 5"
    assert manager.client("Пётр Лебедев")["fm"][0]["value"] == "+79161112233"
    (notice,) = played.told("manager", "Новая заявка")
    assert f"Сделка № {deal}" in notice
    assert played.told("head") == []
    assert played.todos(unreached, is_open=True) == [CALL]

    manager.move_deal(unreached, ASKED)
    played.run()
    assert played.todos(unreached, is_open=True) == []
    manager.move_deal(unreached, UNREACHED)
    played.settle()
    assert (played.todos(unreached), played.todos(unreached, is_open=True)) == ([CALL, CALL], [CALL])
    assert len(played.told("manager", "Новая заявка")) == 1


def test_what_a_person_writes_afterwards_stays(play: Play) -> None:
    manager = play.person()
    contact = manager.make_contact("Пётр", "Лебедев", phone="8(916) 111 22 33")
    deals = [request(play, client="Пётр Лебедев"), request(play, "Заявка", "Пётр Лебедев", SERVICE)]
    play.run()
    assert ["Лебедев" in play.card(deal)["title"] for deal in deals] == [True, True]
    for deal in deals:
        manager.bitrix("crm.item.update", {"entityTypeId": 2, "id": deal, "fields": {"title": "Пётр, после шести"}})
    entry = manager.client("Пётр Лебедев")["fm"][0]["id"]
    phone = {"id": entry, "value": "8 916 111-22-33", "typeId": "PHONE", "valueType": "WORK"}
    manager.bitrix("crm.item.update", {"entityTypeId": 3, "id": contact, "fields": {"fm": {str(entry): phone}}})
    play.rest()
    assert [play.card(deal)["title"] for deal in deals] == ["Пётр, после шести"] * 2
    assert manager.client("Пётр Лебедев")["fm"][0]["value"] == "8 916 111-22-33"


def test_a_request_without_a_client_is_told_and_gets_its_title_when_the_client_is_known(play: Play) -> None:
    manager, deal = play.person(), request(play)
    manager.set_client(deal, None)
    play.run()
    (notice,) = play.told("manager", "Новая заявка")
    assert "клиент не указан" in notice
    manager.set_client(deal, "Наталья Гусева")
    play.settle()
    assert "Гусева" in play.card(deal)["title"]
    assert len(play.told("manager", "Новая заявка")) == 1


def test_a_call_that_was_made_is_not_asked_for_again_on_the_same_stay(play: Play) -> None:
    deal = request(play, UNREACHED)
    play.run()
    play.person().complete_todo(play.person().todos(deal)[0]["ID"])
    play.forward(hours=3)
    play.rest()
    assert play.todos(deal) == [CALL]


def test_coming_back_between_two_runs_is_a_stay_of_its_own(play: Play) -> None:
    manager, deal = play.person(), request(play, UNREACHED)
    play.run()
    play.forward(minutes=5)
    manager.move_deal(deal, REQUEST)
    manager.move_deal(deal, UNREACHED)
    play.settle()
    assert (play.todos(deal), play.todos(deal, is_open=True)) == ([CALL, CALL], [CALL])


def test_a_request_and_a_call_that_nobody_answers_go_to_the_manager_then_to_the_head(played: Play) -> None:
    """H17, X5, X6."""
    manager = played.person()
    request(played)
    answered = request(played, client="Наталья Гусева")
    manager.call_back("Наталья Гусева", answered)
    manager.missed_call("Елена Тихонова")
    played.forward(minutes=16)
    played.run()
    assert [len(played.told("manager", words)) for words in (LATE, MISSED)] == [1, 1]
    assert played.told("head") == []
    played.forward(minutes=15)
    played.settle()
    assert [len(played.told("manager", words)) for words in (LATE, MISSED)] == [1, 1]
    assert [len(played.told("head", words)) for words in (LATE, MISSED)] == [1, 1]
    assert "Соловьёва" in played.told("head", LATE)[0]


def test_missed_calls_that_were_taken_care_of_alarm_nobody(play: Play) -> None:
    """One is called back, one gets through, one is ticked off."""
    manager = play.person()
    manager.missed_call("Елена Тихонова")
    manager.missed_call("Наталья Гусева")
    ticked_off = manager.missed_call("Марина Соловьёва")
    play.run()
    play.forward(minutes=5)
    manager.call_back("Елена Тихонова")
    manager.answered_call("Наталья Гусева")
    manager.complete_todo(ticked_off)
    play.forward(minutes=30)
    play.rest()
    assert (play.told("manager", MISSED), play.findings("не перезвонил")) == ([], [])


def test_requests_that_were_answered_alarm_nobody(play: Play) -> None:
    """One by a call, one by moving on."""
    called, moved = request(play), request(play, client="Наталья Гусева")
    play.run()
    play.forward(minutes=5)
    play.person().call_back("Марина Соловьёва", called)
    play.person().move_deal(moved, ASKED)
    play.run()
    play.forward(minutes=60)
    play.settle()
    assert play.told("manager", LATE) == []


def test_time_runs_in_working_hours_only(play: Play) -> None:
    """What came at ten in the evening is told at a quarter past nine."""
    play.set_clock("2026-11-23T22:00:00+03:00")
    request(play)
    play.person().missed_call("Елена Тихонова")
    play.run()
    play.set_clock("2026-11-24T09:14:00+03:00")
    play.rest()
    assert (play.told("manager", LATE), play.told("manager", MISSED)) == ([], [])
    play.set_clock("2026-11-24T09:16:00+03:00")
    play.settle()
    assert [len(play.told("manager", words)) for words in (LATE, MISSED)] == [1, 1]


def test_a_deal_that_stands_too_long_at_a_stage_with_a_limit_is_told_to_the_manager_then_to_the_head(
    play: Play,
) -> None:
    """X6: a day is one of working hours, and the time stops when the deal moves on."""
    standing, moving = request(play, UNREACHED), request(play, UNREACHED, "Наталья Гусева")
    play.run()
    play.forward(hours=3)
    play.rest()
    play.person().move_deal(moving, "Резерв")
    play.set_clock("2026-11-24T12:00:00+03:00")
    play.run()
    (notice,) = play.told("manager", TOO_LONG)
    assert f"Сделка № {standing}" in notice
    assert play.told("head", TOO_LONG) == []
    play.set_clock("2026-11-25T12:00:00+03:00")
    play.settle()
    assert (len(play.told("manager", TOO_LONG)), len(play.told("head", TOO_LONG))) == (1, 1)
