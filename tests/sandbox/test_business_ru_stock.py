"""Stock laws of Бизнес.ру: reservations reserve, shipments take away and use reserves up, and all of it goes back."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from business_ru_desk import Desk

Deed = Callable[[Desk, str, str], object]
"""What is done at a desk with a good and a reservation of 3 of the 10 that lie in the store."""


def _line(desk: Desk, document: str, model: str = "reservation") -> str:
    return str(desk.manager.get(f"{model}goods", **{f"{model}_id": document})[0]["id"])


def _add_line(desk: Desk, good: str, reservation: str, amount: str = "2") -> str:
    return desk.manager.post("reservationgoods", reservation_id=reservation, good_id=good, amount=amount)


def _ship(desk: Desk, good: str, reservation: str, amount: str = "3", held: int = 1) -> str:
    return desk.document("realizations", (good, amount), reservation_id=reservation, held=held)


def _ship_and_unpost(desk: Desk, good: str, reservation: str) -> None:
    desk.manager.put("realizations", _ship(desk, good, reservation), held=0)


def _release_and_reserve_again(desk: Desk, _: str, reservation: str) -> None:
    for held in (0, 1):
        desk.manager.put("reservations", reservation, held=held)


LAWS: dict[str, tuple[Deed, tuple[str, str]]] = {
    "a held reservation reserves": (lambda *_: None, ("10", "3")),
    "a line added is reserved at once": (_add_line, ("10", "5")),
    "a line changed": (lambda d, _, r: d.manager.put("reservationgoods", _line(d, r), amount="1.5"), ("10", "1.5")),
    "a line deleted": (lambda d, _, r: d.manager.delete("reservationgoods", _line(d, r)), ("10", "0")),
    "beyond free stock": (lambda d, g, r: _add_line(d, g, r, "20"), ("10", "23")),
    "released": (lambda d, _, r: d.manager.put("reservations", r, held=0), ("10", "0")),
    "released and reserved again": (_release_and_reserve_again, ("10", "3")),
    "deleted": (lambda d, _, r: d.manager.delete("reservations", r), ("10", "0")),
    "moved to another store": (lambda d, _, r: d.manager.put("reservations", r, store_id=d.store("Склад Питер")), ("10", "0")),
    "a draft of a shipment": (lambda d, g, r: _ship(d, g, r, held=0), ("10", "3")),
    "shipped": (_ship, ("7", "0")),
    "shipped in part": (lambda d, g, r: _ship(d, g, r, "1"), ("9", "2")),
    "shipped more than reserved": (lambda d, g, r: _ship(d, g, r, "4"), ("6", "0")),
    "shipped without naming the reserve": (lambda d, g, _: d.document("realizations", (g, "3")), ("7", "3")),
    "shipped and taken back": (_ship_and_unpost, ("10", "3")),
    "the shipment deleted": (lambda d, g, r: d.manager.delete("realizations", _ship(d, g, r)), ("10", "3")),
    "a shipped line changed": (
        lambda d, g, r: d.manager.put("realizationgoods", _line(d, _ship(d, g, r), "realization"), amount="2"),
        ("8", "1"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("deed", "stock"), LAWS.values(), ids=LAWS.keys())
def test_stock_follows_documents(deed: Deed, stock: tuple[str, str]) -> None:
    desk = Desk()
    good = desk.good(pieces=10)
    deed(desk, good, desk.document("reservations", (good, "3")))
    assert desk.stock(good) == stock


def test_a_reserve_that_moved_lies_in_the_other_store() -> None:
    desk = Desk()
    good = desk.good()
    reservation = desk.document("reservations", (good, "3"))
    desk.manager.put("reservations", reservation, store_id=desk.store("Склад Питер"))
    assert desk.stock(good, "Склад Питер") == ("0", "3")


def test_a_line_may_name_a_store_of_its_own() -> None:
    desk = Desk()
    good = desk.good()
    desk.ledger.set_stock(good, "Склад Питер", 4000)
    shipment = desk.document("realizations", (good, "1"))
    line = {
        "realization_id": shipment,
        "good_id": good,
        "amount": "2",
        "price": "1",
        "store_id": desk.store("Склад Питер"),
    }
    desk.manager.post("realizationgoods", **line)
    assert (desk.stock(good), desk.stock(good, "Склад Питер")) == (("9", "0"), ("2", "0"))


CONSUMED: dict[str, Deed] = {
    "release": lambda d, _, r: d.manager.refusal("PUT", "reservations", id=r, held=0),
    "comment": lambda d, _, r: d.manager.refusal("PUT", "reservations", id=r, comment="да"),
    "delete": lambda d, _, r: d.manager.refusal("DELETE", "reservations", id=r),
    "add a line": lambda d, g, r: d.manager.refusal(
        "POST", "reservationgoods", reservation_id=r, good_id=g, amount="1"
    ),
    "change a line": lambda d, _, r: d.manager.refusal("PUT", "reservationgoods", id=_line(d, r), amount="1"),
    "delete a line": lambda d, _, r: d.manager.refusal("DELETE", "reservationgoods", id=_line(d, r)),
}


@pytest.mark.parametrize("edit", CONSUMED.values(), ids=CONSUMED.keys())
def test_a_consumed_reservation_is_closed_to_edits_until_the_shipment_is_taken_back(edit: Deed) -> None:
    desk = Desk()
    good = desk.good()
    reservation = desk.document("reservations", (good, "3"))
    shipment = _ship(desk, good, reservation)
    assert "заблокировано" in str(edit(desk, good, reservation))
    assert desk.stock(good) == ("7", "0")
    desk.manager.put("realizations", shipment, held=0)
    desk.manager.put("reservations", reservation, held=0)
    assert desk.stock(good) == ("10", "0")


def test_posting_beyond_stock_is_refused_and_leaves_a_draft() -> None:
    desk = Desk()
    good, other = desk.good(pieces=2), desk.good("Лампа")
    reservation = desk.document("reservations", (good, "2"))
    shipment = desk.document("realizations", (other, "1"), (good, "3"), reservation_id=reservation, held=0)
    desk.clock.forward(60)
    before, effects = desk.manager.one("realizations", id=shipment), len(desk.journal.effects)
    refusal = desk.manager.refusal("PUT", "realizations", id=shipment, held=1)
    assert refusal == "Недостаточно товара «Фара» на складе «Склад Москва»: нужно 3, есть 2"
    assert desk.manager.one("realizations", id=shipment) == before
    assert (desk.stock(good), desk.stock(other)) == (("2", "2"), ("10", "0"))
    assert len(desk.journal.effects) == effects


def test_a_line_beyond_stock_is_refused_in_a_posted_shipment() -> None:
    desk = Desk()
    good = desk.good(pieces=2)
    shipment = desk.document("realizations", (good, "1"))
    line = {"realization_id": shipment, "good_id": good, "amount": "2", "price": "1"}
    assert "Недостаточно" in desk.manager.refusal("POST", "realizationgoods", **line)
    assert len(desk.manager.get("realizationgoods", realization_id=shipment)) == 1
    assert desk.manager.one("realizations", id=shipment)["sum"] == "100.00"
    assert desk.stock(good) == ("1", "0")


def test_a_store_may_allow_a_negative_balance() -> None:
    desk = Desk()
    good = desk.good(pieces=2)
    desk.manager.put("stores", desk.store(), deny_negative_balance=0)
    desk.document("realizations", (good, "3"))
    assert desk.stock(good) == ("-1", "0")


def test_goods_of_a_posted_shipment_need_a_store() -> None:
    desk = Desk()
    shipment = desk.document("realizations", (desk.good(), "1"), store_id="", held=0)
    assert "склад" in desk.manager.refusal("PUT", "realizations", id=shipment, held=1)


def test_what_others_hold_in_reserve_is_not_shipped() -> None:
    desk = Desk()
    good = desk.good(pieces=5)
    theirs = desk.document("reservations", (good, "4"))
    ours = desk.document("realizations", (good, "2"), held=0)
    refusal = desk.manager.refusal("PUT", "realizations", id=ours, held=1)
    assert refusal == "Недостаточно свободного товара «Фара» на складе «Склад Москва»: нужно 2, свободно 1"
    assert (desk.manager.one("realizations", id=ours)["held"], desk.stock(good)) == (False, ("5", "4"))
    desk.document("realizations", (good, "4"), reservation_id=theirs)
    assert desk.stock(good) == ("1", "0")


def test_a_shipment_may_take_its_own_reserve_and_what_is_free_besides() -> None:
    desk = Desk()
    good = desk.good(pieces=5)
    desk.document("reservations", (good, "1"))
    own = desk.document("reservations", (good, "3"))
    shipment = desk.document("realizations", (good, "5"), reservation_id=own, held=0)
    assert "свободно 4" in desk.manager.refusal("PUT", "realizations", id=shipment, held=1)
    desk.manager.put("realizationgoods", _line(desk, shipment, "realization"), amount="4")
    desk.manager.put("realizations", shipment, held=1)
    assert desk.stock(good) == ("1", "1")


def test_where_a_ledger_allows_it_reserves_of_others_are_shipped() -> None:
    desk = Desk(switches={"business_ru.ships_reserved": True})
    good = desk.good(pieces=5)
    desk.document("reservations", (good, "4"))
    desk.document("realizations", (good, "2"))
    assert desk.stock(good) == ("3", "4")


def test_goods_come_in_by_a_posted_receipt_and_leave_when_it_is_taken_back() -> None:
    desk = Desk()
    good = desk.good(pieces=1)
    clerk = {name: value for name, value in desk.parties().items() if name != "partner_id"}
    receipt = desk.manager.post("postings", **clerk, store_id=desk.store())
    desk.manager.post("postinggoods", posting_id=receipt, good_id=good, amount="3", price="400")
    assert desk.stock(good) == ("1", "0")
    desk.manager.put("postings", receipt, held=1)
    assert (desk.stock(good), desk.manager.one("postings", id=receipt)["sum"]) == (("4", "0"), "1200.00")
    shipment = desk.document("realizations", (good, "2"))
    assert "Недостаточно" in desk.manager.refusal("PUT", "postings", id=receipt, held=0)
    desk.manager.put("realizations", shipment, held=0)
    desk.manager.put("postings", receipt, held=0)
    assert desk.stock(good) == ("1", "0")


def test_a_shipments_sum_is_that_of_its_lines() -> None:
    desk = Desk()
    good, other = desk.good(), desk.good("Лампа")
    shipment = desk.document("realizations", (good, "1.5"), (other, "2"))
    assert desk.manager.one("realizations", id=shipment)["sum"] == "350.00"
    line = desk.manager.one("realizationgoods", realization_id=shipment, good_id=good)["id"]
    desk.manager.put("realizationgoods", line, amount="1", price="640")
    assert desk.manager.one("realizations", id=shipment)["sum"] == "840.00"


STOCK_MOVES: dict[str, tuple[Callable[[Desk, str], object], bool]] = {
    "reserved": (lambda desk, good: desk.document("reservations", (good, "1")), True),
    "shipped": (lambda desk, good: desk.document("realizations", (good, "1")), True),
    "a draft": (lambda desk, good: desk.document("realizations", (good, "1"), held=0), False),
}


@pytest.mark.parametrize(("deed", "moved"), STOCK_MOVES.values(), ids=STOCK_MOVES.keys())
def test_stock_is_found_by_store_good_and_the_moment_of_its_last_change(
    deed: Callable[[Desk, str], object], *, moved: bool
) -> None:
    desk = Desk()
    good, _ = desk.good(), desk.good("Лампа")
    desk.clock.forward(60)
    deed(desk, good)
    since = desk.manager.get("storegoods", updated={"from": "23.11.2026 09:01:00"})
    assert [(row["good_id"], row["store_id"]) for row in since] == ([(good, desk.store())] if moved else [])
    assert len(desk.manager.get("storegoods", good_id=good, store_id=desk.store())) == 1
    assert desk.manager.get("storegoods", good_id=good, store_id=desk.store("Склад Питер")) == []


def test_stock_comes_in_pages_of_250() -> None:
    desk = Desk()
    for number in range(251):
        desk.good(f"Деталь {number}", pieces=1)
    assert [len(desk.manager.get("storegoods", page=page)) for page in (1, 2, 3)] == [250, 1, 0]


def test_services_are_shipped_and_reserved_without_stock() -> None:
    desk = Desk()
    service = desk.good("Полировка", pieces=0, service=True)
    reservation = desk.document("reservations", (service, "2"))
    shipment = desk.document("realizations", (service, "2"), reservation_id=reservation)
    assert desk.manager.one("realizations", id=shipment)["held"] is True
    assert desk.manager.get("storegoods", good_id=service) == []


def test_stock_and_its_good_tell_when_they_changed() -> None:
    desk = Desk()
    good = desk.good()
    reservation = desk.document("reservations", (good, "1"), held=0)
    desk.clock.forward(60)
    desk.manager.put("reservations", reservation, held=1)
    assert desk.manager.one("storegoods", updated={"from": "23.11.2026 09:01:00"})["good_id"] == good
    row = desk.manager.one("goods", id=good)
    assert (row["updated"], row["updated_remains_prices"]) == ("23.11.2026 09:00:00", "23.11.2026 09:01:00")


def test_a_reservation_may_follow_the_lines_of_its_order() -> None:
    desk = Desk()
    good, other, service = desk.good(), desk.good("Лампа"), desk.good("Полировка", pieces=0, service=True)
    order = desk.order((good, "3", "640"), (service, "1", "100"))
    reservation = desk.document("reservations", customer_order_id=order, sync_with_order=1)
    assert desk.stock(good) == ("10", "3")
    line = desk.manager.get("customerordergoods", customer_order_id=order)[0]["id"]
    desk.manager.put("customerordergoods", line, amount="2")
    desk.manager.post("customerordergoods", customer_order_id=order, good_id=other, amount="4", price="1")
    assert (desk.stock(good), desk.stock(other)) == (("10", "2"), ("10", "4"))
    lines = desk.manager.get("reservationgoods", reservation_id=reservation)
    assert [(row["good_id"], row["amount"]) for row in lines] == [(good, "2"), (other, "4")]
    desk.manager.delete("customerordergoods", line)
    assert desk.stock(good) == ("10", "0")


def test_explicit_lines_beside_a_followed_order_double_the_reserve() -> None:
    desk = Desk()
    good = desk.good()
    order = desk.order((good, "3", "640"))
    desk.document("reservations", (good, "3"), customer_order_id=order, sync_with_order=1)
    assert desk.stock(good) == ("10", "6")


def test_a_reservation_that_does_not_follow_keeps_its_own_lines() -> None:
    desk = Desk()
    good = desk.good()
    order = desk.order((good, "3", "640"))
    desk.document("reservations", (good, "1"), customer_order_id=order, sync_with_order=0)
    desk.manager.post("customerordergoods", customer_order_id=order, good_id=good, amount="2", price="640")
    assert desk.stock(good) == ("10", "1")


def test_a_followed_order_that_was_shipped_is_followed_again_after_the_shipment_is_taken_back() -> None:
    desk = Desk()
    good = desk.good()
    order = desk.order((good, "3", "640"))
    reservation = desk.document("reservations", customer_order_id=order, sync_with_order=1)
    shipment = desk.document("realizations", (good, "3"), customer_order_id=order, reservation_id=reservation)
    line = desk.manager.one("customerordergoods", customer_order_id=order)["id"]
    desk.manager.put("customerordergoods", line, amount="5")
    assert desk.stock(good) == ("7", "0")
    desk.manager.put("realizations", shipment, held=0)
    assert desk.stock(good) == ("10", "5")


def test_a_reservation_cannot_follow_no_order() -> None:
    desk = Desk()
    params = {**desk.parties(), "store_id": desk.store(), "sync_with_order": 1}
    assert "заказ" in desk.manager.refusal("POST", "reservations", **params)


def test_an_order_knows_how_much_of_it_was_shipped() -> None:
    desk = Desk()
    good = desk.good()
    order = desk.order((good, "3", "640"))
    shipment = desk.document("realizations", (good, "2"), customer_order_id=order)
    assert desk.manager.one("customerorders", id=order)["calc_order_ships"] == "200.00"
    desk.manager.put("realizations", shipment, held=0)
    assert desk.manager.one("customerorders", id=order)["calc_order_ships"] == "0.00"


def test_an_act_of_works_sums_its_lines_and_touches_no_stock() -> None:
    desk = Desk()
    good = desk.good()
    act = desk.manager.post("acceptance", **desk.parties(), held=1)
    desk.manager.post("acceptancegoods", acceptance_id=act, good_id=good, amount="2", price="10")
    assert desk.manager.one("acceptance", id=act)["sum"] == "20.00"
    assert desk.stock(good) == ("10", "0")


DEEDS = ("add", "change", "remove", "hold", "hold", "consume", "follow")


def test_after_any_history_the_stock_is_what_the_documents_say() -> None:
    """Play 600 random deeds, many of them refused, and count the stock anew from the rows after every twenty."""
    desk, luck = Desk(), Random(20261123)
    goods = [desk.good(name, pieces=8) for name in ("Фара", "Лампа")]
    order = desk.order(*((good, "2", "10") for good in goods))
    for _ in range(4):
        desk.document("reservations", customer_order_id=order)
        desk.document("realizations", held=0)
    done = set()
    for step in range(600):
        deed = luck.choice(DEEDS)
        verb, model, params = _random_call(desk, luck, deed, goods)
        done.add((deed, desk.manager.answer(verb, model, **params)["status"]))
        if step % 20 == 0:
            assert [desk.stock(good) for good in goods] == [_counted_anew(desk, good) for good in goods]
    assert {(deed, "ok") for deed in DEEDS} < done
    assert {("add", "error"), ("hold", "error"), ("follow", "error")} < done


def _random_call(desk: Desk, luck: Random, deed: str, goods: list[str]) -> tuple[str, str, dict[str, str]]:
    header = luck.choice(("customerorder", "reservation", "realization"))
    documents, lines = desk.manager.get(f"{header}s"), desk.manager.get(LINES[header])
    amount, held = str(luck.randint(1, 3)), str(luck.randint(0, 1))
    document = luck.choice(documents)["id"]
    line = luck.choice(lines)["id"] if lines else "0"
    reservation = luck.choice(desk.manager.get("reservations"))["id"]
    shipment = luck.choice(desk.manager.get("realizations"))["id"]
    added = {f"{HEADERS[header]}_id": document, "good_id": luck.choice(goods), "amount": amount, "price": "1"}
    return {
        "add": ("POST", LINES[header], added),
        "change": ("PUT", LINES[header], {"id": line, "amount": amount}),
        "remove": ("DELETE", LINES[header], {"id": line}),
        "hold": ("PUT", f"{header}s", {"id": document, "held": held}),
        "consume": ("PUT", "realizations", {"id": shipment, "reservation_id": luck.choice((reservation, ""))}),
        "follow": ("PUT", "reservations", {"id": reservation, "sync_with_order": held}),
    }[deed]


LINES = {"customerorder": "customerordergoods", "reservation": "reservationgoods", "realization": "realizationgoods"}
HEADERS = {"customerorder": "customer_order", "reservation": "reservation", "realization": "realization"}


def _counted_anew(desk: Desk, good: str) -> tuple[str, str]:
    shipments = [row for row in desk.manager.get("realizations", with_goods=1) if row["held"]]
    reservations = [row for row in desk.manager.get("reservations", with_goods=1) if row["held"]]
    reserved = 0
    for row in reservations:
        shipped = sum(_pieces(one, good) for one in shipments if one["reservation_id"] == row["id"])
        reserved += max(0, _pieces(row, good) - shipped)
    return str(8 - sum(_pieces(row, good) for row in shipments)), str(reserved)


def _pieces(document: dict[str, Any], good: str) -> int:
    return sum(int(line["amount"]) for line in document["goods"] if line["good_id"] == good)
