"""The contract's example exchanges (its section 10), adapted to this portal: the shapes of answers, type by type."""

from __future__ import annotations

from typing import Any

import pytest
from bitrix24_portal import COMPANY, CONTACT, DEAL, START, Desk

NOW = "2026-09-21T10:00:00+03:00"


@pytest.fixture
def desk() -> Desk:
    """Return a portal with company 201, contact 401 and deal 1001 with the product row 5001."""
    desk = Desk()
    desk.portal.add_company("Вектор", phone="+74950000001", trusted=True)
    desk.portal.add_contact("Анна", "Орлова", phone="+79990000001", company_id=201)
    desk.deal(
        (desk.lamp, 1_500, 8_333_367), title="Deal 351", company_id=201, contact_id=401, stage="Резерв",
        fields={"branch": "Москва"}, created_at=START,
    )  # fmt: skip
    return desk


def test_1_a_poll_of_deals_changed_since(desk: Desk) -> None:
    branch = desk.uf("branch")
    params = {
        "entityTypeId": 2,
        "select": [
            "id", "title", "stageId", "categoryId", "opportunity", "currencyId", "assignedById", "companyId", "contactIds",
            "createdTime", "updatedTime", "movedTime", "lastActivityTime", "closedate", "leadId", branch, desk.uf("ledger_order"),
        ],
        "filter": {">=updatedTime": "2026-09-21T09:00:00+03:00", ">id": 0, "isRecurring": "N"},
        "order": {"id": "ASC"}, "start": -1, "useOriginalUfNames": "Y",
    }  # fmt: skip
    answer = desk.worker.answer("crm.item.list", params)
    assert answer["total"] == 0
    assert answer["result"]["items"] == [
        {
            "id": 1001, "title": "Deal 351", "stageId": "PREPAYMENT_INVOICE", "categoryId": 0, "opportunity": 125000.51,
            "currencyId": "RUB", "assignedById": 4, "companyId": 201, "contactIds": [401], "createdTime": NOW,
            "updatedTime": NOW, "movedTime": NOW, "lastActivityTime": NOW, "closedate": "2026-09-28T03:00:00+03:00",
            "leadId": None, branch: desk.option("branch", "Москва"), desk.uf("ledger_order"): None,
        }
    ]  # fmt: skip


def test_3_a_contact_with_phones(desk: Desk) -> None:
    desk.worker.update(401, CONTACT, birthdate="1990-11-11")
    item = desk.worker.call("crm.item.get", {"entityTypeId": 3, "id": 401})["item"]
    shown = {
        "id", "name", "lastName", "birthdate", "companyId", "companyIds", "hasPhone", "phone", "phoneWork", "email", "entityTypeId",
    }  # fmt: skip
    assert {name: item[name] for name in shown} == {
        "id": 401, "name": "Анна", "lastName": "Орлова", "birthdate": "1990-11-11T03:00:00+03:00", "companyId": 201,
        "companyIds": [201], "hasPhone": "Y", "phone": "+79990000001", "phoneWork": "+79990000001", "email": "",
        "entityTypeId": 3,
    }  # fmt: skip
    assert item["fm"] == [{"id": 157, "typeId": "PHONE", "valueType": "WORK", "value": "+79990000001"}]


def test_4_a_change_of_stage_answers_with_the_whole_item(desk: Desk) -> None:
    desk.clock.forward(14 * 60 + 2)
    item = desk.worker.update(1001, stageId="EXECUTING", originId="job-77")
    assert (item["id"], item["stageId"], item["originId"]) == (1001, "EXECUTING", "job-77")
    assert item["updatedTime"] == item["movedTime"] == "2026-09-21T10:14:02+03:00"


def test_5_phones_are_added_changed_and_deleted_by_their_keys(desk: Desk) -> None:
    edits: dict[str, Any] = {
        "n0": {"typeId": "PHONE", "valueType": "MOBILE", "value": "+79990000002"},
        "157": {"typeId": "PHONE", "value": ""},
        "n1": {"valueType": "MOBILE", "value": "+70000000000"},
    }
    entry = {"id": 158, "typeId": "PHONE", "valueType": "MOBILE", "value": "+79990000002"}
    assert desk.worker.update(401, CONTACT, fm=edits)["fm"] == [entry]
    changed = desk.worker.update(401, CONTACT, fm={"158": {"typeId": "PHONE", "value": "+79990000003"}})["fm"]
    assert changed == [entry | {"value": "+79990000003"}]


def test_6_a_single_value_for_a_multiple_field_is_error_100(desk: Desk) -> None:
    reply = desk.worker.ask("crm.item.add", {"entityTypeId": 2, "fields": {"contactIds": "4"}})
    assert reply.status == 400
    assert b'"error":100,' in reply.body
    assert b"got string instead" in reply.body


def test_7_classic_lists_have_strings(desk: Desk) -> None:
    params = {
        "select": ["ID", "STAGE_ID", "OPPORTUNITY", "DATE_MODIFY", "COMPANY_ID", "CATEGORY_ID", "COMMENTS"],
        "filter": {">ID": 350, "STAGE_SEMANTIC_ID": "P"}, "order": {"ID": "ASC"}, "start": -1,
    }  # fmt: skip
    answer = desk.worker.answer("crm.deal.list", params)
    assert answer["result"] == [
        {
            "ID": "1001", "STAGE_ID": "PREPAYMENT_INVOICE", "OPPORTUNITY": "125000.51", "DATE_MODIFY": NOW,
            "COMPANY_ID": "201", "CATEGORY_ID": "0", "COMMENTS": None,
        }
    ]  # fmt: skip
    assert answer["total"] == 0


@pytest.mark.parametrize(
    ("method", "params", "described"),
    [
        ("crm.deal.get", {"id": 999999}, b"Not found"),
        ("crm.deal.get", {"id": "abc"}, b"ID is not defined or invalid"),
        ("crm.deal.update", {"id": 1001}, b"Parameter 'fields' must be array."),
        ("crm.deal.update", {"id": 1001, "fields": {"STAGE_ID": "C1:NEW"}}, b"Invalid value"),
        ("crm.deal.productrows.set", {"id": 1001}, b"Parameter 'rows' must be array."),
        ("crm.activity.get", {"id": 1}, b"Activity is not found"),
    ],
    ids=str,
)
def test_8_classic_refusals_have_an_empty_code_and_differ_by_the_sentence(
    desk: Desk, method: str, params: dict[str, Any], described: bytes
) -> None:
    reply = desk.worker.ask(method, params)
    assert reply.status == 400
    assert b'{"error":"",' in reply.body
    assert described in reply.body


def test_9_a_classic_update_answers_true(desk: Desk) -> None:
    params = {"id": 1001, "fields": {"ASSIGNED_BY_ID": 3}, "params": {"REGISTER_SONET_EVENT": "N"}}
    assert desk.worker.call("crm.deal.update", params) is True
    assert desk.worker.call("crm.deal.get", {"id": 1001})["ASSIGNED_BY_ID"] == "3"


def test_10_classic_product_rows_mix_strings_and_numbers(desk: Desk) -> None:
    (row,) = desk.worker.call("crm.deal.productrows.get", {"id": 1001})
    assert {name: row[name] for name in ("ID", "OWNER_ID", "OWNER_TYPE", "PRODUCT_ID", "PRODUCT_NAME", "PRICE")} == {
        "ID": "5001", "OWNER_ID": "1001", "OWNER_TYPE": "D", "PRODUCT_ID": 451, "PRODUCT_NAME": "Фара", "PRICE": 83333.67,
    }  # fmt: skip
    assert {name: row[name] for name in ("PRICE_ACCOUNT", "QUANTITY", "TAX_RATE", "STORE_ID", "RESERVE_ID")} == {
        "PRICE_ACCOUNT": "83333.67", "QUANTITY": 1.5, "TAX_RATE": None, "STORE_ID": 0, "RESERVE_ID": None,
    }  # fmt: skip


def test_11_universal_product_rows_have_numbers_and_prices_that_follow(desk: Desk) -> None:
    written = {"ownerType": "D", "ownerId": 1001, "productName": "Насос", "price": 90000, "quantity": 3}
    discount = {"discountTypeId": 2, "discountRate": 10, "taxRate": 10, "taxIncluded": "Y"}
    desk.worker.call("crm.item.productrow.add", {"fields": written | discount})
    params = {"filter": {"=ownerType": "D", "=ownerId": 1001}, "order": {"id": "asc"}, "start": 0}
    answer = desk.worker.answer("crm.item.productrow.list", params)
    assert answer["total"] == 2
    assert answer["result"]["productRows"][1] == {
        "id": 5002, "ownerId": 1001, "ownerType": "D", "productId": 0, "productName": "Насос", "price": 90000,
        "priceAccount": 90000, "priceExclusive": 81818.18, "priceNetto": 90909.09, "priceBrutto": 100000, "quantity": 3,
        "discountTypeId": 2, "discountRate": 10, "discountSum": 9090.91, "taxRate": 10, "taxIncluded": "Y",
        "customized": "Y", "measureCode": 796, "measureName": "шт", "sort": 20, "xmlId": "", "type": 1, "storeId": None,
    }  # fmt: skip


def test_12_funnels(desk: Desk) -> None:
    answer = desk.worker.answer("crm.category.list", {"entityTypeId": 2})
    assert answer["total"] == 2
    assert answer["result"]["categories"] == [
        {"id": 0, "name": "Интернет-магазин", "sort": 100, "entityTypeId": 2, "isDefault": "Y"},
        {
            "id": 1,
            "name": "Сервис",
            "sort": 200,
            "entityTypeId": 2,
            "isDefault": "N",
            "originId": "",
            "originatorId": "",
        },
    ]
    assert desk.worker.refusal("crm.category.list", {"entityTypeId": 1}) == (400, "ENTITY_TYPE_NOT_SUPPORTED")


def test_13_stages(desk: Desk) -> None:
    params = {"filter": {"ENTITY_ID": "DEAL_STAGE_1"}, "order": {"SORT": "DESC"}}
    answer = desk.worker.answer("crm.status.list", params)
    assert answer["total"] == 4
    assert answer["result"][1] == {
        "ID": answer["result"][1]["ID"], "ENTITY_ID": "DEAL_STAGE_1", "STATUS_ID": "C1:WON", "NAME": "Сделка успешна",
        "NAME_INIT": "Сделка успешна", "SORT": "30", "SYSTEM": "Y", "CATEGORY_ID": "1", "COLOR": "#7BD500",
        "SEMANTICS": "S", "EXTRA": {"SEMANTICS": "success", "COLOR": "#7BD500"},
    }  # fmt: skip
    assert answer["result"][3]["SEMANTICS"] is None
    everything = desk.worker.answer("crm.status.list")
    assert len(everything["result"]) == everything["total"] > 50


def test_14_the_history_of_stages_has_upper_case_names_and_numbers(desk: Desk) -> None:
    params = {"entityTypeId": 2, "filter": {">ID": 7001}, "order": {"ID": "ASC"}, "start": 0}
    answer = desk.worker.answer("crm.stagehistory.list", params)
    assert answer["total"] == 1
    assert answer["result"]["items"] == [
        {
            "ID": 7002, "TYPE_ID": 2, "OWNER_ID": 1001, "CREATED_TIME": NOW, "CATEGORY_ID": 0, "STAGE_SEMANTIC_ID": "P",
            "STAGE_ID": "PREPAYMENT_INVOICE",
        }
    ]  # fmt: skip


def test_15_requisites_are_strings_and_inns_keep_their_zeros(desk: Desk) -> None:
    fields = {
        "ENTITY_TYPE_ID": 4,
        "ENTITY_ID": 201,
        "PRESET_ID": 1,
        "RQ_INN": "0274062111",
        "RQ_COMPANY_NAME": "Вектор",
    }
    assert desk.worker.call("crm.requisite.add", {"fields": fields}) == 27
    select = ["ID", "ENTITY_ID", "PRESET_ID", "RQ_INN", "RQ_KPP", "RQ_COMPANY_NAME"]
    conditions = {"ENTITY_TYPE_ID": 4, "@ENTITY_ID": [5, 201]}
    answer = desk.worker.answer("crm.requisite.list", {"filter": conditions, "select": select})
    assert answer["total"] == 1
    assert answer["result"] == [
        {
            "ID": "27",
            "ENTITY_ID": "201",
            "PRESET_ID": "1",
            "RQ_INN": "0274062111",
            "RQ_KPP": None,
            "RQ_COMPANY_NAME": "Вектор",
        }
    ]
    assert desk.worker.call("crm.requisite.list", {"filter": {"RQ_INN": "274062111"}}) == []


def test_16_duplicates_by_phone(desk: Desk) -> None:
    second = desk.portal.add_contact("Анна", "О.", phone="+7 999 000-00-01 доб. 5")
    query = {"type": "PHONE", "values": ["+79990000001"]}
    assert desk.worker.call("crm.duplicate.findbycomm", query | {"entity_type": "CONTACT"}) == {
        "CONTACT": [401, second]
    }
    assert desk.worker.call("crm.duplicate.findbycomm", query | {"entity_type": "COMPANY"}) == []
    status, code = desk.worker.refusal("crm.duplicate.findbycomm", {"type": "PHONE"})
    assert (status, code) == (400, "Communication values is not defined")


def test_18_a_comment_is_written_only_under_lower_case_fields(desk: Desk) -> None:
    fields = {"ENTITY_ID": 1001, "ENTITY_TYPE": "deal", "COMMENT": "No reply for 7 days"}
    assert desk.worker.call("crm.timeline.comment.add", {"fields": fields}) == 901
    assert desk.worker.refusal("crm.timeline.comment.add", {"FIELDS": fields}) == (400, 100)
    listed = desk.worker.call("crm.timeline.comment.list", {"filter": {"ENTITY_ID": 1001, "ENTITY_TYPE": "deal"}})
    assert listed == [
        {
            "ID": "901",
            "ENTITY_ID": "1001",
            "ENTITY_TYPE": "deal",
            "CREATED": NOW,
            "COMMENT": "No reply for 7 days",
            "AUTHOR_ID": "1",
        }
    ]


def test_19_and_20_a_to_do_is_an_activity(desk: Desk) -> None:
    todo = {
        "ownerTypeId": 2, "ownerId": 1001, "deadline": "2026-09-22T15:00:00+03:00", "title": "Call back", "responsibleId": 4,
        "pingOffsets": [0, 15],
    }  # fmt: skip
    assert desk.worker.call("crm.activity.todo.add", todo) == {"id": 1201}
    params = {
        "filter": {"BINDINGS": [{"OWNER_TYPE_ID": 2, "OWNER_ID": 1001}], "COMPLETED": "N"}, "order": {"ID": "ASC"},
        "select": ["ID", "TYPE_ID", "PROVIDER_ID", "SUBJECT", "DEADLINE", "RESPONSIBLE_ID", "LAST_UPDATED"],
    }  # fmt: skip
    answer = desk.worker.answer("crm.activity.list", params)
    assert answer["total"] == 1
    assert answer["result"] == [
        {
            "ID": "1201", "TYPE_ID": "6", "PROVIDER_ID": "CRM_TODO", "SUBJECT": "Call back",
            "DEADLINE": "2026-09-22T15:00:00+03:00", "RESPONSIBLE_ID": "4", "LAST_UPDATED": NOW,
        }
    ]  # fmt: skip


def test_21_a_task_is_made(desk: Desk) -> None:
    fields = {
        "TITLE": "Check payment", "RESPONSIBLE_ID": 4, "CREATED_BY": 1, "DEADLINE": "2026-09-22T18:00:00+03:00",
        "UF_CRM_TASK": ["D_1001"],
    }  # fmt: skip
    task = desk.worker.call("tasks.task.add", {"fields": fields})["task"]
    shown = (
        "id",
        "title",
        "status",
        "responsibleId",
        "createdBy",
        "deadline",
        "changedDate",
        "priority",
        "taskControl",
    )
    assert {name: task[name] for name in shown} == {
        "id": "3701", "title": "Check payment", "status": "2", "responsibleId": "4", "createdBy": "1",
        "deadline": "2026-09-22T18:00:00+03:00", "changedDate": NOW, "priority": "1", "taskControl": "N",
    }  # fmt: skip
    assert (task["auditors"], task["group"], "ufCrmTask" in task) == ([], [], False)


def test_22_tasks_are_asked_in_upper_case_and_answer_in_camel_case(desk: Desk) -> None:
    fields = {"TITLE": "Check", "RESPONSIBLE_ID": 4, "DEADLINE": "2026-09-20T18:00:00+03:00", "UF_CRM_TASK": ["D_1001"]}
    desk.worker.call("tasks.task.add", {"fields": fields})
    params = {
        "filter": {">ID": 3700, "UF_CRM_TASK": "D_1001", "!REAL_STATUS": 5}, "order": {"ID": "asc"}, "start": -1,
        "select": ["ID", "TITLE", "STATUS", "DEADLINE", "RESPONSIBLE_ID", "UF_CRM_TASK"],
    }  # fmt: skip
    answer = desk.worker.answer("tasks.task.list", params)
    assert answer["total"] == 0
    assert answer["result"]["tasks"] == [
        {
            "id": "3701", "title": "Check", "status": "2", "subStatus": "-1", "deadline": "2026-09-20T18:00:00+03:00",
            "responsibleId": "4", "ufCrmTask": ["D_1001"], "ufTaskWebdavFiles": [], "ufMailMessage": None,
        }
    ]  # fmt: skip


def test_23_a_notice_answers_with_its_id(desk: Desk) -> None:
    params = {"USER_ID": 4, "MESSAGE": "3 deals wait for you", "TAG": "DIGEST_4", "CLIENT_ID": "autopilot"}
    assert desk.worker.call("im.notify.system.add", params) == 12001


def test_24_employees(desk: Desk) -> None:
    params = {
        "FILTER": {"ID": [4, 88], "ACTIVE": True}, "select": ["ID", "NAME", "LAST_NAME", "ACTIVE", "UF_DEPARTMENT", "TIME_ZONE"],
    }  # fmt: skip
    answer = desk.worker.answer("user.get", params)
    assert answer["total"] == 1
    assert answer["result"] == [
        {"ID": "4", "NAME": "Ольга", "LAST_NAME": "Климова", "ACTIVE": True, "UF_DEPARTMENT": [2], "TIME_ZONE": ""}
    ]
    assert desk.worker.call("user.get", {"FILTER": {"ID": 4}})[0]["TIMESTAMP_X"] == {}


def test_29_stock_of_the_portals_own_warehouses_is_empty(desk: Desk) -> None:
    params = {"select": ["id", "productId", "storeId", "amount"], "filter": {"productId": 451}, "order": {"id": "ASC"}}
    answer = desk.worker.answer("catalog.storeproduct.list", params)
    assert (answer["result"], answer["total"]) == ({"storeProducts": []}, 0)


def test_products_are_numbers_in_the_catalogue_and_strings_in_the_classic_list(desk: Desk) -> None:
    (catalog,) = desk.worker.call("catalog.catalog.list")["catalogs"]
    params = {
        "select": ["id", "iblockId", "name", "xmlId", "type"], "filter": {"iblockId": catalog["iblockId"]}, "order": {"id": "ASC"},
    }  # fmt: skip
    assert desk.worker.call("catalog.product.list", params)["products"] == [
        {"id": 451, "iblockId": 24, "name": "Фара", "type": 1, "xmlId": "HL-1"},
        {"id": 452, "iblockId": 24, "name": "Установка", "type": 7, "xmlId": "SRV-1"},
    ]
    classic = {"filter": {"XML_ID": "HL-1"}, "select": ["ID", "NAME", "PRICE", "CURRENCY_ID"]}
    assert desk.worker.call("crm.product.list", classic) == [
        {"ID": "451", "PRICE": "640.00", "CURRENCY_ID": "RUB", "NAME": "Фара"}
    ]


@pytest.mark.parametrize(
    "change",
    [{"select": ["id", "name"]}, {"filter": {"name": "Фара"}}, {"filter": {"iblockId": 24, "@id": [451]}}],
    ids=["select lacks iblockId", "filter lacks iblockId", "@id"],
)
def test_lists_of_products_have_demands_of_their_own(desk: Desk, change: dict[str, Any]) -> None:
    params = {"select": ["id", "iblockId"], "filter": {"iblockId": 24}} | change
    assert desk.worker.refusal("catalog.product.list", params) == (400, 0)


def test_a_product_is_added_and_read_back(desk: Desk) -> None:
    element = desk.owner.call("catalog.product.add", {"fields": {"iblockId": 24, "name": "Лампа", "xmlId": "L-1"}})[
        "element"
    ]
    assert (element["id"], element["xmlId"]) == (453, "L-1")
    assert desk.owner.call("catalog.product.get", {"id": 453})["product"]["name"] == "Лампа"
    assert desk.owner.refusal("catalog.product.get", {"id": 9}) == (400, 0)


def test_an_address_hangs_on_a_requisite_and_is_found_by_its_anchor(desk: Desk) -> None:
    fields = {"ENTITY_TYPE_ID": 4, "ENTITY_ID": 201, "PRESET_ID": 1}
    requisite = desk.worker.call("crm.requisite.add", {"fields": fields})
    address = {
        "TYPE_ID": 11,
        "ENTITY_TYPE_ID": 8,
        "ENTITY_ID": requisite,
        "CITY": "Москва",
        "ADDRESS_1": "Угрешская, 2",
    }
    assert desk.worker.call("crm.address.add", {"fields": address}) is True
    assert desk.worker.refusal("crm.address.add", {"fields": address}) == (400, "")
    (found,) = desk.worker.call("crm.address.list", {"filter": {"ANCHOR_TYPE_ID": 4, "ANCHOR_ID": 201}})
    assert (found["TYPE_ID"], found["CITY"], found["POSTAL_CODE"], "ID" in found) == ("11", "Москва", None, False)


def test_directories_are_listed_with_the_meaning_of_their_stages(desk: Desk) -> None:
    directories = {each["ID"]: each for each in desk.worker.call("crm.status.entity.types")}
    assert directories["DEAL_STAGE"]["CATEGORY_ID"] == 0
    assert directories["DEAL_STAGE_1"]["CATEGORY_ID"] == "1"
    assert directories["DEAL_STAGE_1"]["PREFIX"] == "C1"
    assert directories["DEAL_STAGE_1"]["SEMANTIC_INFO"]["FINAL_SUCCESS_FIELD"] == "C1:WON"
    assert directories["SOURCE"] == {"ID": "SOURCE", "NAME": "Источники"}


def test_every_universal_item_says_what_type_it_is(desk: Desk) -> None:
    assert {
        desk.worker.item(number, type_id)["entityTypeId"] for number, type_id in ((201, COMPANY), (1001, DEAL))
    } == {2, 4}
