"""What the ledger's lists become: whole readings with proofs, and honest incomplete ones."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sverka.domain.rows import (
    Employee,
    Good,
    LedgerOrder,
    LedgerOrderLine,
    Partner,
    PaymentLink,
    Reference,
    Reserve,
    ReserveLine,
    Shipment,
    ShipmentLine,
    Stock,
)
from sverka.systems.business_ru.models import FAMILIES, REFERENCES, Model, moment, written
from sverka.systems.errors import NoAccess, Unreachable
from sverka.systems.values import BadValueError
from tests.contract.vendors import START, HandLedger, Row, html

STAMP = "21.09.2026 09:00:00"
STAMPED = datetime(2026, 9, 21, 6, tzinfo=UTC)
SINCE = datetime(2026, 9, 21, 5, 30, tzinfo=UTC)


def rows(count: int, **more: Any) -> list[Row]:
    return [
        {"id": str(number), "name": f"Товар {number}", "part": f"S{number}", "updated": STAMP, **more}
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("text", "moment_"),
    [
        ("21.09.2026 10:13:20", START),
        ("21.09.2026 10:13:20.123456", START.replace(microsecond=123456)),
        ("21.09.2026 10:13:20 MSK", START),
        ("21.09.2026", datetime(2026, 9, 20, 21, tzinfo=UTC)),
        ("01.06.2005 09:00:00", datetime(2005, 6, 1, 5, tzinfo=UTC)),
        ("00.00.0000 00:00:00", None),
        ("00.00.0000", None),
        ("01.01.0001", None),
        ("", None),
        (None, None),
    ],
    ids=["plain", "fraction", "MSK", "a day", "summer time of 2005", "zero", "zero day", "year one", "empty", "null"],
)
def test_a_moment_is_moscows(text: str | None, moment_: datetime | None) -> None:
    assert moment(text) == moment_


@pytest.mark.parametrize("text", ["31.02.2026", "2026-09-21", "soon", 5, ["x"], "01.01.9999 00:00:00"])
def test_what_is_no_moment_is_said_so(text: object) -> None:
    with pytest.raises(BadValueError):
        moment(text)


def test_a_moment_is_written_as_the_ledger_takes_it() -> None:
    assert written(START) == "21.09.2026 10:13:20"


ONE_OF_EACH: dict[str, list[Row]] = {
    "customerorders": [{"id": "9001", "number": "17", "status_id": 106, "partner_id": "5", "sum": "640.00",
                        "comment": "deal:71 Битрикс24: Заказ", "date": "20.09.2026", "updated": STAMP}],
    "customerordergoods": [{"id": "1", "customer_order_id": "9001", "good_id": 7, "price": "320.00", "amount": "1.5",
                            "updated": STAMP}],
    "reservations": [{"id": "2", "customer_order_id": "9001", "store_id": "3", "held": True, "comment": None, "date": "",
                      "updated": STAMP}],
    "reservationgoods": [{"id": "3", "reservation_id": "2", "good_id": "7", "amount": "2", "updated": STAMP}],
    "realizations": [{"id": "4", "customer_order_id": None, "reservation_id": 2, "store_id": 3, "held": False,
                      "comment": "deal:71 Битрикс24: Заказ", "updated": STAMP, "deleted": True}],
    "realizationgoods": [{"id": "5", "realization_id": "4", "good_id": "7", "price": "320.00", "amount": "1.5", "updated": STAMP}],
    "storegoods": [{"id": "6", "store_id": "3", "good_id": "7", "amount": "10", "reserved": None, "updated": STAMP}],
    "paymentintocustomerorder": [{"id": "9", "customer_order_id": "9001", "sum": "100", "updated": STAMP}],
    "cashincustomerorder": [{"id": "9", "customer_order_id": "9001", "sum": "5.05", "updated": STAMP}],
    "goods": [{"id": "7", "name": "Ремонт", "part": "R1", "type": 2, "updated": STAMP}],
    "partners": [{"id": "5", "name": "Вектор", "note": "Битрикс24 client:5", "updated": STAMP}],
    "employees": [{"id": "6", "first_name": "Иван", "last_name": "Соколов", "email": "i@b.ru", "updated": STAMP}],
}  # fmt: skip


def test_rows_become_ours() -> None:
    ledger = HandLedger(models=ONE_OF_EACH)
    readings = {reading.proof.family: reading for reading in ledger.client().changes(dict.fromkeys(FAMILIES))}
    assert {family: reading.rows for family, reading in readings.items()} == {
        "orders": (LedgerOrder(
            ext_id="9001", updated_at=STAMPED, number="17", status_id="106", partner_id="5", sum_kopecks=64000,
            comment="deal:71 Битрикс24: Заказ", deal_mark="71", ordered_at=datetime(2026, 9, 19, 21, tzinfo=UTC),
        ),),
        "order_lines": (
            LedgerOrderLine(ext_id="1", updated_at=STAMPED, order_id="9001", good_id="7", price_kopecks=32000, amount_thousandths=1500),
        ),
        "reserves": (Reserve(
            ext_id="2", updated_at=STAMPED, order_id="9001", store_id="3", held=True, comment="", deal_mark="", reserved_at=None,
        ),),
        "reserve_lines": (ReserveLine(ext_id="3", updated_at=STAMPED, reserve_id="2", good_id="7", amount_thousandths=2000),),
        "shipments": (Shipment(
            ext_id="4", updated_at=STAMPED, order_id="", reserve_id="2", store_id="3", held=False, sum_kopecks=0, deal_mark="71",
            deleted=True,
        ),),
        "shipment_lines": (
            ShipmentLine(ext_id="5", updated_at=STAMPED, shipment_id="4", good_id="7", price_kopecks=32000, amount_thousandths=1500),
        ),
        "stock": (Stock(ext_id="6", updated_at=STAMPED, store_id="3", good_id="7", amount_thousandths=10000, reserved_thousandths=0),),
        "payments": (
            PaymentLink(ext_id="bank:9", updated_at=STAMPED, order_id="9001", sum_kopecks=10000),
            PaymentLink(ext_id="cash:9", updated_at=STAMPED, order_id="9001", sum_kopecks=505),
        ),
        "goods": (Good(ext_id="7", updated_at=STAMPED, name="Ремонт", article="R1", is_service=True),),
        "partners": (Partner(ext_id="5", updated_at=STAMPED, name="Вектор", note="Битрикс24 client:5", client_mark="client:5"),),
        "employees": (Employee(ext_id="6", updated_at=STAMPED, name="Иван Соколов", email="i@b.ru"),),
    }  # fmt: skip
    assert all(reading.proof.complete and reading.proof.full for reading in readings.values())
    assert readings["orders"].proof.server_at == START


@pytest.mark.parametrize(
    "model", [*(each for models in FAMILIES.values() for each in models), *REFERENCES], ids=lambda model: model.name
)
def test_every_field_of_a_row_is_in_the_table(model: Model) -> None:
    assert {*model.fields, *model.constants, "ext_id", "updated_at"} == {each.name for each in fields(model.row)}


def test_directories_come_as_references() -> None:
    ledger = HandLedger(models={
        "stores": [{"id": "1", "name": "Основной"}], "cash": [{"id": "1", "name": "Касса"}],
        "organizations": [{"id": "2", "name": "ООО"}], "customerorderstatus": [{"id": "106", "name": "Новый"}],
    })  # fmt: skip
    reading = ledger.client().references()
    assert reading.proof.family == "references"
    assert reading.rows == (
        Reference(ext_id="store:1", kind="store", name="Основной"),
        Reference(ext_id="cash:1", kind="cash", name="Касса"),
        Reference(ext_id="organization:2", kind="organization", name="ООО"),
        Reference(ext_id="order_status:106", kind="order_status", name="Новый"),
    )


@pytest.mark.parametrize("count", [0, 1, 249, 250, 251, 1000])
def test_a_list_of_any_length_comes_whole(count: int) -> None:
    ledger = HandLedger(models={"goods": rows(count)})
    (reading,) = ledger.client().changes({"goods": None})
    assert [row.ext_id for row in reading.rows] == [str(number) for number in range(1, count + 1)]
    assert (reading.proof.complete, reading.proof.rows) == (True, count)


def test_an_increment_asks_for_live_and_deleted_rows_since_then() -> None:
    ledger = HandLedger(models={"goods": [*rows(2, updated="20.09.2026 00:00:00"), *rows(3, deleted=True)[2:]]})
    (reading,) = ledger.client().changes({"goods": SINCE})
    assert [(row.ext_id, row.deleted) for row in reading.rows if isinstance(row, Good)] == [("3", True)]
    assert (reading.proof.full, reading.proof.since) == (False, SINCE)
    assert b"updated%5Bfrom%5D=21.09.2026+08%3A30%3A00" in ledger.requests[1].url.query
    assert b"deleted%5B0%5D=0&deleted%5B1%5D=1" in ledger.requests[1].url.query


def test_an_unchanged_family_costs_one_request() -> None:
    ledger = HandLedger(models={"goods": rows(2, updated="20.09.2026 00:00:00")})
    ledger.client().changes({"goods": SINCE})
    assert ledger.asked() == ["GET repair", "GET goods"]


def test_an_unchanged_round_costs_one_request_for_each_model() -> None:
    ledger = HandLedger()
    client = ledger.client()
    readings = client.changes(dict.fromkeys(FAMILIES, SINCE))
    models = [model.name for models in FAMILIES.values() for model in models]
    assert all(reading.proof.complete for reading in readings)
    assert ledger.asked() == ["GET repair", *(f"GET {name}" for name in models)]


def test_stock_is_not_asked_for_deleted_rows_which_it_has_not() -> None:
    ledger = HandLedger()
    ledger.client().changes({"stock": SINCE})
    assert b"deleted" not in ledger.requests[1].url.query
    assert b"updated%5Bfrom%5D=21.09.2026+08%3A30%3A00" in ledger.requests[1].url.query


def test_a_page_that_was_cut_makes_the_reading_incomplete() -> None:
    ledger = HandLedger(models={"goods": rows(300)}, on_rows=lambda _model, page: page[:100])
    (reading,) = ledger.client().changes({"goods": None})
    assert (reading.proof.complete, reading.proof.trouble) == (
        False,
        "GET goods: 100 rows came where the ledger counts 300",
    )


def test_an_empty_answer_to_everything_is_counted_too() -> None:
    ledger = HandLedger(models={"goods": rows(3)}, on_rows=lambda _model, page: [])
    (reading,) = ledger.client().changes({"goods": None})
    assert not reading.proof.complete


def test_a_page_cut_once_is_read_again() -> None:
    cuts = [5]
    ledger = HandLedger(models={"goods": rows(9)}, on_rows=lambda _model, page: page[: cuts.pop()] if cuts else page)
    (reading,) = ledger.client().changes({"goods": None})
    assert (reading.proof.complete, len(reading.rows)) == (True, 9)


def test_rows_that_repeat_over_pages_make_the_reading_incomplete() -> None:
    ledger = HandLedger(models={"goods": rows(400)}, on_rows=lambda _model, page: rows(250))
    (reading,) = ledger.client().changes({"goods": None})
    assert (reading.proof.complete, "ids do not increase" in reading.proof.trouble) == (False, True)
    assert len(ledger.requests) == 5


def test_a_row_that_cannot_be_understood_is_set_aside() -> None:
    ledger = HandLedger(models={"cashincustomerorder": [
        {"id": "1", "customer_order_id": "9", "sum": "1e3"},
        {"id": "2", "customer_order_id": None, "sum": "1"},
        {"id": "3", "customer_order_id": "9", "sum": "1.00", "updated": "31.02.2026"},
        {"id": "4", "customer_order_id": "9", "sum": "1 234,56"},
    ]})  # fmt: skip
    (reading,) = ledger.client().changes({"payments": None})
    assert [row.ext_id for row in reading.rows] == ["cash:4"]
    assert [ext_id for ext_id, _ in reading.proof.malformed] == ["cash:1", "cash:2", "cash:3"]
    assert reading.proof.malformed[0][1].startswith("sum: not a plausible number")
    assert reading.proof.complete


def test_a_line_that_cannot_be_understood_damages_its_order_only() -> None:
    good, odd = {"good_id": "7", "price": "1", "amount": "1"}, {"good_id": "7", "price": "1e3", "amount": "1"}
    ledger = HandLedger(models={"customerordergoods": [
        {"id": "1", "customer_order_id": "9001", **good}, {"id": "2", "customer_order_id": "9002", **odd},
        {"id": "3", "customer_order_id": None, **good}, {"id": "4", "customer_order_id": ["9003"], **good},
    ]})  # fmt: skip
    (reading,) = ledger.client().changes({"order_lines": None})
    assert ([row.ext_id for row in reading.rows], reading.damaged) == (["1"], {"9002"})


def test_a_line_that_cannot_be_understood_damages_its_shipment_only() -> None:
    good, odd = {"good_id": "7", "price": "1", "amount": "1"}, {"good_id": "7", "price": "1", "amount": "many"}
    ledger = HandLedger(models={"realizationgoods": [
        {"id": "1", "realization_id": "4", **good}, {"id": "2", "realization_id": "5", **odd},
    ]})  # fmt: skip
    (reading,) = ledger.client().changes({"shipment_lines": None})
    assert ([row.ext_id for row in reading.rows], reading.damaged) == (["1"], {"5"})


def test_a_ledger_that_never_answers_is_a_trouble() -> None:
    with pytest.raises(Unreachable):
        HandLedger(faults=[httpx.ConnectError("refused")] * 3).client().changes({"goods": None})


def test_a_wrong_secret_is_a_trouble() -> None:
    with pytest.raises(NoAccess):
        HandLedger(faults=[httpx.Response(401)] * 3).client().changes({"goods": None})


def test_a_ledger_that_stops_answering_leaves_the_rest_incomplete_without_asking() -> None:
    ledger = HandLedger(models={"goods": rows(3), "partners": rows(3)}, faults=[None, None, None, *[html(502)] * 3])
    goods, orders, partners = ledger.client().changes({"goods": None, "orders": None, "partners": None})
    assert [reading.proof.complete for reading in (goods, orders, partners)] == [True, False, False]
    assert ledger.asked() == ["GET repair", "GET goods", "GET goods", *["GET customerorders"] * 3]


def test_a_model_that_is_not_there_costs_only_its_family() -> None:
    ledger = HandLedger(models={"goods": rows(3)}, faults=[None, httpx.Response(405)])
    orders, goods = ledger.client().changes({"orders": None, "goods": None})
    assert (orders.proof.complete, goods.proof.complete) == (False, True)
    assert "there is no such model" in orders.proof.trouble


def test_a_reading_that_had_to_wait_still_tells_when_it_began() -> None:
    ledger = HandLedger(models={"goods": rows(600)})
    (reading,) = ledger.client(requests_per_5min=3).changes({"goods": None})
    assert (reading.proof.complete, reading.proof.server_at) == (True, START)
    assert ledger.clock.real() - START == timedelta(minutes=5)
