"""The work set: who enters it by which change, and who leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sverka.domain.plan import Bind, Wake
from sverka.domain.rows import (
    Activity,
    CrmTask,
    Deal,
    DealLine,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    PaymentLink,
    Reserve,
    ReserveLine,
    Row,
    Shipment,
    ShipmentLine,
    ShopOrder,
    ShopOrderLine,
)  # fmt: skip
from sverka.store import attention, bindings, mirror, runs
from sverka.store.engine import Store, Transaction
from tests.make import NOW, deal, order

COMPANY = "headlights"
BOUND, MARKED, LOOSE = "bound", "marked", "loose"


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    """A mirror of an order bound to deal 1, one that bears the mark of deal 2, one of nobody, and the like of the store; all seen."""
    with store.writing() as opened:
        orders = [
            order(ext_id=BOUND, deal_mark=""),
            order(ext_id=MARKED, deal_mark="2"),
            order(ext_id=LOOSE, deal_mark=""),
        ]
        mirror.merge(opened, COMPANY, orders, 1)
        mirror.merge(opened, COMPANY, [reserve(each, order_id=each) for each in (BOUND, MARKED, LOOSE)], 1)
        mirror.merge(opened, COMPANY, [shipment(each, ext_id=each) for each in (BOUND, MARKED, LOOSE)], 1)
        mirror.merge(opened, COMPANY, [shop_order(MARKED, deal_id="5"), shop_order(LOOSE)], 1)
        binds = [Bind("order", "1", BOUND, "T0"), Bind("client", "8", MARKED, "T0"), Bind("shop", "4", BOUND, "T0")]
        assert bindings.bind(opened, COMPANY, binds, 1) == ()
        yield opened


def reserve(ext_id: str, order_id: str = "", mark: str = "") -> Reserve:
    return Reserve(
        ext_id=ext_id, order_id=order_id, store_id="1", held=True, comment="", deal_mark=mark, reserved_at=None
    )


def order_line(order_id: str) -> LedgerOrderLine:
    return LedgerOrderLine(ext_id="l1", order_id=order_id, good_id="g", price_kopecks=1, amount_thousandths=1)


def shipment(order_id: str, mark: str = "", ext_id: str = "s1") -> Shipment:
    return Shipment(
        ext_id=ext_id, order_id=order_id, reserve_id="", store_id="", held=True, sum_kopecks=1, deal_mark=mark
    )


def shipment_line(shipment_id: str) -> ShipmentLine:
    return ShipmentLine(ext_id="l", shipment_id=shipment_id, good_id="g", price_kopecks=1, amount_thousandths=1)


def activity(owner: str) -> Activity:
    return Activity(
        ext_id="a", owner=owner, kind="call", direction="in", completed=True, subject="", responsible_id="", author_id="",
        created_at=NOW, deadline_at=None,
    )  # fmt: skip


def task(deal_id: str) -> CrmTask:
    return CrmTask(
        ext_id="t",
        title="",
        is_done=False,
        responsible_id="",
        deadline_at=None,
        created_at=NOW,
        mark="m",
        deal_id=deal_id,
    )


def shop_order(ext_id: str, deal_id: str = "") -> ShopOrder:
    return ShopOrder(
        ext_id=ext_id, number=ext_id, sum_kopecks=1, currency="RUB", is_paid=False, is_cancelled=False, ordered_at=NOW, client_key="",
        buyer_name="", buyer_phone="", buyer_email="", comment="", responsible_id="", deal_id=deal_id,
    )  # fmt: skip


def shop_line(order_id: str) -> ShopOrderLine:
    return ShopOrderLine(ext_id="b", order_id=order_id, product_id="p", name="", price_kopecks=1, amount_thousandths=1)


def payment(order_id: str) -> PaymentLink:
    return PaymentLink(ext_id="bank:1", order_id=order_id, sum_kopecks=1)


def reserve_line(reserve_id: str) -> ReserveLine:
    return ReserveLine(ext_id="r1", reserve_id=reserve_id, good_id="g", amount_thousandths=1)


CONCERNS: list[tuple[str, Row, tuple[str, ...]]] = [
    ("a deal", deal(ext_id="5"), ("5",)),
    ("a line of a deal", DealLine(ext_id="l", deal_id="6", product_id="", name="", price_kopecks=1, amount_thousandths=1), ("6",)),
    ("the bound order", order(ext_id=BOUND, deal_mark="", sum_kopecks=7), ("1",)),
    ("the marked order", order(ext_id=MARKED, deal_mark="2", sum_kopecks=7), ("2",)),
    ("an order of nobody", order(ext_id=LOOSE, deal_mark="", sum_kopecks=7), ()),
    ("an order bound to one deal that names another", order(ext_id=BOUND, deal_mark="9"), ("1", "9")),
    ("a line of the bound order", order_line(BOUND), ("1",)),
    ("a line of the marked order", order_line(MARKED), ("2",)),
    ("a line of an unknown order", order_line("?"), ()),
    ("a shipment of the bound order", shipment(BOUND), ("1",)),
    ("a shipment of the marked order", shipment(MARKED), ("2",)),
    ("a shipment with a mark of its own", shipment(LOOSE, mark="3"), ("3",)),
    ("a line of the bound order's shipment", shipment_line(BOUND), ("1",)),
    ("a line of the marked order's shipment", shipment_line(MARKED), ("2",)),
    ("a line of a shipment of nobody", shipment_line(LOOSE), ()),
    ("a call in a deal's card", activity("deal:6"), ("6",)),
    ("a call in a client's card", activity("client:6"), ()),
    ("a call in a card of another kind", activity("31:6"), ()),
    ("a task of a deal", task("6"), ("6",)),
    ("a task of nobody", task(""), ()),
    ("an order of the store bound by us", shop_order(BOUND), ("4",)),
    ("an order of the store bound by the portal", shop_order("x", deal_id="6"), ("6",)),
    ("an order of the store bound to two deals", shop_order(BOUND, deal_id="6"), ("4", "6")),
    ("an order of the store of nobody", shop_order("x"), ()),
    ("a position of an order bound by us", shop_line(BOUND), ("4",)),
    ("a position of an order bound by the portal", shop_line(MARKED), ("5",)),
    ("a position of an order of nobody", shop_line(LOOSE), ()),
    ("money for the bound order", payment(BOUND), ("1",)),
    ("money for the marked order", payment(MARKED), ("2",)),
    ("money for no order", payment(""), ()),
    ("a reserve of the bound order", reserve("x", BOUND), ("1",)),
    ("a reserve of the marked order", reserve("x", MARKED), ("2",)),
    ("a reserve with a mark of its own", reserve("x", LOOSE, mark="3"), ("3",)),
    ("a line of the bound order's reserve", reserve_line(BOUND), ("1",)),
    ("a line of the marked order's reserve", reserve_line(MARKED), ("2",)),
    ("a line of a reserve of nobody", reserve_line(LOOSE), ()),
    ("a good", Good(ext_id="g", name="Фара", article="A", is_service=False), ()),
]  # fmt: skip


@pytest.mark.parametrize(("row", "deals"), [case[1:] for case in CONCERNS], ids=[case[0] for case in CONCERNS])
def test_a_changed_row_gives_attention_to_the_deals_that_it_concerns(
    tx: Transaction, row: Row, deals: tuple[str, ...]
) -> None:
    mirror.merge(tx, COMPANY, [row], 2)
    attention.touch_changed(tx, COMPANY, 2)
    assert attention.waiting(tx, COMPANY) == deals


@pytest.mark.parametrize(("row", "deals"), [case[1:] for case in CONCERNS], ids=[case[0] for case in CONCERNS])
def test_a_row_that_goes_gives_attention_to_the_deals_that_it_concerned(
    tx: Transaction, row: Row, deals: tuple[str, ...]
) -> None:
    mirror.merge(tx, COMPANY, [row], 2)
    attention.clear(tx, COMPANY, attention.waiting(tx, COMPANY), 2)
    mirror.keep_only(tx, COMPANY, type(row), [], 3)
    assert set(deals) <= set(attention.waiting(tx, COMPANY))


def test_rows_that_an_earlier_run_wrote_are_no_news(tx: Transaction) -> None:
    mirror.merge(tx, COMPANY, [deal(ext_id="5")], 2)
    attention.touch_changed(tx, COMPANY, 3)
    assert attention.waiting(tx, COMPANY) == ()


def test_a_binding_that_was_retired_leads_nowhere(tx: Transaction) -> None:
    bindings.retire(tx, COMPANY, "order", "1", by="Ирина", reason="не тот заказ")
    mirror.merge(tx, COMPANY, [payment(BOUND)], 2)
    attention.touch_changed(tx, COMPANY, 2)
    assert attention.waiting(tx, COMPANY) == ()


def test_what_was_looked_at_leaves_the_set_unless_a_later_run_touched_it(tx: Transaction) -> None:
    attention.add(tx, COMPANY, ["1", "2", "3"], 5)
    attention.add(tx, COMPANY, ["2"], 6)
    attention.clear(tx, COMPANY, ["1", "2"], 5)
    assert attention.waiting(tx, COMPANY) == ("2", "3")


def test_an_earlier_touch_does_not_hide_a_later_one(tx: Transaction) -> None:
    attention.add(tx, COMPANY, ["1"], 6)
    attention.add(tx, COMPANY, ["1"], 5)
    attention.clear(tx, COMPANY, ["1"], 5)
    assert attention.waiting(tx, COMPANY) == ("1",)


def test_a_touch_by_a_slow_run_is_not_cleared_by_a_quicker_one_that_began_later(tx: Transaction) -> None:
    slow = runs.start(tx, COMPANY, "sweep", "night", NOW, NOW, "p")
    quick = runs.start(tx, COMPANY, "agreement", "03:00", NOW, NOW, "p")
    assert slow is not None
    assert quick is not None
    attention.add(tx, COMPANY, ["1"], slow)
    attention.clear(tx, COMPANY, ["1"], quick)
    assert attention.waiting(tx, COMPANY) == ("1",)
    later = runs.start(tx, COMPANY, "agreement", "03:05", NOW, NOW, "p")
    assert later is not None
    attention.clear(tx, COMPANY, ["1"], later)
    assert attention.waiting(tx, COMPANY) == ()


def test_a_new_policy_is_noticed_once(tx: Transaction) -> None:
    fingerprints = ["a", "a", "b", "a"]
    assert [attention.policy_changed(tx, COMPANY, each) for each in fingerprints] == [True, False, True, True]
    assert attention.policy_changed(tx, "machinery", "a")


def test_everything_means_every_deal_of_the_company(tx: Transaction) -> None:
    mirror.merge(tx, COMPANY, [deal(ext_id="5"), deal(ext_id="6")], 2)
    mirror.merge(tx, "machinery", [deal(ext_id="7")], 2)
    run = runs.start(tx, COMPANY, "agreement", "12:00", NOW, NOW, "p")
    assert run is not None
    attention.everything(tx, COMPANY)
    assert attention.waiting(tx, COMPANY) == ("5", "6")
    attention.clear(tx, COMPANY, ["5", "6"], run)
    assert attention.waiting(tx, COMPANY) == ()


def test_the_types_that_concern_deals_are_those_that_lead_to_one() -> None:
    of_the_crm = {Deal, DealLine, Activity, CrmTask, ShopOrder, ShopOrderLine}
    of_the_ledger = {LedgerOrder, LedgerOrderLine, Reserve, ReserveLine, Shipment, ShipmentLine, PaymentLink}
    assert set(attention.OWNER_FIELDS) == of_the_crm | of_the_ledger


def test_a_call_that_passes_to_another_deal_concerns_both(tx: Transaction) -> None:
    mirror.merge(tx, COMPANY, [activity("deal:6")], 2)
    mirror.merge(tx, COMPANY, [activity("deal:7")], 3)
    attention.touch_changed(tx, COMPANY, 3)
    assert attention.waiting(tx, COMPANY) == ("6", "7")


def woken(tx: Transaction, hours: int) -> tuple[str, ...]:
    """Return the deals that come into the work set so many hours from now."""
    attention.clear(tx, COMPANY, attention.waiting(tx, COMPANY), 9)
    attention.wake_due(tx, COMPANY, NOW + timedelta(hours=hours), 9)
    return attention.waiting(tx, COMPANY)


def wake(deal_id: str, hours: int) -> Wake:
    return Wake(deal_id, NOW + timedelta(hours=hours))


def test_a_deal_is_woken_once_when_its_moment_has_come(tx: Transaction) -> None:
    attention.put_wakes(tx, COMPANY, [], [wake("1", 1), wake("2", 2)])
    attention.put_wakes(tx, "machinery", [], [wake("3", 1)])
    assert [woken(tx, hours) for hours in (0, 1, 1, 2, 9)] == [(), ("1",), (), ("2",), ()]


def test_of_several_moments_of_a_deal_the_earliest_counts(tx: Transaction) -> None:
    attention.put_wakes(tx, COMPANY, ["deal:1"], [wake("1", 3), wake("1", 1), wake("1", 2)])
    assert [woken(tx, hours) for hours in (1, 9)] == [("1",), ()]


def test_a_look_replaces_the_moments_of_the_deals_that_it_looked_at(tx: Transaction) -> None:
    attention.put_wakes(tx, COMPANY, [], [wake("1", 1), wake("2", 1), wake("3", 1)])
    attention.put_wakes(tx, COMPANY, ["deal:1", "deal:2", "client:3"], [wake("1", 5)])
    assert [woken(tx, hours) for hours in (1, 5)] == [("3",), ("1",)]
