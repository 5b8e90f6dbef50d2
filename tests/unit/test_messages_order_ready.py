"""How the letter reads that an order is ready, and that what people typed stays what it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest

from sverka.domain.notices import OrderReady, Ware
from sverka.messages.environment import FOLDER
from sverka.messages.examples import EXAMPLES
from sverka.messages.examples_clients import BROUGHT, PICKUP_LATER, PICKUP_NOW
from sverka.messages.layout import COLUMNS
from sverka.messages.render import SUBJECT_LIMIT, Letter, render
from sverka.work.post import compose
from tests.unit.test_messages_rendering import EVIL, Page

KIND = "order_ready"
SENDER = "Сверка <sverka@fary.example>"
HOSTILE = OrderReady(
    company=EVIL, name=EVIL, order=EVIL, way="pickup", address=EVIL, day=date(2026, 11, 26),
    wares=(Ware(EVIL, 10**13, 1_500, 10**14), Ware("", 0, 0, 0)) * 20, sum_kopecks=10**15, due_kopecks=1, manager=EVIL,
)  # fmt: skip
LETTERS = {**EXAMPLES[KIND], "hostile": HOSTILE, "nothing known": replace(PICKUP_NOW, order="", address="")}
ADVERTS = r"(?i)скидк|акци[яию]|%|промокод|бонус|подар|распродаж|выгодн"
"""Words that would make an advert of a service letter."""


@pytest.fixture(params=LETTERS)
def letter(request: pytest.FixtureRequest) -> Letter:
    return render(KIND, LETTERS[request.param])


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("facts", "subject", "sentences"),
    [
        (
            PICKUP_LATER, "Ваш заказ № 4522 собран и ждёт вас с 26 ноября",
            ("Здравствуйте, Алексей!", "Это «Фары и свет».", "Где: г. Москва, ул. Угрешская, д. 2, стр. 53", "Когда: с 26 ноября",
             "Линза Hella 3R, 3 дюйма, 2 × 8 900 ₽", "Итого", "26 840,50 ₽", "Осталось оплатить", "16 840,50 ₽",
             "Просто ответьте на это письмо.", "Ольга Климова, ваш менеджер"),
        ),
        (
            PICKUP_NOW, "Ваш заказ № 4522 собран и ждёт вас",
            ("Здравствуйте!", "Когда: уже можно забирать", "Оплачено", "полностью", "Ваши менеджеры"),
        ),
        (
            BROUGHT, "Ваш заказ № 4522 собран, привезём его 26 ноября",
            ("Куда: г. Тверь, ул. Советская, д. 14, кв. 8", "Когда: четверг, 26 ноября", "Итого к оплате", "Нужен другой день или адрес"),
        ),
    ],
    ids=["pickup later", "pickup now", "delivery"],
)  # fmt: skip
def test_the_letter_says(facts: OrderReady, subject: str, sentences: tuple[str, ...]) -> None:
    letter = render(KIND, facts)
    seen = re.sub(r"\s+", " ", plain(Page(letter.html).text))
    assert plain(letter.subject) == subject
    assert [sentence for sentence in sentences if sentence not in plain(letter.text)] == []
    assert [part for sentence in sentences for part in re.split(r": |, 2", sentence) if part not in seen] == []


def test_a_client_reads_no_word_of_ours_and_no_advert(letter: Letter) -> None:
    for text in (letter.subject, letter.text, Page(letter.html).text):
        assert not re.search(r"None|undefined|Сверка|Битрикс|Бизнес\.ру|сделк", text.replace("очень-длинное-слово", ""))
        assert not re.search(ADVERTS, text)


def test_the_templates_advertise_nothing() -> None:
    for file in (FOLDER / KIND).iterdir():
        assert not re.search(ADVERTS, re.sub(r"\{%.*?%\}", "", file.read_text(encoding="utf-8")))


def test_the_subject_is_one_short_line(letter: Letter) -> None:
    assert 10 < len(letter.subject) <= SUBJECT_LIMIT
    assert len(letter.subject.splitlines()) == 1


def test_the_text_keeps_to_its_columns(letter: Letter) -> None:
    too_long = [line for line in letter.text.splitlines() if len(line) > COLUMNS]
    assert [line for line in too_long if "очень-длинное" not in line] == []
    assert "\n\n\n" not in letter.text


def test_the_html_brings_nothing_from_outside_and_leads_nowhere(letter: Letter) -> None:
    page = Page(letter.html)
    assert not {tag for tag, _ in page.elements} & {"a", "img", "script", "link", "iframe", "form", "object"}
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
    }


def test_what_people_typed_is_text_and_never_mark_up_nor_template() -> None:
    letter = render(KIND, HOSTILE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in letter.html
    assert "{{ 7 * 7 }}" in letter.text
    assert "{{ 7 * 7 }}" in Page(letter.html).text
    assert not any(line.startswith("Bcc:") for line in letter.text.splitlines())


def composed(**more: str) -> EmailMessage:
    letter = render(KIND, HOSTILE)
    payload = {
        "key": "k",
        "to": "a@b.ru",
        "to_name": "Алексей",
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
    }
    return compose(payload | more, SENDER)


def test_a_hostile_letter_has_one_recipient_and_the_heads_it_should_have() -> None:
    message = composed(from_name="Фары и свет", reply_to="manager@fary.example")
    assert message["From"] == "Фары и свет <sverka@fary.example>"
    assert (message["To"], message["Reply-To"], message["Bcc"]) == ("Алексей <a@b.ru>", "manager@fary.example", None)


def test_a_letter_without_a_manager_is_answered_to_its_sender() -> None:
    assert composed(reply_to="")["Reply-To"] is None
    assert composed()["From"] == SENDER
