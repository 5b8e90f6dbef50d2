"""GET in Бизнес.ру: notation, filters, order, pages, counts, help, and what may be nested."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from business_ru_desk import Desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Return a ledger with three orders a day apart; its tests only read."""
    desk = Desk()
    lamp, work = desk.good("Фара"), desk.good("Полировка", pieces=0, service=True)
    desk.order((lamp, "1", "640"), (work, "1.5", "100.50"), number="A-1", comment="deal:7")
    desk.clock.forward(86_400)
    desk.order((lamp, "2", "640"), number="A-2", name="")
    desk.clock.forward(86_400)
    done = desk.manager.one("customerorderstatus", name="Выполнен")["id"]
    desk.order(number="A-3", status_id=done, date="01.07.2026")
    return desk


def test_rows_are_written_in_the_vendors_notation(desk: Desk) -> None:
    order = desk.manager.one("customerorders", number="A-1")
    assert order["id"].isdigit()
    assert order["partner_id"] == desk.parties()["partner_id"]
    assert order["sum"] == "790.75"
    assert order["date"] == order["updated"] == "23.11.2026 09:00:00"
    assert order["deleted"] is False
    assert order["delivery_address"] is None
    line = desk.manager.get("customerordergoods", customer_order_id=order["id"])[1]
    assert (line["amount"], line["price"], line["sum"]) == ("1.5", "100.50", "150.75")


def test_goods_mix_texts_numbers_and_flags_as_the_vendor_does(desk: Desk) -> None:
    nds = desk.manager.get("nds")[1]["id"]
    good = desk.manager.post("goods", name="Щётка", nds_id=nds, taxation=7, cost="640", weight="3", archive=True)
    row = desk.manager.one("goods", id=good)
    shown = (row["type"], row["nds_id"], row["taxation"], row["cost"], row["weight"], row["archive"])
    assert shown == ("1", int(nds), 7, "640.00", "3", True)
    desk.manager.delete("goods", good)


FILTERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "equal": ({"number": "A-2"}, ["A-2"]),
    "nothing equal": ({"number": "A-9"}, []),
    "empty matches empty": ({"comment": ""}, ["A-2", "A-3"]),
    "set": ({"number": ["A-1", "A-3", "A-9"]}, ["A-1", "A-3"]),
    "money": ({"sum": "1280.0"}, ["A-2"]),
    "from, included": ({"updated": {"from": "24.11.2026 09:00:00"}}, ["A-2", "A-3"]),
    "to, included": ({"updated": {"to": "24.11.2026 09:00:00"}}, ["A-1", "A-2"]),
    "from a day": ({"updated": {"from": "24.11.2026"}}, ["A-2", "A-3"]),
    "both ends": ({"updated": {"from": "24.11.2026", "to": "25.11.2026"}}, ["A-2"]),
    "date, the other way": ({"date": "2026-07-01"}, ["A-3"]),
    "an open end": ({"updated": {"from": "25.11.2026 00:00", "to": ""}}, ["A-3"]),
    "no such field": ({"nonsense": "1"}, ["A-1", "A-2", "A-3"]),
    "two together": ({"number": ["A-1", "A-2"], "comment": "deal:7"}, ["A-1"]),
}


@pytest.mark.parametrize(("params", "numbers"), FILTERS.values(), ids=FILTERS.keys())
def test_filters(desk: Desk, params: dict[str, Any], numbers: list[str]) -> None:
    assert [row["number"] for row in desk.manager.get("customerorders", **params)] == numbers


@pytest.mark.parametrize(
    "params",
    [
        {"id": "abc"},
        {"updated": {"from": "вчера"}},
        {"sum": "1e3"},
        {"page": "0"},
        {"limit": "x"},
        {"deleted": "maybe"},
    ],
    ids=lambda params: next(iter(params)),
)
def test_a_value_that_cannot_be_read_is_an_error_inside_a_200(desk: Desk, params: dict[str, Any]) -> None:
    answer = desk.manager.answer("GET", "customerorders", **params)
    assert (answer["status"], answer["error_code"]) == ("error", "common:1")
    assert list(answer) == ["status", "error_code", "error_text", "token", "request_count", "app_psw"]


ORDERS: dict[str, tuple[Any, list[str]]] = {
    "by default, by age": (None, ["A-1", "A-2", "A-3"]),
    "by a field": ("date", ["A-3", "A-1", "A-2"]),
    "downwards": ({"id": "DESC"}, ["A-3", "A-2", "A-1"]),
    "nothing comes last": ({"comment": "ASC"}, ["A-1", "A-2", "A-3"]),
    "by two fields": ({"comment": "DESC", "number": "DESC"}, ["A-3", "A-2", "A-1"]),
    "by no such field": ("nonsense", ["A-1", "A-2", "A-3"]),
}


@pytest.mark.parametrize(("order_by", "numbers"), ORDERS.values(), ids=ORDERS.keys())
def test_order_by(desk: Desk, order_by: Any, numbers: list[str]) -> None:
    wanted = {} if order_by is None else {"order_by": order_by}
    assert [row["number"] for row in desk.manager.get("customerorders", **wanted)] == numbers


def test_count_only_counts_what_the_filters_leave(desk: Desk) -> None:
    assert desk.manager.result("GET", "customerorders", count_only=1, updated={"from": "24.11.2026"}) == {"count": 2}


def test_help_describes_the_fields(desk: Desk) -> None:
    params = desk.manager.result("GET", "cashin", help=1)["params"]
    assert params["cash_id"] == {"type": "int", "required": "post", "model": "cash"}
    assert params["sum"] == {"type": "float"}


def test_goods_of_a_document_are_nested_on_demand(desk: Desk) -> None:
    assert "goods" not in desk.manager.one("customerorders", number="A-1")
    nested = desk.manager.one("customerorders", number="A-1", with_goods=1)["goods"]
    assert nested == desk.manager.get("customerordergoods", customer_order_id=nested[0]["customer_order_id"])
    assert desk.manager.one("customerorders", number="A-3", with_goods=1)["goods"] == []


def test_extended_expands_references(desk: Desk) -> None:
    order = desk.manager.one("customerorders", number="A-3", extended="true")
    assert order["status"] == {"id": order["status_id"], "name": "Выполнен"}
    assert order["author_employee"]["name"] == "Служебная Сверка"
    assert order["payment_type"] is None


def test_additional_fields_are_shown_and_found_on_demand() -> None:
    desk = Desk()
    order = desk.order(**{"23698467": "EXT-1"})
    assert "23698467" not in desk.manager.one("customerorders", id=order)
    assert desk.manager.one("customerorders", **{"23698467": "EXT-1"}, with_additional_fields=1)["23698467"] == "EXT-1"
    assert desk.manager.get("customerorders", **{"23698467": "EXT-2"}) == []


def test_remains_and_prices_of_goods() -> None:
    desk = Desk()
    good, service = desk.good("Фара", pieces=7), desk.good("Полировка", pieces=0, service=True)
    desk.ledger.set_stock(good, "Склад Питер", 1500)
    desk.document("reservations", (good, "2"))
    row = desk.manager.one("goods", part="art-Фара", with_remains=1, with_prices=1)
    assert [(one["store"]["name"], one["amount"]["total"], one["amount"]["reserved"]) for one in row["remains"]] == [
        ("Склад Москва", "7", "2"),
        ("Склад Питер", "1.5", "0"),
    ]
    assert row["remains"][0]["store"] == {"id": desk.store(), "model": "stores", "name": "Склад Москва"}
    assert [(one["price_type"]["name"], one["price"]) for one in row["prices"]] == [("Розничная", "500")]
    only = desk.manager.one("goods", id=good, with_remains=1, store_ids=[desk.store("Склад Питер")])
    assert [one["store"]["name"] for one in only["remains"]] == ["Склад Питер"]
    assert desk.manager.one("goods", id=service, with_remains=1)["remains"] == []


def test_goods_are_filtered_by_groups_and_remains() -> None:
    desk = Desk()
    root = desk.ledger.state.first("groupsofgoods")["id"]
    child = desk.manager.post("groupsofgoods", name="Лампы", parent_id=root)
    full, empty, taken = desk.good("Фара", pieces=5), desk.good("Лампа", pieces=0), desk.good("Цоколь", pieces=2)
    desk.manager.put("goods", empty, group_id=child)
    desk.document("reservations", (taken, "2"))

    def found(**params: Any) -> list[str]:
        return [row["id"] for row in desk.manager.get("goods", **params)]

    assert found(group_ids=[child]) == [empty]
    assert found(group_ids=[root]) == [full, empty, taken]
    assert found(filter_positive_remains=1) == [full, taken]
    assert found(filter_positive_free_remains=1) == [full]
    assert found(filter_positive_remains=1, store_ids=[desk.store("Склад Питер")]) == []
    assert found(filter_positive_remains=0) == [full, empty, taken]


def test_partners_are_found_by_exact_digits_and_mail_of_their_contacts() -> None:
    desk = Desk()
    partner = desk.ledger.add_partner("Ромашка", phone="+7 (916) 123-45-67", email="office@romashka.example")
    desk.ledger.add_partner("Василёк")
    assert [row["id"] for row in desk.manager.get("partners", phone="79161234567")] == [partner]
    assert [row["id"] for row in desk.manager.get("partners", email="office@romashka.example")] == [partner]
    assert desk.manager.get("partners", phone="89161234567") == desk.manager.get("partners", email="x@y.example") == []
    contacts = desk.manager.one("partners", id=partner, extend="partnercontactinfo")["partnercontactinfo"]
    assert [(one["contact_info"], one["phone"]) for one in contacts] == [
        ("+7 (916) 123-45-67", "79161234567"),
        ("office@romashka.example", None),
    ]


def test_pages_end_at_250_rows_whatever_is_asked() -> None:
    desk = Desk()
    names = [f"Источник {number}" for number in range(520)]
    for name in names:
        desk.ledger.state.insert("requestsource", {"name": name}, "2026-11-23 09:00:00")
    pages = [desk.manager.get("requestsource", limit=1000, page=page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [250, 250, 23, 0]
    assert [row["name"] for page in pages for row in page][3:] == names
    assert len(desk.manager.get("requestsource")) == 250
    assert [len(desk.manager.get("requestsource", limit=2, page=page)) for page in (1, 262)] == [2, 1]


def test_a_payment_may_be_dated_later_than_the_clock() -> None:
    desk = Desk()
    partner = desk.ledger.add_partner("Atelier graphique")
    day = date(2027, 3, 1)
    payment = desk.ledger.add_payment(partner, date=day, sum_kopecks=606_678, number="HQ336336", target="Счёт 5")
    row = desk.manager.one("paymentin", partner_id=partner)
    assert (row["id"], row["sum"], row["date"], row["held"]) == (payment, "6066.78", "01.03.2027 00:00:00", True)
    assert (row["number"], row["target"], row["updated"]) == ("HQ336336", "Счёт 5", "23.11.2026 09:00:00")
    assert desk.manager.get("paymentintocustomerorder", paymentin_id=payment) == []


def test_ids_of_contact_types_are_those_of_the_account_and_found_by_name() -> None:
    names = {row["name"] for row in Desk().manager.get("contactinfotypes")}
    assert names == {"Телефон", "Skype", "Адрес", "Email", "Прочее", "Сайт"}


def test_ten_thousand_lines_are_read_in_milliseconds() -> None:
    desk = Desk()
    good, orders = desk.good(), [desk.order() for _ in range(100)]
    lines = {"good_id": good, "amount": 1000, "price": 100, "sum": 100}
    for number in range(10_000):
        order = orders[number % 100]
        desk.ledger.state.insert("customerordergoods", {"customer_order_id": order, **lines}, "2026-11-23 09:00:00")
    asked = [
        {"customer_order_id": orders[:20], "limit": 250},
        {"updated": {"from": "24.11.2026"}},
        {"updated": {"from": "22.11.2026"}, "page": 40},
    ]
    began = time.perf_counter()
    sizes = [len(desk.manager.get("customerordergoods", **params)) for params in asked]
    assert sizes == [250, 0, 250]
    assert time.perf_counter() - began < 0.5  # some tens of milliseconds on a quiet machine
