"""Receivables and dealers in 1C: what the world shows on a day is what had happened by that day, in the files' own words."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from onec_company import COMPANY, company_files

from sandbox.calls import Infobase
from sandbox.kit import SandboxError
from sandbox.people import Person
from sandbox.serve import Sandbox, start

DATA = Path(__file__).parents[3] / "shared" / "data"
RECEIVABLES, DEALERS = DATA / "receivables.csv", DATA / "dealers"
SHIPMENT, PAYMENT = "Document_РеализацияТоваровУслуг", "Document_ПоступлениеБезналичныхДенежныхСредств"
TOTALS, BY_TERM = "AccumulationRegister_РасчетыСКлиентами", "AccumulationRegister_РасчетыСКлиентамиПоСрокам"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the data are not beside the checkout: {DATA}")


def _base(sandbox: Sandbox) -> Infobase:
    company = sandbox.ready["companies"][COMPANY]
    return Infobase(company["systems"]["onec"]["http"], **company["people"]["accountant"]["onec"])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _american(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def _debts(base: Infobase) -> dict[str, Decimal]:
    """Return what is owed by the number of the document."""
    numbers = {row["Ref_Key"]: row["Number"] for row in base.rows(SHIPMENT, select="Ref_Key,Number")}
    rows = base.rows(f"{BY_TERM}/Balance()", "ДолгBalance gt 0")
    return {numbers[row["РасчетныйДокумент"]]: Decimal(str(row["ДолгBalance"])) for row in rows}


@pytest.fixture(scope="module")
def receivables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    files = company_files(tmp_path_factory.mktemp("companies"))
    with start([COMPANY], files, load=RECEIVABLES, limits="off") as running:
        yield running


@needs_data
@pytest.mark.parametrize("day", ["2012-01-01", "2012-01-03", "2012-06-18", "2013-03-01", "2013-12-02", "2014-01-09"])
def test_a_day_shows_the_invoices_sent_by_then_and_not_yet_settled(receivables: Sandbox, day: str) -> None:
    now = date.fromisoformat(day)
    receivables.world.reset()
    receivables.world.clock.set(datetime.fromisoformat(f"{day}T09:00:00+04:00"))
    open_now = {
        row["invoiceNumber"]: Decimal(row["InvoiceAmount"]) * 1000
        for row in _rows(RECEIVABLES)
        if _american(row["InvoiceDate"]) <= now < _american(row["SettledDate"])
    }
    base = _base(receivables)
    assert _debts(base) == open_now
    totals = base.rows(f"{TOTALS}/Balance(Dimensions='Валюта')")
    assert sum(Decimal(str(row["СуммаBalance"])) for row in totals) == sum(open_now.values())
    seen = base.rows(SHIPMENT, select="Number,Date,Комментарий,ЭтапыГрафикаОплаты/ДатаПлатежа")
    sent = {row["invoiceNumber"]: row for row in _rows(RECEIVABLES) if _american(row["InvoiceDate"]) <= now}
    assert {row["Number"] for row in seen} == sent.keys()
    for row in seen:
        own = sent[row["Number"]]
        assert row["Date"][:10] == _american(own["InvoiceDate"]).isoformat()
        assert row["ЭтапыГрафикаОплаты"] == [{"ДатаПлатежа": f"{_american(own['DueDate'])}T00:00:00"}]
        assert row["Комментарий"] == ("Спор" if own["Disputed"] == "Yes" else "")


@needs_data
def test_the_customers_are_counterparties_with_terms_and_the_crm_knows_them_by_inn(receivables: Sandbox) -> None:
    base = _base(receivables)
    clients = {row["ИНН"]: row for row in base.rows("Catalog_Контрагенты")}
    assert {row["Description"] for row in clients.values()} == {row["customerID"] for row in _rows(RECEIVABLES)}
    contracts = base.rows("Catalog_ДоговорыКонтрагентов", "СрокОплаты eq 30 and Статус eq 'Действует'")
    assert {row["Контрагент_Key"] for row in contracts} == {row["Ref_Key"] for row in clients.values()}
    owner = Person(receivables.ready, COMPANY, "owner")
    cards = {row["id"]: row["title"] for row in _walk(owner, {"entityTypeId": 4, "select": ["id", "title"]})}
    requisites = [row for start in (0, 50) for row in owner.bitrix("crm.requisite.list", {"start": start})]
    assert {row["RQ_INN"]: cards[int(row["ENTITY_ID"])] for row in requisites} == {
        inn: row["Description"] for inn, row in clients.items()
    }


def _walk(owner: Person, params: dict[str, Any]) -> list[dict[str, Any]]:
    return list(owner._portal.walk("crm.item.list", params, "items"))


@needs_data
def test_a_reset_brings_the_first_day_back_and_loading_leaves_no_effects(receivables: Sandbox) -> None:
    receivables.world.clock.set(datetime.fromisoformat("2012-06-18T09:00:00+04:00"))
    assert _debts(_base(receivables))
    receivables.world.reset()
    assert receivables.world.clock.now() >= datetime.fromisoformat("2012-01-01T09:00:00+04:00")
    assert _base(receivables).rows(SHIPMENT) == []
    assert receivables.world.journal.effects_since(0) == []


@pytest.fixture(scope="module")
def dealers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    files = company_files(tmp_path_factory.mktemp("companies"))
    with start([COMPANY], files, load=DEALERS, limits="off") as running:
        yield running


@needs_data
def test_dealers_owe_what_was_shipped_and_not_paid_exactly(dealers: Sandbox) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in _rows(DEALERS / "orderdetails.csv"):
        sums[row["orderNumber"]] += int(row["quantityOrdered"]) * Decimal(row["priceEach"])
    orders = _rows(DEALERS / "orders.csv")
    paid = {
        only["orderNumber"]
        for row in _rows(DEALERS / "payments.csv")
        if row["paymentDate"] <= "2005-06-01"
        for only in _equal(orders, sums, row)
    }
    owed = {row["orderNumber"] for row in orders if row["shippedDate"] and row["status"] != "Cancelled"} - paid
    assert _debts(_base(dealers)) == {number: sums[number] for number in owed}
    assert len(owed) == 310 - 248


def _equal(orders: list[dict[str, str]], sums: dict[str, Decimal], payment: dict[str, str]) -> list[dict[str, str]]:
    own = [row for row in orders if row["customerNumber"] == payment["customerNumber"]]
    return [row for row in own if sums[row["orderNumber"]] == Decimal(payment["amount"])]


@needs_data
def test_a_debt_of_a_dealer_is_due_thirty_days_after_the_shipment(dealers: Sandbox) -> None:
    shipped = {row["orderNumber"]: row["shippedDate"] for row in _rows(DEALERS / "orders.csv")}
    for row in _base(dealers).rows(SHIPMENT, select="Number,Date,ЭтапыГрафикаОплаты/ДатаПлатежа"):
        day = date.fromisoformat(shipped[row["Number"]])
        assert row["Date"][:10] == day.isoformat()
        assert row["ЭтапыГрафикаОплаты"][0]["ДатаПлатежа"][:10] == (day + timedelta(days=30)).isoformat()


@needs_data
def test_a_dealers_limit_is_the_contracts_and_nought_is_prepayment(dealers: Sandbox) -> None:
    base = _base(dealers)
    names = {row["Ref_Key"]: row["Description"] for row in base.rows("Catalog_Контрагенты")}
    contracts = {names[row["Контрагент_Key"]]: row for row in base.rows("Catalog_ДоговорыКонтрагентов")}
    customers = {row["customerName"].strip(): Decimal(row["creditLimit"]) for row in _rows(DEALERS / "customers.csv")}
    assert {name: Decimal(str(row["ДопустимаяСуммаЗадолженности"])) for name, row in contracts.items()} == customers
    assert all(row["ОграничиватьСуммуЗадолженности"] for row in contracts.values())
    deferrals = {name: row["СрокОплаты"] for name, row in contracts.items()}
    assert deferrals == {name: "30" if limit else "0" for name, limit in customers.items()}


@needs_data
def test_money_of_dealers_that_fits_no_order_stands_unallocated(dealers: Sandbox) -> None:
    base = _base(dealers)
    ahead = base.rows(f"{BY_TERM}/Balance()", "ПредоплатаBalance gt 0")
    assert len(ahead) == 23 - 2 + _late(base)
    dealers.world.clock.set(datetime.fromisoformat("2005-06-10T09:00:00+04:00"))
    assert len(base.rows(PAYMENT)) == 273
    dealers.world.reset()
    assert len(base.rows(PAYMENT)) == 271


def _late(base: Infobase) -> int:
    """Return how many of the two payments dated after the clock's start fit an order; these are no part of the 23."""
    fitting = [row for row in _rows(DEALERS / "payments.csv") if row["paymentDate"] > "2005-06-01"]
    sums = {row["Number"]: Decimal(str(row["СуммаДокумента"])) for row in base.rows(SHIPMENT)}
    return sum(Decimal(row["amount"]) in sums.values() for row in fitting)


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    files = company_files(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SandboxError, match=r"cannot be loaded: it lacks Disputed, "):
        start([COMPANY], files, load=other)


@needs_data
def test_receivables_need_a_company_with_1c() -> None:
    root = Path(__file__).parents[2]
    with pytest.raises(SandboxError, match="receivables: it needs 1C"):
        start(["water"], root / "config" / "companies", load=RECEIVABLES)
