"""Bitrix24's own SDK at the emulator of Bitrix24. Where the two disagree, the contract has decided and a test says so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strangers.town import Town
from tests.strangers.visitor import Raised, Visitor

DEAL = {"entityTypeId": 2}


def make_deals(sdk: Visitor, count: int) -> list[int]:
    """Make deals and return their ids, in order."""
    wishes = [["crm.item.add", {**DEAL, "fields": {"title": f"Заказ {number}"}}] for number in range(count)]
    return [int(row["item"]["id"]) for row in values(sdk.token.call_batches(wishes)["result"]["result"])]


def values(answers: Any) -> list[Any]:
    """Return a batch's answers, which are a map or a list as PHP would have it."""
    return list(answers.values() if isinstance(answers, dict) else answers)


@pytest.mark.parametrize(
    ("method", "params", "id_name"),
    [("crm.item.list", {**DEAL, "select": ["id", "title"]}, "id"), ("crm.deal.list", {"select": ["ID"]}, "ID")],
    ids=["universal", "classic"],
)
def test_a_list_of_several_pages_comes_whole_and_in_order(
    town: Town, method: str, params: dict[str, Any], id_name: str
) -> None:
    sdk = town.sdk()
    made = make_deals(sdk, 181)
    assert [int(row[id_name]) for row in sdk.token.call_list(method, params)["result"]] == made
    assert len(sdk.token.call_list(method, params, limit=70)["result"]) == 70


@pytest.mark.parametrize("descending", [False, True], ids=["upwards", "downwards"])
@pytest.mark.parametrize("method", ["crm.deal.list", "crm.stagehistory.list", "tasks.task.list"])
def test_a_fast_list_walks_by_references_to_the_page_before(town: Town, method: str, *, descending: bool) -> None:
    sdk = town.sdk()
    if method.startswith("tasks"):
        tasks = [["tasks.task.add", {"fields": {"TITLE": f"№ {n}", "RESPONSIBLE_ID": 2}}] for n in range(120)]
        sdk.token.call_batches(tasks)
    else:
        make_deals(sdk, 120)
    params = {"crm.stagehistory.list": DEAL, "tasks.task.list": {"select": ["ID"]}}.get(method, {"select": ["ID"]})
    rows = sdk.token.call_list_fast(method, params, descending=descending)["result"]
    ids = [int(row.get("ID") or row["id"]) for row in rows]
    assert len(set(ids)) == 120
    assert ids == sorted(ids, reverse=descending)


@pytest.mark.parametrize("method", ["user.get", "department.get"])
def test_a_fast_list_finds_those_whose_order_is_named_beside_the_filter(town: Town, method: str) -> None:
    sdk = town.sdk()
    whole = sdk.token.call_list(method)["result"]
    assert sdk.token.call_list_fast(method)["result"] == whole != []


def test_the_fast_list_of_items_is_refused_because_the_sdk_sorts_by_id_in_capitals(town: Town) -> None:
    with pytest.raises(Raised, match="field 'ID' is not allowed in order"):
        town.sdk().token.call_list_fast("crm.item.list", DEAL)


def test_rows_asked_for_by_their_ids_come_fifty_ids_at_a_time(town: Town) -> None:
    sdk = town.sdk()
    made = make_deals(sdk, 120)
    asked = {"select": ["ID"], "filter": {"@ID": made[::-1]}}
    assert sorted(int(row["ID"]) for row in sdk.token.call_list("crm.deal.list", asked)["result"]) == made
    assert [int(row["ID"]) for row in sdk.token.call_list_fast("crm.deal.list", asked)["result"]] == made


def test_a_command_of_a_batch_uses_what_an_earlier_one_made(town: Town) -> None:
    rows = [{"productName": "Фара & лампа + 5%", "price": 640.5, "quantity": 2}]
    batch = town.sdk().token.call_batch(
        {
            "deal": ["crm.item.add", {**DEAL, "fields": {"title": "Заказ"}}],
            "rows": [
                "crm.item.productrow.set",
                {"ownerType": "D", "ownerId": "$result[deal][item][id]", "productRows": rows},
            ],
        }
    )["result"]
    assert batch["result_error"] == []
    deal = batch["result"]["deal"]["item"]["id"]
    seen = town.portal.call("crm.item.productrow.list", {"filter": {"=ownerType": "D", "=ownerId": deal}})
    assert [(row["productName"], row["price"], row["quantity"]) for row in seen["productRows"]] == [
        ("Фара & лампа + 5%", 640.5, 2)
    ]
    assert town.portal.call("crm.item.get", {**DEAL, "id": deal})["item"]["opportunity"] == 1281


@pytest.mark.parametrize(
    ("halt", "titles"), [(False, ["Первый", "Третий"]), (True, ["Первый"])], ids=["goes on", "halts"]
)
def test_a_failed_command_ends_a_batch_only_if_it_is_told_to_halt(town: Town, titles: list[str], *, halt: bool) -> None:
    first, third = (["crm.deal.add", {"fields": {"TITLE": title}}] for title in ("Первый", "Третий"))
    batch = town.sdk().token.call_batch([first, ["crm.deal.get", {"id": 1}], third], halt=halt)["result"]
    assert {key: failure["error_description"] for key, failure in batch["result_error"].items()} == {"1": "Not found"}
    assert [deal["TITLE"] for deal in town.deals()] == titles


def test_an_item_is_made_changed_read_and_deleted_by_methods_that_the_sdk_knows_by_name(town: Town) -> None:
    item = town.sdk().client.crm.item
    deal = item.add(entity_type_id=2, fields={"title": "Заказ", "opportunity": 100})["item"]["id"]
    changed = item.update(bitrix_id=deal, entity_type_id=2, fields={"title": "Фары", "opportunity": 250.5})["item"]
    assert item.get(bitrix_id=deal, entity_type_id=2)["item"] == changed
    seen = town.portal.call("crm.deal.get", {"id": deal})
    assert (seen["TITLE"], seen["OPPORTUNITY"]) == ("Фары", "250.50")
    assert item.delete(bitrix_id=deal, entity_type_id=2) == []
    assert town.deals() == []


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("crm.no.such", {}, "BitrixAPINotFound: Method not found!"),
        (
            "crm.item.list",
            {**DEAL, "filter": {"colour": 1}},
            "BitrixAPIInvalidArgValue: Invalid filter: field 'colour'",
        ),
        ("crm.item.list", {**DEAL, "order": {"colour": "ASC"}}, "BitrixAPIInvalidArgValue: Invalid order"),
        ("crm.item.get", {**DEAL, "id": 1}, "BitrixAPINotFound: Not found"),
        ("crm.deal.get", {"id": 1}, "BitrixAPIBadRequest: Not found"),
        ("crm.item.get", {"id": 1}, "BitrixAPIBadRequest: Could not find value for parameter"),
        ("crm.item.list", {"entityTypeId": 5}, "BitrixAPIBadRequest: Entity type is not supported"),
    ],
    ids=["method", "filter", "order", "item", "classic deal with an empty code", "a code that is a number", "type"],
)
def test_a_refusal_is_the_error_that_the_sdk_has_for_it(
    town: Town, method: str, params: dict[str, Any], error: str
) -> None:
    with pytest.raises(Raised, match=error):
        town.sdk().token.call_method(method, params)


def test_a_wrong_webhook_is_unauthorized(town: Town) -> None:
    with pytest.raises(Raised) as refused:
        town.sdk(town.webhook()[:-3] + "no/").token.call_method("profile")
    assert "BitrixAPIUnauthorized" in refused.value.names


@pytest.mark.parametrize("status", [401, 403], ids=["as the SDK expects", "as the documents say"])
def test_a_webhook_without_the_scope_is_known_by_the_code_whatever_the_status(town: Town, status: int) -> None:
    narrow = town.switched(webhooks={"owner": {"scopes": ["task"]}}, insufficient_scope_status=status)
    with narrow, pytest.raises(Raised, match="BitrixAPIInsufficientScope"):
        town.sdk().token.call_method("crm.deal.list")
    assert town.statuses() == [status]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("http_500", "BitrixAPIInternalServerError"),
        ("http_429", "BitrixAPIOperationTimeLimit"),
        ("http_502_html", "BitrixResponseJSONDecodeError"),
        ("html_200", "BitrixResponseJSONDecodeError"),
        ("half_body", "BitrixRequestError"),
        ("reset", "BitrixRequestError"),
    ],
)
def test_a_call_that_goes_wrong_is_told_and_not_repeated(town: Town, fault: str, error: str) -> None:
    sdk = town.sdk()
    town.spoil("bitrix24", fault)
    with pytest.raises(Raised) as refused:
        sdk.token.call_method("crm.deal.add", {"fields": {"TITLE": "Заказ"}})
    assert refused.value.names[0] == error
    assert town.effects() == (["crm.deal.add"] if fault == "half_body" else [])


def test_a_full_bucket_is_waited_for(town: Town) -> None:
    sdk = town.sdk()
    for _ in range(100):
        sdk.token.call_method("server.time")
    assert town.statuses().count(200) == 100
    assert town.statuses().count(503) == len(sdk.waited) > 0


def test_a_bucket_that_stays_full_is_told_after_three_attempts(town: Town) -> None:
    sdk = town.sdk()
    town.spoil("bitrix24", "http_503", count=3)
    with pytest.raises(Raised, match="BitrixAPIQueryLimitExceeded: Too many requests"):
        sdk.token.call_method("server.time")
    assert (sdk.waited, town.statuses()) == ([1, 2], [503, 503, 503])


def test_a_method_without_time_left_is_refused_inside_a_batch_and_outside_and_rests_ten_minutes(town: Town) -> None:
    sdk = town.sdk()
    (deal,) = make_deals(sdk, 1)
    changes = [["crm.item.update", {**DEAL, "id": deal, "fields": {"title": f"{n}"}}] for n in range(160)]
    batch = sdk.token.call_batches(changes)["result"]
    refused = values(batch["result_error"])
    assert {failure["error"] for failure in refused} == {"OPERATION_TIME_LIMIT"}
    assert town.effects().count("crm.item.update") == 160 - len(refused) == len(values(batch["result"]))
    with pytest.raises(Raised, match="BitrixAPIOperationTimeLimit"):
        sdk.token.call_method(*changes[0])
    town.forward(600)
    assert sdk.token.call_method(*changes[0])["result"]["item"]["title"] == "0"
