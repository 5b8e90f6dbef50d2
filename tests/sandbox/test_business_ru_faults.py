"""Faults that only the emulator can make: spoilt pages, lost tokens, refusals in the vendor's words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from business_ru_desk import Desk

from sandbox.kit import Request


@pytest.fixture
def desk() -> Desk:
    """Return a ledger with ten sources of requests and a manager who has a token."""
    desk = Desk()
    for row in list(desk.ledger.state.rows("requestsource")):
        desk.ledger.state.remove("requestsource", row)
    for number in range(10):
        desk.ledger.state.insert("requestsource", {"name": f"И-{number}"}, "2026-11-23 09:00:00")
    desk.manager.repair()
    return desk


def _spoilt(desk: Desk, kind: str, **params: Any) -> list[str]:
    reply = desk.ledger.spoil(kind, desk.manager.request("GET", "requestsource", params))
    assert reply is not None
    assert (reply.status, reply.api, reply.by) == (200, "GET requestsource", "manager")
    return [row["name"] for row in json.loads(reply.body)["result"]]


def _page(desk: Desk, **params: Any) -> list[str]:
    return [row["name"] for row in desk.manager.get("requestsource", **params)]


def test_half_a_page_is_followed_by_the_page_after_the_whole(desk: Desk) -> None:
    assert _spoilt(desk, "half_page", limit=4, page=1) == ["И-0", "И-1"]
    assert _page(desk, limit=4, page=2) == ["И-4", "И-5", "И-6", "И-7"]


def test_half_of_a_single_row_is_nothing(desk: Desk) -> None:
    assert _spoilt(desk, "half_page", name="И-3") == []


def test_rows_that_come_twice(desk: Desk) -> None:
    assert _spoilt(desk, "duplicate_rows", limit=3, page=2) == ["И-3", "И-4", "И-5", "И-3", "И-4"]
    assert _page(desk, limit=3, page=2) == ["И-3", "И-4", "И-5"]


def test_rows_that_move_make_the_next_pages_skip_some_and_repeat_others(desk: Desk) -> None:
    desk.clock.forward(60)
    read = _spoilt(desk, "rows_move", limit=4, page=1)
    assert read == ["И-0", "И-1", "И-2", "И-3"]
    read += _page(desk, limit=4, page=2) + _page(desk, limit=4, page=3)
    assert len(read) == desk.manager.result("GET", "requestsource", count_only=1)["count"]
    assert set(range(10)) - {int(name[2:]) for name in read} == {4, 5}
    assert [row["name"] for row in desk.manager.get("requestsource", updated={"from": "23.11.2026 09:01"})] == [
        "И-0",
        "И-1",
    ]


def test_pages_ordered_by_id_are_safe_from_rows_that_move(desk: Desk) -> None:
    read = _spoilt(desk, "rows_move", limit=5, page=1, order_by="id")
    assert read + _page(desk, limit=5, page=2, order_by={"id": "ASC"}) == [f"И-{number}" for number in range(10)]


@pytest.mark.parametrize("kind", ["half_page", "rows_move", "duplicate_rows"])
@pytest.mark.parametrize(
    ("verb", "model", "params"),
    [
        ("GET", "repair", {}),
        ("GET", "requestsource", {"count_only": 1}),
        ("GET", "requestsource", {"help": 1}),
        ("GET", "workorders", {}),
        ("POST", "requestsource", {"name": "И-11"}),
    ],
    ids=["repair", "count", "help", "no such model", "write"],
)
def test_a_call_that_lists_nothing_is_not_spoilt_and_not_carried_out(
    desk: Desk, kind: str, verb: str, model: str, params: dict[str, Any]
) -> None:
    assert desk.ledger.spoil(kind, desk.manager.request(verb, model, params)) is None
    assert desk.ledger.counts()["requestsource"] == 10
    assert desk.manager.ask("GET", "stores").status == 200


def test_a_refused_token_is_lost_until_the_repair(desk: Desk) -> None:
    reply = desk.ledger.refuse_token(desk.manager.request("POST", "requestsource", {"name": "И-11"}))
    assert (reply.status, reply.body, reply.api, reply.by, reply.write) == (
        401, b"Invalid app_psw", "POST requestsource", "manager", True,
    )  # fmt: skip
    assert desk.ledger.counts()["requestsource"] == 10
    assert desk.manager.ask("GET", "stores").status == 401
    desk.manager.repair()
    assert desk.manager.ask("GET", "stores").status == 200


def test_a_repair_bears_no_token_that_could_be_refused(desk: Desk) -> None:
    desk.manager.token = ""
    desk.manager.token = json.loads(desk.ledger.refuse_token(desk.manager.request("GET", "repair")).body)["token"]
    assert desk.manager.ask("GET", "stores").status == 200


@pytest.mark.parametrize(
    ("kind", "status"), [("http_429", 429), ("http_500", 500), ("http_503", 503), ("timeout_before", 500)]
)
def test_refusals_carry_notes_and_change_nothing(desk: Desk, kind: str, status: int) -> None:
    reply = desk.ledger.refuse(kind, desk.manager.request("POST", "requestsource", {"name": "И-11"}))
    assert (reply.status, reply.api, reply.by, reply.write) == (status, "POST requestsource", "manager", True)
    assert desk.ledger.counts()["requestsource"] == 10
    assert desk.manager.ask("GET", "stores").status == 200


def test_a_request_for_nothing_that_is_known_is_refused_as_well(desk: Desk) -> None:
    strange = Request("POST", "/hello", "", {}, b"", secure=False, client_ip="127.0.0.1")
    assert desk.ledger.refuse("http_500", strange).status == desk.ledger.refuse_token(strange).status == 404
    assert desk.ledger.spoil("half_page", strange) is None
