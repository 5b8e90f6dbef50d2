"""How messages to clients read, by every channel: what they say, how long they are, and that what people typed stays what it is."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.messaging.adverts import advert_words
from sverka.domain.messaging.channels import CHANNEL_BY_NAME, EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.debts import Statement
from sverka.domain.messaging.facts import FACTS, ClientFacts, Generic, Visit, from_json
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    KIND_BY_NAME,
    ORDER_READY,
    SHIPPED,
    SHIPPING_MOVED,
    SHIPPING_TODAY,
    THANKS_REVIEW,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
    VISITS,
    WELCOME,
)
from sverka.domain.messaging.segments import parts
from sverka.domain.russian import quoted
from sverka.messages.clients import firm
from sverka.messages.examples_clients import (
    CLIENT_EXAMPLES,
    GENERIC,
    HAPPY,
    LATER,
    LEAVES,
    LEFT,
    NEW,
    PICKUP_LATER,
    THANKS,
    VISIT,
)
from sverka.messages.texts import channels_of, text_for
from tests.strategies import examples
from tests.unit.test_messages_rendering import EVIL

MOSCOW = ZoneInfo("Europe/Moscow")
CASES = [(kind, name) for kind, named in CLIENT_EXAMPLES.items() for name in named]
SHORT = (SMS, WHATSAPP, MAX)
LONGEST = 3
"""Parts of an SMS with the longest names that are met."""


def sms(kind: str, facts: ClientFacts, **changes: Any) -> str:
    return text_for(SMS, kind, replace(facts, **changes))


def chat(kind: str, facts: ClientFacts, **changes: Any) -> str:
    return text_for(WHATSAPP, kind, replace(facts, **changes))


def called(facts: ClientFacts) -> str:
    """Return how a text names the company that writes: by its name on papers, which has quotes of its own, or by its title in quotes."""
    return firm(facts.company) if isinstance(facts, Statement | Invoice) else quoted(facts.company)


def test_every_kind_has_its_facts_its_examples_and_a_text_for_every_channel() -> None:
    assert set(KIND_BY_NAME) == set(FACTS) == set(CLIENT_EXAMPLES)
    for kind, named in CLIENT_EXAMPLES.items():
        assert channels_of(kind) == (EMAIL, SMS, WHATSAPP, MAX)
        assert {type(facts) for facts in named.values()} == {FACTS[kind]}


MOVED = replace(VISIT, at=datetime(2026, 11, 25, 14, tzinfo=MOSCOW), was_at=VISIT.at)


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        (VISIT_EVE, VISIT, ("Фары и свет: ждём вас завтра, 24 ноября, в 10:00, ул. Угрешская, 2, стр. 53. "
                           "Не сможете? Позвоните: Ольга Климова, +7 495 123-45-67.")),
        (VISIT_SOON, VISIT, ("Фары и свет: ждём вас сегодня, 24 ноября, в 10:00, ул. Угрешская, 2, стр. 53. "
                            "Опаздываете? Позвоните: Ольга Климова, +7 495 123-45-67.")),
        (VISIT_BOOKED, VISIT, ("Фары и свет: вы записаны на вторник, 24 ноября, в 10:00, ул. Угрешская, 2, стр. 53. "
                              "Вопросы: Ольга Климова, +7 495 123-45-67.")),
        (VISIT_BOOKED, MOVED, ("Фары и свет: ваш визит перенесён с 10:00 24 ноября на 14:00 25 ноября, ул. Угрешская, 2, стр. 53. "
                              "Вопросы: +7 495 123-45-67.")),
        (VISIT_CANCELLED, replace(VISIT, manager_phone=""), "Фары и свет: ваш визит во вторник, 24 ноября, в 10:00 отменён."),
        (ORDER_READY, PICKUP_LATER, ("Фары и свет: ваш заказ 4522 собран и ждёт вас с 26 ноября, ул. Угрешская, 2, стр. 53. "
                                    "К оплате 16 840,50 руб.")),
        (ORDER_READY, CLIENT_EXAMPLES[ORDER_READY]["pickup_now"],
         "Фары и свет: ваш заказ 4522 собран и ждёт вас, ул. Угрешская, 2, стр. 53. Оплачен полностью."),
        (ORDER_READY, CLIENT_EXAMPLES[ORDER_READY]["delivery"],
         "Фары и свет: ваш заказ 4522 собран, привезём его 26 ноября, ул. Советская, 14, кв. 8. К оплате 26 840,50 руб."),
        (SHIPPING_TODAY, LEAVES,
         "Дилер-Снаб: ваш заказ 4522 отгружаем сегодня, 24 ноября, перевозчик Деловые Линии. Ваш менеджер: Роман Зорин."),
        (SHIPPING_MOVED, replace(LATER, manager=""), "Дилер-Снаб: отгрузка вашего заказа 4522 переносится: отгрузим в пятницу, 27 ноября."),
        (SHIPPED, LEFT,
         "Дилер-Снаб: ваш заказ 4522 отгружен, перевозчик Деловые Линии, номер отправления 26-0114-7788901. Ваш менеджер: Роман Зорин."),
        (SHIPPED, replace(LEFT, carrier="", manager=""), "Дилер-Снаб: ваш заказ 4522 отгружен, номер отправления 26-0114-7788901."),
        (THANKS_REVIEW, THANKS, "Фары и свет: спасибо за заказ 4522! Будем благодарны за отзыв: https://reviews.example/fary-moscow"),
        (BIRTHDAY, HAPPY, "Фары и свет: Марина, поздравляем вас с днём рождения! Желаем здоровья, радости и удачи во всём."),
        (WELCOME, NEW, "Фары и свет: спасибо, что обратились к нам! Ваш менеджер: Ольга Климова, +7 495 123-45-67."),
    ],
)  # fmt: skip
def test_an_sms_says_in_one_line(kind: str, facts: ClientFacts, text: str) -> None:
    assert text_for(SMS, kind, facts) == text


@pytest.mark.parametrize(
    ("kind", "facts", "lines"),
    [
        (VISIT_EVE, VISIT, (
            "Здравствуйте, Марина! Это «Фары и свет».", "Ждём вас завтра, во вторник, 24 ноября, в 10:00.",
            "Где: г. Москва, ул. Угрешская, д. 2, стр. 53", "Работы: замена линз, полировка фар", "",
            "Если планы изменятся, просто ответьте на это сообщение: подберём другое время.",
            "Ольга Климова, ваш менеджер, +7 495 123-45-67",
        )),
        (VISIT_SOON, replace(VISIT, name="", works=(), manager="", manager_phone=""), (
            "Здравствуйте! Это «Фары и свет».", "Ждём вас сегодня, 24 ноября, в 10:00.", "Где: г. Москва, ул. Угрешская, д. 2, стр. 53", "",
            "Опаздываете или не сможете приехать? Просто ответьте на это сообщение.",
        )),
        (VISIT_BOOKED, MOVED, (
            "Здравствуйте, Марина! Это «Фары и свет».", "Ваш визит перенесён с 10:00 вторника, 24 ноября, на 14:00 среды, 25 ноября.",
            "Где: г. Москва, ул. Угрешская, д. 2, стр. 53", "Работы: замена линз, полировка фар", "",
            "Если планы изменятся, просто ответьте на это сообщение: подберём другое время.",
            "Ольга Климова, ваш менеджер, +7 495 123-45-67",
        )),
        (ORDER_READY, PICKUP_LATER, (
            "Здравствуйте, Алексей! Это «Фары и свет».", "Ваш заказ № 4522 собран и ждёт вас с 26 ноября.",
            "Где: г. Москва, ул. Угрешская, д. 2, стр. 53", "Итого: 26 840,50 ₽", "Осталось оплатить: 16 840,50 ₽", "",
            "Удобнее другой день, есть вопрос? Просто ответьте на это сообщение.", "Ольга Климова, ваш менеджер",
        )),
        (SHIPPED, LEFT, (
            "Здравствуйте, Виктор! Это «Дилер-Снаб».", "Ваш заказ № 4522 отгружен.", "Номер отправления: 26-0114-7788901",
            "Перевозчик: Деловые Линии", "Куда: г. Тверь, ул. Советская, д. 14", "",
            "Если груз задержится или что-то будет не так, просто ответьте на это сообщение: разберёмся.", "Роман Зорин, ваш менеджер",
        )),
        (THANKS_REVIEW, THANKS, (
            "Здравствуйте, Марина! Это «Фары и свет». Спасибо за заказ № 4522!",
            "Будем благодарны, если оставите отзыв: https://reviews.example/fary-moscow", "",
            "Если что-то вышло не так, просто ответьте на это сообщение: разберёмся.", "Ольга Климова, ваш менеджер",
        )),
    ],
)  # fmt: skip
def test_a_messenger_says_in_a_few_lines(kind: str, facts: ClientFacts, lines: tuple[str, ...]) -> None:
    assert text_for(MAX, kind, facts) == text_for(WHATSAPP, kind, facts) == "\n".join(lines)


@pytest.mark.parametrize(
    ("on", "booked", "moved", "cancelled"),
    [
        (23, "на понедельник, 23 ноября, в 10:00.", "с 10:00 понедельника, 23 ноября, на 10:00 воскресенья, 29", "в понедельник, 23"),
        (24, "на вторник, 24 ноября, в 10:00.", "с 10:00 вторника, 24 ноября, на 10:00 понедельника, 30", "во вторник, 24"),
        (25, "на среду, 25 ноября, в 10:00.", "с 10:00 среды, 25 ноября, на 10:00 вторника, 1 декабря", "в среду, 25"),
        (26, "на четверг, 26 ноября, в 10:00.", "с 10:00 четверга, 26 ноября, на 10:00 среды, 2 декабря", "в четверг, 26"),
        (27, "на пятницу, 27 ноября, в 10:00.", "с 10:00 пятницы, 27 ноября, на 10:00 четверга, 3", "в пятницу, 27"),
        (28, "на субботу, 28 ноября, в 10:00.", "с 10:00 субботы, 28 ноября, на 10:00 пятницы, 4", "в субботу, 28"),
        (29, "на воскресенье, 29 ноября, в 10:00.", "с 10:00 воскресенья, 29 ноября, на 10:00 субботы, 5", "в воскресенье, 29"),
    ],
)  # fmt: skip
def test_days_of_the_week_stand_in_their_case(on: int, booked: str, moved: str, cancelled: str) -> None:
    at = datetime(2026, 11, on, 10, tzinfo=MOSCOW)
    assert f"Вы записаны {booked}" in chat(VISIT_BOOKED, VISIT, at=at)
    assert f"Ваш визит перенесён {moved}" in chat(VISIT_BOOKED, VISIT, at=at + timedelta(days=6), was_at=at)
    assert f"Ваш визит {cancelled} ноября, в 10:00 отменён." in chat(VISIT_CANCELLED, VISIT, at=at)
    assert f"завтра, {cancelled} ноября, в 10:00" in chat(VISIT_EVE, VISIT, at=at)


def test_a_visit_that_was_moved_within_its_day_names_the_day_once() -> None:
    said = "аш визит во вторник, 24 ноября, перенесён с 10:00 на 16:30"
    later = VISIT.at.replace(hour=16, minute=30)
    assert said in sms(VISIT_BOOKED, VISIT, at=later, was_at=VISIT.at)
    assert said in chat(VISIT_BOOKED, VISIT, at=later, was_at=VISIT.at)


def test_the_hour_is_that_of_the_branch_also_after_the_facts_were_kept() -> None:
    in_omsk = replace(VISIT, at=datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Omsk")))
    kept = from_json(VISIT_EVE, json.loads(json.dumps(in_omsk.as_json())))
    assert "в 10:00" in text_for(SMS, VISIT_EVE, kept)


@pytest.mark.parametrize(
    ("works", "said"),
    [
        (("Замена линз",), "Работы: замена линз"),
        (("Bi-LED под ключ", "LED-лампы", "Шумоизоляция"), "Работы: Bi-LED под ключ, LED-лампы, шумоизоляция"),
        (("А", "Б", "В", "Г"), "Работы: а, б, в, г"),
        (("Мойка", "Полировка", "Замена", "Г", "Д"), "Работы: мойка, полировка, замена и ещё 2 работы"),
        (tuple("АБВГДЕЖЗ"), "Работы: а, б, в и ещё 5 работ"),
        ((" ", ""), ""),
    ],
)
def test_works_are_named_and_the_rest_counted(works: tuple[str, ...], said: str) -> None:
    lines = [line for line in chat(VISIT_EVE, VISIT, works=works).splitlines() if line.startswith("Работы")]
    assert lines == ([said] if said else [])


def test_works_stand_in_an_sms_where_there_is_room() -> None:
    assert "Замена линз, полировка фар." in sms(VISIT_EVE, VISIT, address="ул. Мира, д. 2", manager="")
    assert "линз" not in sms(VISIT_EVE, VISIT)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("г. Москва, ул. Угрешская, д. 2, стр. 53", ", ул. Угрешская, 2, стр. 53."),
        ("город Тверь, Советская, 14", ", Советская, 14."),
        ("г.Тверь,ул. Мира, д.5", ", ул. Мира, 5."),
        ("пос. Парголово, д. Новая, д. 7", ", пос. Парголово, д. Новая, 7."),
        ("г. Тверь", ", г. Тверь."),
        ("", "."),
    ],
)
def test_an_sms_names_the_place_without_its_city(written: str, said: str) -> None:
    assert f"ждём вас завтра, 24 ноября, в 10:00{said} " in sms(VISIT_EVE, VISIT, address=written)


def test_a_phone_is_written_as_people_read_it_and_a_foreign_one_as_it_is() -> None:
    assert "+7 916 123-45-67" in sms(WELCOME, NEW, manager_phone="+79161234567")
    assert "+375 29 1234567." in sms(WELCOME, NEW, manager_phone="+375 29 1234567")
    assert "Ваш менеджер" not in sms(WELCOME, NEW, manager_phone="")


def test_nobody_is_called_by_what_is_no_name() -> None:
    for kind, facts in ((VISIT_EVE, VISIT), (BIRTHDAY, HAPPY), (WELCOME, NEW), (THANKS_REVIEW, THANKS)):
        for name in ("", "Я" * 41):
            assert chat(kind, facts, name=name).startswith("Здравствуйте! Это «Фары и свет».")
    assert sms(BIRTHDAY, HAPPY, name="Я" * 300).startswith("Фары и свет: поздравляем вас")


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("channel", SHORT)
def test_a_message_names_the_company_first_has_no_gaps_and_no_advert(kind: str, name: str, channel: str) -> None:
    facts = CLIENT_EXAMPLES[kind][name]
    text = text_for(channel, kind, facts)
    first = text.splitlines()[0]
    named = facts.company.rstrip("“»").split(" автокомпоненты")[0]
    assert first.startswith(named) if channel == SMS else " ".join(called(facts).split()) in first
    assert advert_words(text) == ()
    assert not re.search(r"None|undefined|True|Сверка|Битрикс|сделк|  |\.\.| [,.:!?]|«»|: *$|\n\n\n", text)
    assert text == text.strip()
    assert text.replace("\n", "").isprintable()
    assert len(text) <= CHANNEL_BY_NAME[channel].most_signs
    assert len(text.splitlines()) <= (1 if channel == SMS else 9)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_an_sms_takes_two_parts_and_three_with_the_longest_names(kind: str, name: str) -> None:
    text = text_for(SMS, kind, CLIENT_EXAMPLES[kind][name])
    assert len(parts(text)) <= (LONGEST if "long" in name else 2)
    assert not re.search("[№₽\u00a0\u202f\n]", text)
    assert text.count("«") == text.count("»")


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("channel", SHORT)
def test_the_same_facts_always_make_the_same_text(kind: str, name: str, channel: str) -> None:
    facts = CLIENT_EXAMPLES[kind][name]
    kept = from_json(kind, json.loads(json.dumps(facts.as_json())))
    assert kept == facts
    assert text_for(channel, kind, kept) == text_for(channel, kind, facts) == text_for(channel, kind, replace(facts))


@pytest.mark.parametrize("channel", SHORT)
def test_another_occasion_is_another_text(channel: str) -> None:
    moments = [VISIT.at + timedelta(days=days, minutes=minutes) for days in (0, 1, 7) for minutes in (0, 30)]
    for kind in VISITS:
        texts = {text_for(channel, kind, replace(VISIT, at=at)) for at in moments}
        assert len(texts) == len(moments)
    moves = {
        text_for(channel, VISIT_BOOKED, replace(VISIT, at=at, was_at=was_at))
        for at in moments
        for was_at in (None, *moments)
        if at != was_at
    }
    assert len(moves) == len(moments) ** 2
    assert len({text_for(channel, kind, VISIT) for kind in VISITS}) == len(VISITS)
    orders = [
        replace(PICKUP_LATER, order=order, day=day) for order in ("4522", "4523") for day in (None, PICKUP_LATER.day)
    ]
    assert len({text_for(channel, ORDER_READY, order) for order in orders}) == len(orders)
    assert text_for(channel, THANKS_REVIEW, THANKS) != text_for(
        channel, THANKS_REVIEW, replace(THANKS, order_number="4523")
    )


WORDS = st.lists(
    st.sampled_from(("Новый", "свет", "Екатеринбургская", "автокомпоненты", "и", "Юг")), min_size=1, max_size=9
)


@examples(soak=2_000, short=40)
@given(
    company=WORDS,
    street=WORDS,
    works=st.lists(WORDS, max_size=4),
    manager=WORDS,
    kind=st.sampled_from(VISITS),
    moved=st.booleans(),
)
def test_an_sms_gives_way_in_order_and_never_within_a_word(
    company: list[str], street: list[str], works: list[list[str]], manager: list[str], kind: str, moved: bool
) -> None:
    names = [f"Работы{number}" + " ".join(words) for number, words in enumerate(works)]
    visit = replace(
        VISIT, company=" ".join(company), address=", ".join(street), works=tuple(names), manager="М. " + " ".join(manager),
        was_at=VISIT.at - timedelta(days=3) if moved else None,
    )  # fmt: skip
    text = text_for(SMS, kind, visit)
    assert len(parts(text)) <= LONGEST
    assert "24 ноября" in text
    assert "10:00" in text
    assert ("М. " in text) <= ("+7 495 123-45-67" in text), "a name without a phone helps nobody"
    if len(parts(text)) < LONGEST:
        assert visit.company in text
        assert "+7 495 123-45-67" in text, "who can be called is worth a part"
    allowed = set(
        re.findall(r"\w+", " ".join((*company, *street, *names, *(name.lower() for name in names), visit.manager)))
    )
    fixed = set(re.findall(r"\w+", text_for(SMS, kind, replace(visit, company="", address="", works=(), manager=""))))
    assert set(re.findall(r"\w+", text)) <= allowed | fixed | {"Вопросы"}


def test_a_link_is_never_cut() -> None:
    for length in (40, 90, 150, 400):
        link = f"https://reviews.example/{'x' * length}"
        assert sms(THANKS_REVIEW, THANKS, link=link).endswith(f" {link}")
    with pytest.raises(ValueError, match="no address for a letter"):
        sms(THANKS_REVIEW, THANKS, link="javascript:alert(1)")


def spoiled(facts: ClientFacts, ugly: str) -> ClientFacts:
    """Return facts whose texts are all ugly, but for a link and a choice among words."""
    texts = [
        each.name
        for each in fields(facts)
        if isinstance(getattr(facts, each.name), str) and each.name not in ("link", "way")
    ]
    changed: dict[str, Any] = dict.fromkeys(texts, ugly)
    return replace(facts, **changed, **({"works": (ugly, ugly)} if isinstance(facts, Visit) else {}))


UGLY = {
    "evil": EVIL,
    "line breaks": "Иван\r\nBcc: x\u2028y\x85z\x0bw\x00",
    "written from right to left": "\u202eИван\u202c\u200f\u200e\u061c\u2066",
    "half of a sign": "Иван\ud83d",
    "long": "И" * 300,
    "long of words": "Иванов " * 60,
    "template": "{{ letter }}{% for x in y %}{# #}",
    "empty": "",
    "space": " \u00a0\t",
}


@pytest.mark.parametrize("ugly", UGLY.values(), ids=UGLY)
@pytest.mark.parametrize("kind", CLIENT_EXAMPLES)
def test_what_people_typed_is_text_and_breaks_nothing(kind: str, ugly: str) -> None:
    usual = next(iter(CLIENT_EXAMPLES[kind].values()))
    facts = spoiled(usual, ugly)
    for channel in SHORT:
        text = text_for(channel, kind, facts)
        assert text.replace("\n", "").isprintable()
        text.encode()
        assert len(text.splitlines()) <= len(text_for(channel, kind, usual).splitlines())
        assert len(text) <= CHANNEL_BY_NAME[channel].most_signs
        assert len(parts(text)) <= LONGEST or channel != SMS
        assert not re.search(r"\b49\b|&lt;|&amp;", text)
        assert "<script>" in text or ugly != EVIL


def test_only_channels_with_a_text_are_written_for() -> None:
    assert channels_of("answer_reply") == (EMAIL,)
    assert channels_of("no_such_kind") == channels_of("digest") == ()
    for channel, kind in ((EMAIL, VISIT_EVE), (SMS, "answer_reply"), (SMS, "../visit_eve"), ("pigeon", VISIT_EVE)):
        with pytest.raises(ValueError, match="has no text for"):
            text_for(channel, kind, VISIT)


def test_facts_of_a_companys_own_kind_are_the_general_ones() -> None:
    for facts in GENERIC.values():
        assert from_json("card_ready", json.loads(json.dumps(facts.as_json()))) == facts
        assert isinstance(facts, Generic)
