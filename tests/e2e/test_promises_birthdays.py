"""Birthdays, from the date in a contact's card to the phone in the client's hand (W8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.handset import Handset
from sverka.store import messages
from tests.e2e.town import COMPANY, Town, town

ALEKSEI, BORN_TODAY = "+79161234501", "2026-11-26"
"""A client of the little world whose birthday is the 26th of November."""


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    """The company on the morning of the day, with a deal of the client."""
    with town(tmp_path, sockets=False) as opened:
        opened.set_clock(f"{BORN_TODAY}T08:40:00+03:00")
        opened.person().make_deal(
            "Интернет-магазин", "Резерв", "Алексей Воронцов", [("LAMP-D2S-PHILIPS", 1, 4200)], Филиал="Москва"
        )
        yield opened


def at(headlights: Town, clock: str, job: str = "birthdays") -> dict[str, Any]:
    """Run a job at an hour of the day."""
    headlights.set_clock(f"{BORN_TODAY}T{clock}:00+03:00")
    return headlights.run(job)


def greetings(headlights: Town) -> list[str]:
    """What came to the client's phone, a little later."""
    headlights.forward(minutes=2)
    return [row["text"] for row in Handset(headlights.sandbox.ready, COMPANY, ALEKSEI).messages("max")]


def notices(headlights: Town) -> list[str]:
    """What the portal shows to people of it."""
    portal = headlights.sandbox.world.companies[COMPANY].emulators["bitrix24"].state
    return [row["MESSAGE"] for row in portal.notifications if "день рождения" in row["MESSAGE"]]


def test_a_client_is_greeted_once_on_the_day_and_the_manager_is_told(headlights: Town) -> None:
    assert (at(headlights, "08:45")["planned"], greetings(headlights)) == ({}, [])
    assert (at(headlights, "09:07")["done"], greetings(headlights)) == ({"notice.send": 1}, [])
    done = at(headlights, "11:07")["done"]
    assert done == {"message.max": 1, "comment.create": 1}
    assert [at(headlights, clock)["planned"] for clock in ("11:22", "15:07", "18:52", "20:07")] == [{}, {}, {}, {}]
    (text,) = greetings(headlights)
    assert "Алексей" in text
    assert "днём рождения" in text
    assert len(notices(headlights)) == 1


def test_the_greeting_stands_in_the_timeline_of_the_contact(headlights: Town) -> None:
    at(headlights, "11:07")
    contact = headlights.person("owner").client("Алексей Воронцов")["id"]
    wish = {"filter": {"ENTITY_TYPE": "contact", "ENTITY_ID": contact}, "order": {"ID": "ASC"}}
    (comment,) = headlights.person("owner").bitrix("crm.timeline.comment.list", wish)
    assert "Клиенту отправлено сообщение в MAX" in comment["COMMENT"]


def test_who_wrote_stop_is_not_greeted_and_it_is_said_why(headlights: Town) -> None:
    phone = Handset(headlights.sandbox.ready, COMPANY, ALEKSEI)
    phone.writes("max", "Стоп!")
    headlights.run("inbox")
    assert "message.max" not in at(headlights, "11:07")["done"]
    with headlights.app.store.reading() as tx:
        (held,) = messages.listing(tx, COMPANY)
    assert (held.kind, held.verdict, held.rule, greetings(headlights)) == ("birthday", "held", "opted_out", [])
