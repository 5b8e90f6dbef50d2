"""A company's own folder of templates: what it adds and replaces, and that a broken one is told before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sverka.domain.messaging.channels import EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.kinds import VISIT_EVE, VISIT_SOON, Sort
from sverka.messages.examples_clients import GENERIC, VISIT
from sverka.messages.overlay import check_overlay, own_kinds
from sverka.messages.render import render
from sverka.messages.texts import channels_of, text_for

CARD = """\
{{ letter | sms_sender(brief) }}: карта к заказу {{ letter.order or "без номера" }} готова{{ letter | sms_place(brief) }}
{% if letter.day %}Ждём вас {{ letter.day | on_day }}.{% endif %}
"""
Overlay = Callable[..., Path]


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    def made(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return made


def test_a_folder_of_its_own_adds_a_kind_for_the_channels_it_has_texts_for(overlay: Overlay) -> None:
    own = overlay({"card_ready/sms.txt.j2": CARD})
    assert check_overlay(own) == []
    assert own_kinds(own) == ("card_ready",)
    assert channels_of("card_ready", own) == (SMS,)
    assert channels_of("card_ready") == ()
    assert text_for(SMS, "card_ready", GENERIC["full"], own) == (
        "Фары и свет: карта к заказу 4522 готова, ул. Угрешская, 2, стр. 53. Ждём вас в четверг, 26 ноября."
    )
    assert text_for(SMS, "card_ready", GENERIC["bare"], own) == "Фары и свет: карта к заказу без номера готова."
    with pytest.raises(ValueError, match="has no text for"):
        text_for(MAX, "card_ready", GENERIC["full"], own)
    with pytest.raises(ValueError, match="no kind of message"):
        render("card_ready", GENERIC["full"], own)


def test_an_sms_has_plain_signs_whatever_the_template_holds(overlay: Overlay) -> None:
    text = "Заказ №\u00a0{{ letter.order }} на {{ letter.sum_kopecks | money_exact }} готов, №5.\n{{ letter.sum_kopecks | money }}."
    own = overlay({"card_ready/sms.txt.j2": text})
    assert text_for(SMS, "card_ready", GENERIC["full"], own) == "Заказ 4522 на 26 840,50 руб. готов, 5. 26 841 руб."


def test_a_letter_of_its_own_has_our_layout(overlay: Overlay) -> None:
    body = '{% extends "client.PART.j2" %}{% set news, rows, answer = "Карта готова", [], "Ответьте на это письмо." %}'
    own = overlay(
        {"card_ready/subject.txt.j2": "Карта готова: {{ letter.deal_title }}"}
        | {f"card_ready/body.{part}.j2": body.replace("PART", part) for part in ("txt", "html")}
    )
    letter = render("card_ready", GENERIC["full"], own)
    assert check_overlay(own) == []
    assert channels_of("card_ready", own) == (EMAIL,)
    assert letter.subject == "Карта готова: Фары Audi A4"
    assert "Это «Фары и свет». Карта готова." in letter.text
    assert "max-width: 600px" in letter.html


def test_its_file_takes_the_place_of_ours_and_of_no_other(overlay: Overlay) -> None:
    own = overlay({f"{VISIT_EVE}/sms.txt.j2": "{{ letter.company }}: завтра в {{ letter.at | clock }} ждём!"})
    assert check_overlay(own) == []
    assert own_kinds(own) == ()
    assert text_for(SMS, VISIT_EVE, VISIT, own) == "Фары и свет: завтра в 10:00 ждём!"
    assert text_for(SMS, VISIT_EVE, VISIT) != text_for(SMS, VISIT_EVE, VISIT, own)
    assert channels_of(VISIT_EVE, own) == (EMAIL, SMS, WHATSAPP, MAX)
    for channel, kind in ((MAX, VISIT_EVE), (SMS, VISIT_SOON)):
        assert text_for(channel, kind, VISIT, own) == text_for(channel, kind, VISIT)


def test_two_companies_do_not_read_each_others_texts(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name / VISIT_EVE).mkdir(parents=True)
        (tmp_path / name / VISIT_EVE / "sms.txt.j2").write_text(f"{name} {{{{ letter.company }}}}", encoding="utf-8")
    assert [text_for(SMS, VISIT_EVE, VISIT, tmp_path / name) for name in ("first", "second", "first")] == [
        "first Фары и свет", "second Фары и свет", "first Фары и свет",
    ]  # fmt: skip


def test_people_are_text_in_a_companys_own_templates_too(overlay: Overlay) -> None:
    page = "<p>{{ letter.deal_title }}</p>"
    own = overlay(dict.fromkeys(("x/subject.txt.j2", "x/body.txt.j2", "x/body.html.j2", "x/messenger.txt.j2"), page))
    evil = GENERIC["full"].__class__(**{**vars(GENERIC["full"]), "deal_title": "<b>{{ 7 * 7 }}\nвторая строка"})
    assert "<p>&lt;b&gt;{{ 7 * 7 }}" in render("x", evil, own).html
    assert text_for(WHATSAPP, "x", evil, own) == "<p><b>{{ 7 * 7 }} вторая строка</p>"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("card/sms.txt.j2", "a\n{% if letter.day %}\n", r"card/sms\.txt\.j2:2: Unexpected end of template.*'if'\."),
        ("card/sms.txt.j2", "a\n\n{{ letter.day | dya }}", r"card/sms\.txt\.j2:3: No filter named 'dya'\."),
        ("card/sms.txt.j2", "a\n{{ letter.surname }}", r"card/sms\.txt\.j2:2: .*no attribute 'surname'\. Seen in the example «full»\."),
        ("card/sms.txt.j2", "a\n{{ nothing }}", r"card/sms\.txt\.j2:2: 'nothing' is undefined\. .*"),
        ("card/messenger.txt.j2", "a\n\n\n{{ letter.day }}", r"card/messenger\.txt\.j2:4: A template prints datetime\.date.*"),
        ("card/messenger.txt.j2", "{{ letter.day | day }}", r"card/messenger\.txt\.j2:1: .*NoneType.* Seen in the example «bare»\."),
        ("card/sms.txt.j2", "{{ ''.__class__.__mro__ }}", r"card/sms\.txt\.j2:1: access to attribute '__class__'.*"),
        ("card/sms.txt.j2", "{% for x in range(10**9) %}{% endfor %}", r"card/sms\.txt\.j2:1: Range too big.*"),
        ("card/sms.txt.j2", "{{ 1 // 0 }}", r"card/sms\.txt\.j2:1: .*by zero\. .*"),
        ("card/sms.txt.j2", '{% include "more.j2" %}', r"card/sms\.txt\.j2:1: .*more\.j2.*"),
        (f"{VISIT_EVE}/sms.txt.j2", "{{ letter.order }}", r"visit_eve/sms\.txt\.j2:1: .*no attribute 'order'\..*"),
        (f"{VISIT_EVE}/body.html.j2", '{% extends "client.html.j2" %}', r"visit_eve/body\.html\.j2:1: 'news' is undefined\..*"),
        ("layout.html.j2", "<p>\n{{ letter.surname }}</p>", r"layout\.html\.j2:2: .*no attribute 'surname'\..*"),
        ("card/sns.txt.j2", "a", r"card/sns\.txt\.j2: no channel has such a text; a kind's texts are .*sms\.txt\.j2.*"),
        ("card/sms.txt", "a", r"card/sms\.txt: it is no template; they end in \.j2\."),
        ("card/subject.txt.j2", "a", r"card: a letter needs .*; there is only subject\.txt\.j2\."),
        ("card/sms.txt.j2", "{% if letter.name %}a{% endif %}", r".*: the text of card for sms is empty\. Seen in the example «bare»\."),
        ("card/sms.txt.j2", "слово " * 40, r".*: the text of card for sms takes 4 parts, more than 3\. .*"),
        ("card/sms.txt.j2", "Скидка!", r".*: the text of card for sms is an advert by these words: скидка\. .*"),
    ],
)  # fmt: skip
def test_a_broken_template_is_told_with_its_place(overlay: Overlay, name: str, text: str, said: str) -> None:
    own = overlay({name: text})
    told = check_overlay(own)
    assert len(told) >= 1
    assert re.fullmatch(said, told[0].removeprefix(f"{own}/")), told[0]
    assert len(told) == len(set(told))


def test_an_advert_may_say_what_an_advert_says(overlay: Overlay) -> None:
    own = overlay({"promo/sms.txt.j2": "{{ letter.company }}: скидка!"})
    assert check_overlay(own, {"promo": Sort.ADVERT}) == []
    assert len(check_overlay(own, {"promo": Sort.CARE})) == 1


def test_a_folder_that_is_not_there_or_leads_elsewhere_is_told(tmp_path: Path, overlay: Overlay) -> None:
    assert "no such folder" in check_overlay(tmp_path / "nowhere")[0]
    own = overlay({"in/card/sms.txt.j2": CARD, "secret.txt.j2": "secret"}) / "in"
    (own / "card" / "messenger.txt.j2").symlink_to(tmp_path / "secret.txt.j2")
    assert "leads out" in check_overlay(own)[0]


def test_a_template_in_another_encoding_is_told(overlay: Overlay) -> None:
    own = overlay({"card/sms.txt.j2": ""})
    (own / "card" / "sms.txt.j2").write_bytes("карта".encode("cp1251"))
    assert check_overlay(own) == [f"{own}/card/sms.txt.j2: it is not written in UTF-8."]
