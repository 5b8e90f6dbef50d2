"""Which clock of a row moves when, the history of stages, and what edits of product rows do to the deal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bitrix24_portal import COMPANY, DEAL, Desk

CLOCKS = ("updatedTime", "movedTime", "lastActivityTime")
OLD, NEW = "2026-09-21T10:00:00+03:00", "2026-09-21T10:01:00+03:00"

Act = Callable[[Desk, int], Any]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _todo(desk: Desk, deal: int) -> Any:
    return desk.manager.call(
        "crm.activity.todo.add", {"ownerTypeId": 2, "ownerId": deal, "deadline": "2026-09-22T10:00:00+03:00"}
    )


def _comment(desk: Desk, deal: int) -> Any:
    fields = {"ENTITY_TYPE": "deal", "ENTITY_ID": deal, "COMMENT": "Звонил"}
    return desk.manager.call("crm.timeline.comment.add", {"fields": fields})


def _classic(**fields: Any) -> Act:
    return lambda desk, deal: desk.manager.call("crm.deal.update", {"id": deal, "fields": fields})


def _universal(**fields: Any) -> Act:
    return lambda desk, deal: desk.manager.update(deal, **fields)


def _rows(*rows: dict[str, Any]) -> Act:
    return lambda desk, deal: desk.manager.call(
        "crm.item.productrow.set", {"ownerType": "D", "ownerId": deal, "productRows": list(rows)}
    )


@pytest.mark.parametrize(
    ("act", "moved"),
    [
        (_universal(title="Новое"), {"updatedTime"}),
        (_classic(TITLE="Новое"), {"updatedTime"}),
        (_universal(title="Заказ"), set()),
        (_classic(TITLE="Заказ", STAGE_ID="NEW", OPPORTUNITY="640.00", COMPANY_ID=0, COMMENTS=""), set()),
        (_universal(contactIds=[], categoryId=0, stageId="NEW", opportunity=640, companyId=0, closedate="2026-09-28"), set()),
        (_universal(nonsense=1), set()),
        (_universal(stageId="EXECUTING"), {"updatedTime", "movedTime"}),
        (_universal(categoryId=1), {"updatedTime", "movedTime"}),
        (_comment, {"lastActivityTime"}),
        (_todo, {"lastActivityTime"}),
        (_rows({"productId": 451, "price": 320, "quantity": 2}), set()),
        (_rows({"productId": 451, "price": 640, "quantity": 2}), {"updatedTime"}),
        (_rows(), {"updatedTime"}),
        (lambda desk, deal: desk.manager.call("crm.deal.contact.items.set", {"id": deal, "items": []}), set()),
    ],
    ids=[
        "an edit", "a classic edit", "the same title", "the same values, classic", "the same values, universal", "unknown names",
        "a stage", "a funnel", "a comment", "a to-do", "rows of the same sum", "rows of another sum", "no rows", "contacts",
    ],
)  # fmt: skip
def test_each_act_moves_its_own_clocks(desk: Desk, act: Act, moved: set[str]) -> None:
    deal = desk.deal((desk.lamp, 1_000, 64_000))
    desk.clock.forward(60)
    act(desk, deal)
    item = desk.owner.item(deal)
    assert {clock for clock in CLOCKS if item[clock] == NEW} == moved
    assert {item[clock] for clock in CLOCKS} <= {OLD, NEW}


def test_stamps_are_whole_seconds_and_say_who(desk: Desk) -> None:
    deal = desk.deal()
    desk.clock.forward(60.9)
    item = desk.head.update(deal, stageId=desk.code("Запрос"))
    assert item["updatedTime"] == NEW
    assert (item["updatedBy"], item["movedBy"], item["createdBy"]) == (3, 3, 4)


def test_a_final_stage_closes_a_deal_and_another_opens_it(desk: Desk) -> None:
    deal = desk.deal()
    desk.clock.forward(3 * 86_400)
    won = desk.manager.update(deal, stageId="WON")
    assert (won["closed"], won["stageSemanticId"], won["closedate"]) == ("Y", "S", "2026-09-24T03:00:00+03:00")
    again = desk.manager.update(deal, stageId="NEW")
    assert (again["closed"], again["stageSemanticId"]) == ("N", "P")


def _history(desk: Desk, deal: int) -> list[tuple[int, int, str]]:
    params = {"entityTypeId": DEAL, "filter": {"OWNER_ID": deal}, "order": {"ID": "ASC"}}
    items = desk.owner.call("crm.stagehistory.list", params)["items"]
    return [(each["TYPE_ID"], each["CATEGORY_ID"], each["STAGE_ID"]) for each in items]


def test_moves_are_written_into_the_history_of_stages(desk: Desk) -> None:
    deal = desk.deal()
    desk.manager.update(deal, stageId="EXECUTING")
    desk.manager.update(deal, stageId="EXECUTING")
    desk.manager.update(deal, stageId="LOSE")
    assert _history(desk, deal) == [(1, 0, "NEW"), (2, 0, "EXECUTING"), (3, 0, "LOSE")]


def test_the_history_of_a_former_funnel_shows_only_when_switched(desk: Desk) -> None:
    deal = desk.deal()
    desk.manager.update(deal, categoryId=1)
    assert _history(desk, deal) == [(5, 1, "C1:NEW")]
    open_desk = Desk(switches={"history_of_present_funnel_only": False})
    deal = open_desk.deal()
    open_desk.manager.update(deal, categoryId=1, stageId="C1:PREPARATION")
    assert _history(open_desk, deal) == [(1, 0, "NEW"), (5, 1, "C1:PREPARATION")]


def test_a_sum_typed_by_hand_does_not_follow_the_rows(desk: Desk) -> None:
    deal = desk.deal((desk.lamp, 1_000, 64_000))
    desk.manager.update(deal, isManualOpportunity="Y", opportunity="1000.50")
    desk.clock.forward(60)
    _rows({"productId": desk.lamp, "price": 1, "quantity": 1})(desk, deal)
    item = desk.manager.item(deal)
    assert (item["opportunity"], item["updatedTime"]) == (1000.5, OLD)
    back = desk.manager.update(deal, isManualOpportunity="N")
    assert back["opportunity"] == 1


def test_a_sum_that_follows_the_rows_cannot_be_written_but_one_without_rows_can(desk: Desk) -> None:
    with_rows, bare = desk.deal((desk.lamp, 1_000, 64_000)), desk.deal()
    assert desk.manager.update(with_rows, opportunity=5)["opportunity"] == 640
    assert desk.manager.update(bare, opportunity=5)["opportunity"] == 5


@pytest.mark.parametrize(
    ("switch", "same_sum", "other_sum"), [("when_sum_changes", OLD, NEW), ("always", NEW, NEW), ("never", OLD, OLD)]
)
def test_whether_edits_of_rows_stamp_the_deal_can_be_switched(switch: str, same_sum: str, other_sum: str) -> None:
    desk = Desk(switches={"row_edit_stamps_deal": switch})
    for price, stamp in ((640, same_sum), (700, other_sum)):
        deal = desk.deal((desk.lamp, 1_000, 64_000), created_at=desk.clock.now())
        start = desk.clock.now()
        desk.clock.forward(60)
        _rows({"productId": desk.lamp, "price": price, "quantity": 1})(desk, deal)
        item = desk.manager.item(deal)
        assert (item["opportunity"], item["updatedTime"]) == (price, stamp)
        desk.clock.set(start)


def test_single_rows_are_added_changed_and_deleted(desk: Desk) -> None:
    deal = desk.deal()
    fields = {"ownerType": "D", "ownerId": deal, "productId": desk.work, "price": "2500.00", "quantity": "1.5"}
    row = desk.manager.call("crm.item.productrow.add", {"fields": fields})["productRow"]
    assert (row["productName"], row["type"], row["quantity"]) == ("Установка", 7, 1.5)
    assert desk.manager.item(deal)["opportunity"] == 3750
    params = {"id": row["id"], "fields": {"productId": desk.lamp, "quantity": 2}}
    row = desk.manager.call("crm.item.productrow.update", params)["productRow"]
    assert (row["productName"], row["price"]) == ("Фара", 2500)
    assert desk.manager.item(deal)["opportunity"] == 5000
    assert desk.manager.call("crm.item.productrow.get", {"id": row["id"]})["productRow"] == row
    assert desk.manager.call("crm.item.productrow.delete", {"id": row["id"]}) is None
    assert desk.manager.item(deal)["opportunity"] == 0


def test_replaced_rows_get_new_ids(desk: Desk) -> None:
    deal = desk.deal((desk.lamp, 1_000, 64_000))
    before = desk.manager.call("crm.deal.productrows.get", {"id": deal})
    desk.manager.call("crm.deal.productrows.set", {"id": deal, "rows": before})
    after = desk.manager.call("crm.deal.productrows.get", {"id": deal})
    assert before[0]["ID"] != after[0]["ID"]
    assert {name: value for name, value in before[0].items() if name != "ID"} == {
        name: value for name, value in after[0].items() if name != "ID"
    }


def test_rows_of_several_deals_come_in_one_list_and_those_of_deleted_ones_do_not(desk: Desk) -> None:
    first, second, third = (desk.deal((desk.lamp, n * 1_000, 100), (desk.work, 1_000, 100)) for n in (1, 2, 3))
    desk.owner.call("crm.item.delete", {"entityTypeId": DEAL, "id": second})
    params = {"filter": {"=ownerType": "D", "=ownerId": [third, second, first], ">quantity": "1.5"}}
    rows = desk.worker.call("crm.item.productrow.list", params)["productRows"]
    assert [(row["ownerId"], row["quantity"]) for row in rows] == [(third, 3)]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("list", {}, 100),
        ("list", {"filter": {"=ownerType": "D"}}, 100),
        ("list", {"filter": {"ownerType": "D", "ownerId": 1001}}, 100),
        ("list", {"filter": {"=ownerType": "CO", "=ownerId": 1}}, "ENTITY_TYPE_NOT_SUPPORTED"),
        ("list", {"filter": {"=ownerType": "D", "=ownerId": 1001, "foo": 1}}, "INVALID_ARG_VALUE"),
        ("add", {"fields": {"price": 1}}, 100),
        ("add", {"fields": {"ownerType": "D", "ownerId": 5}}, "OWNER_NOT_FOUND"),
        ("set", {"ownerType": "D", "ownerId": 1001}, 100),
        ("get", {"id": 1}, "NOT_FOUND"),
        ("update", {"id": 5001, "fields": {"storeId": 1}}, "INVALID_ARG_VALUE"),
        ("update", {"id": 5001, "fields": {"price": "x"}}, "CRM_FIELD_ERROR_VALUE_NOT_VALID"),
    ],
    ids=str,
)
def test_rows_are_refused_with_the_vendors_codes(desk: Desk, method: str, params: dict[str, Any], code: Any) -> None:
    desk.deal((desk.lamp, 1_000, 100))
    assert desk.manager.refusal(f"crm.item.productrow.{method}", params) == (400, code)


def test_a_phone_is_an_edit_and_the_same_phone_is_none(desk: Desk) -> None:
    company = desk.portal.add_company("Ромашка", phone="+7495")
    desk.clock.forward(60)
    number = desk.owner.item(company, COMPANY)["fm"][0]["id"]
    same = desk.owner.update(
        company, COMPANY, fm={str(number): {"typeId": "PHONE", "value": "+7495", "valueType": "WORK"}}
    )
    assert same["updatedTime"] == OLD
    other = desk.owner.update(company, COMPANY, fm={str(number): {"typeId": "PHONE", "value": "+7496"}})
    assert (other["updatedTime"], other["phone"]) == (NEW, "+7496")
