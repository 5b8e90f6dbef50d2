"""How letters to clients read, of every kind but `order_ready`, which has a file of its own: in text as in HTML."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sverka.domain.messaging.adverts import advert_words
from sverka.domain.messaging.facts import ClientFacts
from sverka.domain.messaging.kinds import (
    BIRTHDAY,
    ORDER_READY,
    THANKS_REVIEW,
    VISIT_BOOKED,
    VISIT_CANCELLED,
    VISIT_EVE,
    VISIT_SOON,
    VISITS,
    WELCOME,
)
from sverka.messages.examples_clients import CLIENT_EXAMPLES, HAPPY, NEW, THANKS, VISIT
from sverka.messages.layout import COLUMNS
from sverka.messages.render import SUBJECT_LIMIT, Letter, render
from tests.unit.test_message_texts import MOVED, UGLY, called, spoiled
from tests.unit.test_messages_rendering import EVIL, Page

LETTERS: dict[str, tuple[str, ClientFacts]] = {
    f"{kind} {name}": (kind, facts)
    for kind, named in CLIENT_EXAMPLES.items()
    if kind != ORDER_READY
    for name, facts in {**named, "hostile": spoiled(next(iter(named.values())), EVIL)}.items()
}


@pytest.fixture(params=LETTERS, scope="module")
def case(request: pytest.FixtureRequest) -> tuple[ClientFacts, Letter]:
    kind, facts = LETTERS[request.param]
    return facts, render(kind, facts)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def seen(letter: Letter) -> str:
    return re.sub(r"\s+", " ", plain(Page(letter.html).text))


@pytest.mark.parametrize(
    ("kind", "facts", "subject", "sentences"),
    [
        (VISIT_BOOKED, VISIT, "Вы записаны на вторник, 24 ноября, в 10:00",
         ("Здравствуйте, Марина!", "Это «Фары и свет». Вы записаны на вторник, 24 ноября, в 10:00.", "Когда: вторник, 24 ноября, 10:00",
          "Где: г. Москва, ул. Угрешская, д. 2, стр. 53", "Работы: замена линз, полировка фар",
          "Если планы изменятся, просто ответьте на это письмо: подберём другое время.", "Ольга Климова, ваш менеджер",
          "+7 495 123-45-67")),
        (VISIT_BOOKED, MOVED, "Ваш визит перенесён с 10:00 вторника, 24 ноября, на 14:00 среды, 25 ноября",
         ("Когда: среда, 25 ноября, 14:00",)),
        (VISIT_CANCELLED, VISIT, "Ваш визит во вторник, 24 ноября, в 10:00 отменён",
         ("Если это ошибка или нужен другой день, просто ответьте на это письмо.",)),
        (VISIT_EVE, VISIT, "Ждём вас завтра, во вторник, 24 ноября, в 10:00", ("Где: г. Москва, ул. Угрешская, д. 2, стр. 53",)),
        (VISIT_SOON, replace(VISIT, address="", works=(), manager="", manager_phone=""), "Ждём вас сегодня, 24 ноября, в 10:00",
         ("Где: Москва", "Опаздываете или не сможете приехать? Просто ответьте на это письмо.", "Ваши менеджеры")),
        (THANKS_REVIEW, THANKS, "Спасибо за заказ № 4522! Всё ли вам понравилось?",
         ("Это «Фары и свет». Спасибо за заказ № 4522!", "Будем благодарны, если оставите отзыв",
          "Если что-то вышло не так, просто ответьте на это письмо: разберёмся.")),
        (BIRTHDAY, HAPPY, "Марина, с днём рождения!",
         ("Это «Фары и свет». Поздравляем вас с днём рождения!", "Желаем здоровья, радости и удачи во всём.")),
        (WELCOME, NEW, "«Фары и свет»: ваш менеджер — Ольга Климова",
         ("Это «Фары и свет». Спасибо, что обратились к нам!", "Если будет вопрос, просто ответьте на это письмо.")),
    ],
)  # fmt: skip
def test_the_letter_says(kind: str, facts: ClientFacts, subject: str, sentences: tuple[str, ...]) -> None:
    letter = render(kind, facts)
    text = re.sub(r"\s+", " ", plain(letter.text))
    assert plain(letter.subject) == subject
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert [part for sentence in sentences for part in sentence.split(": ") if part not in seen(letter)] == []


def test_the_letter_has_no_gaps_no_word_of_ours_and_no_advert(case: tuple[ClientFacts, Letter]) -> None:
    facts, letter = case
    for text in (letter.subject, letter.text, Page(letter.html).text):
        assert not re.search(r"None|undefined|Сверка|Битрикс|Бизнес\.ру|сделк", text)
        assert not re.search(r"\.\.|«»|: *$|\( *\)| [,.!?]", text)
        assert advert_words(text) == ()
    assert plain(called(facts))[:9] in plain(letter.text)


@pytest.mark.parametrize("kind", VISITS)
def test_subject_text_and_html_tell_of_the_same_visit(kind: str) -> None:
    letter = render(kind, VISIT)
    assert plain(letter.subject) in re.sub(r"\s+", " ", plain(letter.text))
    assert plain(letter.subject) in seen(letter)


def test_the_subject_is_one_short_line(case: tuple[ClientFacts, Letter]) -> None:
    subject = case[1].subject
    assert 10 < len(subject) <= SUBJECT_LIMIT
    assert plain(subject).isprintable()


def test_the_text_keeps_to_its_columns(case: tuple[ClientFacts, Letter]) -> None:
    too_long = [line for line in case[1].text.splitlines() if len(line) > COLUMNS]
    assert [line for line in too_long if "очень-длинное" not in line and not line.startswith("https://")] == []
    assert "\n\n\n" not in case[1].text


def test_the_html_brings_nothing_from_outside_and_leads_only_to_the_reviews(case: tuple[ClientFacts, Letter]) -> None:
    facts, letter = case
    page = Page(letter.html)
    assert [attributes["href"] for tag, attributes in page.elements if tag == "a"] == [
        link for link in [getattr(facts, "link", "")] if link
    ]
    assert not {tag for tag, _ in page.elements} & {"img", "script", "link", "iframe", "form", "object"}
    assert not re.search(r"url\(|@import|src=", letter.html)
    names = {name for _, attributes in page.elements for name in attributes}
    assert names <= {
        "lang",
        "charset",
        "name",
        "content",
        "class",
        "style",
        "role",
        "width",
        "align",
        "data-css-inline",
        "href",
    }


def test_the_text_holds_the_link_to_the_reviews_on_a_line_of_its_own() -> None:
    for facts in CLIENT_EXAMPLES[THANKS_REVIEW].values():
        assert facts.link in render(THANKS_REVIEW, facts).text.splitlines()  # type: ignore[union-attr]


@pytest.mark.parametrize("ugly", UGLY.values(), ids=UGLY)
def test_what_people_typed_is_text_and_never_mark_up_nor_template(ugly: str) -> None:
    for kind in (VISIT_EVE, THANKS_REVIEW, WELCOME):
        letter = render(kind, spoiled(next(iter(CLIENT_EXAMPLES[kind].values())), ugly))
        f"{letter.subject}{letter.text}{letter.html}".encode()
        assert "<script" not in letter.html
        assert not any(line.startswith("Bcc:") for line in letter.text.split("\n"))
        assert not re.search("[\u202e\u200f\u2066\u2028\x85\x00]", letter.text + letter.subject + letter.html)
        assert ("{{ 7 * 7 }}" in letter.text) is (ugly == EVIL)
