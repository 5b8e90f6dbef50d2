"""What 1C's registers of settlements become: debts, advances and balances, with what they point at."""

from __future__ import annotations

from datetime import date

import pytest

from sverka.domain.account_rows import Debt, Settled
from tests.contract.onec_rows import (
    CLIENT,
    CONTRACT,
    ENTITY,
    KEY,
    OBJECT,
    SHIPMENT,
    TYPE,
    ageing,
    balance,
    key,
    known_of,
    one_of_each,
    read,
    shipment,
)
from tests.contract.onec_vendor import (
    AGEING,
    CURRENCIES,
    KEY_REGISTER,
    KEYS,
    NO_DATE,
    RUB,
    SETTLEMENTS,
    SHIPMENTS,
    HandOnec,
    guid,
)
from tests.contract.vendors import START, Row


def test_debts_of_one_document_and_day_are_one_debt_whatever_they_arose_from() -> None:
    rows = [ageing(100.1), ageing(0.2, ДатаВозникновения="2026-08-25T00:00:00"), ageing(50, number=2)]
    later = ageing(7, ДатаПлановогоПогашения="2026-10-01T00:00:00")
    base = HandOnec(sets=one_of_each() | {AGEING: [*rows, later], SHIPMENTS: [shipment(), shipment(2)]})
    found = {row.ext_id: row.residual_kopecks for row in read(base, "debts").rows if isinstance(row, Debt)}
    assert found == {
        f"{OBJECT}:{SHIPMENT}:2026-09-10": 10_030,
        f"{OBJECT}:{guid(2, 8)}:2026-09-10": 5_000,
        f"{OBJECT}:{SHIPMENT}:2026-10-01": 700,
    }


def test_a_debt_that_is_level_again_is_none() -> None:
    base = HandOnec(sets=one_of_each() | {AGEING: [ageing(100), ageing(-100, ДатаВозникновения=NO_DATE)]})
    assert [read(base, family).rows for family in ("debts", "advances")] == [(), ()]


def test_one_debt_of_two_customers_is_a_mistake_of_which_the_first_is_kept() -> None:
    rows = [ageing(100), ageing(50, АналитикаУчетаПоПартнерам_Key=guid(2, 6))]
    base = HandOnec(sets=one_of_each() | {AGEING: rows, KEYS: [key(), key(2, Контрагент=guid(2, 4))]})
    reading = read(base, "debts")
    assert [row.residual_kopecks for row in reading.rows if isinstance(row, Debt)] == [10_000]
    assert [ext_id for ext_id, _ in reading.proof.malformed] == [f"{OBJECT}:{SHIPMENT}:2026-09-10"]
    assert reading.damaged == {guid(2, 4)}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"РасчетныйДокумент_Type": f"{TYPE}Document_ВводОстатков"}, "ВводОстатков"),
        ({"РасчетныйДокумент": "", "РасчетныйДокумент_Type": f"{TYPE}Undefined"}, ""),
        ({"РасчетныйДокумент_Type": f"{TYPE}Catalog_ДоговорыКонтрагентов"}, "Catalog_ДоговорыКонтрагентов"),
    ],
    ids=["a kind that is not published", "no document", "a contract"],
)
def test_a_debt_whose_document_is_not_shown_stays_a_debt(more: Row, kind: str) -> None:
    base = HandOnec(sets=one_of_each() | {AGEING: [ageing(100, **more)]})
    reading = read(base, "debts")
    (row,) = reading.rows
    assert isinstance(row, Debt)
    assert (row.document_kind, row.number, row.sum_kopecks) == (kind, "", None)
    assert (row.residual_kopecks, row.issued_on, reading.proof.complete) == (10_000, date(2026, 8, 20), True)


def test_a_kind_of_document_without_a_sum_is_shown_without_it() -> None:
    bare = {name: value for name, value in shipment().items() if name != "СуммаДокумента"}
    (row,) = read(HandOnec(sets=one_of_each() | {SHIPMENTS: [bare]}), "debts").rows
    assert isinstance(row, Debt)
    assert (row.number, row.sum_kopecks) == ("00УТ-000123", None)


def test_only_documents_that_are_new_are_asked_for() -> None:
    base = HandOnec(sets=one_of_each())
    known = known_of(base.client().changes({"debts": None, "settled": None}))
    base.sets[AGEING].append(ageing(5, number=2))
    base.sets[SHIPMENTS].append(shipment(2))
    base.requests.clear()
    assert [row.number for row in read(base, "debts", known).rows if isinstance(row, Debt)] == ["00УТ-000123"] * 2
    assert [each["$filter"] for each in base.queries(SHIPMENTS)] == [f"Ref_Key eq guid'{guid(2, 8)}'"]


def test_a_reading_anew_asks_for_all_documents_for_they_may_have_been_edited() -> None:
    base = HandOnec(sets=one_of_each())
    with base.client() as client:
        client.changes({"debts": None})
        base.sets[SHIPMENTS] = [shipment(Number="00УТ-000777")]
        ((same,), (other,)) = (client.changes({"debts": moment})[0].rows for moment in (START, None))
    assert [getattr(row, "number", "") for row in (same, other)] == ["00УТ-000123", "00УТ-000777"]


def test_many_documents_and_keys_are_asked_for_in_queries_that_a_web_server_takes() -> None:
    debts = [ageing(1, number=number, АналитикаУчетаПоПартнерам_Key=guid(number, 6)) for number in range(1, 101)]
    keys, papers = [key(number) for number in range(1, 101)], [shipment(number) for number in range(1, 101)]
    base = HandOnec(sets=one_of_each() | {AGEING: debts, KEYS: keys, SHIPMENTS: papers})
    assert (len(read(base, "debts").rows), len(base.queries(SHIPMENTS)), len(base.queries(KEYS))) == (100, 4, 4)


def test_keys_of_settlements_come_from_the_register_where_the_catalogue_is_not_published() -> None:
    sets = one_of_each()
    of_register = {**key(), "КлючАналитики_Key": KEY}
    del of_register["Ref_Key"]
    base = HandOnec(sets=sets | {KEY_REGISTER: [of_register]})
    del base.sets[KEYS]
    (row,) = read(base, "settled").rows
    assert isinstance(row, Settled)
    assert (row.counterparty_id, row.contract_id) == (CLIENT, CONTRACT)


@pytest.mark.parametrize("family", ["debts", "advances", "settled"])
def test_settlements_of_a_key_that_1c_does_not_tell_are_set_aside(family: str) -> None:
    reading = read(HandOnec(sets=one_of_each() | {KEYS: []}), family)
    assert (reading.rows, len(reading.proof.malformed), reading.proof.complete) == ((), 1, True)
    assert "1C does not tell whose settlements" in reading.proof.malformed[0][1]


def test_settlements_with_another_entity_of_ours_are_no_customers() -> None:
    own = key(
        Контрагент=ENTITY, Контрагент_Type=f"{TYPE}Catalog_Организации", Договор="", Договор_Type=f"{TYPE}Undefined"
    )
    (row,) = read(HandOnec(sets=one_of_each() | {KEYS: [own]}), "settled").rows
    assert isinstance(row, Settled)
    assert (row.counterparty_id, row.contract_id) == ("", "")


def test_a_currency_is_called_as_everywhere_and_an_unlisted_one_is_a_mistake() -> None:
    dollars = guid(840, 9)
    rows = [balance(1), balance(2, Валюта_Key=dollars), balance(3, Валюта_Key=guid(999, 9))]
    named = [
        {"Ref_Key": RUB, "Code": "643", "Description": "руб."}, {"Ref_Key": dollars, "Code": "840", "Description": "USD"},
    ]  # fmt: skip
    reading = read(HandOnec(sets=one_of_each() | {SETTLEMENTS: rows, CURRENCIES: named}), "settled")
    assert [row.currency for row in reading.rows if isinstance(row, Settled)] == ["RUB", "USD"]
    assert [ext_id for ext_id, _ in reading.proof.malformed] == [f"{KEY}:{guid(999, 9)}"]


@pytest.mark.parametrize(
    ("family", "register"), [("debts", AGEING), ("advances", AGEING), ("settled", SETTLEMENTS)], ids=lambda each: each
)
def test_balances_that_do_not_add_up_to_their_totals_are_incomplete(family: str, register: str) -> None:
    sets = one_of_each() | {
        AGEING: [ageing(10, 1), ageing(20, 2, number=2)], SETTLEMENTS: [balance(1), balance(2, 2)],
        KEYS: [key(), key(2)], SHIPMENTS: [shipment(), shipment(2)],
    }  # fmt: skip

    def cut(resource: str, page: list[Row]) -> list[Row]:
        return page[:1] if resource.startswith(register) and len(page) > 1 else page

    assert read(HandOnec(sets=sets), family).proof.complete
    reading = read(HandOnec(sets=sets, on_rows=cut), family)
    assert (reading.proof.complete, "do not add up" in reading.proof.trouble) == (False, True)


def test_the_ageing_is_asked_for_once_for_debts_and_advances() -> None:
    base = HandOnec(sets=one_of_each())
    base.client().changes({"debts": None, "advances": None})
    assert [name for name in base.asked() if name.startswith(AGEING)] == [
        f"{AGEING}/Balance()", f"{AGEING}/Balance(Dimensions='АналитикаУчетаПоПартнерам,Валюта')",
    ]  # fmt: skip


def test_a_balance_that_cannot_be_understood_damages_its_customer_only() -> None:
    rows = [ageing("много"), ageing(10, number=2, АналитикаУчетаПоПартнерам_Key=guid(2, 6))]
    sets = one_of_each() | {AGEING: rows, KEYS: [key(), key(2, Контрагент=guid(2, 4))], SHIPMENTS: [shipment(2)]}
    reading = read(HandOnec(sets=sets), "debts")
    assert [row.counterparty_id for row in reading.rows if isinstance(row, Debt)] == [guid(2, 4)]
    assert [ext_id for ext_id, _ in reading.proof.malformed] == [f"{OBJECT}:{SHIPMENT}:2026-09-10"]
    assert (reading.damaged, reading.proof.complete) == ({CLIENT}, True)
