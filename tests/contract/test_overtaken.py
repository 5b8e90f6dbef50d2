"""Sets that somebody has overtaken: what stands there is not what the plan was made on, so nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sverka.domain.effects import Answer, Outcome
from tests.contract.portal_world import Town, town
from tests.contract.test_bitrix24_sets import DEAL, SHOP, lamp, line
from tests.contract.test_business_ru_writes import LINES, order_line, wrote
from tests.contract.vendors import HandLedger, always

A, N = Answer.ACCEPTED, Answer.NOT_EXECUTED


@pytest.fixture(scope="module")
def live() -> Iterator[Town]:
    with town() as opened:
        yield opened


def test_a_deal_that_was_moved_meanwhile_is_left_where_it_is(live: Town) -> None:
    (start, _), (reserve, _), (pickup, _) = (
        live.stage(SHOP, name) for name in ("Новая заявка", "Резерв", "Самовывоз/доставка")
    )
    deal, mark = live.deal("Самовывоз/доставка"), live.mark()
    wish = {"deal": deal, "from_stage": start, "stage": reserve, "funnel": ""}
    outcome, probe = live.send("deal.stage", **wish), live.look("deal.stage", wish)
    assert (outcome.answer, outcome.changed, outcome.overtaken) == (N, False, True)
    assert (probe.found, probe.complete) == (False, True)
    assert (live.item(DEAL, deal)["stageId"], live.written(mark)) == (pickup, [])


def test_lines_that_somebody_changed_since_the_plan_was_made_are_left_as_they_are(live: Town) -> None:
    product = lamp(live)
    deal, mark = live.deal(lines=[(product, 1_000, 64_000)]), live.mark()
    wish = {"deal": deal, "lines": [line(product, 64_000, 3_000)]}
    overtaken = live.send("deal.lines", **wish, was=[line(product, 64_000, 2_000)])
    assert (overtaken.answer, overtaken.overtaken, live.written(mark)) == (N, True, [])
    assert live.send("deal.lines", **wish, was=[line(product, 64_000, 1_000)]).answer is A
    assert live.send("deal.lines", **wish, was=[]) == Outcome(A, changed=False)


def test_a_basket_that_the_buyer_changed_since_the_plan_was_made_is_left_as_it_is(live: Town) -> None:
    product = lamp(live)
    order = live.order((product, "Лампа", "2", "640"), (0, "Доставка", "1", "300"))
    wish, mark = {"order": order, "lines": [line(product, 64_000, 3_000)]}, live.mark()
    overtaken = live.send("shop.lines", **wish, was=[line(product, 64_000, 1_000)])
    assert (overtaken.answer, overtaken.overtaken, live.written(mark)) == (N, True, [])
    assert live.send("shop.lines", **wish, was=[line(product, 64_000, 2_000)]).answer is A


@pytest.mark.parametrize(
    ("was", "is_written"),
    [
        pytest.param([("7", 32000, 1000)], True, id="as planned"),
        pytest.param([("7", 32000, 1000), ("9", 500, 1000)], False, id="a line was deleted since"),
        pytest.param([], False, id="a line was added since"),
        pytest.param([("7", 31000, 1000)], False, id="a price was changed since"),
        pytest.param(None, True, id="planned on anything"),
    ],
)
def test_lines_of_an_order_that_somebody_changed_since_the_plan_was_made_are_left_as_they_are(
    was: Any, *, is_written: bool
) -> None:
    ledger = HandLedger(
        models={"customerordergoods": [order_line(1, "7", "320.00", "1"), order_line(2, "8", "1.00", "0")]}
    )
    names = ("good", "price_kopecks", "amount_thousandths")
    payload = {**LINES, "was": None if was is None else [dict(zip(names, each, strict=True)) for each in was]}
    outcome = ledger.client().send("order.lines", payload, always)
    assert (outcome.answer, outcome.overtaken, bool(wrote(ledger))) == (
        (A, False, True) if is_written else (N, True, False)
    )
    assert [(line.ext_id, line.deleted) for line in outcome.news] == (
        [] if is_written else [("1", False), ("2", False)]
    )
    assert ledger.client().look("order.lines", payload).complete
