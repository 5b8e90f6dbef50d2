from __future__ import annotations

import pytest

from sverka.messages.masking import shown, title


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Фары, +7 916 123-45-67", "Фары, +7 916 ***-**-67"),
        ("Фары 8(916)123-45-67", "Фары 8(916)***-**-67"),
        ("+79161234567", "+7916***-**-67"),
        ("89161234567 Рогов", "8916***-**-67 Рогов"),
        ("8\u00a0916\u00a0123\u00a045\u00a067", "8 916 ***-**-67"),
        ("Минск +375 29 123-45-67", "Минск +375 ***"),
        ("почта ivan.petrov@example.ru", "почта и***@example.ru".replace("и***", "i***")),
        ("иван@пример.рф", "и***@пример.рф"),
    ],
)
def test_phones_and_addresses_are_masked(typed: str, text: str) -> None:
    assert plain(shown(typed)) == text


@pytest.mark.parametrize(
    "typed",
    [
        "Заказ 10100",
        "Заказ № 4522 на 1989949,22 ₽",
        "S18_1749",
        "фара 8R0941029AS",
        "12345678901234567890",
        "24.11.2026 10:00",
        "ИНН 7707083893",
    ],
)
def test_numbers_that_are_no_phones_stay(typed: str) -> None:
    assert shown(typed) == typed


def test_a_text_becomes_one_line() -> None:
    assert shown(" Фары\r\nBcc: x\t и  лампы ") == "Фары Bcc: x и лампы"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shown("слово " * 100, 20) == "слово слово слово…"
    assert shown("я" * 500, 20) == "я" * 20 + "…"


def test_a_title_stands_in_quotes_and_is_never_empty() -> None:
    assert title("Заказ «Свет»") == "Заказ „Свет“"
    assert title(" \n") == "без названия"
