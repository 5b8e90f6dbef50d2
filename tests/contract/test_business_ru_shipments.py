"""Goods that leave and money at the desk, over real sockets against the ledger's emulator: done once, refused, lost and found again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

import httpx
import pytest

from sandbox import calls
from sandbox.faults import Fault, Faults
from sandbox.front import Delivery, Front
from sandbox.kit import Journal, Request, SandboxClock, Setting
from sandbox.service import Service
from sandbox.systems.business_ru import BusinessRu
from sverka.domain.clock import MachineClock
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.domain.rows import Row as OurRow
from sverka.domain.rows import Shipment, ShipmentLine, Stock
from sverka.domain.secret import Secret
from sverka.systems.business_ru.ledger import Ledger
from sverka.systems.http import HttpSettings
from tests.contract.vendors import HandLedger, Row, always, no_jitter

A, R, M = Answer.ACCEPTED, Answer.REFUSED, Answer.AMBIGUOUS
START = datetime.fromisoformat("2026-11-23T09:00:00+03:00")
CONFIG = {
    "systems": {"business_ru": {"url": "U", "app_id": "I", "secret": "S", "organization": "ООО «Фары и свет»"}},
    "people": {
        "worker": {"name": "Сверка Служебная", "email": "sverka@fary.example"},
        "manager": {"name": "Ольга Климова", "email": "manager@fary.example"},
    },
    "branches": [{"name": "М", "store": "Москва", "cash_desk": "Касса М"}, {"name": "П", "store": "Питер", "cash_desk": "Касса П"}],
    "order_statuses": {"open": "Новый", "closed": "Выполнен"},
}  # fmt: skip
HELD_S = 60.0
"""How long the line of a lost answer is held: the client gives up long before."""


class Account:
    """A ledger with an order of two lamps at 320.00, ten of which lie in Moscow; the worker's client and a manager."""

    def __init__(self, front: Front, clock: SandboxClock) -> None:
        self._faults, self._losing = Faults(), ("", "")
        journal = Journal(clock)
        self.emulator = BusinessRu(Setting("fary", CONFIG, clock, journal, "off"))
        self._service = Service("fary", self.emulator, threading.Lock(), journal, self._faults)
        url = front.listen(self._site)
        worker, manager = (self.emulator.credential(name, url) for name in ("worker", "manager"))
        self.client = Ledger(
            url, str(worker["app_id"]), Secret(str(worker["secret"])), HttpSettings(read_s=0.3), MachineClock(), no_jitter,
            limits_off=True,
        )  # fmt: skip
        self._manager = calls.Ledger(url, manager["app_id"], str(manager["secret"]))

    def furnish(self) -> None:
        """Bring in the goods, the client and the order."""
        self.lamp = self.emulator.add_good("Лампа", "D2S", 32_000)
        self.emulator.set_stock(self.lamp, "Москва", 10_000)
        self.moscow, self.piter = (row["id"] for row in self.rows("stores"))
        self.desk, self.other_desk = (row["id"] for row in self.rows("cash"))
        employee, self.partner = self.rows("employees")[0]["id"], self.emulator.add_partner("Вектор")
        self.parties = {
            "author": employee,
            "responsible": employee,
            "organization": self.rows("organizations")[0]["id"],
        }
        status = self.rows("customerorderstatus")[0]["id"]
        order = {"partner": self.partner, "status": status, **self.parties, "comment": "deal:71"}
        self.order = self.do("order.create", order).external_id
        line = {"good": self.lamp, "price_kopecks": 32_000, "amount_thousandths": 2000}
        self.do("order.lines", {"order": self.order, "lines": [line]})

    def rows(self, model: str, **filters: Any) -> list[Row]:
        return list(self._manager.walk(model, filters))

    def made(self, model: str, params: Row) -> str:
        """Post a row as the manager."""
        return str(self._manager.call("POST", model, params)["id"])

    def do(self, kind: str, payload: Row) -> Outcome:
        return self.client.send(kind, payload, always)

    def lose(self, kind: str, payload: Row, verb: str, model: str) -> Outcome:
        """Send an effect and lose the answer to its first such request, after the ledger has executed it."""
        self._losing = (verb, f"/api/rest/{model}.json")
        return self.do(kind, payload)

    def _site(self, request: Request) -> Delivery:
        if (request.method, request.path) == self._losing:
            self._losing = ("", "")
            self._faults.arm(Fault("fary", "business_ru", "timeout_after", 1, None, Random(0), HELD_S))
        return self._service(request)

    def shipment(self, **changes: Any) -> Row:
        """The payload of a shipment from Moscow."""
        return {
            "order": self.order, "partner": self.partner, "store": self.moscow, "reserve": "", **self.parties,
            "comment": "deal:71 Битрикс24: Лампы", **changes,
        }  # fmt: skip

    def lines(self, shipment: str, amount_thousandths: int = 2000, **changes: Any) -> Row:
        """The payload of its lines."""
        line = {"good": self.lamp, "price_kopecks": 32_000, "amount_thousandths": amount_thousandths}
        return {"shipment": shipment, "store": self.moscow, "reserve": "", "lines": [line], **changes}

    def cash(self, **changes: Any) -> Row:
        """The payload of a payment at the desk."""
        return {
            "partner": self.partner, "order": self.order, "cash_desk": self.desk, "sum_kopecks": 30_000, **self.parties,
            "comment": "deal:71 Битрикс24: Лампы", **changes,
        }  # fmt: skip

    def link(self, cash: str, sum_kopecks: int = 30_000) -> Row:
        """The payload of its link to the order."""
        return {"cash": cash, "order": self.order, "sum_kopecks": sum_kopecks}

    def draft(self, lamps: int = 2) -> str:
        """Make a draft with lines as the worker."""
        shipment = self.do("shipment.create", self.shipment()).external_id
        self.do("shipment.lines", self.lines(shipment, lamps * 1000, fresh=True))
        return shipment

    def posted(self, lamps: int = 2) -> str:
        """Ship as the worker."""
        shipment = self.draft(lamps)
        assert self.do("shipment.post", {"shipment": shipment}).answer is A
        return shipment

    def stock(self) -> tuple[str, str]:
        """Return what lies in Moscow and what of it is reserved."""
        (row,) = self.rows("storegoods", good_id=self.lamp, store_id=self.moscow)
        return row["amount"], row["reserved"]


@pytest.fixture
def account() -> Iterator[Account]:
    clock = SandboxClock(START, time.monotonic)
    front = Front(clock.now)
    opened = Account(front, clock)
    front.start()
    opened.furnish()
    with opened.client:
        yield opened
    front.stop()


def test_a_shipment_is_made_as_a_draft_that_uses_up_its_reserve(account: Account) -> None:
    reserve = account.do("reserve.create", account.shipment()).external_id
    outcome = account.do("shipment.create", account.shipment(reserve=reserve))
    (row,) = account.rows("realizations")
    assert (outcome.answer, outcome.external_id) == (A, row["id"])
    assert (row["held"], row["comment"]) == (False, "deal:71 Битрикс24: Лампы")
    owners = (row["customer_order_id"], row["reservation_id"], row["store_id"], row["partner_id"])
    assert owners == (account.order, reserve, account.moscow, account.partner)


def test_a_shipment_without_a_reserve_names_none(account: Account) -> None:
    account.do("shipment.create", account.shipment())
    assert account.rows("realizations")[0]["reservation_id"] is None


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "not fresh"])
def test_lines_of_a_draft_are_made_to_stand_in_its_store_and_then_left_alone(account: Account, *, fresh: bool) -> None:
    shipment = account.do("shipment.create", account.shipment()).external_id
    first = account.do("shipment.lines", account.lines(shipment, fresh=fresh))
    again = account.do("shipment.lines", account.lines(shipment))
    (line,) = account.rows("realizationgoods", realization_id=shipment)
    assert (first.answer, first.changed, again.answer, again.changed) == (A, True, A, False)
    assert (line["good_id"], line["amount"], line["price"], line["store_id"]) == (
        account.lamp,
        "2",
        "320.00",
        account.moscow,
    )


def test_lines_of_a_draft_are_corrected(account: Account) -> None:
    shipment = account.draft(lamps=3)
    assert account.do("shipment.lines", account.lines(shipment)).changed
    assert [line["amount"] for line in account.rows("realizationgoods", realization_id=shipment)] == ["2"]


def test_fresh_lines_that_do_not_stand_are_told_before_the_shipment_is_posted() -> None:
    ledger = HandLedger(on_rows=lambda _model, page: [{**row, "amount": "1"} for row in page])
    line = {"good": "7", "price_kopecks": 100, "amount_thousandths": 2000}
    payload = {"shipment": "4", "store": "3", "reserve": "", "lines": [line], "fresh": True}
    ledger.models["realizations"] = [{"id": "4", "held": False}]
    outcome = ledger.client().send("shipment.lines", payload, always)
    assert (outcome.answer, "missing afterwards" in outcome.detail) == (R, True)


def test_lines_of_a_posted_shipment_are_never_changed(account: Account) -> None:
    shipment = account.posted()
    same = account.do("shipment.lines", account.lines(shipment))
    other = account.do("shipment.lines", account.lines(shipment, 1000))
    assert (same.answer, same.changed) == (A, False)
    assert (other.answer, other.changed) == (R, False)
    assert f"shipment {shipment} is posted, and 1 of its lines would have to change" in other.detail
    assert [line["amount"] for line in account.rows("realizationgoods", realization_id=shipment)] == ["2"]


def test_posting_takes_the_goods_once(account: Account) -> None:
    shipment = account.draft()
    first, again = (account.do("shipment.post", {"shipment": shipment}) for _ in range(2))
    assert (first.answer, first.changed, again.answer, again.changed) == (A, True, A, False)
    assert account.stock() == ("8", "0")


def test_posting_uses_the_reserve_up(account: Account) -> None:
    reserve = account.do("reserve.create", account.shipment()).external_id
    goods = [{"good": account.lamp, "amount_thousandths": 2000}]
    account.do("reserve.lines", {"reserve": reserve, "store": account.moscow, "lines": goods})
    assert account.stock() == ("10", "2")
    shipment = account.do("shipment.create", account.shipment(reserve=reserve)).external_id
    account.do("shipment.lines", account.lines(shipment, reserve=reserve))
    account.do("shipment.post", {"shipment": shipment})
    assert account.stock() == ("8", "0")


def test_posting_beyond_the_stock_is_refused_in_the_ledgers_words_and_leaves_a_draft(account: Account) -> None:
    shipment = account.draft(lamps=11)
    outcome = account.do("shipment.post", {"shipment": shipment})
    assert (outcome.answer, outcome.changed) == (R, False)
    assert "Недостаточно товара «Лампа» на складе «Москва»: нужно 11, есть 10" in outcome.detail
    assert (account.rows("realizations")[0]["held"], account.stock()) == (False, ("10", "0"))


def test_a_payment_is_made_posted_at_its_desk_as_a_purchase(account: Account) -> None:
    outcome = account.do("cash.create", account.cash())
    (row,) = account.rows("cashin")
    purchase = next(each["id"] for each in account.rows("cashinoperations") if each["name"] == "Оплата от покупателя")
    assert (outcome.answer, outcome.external_id) == (A, row["id"])
    assert (row["held"], row["sum"], row["cash_id"], row["partner_id"]) == (
        True,
        "300.00",
        account.desk,
        account.partner,
    )
    assert (row["operation_id"], row["comment"]) == (purchase, "deal:71 Битрикс24: Лампы")


CASH = {
    "partner": "5", "order": "9001", "cash_desk": "2", "sum_kopecks": 100, "author": "70", "responsible": "71", "organization": "7",
    "comment": "deal:71",
}  # fmt: skip


@pytest.mark.parametrize(
    ("operations", "fault", "sent"),
    [
        ([{"id": "1", "name": "Прочее"}, {"id": "2", "name": "оплата от покупателя (касса)"}], None, "2"),
        ([{"id": "1", "name": "Прочее"}], None, None),
        ([{"id": "2", "name": "Оплата от покупателя", "deleted": True}], None, None),
        ([], httpx.Response(405), None),
        ([], httpx.Response(404), None),
    ],
    ids=["written otherwise", "no such entry", "deleted", "no such list", "no such page"],
)
def test_a_payment_names_the_operation_only_where_the_account_has_it(
    operations: list[Row], fault: httpx.Response | None, sent: str | None
) -> None:
    ledger = HandLedger(models={"cashinoperations": operations}, faults=[None, fault])
    assert ledger.client().send("cash.create", CASH, always).answer is A
    ((verb, values),) = ledger.executed
    assert (verb, values.get("operation_id")) == ("POST cashin", sent)


def test_a_payment_waits_when_the_operations_cannot_be_read() -> None:
    ledger = HandLedger(faults=[None, *[httpx.ReadTimeout("slow")] * 3])
    assert ledger.client().send("cash.create", CASH, always).answer is Answer.NOT_EXECUTED
    assert ledger.executed == []


def test_a_payment_is_bound_to_its_order_once_and_rebound_for_another_sum(account: Account) -> None:
    cash = account.do("cash.create", account.cash()).external_id
    outcomes = [account.do("cash.link", account.link(cash, kopecks)) for kopecks in (30_000, 30_000, 20_000)]
    assert [(outcome.answer, outcome.changed) for outcome in outcomes] == [(A, True), (A, False), (A, True)]
    (row,) = account.rows("cashincustomerorder")
    assert (row["cashin_id"], row["customer_order_id"], row["sum"]) == (cash, account.order, "200.00")


def test_binding_more_than_was_paid_is_refused_in_the_ledgers_words(account: Account) -> None:
    cash = account.do("cash.create", account.cash()).external_id
    outcome = account.do("cash.link", account.link(cash, 30_001))
    assert (outcome.answer, "Сумма привязываемого документа - 300.00" in outcome.detail) == (R, True)


@pytest.mark.parametrize(("wanted", "answer"), [(30_000, A), (20_000, R)], ids=["together right", "together wrong"])
def test_a_payment_bound_in_parts_by_people_is_left_to_them(account: Account, wanted: int, answer: Answer) -> None:
    cash = account.do("cash.create", account.cash(sum_kopecks=60_000)).external_id
    for part in ("100", "200"):
        account.made("cashincustomerorder", {"cashin_id": cash, "customer_order_id": account.order, "sum": part})
    outcome = account.do("cash.link", account.link(cash, wanted))
    assert (outcome.answer, outcome.changed) == (answer, False)
    assert sorted(row["sum"] for row in account.rows("cashincustomerorder")) == ["100.00", "200.00"]


def test_an_order_is_closed_once(account: Account) -> None:
    closed = next(row["id"] for row in account.rows("customerorderstatus") if row["name"] == "Выполнен")
    outcomes = [account.do("order.close", {"order": account.order, "status": closed}) for _ in range(2)]
    assert [(outcome.answer, outcome.changed) for outcome in outcomes] == [(A, True), (A, False)]
    assert account.rows("customerorders", id=account.order)[0]["status_id"] == closed


def payload_of(account: Account, kind: str) -> Row:
    return account.shipment() if kind == "shipment.create" else account.cash()


CREATIONS = [("shipment.create", "realizations"), ("cash.create", "cashin")]


@pytest.mark.parametrize(("kind", "model"), CREATIONS)
def test_a_creation_whose_answer_was_lost_is_found(account: Account, kind: str, model: str) -> None:
    payload = payload_of(account, kind)
    assert account.lose(kind, payload, "POST", model).answer is M
    (row,) = account.rows(model)
    assert account.client.look(kind, payload) == Probe(found=True, complete=True, external_id=row["id"])


@pytest.mark.parametrize(("kind", "model"), CREATIONS)
def test_where_nothing_was_made_nothing_is_found(account: Account, kind: str, model: str) -> None:
    payload = payload_of(account, kind)
    account.do(kind, {**payload, "comment": "deal:711"})
    assert account.client.look(kind, payload) == Probe(found=False, complete=True)
    assert len(account.rows(model)) == 1


def test_a_creation_that_was_made_twice_is_for_a_person(account: Account) -> None:
    for _ in range(2):
        account.do("cash.create", account.cash())
    probe = account.client.look("cash.create", account.cash())
    assert (probe.found, probe.complete) == (False, False)


def test_an_earlier_shipment_of_the_deal_is_not_taken_for_the_lost_one(account: Account) -> None:
    account.posted(lamps=1)
    account.do("shipment.create", account.shipment(store=account.piter))
    assert account.client.look("shipment.create", account.shipment()) == Probe(found=False, complete=True)
    account.lose("shipment.create", account.shipment(), "POST", "realizations")
    assert (
        account.client.look("shipment.create", account.shipment()).external_id == account.rows("realizations")[-1]["id"]
    )


def test_an_earlier_payment_of_the_deal_is_not_taken_for_the_lost_one(account: Account) -> None:
    earlier = account.do("cash.create", account.cash()).external_id
    account.do("cash.link", account.link(earlier))
    account.do("cash.create", account.cash(sum_kopecks=29_999))
    account.do("cash.create", account.cash(cash_desk=account.other_desk))
    assert account.client.look("cash.create", account.cash()) == Probe(found=False, complete=True)
    account.lose("cash.create", account.cash(), "POST", "cashin")
    assert account.client.look("cash.create", account.cash()).external_id == account.rows("cashin")[-1]["id"]


def test_a_set_whose_answer_was_lost_stands_once(account: Account) -> None:
    shipment = account.do("shipment.create", account.shipment()).external_id
    cash = account.do("cash.create", account.cash()).external_id
    sets = [
        ("shipment.lines", account.lines(shipment), "POST", "realizationgoods"),
        ("shipment.post", {"shipment": shipment}, "PUT", "realizations"),
        ("cash.link", account.link(cash), "POST", "cashincustomerorder"),
    ]
    for kind, payload, verb, model in sets:
        assert not account.client.look(kind, payload).found
        assert account.lose(kind, payload, verb, model).answer is M
        assert account.client.look(kind, payload).found
        again = account.do(kind, payload)
        assert (again.answer, again.changed) == (A, False)
    assert (len(account.rows("realizationgoods")), len(account.rows("cashincustomerorder"))) == (1, 1)
    assert account.stock() == ("8", "0")


def test_what_left_and_what_lies_there_is_read(account: Account) -> None:
    shipment = account.posted()
    readings = account.client.changes(dict.fromkeys(("shipments", "shipment_lines", "stock")))
    assert all(reading.proof.complete for reading in readings)
    found: list[OurRow] = [row for reading in readings for row in reading.rows]
    document, line, stock = found
    assert isinstance(document, Shipment)
    assert isinstance(line, ShipmentLine)
    assert isinstance(stock, Stock)
    assert (document.ext_id, document.store_id, document.held, document.deal_mark) == (
        shipment,
        account.moscow,
        True,
        "71",
    )
    assert (line.shipment_id, line.amount_thousandths, line.price_kopecks) == (shipment, 2000, 32_000)
    place = (stock.store_id, stock.good_id, stock.amount_thousandths, stock.reserved_thousandths)
    assert place == (account.moscow, account.lamp, 8000, 0)
