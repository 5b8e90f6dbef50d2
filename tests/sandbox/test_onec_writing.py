"""Writing to 1C: what is numbered, cut, passed over, refused; posting and taking it back; who else holds the object."""

from __future__ import annotations

import json
from typing import Any

import pytest
from onec_desk import BARE, NOWHERE, ORDER, PAYMENT, SHIPMENT, Desk

CONTRACTS, CLIENTS = "Catalog_ДоговорыКонтрагентов", "Catalog_Контрагенты"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _at(name: str, row: dict[str, Any], more: str = "") -> str:
    return f"{name}(guid'{row['Ref_Key']}'){more}"


def _effects(desk: Desk) -> list[tuple[str, str]]:
    return [(row["kind"], row["by"]) for row in desk.journal.effects_since(0)]


def test_a_new_object_is_answered_whole_with_its_address(desk: Desk) -> None:
    reply = desk.ask("POST", "Catalog_Партнеры", "$format=json", body={"Description": "Гараж"}, by="manager")
    row = json.loads(reply.body)
    assert reply.status == 201
    assert row["odata.metadata"].endswith("#Catalog_Партнеры/@Element")
    assert (row["Code"], row["Description"], row["Клиент"]) == ("00-00000001", "Гараж", False)
    place = reply.headers["Location"].encode("latin-1").decode()
    assert place == f"http://1c.test/ut/odata/standard.odata/{_at('Catalog_Партнеры', row)}"
    assert _effects(desk) == [("POST Catalog_Партнеры", "manager")]
    assert desk.journal.effects_since(0)[0]["payload"] == {"Description": "Гараж", "Ref_Key": row["Ref_Key"]}


def test_documents_are_numbered_within_a_year_and_dated_when_they_are_written(desk: Desk) -> None:
    contract = desk.client()
    days = [{"Date": "2025-03-05T12:00:00"}, {}, {"Date": "2025-04-01T00:00:00"}, {"Number": "МОЙ-1"}]
    documents = [desk.order(contract, **fields) for fields in days]
    assert [(row["Number"], row["Date"]) for row in documents] == [
        ("00УТ-000001", "2025-03-05T12:00:00"), ("00УТ-000001", "2026-11-23T09:00:00"),
        ("00УТ-000002", "2025-04-01T00:00:00"), ("МОЙ-1", "2026-11-23T09:00:00"),
    ]  # fmt: skip


def test_what_1c_sets_itself_in_an_order(desk: Desk) -> None:
    lines = [
        {"LineNumber": "1", "СуммаСНДС": 600, "ДатаОтгрузки": "2026-12-01T00:00:00"},
        {"LineNumber": "2", "СуммаСНДС": 50, "Отменено": True, "ДатаОтгрузки": "2026-12-09T00:00:00"},
        {"LineNumber": "3", "СуммаСНДС": 0.5, "Сумма": 99, "ДатаОтгрузки": "2026-12-02T00:00:00"},
    ]
    order = desk.order(desk.client(), Товары=lines, Статус="КОбеспечению", СуммаДокумента=1, Согласован=False)
    assert (order["СуммаДокумента"], order["Согласован"], order["ДатаОтгрузки"]) == (600.5, True, "2026-12-02T00:00:00")
    assert [line["КодСтроки"] for line in order["Товары"]] == ["1", "2", "3"]
    settled = desk.get(_at("Catalog_ОбъектыРасчетов", {"Ref_Key": order["ОбъектРасчетов_Key"]}))
    assert (settled["ТипОбъектаРасчетов"], settled["Объект"], settled["Сумма"]) == ("Заказ", order["Ref_Key"], 600.5)


def test_a_change_leaves_the_rest_and_moves_the_version(desk: Desk) -> None:
    client = desk.send("POST", CLIENTS, {"Description": "Гараж", "ИНН": "7701"})
    changed = desk.send("PATCH", _at(CLIENTS, client), {"КПП": "770101001"})
    assert (changed["Description"], changed["ИНН"], changed["КПП"]) == ("Гараж", "7701", "770101001")
    again = desk.send("PATCH", _at(CLIENTS, client), {"КПП": "770101001"})
    assert len({client["DataVersion"], changed["DataVersion"], again["DataVersion"]}) == 3
    replaced = desk.send("PUT", _at(CLIENTS, client), {"Description": "Гараж"})
    assert (replaced["Description"], replaced["ИНН"], replaced["КПП"]) == ("Гараж", "", "")


def test_a_section_is_replaced_as_a_whole(desk: Desk) -> None:
    order = desk.order(desk.client(), 100, 200)
    line = {"LineNumber": 1, "СуммаСНДС": 5}
    changed = desk.send("PATCH", _at(ORDER, order), {"Товары": [line]})
    assert [(row["LineNumber"], row["СуммаСНДС"], row["Сумма"]) for row in changed["Товары"]] == [("1", 5, 0)]
    assert changed["СуммаДокумента"] == 5
    assert desk.send("PATCH", _at(ORDER, order), {"Комментарий": "да"})["Товары"] == changed["Товары"]


@pytest.mark.parametrize(
    ("numbers", "refusal"),
    [([None], (500, "-1")), ([1, None], (500, "-1")), ([2], (400, "4")), ([1, 3], (400, "4")), (["1", "2"], None)],
    ids=["none", "one without", "from two", "a gap", "as text"],
)
def test_rows_of_a_section_are_numbered_from_one_without_gaps(
    desk: Desk, numbers: list[Any], refusal: tuple[int, str] | None
) -> None:
    order = desk.order(desk.client(), 7)
    body = {"Товары": [{"СуммаСНДС": 1} | ({} if n is None else {"LineNumber": n}) for n in numbers]}
    reply = desk.ask("PATCH", _at(ORDER, order), BARE, body=body)
    if refusal is None:
        assert reply.status == 200
    else:
        assert (reply.status, json.loads(reply.body)["odata.error"]["code"]) == refusal
        assert desk.get(_at(ORDER, order)) == order


def test_what_nobody_knows_is_passed_over_and_what_is_too_long_is_cut(desk: Desk) -> None:
    written = {
        "НетТакого": 1, "ИНН": "1234567890123", "Description": "Гараж", "КПП": 770101001, "DataVersion": "AAAA",
        "Ref_Key": "11111111-2222-3333-4444-555555555555", "Партнер_Key": "22222222-2222-3333-4444-555555555555",
        "КонтактнаяИнформация@odata.type": "Collection(StandardODATA.Catalog_Контрагенты_КонтактнаяИнформация_RowType)",
    }  # fmt: skip
    client = desk.send("POST", CLIENTS, written)
    assert (client["ИНН"], client["КПП"], client["Партнер_Key"]) == ("123456789012", "", written["Партнер_Key"])
    assert client["Ref_Key"] != written["Ref_Key"]
    contract = desk.send("POST", CONTRACTS, {"СрокОплаты": "двадцать", "УстановленСрокОплаты": True})
    assert (contract["СрокОплаты"], contract["УстановленСрокОплаты"]) == ("0", True)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("{", (500, "-1")),
        ("[1]", (400, "2")),
        ({"Партнер_Key": "1"}, (400, "1")),
        ({"Партнер_Key": 7}, (400, "1")),
        ({"ДатаНачалаДействия": "01.12.2026"}, (400, "1")),
        ({"УстановленСрокОплаты": "да"}, (400, "1")),
        ({"Статус": "Действующий"}, (400, "4")),
    ],
    ids=["no JSON", "no object", "no guid", "a number for a guid", "no moment", "no flag", "no member"],
)
def test_a_body_that_cannot_be_read_is_refused_and_nothing_is_written(
    desk: Desk, body: Any, refusal: tuple[int, str]
) -> None:
    assert desk.refusal("POST", CONTRACTS, body=body) == refusal
    assert (desk.get(CONTRACTS), _effects(desk)) == ([], [])


def test_a_composite_bears_its_type(desk: Desk) -> None:
    contract = desk.client()
    of_type = "StandardODATA.Catalog_ДоговорыКонтрагентов"
    typed, bare, empty = (
        desk.send("POST", PAYMENT, {"Договор": contract["Ref_Key"], **more})
        for more in ({"Договор_Type": of_type}, {}, {"Договор": NOWHERE, "Договор_Type": of_type})
    )
    assert (typed["Договор"], typed["Договор_Type"]) == (contract["Ref_Key"], of_type)
    for one in (bare, empty):
        assert (one["Договор"], one["Договор_Type"]) == ("", "StandardODATA.Undefined")
    wrong = {"Договор": contract["Ref_Key"], "Договор_Type": "StandardODATA.Catalog_Валюты"}
    assert desk.refusal("POST", PAYMENT, body=wrong) == (400, "4")


def test_a_key_of_ones_own_is_taken_only_where_the_base_does_so() -> None:
    desk = Desk({"onec.takes_ref_key": True})
    key = "11111111-2222-3333-4444-555555555555"
    assert desk.send("POST", CLIENTS, {"Ref_Key": key})["Ref_Key"] == key
    assert desk.refusal("POST", CLIENTS, body={"Ref_Key": key}) == (400, "15")


def test_a_limit_is_cleared_with_its_flag(desk: Desk) -> None:
    terms = {"ОграничиватьСуммуЗадолженности": True, "ДопустимаяСуммаЗадолженности": 500000.25}
    contract = desk.send("POST", CONTRACTS, terms)
    assert contract["ДопустимаяСуммаЗадолженности"] == 500000.25
    changed = desk.send("PATCH", _at(CONTRACTS, contract), {"ОграничиватьСуммуЗадолженности": False})
    assert changed["ДопустимаяСуммаЗадолженности"] == 0


def test_rows_are_not_created_by_themselves_and_registers_not_at_all(desk: Desk) -> None:
    assert desk.refusal("POST", f"{ORDER}_Товары", body={}) == (400, "13")
    assert desk.refusal("POST", "AccumulationRegister_РасчетыСКлиентами", body={}) == (405, "19")


def test_deletion_is_for_good(desk: Desk) -> None:
    contract = desk.client()
    shipment = desk.shipment(contract, 100)
    reply = desk.ask("DELETE", _at(SHIPMENT, shipment))
    assert (reply.status, reply.body) == (204, b"")
    assert desk.refusal("GET", _at(SHIPMENT, shipment)) == (404, "9")
    assert desk.total() == 0
    assert _effects(desk)[-1] == (f"DELETE {SHIPMENT}", "accountant")


def test_posting_is_answered_without_a_body_and_told_to_the_journal(desk: Desk) -> None:
    order = desk.order(desk.client(), 100, Статус="КОбеспечению")
    for more in ("/Post", "/Post()", "/Post(PostingModeOperational=false)", "/Unpost", "/Unpost"):
        before = desk.get(_at(ORDER, order))["DataVersion"]
        reply = desk.ask("POST", _at(ORDER, order, more), BARE)
        after = desk.get(_at(ORDER, order))
        assert (reply.status, reply.body) == (200, b"")
        assert (after["Posted"], after["DataVersion"] != before) == (more.startswith("/Post"), True)
    assert (
        _effects(desk)[1:] == [(f"POST {ORDER}/Post", "accountant")] * 3 + [(f"POST {ORDER}/Unpost", "accountant")] * 2
    )
    assert desk.journal.effects_since(1)[0]["payload"] == {"Ref_Key": order["Ref_Key"]}


def test_posted_is_not_a_property_that_can_be_written(desk: Desk) -> None:
    order = desk.order(desk.client(), 100)
    assert desk.send("PATCH", _at(ORDER, order), {"Posted": True})["Posted"] is False


@pytest.mark.parametrize(
    ("fields", "option"),
    [
        ({}, "PostingModeOperational=true"),
        ({"СкидкиРассчитаны": False}, "PostingModeOperational=false"),
        ({"DeletionMark": True}, "PostingModeOperational=false"),
    ],
    ids=["in real time", "discounts not computed", "marked for deletion"],
)
def test_a_refused_posting_leaves_the_document_written_and_unposted(
    desk: Desk, fields: dict[str, Any], option: str
) -> None:
    order = desk.order(desk.client(), 100, Статус="КОбеспечению", **fields)
    assert desk.refusal("POST", _at(ORDER, order, "/Post"), option) == (500, "-1")
    assert desk.get(_at(ORDER, order)) == order
    assert len(_effects(desk)) == 1


def test_handlers_refuse_in_the_words_of_the_base(desk: Desk) -> None:
    order = desk.order(desk.client(), 100)
    desk.switches["onec.refuses_posting"] = "Превышен лимит задолженности"
    answer = json.loads(desk.ask("POST", _at(ORDER, order, "/Post"), BARE).body)["odata.error"]
    assert (answer["code"], answer["message"]["value"]) == (
        "-1", "Ошибка при выполнении обработчика - 'ОбработкаПроведения': Превышен лимит задолженности",
    )  # fmt: skip
    desk.switches["onec.refuses_writing"] = "Период закрыт"
    assert desk.refusal("PATCH", _at(ORDER, order), body={"Комментарий": "да"}) == (500, "-1")
    assert desk.refusal("POST", ORDER, body={}) == (500, "-1")
    assert desk.get(ORDER) == [order]


def test_a_posted_document_is_not_marked_for_deletion(desk: Desk) -> None:
    shipment = desk.shipment(desk.client(), 100)
    assert desk.refusal("PATCH", _at(SHIPMENT, shipment), body={"DeletionMark": True}) == (500, "-1")
    desk.send("POST", _at(SHIPMENT, shipment, "/Unpost"))
    assert desk.send("PATCH", _at(SHIPMENT, shipment), {"DeletionMark": True})["DeletionMark"] is True
    assert desk.onec.counts()[SHIPMENT] == 0


@pytest.mark.parametrize(
    ("switch", "given", "status"),
    [("ignore", "AAAA", 200), ("enforce", "AAAA", 412), ("enforce", "{own}", 200), ("enforce", "*", 200), ("enforce", "", 200)],
    ids=["ignored", "a foreign one", "its own", "any", "none"],
)  # fmt: skip
def test_if_match_holds_only_where_the_base_enforces_it(switch: str, given: str, status: int) -> None:
    desk = Desk({"onec.if_match": switch})
    client = desk.send("POST", CLIENTS, {"Description": "Гараж"})
    header = given.format(own=client["DataVersion"])
    reply = desk.ask("PATCH", _at(CLIENTS, client), BARE, body={"КПП": "1"}, if_match=header)
    assert reply.status == status
    assert desk.get(_at(CLIENTS, client))["КПП"] == ("1" if status == 200 else "")


def test_what_somebody_holds_open_is_not_written(desk: Desk) -> None:
    order = desk.order(desk.client(), 100)
    desk.switches["onec.locked"] = {order["Ref_Key"]}
    answer = json.loads(desk.ask("PATCH", _at(ORDER, order), BARE, body={}).body)["odata.error"]
    assert (answer["code"], "заблокирован" in answer["message"]["value"]) == ("-1", True)
    assert desk.refusal("POST", _at(ORDER, order, "/Post")) == (500, "-1")
    desk.switches.clear()
    assert desk.ask("PATCH", _at(ORDER, order), BARE, body={}).status == 200


@pytest.mark.parametrize(
    ("verb", "more", "refusal"),
    [("POST", "/Send", (400, "6")), ("GET", "/Post", (400, "6")), ("POST", "", (405, "19")), ("PATCH", "/Post", (405, "19"))],
    ids=["no such command", "read", "posted to an object", "changed"],
)  # fmt: skip
def test_commands_are_few_and_are_posted(desk: Desk, verb: str, more: str, refusal: tuple[int, str]) -> None:
    order = desk.order(desk.client(), 100)
    assert desk.refusal(verb, _at(ORDER, order, more), body={}) == refusal
