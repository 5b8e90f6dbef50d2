"""The sweep, the outbox and the daily letters: each twice in a row, in memory and over sockets."""

from __future__ import annotations

from random import Random

import pytest

from sandbox.faults import Fault
from tests.e2e.town import COMPANY, Town

SHOP = "Интернет-магазин"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"


@pytest.fixture
def deal(headlights: Town) -> int:
    number = headlights.person().make_deal(
        SHOP, "Резерв", "Алексей Воронцов", [(LENS, 2, 8900), (LAMP, 2, 4200)], Филиал="Москва"
    )
    headlights.settle()
    return number


def letters(town: Town) -> list[dict[str, str]]:
    return [row["payload"] for row in town.sandbox.world.journal.effects if row["system"] == "mail"]


@pytest.mark.usefixtures("deal")
def test_a_sweep_over_agreement_plans_nothing_twice(headlights: Town) -> None:
    mark = headlights.mark()
    assert headlights.run("sweep")["planned"] == {}
    assert headlights.run("sweep")["planned"] == {}
    assert headlights.kinds(mark) == []


def test_a_sweep_finds_a_line_deleted_in_the_ledger_and_has_it_put_back(headlights: Town, deal: int) -> None:
    warehouse = headlights.person("warehouse")
    order = headlights.order_of(deal)
    line = headlights.rows("customerordergoods", customer_order_id=order["id"])[0]
    warehouse.ledger("DELETE", "customerordergoods", {"id": line["id"]})
    headlights.run("sweep")
    headlights.forward(minutes=11)
    headlights.run("sweep")
    assert headlights.order_of(deal)["sum"] == "26200.00"
    assert headlights.run("sweep")["planned"] == {}


@pytest.mark.usefixtures("deal")
def test_the_outbox_has_nothing_to_send_twice(headlights: Town) -> None:
    mark = headlights.mark()
    assert headlights.run("outbox")["done"] == {}
    assert headlights.run("outbox")["done"] == {}
    assert headlights.kinds(mark) == []


@pytest.mark.usefixtures("deal")
def test_everybody_gets_one_letter_a_day_however_often_the_job_runs(headlights: Town) -> None:
    for _ in range(3):
        headlights.run("digest")
        headlights.forward(minutes=20)
    assert sorted(letter["to"][0].partition("@")[0] for letter in letters(headlights)) == ["manager", "owner"]
    headlights.forward(hours=24)
    headlights.run("digest")
    assert [letter["to"][0] for letter in letters(headlights)][2:] == ["head@fary.example", "owner@fary.example"], (
        "who has nothing to do gets none"
    )


def test_no_letter_goes_at_night(headlights: Town) -> None:
    headlights.set_clock("2026-11-23T22:00:00+03:00")
    report = headlights.run("digest")
    assert report["skips"] == {"not_now": 1}
    assert letters(headlights) == []


@pytest.mark.usefixtures("deal")
def test_a_portal_that_does_not_answer_keeps_no_letter_back_and_the_letter_says_so(headlights: Town) -> None:
    headlights.later(hours=3)
    headlights.sandbox.world.faults.arm(
        Fault(COMPANY, "bitrix24", "http_502_html", left=50, share=None, random=Random(0), seconds=0)
    )
    report = headlights.run("digest")
    assert report["done"]["letter.digest"] >= 1
    assert "Битрикс24" in letters(headlights)[-1]["text"]
    assert "08:" in letters(headlights)[-1]["text"], "the letter says up to when the data goes"
