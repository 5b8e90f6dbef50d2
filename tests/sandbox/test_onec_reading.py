"""What is asked of sets: conditions, columns, order, pages, counts, and how values are shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from onec_desk import NOWHERE, ORDER, SHIPMENT, Desk

CLIENTS = "Catalog_Контрагенты"


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Three clients; an order of 100.50 and 20 roubles of the first, one of 300 of the second."""
    desk = Desk()
    first = desk.client(
        "ООО «Гидросила»", "7701234567", limit_kopecks=50_000_000, deferral_days=21, price_kind="Оптовая"
    )
    second = desk.client("ИП О'Нил", "770123456789")
    desk.client("АО «Мотор»", "7709876543")
    desk.order(first, 100.50, 20, Статус="КОбеспечению", НомерПоДаннымКлиента="CRM-1", Date="2026-11-20T10:15:22")
    desk.order(second, 300, НомерПоДаннымКлиента="CRM-2", Date="2026-11-21T09:00:00")
    return desk


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("ИНН eq '7701234567'", ["ООО «Гидросила»"]),
        ("Description eq 'ИП О''Нил'", ["ИП О'Нил"]),
        ("ИНН ne '7701234567' and DeletionMark eq false", ["ИП О'Нил", "АО «Мотор»"]),
        ("ИНН eq '1' or ИНН eq '7709876543'", ["АО «Мотор»"]),
        ("not (ИНН eq '7701234567')", ["ИП О'Нил", "АО «Мотор»"]),
        ("not startswith(Description, 'ООО')", ["ИП О'Нил", "АО «Мотор»"]),
        ("ИНН eq '7701234567' or ИНН eq '7709876543' and DeletionMark eq true", ["ООО «Гидросила»"]),
        ("(ИНН eq '7701234567' or ИНН eq '7709876543') and DeletionMark eq true", []),
        ("substringof('идро', Description)", ["ООО «Гидросила»"]),
        ("endswith(Description,'тор»')", ["АО «Мотор»"]),
        ("like(Description,'%О_ил%')", []),
        ("like(Description,'%О''_ил')", ["ИП О'Нил"]),
        ("like(ИНН,'[7]70123456[78]')", ["ООО «Гидросила»"]),
        ("substring(ИНН, 9, 2) eq '43'", ["АО «Мотор»"]),
        ("concat(ИНН, КПП) eq '7709876543770101001'", ["АО «Мотор»"]),
        ("Партнер/Description eq 'АО «Мотор»'", ["АО «Мотор»"]),
        ("Партнер/ОсновнойМенеджер/Description eq 'Ольга'", []),
        ("Партнер/ОсновнойМенеджер/Description ne 'Ольга'", []),
        (f"ГоловнойКонтрагент_Key eq guid'{NOWHERE}' and ЮрФизЛицо eq 'ЮрЛицо'", ["ООО «Гидросила»", "АО «Мотор»"]),
        (f"Ref_Key eq guid'{NOWHERE}'", []),
    ],
    ids=str,
)  # fmt: skip
def test_a_condition_chooses_rows(desk: Desk, condition: str, names: list[str]) -> None:
    assert desk.names(CLIENTS, f"$filter={condition}") == names


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("СуммаДокумента gt 120.49", ["CRM-1", "CRM-2"]),
        ("СуммаДокумента sub 0.5 eq 120", ["CRM-1"]),
        ("СуммаДокумента mul 2 add 1 ge 601", ["CRM-2"]),
        ("round(СуммаДокумента) eq 121", ["CRM-1"]),
        ("СуммаДокумента div 3 lt -1", []),
        ("Date ge datetime'2026-11-20T00:00:00' and Date lt datetime'2026-11-21T00:00:00'", ["CRM-1"]),
        ("year(Date) eq 2026 and quarter(Date) eq 4 and month(Date) eq 11 and day(Date) eq 21", ["CRM-2"]),
        ("hour(Date) eq 10 and minute(Date) eq 15 and second(Date) eq 22", ["CRM-1"]),
        ("dayofweek(Date) eq 5 and dayofyear(Date) eq 324", ["CRM-1"]),
        ("Статус eq 'КОбеспечению'", ["CRM-1"]),
        ("Posted eq true", []),
        ("Согласован", ["CRM-1"]),
        ("Товары/any(d: d/СуммаСНДС gt 100 and d/СуммаСНДС lt 200)", ["CRM-1"]),
        ("Товары/all(d: d/СуммаСНДС gt 100)", ["CRM-2"]),
        ("Контрагент/Партнер/Description eq 'ИП О''Нил'", ["CRM-2"]),
        ("Договор/ОграничиватьСуммуЗадолженности eq true", ["CRM-1"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_condition_compares_sums_days_and_lines(desk: Desk, condition: str, numbers: list[str]) -> None:
    found = desk.get(ORDER, f"$filter={condition}", "$orderby=Date")
    assert [order["НомерПоДаннымКлиента"] for order in found] == numbers


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("Объект eq guid'{order}'", 0),
        ("Объект eq cast(guid'{order}','Document_ЗаказКлиента')", 1),
        ("Объект eq cast(guid'{order}','Document_РеализацияТоваровУслуг')", 0),
        ("Объект ne guid'{order}'", 5),
        ("cast(Объект,'Document_ЗаказКлиента') eq guid'{order}'", 1),
        ("cast(Объект,'Document_ЗаказКлиента')/НомерПоДаннымКлиента eq 'CRM-1'", 1),
        ("isof(Объект,'Document_ЗаказКлиента')", 2),
        ("Объект_Type eq 'StandardODATA.Catalog_ДоговорыКонтрагентов'", 3),
    ],
    ids=["bare guid", "cast", "another type", "not the bare guid", "cast of the field", "path", "type", "name of the type"],
)  # fmt: skip
def test_a_composite_is_found_by_value_and_type_together(desk: Desk, condition: str, count: int) -> None:
    order = desk.get(ORDER, "$filter=НомерПоДаннымКлиента eq 'CRM-1'")[0]["Ref_Key"]
    assert len(desk.get("Catalog_ОбъектыРасчетов", f"$filter={condition.format(order=order)}")) == count


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ("$filter=ИНН eqq '1'", (400, "14")),
        ("$filter=ИНН eq '1", (400, "14")),
        ("$filter=(ИНН eq '1'", (400, "14")),
        ("$filter=ИНН eq '1' and", (400, "14")),
        ("$filter=ИНН = '1'", (400, "14")),
        ("$filter=ИНН", (400, "14")),
        ("$filter=length(ИНН) eq 1", (400, "14")),
        ("$filter=contains(ИНН,'1')", (400, "14")),
        ("$filter=ИНН in ('1')", (400, "14")),
        ("$filter=startswith(ИНН)", (400, "12")),
        ("$filter=Нет eq '1'", (400, "6")),
        ("$filter=Партнер/Нет eq '1'", (400, "6")),
        ("$filter=КонтактнаяИнформация/АдресЭП eq '1'", (400, "6")),
        ("$filter=Ref_Key eq guid'1'", (400, "1")),
        ("$filter=Ref_Key eq cast(guid'00000000-0000-0000-0000-000000000000','Catalog_Нет')", (404, "8")),
        ("$filter=Ref_Key gt guid'00000000-0000-0000-0000-000000000000'", (500, "-1")),
        ("$filter=Ref_Key eq '1'", (500, "-1")),
        ("$filter=ИНН eq 1", (500, "-1")),
        ("$filter=DeletionMark gt false", (500, "-1")),
        ("$filter=ИНН add 1 eq 2", (500, "-1")),
        ("$filter=ИНН or DeletionMark", (500, "-1")),
        ("$filter=КонтактнаяИнформация/any(a: a/Тип eq '1') or КонтактнаяИнформация/any(a: a/Тип eq '2')", (400, "14")),
        ("$filter=КонтактнаяИнформация/any(a: ИНН eq '1')", (400, "6")),
        ("$select=Нет", (400, "6")),
        ("$select=КонтактнаяИнформация/Нет", (400, "6")),
        ("$orderby=Нет", (400, "6")),
        ("$orderby=ИНН down", (400, "14")),
        ("$expand=Нет", (400, "6")),
        ("$top=all", (400, "14")),
        ("$skip=-1", (400, "14")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_wish_that_cannot_be_read_or_carried_out_is_refused(
    desk: Desk, options: str, refusal: tuple[int, str]
) -> None:
    assert desk.refusal("GET", CLIENTS, options) == refusal


@pytest.mark.parametrize(
    "condition", ["Date ge '2026-11-20'", "Date ge datetime'2026-11-20'", "Date ge datetime'20.11.2026'"]
)
def test_a_day_is_compared_only_as_a_whole_moment(desk: Desk, condition: str) -> None:
    assert desk.refusal("GET", ORDER, f"$filter={condition}") in ((500, "-1"), (400, "1"))


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("Catalog_Контрагенты(guid'1')", (400, "1")),
        ("Catalog_Контрагенты('1')", (400, "1")),
        ("Catalog_Контрагенты(guid'11111111-2222-3333-4444-555555555555')", (404, "9")),
        ("Catalog_Контрагенты/Нет", (400, "6")),
        ("Catalog_Контрагенты/Balance()", (400, "6")),
        ("Document_ЗаказКлиента_Товары(LineNumber=1)", (400, "7")),
        ("InformationRegister_ЦеныНоменклатуры/SliceLast", (400, "6")),
    ],
    ids=str,
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused(desk: Desk, path: str, refusal: tuple[int, str]) -> None:
    assert desk.refusal("GET", path) == refusal


@pytest.mark.parametrize(
    ("select", "answer"),
    [
        ("Ref_Key,ИНН", {"Ref_Key", "ИНН"}),
        ("ИНН, КПП ,Партнер_Key", {"ИНН", "КПП", "Партнер_Key"}),
        ("Партнер/Code", {"Партнер": {"Code": "00-00000001"}}),
        ("КонтактнаяИнформация/Тип,ИНН", {"КонтактнаяИнформация": [], "ИНН": "7701234567"}),
        ("Presentation,Партнер____Presentation", {"Presentation": "ООО «Гидросила»", "Партнер____Presentation": "ООО «Гидросила»"}),
    ],
    ids=["keys", "spaces", "along a path", "a column of a section", "presentations"],
)  # fmt: skip
def test_only_what_is_selected_is_answered(desk: Desk, select: str, answer: Any) -> None:
    (row,) = desk.get(CLIENTS, "$filter=ИНН eq '7701234567'", f"$select={select}")
    assert (row.keys() if isinstance(answer, set) else row) == answer


def test_two_stars_leave_the_sections_out(desk: Desk) -> None:
    whole, bare = (desk.get(ORDER, f"$select={stars}")[0] for stars in ("*", "**"))
    assert whole.keys() - bare.keys() == {"Товары", "ЭтапыГрафикаОплаты"}
    assert len(bare) > 40


def test_columns_of_a_section_are_selected_by_a_path(desk: Desk) -> None:
    order = desk.get(
        ORDER, "$filter=НомерПоДаннымКлиента eq 'CRM-1'", "$select=Number,Товары/LineNumber,Товары/СуммаСНДС"
    )
    assert order == [
        {"Number": "00УТ-000001", "Товары": [{"LineNumber": "1", "СуммаСНДС": 100.5}, {"LineNumber": "2", "СуммаСНДС": 20}]}
    ]  # fmt: skip


def test_a_reference_is_expanded_where_a_list_is_asked_for(desk: Desk) -> None:
    rows = desk.get(ORDER, "$expand=Контрагент/Партнер", "$select=Number,Контрагент", "$orderby=Date", "$top=1")
    assert rows[0].keys() == {"Number", "Контрагент"}
    assert (rows[0]["Контрагент"]["ИНН"], rows[0]["Контрагент"]["Партнер"]["Code"]) == ("7701234567", "00-00000001")
    order = desk.get(ORDER)[0]["Ref_Key"]
    assert desk.refusal("GET", f"{ORDER}(guid'{order}')", "$expand=Контрагент") == (400, "14")


def test_values_are_shown_as_the_platform_shows_them(desk: Desk) -> None:
    (order,) = desk.get(ORDER, "$filter=НомерПоДаннымКлиента eq 'CRM-1'")
    assert order["СуммаДокумента"] == 120.5
    assert isinstance(order["СуммаАвансаДоОбеспечения"], int)
    assert order["МаксимальныйКодСтроки"] == order["Товары"][1]["КодСтроки"] == "2"
    assert (order["Date"], order["ДатаСогласования"]) == ("2026-11-20T10:15:22", "0001-01-01T00:00:00")
    assert (order["Склад_Key"], order["Комментарий"]) == (NOWHERE, "")
    assert (order["ДокументОснование"], order["ДокументОснование_Type"]) == ("", "StandardODATA.Undefined")
    assert (order["Posted"], order["Статус"]) == (False, "КОбеспечению")
    assert len(order["DataVersion"]) == 12
    assert list(order)[:6] == ["Ref_Key", "DataVersion", "DeletionMark", "Number", "Date", "Posted"]


@pytest.mark.parametrize(
    ("orderby", "names"),
    [
        ("Description", ["АО «Мотор»", "ИП О'Нил", "ООО «Гидросила»"]),
        ("Description desc", ["ООО «Гидросила»", "ИП О'Нил", "АО «Мотор»"]),
        ("КПП,ИНН desc", ["АО «Мотор»", "ИП О'Нил", "ООО «Гидросила»"]),
        ("Партнер/Code desc", ["АО «Мотор»", "ИП О'Нил", "ООО «Гидросила»"]),
        ("Ref_Key", ["АО «Мотор»", "ИП О'Нил", "ООО «Гидросила»"]),
    ],
    ids=str,
)  # fmt: skip
def test_rows_come_in_the_order_asked_for(desk: Desk, orderby: str, names: list[str]) -> None:
    assert desk.names(CLIENTS, f"$orderby={orderby}") == names


def test_a_page_is_what_is_left_after_skipping(desk: Desk) -> None:
    pages = [desk.names(CLIENTS, "$orderby=ИНН", "$top=2", f"$skip={skip}") for skip in (0, 2, 4)]
    assert pages == [["ООО «Гидросила»", "ИП О'Нил"], ["АО «Мотор»"], []]
    assert desk.get(CLIENTS, "$top=0") == []


def test_a_count_is_a_bare_number_of_all_that_fits(desk: Desk) -> None:
    reply = desk.ask("GET", f"{CLIENTS}/$count", "$filter=ЮрФизЛицо eq 'ЮрЛицо'", "$top=1")
    assert (reply.body, reply.content_type) == (b"2", "text/plain;charset=utf-8")
    assert Desk({"onec.has_count": False}).refusal("GET", f"{CLIENTS}/$count") == (400, "6")


def test_a_page_tells_how_many_there_are_in_all(desk: Desk) -> None:
    answer = desk.get(CLIENTS, "$top=1", "$inlinecount=allpages")
    assert (answer["odata.count"], len(answer["value"])) == ("3", 1)


def test_by_the_vendors_guide_a_page_that_counts_is_no_page() -> None:
    desk = Desk({"onec.inlinecount_ignores_paging": True})
    answer = desk.get("Catalog_ВидыЦен", "$top=1", "$skip=1", "$inlinecount=allpages")
    assert (answer["odata.count"], len(answer["value"])) == ("2", 2)
    assert len(desk.get("Catalog_ВидыЦен", "$top=1")) == 1


def test_rows_of_a_section_are_a_set_of_their_own(desk: Desk) -> None:
    rows = desk.get(f"{ORDER}_Товары", "$orderby=Ref_Key,LineNumber", "$filter=СуммаСНДС lt 300")
    assert [(row["LineNumber"], row["СуммаСНДС"]) for row in rows] == [("1", 100.5), ("2", 20)]
    assert desk.get(f"{ORDER}_Товары(Ref_Key=guid'{rows[1]['Ref_Key']}',LineNumber=2)") == rows[1]


def test_an_analytic_key_says_whose_it_is(desk: Desk) -> None:
    contract = desk.client("ООО «Буровик»", "7700000016")
    desk.shipment(contract, 10)
    asked = f"$filter=Контрагент eq cast(guid'{contract['Контрагент_Key']}','{CLIENTS}')"
    (row,) = desk.get("InformationRegister_АналитикаУчетаПоПартнерам", asked)
    assert (row["Партнер_Key"], row["Договор"]) == (contract["Партнер_Key"], contract["Ref_Key"])
    (key,) = desk.get("Catalog_КлючиАналитикиУчетаПоПартнерам", asked)
    assert key["Ref_Key"] == row["КлючАналитики_Key"]


def test_the_last_prices_are_sliced_by_kind_and_moment() -> None:
    desk = Desk()
    good = desk.onec.add_good("Гидроцилиндр", "GC-80", {"Розничная": 150_000, "Оптовая": 120_050})
    kinds = {row["Description"]: row["Ref_Key"] for row in desk.get("Catalog_ВидыЦен")}
    table = "InformationRegister_ЦеныНоменклатуры_RecordType/SliceLast"
    wholesale = f"Condition=ВидЦены_Key eq guid'{kinds['Оптовая']}'"
    assert desk.get(table, wholesale, "$select=Номенклатура_Key,Цена") == [{"Номенклатура_Key": good, "Цена": 1200.5}]
    assert [row["Цена"] for row in desk.get(table, "$filter=Цена gt 1300")] == [1500]
    assert desk.get(f"{table}(Period=datetime'2026-11-22T00:00:00')") == []
    desk.onec.state.prices.append({**desk.onec.state.prices[1], "Цена": Decimal(1), "Period": "2026-11-24T00:00:00"})
    assert [row["Цена"] for row in desk.get(table, wholesale)] == [1]
    assert [row["Цена"] for row in desk.get(table, wholesale, "Period=datetime'2026-11-23T12:00:00'")] == [1200.5]


def test_record_sets_hold_the_records_of_one_document() -> None:
    desk = Desk()
    document = desk.shipment(desk.client(), 70)
    sets = desk.get("AccumulationRegister_РасчетыСКлиентами")
    assert [(one["Recorder"], [record["Сумма"] for record in one["RecordSet"]]) for one in sets] == [
        (document["Ref_Key"], [70])
    ]
    assert desk.refusal("GET", "AccumulationRegister_РасчетыСКлиентами", "$filter=Period ge datetime'2026-01-01T00:00:00'") == (
        400, "6",
    )  # fmt: skip
    single = desk.get(
        "AccumulationRegister_РасчетыСКлиентами_RecordType", "$filter=Period ge datetime'2026-01-01T00:00:00'"
    )
    assert [(row["RecordType"], row["Recorder_Type"]) for row in single] == [("Receipt", f"StandardODATA.{SHIPMENT}")]
