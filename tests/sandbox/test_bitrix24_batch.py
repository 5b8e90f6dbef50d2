"""`batch`: commands in order, references to earlier results, halting, and the shapes of its five maps."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest
from bitrix24_portal import DEAL, Desk, request


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Return a portal with 130 deals, each with one line; its tests change titles only."""
    desk = Desk()
    for number in range(130):
        desk.deal((desk.lamp, 1_000, 100 * (number + 1)), title=f"Заказ {number}")
    return desk


FIRST = 1001
PAGE = "crm.item.list?entityTypeId=2&select[]=id&order[id]=ASC&start=-1"


def test_a_batch_answers_by_the_keys_of_its_commands(desk: Desk) -> None:
    answer = desk.worker.answer("batch", {"cmd": {"me": "profile", "deals": "crm.deal.list?select[]=ID"}})
    result = answer["result"]
    assert result["result"]["me"]["ID"] == "1"
    assert result["result_error"] == []
    assert (result["result_total"], result["result_next"]) == ({"deals": 130}, {"deals": 50})
    assert result["result_time"]["me"]["date_start"] == "2026-09-21T10:00:00+03:00"
    assert answer["time"].keys() == {"start", "finish", "duration", "processing", "date_start", "date_finish"}


def test_commands_in_a_list_answer_in_lists_unless_one_is_missing(desk: Desk) -> None:
    assert isinstance(desk.worker.batch(["profile", "server.time"])["result"], list)
    with_a_gap = desk.worker.batch(["profile", "no.such", "server.time"])
    assert with_a_gap["result"].keys() == {"0", "2"}
    assert with_a_gap["result_error"] == {
        "1": {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}
    }


def test_an_empty_batch_is_five_empty_lists(desk: Desk) -> None:
    maps = ("result", "result_error", "result_total", "result_next", "result_time")
    assert desk.worker.batch({}) == {name: [] for name in maps}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("$result[deal][item][id]", str(FIRST)),
        ("$result[deals][0][ID]", str(FIRST)),
        ("$result[page][items][1][id]", str(FIRST + 1)),
    ],
    ids=["of an item", "of a bare list", "of a wrapped list"],
)
def test_references_reach_into_earlier_results(desk: Desk, reference: str, found: str) -> None:
    commands = {
        "deal": f"crm.item.get?entityTypeId=2&id={FIRST}",
        "deals": "crm.deal.list?select[]=ID",
        "page": PAGE,
        "got": f"crm.deal.get?id={reference}",
        "rows": f"crm.item.productrow.list?filter[%3DownerType]=D&filter[%3DownerId]={reference}",
    }
    result = desk.worker.batch(commands)["result"]
    assert result["got"]["ID"] == found
    assert [row["ownerId"] for row in result["rows"]["productRows"]] == [int(found)]


def test_a_reference_may_bring_a_whole_list_or_stand_within_a_text(desk: Desk) -> None:
    commands = {
        "boss": "department.get?ID=2",
        "head": "user.get?FILTER[ID]=$result[boss][0][UF_HEAD]",
        "places": "department.get?ID=$result[head][0][UF_DEPARTMENT]",
        "note": f"crm.timeline.comment.add?fields[ENTITY_TYPE]=deal&fields[ENTITY_ID]={FIRST}"
        "&fields[COMMENT]=%D0%9A%20$result[head][0][NAME]!",
        "notes": f"crm.timeline.comment.list?filter[ENTITY_TYPE]=deal&filter[ENTITY_ID]={FIRST}",
    }
    result = desk.worker.batch(commands)["result"]
    assert result["head"][0]["NAME"] == "Ирина"
    assert result["places"][0]["NAME"] == "Отдел продаж"
    assert result["notes"][-1]["COMMENT"] == "К Ирина!"


def test_a_reference_that_points_nowhere_is_empty_so_a_walk_starts_over(desk: Desk) -> None:
    walk = {"p1": f"{PAGE}&filter[>id]={FIRST + 99}"}
    walk["p2"] = f"{PAGE}&filter[>id]=$result[p1][items][49][id]"
    result = desk.worker.batch(walk)["result"]
    assert len(result["p1"]["items"]) == 30
    assert result["p2"]["items"][0]["id"] == FIRST


def test_a_chain_of_commands_walks_the_whole_table(desk: Desk) -> None:
    walk = {"p0": PAGE} | {f"p{n}": f"{PAGE}&filter[%3Eid]=$result[p{n - 1}][items][49][id]" for n in range(1, 4)}
    pages = [page["items"] for page in desk.worker.batch(walk, halt=1)["result"].values()]
    seen = [item["id"] for page in pages[:3] for item in page]
    assert seen == list(range(FIRST, FIRST + 130))


@pytest.mark.parametrize("halt", [1, True, "1", "true"])
def test_halt_ends_the_batch_at_the_first_failure(desk: Desk, halt: object) -> None:
    result = desk.worker.batch({"a": "profile", "b": "crm.deal.get?id=1", "c": "profile"}, halt=halt)
    assert list(result["result"]) == ["a"]
    assert list(result["result_error"]) == ["b"]


@pytest.mark.parametrize("halt", [0, False, "0", "N"])
def test_without_halt_all_commands_run(desk: Desk, halt: object) -> None:
    result = desk.worker.batch({"a": "profile", "b": "crm.deal.get?id=1", "c": "profile"}, halt=halt)
    assert list(result["result"]) == ["a", "c"]
    assert result["result_error"]["b"] == {"error": "", "error_description": "Not found"}


def test_commands_after_the_fiftieth_are_refused_one_by_one(desk: Desk) -> None:
    result = desk.worker.batch({f"c{n}": "profile" for n in range(52)})
    assert len(result["result"]) == 50
    assert {key: each["error"] for key, each in result["result_error"].items()} == {
        "c50": "ERROR_BATCH_LENGTH_EXCEEDED",
        "c51": "ERROR_BATCH_LENGTH_EXCEEDED",
    }


def test_a_batch_within_a_batch_is_refused(desk: Desk) -> None:
    assert (
        desk.worker.batch({"in": "batch?cmd[]=profile"})["result_error"]["in"]["error"]
        == "ERROR_BATCH_METHOD_NOT_ALLOWED"
    )


def test_a_batch_in_a_form_is_encoded_twice(desk: Desk) -> None:
    command = "crm.deal.list?filter[TITLE]=" + quote_plus("Заказ 7") + "&select[]=ID"
    body = f"halt=0&cmd[one]={quote_plus(command)}".encode()
    reply = desk.portal.handle(
        request(desk.worker.path + "batch", body=body, content_type="application/x-www-form-urlencoded")
    )
    assert json.loads(reply.body)["result"]["result"]["one"] == [{"ID": str(FIRST + 7)}]


def test_python_booleans_in_a_command_find_nothing(desk: Desk) -> None:
    field = desk.uf("dispute")
    query = f"crm.item.list?entityTypeId={DEAL}&useOriginalUfNames=Y&select[]=id&filter[{field}]="
    found = desk.worker.batch({"zero": query + "0", "no": query + "N"})
    assert found["result_total"] == {"zero": 130, "no": 0}


def test_a_batch_over_a_wrong_webhook_is_refused_whole(desk: Desk) -> None:
    reply = desk.portal.handle(request("/rest/1/wrong/batch", query="cmd[a]=profile"))
    assert (reply.status, reply.by, reply.commands) == (401, "", ("profile",))
