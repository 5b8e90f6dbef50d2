"""Pages, filters, orders and selects, in the strict universal and the lenient classic lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bitrix24_portal import DEAL, START, Desk

FIRST = 1001


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Return a portal with 120 deals, one an hour, of sums that grow; its tests only read."""
    desk = Desk()
    company = desk.portal.add_company("Ромашка")
    contact = desk.portal.add_contact("Анна", "Орлова", company_id=company)
    for number in range(120):
        desk.deal(
            (desk.lamp, 1_000, 10_000 * number),
            title=f"Заказ {number}",
            stage="Новая" if number % 3 else "won",
            created_at=START - timedelta(hours=200 - number),
            company_id=company if number % 2 else None,
            contact_id=contact if number == 5 else None,
            fields={"branch": "Москва" if number % 4 else "Санкт-Петербург", "dispute": number == 7},
            responsible_id=3 if number < 10 else 4,
        )
    return desk


def _numbers(desk: Desk, **params: Any) -> list[int]:
    given = {"entityTypeId": DEAL, "select": ["id"], "start": -1, "useOriginalUfNames": "Y", **params}
    return [item["id"] - FIRST for item in desk.worker.call("crm.item.list", given)["items"]]


def test_pages_hold_fifty_rows_and_say_where_to_go_on(desk: Desk) -> None:
    params = {"entityTypeId": DEAL, "select": ["id"], "order": {"id": "ASC"}}
    pages = [desk.worker.answer("crm.item.list", {**params, "start": start}) for start in (0, 50, 100)]
    assert [len(page["result"]["items"]) for page in pages] == [50, 50, 20]
    assert [page.get("next") for page in pages] == [50, 100, None]
    assert {page["total"] for page in pages} == {120}


@pytest.mark.parametrize(("switch", "total"), [("zero", 0), ("absent", None)])
def test_a_walk_without_counting_has_no_next_and_no_true_total(switch: str, total: int | None) -> None:
    desk = Desk(switches={"total_without_count": switch})
    desk.deal()
    answer = desk.worker.answer("crm.deal.list", {"start": -1})
    assert answer.get("total") == total
    assert "next" not in answer


def test_a_limit_is_ignored(desk: Desk) -> None:
    assert len(desk.worker.call("crm.deal.list", {"limit": 5})) == 50


@pytest.mark.parametrize(
    ("conditions", "numbers"),
    [
        ({"id": FIRST + 3}, [3]),
        ({"=id": [FIRST + 3, FIRST + 1]}, [1, 3]),
        ({"@id": [FIRST + 3, FIRST + 1, 5]}, [1, 3]),
        ({">id": FIRST + 117}, [118, 119]),
        ({">=id": FIRST + 117, "<id": FIRST + 119}, [117, 118]),
        ({"!@id": list(range(FIRST + 1, FIRST + 120))}, [0]),
        ({">=opportunity": "11800"}, [118, 119]),
        ({"opportunity": 500.0}, [5]),
        ({"%title": "аказ 11", "!title": "Заказ 11"}, list(range(110, 120))),
        ({"=%title": "%з 7"}, [7]),
        ({"!%title": "Заказ", ">id": 0}, []),
        ({"!=%title": "Заказ 1%", "<=id": FIRST + 12}, [0, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"stageSemanticId": "S", "<id": FIRST + 7}, [0, 3, 6]),
        ({"companyId": 0, "<id": FIRST + 4}, [0, 2]),
        ({"!companyId": "", "<id": FIRST + 4}, [1, 3]),
        ({"contactIds": 401}, [5]),
        ({"@contactIds": [401, 402]}, [5]),
        ({">=createdTime": "2026-09-18T00:00:00+03:00"}, [118, 119]),
        ({">=createdTime": "2026-09-17T21:00:00Z"}, [118, 119]),
        ({">=createdTime": "2026-09-18 00:00:00"}, [118, 119]),
        ({">=createdTime": "18.09.2026 00:00:00"}, [118, 119]),
        ({"createdTime": "2026-09-18T00:00:00+03:00"}, [118]),
        ({"isRecurring": "Y"}, []),
        ({"0": {"logic": "OR", "0": {"id": FIRST}, "1": {"title": "Заказ 2"}}}, [0, 2]),
        ([{"logic": "OR", "0": {"id": FIRST}, "1": {"id": FIRST + 9, "assignedById": 4}}], [0]),
        (
            {"logic": "OR", "0": {"id": FIRST}, "1": {"logic": "AND", "0": {"id": FIRST + 4}, "1": {"closed": "N"}}},
            [0, 4],
        ),
    ],
    ids=str,
)
def test_filters_of_universal_lists(desk: Desk, conditions: Any, numbers: list[int]) -> None:
    assert _numbers(desk, filter=conditions) == numbers


def test_custom_fields_are_filtered_by_option_id_and_booleans_by_one_and_zero(desk: Desk) -> None:
    branch, dispute = desk.uf("branch"), desk.uf("dispute")
    assert _numbers(desk, filter={branch: desk.option("branch", "Санкт-Петербург"), "<id": FIRST + 9}) == [0, 4, 8]
    assert _numbers(desk, filter={dispute: 1}) == [7]
    assert _numbers(desk, filter={dispute: "Y"}) == []
    camel = dispute.replace("UF_CRM_", "ufCrm_")
    assert _numbers(desk, filter={camel: 1}, useOriginalUfNames="N") == [7]


@pytest.mark.parametrize(
    "params",
    [
        {"filter": {"foo": 1}},
        {"filter": {"ID": 1}},
        {"filter": {"0": {"logic": "OR", "0": {"foo": 1}}}},
        {"filter": {"ufCrm_1": 1}},
        {"filter": {">=createdTime": "yesterday"}},
        {"order": {"foo": "ASC"}},
        {"order": {"ID": "ASC"}},
        {"order": {"id": "UP"}},
    ],
    ids=str,
)
def test_universal_lists_refuse_what_they_do_not_know(desk: Desk, params: dict[str, Any]) -> None:
    assert desk.worker.refusal("crm.item.list", {"entityTypeId": DEAL, **params}) == (400, "INVALID_ARG_VALUE")


@pytest.mark.parametrize(
    ("conditions", "total"),
    [
        ({"FOO": 1}, 120),
        ({"title": "Заказ 1"}, 120),
        ({"0": {"LOGIC": "OR", "ID": 1}}, 120),
        ({"TITLE": "Заказ 1"}, 1),
        ({"@ID": [FIRST, FIRST + 1]}, 2),
        ({"ID": [FIRST, FIRST + 1]}, 2),
        ({">OPPORTUNITY": 11_800, "CLOSED": "N"}, 1),
        ({">=DATE_CREATE": "yesterday"}, 0),
    ],
    ids=str,
)
def test_classic_lists_pass_over_what_they_do_not_know(desk: Desk, conditions: Any, total: int) -> None:
    assert desk.worker.answer("crm.deal.list", {"filter": conditions, "order": {"FOO": "ASC"}})["total"] == total


def test_orders_may_have_several_keys_in_both_directions(desk: Desk) -> None:
    assert _numbers(desk, order={"id": "DESC"}, filter={"<id": FIRST + 3}) == [2, 1, 0]
    both = {"order": {"stageSemanticId": "DESC", "opportunity": "DESC"}, "filter": {"<id": FIRST + 5}}
    assert _numbers(desk, **both) == [3, 0, 4, 2, 1]
    assert _numbers(desk, order={"createdTime": "desc"})[:2] == [119, 118]


def test_select_shows_what_it_names_and_passes_over_the_rest(desk: Desk) -> None:
    params = {"entityTypeId": DEAL, "select": ["title", "noSuch", "fm", "stageId"], "filter": {"id": FIRST}}
    assert desk.worker.call("crm.item.list", params)["items"] == [{"title": "Заказ 0", "stageId": "WON"}]


def test_the_star_leaves_out_custom_fields_unless_switched(desk: Desk) -> None:
    params = {"entityTypeId": DEAL, "select": ["*"], "filter": {"id": FIRST}, "useOriginalUfNames": "Y"}
    item = desk.worker.call("crm.item.list", params)["items"][0]
    assert (item["entityTypeId"], desk.uf("branch") in item) == (DEAL, False)
    generous = Desk(switches={"star_selects_custom_fields": True})
    generous.deal()
    assert generous.uf("branch") in generous.worker.call("crm.item.list", params | {"filter": {}})["items"][0]


def test_a_classic_star_leaves_out_custom_fields_and_no_select_brings_them(desk: Desk) -> None:
    whole = desk.worker.call("crm.deal.list", {"filter": {"ID": FIRST}})[0]
    star = desk.worker.call("crm.deal.list", {"filter": {"ID": FIRST}, "select": ["*"]})[0]
    assert desk.uf("branch") in whole
    assert desk.uf("branch") not in star
    assert "CONTACT_IDS" not in whole


def test_a_portal_may_not_understand_offsets_in_filters() -> None:
    desk = Desk(switches={"offsets_in_filters": False})
    desk.deal()
    query: dict[str, Any] = {"entityTypeId": DEAL, "select": ["id"]}
    with_offset = query | {"filter": {">=updatedTime": "2026-09-21T00:00:00+03:00"}}
    server_time = query | {"filter": {">=updatedTime": "2026-09-21 00:00:00"}}
    assert desk.worker.call("crm.item.list", with_offset)["items"] == []
    assert len(desk.worker.call("crm.item.list", server_time)["items"]) == 1


def test_deleted_rows_leave_no_trace_in_lists() -> None:
    desk = Desk()
    first, second = desk.deal((desk.lamp, 1_000, 100)), desk.deal()
    desk.owner.call("crm.item.delete", {"entityTypeId": DEAL, "id": first})
    assert [row["ID"] for row in desk.worker.call("crm.deal.list")] == [str(second)]
    assert desk.worker.refusal("crm.item.get", {"entityTypeId": DEAL, "id": first}) == (400, "NOT_FOUND")
    assert desk.portal.counts()["product_rows"] == 0
    assert desk.deal() == second + 1


@pytest.mark.parametrize(
    ("type_id", "code"),
    [(5, "ENTITY_TYPE_NOT_SUPPORTED"), (31, "NOT_FOUND"), (1268, "NOT_FOUND"), ("deal", "NOT_FOUND")],
)
def test_types_that_the_portal_does_not_have_are_refused(desk: Desk, type_id: Any, code: str) -> None:
    assert desk.worker.refusal("crm.item.list", {"entityTypeId": type_id}) == (400, code)
