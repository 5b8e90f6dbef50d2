"""The daily letters of a company with 1C name what its books hold: played with an accountant who ships and takes money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email import message_from_string
from email.policy import default

import pytest

from tests.e2e.town import Town, town


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Whom a letter is for → its subject and text: three customers are late, one of them also owes what is due today."""
    with town(tmp_path_factory.mktemp("debts"), sockets=False, company="machinery") as t:
        accountant = t.person("accountant")
        t.set_clock("2026-11-23T10:00:00+03:00")
        accountant.ship("ООО «ГидроСнаб»", 128_400, date(2026, 11, 16))
        accountant.ship("ООО «ГидроСнаб»", 40_000, date(2026, 11, 24))
        accountant.ship("АО «Дорстрой-Север»", 90_000, date(2026, 10, 26))
        accountant.ship("ООО «Карьерные машины»", 55_000, date(2026, 11, 2))
        accountant.receive_payment("ООО «ГидроСнаб»", 30_000)
        t.set_clock("2026-11-24T08:20:00+03:00")
        t.run("dunning")
        t.set_clock("2026-11-24T09:00:00+03:00")
        t.run("digest")
        yield _letters(t)


def _letters(t: Town) -> dict[str, str]:
    found = {}
    for effect in t.effects():
        if effect["system"] == "mail":
            message = message_from_string(effect["payload"]["raw"], policy=default)
            body = message.get_body(("plain",))
            assert body is not None
            text = f"{message['subject']}\n{body.get_content()}".replace("\u00a0", " ").replace("\u202f", " ")
            found[message["to"].addresses[0].username] = " ".join(text.split())
    return found


@pytest.mark.parametrize("reader", ["accountant", "head", "owner"])
def test_three_customers_who_are_late_come_to_the_right_sums(letters: dict[str, str], reader: str) -> None:
    letter = letters[reader]
    assert "Нам должны 313 400 ₽ 3 клиента" in letter
    assert "Из них просрочено 273 400 ₽ 3 клиента 8–15 дн.: 128 400 · 16–30 дн.: 145 000" in letter
    assert "Пришло вчера 30 000 ₽ 1 платёж" in letter
    assert "Ждём сегодня 40 000 ₽ 1 документ" in letter
    assert "просрочено 273 400 ₽" in letter.split("доброе утро")[0], "the subject alone is worth reading"
    assert "1С — на 08:20, банк — по 23 ноября." in letter


def test_the_accountant_is_told_what_is_to_be_filled_in(letters: dict[str, str]) -> None:
    assert "НУЖНО ЗАПОЛНИТЬ В 1С" in letters["accountant"]
    assert "Лесные дороги" in letters["accountant"]
