"""What cannot be understood harms itself only: the other deals go on, nothing is lost, and a person is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sverka.domain.rows import DealLine
from sverka.store import mirror
from tests.e2e.town import COMPANY, Town, town

SHOP = "Интернет-магазин"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        yield opened


def spoil(town: Town, change: Callable[[bytes], bytes]) -> None:
    """Change what the portal answers on its way to the worker."""
    assert town.transport is not None
    town.transport.spoil = change


def renamed(body: bytes, old: str, new: str) -> bytes:
    """Replace a text in JSON, however it is escaped there."""
    escaped = json.dumps(old)[1:-1]
    for form in (old, escaped, escaped.replace("/", "\\/"), old.replace("/", "\\/")):
        body = body.replace(form.encode(), json.dumps(new)[1:-1].encode())
    return body


def deals(town: Town) -> tuple[int, int]:
    good = town.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 1, 8900)], Филиал="Москва")
    odd = town.person().make_deal(SHOP, "Резерв", "Марина Соловьёва", [(LAMP, 3, 4321)], Филиал="Москва")
    return good, odd


def test_a_malformed_line_stops_its_own_deal_only(headlights: Town) -> None:
    good, odd = deals(headlights)
    spoil(headlights, lambda body: body.replace(b'"price":4321', b'"price":"1e999"'))
    report = headlights.run()
    assert (report["outcome"], report["findings"]["malformed"]) == ("done", 1)
    assert any("not understood" in sentence for sentence in report["sentences"])
    assert len(headlights.orders_of(good)) == 1
    assert headlights.orders_of(odd) == []
    spoil(headlights, lambda body: body)
    report = headlights.settle()
    assert report["findings"] == {}
    assert headlights.order_of(odd)["sum"] == "12963.00"


def test_a_malformed_line_takes_nothing_away_from_an_order_that_stands(headlights: Town) -> None:
    _, odd = deals(headlights)
    headlights.settle()
    mark = headlights.mark()
    spoil(headlights, lambda body: body.replace(b'"price":4321', b'"price":"1e999"'))
    assert headlights.run()["planned"] == {}
    assert headlights.kinds(mark) == []
    assert len(headlights.lines_of(headlights.order_of(odd))) == 1
    with headlights.app.store.reading() as tx:
        remembered = mirror.where(tx, COMPANY, DealLine, deal_id=str(odd))
    assert [line.price_kopecks for line in remembered] == [432_100], "what was known of the line stays known"


def test_a_malformed_deal_stays_as_it_was_known_and_is_read_again_until_it_is_right(headlights: Town) -> None:
    good, odd = deals(headlights)
    headlights.settle()
    headlights.person().move_deal(odd, "lost")
    spoil(headlights, lambda body: body.replace(b'"opportunity":12963', b'"opportunity":"many"'))
    headlights.run()
    headlights.forward(minutes=30)
    headlights.run()
    headlights.forward(minutes=30)
    assert headlights.run()["findings"]["malformed"] == 1
    spoil(headlights, lambda body: body)
    headlights.settle()
    assert [row["held"] for row in headlights.reserves_of(headlights.order_of(odd))] == [False]
    assert [row["held"] for row in headlights.reserves_of(headlights.order_of(good))] == [True]


def test_an_unknown_stage_is_told_and_the_other_deals_go_on(headlights: Town) -> None:
    good, odd = deals(headlights)
    spoil(headlights, lambda body: renamed(body, "Самовывоз/доставка", "Выдача"))
    headlights.person().move_deal(odd, "Самовывоз/доставка")
    report = headlights.run()
    assert report["findings"] == {"unknown_stage": 1}
    assert len(headlights.orders_of(good)) == 1


def test_an_incomplete_reading_creates_and_removes_nothing(headlights: Town) -> None:
    from random import Random

    from sandbox.faults import Fault

    good, _ = deals(headlights)
    headlights.settle()
    mark = headlights.mark()
    headlights.person().move_deal(good, "lost")
    for _ in range(3):
        fault = Fault("headlights", "business_ru", "half_page", left=None, share=1.0, random=Random(1), seconds=0)
        headlights.sandbox.world.faults.arm(fault)
        headlights.run()
        headlights.sandbox.world.faults.clear()
    written = [kind for kind in headlights.kinds(mark) if not kind.startswith("crm.")]
    headlights.settle()
    assert written in ([], ["PUT reservations", "PUT customerorders"])
    assert [row["held"] for row in headlights.reserves_of(headlights.order_of(good))] == [False]


def test_a_deal_deleted_in_the_portal_is_found_by_the_sweep_and_asked_about(headlights: Town) -> None:
    good, _ = deals(headlights)
    headlights.settle()
    headlights.person("owner").bitrix("crm.item.delete", {"entityTypeId": 2, "id": good})
    mark = headlights.mark()
    report = headlights.run("sweep")
    assert report["findings"] == {"missing": 1}
    assert headlights.kinds(mark) == []
    assert headlights.run()["findings"] == {"missing": 1}
