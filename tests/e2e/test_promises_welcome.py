"""New clients are welcomed: once, in working hours, for no more than the day's money (W5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.handset import Handset
from sverka.domain.messaging.wishes import WelcomeRule
from sverka.store import messages
from tests.e2e.town import COMPANY, Town, town

MARINA, NATALYA = "+79162345602", "+79036789006"
LAMP = [("LAMP-D2S-PHILIPS", 1, 4200)]


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    """The company at ten on a Monday."""
    with town(tmp_path, sockets=False) as opened:
        opened.set_clock("2026-11-23T10:00:00+03:00")
        yield opened


def came(headlights: Town, phone: str) -> list[str]:
    """What came to a phone, a little later."""
    headlights.forward(minutes=2)
    return [row["text"] for row in Handset(headlights.sandbox.ready, COMPANY, phone).messages("max")]


def with_money(headlights: Town, kopecks_a_day: int) -> None:
    """Let the company spend so much a day on welcomes."""
    (company,) = headlights.app.chosen(COMPANY)
    manners = replace(company.policy.manners, welcome=WelcomeRule(("shop",), kopecks_a_day, 350))
    policy = replace(company.policy, manners=manners)
    headlights.app = replace(headlights.app, companies=(replace(company, policy=policy),))


def test_a_new_client_is_welcomed_once_and_an_old_one_never(headlights: Town) -> None:
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Марина Соловьёва", LAMP)
    assert headlights.run("welcome")["done"]["message.max"] == 1
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Марина Соловьёва", LAMP)
    assert headlights.run("welcome")["planned"] == {}
    (text,) = came(headlights, MARINA)
    assert "Фары и свет" in text
    assert "Марина" in text


def test_who_comes_at_night_is_welcomed_when_people_work(headlights: Town) -> None:
    headlights.set_clock("2026-11-23T23:30:00+03:00")
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Марина Соловьёва", LAMP)
    assert headlights.run("welcome")["planned"] == {}
    headlights.set_clock("2026-11-24T08:40:00+03:00")
    assert headlights.run("welcome")["planned"] == {}
    headlights.set_clock("2026-11-24T10:10:00+03:00")
    assert headlights.run("welcome")["done"]["message.max"] == 1


def test_when_the_days_money_is_spent_the_next_waits_for_tomorrow(headlights: Town) -> None:
    with_money(headlights, kopecks_a_day=500)
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Марина Соловьёва", LAMP)
    headlights.forward(minutes=1)
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Наталья Гусева", LAMP)
    assert headlights.run("welcome")["done"]["message.max"] == 1
    headlights.forward(hours=3)
    assert headlights.run("welcome")["planned"] == {}
    with headlights.app.store.reading() as tx:
        waiting = [(row.verdict, row.rule) for row in messages.listing(tx, COMPANY) if row.verdict == "waits"]
    assert waiting == [("waits", "budget")]
    headlights.set_clock("2026-11-24T10:10:00+03:00")
    assert headlights.run("welcome")["done"]["message.max"] == 1
    assert (len(came(headlights, MARINA)), len(came(headlights, NATALYA))) == (1, 1)


def test_what_a_welcome_cost_counts_all_day_though_its_client_is_new_no_more(headlights: Town) -> None:
    with_money(headlights, kopecks_a_day=500)
    headlights.set_clock("2026-11-23T12:00:00+03:00")
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Марина Соловьёва", LAMP)
    headlights.set_clock("2026-11-25T11:00:00+03:00")
    assert headlights.run("welcome")["done"]["message.max"] == 1
    headlights.person().make_deal("Интернет-магазин", "Новая заявка", "Наталья Гусева", LAMP)
    headlights.set_clock("2026-11-25T13:00:00+03:00")
    assert headlights.run("welcome")["planned"] == {}
    headlights.set_clock("2026-11-26T10:10:00+03:00")
    assert headlights.run("welcome")["done"]["message.max"] == 1


def test_whom_nobody_writes_to_costs_nothing_of_the_days_money(headlights: Town) -> None:
    with_money(headlights, kopecks_a_day=500)
    headlights.person().fill_card("Марина Соловьёва", "Как писать", "не писать")
    for client in ("Марина Соловьёва", "Наталья Гусева"):
        headlights.person().make_deal("Интернет-магазин", "Новая заявка", client, LAMP)
    assert headlights.run("welcome")["done"]["message.max"] == 1
    assert (came(headlights, MARINA), len(came(headlights, NATALYA))) == ([], 1)
