"""Somebody changes an order between the worker's reading and its write: their work is asked about, never written over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from sverka.store.ledgers import outbox
from tests.e2e.town import COMPANY, Town, town

LAMP, LENS = ("LAMP-D2S-PHILIPS", 2, 4200), ("HL-HELLA-3R-5", 1, 8900)


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        yield opened


def amounts(town: Town, deal: int) -> list[str]:
    return [amount for _, amount, _ in town.lines_of(town.order_of(deal))]


@pytest.mark.parametrize("is_noticed", [True, False], ids=["seen by the next reading", "lost with half a page"])
def test_an_edit_that_the_plan_did_not_know_becomes_a_question(headlights: Town, *, is_noticed: bool) -> None:
    deal = headlights.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", [LAMP], Филиал="Москва")
    headlights.settle()
    headlights.later(minutes=20)
    headlights.person().set_lines(deal, [("LAMP-D2S-PHILIPS", 3, 4200)])
    order, ledger = (
        headlights.order_of(deal)["id"],
        headlights.sandbox.world.companies[COMPANY].emulators["business_ru"],
    )
    ((line, row),) = [
        (key, row)
        for key, row in ledger.state.tables["customerordergoods"].rows.items()
        if row["customer_order_id"] == order
    ]
    unchanged_since, left = row["updated"], [1]

    def edit_before_the_write(request: httpx.Request) -> bool:
        is_writers_look = (
            request.url.path.endswith("/customerordergoods.json")
            and request.url.params.get("customer_order_id") == order
        )
        if is_writers_look and left:
            left.clear()
            headlights.person("warehouse").change_line_amount(order, "LAMP-D2S-PHILIPS", 5)
            if not is_noticed:
                ledger.state.tables["customerordergoods"].rows[line]["updated"] = unchanged_since
        return False

    assert headlights.transport is not None
    headlights.transport.busy = edit_before_the_write
    report = headlights.run()
    assert (report["outcome"], report["findings"].get("conflict"), left) == ("done", 1, [])
    assert amounts(headlights, deal) == ["5"]


def test_what_a_lost_answer_left_half_written_is_completed_and_nobody_is_asked(headlights: Town) -> None:
    deal = headlights.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", [LAMP], Филиал="Москва")
    headlights.settle()
    headlights.later(minutes=20)
    headlights.person().set_lines(deal, [LENS])
    left = [1]

    def lose(request: httpx.Request) -> bool:
        hit = request.method in ("POST", "PUT") and request.url.path.endswith("/customerordergoods.json") and bool(left)
        left[:] = [] if hit else left
        return hit

    assert headlights.transport is not None
    headlights.transport.lose = lose
    assert headlights.run()["unknown"] == 1
    headlights.later(minutes=4)
    report = headlights.run()
    headlights.settle()
    assert (left, report["findings"].get("conflict", 0), amounts(headlights, deal)) == ([], 0, ["1"])


def test_whoever_lost_the_claim_during_the_call_says_nothing_about_its_end(headlights: Town) -> None:
    deal = headlights.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", [LAMP], Филиал="Москва")

    def take_over_while_it_answers(request: httpx.Request) -> bool:
        if request.method == "POST" and request.url.path.endswith("/customerorders.json"):
            with headlights.app.store.writing() as tx:
                tx.change(update(outbox).where(outbox.c.state == "claimed").values(fence=outbox.c.fence + 1))
        return False

    assert headlights.transport is not None
    headlights.transport.lose = take_over_while_it_answers
    report = headlights.run()
    assert report["done"].get("order.create") is None
    assert [told for told in report["sentences"] if "another process has taken it over" in told]
    headlights.later(minutes=3)
    headlights.settle()
    assert len(headlights.orders_of(deal)) == 1
