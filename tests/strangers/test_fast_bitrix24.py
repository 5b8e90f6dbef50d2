"""fast_bitrix24 at the emulator of Bitrix24: its own batches, its own pace, its own retries.

Where the two disagree the contract has decided, and a test says whose mistake it is.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.strangers.town import Town
from tests.strangers.visitor import Raised, Visitor


def make_deals(fast: Visitor, count: int) -> list[int]:
    """Make deals and return their ids, in order; the client hands the answer of a single call over without a list."""
    ids = fast.call("crm.deal.add", [{"fields": {"TITLE": f"Заказ {number}"}} for number in range(count)])
    return sorted(ids) if count > 1 else [ids]


def test_everything_that_a_list_holds_is_read_though_the_client_mixes_the_order(town: Town) -> None:
    fast = town.fast()
    made = make_deals(fast, 181)
    deals = fast.get_all("crm.deal.list", {"select": ["ID", "TITLE"]})
    assert sorted(int(deal["ID"]) for deal in deals) == made
    assert len({deal["TITLE"] for deal in deals}) == 181


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("crm.contact.list", None),
        ("crm.company.list", None),
        ("crm.status.list", None),
        ("crm.category.list", {"entityTypeId": 2}),
        ("crm.stagehistory.list", {"entityTypeId": 2}),
        ("user.get", None),
        ("department.get", None),
    ],
)
def test_a_list_is_unwrapped_whatever_its_key(town: Town, method: str, params: dict[str, Any] | None) -> None:
    fast = town.fast()
    make_deals(fast, 60)
    seen = town.portal.call(method, {**(params or {}), "start": 0})
    if isinstance(seen, dict):
        (seen,) = seen.values()
    read = fast.get_all(method, params)
    assert len(read) >= len(seen) > 0
    assert [row for row in seen if row not in read] == []


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("crm.item.list", {"entityTypeId": 2}),
        ("crm.item.productrow.list", {"filter": {"=ownerType": "D", "=ownerId": 1}}),
    ],
)
def test_a_universal_list_is_refused_because_the_client_sorts_by_id_in_capitals(
    town: Town, method: str, params: dict[str, Any]
) -> None:
    with pytest.raises(Raised, match="ClientResponseError: 400"):
        town.fast().get_all(method, params)


def test_every_deal_asked_for_by_its_id_comes_under_it(town: Town) -> None:
    fast = town.fast()
    made = make_deals(fast, 120)
    deals = fast.get_by_ID("crm.deal.get", made)
    assert {deal: row["ID"] for deal, row in deals.items()} == {str(deal): str(deal) for deal in made}
    items = fast.get_by_ID("crm.item.get", made, ID_field_name="id", params={"entityTypeId": 2})
    assert {deal: row["item"]["title"] for deal, row in items.items()} == {
        deal: row["TITLE"] for deal, row in deals.items()
    }


def test_all_lines_of_a_deal_come_at_once(town: Town) -> None:
    fast = town.fast()
    (deal,) = make_deals(fast, 1)
    rows = [{"PRODUCT_NAME": f"Лампа {n}", "PRICE": n, "QUANTITY": 2} for n in range(1, 181)]
    fast.call("crm.deal.productrows.set", {"id": deal, "rows": rows}, raw=True)
    lines = fast.get_by_ID("crm.deal.productrows.get", [deal])
    assert [line["PRODUCT_NAME"] for line in lines] == [row["PRODUCT_NAME"] for row in rows]
    assert town.portal.call("crm.deal.get", {"id": deal})["OPPORTUNITY"] == f"{sum(range(1, 181)) * 2}.00"


def test_a_hundred_and_twenty_changes_go_in_three_batches_and_all_arrive(town: Town) -> None:
    fast = town.fast()
    made = make_deals(fast, 120)
    before = len(town.statuses())
    changes = [{"entityTypeId": 2, "id": deal, "fields": {"title": f"Фары {deal}"}} for deal in made]
    answers = fast.call("crm.item.update", changes)
    assert {answer["id"]: answer["title"] for answer in answers} == {deal: f"Фары {deal}" for deal in made}
    assert sorted(len(commands) for commands in town.batches()[-3:]) == [20, 50, 50]
    assert len(town.statuses()) - before == 3
    assert {deal["TITLE"] for deal in town.deals()} == {f"Фары {deal}" for deal in made}


def test_answers_to_one_batch_come_in_the_order_of_its_commands(town: Town) -> None:
    fast = town.fast()
    made = make_deals(fast, 50)[::-1]
    answers = fast.call("crm.item.get", [{"entityTypeId": 2, "id": deal} for deal in made])
    assert [answer["id"] for answer in answers] == made


def test_a_command_of_a_batch_uses_what_an_earlier_one_found(town: Town) -> None:
    fast = town.fast()
    made = make_deals(fast, 3)
    commands = {"last": "crm.deal.list?order[ID]=DESC&select[]=ID", "deal": "crm.deal.get?id=$result[last][0][ID]"}
    assert fast.call_batch({"halt": 0, "cmd": commands})["deal"]["ID"] == str(made[-1])


def test_a_failed_command_is_named_by_its_place(town: Town) -> None:
    fast = town.fast()
    (deal,) = make_deals(fast, 1)
    with pytest.raises(Raised, match=r"ErrorInServerResponse.*order0000000001.*Not found"):
        fast.call("crm.deal.get", [{"id": deal}, {"id": 1}])


def test_the_clients_pace_never_fills_the_bucket(town: Town) -> None:
    fast = town.fast()
    for _ in range(80):
        fast.call("server.time", raw=True)
    assert town.statuses() == [200] * 80
    assert 0 < max(fast.waited) <= 0.5


@pytest.mark.parametrize("fault", ["http_500", "http_502_html", "http_503", "maintenance", "half_body", "reset"])
def test_a_reading_that_the_portal_fails_to_answer_is_repeated(town: Town, fault: str) -> None:
    fast = town.fast()
    town.spoil("bitrix24", fault, count=2)
    assert fast.call("profile", raw=True)["result"]["ADMIN"] is True
    assert len(town.statuses()) == 3


@pytest.mark.parametrize(("fault", "status"), [("http_429", 429), ("wrong_token", 401)])
def test_a_refusal_is_told_at_once(town: Town, fault: str, status: int) -> None:
    fast = town.fast()
    town.spoil("bitrix24", fault)
    with pytest.raises(Raised, match=f"ClientResponseError: {status}"):
        fast.call("profile", raw=True)
    assert town.statuses() == [status]


def test_a_wrong_webhook_is_refused(town: Town) -> None:
    with pytest.raises(Raised, match="ClientResponseError: 401"):
        town.fast(re.sub(".../$", "no/", town.webhook())).call("profile", raw=True)


def test_a_write_whose_answer_was_cut_stands_twice_because_the_client_repeats_it(town: Town) -> None:
    fast = town.fast()
    town.spoil("bitrix24", "half_body")
    fast.call("crm.deal.add", {"fields": {"TITLE": "Заказ"}}, raw=True)
    assert [deal["TITLE"] for deal in town.deals()] == ["Заказ", "Заказ"]


def test_the_client_rests_too_early_because_it_adds_up_what_is_a_sum_already(town: Town) -> None:
    fast = town.fast()
    (deal,) = make_deals(fast, 1)
    change = {"entityTypeId": 2, "id": deal, "fields": {"title": "Фары"}}
    used = [fast.call("crm.item.update", change, raw=True)["time"]["operating"] for _ in range(18)]
    assert used[:17] == pytest.approx([3.2 * n for n in range(1, 18)])  # of the 480 seconds that there are
    assert sum(used[:17]) > 480 > sum(used[:16])
    assert fast.waited == [pytest.approx(600, abs=5)]
