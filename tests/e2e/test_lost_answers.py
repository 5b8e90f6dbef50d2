"""An answer is lost after the effect happened: it is looked up, never repeated blindly; nothing is lost, nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.e2e.town import Town, town

LINES = [("HL-HELLA-3R-5", 2, 8900), ("LAMP-D2S-PHILIPS", 2, 4200)]


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        yield opened


def lose_first(town: Town, verb: str, model: str) -> None:
    """Lose the answer to the next such request, once."""
    left = [1]

    def lose(request: httpx.Request) -> bool:
        hit = request.method == verb and request.url.path.endswith(f"/{model}.json") and left[0] > 0
        left[0] -= hit
        return hit

    assert town.transport is not None
    town.transport.lose = lose


@pytest.mark.parametrize(
    ("verb", "model"),
    [
        ("POST", "partners"),
        ("POST", "customerorders"),
        ("POST", "customerordergoods"),
        ("POST", "reservations"),
        ("POST", "reservationgoods"),
    ],
)
def test_a_creation_whose_answer_was_lost_is_found_and_goes_on(headlights: Town, verb: str, model: str) -> None:
    deal = headlights.person().make_deal("Интернет-магазин", "Резерв", "Елена Тихонова", LINES, Филиал="Москва")
    lose_first(headlights, verb, model)
    first = headlights.run()
    assert first["unknown"] == 1, "an open outcome is counted"
    headlights.later(minutes=1)
    headlights.run()
    headlights.later(minutes=3)
    headlights.settle()
    order = headlights.order_of(deal)
    assert order["sum"] == "26200.00"
    assert len(headlights.rows("partners", name="Елена Тихонова")) == 1
    reserves = headlights.reserves_of(order)
    assert len(reserves) == 1
    assert len(headlights.rows("reservationgoods", reservation_id=reserves[0]["id"])) == 2


def test_nothing_is_sent_again_before_the_provider_can_have_finished(headlights: Town) -> None:
    headlights.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", LINES, Филиал="Москва")
    lose_first(headlights, "POST", "customerorders")
    headlights.run()
    mark = headlights.mark()
    headlights.later(seconds=60)
    assert headlights.run()["planned"] == {}
    assert headlights.kinds(mark) == []


def test_a_release_whose_answer_was_lost_is_released_once(headlights: Town) -> None:
    deal = headlights.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", LINES, Филиал="Москва")
    headlights.settle()
    mark = headlights.mark()
    headlights.person().move_deal(deal, "lost")
    lose_first(headlights, "PUT", "reservations")
    headlights.run()
    headlights.later(minutes=3)
    headlights.settle()
    assert sorted(headlights.kinds(mark)) == ["PUT customerorders", "PUT reservations"]


def test_the_number_of_an_order_that_reached_the_deal_unheard_is_not_written_twice(headlights: Town) -> None:
    headlights.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", LINES, Филиал="Москва")
    left = [1]

    def lose(request: httpx.Request) -> bool:
        hit = b"crm.item.update" in request.content and left[0] > 0
        left[0] -= hit
        return hit

    assert headlights.transport is not None
    headlights.transport.lose = lose
    headlights.run()
    headlights.later(minutes=3)
    headlights.settle()
    assert headlights.kinds().count("crm.item.update") == 1


def hold_back(town: Town, method: bytes) -> list[Callable[[], object]]:
    """Let the portal be at work on the requests that name a method, unanswered; return what it still has to do."""
    assert town.transport is not None
    answer, held = town.transport.handle_request, []

    def handle(request: httpx.Request) -> httpx.Response:
        if method in request.read():
            held.append(partial(answer, request))
            raise httpx.ReadTimeout("no answer", request=request)
        return answer(request)

    town.transport.handle_request = handle  # type: ignore[method-assign]
    return held


def test_a_deal_is_left_alone_while_what_fills_it_from_the_store_is_under_way(headlights: Town) -> None:
    lamp = [("LAMP-D2S-PHILIPS", 1, 4200)]
    headlights.person("owner").place_shop_order("Марина Соловьёва", lamp, phone="+79162345602")
    held = hold_back(headlights, b"productrow.set")
    report = headlights.run()
    assert (len(held), report["unknown"], report["skips"]) == (1, 1, {"own_effect_pending": 1})
    held[0]()
    headlights.later(minutes=3)
    headlights.settle()
    assert len(held) == 1, "what stood was not written again"
