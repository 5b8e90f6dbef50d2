"""Making, changing and deleting rows of the CRM, in both families: values, names, links, custom fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bitrix24_portal import COMPANY, CONTACT, DEAL, Desk

LEAD = 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_deal_made_by_a_person_gets_what_the_portal_fills_in(desk: Desk) -> None:
    item = desk.manager.call("crm.item.add", {"entityTypeId": DEAL, "fields": {"categoryId": 1}})["item"]
    shown = (
        "title",
        "stageId",
        "stageSemanticId",
        "assignedById",
        "createdBy",
        "opened",
        "closed",
        "opportunity",
        "currencyId",
    )
    assert [item[name] for name in shown] == ["Сделка #1001", "C1:NEW", "P", 4, 4, "Y", "N", 0, "RUB"]
    assert (item["begindate"], item["closedate"]) == ("2026-09-21T03:00:00+03:00", "2026-09-28T03:00:00+03:00")
    assert (item["contactIds"], item["companyId"], item["quoteId"]) == ([], 0, None)


def test_unknown_and_read_only_names_are_passed_over(desk: Desk) -> None:
    deal = desk.deal()
    item = desk.owner.update(deal, foo=1, updatedTime="2020-01-01T00:00:00+03:00", closed="Y", title="Новое")
    assert (item["title"], item["closed"], item["updatedTime"]) == ("Новое", "N", "2026-09-21T10:00:00+03:00")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"stageId": "C1:NEW"}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"stageId": "NO_SUCH"}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"categoryId": 9}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"assignedById": 99}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"assignedById": ""}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"companyId": 99}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"contactIds": [99]}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"opportunity": "much"}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"closedate": "soon"}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
        ({"contactIds": 5}, 100),
    ],
    ids=str,
)
def test_values_that_cannot_be_are_refused_and_change_nothing(desk: Desk, fields: dict[str, Any], code: Any) -> None:
    deal = desk.deal()
    before = desk.owner.item(deal)
    assert desk.owner.refusal("crm.item.update", {"entityTypeId": DEAL, "id": deal, "fields": fields}) == (400, code)
    assert desk.owner.item(deal) == before
    assert desk.journal.effects == []


@pytest.mark.parametrize(
    ("key", "written", "universal", "classic"),
    [
        ("dispute", "Y", "Y", True),
        ("dispute", 0, "N", False),
        ("ledger_order", "77", "77", "77"),
        ("ledger_order", "", None, ""),
        ("visit_at", "2026-11-24T10:00:00+03:00", "2026-11-24T10:00:00+03:00", "2026-11-24T10:00:00+03:00"),
        ("visit_at", "2026-11-24 10:00:00", "2026-11-24T10:00:00+03:00", "2026-11-24T10:00:00+03:00"),
        ("visit_at", "2026-11-24T07:00:00Z", "2026-11-24T10:00:00+03:00", "2026-11-24T10:00:00+03:00"),
        ("visit_at", "", None, ""),
        ("ship_date", "2026-11-24", "2026-11-24T03:00:00+03:00", "2026-11-24T03:00:00+03:00"),
        ("ship_date", "24.11.2026", "2026-11-24T03:00:00+03:00", "2026-11-24T03:00:00+03:00"),
        ("ship_date", None, None, ""),
        ("branch", "", None, ""),
    ],
    ids=str,
)
def test_custom_fields_are_printed_by_each_family_in_its_way(
    desk: Desk, key: str, written: Any, universal: Any, classic: Any
) -> None:
    deal, name = desk.deal(), desk.uf(key)
    assert desk.owner.update(deal, **{name: written})[name] == universal
    assert desk.owner.call("crm.deal.get", {"id": deal})[name] == classic


def test_a_list_field_holds_option_ids_and_takes_no_text(desk: Desk) -> None:
    deal, name, option = desk.deal(), desk.uf("branch"), desk.option("branch", "Москва")
    assert desk.owner.update(deal, **{name: str(option)})[name] == option
    assert desk.owner.call("crm.deal.get", {"id": deal})[name] == str(option)
    refused = {"entityTypeId": DEAL, "id": deal, "fields": {name: "Москва"}, "useOriginalUfNames": "Y"}
    assert desk.owner.refusal("crm.item.update", refused) == (400, "CRM_FIELD_ERROR_VALUE_NOT_VALID")


def test_custom_names_are_camel_case_unless_the_original_ones_are_asked_for(desk: Desk) -> None:
    deal, name = desk.deal(), desk.uf("ledger_order")
    camel = name.replace("UF_CRM_", "ufCrm_")
    ignored = {"entityTypeId": DEAL, "id": deal, "fields": {name: "lost"}}
    assert desk.owner.call("crm.item.update", ignored)["item"][camel] is None
    item = desk.owner.call("crm.item.update", ignored | {"fields": {camel: "77"}})["item"]
    assert (item[camel], name in item) == ("77", False)
    assert desk.owner.item(deal)[name] == "77"


def test_a_new_row_says_no_where_an_old_row_says_nothing_to_a_new_boolean(desk: Desk) -> None:
    old = desk.deal()
    added = {"FIELD_NAME": "URGENT", "USER_TYPE_ID": "boolean", "EDIT_FORM_LABEL": "Срочно"}
    desk.owner.call("crm.deal.userfield.add", {"fields": added})
    new = desk.deal()
    assert [desk.owner.item(deal)["UF_CRM_URGENT"] for deal in (old, new)] == [None, "N"]
    assert desk.owner.update(old, UF_CRM_URGENT="N")["UF_CRM_URGENT"] == "N"


def test_custom_fields_are_made_by_administrators_and_listed_with_labels_on_demand(desk: Desk) -> None:
    added = {
        "FIELD_NAME": "SIZE", "USER_TYPE_ID": "enumeration", "LABEL": "Размер", "LIST": [{"VALUE": "S"}, {"VALUE": "M"}],
        "MULTIPLE": "Y",
    }  # fmt: skip
    assert desk.manager.refusal("crm.company.userfield.add", {"fields": added}) == (400, "ACCESS_DENIED")
    number = desk.owner.call("crm.company.userfield.add", {"fields": added})
    assert desk.owner.refusal("crm.company.userfield.add", {"fields": added}) == (400, "ERROR_CORE")
    plain = {each["ID"]: each for each in desk.owner.call("crm.company.userfield.list")}[str(number)]
    assert (plain["FIELD_NAME"], plain["MULTIPLE"], "EDIT_FORM_LABEL" in plain) == ("UF_CRM_SIZE", "Y", False)
    labelled = desk.owner.call("crm.company.userfield.list", {"filter": {"LANG": "ru", "FIELD_NAME": "UF_CRM_SIZE"}})
    assert [each["EDIT_FORM_LABEL"] for each in labelled] == ["Размер"]
    options = [int(option["ID"]) for option in plain["LIST"]]
    company = desk.portal.add_company("Ромашка")
    assert desk.owner.update(company, COMPANY, UF_CRM_SIZE=options)["UF_CRM_SIZE"] == options
    fields = desk.owner.call("crm.company.fields")["UF_CRM_SIZE"]
    assert (fields["title"], fields["formLabel"], fields["isMultiple"]) == ("UF_CRM_SIZE", "Размер", True)


@pytest.mark.parametrize("written", ["SHIP_NOTE", "UF_SHIP_NOTE", "UF_CRM_SHIP_NOTE", "uf_crm_ship_note"])
def test_a_custom_name_gets_the_prefix_of_the_crm_once_and_capitals(desk: Desk, written: str) -> None:
    empty = {"LIST": [{"VALUE": "S"}, {"VALUE": ""}, {"SORT": 10}]}
    added = {"FIELD_NAME": written, "USER_TYPE_ID": "enumeration", "EDIT_FORM_LABEL": "Размер", **empty}
    desk.owner.call("crm.deal.userfield.add", {"fields": added})
    field = desk.owner.call("crm.item.fields", {"entityTypeId": DEAL, "useOriginalUfNames": "Y"})["fields"][
        "UF_CRM_SHIP_NOTE"
    ]
    assert ([option["VALUE"] for option in field["items"]], field["title"]) == (["S"], "Размер")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"USER_TYPE_ID": "list"}, "Incorrect custom type specified."),
        ({"FIELD_NAME": "РАЗМЕР"}, "Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _."),
        ({"FIELD_NAME": "S" * 44}, "Field name is too long (more than 50 characters)."),
    ],
    ids=["type", "letters", "length"],
)
def test_a_custom_field_that_cannot_be_is_refused(desk: Desk, wrong: dict[str, str], said: str) -> None:
    reply = desk.owner.ask(
        "crm.deal.userfield.add", {"fields": {"FIELD_NAME": "SIZE", "USER_TYPE_ID": "string", **wrong}}
    )
    assert (reply.status, json.loads(reply.body)) == (400, {"error": "ERROR_CORE", "error_description": said})


def test_currencies_are_listed_with_the_base_one_and_a_total_of_nothing(desk: Desk) -> None:
    answer = desk.manager.answer("crm.currency.list")
    assert ([(row["CURRENCY"], row["BASE"]) for row in answer["result"]], answer["total"]) == ([("RUB", "Y")], 0)


def test_a_custom_name_of_letters_loses_its_bars_in_camel_case(desk: Desk) -> None:
    for name in ("SHIP_NOTE", "NOTE2"):
        desk.owner.call("crm.deal.userfield.add", {"fields": {"FIELD_NAME": name, "USER_TYPE_ID": "string"}})
    fields = desk.owner.call("crm.item.fields", {"entityTypeId": DEAL})["fields"]
    assert {"ufCrmShipNote", "ufCrm_NOTE2"} <= fields.keys()


def test_the_first_contact_is_primary_until_another_is_named(desk: Desk) -> None:
    first, second = (desk.portal.add_contact(name, "Орлова") for name in ("Анна", "Вера"))
    deal = desk.deal()
    item = desk.owner.update(deal, contactIds=[first, second])
    assert (item["contactIds"], item["contactId"]) == ([first, second], first)
    assert desk.owner.call("crm.deal.contact.items.get", {"id": deal})[1] == {
        "CONTACT_ID": second, "SORT": 20, "ROLE_ID": 0, "IS_PRIMARY": "N",
    }  # fmt: skip
    items = [{"CONTACT_ID": first, "SORT": 20}, {"CONTACT_ID": second, "SORT": 10, "IS_PRIMARY": "Y"}]
    assert desk.owner.call("crm.deal.contact.items.set", {"id": deal, "items": items}) is True
    assert desk.owner.item(deal)["contactIds"] == [second, first]
    assert desk.owner.item(deal)["contactId"] == second
    assert desk.owner.update(deal, contactId=first)["contactIds"] == [first]
    assert desk.owner.update(deal, contactIds=[])["contactId"] == 0


def test_a_deleted_client_is_gone_from_deals(desk: Desk) -> None:
    company = desk.portal.add_company("Ромашка")
    first, second = (desk.portal.add_contact(name, "Орлова", company_id=company) for name in ("Анна", "Вера"))
    deal = desk.deal(company_id=company)
    desk.owner.update(deal, contactIds=[first, second])
    desk.owner.call("crm.contact.delete", {"id": first})
    desk.owner.call("crm.company.delete", {"id": company})
    item = desk.owner.item(deal)
    assert (item["companyId"], item["contactId"], item["contactIds"]) == (0, second, [second])
    assert desk.owner.item(second, CONTACT)["companyIds"] == []


def test_classic_contacts_take_phones_as_arrays(desk: Desk) -> None:
    fields = {
        "NAME": "Анна",
        "PHONE": [{"VALUE": "+79990000001", "VALUE_TYPE": "MOBILE"}],
        "EMAIL": [{"VALUE": "a@b.example"}],
    }
    contact = desk.owner.call("crm.contact.add", {"FIELDS": fields})
    got = desk.owner.call("crm.contact.get", {"ID": contact})
    phone = got["PHONE"][0]
    assert (phone["VALUE"], phone["VALUE_TYPE"], phone["TYPE_ID"]) == ("+79990000001", "MOBILE", "PHONE")
    edits = [{"ID": phone["ID"], "DELETE": "Y"}, {"VALUE": "+79990000002"}]
    desk.owner.call("crm.contact.update", {"id": contact, "fields": {"PHONE": edits}})
    conditions = {"filter": {"PHONE": "+79990000002"}, "select": ["ID", "PHONE", "EMAIL", "HAS_PHONE"]}
    (listed,) = desk.owner.call("crm.contact.list", conditions)
    assert [each["VALUE"] for each in listed["PHONE"]] == ["+79990000002"]
    assert (listed["EMAIL"][0]["VALUE"], listed["HAS_PHONE"]) == ("a@b.example", "Y")
    assert desk.owner.call("crm.contact.list", {"filter": {"PHONE": "+7999000000"}}) == []
    assert "PHONE" not in desk.owner.call("crm.contact.list")[0]
    desk.owner.call("crm.contact.update", {"id": contact, "fields": {"PHONE": [{"ID": listed["PHONE"][0]["ID"]}]}})
    assert "PHONE" not in desk.owner.call("crm.contact.get", {"id": contact})


def test_a_lead_has_a_status_where_a_deal_has_a_stage(desk: Desk) -> None:
    lead = desk.owner.call(
        "crm.item.add",
        {"entityTypeId": LEAD, "fields": {"title": "С сайта", "fm": [{"typeId": "PHONE", "value": "1"}]}},
    )
    number = lead["item"]["id"]
    assert (lead["item"]["stageId"], lead["item"]["phone"]) == ("NEW", "1")
    desk.owner.call("crm.lead.update", {"id": number, "fields": {"STATUS_ID": "JUNK"}})
    assert desk.owner.call("crm.lead.get", {"id": number})["STATUS_SEMANTIC_ID"] == "F"
    history = desk.owner.call("crm.stagehistory.list", {"entityTypeId": LEAD})["items"]
    assert [(each["TYPE_ID"], each["STATUS_ID"], "CATEGORY_ID" in each) for each in history] == [
        (1, "NEW", False),
        (3, "JUNK", False),
    ]


def test_classic_methods_cannot_move_a_deal_to_another_funnel(desk: Desk) -> None:
    deal = desk.deal()
    assert desk.owner.call("crm.deal.update", {"id": deal, "fields": {"CATEGORY_ID": 1, "TITLE": "Новое"}}) is True
    item = desk.owner.item(deal)
    assert (item["categoryId"], item["stageId"], item["title"]) == (0, "NEW", "Новое")
    made = desk.owner.call("crm.deal.add", {"fields": {"CATEGORY_ID": 1, "STAGE_ID": "C1:WON", "TITLE": "В сервис"}})
    assert desk.owner.call("crm.deal.get", {"id": made})["CATEGORY_ID"] == "1"


def test_deleting_answers_an_empty_list_or_true(desk: Desk) -> None:
    first, second = desk.deal(), desk.deal()
    assert desk.owner.call("crm.item.delete", {"entityTypeId": DEAL, "id": first}) == []
    assert desk.owner.call("crm.deal.delete", {"id": second}) is True
    assert desk.portal.counts()["deals"] == 0
