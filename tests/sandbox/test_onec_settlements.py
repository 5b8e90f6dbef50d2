"""What clients owe: balances follow from what is posted and from what payments were allocated to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onec_desk import BY_TERM, ORDER, PAYMENT, SHIPMENT, TOTALS, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _command(desk: Desk, name: str, row: dict[str, Any], command: str) -> None:
    desk.send("POST", f"{name}(guid'{row['Ref_Key']}')/{command}", None, "PostingModeOperational=false")


def test_a_shipment_is_a_debt_due_by_its_stages(desk: Desk) -> None:
    stages = [
        {"LineNumber": 1, "ДатаПлатежа": "2026-12-01T00:00:00", "СуммаПлатежа": 30},
        {"LineNumber": 2, "ДатаПлатежа": "2026-12-15T00:00:00", "СуммаПлатежа": 50},
    ]
    desk.shipment(desk.client(), 100, ЭтапыГрафикаОплаты=stages)
    assert desk.total() == 100
    assert desk.terms() == [("2026-11-23", 20, 0), ("2026-12-01", 30, 0), ("2026-12-15", 50, 0)]


def test_a_draft_is_no_debt_and_neither_are_goods_that_have_not_gone(desk: Desk) -> None:
    contract = desk.client()
    desk.send("POST", SHIPMENT, {**desk.parties(contract), "СуммаДокумента": 100})
    desk.shipment(contract, 100, Статус="КПредоплате")
    assert (desk.total(), desk.terms()) == (0, [])


def test_the_sum_of_a_shipment_with_lines_is_that_of_its_lines(desk: Desk) -> None:
    lines = [{"LineNumber": 1, "СуммаСНДС": 60.5}, {"LineNumber": 2, "СуммаСНДС": 1}]
    shipment = desk.shipment(desk.client(), 999, Товары=lines)
    assert (shipment["СуммаДокумента"], desk.total()) == (61.5, 61.5)


def test_a_payment_reduces_what_it_is_allocated_to(desk: Desk) -> None:
    contract = desk.client()
    early, late = (desk.shipment(contract, 100, due) for due in ("2026-12-01", "2026-12-15"))
    desk.payment(contract, 60, part=(late["ОбъектРасчетов_Key"], 60))
    assert desk.terms() == [("2026-12-01", 100, 0), ("2026-12-15", 40, 0)]
    desk.payment(contract, 130, one=(early["ОбъектРасчетов_Key"], 90), other=(late["ОбъектРасчетов_Key"], 40))
    assert (desk.total(), desk.terms()) == (10, [("2026-12-01", 10, 0)])


def test_a_payment_may_name_the_document_in_place_of_the_object(desk: Desk) -> None:
    contract = desk.client()
    shipment = desk.shipment(contract, 100, "2026-12-01")
    part = {"LineNumber": 1, "Сумма": 100, "ОснованиеПлатежа": shipment["Ref_Key"]}
    part["ОснованиеПлатежа_Type"] = f"StandardODATA.{SHIPMENT}"
    body = {"СуммаДокумента": 100, "ПроведеноБанком": True, "РасшифровкаПлатежа": [part]}
    desk.posted(PAYMENT, {**desk.parties(contract), **body})
    assert (desk.total(), desk.terms()) == (0, [])


def test_money_that_nobody_allocated_stands_beside_the_debt(desk: Desk) -> None:
    contract = desk.client()
    shipment = desk.shipment(contract, 100, "2026-12-01")
    payment = desk.payment(contract, 100, part=(shipment["ОбъектРасчетов_Key"], 30))
    assert desk.total() == 0
    assert desk.terms() == [("2026-11-23", 0, 70), ("2026-12-01", 70, 0)]
    (ahead,) = desk.get(f"{BY_TERM}/Balance", "$filter=ПредоплатаBalance gt 0")
    assert (ahead["РасчетныйДокумент"], ahead["РасчетныйДокумент_Type"]) == (
        payment["Ref_Key"], f"StandardODATA.{PAYMENT}",
    )  # fmt: skip
    settled = desk.get(f"Catalog_ОбъектыРасчетов(guid'{ahead['ОбъектРасчетов_Key']}')")
    assert (settled["ТипОбъектаРасчетов"], settled["Объект"]) == ("ПлатежВозврат", payment["Ref_Key"])


def test_money_counts_when_the_bank_has_it(desk: Desk) -> None:
    contract = desk.client()
    body = {**desk.parties(contract), "СуммаДокумента": 50}
    payment = desk.posted(PAYMENT, body)
    assert (payment["Posted"], desk.total()) == (True, 0)
    desk.send("PATCH", f"{PAYMENT}(guid'{payment['Ref_Key']}')", {"ПроведеноБанком": True})
    assert desk.total() == 0
    _command(desk, PAYMENT, payment, "Post")
    assert desk.total() == -50


def test_a_reversed_payment_brings_the_debt_back(desk: Desk) -> None:
    contract = desk.client()
    shipment = desk.shipment(contract, 100, "2026-12-01")
    payment = desk.payment(contract, 100, part=(shipment["ОбъектРасчетов_Key"], 100))
    _command(desk, PAYMENT, payment, "Unpost")
    assert (desk.total(), desk.terms()) == (100, [("2026-12-01", 100, 0)])
    _command(desk, PAYMENT, payment, "Post")
    assert desk.total() == 0


def test_a_prepaid_order_meets_its_shipment(desk: Desk) -> None:
    contract = desk.client()
    order = desk.posted(ORDER, _order(desk, contract, 100, Статус="КОтгрузке", ПорядокРасчетов="ПоЗаказам"))
    assert {name: desk.total(name) for name in ("Сумма", "КОплате", "КОтгрузке", "Отгружается")} == {
        "Сумма": 0, "КОплате": 100, "КОтгрузке": 100, "Отгружается": 100,
    }  # fmt: skip
    desk.payment(contract, 40, part=(order["ОбъектРасчетов_Key"], 40))
    assert (desk.total(), desk.total("КОплате"), desk.terms()) == (-40, 60, [("2026-11-23", 0, 40)])
    of_order = {"ЗаказКлиента": order["Ref_Key"], "ЗаказКлиента_Type": f"StandardODATA.{ORDER}"}
    shipment = desk.shipment(contract, 100, "2026-12-01", **of_order)
    assert shipment["ОбъектРасчетов_Key"] == order["ОбъектРасчетов_Key"]
    assert (desk.total(), desk.terms()) == (60, [("2026-12-01", 60, 0)])
    assert (desk.total("КОтгрузке"), desk.total("Отгружается"), desk.total("КОплате")) == (0, 0, 60)


def test_an_order_that_is_not_agreed_awaits_nothing(desk: Desk) -> None:
    desk.posted(ORDER, _order(desk, desk.client(), 100, Статус="НеСогласован"))
    assert desk.get(f"{TOTALS}/Balance") == []


def test_settlements_by_contract_hang_on_the_contract(desk: Desk) -> None:
    contract = desk.client()
    for due in ("2026-12-15", "2026-12-01"):
        shipment = desk.shipment(contract, 100, due, ПорядокРасчетов="ПоДоговорамКонтрагентов")
        assert shipment["ОбъектРасчетов_Key"] == contract["ОбъектРасчетов_Key"]
    desk.payment(contract, 130, part=(contract["ОбъектРасчетов_Key"], 130))
    assert desk.terms() == [("2026-12-15", 70, 0)]


def _order(desk: Desk, contract: dict[str, Any], total: float, **fields: Any) -> dict[str, Any]:
    line = {"LineNumber": 1, "СуммаСНДС": total}
    body = {"Договор_Key": contract["Ref_Key"], "СкидкиРассчитаны": True, "Товары": [line]}
    return {**desk.parties(contract), **body, **fields}


@pytest.mark.parametrize(
    ("status", "paid", "shipped", "state"),
    [
        ("НеСогласован", 0, 0, "ОжидаетсяСогласование"),
        ("КОбеспечению", 0, 0, "ОжидаетсяАвансДоОбеспечения"),
        ("КОбеспечению", 10, 0, "ОжидаетсяПредоплатаДоОтгрузки"),
        ("КОбеспечению", 30, 0, "ГотовКОбеспечению"),
        ("КОтгрузке", 30, 0, "ГотовКОтгрузке"),
        ("КОтгрузке", 30, 60, "ВПроцессеОтгрузки"),
        ("КОтгрузке", 30, 100, "ОжидаетсяОплатаПослеОтгрузки"),
        ("КОтгрузке", 100, 100, "ГотовКЗакрытию"),
        ("Закрыт", 100, 100, "Закрыт"),
    ],
    ids=str,
)  # fmt: skip
def test_the_state_of_an_order_follows_from_money_and_goods(
    desk: Desk, status: str, paid: float, shipped: float, state: str
) -> None:
    contract = desk.client()
    stages = [
        {"LineNumber": 1, "ВариантОплаты": "АвансДоОбеспечения", "СуммаПлатежа": 10},
        {"LineNumber": 2, "ВариантОплаты": "ПредоплатаДоОтгрузки", "СуммаПлатежа": 20},
        {"LineNumber": 3, "ВариантОплаты": "КредитСдвиг", "СуммаПлатежа": 70},
    ]
    terms = {"Статус": status, "ПорядокРасчетов": "ПоЗаказам", "ЭтапыГрафикаОплаты": stages}
    order = desk.posted(ORDER, _order(desk, contract, 100, **terms))
    if paid:
        desk.payment(contract, paid, part=(order["ОбъектРасчетов_Key"], paid))
    if shipped:
        of_order = {"ЗаказКлиента": order["Ref_Key"], "ЗаказКлиента_Type": f"StandardODATA.{ORDER}"}
        desk.shipment(contract, shipped, **of_order)
    asked = f"$filter=Заказ eq cast(guid'{order['Ref_Key']}','{ORDER}')"
    (row,) = desk.get("InformationRegister_СостоянияЗаказовКлиентов", asked)
    assert (row["Состояние"], row["Состояние_Type"]) == (state, "UnavailableEnums.СостоянияЗаказовКлиентов")
    assert (row["СуммаОплаты"], row["ПроцентОплаты"], row["СуммаОтгрузки"], row["СуммаДолга"]) == (
        paid, paid, shipped, max(shipped - paid, 0),
    )  # fmt: skip
    key = f"(Заказ='{order['Ref_Key']}',Заказ_Type='StandardODATA.{ORDER}')"
    assert desk.get(f"InformationRegister_СостоянияЗаказовКлиентов{key}") == row


@pytest.mark.parametrize(
    "spelling",
    [
        "/Balance(Condition='{doubled}',Dimensions='Валюта')",
        "/Balance(Condition='{plain}',Dimensions='Валюта')",
        "/Balance(Dimensions='Валюта', Condition='{doubled}')",
        "/Balance?Condition={plain}&Dimensions=Валюта",
        "/Balance()?Dimensions=Валюта&Condition={plain}",
    ],
    ids=["doubled quotes", "plain quotes", "the other way round", "as options", "empty brackets and options"],
)
def test_a_condition_of_balances_is_taken_in_every_spelling(desk: Desk, spelling: str) -> None:
    first, second = desk.client(), desk.client("АО «Мотор»", "7709876543")
    desk.shipment(first, 100)
    settled = desk.shipment(second, 70)["ОбъектРасчетов_Key"]
    plain = f"ОбъектРасчетов_Key eq guid'{settled}'"
    path, _, query = spelling.format(plain=plain, doubled=plain.replace("'", "''")).partition("?")
    (row,) = desk.get(f"{TOTALS}{path}", *(query.split("&") if query else ()))
    assert (row["СуммаBalance"], "ОбъектРасчетов_Key" in row) == (70, False)


def test_balances_of_all_dimensions_come_when_none_are_named(desk: Desk) -> None:
    desk.shipment(desk.client(), 100)
    (row,) = desk.get(f"{TOTALS}/Balance(Condition='',Dimensions='')")
    assert list(row) == [
        "АналитикаУчетаПоПартнерам_Key", "ОбъектРасчетов_Key", "Валюта_Key", "СуммаBalance", "КОплатеBalance", "ОплачиваетсяBalance",
        "КОтгрузкеBalance", "ОтгружаетсяBalance",
    ]  # fmt: skip


def test_conditions_reach_through_references(desk: Desk) -> None:
    desk.shipment(desk.client(), 100)
    desk.shipment(desk.client("АО «Мотор»", "7709876543"), 70)
    asked = "Condition=АналитикаУчетаПоПартнерам/Партнер/Description eq 'АО «Мотор»'"
    assert [row["СуммаBalance"] for row in desk.get(f"{TOTALS}/Balance", asked)] == [70]
    assert [row["СуммаBalance"] for row in desk.get(f"{TOTALS}/Balance", "$filter=СуммаBalance lt 80")] == [70]


@pytest.mark.parametrize(
    ("period", "total"),
    [("datetime'2026-11-20T12:00:00'", 0), ("datetime'2026-11-20T12:00:01'", 100), ("'2026-11-22'", 100), ("", 70)],
    ids=["at its very moment", "just after", "a plain day", "now"],
)
def test_balances_of_a_moment_know_what_came_before_it(desk: Desk, period: str, total: float) -> None:
    contract = desk.client()
    shipment = desk.shipment(contract, 100, Date="2026-11-20T12:00:00")
    desk.payment(contract, 30, part=(shipment["ОбъектРасчетов_Key"], 30))
    path = f"{TOTALS}/Balance(Period={period})" if period else f"{TOTALS}/Balance"
    assert sum(row["СуммаBalance"] for row in desk.get(path)) == total
    assert sum(row["ДолгBalance"] for row in desk.get(path.replace(TOTALS, BY_TERM))) == total


@pytest.mark.parametrize(
    ("call", "refusal"),
    [("Balance(Dimensions='Склад')", (400, "6")), ("Balance(Condition='Сумма gt 1')", (400, "6")),
     ("Balance(Condition='Валюта_Key gt Валюта_Key')", (500, "-1")), ("Balance(Period='завтра')", (400, "1")),
     ("Balance(По='x')", (400, "12")), ("Turnovers()", (400, "6"))],
    ids=str,
)  # fmt: skip
def test_a_wrong_call_for_balances_is_refused(desk: Desk, call: str, refusal: tuple[int, str]) -> None:
    assert desk.refusal("GET", f"{TOTALS}/{call}") == refusal


def test_the_register_by_term_may_lag_behind() -> None:
    desk = Desk({"onec.by_term_lag_s": 600.0})
    desk.shipment(desk.client(), 100, "2026-12-01")
    assert (desk.total(), desk.terms()) == (100, [])
    desk.clock.forward(600)
    assert desk.terms() == [("2026-12-01", 100, 0)]


def test_an_edit_of_a_posted_document_counts_when_it_is_posted_anew(desk: Desk) -> None:
    shipment = desk.shipment(desk.client(), 100, "2026-12-01")
    desk.send("PATCH", f"{SHIPMENT}(guid'{shipment['Ref_Key']}')", {"СуммаДокумента": 80})
    assert desk.total() == 100
    _command(desk, SHIPMENT, shipment, "Post")
    assert desk.terms() == [("2026-12-01", 80, 0)]


_KOPECKS = st.integers(1, 50_000).map(lambda kopecks: Decimal(kopecks) / 100)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ship"), _KOPECKS, st.integers(1, 28)),
        st.tuples(st.just("pay"), _KOPECKS, st.integers(0, 9)),
        st.tuples(st.just("take back"), st.just(Decimal()), st.integers(0, 9)),
    ),
    max_size=8,
)


@settings(max_examples=25)
@given(steps=_STEPS)
def test_both_registers_agree_whatever_is_posted_and_taken_back(steps: list[tuple[str, Decimal, int]]) -> None:
    desk = Desk()
    contract = desk.client()
    shipments: list[dict[str, Any]] = []
    documents: list[tuple[str, dict[str, Any], Decimal]] = []
    for step, roubles, number in steps:
        if step == "ship":
            shipments.append(desk.shipment(contract, float(roubles), f"2026-12-{number:02}"))
            documents.append((SHIPMENT, shipments[-1], roubles))
        elif step == "pay":
            parts = (
                {"part": (shipments[number]["ОбъектРасчетов_Key"], float(roubles))} if number < len(shipments) else {}
            )
            documents.append((PAYMENT, desk.payment(contract, float(roubles), **parts), -roubles))
        elif number < len(documents):
            name, row, _ = documents.pop(number)
            _command(desk, name, row, "Unpost")
    total = sum((moved for _, _, moved in documents), Decimal())
    assert desk.total() == float(total)
    rows = desk.get(f"{BY_TERM}/Balance")
    assert round(sum(row["ДолгBalance"] - row["ПредоплатаBalance"] for row in rows), 2) == float(total)
    assert all(row["ДолгBalance"] >= 0 and row["ПредоплатаBalance"] >= 0 for row in rows)
    by_object: dict[str, set[str]] = {}
    for row in rows:
        kinds = {name for name in ("ДолгBalance", "ПредоплатаBalance") if row[name]}
        by_object.setdefault(row["ОбъектРасчетов_Key"], set()).update(kinds)
    assert all(len(kinds) == 1 for kinds in by_object.values())
