from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sverka.domain import russian

DEALS = "сделка|сделки|сделок"
_PLAIN = str.maketrans({russian.NBSP: " ", russian.THIN: " "})


def plain(text: str) -> str:
    """The text with ordinary spaces, for tables that people read."""
    return text.translate(_PLAIN)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 сделок"), (1, "1 сделка"), (2, "2 сделки"), (4, "4 сделки"), (5, "5 сделок"), (11, "11 сделок"), (12, "12 сделок"),
        (14, "14 сделок"), (21, "21 сделка"), (22, "22 сделки"), (25, "25 сделок"), (101, "101 сделка"), (111, "111 сделок"),
        (112, "112 сделок"), (1001, "1 001 сделка"), (1_000_000, "1 000 000 сделок"),
    ],
)  # fmt: skip
def test_a_noun_goes_with_its_number(number: int, text: str) -> None:
    assert plain(russian.counted(number, DEALS)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "один вопрос"),
        (2, "два вопроса"),
        (5, "пять вопросов"),
        (9, "девять вопросов"),
        (12, "12 вопросов"),
        (21, "21 вопрос"),
    ],
)
def test_few_things_are_counted_in_words(number: int, text: str) -> None:
    assert plain(russian.in_words(number, "вопрос|вопроса|вопросов")) == text


@pytest.mark.parametrize(
    ("kopecks", "whole", "exact", "short"),
    [
        (0, "0 ₽", "0 ₽", "0 ₽"),
        (49, "0 ₽", "0,49 ₽", "0 ₽"),
        (50, "1 ₽", "0,50 ₽", "1 ₽"),
        (-50, "−1 ₽", "−0,50 ₽", "−1 ₽"),
        (640_00, "640 ₽", "640 ₽", "640 ₽"),
        (1_234_05, "1 234 ₽", "1 234,05 ₽", "1 234 ₽"),
        (1_126_400_00, "1 126 400 ₽", "1 126 400 ₽", "1,13 млн ₽"),
        (1_989_949_22, "1 989 949 ₽", "1 989 949,22 ₽", "1,99 млн ₽"),
        (999_999_49, "999 999 ₽", "999 999,49 ₽", "999 999 ₽"),
        (999_999_50, "1 000 000 ₽", "999 999,50 ₽", "1 млн ₽"),
        (2_500_000_00, "2 500 000 ₽", "2 500 000 ₽", "2,5 млн ₽"),
        (9_996_000_00, "9 996 000 ₽", "9 996 000 ₽", "10 млн ₽"),
        (18_400_000_00, "18 400 000 ₽", "18 400 000 ₽", "18,4 млн ₽"),
        (18_449_999_00, "18 449 999 ₽", "18 449 999 ₽", "18,4 млн ₽"),
        (1_234_567_890_00, "1 234 567 890 ₽", "1 234 567 890 ₽", "1 234,6 млн ₽"),
        (-1_500_000_00, "−1 500 000 ₽", "−1 500 000 ₽", "−1,5 млн ₽"),
    ],
)
def test_sums_are_written_for_people(kopecks: int, whole: str, exact: str, short: str) -> None:
    written = russian.money(kopecks), russian.money_exact(kopecks), russian.money_short(kopecks)
    assert tuple(plain(text) for text in written) == (whole, exact, short)


def test_no_line_breaks_inside_a_sum_or_between_a_number_and_its_noun() -> None:
    assert " " not in russian.money(1_126_400_00) + russian.money_short(1_126_400_00) + russian.counted(1_000, DEALS)
    assert russian.money(1_126_400_00) == "1\u202f126\u202f400\u00a0₽"


@pytest.mark.parametrize(
    ("hour", "text"),
    [
        (0, "добрый вечер"),
        (4, "доброе утро"),
        (7, "доброе утро"),
        (11, "доброе утро"),
        (12, "добрый день"),
        (17, "добрый день"),
        (18, "добрый вечер"),
    ],
)
def test_the_greeting_follows_the_time_of_day(hour: int, text: str) -> None:
    assert russian.greeting(datetime(2026, 11, 24, hour, 59, tzinfo=UTC)) == text


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Андрей Ковалёв", "Андрей"),
        ("Андрей Сергеевич Ковалёв", "Андрей Сергеевич"),
        ("Ковалёв Андрей Сергеевич", "Андрей Сергеевич"),
        ("Анна Ильинична", "Анна Ильинична"),
        ("Ольга Никитична Рогова", "Ольга Никитична"),
        ("Пётр Лукич Белов", "Пётр Лукич"),
        ("Diane Murphy", "Diane"),
        ("Ольга", "Ольга"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_people_are_called_by_first_name_and_patronymic(name: str, called: str) -> None:
    assert russian.address(name) == called


def test_days_are_written_in_words() -> None:
    assert plain(russian.weekday(date(2026, 11, 24))) == "вторник, 24 ноября"
    assert plain(russian.days_between(date(2026, 11, 20), date(2026, 11, 24))) == "с 20 по 24 ноября"
    assert plain(russian.days_between(date(2026, 10, 30), date(2026, 11, 2))) == "с 30 октября по 2 ноября"
    assert plain(russian.days_between(date(2025, 12, 30), date(2026, 1, 2))) == "с 30 декабря по 2 января"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 24, 8, 5, tzinfo=UTC), "08:05"),
        (datetime(2026, 11, 23, 18, 40, tzinfo=UTC), "23 ноября, 18:40"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "31 декабря 2025 г., 23:59"),
    ],
    ids=["today", "this year", "another year"],
)
def test_a_moment_is_as_short_as_today_allows(moment: datetime, text: str) -> None:
    assert plain(russian.as_of(moment, date(2026, 11, 24))) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("на 178900,00 ₽.", "на 178 900 ₽."),
        ("на 178900,05 ₽ или 12 ₽", "на 178 900,05 ₽ или 12 ₽"),
        ("Заказ № 4522: 3 поз.", "Заказ № 4522: 3 поз."),
        ("похожие на «ООО «Свет»» контрагенты", "похожие на «ООО „Свет“» контрагенты"),
        ("«Заказ» и «Свет»", "«Заказ» и «Свет»"),
        ("артикул 1.5, 20,00 руб", "артикул 1.5, 20,00 руб"),
    ],
)
def test_sentences_of_the_core_are_set_as_in_a_letter(raw: str, text: str) -> None:
    assert plain(russian.typeset(raw)) == text
    assert russian.typeset(russian.typeset(raw)) == russian.typeset(raw)


def test_a_sentence_begins_and_ends_as_one() -> None:
    assert [russian.sentence(text) for text in ("всё сошлось", "что верно?", "Готово.", "")] == [
        "Всё сошлось.",
        "Что верно?",
        "Готово.",
        "",
    ]


def test_quotes_inside_of_quotes_are_the_inner_kind() -> None:
    assert russian.quoted("ООО «Свет»") == "«ООО „Свет“»"
