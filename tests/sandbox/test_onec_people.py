"""People at work in 1C, through its own interface, and what the company's small world gives them to work with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from onec_company import COMPANY, company_files

from sandbox.people import Person, VendorError
from sandbox.serve import Sandbox, start

DEALER = "ООО «ГидроСнаб»"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with start([COMPANY], company_files(tmp_path_factory.mktemp("companies")), limits="off") as running:
        yield running


@pytest.fixture
def accountant(sandbox: Sandbox) -> Person:
    sandbox.world.reset()
    return Person(sandbox.ready, COMPANY, "accountant")


def _owed(person: Person, client: str = DEALER) -> list[tuple[date, Decimal]]:
    return [(row["due"], row["roubles"]) for row in person.debts(client)]


def _day(number: int) -> date:
    return date(2026, 12, number)


def test_goods_shipped_are_owed_until_they_are_paid(accountant: Person, sandbox: Sandbox) -> None:
    first, second = (accountant.ship(DEALER, sum_, _day(day)) for sum_, day in ((Decimal("1000.50"), 14), (300, 1)))
    assert _owed(accountant) == [(_day(1), Decimal(300)), (_day(14), Decimal("1000.5"))]
    accountant.receive_payment(DEALER, 1200, {second: 300, first: 900})
    assert _owed(accountant) == [(_day(14), Decimal("100.5"))]
    kinds = [(row["kind"], row["by"]) for row in sandbox.world.journal.effects_since(0)]
    assert {by for _, by in kinds} == {"accountant"}
    assert [kind for kind, _ in kinds].count("POST Document_РеализацияТоваровУслуг/Post") == 2


def test_money_waits_until_it_is_allocated(accountant: Person) -> None:
    shipment = accountant.ship(DEALER, 500, _day(1))
    payment = accountant.receive_payment(DEALER, 500)
    assert sorted(roubles for _, roubles in _owed(accountant)) == [-500, 500]
    accountant.allocate_payment(payment, {shipment: 500})
    assert _owed(accountant) == []


def test_a_payment_and_a_shipment_are_taken_back(accountant: Person) -> None:
    shipment = accountant.ship(DEALER, 500, _day(1), number="УТ-77")
    assert accountant.shipment_numbered("УТ-77") == shipment
    payment = accountant.receive_payment(DEALER, 500, {shipment: 500})
    accountant.reverse_payment(payment)
    assert _owed(accountant) == [(_day(1), Decimal(500))]
    accountant.reverse_shipment(shipment)
    assert _owed(accountant) == []


def test_a_new_counterparty_has_terms_that_can_be_changed(sandbox: Sandbox, accountant: Person) -> None:
    terms: dict[str, Any] = {"limit": 250_000, "deferral_days": 14, "price_type": "Дилерская"}
    accountant.make_counterparty("ООО «О'Мега»", "7701000080", "770101001", **terms)
    contract = accountant.contract_of("ООО «О'Мега»")
    assert (contract["ДопустимаяСуммаЗадолженности"], contract["СрокОплаты"]) == (250_000, "14")
    accountant.change_limit("ООО «О'Мега»", Decimal("99.90"))
    assert accountant.contract_of("ООО «О'Мега»")["ДопустимаяСуммаЗадолженности"] == 99.9
    accountant.change_limit("ООО «О'Мега»", None)
    contract = accountant.contract_of("ООО «О'Мега»")
    assert (contract["ОграничиватьСуммуЗадолженности"], contract["ДопустимаяСуммаЗадолженности"]) == (False, 0)
    accountant.ship("ООО «О'Мега»", 10, _day(1))
    assert _owed(accountant, "ООО «О'Мега»") == [(_day(1), Decimal(10))]


def test_whom_1c_does_not_know_nobody_ships_to(accountant: Person) -> None:
    with pytest.raises(LookupError, match="Никто"):
        accountant.ship("Никто", 10, _day(1))
    with pytest.raises(LookupError, match="Закупочная"):
        accountant.make_counterparty("ООО «Новый»", "7701000080", price_type="Закупочная")


def test_a_refusal_is_told_in_the_words_of_1c(accountant: Person) -> None:
    with pytest.raises(VendorError, match="404 9: Экземпляр сущности"):
        accountant.reverse_payment("11111111-2222-3333-4444-555555555555")


def test_the_little_world_is_that_of_a_company_that_sells_on_credit(sandbox: Sandbox, accountant: Person) -> None:
    base = accountant._base
    assert [row["Description"] for row in base.rows("Catalog_Организации")] == ["ООО «Техника и запчасти»"]
    assert [row["Description"] for row in base.rows("Catalog_ВидыЦен")] == ["Розничная", "Оптовая", "Дилерская"]
    agreements = base.rows("Catalog_СоглашенияСКлиентами", select="ВидЦен/Description,ЭтапыГрафикаОплаты/ВариантОплаты")
    assert {(row["ВидЦен"] or {}).get("Description") for row in agreements} == {
        None,
        "Розничная",
        "Оптовая",
        "Дилерская",
    }
    prices = base.rows("InformationRegister_ЦеныНоменклатуры_RecordType/SliceLast()")
    assert len(prices) == 3 * len(base.rows("Catalog_Номенклатура")) == 36
    assert sandbox.ready["env"]["MACHINERY_ONEC_URL"].endswith("/ut")
    assert sandbox.world.companies[COMPANY].counts()["onec"]["Catalog_Контрагенты"] == 7
    owner = Person(sandbox.ready, COMPANY, "owner")
    known = {row["RQ_INN"] for row in owner.bitrix("crm.requisite.list")}
    assert known < {row["ИНН"] for row in base.rows("Catalog_Контрагенты")}
