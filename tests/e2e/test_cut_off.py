"""A write of several requests is cut in two, whatever cuts it: what stands then is our own, it is completed, and nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from sverka.store.ledgers import outbox
from tests.e2e.town import Town, town

LENS, LAMP, GLASS = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS", "GLASS-E90-L"
Lines = list[tuple[str, int, int]]
BEFORE: Lines = [(LENS, 1, 8900), (LAMP, 2, 4200)]
AFTER: Lines = [(LAMP, 3, 4200)]
OTHERS: Lines = [(GLASS, 1, 5600)]

Sort = Callable[[httpx.Request], bool]


class Killed(BaseException):
    """Nothing of what would come next is done any more."""


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        yield opened


def kill(_request: httpx.Request) -> bool:
    raise Killed


def lose(request: httpx.Request) -> bool:
    raise httpx.ReadTimeout("no answer", request=request)


def refuse(_request: httpx.Request) -> bool:
    return True


def last_of(model: str) -> Sort:
    """The last step of a set of lines: nothing is deleted before what is wanted stands."""
    return lambda request: request.method == "DELETE" and request.url.path.endswith(f"/{model}.json")


def writes(method: str) -> Sort:
    return lambda request: method.encode() in request.read()


def cut(town: Town, sort: Sort, how: Sort) -> None:
    """Run, and let something befall the first request of a sort before it reaches its system; wait until that has surely ended."""
    left = [1]

    def befall(request: httpx.Request) -> bool:
        if not left or not sort(request):
            return False
        left.clear()
        return how(request)

    assert town.transport is not None
    town.transport.refuse = befall
    with suppress(Killed):
        town.run()
    assert not left, "there was nothing to cut"
    town.later(minutes=4)


def settled(town: Town) -> int:
    deal = town.person().make_deal("Интернет-магазин", "Резерв", "Алексей Воронцов", BEFORE, Филиал="Москва")
    town.settle()
    town.later(minutes=20)
    return deal


def half_written(town: Town, how: Sort = kill) -> int:
    """A deal whose order was cut off on its way from two lines to a third one."""
    deal = settled(town)
    town.person().set_lines(deal, AFTER)
    cut(town, last_of("customerordergoods"), how)
    return deal


def completes_unasked(town: Town, deal: int) -> bool:
    """Whether the next run lets order and reserve hold what the deal does, and finds nothing to tell."""
    report = town.run()
    order = town.order_of(deal)
    (reserve,) = town.reserves_of(order)
    held = [row["amount"] for row in town.rows("reservationgoods", reservation_id=reserve["id"])]
    wanted = sorted(str(row["quantity"]) for row in town.person().deal_lines(deal))
    return (
        report["findings"] == {} and sorted(held) == sorted(amount for _, amount, _ in town.lines_of(order)) == wanted
    )


@pytest.mark.parametrize(
    ("how", "then"),
    [(kill, AFTER), (refuse, AFTER), (kill, BEFORE), (lose, OTHERS)],
    ids=["killed", "refused", "killed, taken back", "lost, changed again"],
)
def test_lines_of_an_order_are_completed(headlights: Town, how: Sort, then: Lines) -> None:
    deal = half_written(headlights, how)
    if then != AFTER:
        headlights.person().set_lines(deal, then)
    assert completes_unasked(headlights, deal)


def test_lines_of_a_reserve_are_completed_at_once(headlights: Town) -> None:
    deal = settled(headlights)
    headlights.person().set_lines(deal, AFTER)
    cut(headlights, last_of("reservationgoods"), kill)
    assert completes_unasked(headlights, deal)


def test_lines_of_an_order_that_somebody_else_made_are_completed(headlights: Town) -> None:
    deal = half_written(headlights)
    with headlights.app.store.writing() as tx:
        tx.change(update(outbox).where(outbox.c.kind == "order.create").values(external_id="another"))
    assert completes_unasked(headlights, deal)


def test_lines_that_are_put_back_are_completed(headlights: Town) -> None:
    deal = settled(headlights)
    order, warehouse = headlights.order_of(deal)["id"], headlights.person("warehouse")
    warehouse.change_line_amount(order, LAMP, 5)
    warehouse.add_order_line(order, GLASS, 1, 5600)
    headlights.run()
    headlights.later(minutes=20)
    cut(headlights, last_of("customerordergoods"), kill)
    assert completes_unasked(headlights, deal)


def test_what_somebody_changed_after_the_cut_is_asked_about(headlights: Town) -> None:
    order = headlights.order_of(half_written(headlights))["id"]
    headlights.person("warehouse").change_line_amount(order, LENS, 7)
    assert headlights.run()["findings"] == {"conflict": 1}


def test_a_work_order_that_was_begun_on_half_written_lines_is_asked_about(headlights: Town) -> None:
    order, master = headlights.order_of(half_written(headlights))["id"], headlights.person("master")
    master.open_work_order(order)
    master.close_work_order(order)
    assert headlights.run()["findings"].get("conflict") == 1


def test_a_basket_of_the_store_is_completed(headlights: Town) -> None:
    owner = headlights.person("owner")
    order = owner.place_shop_order("Пётр Лебедев", BEFORE, "8 (916) 777-88-99", "p@pochta.example")
    headlights.settle()
    deal = owner.deal_of_shop_order(order)
    assert deal is not None
    headlights.later(minutes=20)
    headlights.person().set_lines(deal, AFTER)

    def cut_in_two(request: httpx.Request) -> bool:
        lamp = next(row["id"] for row in owner.shop_order(order)["basketItems"] if row["quantity"] == 2)
        owner.bitrix("sale.basketitem.update", {"id": lamp, "fields": {"quantity": 3}})
        return lose(request)

    cut(headlights, writes("sale.basketitem.delete"), cut_in_two)
    report = headlights.run()
    basket = [row["quantity"] for row in owner.shop_order(order)["basketItems"]]
    assert (report["findings"].get("conflict"), basket) == (None, [3])


def test_lines_that_a_deal_takes_over_are_its_own_though_the_request_was_lost(headlights: Town) -> None:
    deal = settled(headlights)
    master, order = headlights.person("master"), headlights.order_of(deal)["id"]
    master.change_line_amount(order, LAMP, 5)
    master.open_work_order(order)
    master.close_work_order(order)
    cut(headlights, writes("crm.item.productrow.set"), lose)
    report = headlights.run()
    amounts = sorted(row["quantity"] for row in headlights.person().deal_lines(deal))
    assert (report["findings"].get("conflict"), amounts) == (None, [1, 5])
