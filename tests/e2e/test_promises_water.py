"""The water company has no ledger: its requests are looked after, its clients welcomed in its own words and greeted (W5, W8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from sandbox.handset import Handset
from sverka.settings import NotConnected
from sverka.work import post
from sverka.work.checkup.looking import check_up
from tests.e2e.town import Town, town

SALE, SEARCH = "Продажа", "Поиск"
OLGA = "+79165550101"
WELCOME = "Кристально чистая вода: спасибо, что выбрали нас! Принимаем заказы по +7 495 123-01-45 и на voda.example, пн–сб с 8 до 20."


@pytest.fixture
def water(tmp_path: Path) -> Iterator[Town]:
    """The company at nine on a Monday."""
    with town(tmp_path, sockets=False, company="water") as opened:
        opened.set_clock("2026-11-23T09:00:00+03:00")
        yield opened


def at(water: Town, moment: str, job: str) -> dict[str, Any]:
    """Let a job run at a moment."""
    water.set_clock(f"2026-11-{moment}:00+03:00")
    report = water.run(job)
    assert report["outcome"] == "done", report
    return report


def texts(water: Town, phone: str) -> dict[str, list[str]]:
    """What came to a phone a little later, by channel."""
    water.forward(minutes=2)
    handset = Handset(water.sandbox.ready, "water", phone)
    came = {channel: [each["text"] for each in handset.messages(channel)] for channel in ("sms", "max")}
    return {channel: said for channel, said in came.items() if said}


def test_a_request_is_told_tidied_and_its_client_welcomed_once_in_the_companys_own_words(water: Town) -> None:
    water.person().make_contact("анна", "КРИНИЧНАЯ", "8 (903) 555-77-01")
    deal = water.person().make_deal(SALE, SEARCH, "анна КРИНИЧНАЯ", [("WATER-19", 2, 320)])
    for moment, job in (
        ("09:02", "agreement"),
        ("09:12", "agreement"),
        ("09:12", "welcome"),
        ("10:02", "welcome"),
        ("10:17", "welcome"),
    ):
        at(water, f"23T{moment}", job)
    assert texts(water, "+79035557701") == {"sms": [WELCOME]}
    card = water.person().deal(deal)
    assert card["title"] == f"{deal} Криничная Вода питьевая «Кристальная», 19 л"
    (told,) = [row["MESSAGE"] for row in portal(water).notifications if "заявк" in row["MESSAGE"].lower()]
    assert "Анна Криничная" in told


def test_a_birthday_is_greeted_once_and_the_manager_told(water: Town) -> None:
    water.person().make_deal("Обзвон", "Перезвонить", "Ольга Ручьёва", [("WATER-19", 2, 320)])
    for moment in ("26T09:07", "26T10:07", "26T10:22", "26T15:07"):
        at(water, moment, "birthdays")
    (text,) = texts(water, OLGA)["sms"]
    assert "с днём рождения" in text
    assert len([row for row in portal(water).notifications if "день рождения" in row["MESSAGE"]]) == 1


def test_who_is_to_be_called_is_a_to_do_and_every_job_runs_twice(water: Town) -> None:
    deal = water.person().make_deal("Обзвон", "Пора звонить", "Галина Морозова", [])
    for moment in ("23T10:02", "23T10:12"):
        for job in ("agreement", "visits", "reviews", "birthdays", "welcome", "inbox", "outbox", "sweep"):
            at(water, moment, job)
    assert [row["SUBJECT"] for row in water.person("owner").todos(deal)] == ["Позвонить клиенту"]
    assert water.run("agreement")["planned"] == {}


def test_its_letters_speak_of_no_ledger(water: Town) -> None:
    water.person().make_deal(SALE, SEARCH, "Галина Морозова", [("WATER-19", 2, 320)])
    at(water, "23T10:02", "agreement")
    at(water, "24T08:55", "digest")
    letters = [row["payload"] for row in water.effects() if row["system"] == "mail"]
    read = {letter["to"][0]: post.pages(message_from_string(letter["raw"], policy=default)) for letter in letters}
    assert set(read) == {"owner@voda.example", "head@voda.example", "manager@voda.example"}
    assert "Битрикс24" in read["owner@voda.example"].text
    assert [to for to, pages in read.items() if "Бизнес.ру" in f"{pages.text}{pages.html}"] == []


def portal(water: Town) -> Any:
    """The state of the company's portal."""
    return water.sandbox.world.companies["water"].emulators["bitrix24"].state


def test_a_check_looks_at_the_systems_that_there_are_and_finds_all_well(water: Town) -> None:
    water.sandbox.world.clock.set(datetime.now(UTC))
    (company,) = water.app.chosen("water")
    desk = water.app.desk(company, read_only=True)
    assert not isinstance(desk, NotConnected)
    with closing(desk):
        lines = list(check_up(company, desk, runs_an_hour=18))
    assert [str(line) for line in lines if line.severity not in ("ok", "look")] == []
    assert {line.about for line in lines} == {"Bitrix24", "clocks", "limits", "SMTP", "IMAP"}
