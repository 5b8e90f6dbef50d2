"""What 1C's sets and registers become: whole readings with proofs, and honest incomplete ones."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from sverka.domain.account_rows import Advance, Contract, Counterparty, Debt, Entity, Receipt, Settled, Terms
from sverka.domain.rows import Row as OurRow
from sverka.systems.errors import NoAccess, Unreachable
from sverka.systems.onec.known import Known
from sverka.systems.onec.models import CATALOGS, Model, receipts
from sverka.systems.onec.read import FAMILIES
from tests.contract.onec_rows import (
    CLIENT,
    CONTRACT,
    ENTITY,
    KEY,
    OBJECT,
    PARTNER,
    SHIPMENT,
    WHOSE,
    agreement,
    contract,
    counterparty,
    known_of,
    one_of_each,
    read,
    receipt,
)
from tests.contract.onec_vendor import (
    AGREEMENTS,
    CONTRACTS,
    COUNTERPARTIES,
    EMPTY,
    KEYS,
    NO_DATE,
    RECEIPTS,
    RUB,
    SHIPMENTS,
    ZONE,
    HandOnec,
    error,
    guid,
)
from tests.contract.vendors import START, Row, html

ANEW = dict.fromkeys(FAMILIES)
ON = dict.fromkeys(FAMILIES, START)


def test_objects_and_balances_become_ours() -> None:
    readings = {each.proof.family: each for each in HandOnec(sets=one_of_each()).client().changes(ANEW)}
    state: dict[str, Any] = {"version": "AAAAAAABT9k="}
    assert {family: each.rows for family, each in readings.items()} == {
        "entities": (Entity(ext_id=ENTITY, name="Техника ООО", inn="7700000001", kpp="770001001", **state),),
        "counterparties": (Counterparty(
            ext_id=CLIENT, name="Автодеталь ООО", full_name="ООО «Автодеталь»", inn="7701234567", kpp="770101001",
            partner_id=PARTNER, kind="legal", **state,
        ),),
        "contracts": (Contract(
            ext_id=CONTRACT, counterparty_id=CLIENT, partner_id=PARTNER, entity_id=ENTITY, number="24-118",
            signed_on=date(2024, 3, 1), is_active=True, limit_kopecks=50_000_000, overdue_forbidden=True, deferral_days=21, **state,
        ),),
        "terms": (Terms(
            ext_id=guid(1, 11), partner_id=PARTNER, counterparty_id="", entity_id=ENTITY, price_type="Дилерская", deferral_days=21,
            is_prepaid=False, is_active=True, **state,
        ),),
        "debts": (Debt(
            ext_id=f"{OBJECT}:{SHIPMENT}:2026-09-10", **WHOSE, object_id=OBJECT, document_id=SHIPMENT,
            document_kind="РеализацияТоваровУслуг", number="00УТ-000123", issued_on=date(2026, 8, 20), due_on=date(2026, 9, 10),
            sum_kopecks=18_430_050, residual_kopecks=8_430_050, currency="RUB",
        ),),
        "advances": (Advance(ext_id=f"{KEY}:{OBJECT}:{RUB}", **WHOSE, object_id=OBJECT, sum_kopecks=30_025, currency="RUB"),),
        "settled": (Settled(ext_id=f"{KEY}:{RUB}", analytic_id=KEY, **WHOSE, balance_kopecks=8_400_025, currency="RUB"),),
        "receipts": (Receipt(
            ext_id=guid(1, 10), entity_id=ENTITY, counterparty_id=CLIENT, number="00УТ-000045", incoming_number="311",
            paid_on=date(2026, 9, 17), document_at=datetime(2026, 9, 18, 4, tzinfo=UTC), sum_kopecks=5_000_000,
            allocated_kopecks=3_000_000, is_cleared=True, purpose="Оплата по договору 24-118", currency="RUB", **state,
        ),),
    }  # fmt: skip
    assert [(each.proof.full, each.proof.complete, each.proof.trouble) for each in readings.values()] == [
        (True, True, "")
    ] * len(FAMILIES)
    assert readings["debts"].proof.server_at == START


@pytest.mark.parametrize("model", [*CATALOGS.values(), receipts(ZONE)], ids=lambda model: model.name)
def test_every_field_of_a_row_is_in_the_table(model: Model) -> None:
    assert set(model.fields) | {"updated_at"} == {each.name for each in fields(model.row)}


@pytest.mark.parametrize(
    ("steps", "days", "is_prepaid"),
    [
        ((), None, False),
        ((("ПредоплатаДоОтгрузки", "0"),), None, True),
        ((("АвансДоОбеспечения", "0"), ("ПредоплатаДоОтгрузки", "3")), None, True),
        ((("КредитПослеОтгрузки", "0"),), 0, False),
        ((("КредитСдвиг", "14"), ("КредитСдвиг", "30")), 30, False),
    ],
    ids=["no steps", "prepaid", "prepaid in two steps", "on delivery", "two credits"],
)
def test_terms_tell_how_long_payment_may_wait(steps: Any, days: int | None, is_prepaid: bool) -> None:
    (row,) = read(HandOnec(sets=one_of_each() | {AGREEMENTS: [agreement(*steps)]}), "terms").rows
    assert isinstance(row, Terms)
    assert (row.deferral_days, row.is_prepaid) == (days, is_prepaid)


@pytest.mark.parametrize(
    ("more", "limit"),
    [
        ({}, 50_000_000),
        ({"ОграничиватьСуммуЗадолженности": False, "ДопустимаяСуммаЗадолженности": 0}, None),
        ({"ДопустимаяСуммаЗадолженности": 0}, 0),
    ],
    ids=["limited", "not limited", "limited to nothing"],
)
def test_a_contract_without_a_limit_is_not_one_under_which_nothing_may_be_owed(more: Row, limit: int | None) -> None:
    (row,) = read(HandOnec(sets={CONTRACTS: [contract(**more)]}), "contracts").rows
    assert isinstance(row, Contract)
    assert row.limit_kopecks == limit


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_a_set_of_any_size_comes_whole(count: int) -> None:
    base = HandOnec(sets={COUNTERPARTIES: [counterparty(number) for number in range(1, count + 1)]})
    reading = read(base, "counterparties")
    assert [row.ext_id for row in reading.rows] == [guid(number, 4) for number in range(1, count + 1)]
    assert (reading.proof.complete, reading.proof.rows) == (True, count)


def test_a_base_that_does_not_count_by_address_counts_beside_a_page() -> None:
    base = HandOnec(sets={COUNTERPARTIES: [counterparty(number) for number in range(5)]}, has_count=False)
    assert read(base, "counterparties").proof.complete
    cut = HandOnec(sets=base.sets, has_count=False, on_rows=lambda _resource, page: page[:3])
    assert not read(cut, "counterparties").proof.complete


def test_a_page_that_was_cut_makes_the_reading_incomplete() -> None:
    base = HandOnec(
        sets={COUNTERPARTIES: [counterparty(number) for number in range(5)]}, on_rows=lambda _resource, page: page[:3]
    )
    reading = read(base, "counterparties")
    assert (reading.proof.complete, reading.proof.trouble, len(reading.rows)) == (
        False, f"GET {COUNTERPARTIES}: 3 came where 1C counts 5", 3,
    )  # fmt: skip


def test_a_page_cut_once_is_read_again() -> None:
    cuts = [3]
    base = HandOnec(
        sets={COUNTERPARTIES: [counterparty(number) for number in range(5)]},
        on_rows=lambda _resource, page: page[: cuts.pop()] if cuts else page,
    )
    assert read(base, "counterparties").proof.complete


def test_an_object_that_comes_on_two_pages_makes_the_reading_incomplete() -> None:
    first = [counterparty(number) for number in range(1000)]
    base = HandOnec(sets={COUNTERPARTIES: first}, on_rows=lambda resource, _page: first if "Контр" in resource else [])
    reading = read(base, "counterparties")
    assert (reading.proof.complete, "came on two pages" in reading.proof.trouble) == (False, True)
    assert len(base.requests) == 4


def test_what_is_known_and_bears_the_same_version_is_not_read_again() -> None:
    base = HandOnec(sets=one_of_each())
    client = base.client()
    before = client.changes(ANEW)
    base.requests.clear()
    again = base.client().changes(ON, known_of(before))
    assert [each.rows for each in again] == [each.rows for each in before]
    assert all(each.proof.complete and each.proof.full for each in again)
    assert {options["$select"] for options in base.queries(COUNTERPARTIES)} == {"Ref_Key,DataVersion"}
    assert [name for name in (SHIPMENTS, KEYS) if name in base.asked()] == []
    assert len(base.requests) == 20


def test_what_was_written_since_is_read_by_its_key_and_what_is_gone_comes_no_more() -> None:
    base = HandOnec(sets={COUNTERPARTIES: [counterparty(number) for number in range(1, 4)]})
    known = known_of(base.client().changes({"counterparties": None}))
    base.sets[COUNTERPARTIES] = [
        counterparty(1), counterparty(2, DataVersion="AAAAAAABT9o=", Description="Новое имя"), counterparty(4),
    ]  # fmt: skip
    base.requests.clear()
    reading = read(base, "counterparties", known)
    assert {row.ext_id: getattr(row, "name", "") for row in reading.rows} == {
        guid(1, 4): "Автодеталь ООО", guid(2, 4): "Новое имя", guid(4, 4): "Автодеталь ООО",
    }  # fmt: skip
    assert (reading.proof.complete, len(base.requests)) == (True, 3)


def test_of_much_that_was_written_whole_pages_are_read() -> None:
    many = [counterparty(number) for number in range(300)]
    base = HandOnec(sets={COUNTERPARTIES: many})
    known = known_of(base.client().changes({"counterparties": None}))
    base.sets[COUNTERPARTIES] = [{**row, "DataVersion": "AAAAAAABT9o="} for row in many]
    base.requests.clear()
    reading = read(base, "counterparties", known)
    assert {getattr(row, "version", "") for row in reading.rows} == {"AAAAAAABT9o="}
    assert (reading.proof.complete, len(base.requests)) == (True, 4)


def test_an_object_that_goes_between_two_questions_makes_the_reading_incomplete() -> None:
    base = HandOnec(sets={COUNTERPARTIES: [counterparty(1), counterparty(2)]})
    known = Known({"counterparties": {"another": known_of(base.client().changes({"counterparties": None})).rows[
        "counterparties"][CLIENT]}})  # fmt: skip
    base.on_rows = lambda _resource, page: (
        page[:1] if "ИНН" in base.requests[-1].url.params.get("$select", "") else page
    )
    reading = read(base, "counterparties", known)
    assert (reading.proof.complete, "1 objects came of 2" in reading.proof.trouble) == (False, True)


def test_payments_of_the_last_three_months_are_read_and_only_those_of_customers() -> None:
    dates = {1: "2026-06-20", 2: "2026-06-21", 3: "2026-07-22", 4: "2026-08-22", 5: "2026-09-21", 6: "2027-01-01"}
    rows = [receipt(number, Date=f"{day}T00:00:00") for number, day in dates.items()]
    rows.append(receipt(7, ХозяйственнаяОперация="ПрочееПоступление"))
    reading = read(HandOnec(sets=one_of_each() | {RECEIPTS: rows}), "receipts")
    assert [row.ext_id for row in reading.rows] == [guid(number, 10) for number in (2, 3, 4, 5, 6)]
    assert reading.proof.complete


@pytest.mark.parametrize(
    ("more", "is_cleared", "paid_on"),
    [
        ({}, True, date(2026, 9, 17)),
        ({"Posted": False}, False, date(2026, 9, 17)),
        ({"ПроведеноБанком": False, "ДатаПроведенияБанком": NO_DATE}, False, None),
    ],
    ids=["came", "not posted", "not carried out"],
)
def test_money_has_come_when_the_bank_carried_it_out_and_the_document_is_posted(
    more: Row, is_cleared: bool, paid_on: date | None
) -> None:
    (row,) = read(HandOnec(sets={RECEIPTS: [receipt(**more)]}), "receipts").rows
    assert isinstance(row, Receipt)
    assert (row.is_cleared, row.paid_on) == (is_cleared, paid_on)


def test_a_row_that_cannot_be_understood_is_set_aside() -> None:
    base = HandOnec(sets={CONTRACTS: [
        contract(1, ДопустимаяСуммаЗадолженности="много"), contract(2, Дата="вчера"), contract(3, СрокОплаты="-5"),
        contract(4, Контрагент_Key="7"), contract(5),
    ]})  # fmt: skip
    reading = read(base, "contracts")
    assert ([row.ext_id for row in reading.rows], reading.proof.complete) == ([guid(5, 5)], True)
    assert [ext_id for ext_id, _ in reading.proof.malformed] == [guid(number, 5) for number in range(1, 5)]
    assert reading.proof.malformed[1][1] == "Дата: not a moment: 'вчера'"
    assert reading.damaged == {guid(number, 5) for number in range(1, 5)}


def test_a_base_that_never_answers_is_a_trouble() -> None:
    with pytest.raises(Unreachable):
        HandOnec(faults=[httpx.ConnectError("refused")] * 3).client().changes(ANEW)


def test_a_wrong_password_is_a_trouble() -> None:
    with pytest.raises(NoAccess, match="does not accept the login and password"):
        HandOnec(faults=[httpx.Response(401)]).client().changes(ANEW)


def test_a_base_that_stops_answering_leaves_the_rest_incomplete_without_asking() -> None:
    base = HandOnec(sets=one_of_each(), faults=[None, None, *[html(502)] * 3])
    found = {each.proof.family: each.proof.complete for each in base.client().changes(ANEW)}
    assert found == {family: family == "entities" for family in FAMILIES}
    assert len(base.requests) == 5


def test_a_set_that_is_not_published_costs_only_its_family() -> None:
    base = HandOnec(sets=one_of_each())
    del base.sets["Catalog_Организации"]
    readings = {each.proof.family: each.proof for each in base.client().changes(ANEW)}
    assert [family for family, proof in readings.items() if not proof.complete] == ["entities"]
    assert "it is not published; add it in 1C" in readings["entities"].trouble


def test_rights_that_are_missing_cost_only_their_family() -> None:
    base = HandOnec(sets=one_of_each(), faults=[error(401, "20", "Недостаточно прав")])
    readings = {each.proof.family: each.proof for each in base.client().changes(ANEW)}
    assert [family for family, proof in readings.items() if not proof.complete] == ["entities"]
    assert "has no right to it" in readings["entities"].trouble


def test_empty_references_are_nothing() -> None:
    (row,) = read(HandOnec(sets=one_of_each() | {AGREEMENTS: [agreement(Партнер_Key=EMPTY)]}), "terms").rows
    assert isinstance(row, Terms)
    assert row.partner_id == ""


def test_rows_of_one_family_know_each_other_by_their_ids() -> None:
    """What is remembered stands in one table under one id."""
    for reading in HandOnec(sets=one_of_each()).client().changes(ANEW):
        rows: list[OurRow] = [replace(row) for row in reading.rows]
        assert len({row.ext_id for row in rows}) == len(rows) > 0
