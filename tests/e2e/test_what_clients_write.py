"""What clients write back: it stands in the right card, the right person is told of it once, and who asks for silence gets it.

Each run of the job is followed by a second one, which must change nothing. What counts is what the portal and the phones hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sverka.commands import braking, silences
from sverka.store import addresses
from tests.e2e.talk import COMMENT, NOTICE, TODO, Talk
from tests.e2e.test_message_ladder import EMAIL, MAX, SERVICE, VISIT_AT, WHATSAPP, Someone
from tests.e2e.town import COMPANY, town

CLIENTS, MONDAY = 18, "2026-11-23T11:05:00+03:00"
MANAGER, HEAD = "manager", "head"
STRANGER = "+79990001122"
SECOND_PHONE = "+79990003344"
SOON, LATER, LATEST = "2026-12-24T12:00:00+03:00", "2026-12-25T12:00:00+03:00", "2026-12-26T12:00:00+03:00"
MAYBE = "Спасибо, только рекламу не присылайте, стоп"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """The company on a Monday, at an hour for greetings; many clients were told of visits by MAX a moment ago."""
    with town(tmp_path_factory.mktemp("talk"), sockets=False) as opened:
        opened.set_clock(MONDAY)
        street = Talk(opened)
        for _ in range(CLIENTS):
            street.client()
        street.after(1)
        assert [street.taken(each) for each in street.clients] == [[MAX]] * CLIENTS
        yield street


@pytest.fixture
def someone(street: Talk) -> Someone:
    """One of them, who has not written yet."""
    street.wrote += 1
    return street.clients[street.wrote - 1]


# Where it stands, and who is told.


@pytest.mark.parametrize("channel", [MAX, WHATSAPP])
def test_what_comes_back_is_a_comment_in_the_deal_that_the_last_message_was_about_and_a_notice_to_its_manager(
    street: Talk, someone: Someone, channel: str
) -> None:
    words = f"Можно на час позже? {channel}"
    street.hears(channel, words, someone.number)
    assert street.told(words) == [(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]
    where = {MAX: "в MAX", WHATSAPP: "в WhatsApp"}[channel]
    assert street.text(words) == f"{someone.name} пишет {where}\n{words}"
    assert street.waiting() == [], "the card has the words"
    comment = street.timeline(someone.deal)[-1].replace("\u00a0", " ")
    when = street.town.sandbox.world.clock.now().astimezone(datetime.fromisoformat(MONDAY).tzinfo)
    said = f"Клиент написал {where} 23 ноября в {when:%H:%M} ({someone.name}, {someone.number}):\n{words}"
    assert comment.startswith(said)


def test_each_of_several_messages_is_told_in_order_also_when_they_say_the_same(street: Talk, someone: Someone) -> None:
    for words in ("Вы ещё здесь?", "Вы ещё здесь?", "Ау!"):
        someone.handset.writes(MAX, words)
    street.listen()
    assert "Ау!" in street.timeline(someone.deal)[-1]
    assert street.told("Вы ещё здесь?") == [(COMMENT, f"deal:{someone.deal}")] * 2 + [(NOTICE, MANAGER)] * 2


def test_it_stands_in_the_deal_of_the_last_message_that_went_before_it(street: Talk, someone: Someone) -> None:
    second, words = street.visit(someone, SOON), ("О первом визите", "О втором визите", "Снова о первом")
    someone.handset.writes(MAX, words[0])
    street.after(2)
    street.hears(MAX, words[1], someone.number)
    street.move(someone)
    street.after(11)
    street.hears(MAX, words[2], someone.number)
    about = [f"deal:{deal}" for deal in (someone.deal, second, someone.deal)]
    assert [street.told(each) for each in words] == [[(COMMENT, deal), (NOTICE, MANAGER)] for deal in about]


@pytest.mark.parametrize(
    ("name", "number", "words", "is_asked"),
    [
        pytest.param("Наталья Гусева", "+79036789006", "А вы ставите линзы?", False, id="a contact"),
        pytest.param("Сергей Мельник", "+79035678905", "Может, хватит рекламы?", True, id="who may ask for silence"),
        pytest.param("Елена Тихонова", SECOND_PHONE, "Это мой второй номер", False, id="by another phone of the card"),
        pytest.param("ИП Каримов Тимур Рашидович", "+79268901210", "Нужны фары оптом", False, id="a company"),
    ],
)
def test_who_was_told_nothing_is_answered_in_the_own_card(
    street: Talk, name: str, number: str, words: str, *, is_asked: bool
) -> None:
    owner = street.town.person("owner")
    card = f"{'client' if name.startswith('ИП') else 'contact'}:{owner.client(name)['id']}"
    if number == SECOND_PHONE:
        more = {"fm": {"n0": {"typeId": "PHONE", "valueType": "HOME", "value": "8 (999) 000-33-44"}}}
        owner.bitrix("crm.item.update", {"entityTypeId": 3, "id": int(card.partition(":")[2]), "fields": more})
        street.town.run("visits")
    street.hears(WHATSAPP, words, number)
    assert street.told(words) == [(COMMENT, card), (TODO, card, HEAD) if is_asked else (NOTICE, HEAD)]
    assert street.text(words).startswith(name)


@pytest.mark.parametrize(
    ("channel", "words"),
    [(WHATSAPP, "Вы открыты?"), (MAX, "Где вы находитесь?"), (WHATSAPP, "Прошу: не пишите мне"), (WHATSAPP, "СТОП!")],
    ids=["a phone", "a chat", "who may ask for silence", "who asks for silence"],
)
def test_what_nobody_we_know_writes_is_a_notice_for_whoever_answers_what_belongs_to_no_deal(
    street: Talk, channel: str, words: str
) -> None:
    street.hears(channel, words, STRANGER)
    assert street.told(words) == [(NOTICE, HEAD)]
    assert (STRANGER in street.text(words)) is (channel == WHATSAPP)


def test_a_manager_who_has_left_is_stood_in_for(street: Talk, someone: Someone) -> None:
    street.works(MANAGER, still=False)
    street.hears(MAX, "А кто мой менеджер?", someone.number)
    street.works(MANAGER, still=True)
    assert street.told("А кто мой менеджер?") == [(COMMENT, f"deal:{someone.deal}"), (NOTICE, HEAD)]


def test_a_month_after_our_last_message_it_is_about_nothing_any_more(tmp_path: Path) -> None:
    with town(tmp_path, sockets=False) as opened:
        opened.set_clock(MONDAY)
        street = Talk(opened)
        someone = street.client(visit="2027-02-01T12:00:00+03:00")
        street.after(1, 5)
        opened.later(days=30, minutes=-7)
        opened.run("visits")
        street.hears(MAX, "Я ещё об этом", someone.number)
        opened.later(minutes=4)
        opened.run("visits")
        street.hears(MAX, "Я о другом", someone.number)
        assert street.told("Я ещё об этом") == [(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]
        assert street.told("Я о другом") == [(COMMENT, street.card(someone.name)), (NOTICE, HEAD)]


# Who asks for silence.


def test_one_word_ends_all_at_its_channel_and_one_word_lets_us_write_again(street: Talk, someone: Someone) -> None:
    street.hears(MAX, "Стоп.", someone.number)
    assert "о заказах и визитах напишем другим способом" in street.text("Стоп.")
    street.move(someone, SOON)
    street.after(11)
    street.hears(MAX, "Старт!", someone.number)
    assert "Снова можно писать" in street.text("Старт!")
    street.move(someone, LATER)
    street.after(11)
    assert street.taken(someone) == [MAX, WHATSAPP, MAX]
    assert [street.told(word) for word in ("Стоп.", "Старт!")] == [
        [(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]
    ] * 2


def test_one_word_lets_us_write_again_also_to_who_asked_for_silence_before_we_knew_whose_chat_it_is(
    street: Talk,
) -> None:
    someone = street.client()
    street.hears(MAX, "Не беспокоить", someone.number)
    street.after(1)
    street.hears(MAX, "стАРТ", someone.number)
    street.move(someone, SOON)
    street.after(11)
    assert street.taken(someone) == [WHATSAPP, MAX]


def test_who_merely_uses_such_a_word_is_told_of_the_visit_and_the_manager_is_to_read_it(
    street: Talk, someone: Someone
) -> None:
    street.hears(MAX, MAYBE, someone.number)
    assert street.told(MAYBE) == [(COMMENT, f"deal:{someone.deal}"), (TODO, f"deal:{someone.deal}", MANAGER)]
    assert street.text(MAYBE).startswith(
        f"{someone.name}, возможно, просит не писать\n{MAYBE}\nПока не пишем ничего, кроме"
    )
    street.move(someone, SOON)
    street.after(11)
    assert street.taken(someone) == [MAX, MAX]


@pytest.mark.parametrize(("first", "second"), [(MAX, WHATSAPP), (WHATSAPP, MAX)])
def test_of_two_words_the_later_one_holds_by_whichever_channels_they_came(
    street: Talk, someone: Someone, first: str, second: str
) -> None:
    someone.handset.writes(first, "Хватит")
    street.town.later(minutes=1)
    someone.handset.writes(second, "Подписаться")
    street.listen()
    street.move(someone, SOON)
    street.after(11)
    assert street.taken(someone) == [MAX, MAX]
    with street.town.app.store.reading() as tx:
        assert addresses.silences(tx, COMPANY, [someone.number]) == []


def test_a_colleague_may_end_a_silence_and_note_one(street: Talk, someone: Someone) -> None:
    """A client says so on the phone, or was misunderstood."""
    street.hears(MAX, "стоп", someone.number)
    silences.end(street.town.app, COMPANY, someone.number.replace("+7", "8"), "manager")
    street.move(someone, SOON)
    street.after(11)
    assert street.taken(someone) == [MAX, MAX]
    street.hears(MAX, "Стоп, пожалуйста, не надо", someone.number)
    street.hears(MAX, "старт", someone.number)
    assert silences.add(street.town.app, COMPANY, someone.number, "all", "manager", "Звонил, просил не писать")
    assert not silences.add(street.town.app, COMPANY, someone.number, "all", "manager", "Звонил ещё раз")
    street.move(someone, LATER)
    street.after(11)
    assert street.taken(someone) == [MAX, MAX]


def test_a_silence_of_a_chat_that_nobody_knows_is_ended_as_it_is_listed(street: Talk) -> None:
    street.hears(MAX, "Стоп", "+79990005566")
    with street.town.app.store.reading() as tx:
        (listed,) = {each.address for each in addresses.silenced(tx, COMPANY) if not each.address.startswith("+")}
    assert silences.end(street.town.app, COMPANY, listed, "manager")
    assert not silences.end(street.town.app, COMPANY, "+79990005566", "manager")


def test_a_to_do_to_read_it_is_for_within_a_working_hour(street: Talk, someone: Someone) -> None:
    now = street.town.sandbox.world.clock.now()
    street.hears(MAX, "Отписаться можно?", someone.number)
    (todo,) = street.town.person("owner").todos(someone.deal)
    assert 3590 <= (datetime.fromisoformat(todo["DEADLINE"]) - now).total_seconds() <= 3610


def test_who_merely_uses_such_a_word_is_not_greeted_until_the_client_lets_us(street: Talk) -> None:
    name, number, manager = "Дмитрий Журавлёв", "+79213456703", street.town.person()
    born = {"entityTypeId": 3, "id": manager.client(name)["id"], "fields": {"birthdate": "1990-11-23"}}
    manager.bitrix("crm.item.update", born)
    manager.make_deal(SERVICE, "Обработан", name, [], Филиал="Москва")
    street.town.run("visits")
    street.hears(WHATSAPP, MAYBE, number)
    street.town.run("birthdays")
    street.hears(WHATSAPP, "старт", number)
    assert street.phone(number).messages(MAX) == []
    street.town.run("birthdays")
    street.town.later(minutes=1)
    assert ["днём рождения" in each["text"] for each in street.phone(number).messages(MAX)] == [True]


def test_a_letter_that_says_nothing_but_the_word_ends_letters_and_another_lets_us_write_again(street: Talk) -> None:
    someone = street.client(number="", mail="lev@pochta.example")
    honest = "Authentication-Results: mx.fary.example; dmarc=pass header.from=pochta.example"
    forged = honest.replace("pass", "fail")
    street.letter("lev@pochta.example", "стоп", forged)
    street.letter("lev@pochta.example", "стоп", honest, "Auto-Submitted: auto-replied")
    street.letter("lev@pochta.example", "Re: стоп на светофоре", honest)
    street.letter("boris@pochta.example", "стоп", honest)
    street.listen()
    street.after(1)
    street.letter("Lev@Pochta.example", "Стоп", honest)
    street.listen()
    street.move(someone, SOON)
    street.after(11)
    assert street.taken(someone) == [EMAIL]
    street.letter("lev@pochta.example", "СТАРТ", honest)
    street.listen()
    street.move(someone, LATER)
    street.after(11)
    assert street.taken(someone) == [EMAIL, EMAIL]


# Nothing is lost, whatever stands in the way.


@pytest.mark.parametrize("scope", ["all", "tasks", f"{COMPANY}/bitrix24", f"{COMPANY}/deal"])
def test_under_a_brake_nothing_is_lost_and_afterwards_each_is_told_once(
    street: Talk, someone: Someone, scope: str
) -> None:
    scope = f"{scope}:{someone.deal}" if scope.endswith("/deal") else scope
    braking.trip(street.town.app, scope, "Ирина", "проверяем")
    words = [f"{number} под тормозом {scope}" for number in ("Первое", "Второе")]
    for each in words:
        someone.handset.writes(MAX, each)
        assert street.town.run("inbox")["outcome"] == "held"
    assert ([street.told(each) for each in words], street.waiting()) == ([[], []], words)
    braking.reset(street.town.app, scope, "Ирина", "проверили")
    street.listen()
    assert [street.told(each) for each in words] == [[(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]] * 2


def test_who_asks_for_silence_under_a_brake_gets_it_at_once_and_the_manager_learns_of_it_later(
    street: Talk, someone: Someone
) -> None:
    braking.trip(street.town.app, f"{COMPANY}/tasks", "Ирина", "проверяем")
    someone.handset.writes(MAX, "Стоп, стоп!")
    someone.handset.writes(MAX, "стоп")
    street.listen("held")
    street.move(someone, SOON)
    street.after(1, outcome="held")
    assert (street.taken(someone), street.told("Стоп, стоп!")) == ([MAX, WHATSAPP], [])
    braking.reset(street.town.app, f"{COMPANY}/tasks", "Ирина", "проверили")
    street.listen()
    assert street.told("Стоп, стоп!") == [(COMMENT, f"deal:{someone.deal}"), (TODO, f"deal:{someone.deal}", MANAGER)]


def test_a_word_that_a_brake_keeps_from_being_told_does_not_undo_a_later_one(street: Talk, someone: Someone) -> None:
    braking.trip(street.town.app, f"{COMPANY}/deal:{someone.deal}", "Ирина", "проверяем")
    someone.handset.writes(MAX, "Отписка")
    street.listen("held")
    second = street.visit(someone, SOON)
    street.after(2)
    someone.handset.writes(MAX, "Start")
    street.listen("held")
    street.town.person().set_field(second, VISIT_AT, datetime.fromisoformat(LATER))
    street.after(11)
    braking.reset(street.town.app, f"{COMPANY}/deal:{someone.deal}", "Ирина", "проверили")
    street.listen()
    street.town.person().set_field(second, VISIT_AT, datetime.fromisoformat(LATEST))
    street.after(11)
    assert street.taken(someone) == [MAX, WHATSAPP, MAX, MAX]
    assert street.told("Отписка") == [(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]


def test_with_nobody_to_tell_it_waits_until_there_is_somebody(street: Talk) -> None:
    street.works(HEAD, still=False)
    words = ("Есть кто живой?", "Да хватит уже")
    for each in words:
        street.hears(WHATSAPP, each, STRANGER)
    assert [street.told(each) for each in words] == [[], []]
    street.works(HEAD, still=True)
    street.listen()
    assert [street.told(each) for each in words] == [[(NOTICE, HEAD)]] * 2


def test_what_clients_write_does_not_wait_for_our_own_mailbox(street: Talk, someone: Someone) -> None:
    street.trouble("mail", "maintenance")
    someone.handset.writes(MAX, "Почта у вас работает?")
    first, second = street.town.run("inbox"), street.town.run("inbox")
    street.well()
    assert (first["outcome"], second["outcome"]) == ("done", "failed")
    assert street.told("Почта у вас работает?") == [(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]


def test_a_provider_that_is_dead_keeps_nothing_from_us(street: Talk, someone: Someone) -> None:
    someone.handset.writes(MAX, "Дозвониться не могу")
    street.trouble("green_api", "http_500")
    street.listen()
    assert street.told("Дозвониться не могу") == []
    street.well()
    street.listen()
    assert street.told("Дозвониться не могу") == [(COMMENT, f"deal:{someone.deal}"), (NOTICE, MANAGER)]
