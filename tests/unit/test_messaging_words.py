"""What people answer, what may not stand in a service text, and how many SMS a text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.messaging.adverts import advert_words, out_of_place
from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.optout import START_WORDS, STOP_WORDS, Asks, asks
from sverka.domain.messaging.segments import GSM, UCS2, alphabet, parts, units
from tests.strategies import examples

TRIMMINGS = st.text(" .,!?-«»\"'()\n\t\u00a0\u200b🙏😡\ufe0f", max_size=4)


@pytest.mark.parametrize("word", STOP_WORDS)
@pytest.mark.parametrize("dressed", ["{}", "  {}!!! 😡", "«{}».", "{}\n"])
def test_a_word_of_refusal_alone_ends_messages(word: str, dressed: str) -> None:
    assert {asks(dressed.format(case)) for case in (word, word.lower(), word.capitalize())} == {Asks.STOP}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param("CTOП", Asks.STOP, id="Latin look-alikes"),
        pytest.param("стоп", Asks.STOP, id="small letters"),
        pytest.param("ＳＴＯＰ", Asks.STOP, id="wide letters"),
        pytest.param("сто\u200bп", Asks.STOP, id="an invisible sign"),
        pytest.param("Не   пишите.", Asks.STOP, id="spaces between"),
        pytest.param("не\u00a0беспокоить", Asks.STOP, id="a hard space"),
        pytest.param("СТАРТ", Asks.START, id="again"),
        pytest.param("CTAPT", Asks.START, id="again, in Latin look-alikes"),
        pytest.param("Подписаться!", Asks.START, id="subscribe"),
        pytest.param("Не пишите мне больше", Asks.MAYBE, id="a sentence of refusal"),
        pytest.param("Хватит ли двух ламп на обе фары?", Asks.MAYBE, id="a sentence that only sounds like it"),
        pytest.param("Приеду в 10, стоп-сигнал тоже поменяйте", Asks.MAYBE, id="a word with a hyphen"),
        pytest.param("please stop", Asks.MAYBE, id="English"),
        pytest.param("стопка документов готова", Asks.NOTHING, id="letters inside another word"),
        pytest.param("нехватит", Asks.NOTHING, id="the end of another word"),
        pytest.param("стартуем завтра", Asks.NOTHING, id="a start inside another word"),
        pytest.param("когда старт продаж?", Asks.NOTHING, id="a start in a sentence"),
        pytest.param("Оплатим 15-го", Asks.NOTHING, id="something else"),
        pytest.param("", Asks.NOTHING, id="nothing"),
        pytest.param("👍", Asks.NOTHING, id="an emoji"),
    ],
)
def test_an_answer_is_understood(text: str, asked: Asks) -> None:
    assert asks(text) is asked


@given(st.sampled_from(STOP_WORDS + START_WORDS), TRIMMINGS, TRIMMINGS)
@examples(soak=500, short=60)
def test_what_stands_around_a_word_changes_nothing(word: str, before: str, after: str) -> None:
    assert asks(f"{before}{word}{after}") is (Asks.STOP if word in STOP_WORDS else Asks.START)


@given(st.sampled_from(STOP_WORDS), st.sampled_from(["прошу", "завтра", "Please", "2"]), st.booleans())
@examples(soak=100, short=30)
def test_a_refusal_among_other_words_is_for_a_person(word: str, other: str, is_first: bool) -> None:
    assert asks(f"{word}, {other}" if is_first else f"{other} {word}") is Asks.MAYBE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Скидка 10 % на всё", ("скидка", "%")),
        ("Без скидки", ("скидки",)),
        ("СКИДОК нет, скидочная карта, скидкой, скидках", ("скидок", "скидочная", "скидкой", "скидках")),
        ("cкидка", ("скидка",)),
        ("ски\u00adдка", ("скидка",)),
        ("Акция! По акции, акционные товары, две акции, пять акций", ("акция", "акции", "акционные", "акций")),
        ("Акционерное общество, транзакция, редакция, реакция, акционер", ()),
        ("Промокод, промо-код и промокоду", ("промокод", "промо-код", "промокоду")),
        ("Бонус, бонусы, бонусная карта", ("бонус", "бонусы", "бонусная")),
        ("Подарок, подарка, в подарках, подарочный сертификат", ("подарок", "подарка", "подарках", "подарочный")),
        ("Распродажа до пятницы, распродаж больше нет", ("распродажа", "распродаж")),
        ("Выгодно! Выгодная цена, ваша выгода", ("выгодно", "выгодная", "выгода")),
        ("50％ и 5%", ("%",)),
        ("Ваш заказ № 71 готов, ждём вас на Угрешской, 2. Скиньте, пожалуйста, фото.", ()),
        ("Напоминаем: завтра в 10:00 вас ждёт мастер. Подарите себе час.", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_words_of_adverts_are_found_in_all_their_forms(text: str, found: tuple[str, ...]) -> None:
    assert advert_words(text) == found


def test_only_an_advert_may_hold_them() -> None:
    held = {sort: out_of_place(sort, "Скидка ждёт вас") for sort in Sort}
    assert held == {Sort.SERVICE: ("скидка",), Sort.CARE: ("скидка",), Sort.DEBT: ("скидка",), Sort.ADVERT: ()}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("ж" * 70, 1, id="70 Cyrillic"),
        pytest.param("ж" * 71, 2, id="71 Cyrillic"),
        pytest.param("ж" * 134, 2, id="134 Cyrillic"),
        pytest.param("ж" * 135, 3, id="135 Cyrillic"),
        pytest.param("z" * 160, 1, id="160 Latin"),
        pytest.param("z" * 161, 2, id="161 Latin"),
        pytest.param("z" * 306, 2, id="306 Latin"),
        pytest.param("z" * 307, 3, id="307 Latin"),
        pytest.param("z" * 159 + "€", 2, id="159 Latin and a sign of the extension"),
        pytest.param("z" * 152 + "€" + "z" * 152, 3, id="a sign of the extension is not cut"),
        pytest.param("😀" * 35, 1, id="35 emoji"),
        pytest.param("😀" * 36, 2, id="36 emoji"),
        pytest.param("ж" * 66 + "😀" + "ж" * 66, 3, id="an emoji is not cut"),
        pytest.param("z" * 70 + "№", 2, id="one sign brings all into the wide alphabet"),
    ],
)
def test_a_text_is_so_many_messages(text: str, count: int) -> None:
    assert len(parts(text)) == count


@pytest.mark.parametrize("sign", ["№", "₽", "—", "“", "…", "\u00a0", "ё", "😀", "`", "ç"])
def test_a_sign_outside_of_the_narrow_alphabet_makes_the_text_wide(sign: str) -> None:
    assert (alphabet("zakaz"), alphabet(f"zakaz {sign}")) == (GSM, UCS2)


@pytest.mark.parametrize("sign", list("^{}\\[~]|€\f"))
def test_a_sign_of_the_extension_takes_two(sign: str) -> None:
    assert (alphabet(sign), units(sign), units("@£$¥_Ω\n")) == (GSM, 2, 7)


@given(st.text("zж€😀№ {", max_size=400))
@examples(soak=1_000, short=80)
def test_parts_are_the_whole_text_and_none_is_too_long(text: str) -> None:
    sent_in, made = alphabet(text), parts(text)
    room = sent_in.alone if len(made) == 1 else sent_in.in_part
    sizes = [sum(_size(sign, sent_in is GSM) for sign in part) for part in made]
    assert "".join(made) == text
    assert max(sizes) <= room
    assert len(made) == 1 or sum(sizes) > sent_in.alone
    following = [_size(part[0], sent_in is GSM) for part in made[1:]]
    assert all(size + first > room for size, first in zip(sizes, following, strict=False)), "a part could hold more"


def _size(sign: str, is_narrow: bool) -> int:
    return (2 if sign in "€{" else 1) if is_narrow else len(sign.encode("utf-16-le")) // 2
