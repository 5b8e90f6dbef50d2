"""python-1c-odata at the emulator of 1C: its own addresses, its own filters, its own Atom.

Where the two disagree the contract has decided, and a test says whose mistake it is.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.strangers.office import Office
from tests.strangers.visitor import Raised

DEALER = "ООО «ГидроСнаб»"
SHIPMENT = "Document_РеализацияТоваровУслуг"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("F('ИНН') == '7701000026'", ["ООО «ГидроСнаб»"]),
        ("(F('ИНН') == '7701000026') | (F('ИНН') == '7701000033')", ["АО «Дорстрой-Север»", "ООО «ГидроСнаб»"]),
        ("substringof('орож', F('Description')) | contains(F('Description'), 'дорог')", ["ООО «Лесные дороги»"]),
        ("startswith(F('Description'), 'ИП') & ~F('DeletionMark')", ["ИП Савельев Игорь Львович"]),
        ("endswith(F('Description'), '»') & (F('ЮрФизЛицо') != 'ЮрЛицо')", []),
    ],
    ids=str,
)
def test_filters_that_the_client_writes_are_understood(office: Office, written: str, names: list[str]) -> None:
    library = office.library()
    condition = library.written(written)
    page = library.Catalog_Контрагенты.query(odata_filter=condition, select=["Description"], orderby="Description")
    assert [row["Description"] for row in page["value"]] == names


def test_a_set_is_walked_through_page_by_page_and_counted(office: Office) -> None:
    library = office.library()
    rows = library.Catalog_Контрагенты.iterate(page_size=2, orderby="ИНН")
    assert [row["ИНН"] for row in rows] == sorted(row["ИНН"] for row in rows)
    assert len({row["Ref_Key"] for row in rows}) == library.Catalog_Контрагенты.count() == 7
    assert library.Catalog_Контрагенты.count(odata_filter="ЮрФизЛицо eq 'ЮрЛицо'") == 6


def test_the_client_reads_what_is_published_and_what_it_is_made_of(office: Office) -> None:
    library = office.library()
    assert library.infobase.has_entity_set("AccumulationRegister_РасчетыСКлиентами_RecordType") is True
    told = library.infobase.entity_type_for_set("Catalog_ДоговорыКонтрагентов")
    types = {one["name"]: (one["type"], one["nullable"]) for one in told["properties"]}
    assert told["keys"] == ["Ref_Key"]
    assert (types["Ref_Key"], types["СрокОплаты"]) == (("Edm.Guid", False), ("Edm.Int64", True))
    assert types["ДопустимаяСуммаЗадолженности"] == ("Edm.Double", True)
    assert "Контрагент" in told["navigation_properties"]


def test_an_order_is_written_posted_changed_and_taken_back(office: Office) -> None:
    library = office.library()
    contract = office.accountant.contract_of(DEALER)
    line = {"LineNumber": 1, "Количество": 4, "Цена": 1500, "Сумма": 6000, "СуммаСНДС": 6000}
    body = {
        "Date": "2026-11-23T12:00:00", "Контрагент_Key": contract["Контрагент_Key"], "Договор_Key": contract["Ref_Key"],
        "СкидкиРассчитаны": True, "Статус": "КОбеспечению", "НомерПоДаннымКлиента": "CRM-5502", "Товары": [line],
    }  # fmt: skip
    created = library.Document_ЗаказКлиента.create(body, posting_mode="POST")
    key = created["Ref_Key"]
    assert (created["СуммаДокумента"], created["Posted"]) == (6000, False)
    order = library.Document_ЗаказКлиента.get(key)
    assert order["Posted"] is True
    edited = library.Document_ЗаказКлиента.edit(key, {"Комментарий": "срочно"}, if_match=order["DataVersion"])
    assert (edited["Комментарий"], edited["DataVersion"] != order["DataVersion"]) == ("срочно", True)
    library.Document_ЗаказКлиента.unpost(key)
    assert library.Document_ЗаказКлиента.get(key, select=["Posted"])["Posted"] is False
    library.Document_ЗаказКлиента.delete(key)
    with pytest.raises(Raised, match="EntityNotFound: HTTP 404: Экземпляр сущности"):
        library.Document_ЗаказКлиента.get(key)
    name = "Document_ЗаказКлиента"
    assert office.effects() == [
        f"POST {name}",
        f"POST {name}/Post",
        f"PATCH {name}",
        f"POST {name}/Unpost",
        f"DELETE {name}",
    ]


def test_balances_are_read_with_a_condition_in_plain_quotes(office: Office) -> None:
    library = office.library()
    office.accountant.ship(DEALER, 1000, date(2026, 12, 1))
    office.accountant.ship("ООО «Лесные дороги»", 70, date(2026, 12, 2))
    office.accountant.receive_payment(DEALER, 300)
    (owner,) = (
        row["Ref_Key"]
        for row in library.Catalog_КлючиАналитикиУчетаПоПартнерам.query()["value"]
        if row["Договор"] == office.accountant.contract_of(DEALER)["Ref_Key"]
    )
    register = library.AccumulationRegister_РасчетыСКлиентами
    rows = register.balance(condition=f"АналитикаУчетаПоПартнерам_Key eq guid'{owner}'")["value"]
    assert sorted(row["СуммаBalance"] for row in rows) == [-300, 1000]
    assert register.balance(period="2026-11-01T00:00:00")["value"] == []
    assert len(register.balance()["value"]) == 3


def test_prices_are_sliced_as_the_client_asks_for_them(office: Office) -> None:
    library = office.library()
    (kind,) = library.Catalog_ВидыЦен.query(odata_filter="Description eq 'Дилерская'")["value"]
    table = library.InformationRegister_ЦеныНоменклатуры_RecordType
    rows = table.slice_last(condition=f"ВидЦены_Key eq guid'{kind['Ref_Key']}'", select="Цена", orderby="Цена desc")[
        "value"
    ]
    assert [row["Цена"] for row in rows][:2] == [18600, 15600]


@pytest.mark.parametrize("wire", ["json", "auto", "atom"])
def test_the_same_is_read_in_json_and_in_atom(office: Office, wire: str) -> None:
    library = office.library(format=wire)
    contract = office.accountant.contract_of(DEALER)
    names = ["Description", "ОграничиватьСуммуЗадолженности", "ДопустимаяСуммаЗадолженности"]
    read = library.Catalog_ДоговорыКонтрагентов.get(contract["Ref_Key"], select=names)
    assert {name: read[name] for name in names} == {name: contract[name] for name in names}
    page = library.Catalog_ДоговорыКонтрагентов.query(top=3, inlinecount=True, select=names)
    assert (len(page["value"]), page["odata.count"]) == (3, "7")


@pytest.mark.parametrize("wire", ["json", "atom"])
@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"odata_filter": "Клиент eqq true"}, 'ODataError: HTTP 400: Ошибка при разборе опции запроса "$filter"'),
        ({"select": ["Нет"]}, 'ODataError: HTTP 400: Сегмент пути "Нет" не найден!'),
        ({"odata_filter": "Ref_Key gt guid'11111111-2222-3333-4444-555555555555'"}, "ODataError: HTTP 500: Операция"),
    ],
    ids=["filter", "select", "comparison"],
)
def test_a_refusal_is_told_in_the_words_of_1c(office: Office, wire: str, asked: dict[str, Any], refusal: str) -> None:
    with pytest.raises(Raised) as raised:
        office.library(format=wire).Catalog_Партнеры.query(**asked)
    assert str(raised.value).startswith(refusal)


def test_a_foreign_version_is_a_conflict_where_the_base_enforces_it(office: Office) -> None:
    key = office.accountant.contract_of(DEALER)["Ref_Key"]
    change = {"УстановленСрокОплаты": False}
    library = office.library()
    with office.switched(if_match="enforce"), pytest.raises(Raised, match="ConcurrencyError: HTTP 412"):
        library.Catalog_ДоговорыКонтрагентов.edit(key, change, if_match="AAAAAAAAAAA=")
    assert office.effects() == []
    library.Catalog_ДоговорыКонтрагентов.edit(key, change, if_match="AAAAAAAAAAA=")
    assert office.accountant.contract_of(DEALER)["УстановленСрокОплаты"] is False


@pytest.mark.parametrize(
    ("fault", "told"),
    [("http_503", "HTTP 503"), ("http_500", "HTTP 500"), ("http_502_html", "HTTP 502"), ("maintenance", "HTTP 503"),
     ("html_200", "invalid JSON"), ("wrong_token", "HTTP 401"), ("half_body", "ClientPayloadError")],
    ids=str,
)  # fmt: skip
def test_what_breaks_on_the_way_is_an_error_and_nothing_is_read(office: Office, fault: str, told: str) -> None:
    library = office.library()
    office.spoil(fault)
    with pytest.raises(Raised, match=told):
        library.Catalog_Партнеры.query()
    assert len(library.Catalog_Партнеры.query()["value"]) == 7


def test_a_write_whose_answer_was_cut_has_been_done(office: Office) -> None:
    library = office.library()
    office.spoil("half_body")
    with pytest.raises(Raised):
        library.Catalog_Партнеры.create({"Description": "Гараж"})
    assert library.Catalog_Партнеры.count(odata_filter="Description eq 'Гараж'") == 1
