"""Faults that only the emulator can make: spoilt pages, lost logins, pages of the web server in place of an answer."""

from __future__ import annotations

import json

import pytest
from onec_desk import BARE, Desk

from sandbox.kit import Request

CLIENTS = "Catalog_Контрагенты"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    for number in range(6):
        desk.client(f"К-{number}", f"770000000{number}")
    return desk


def _spoilt(desk: Desk, kind: str, *options: str) -> list[str]:
    reply = desk.onec.spoil(kind, desk.request("GET", CLIENTS, BARE, *options))
    assert reply is not None
    assert (reply.status, reply.api, reply.by) == (200, f"GET {CLIENTS}", "accountant")
    return [row["Description"] for row in json.loads(reply.body)["value"]]


def test_half_a_page_is_followed_by_the_page_after_the_whole(desk: Desk) -> None:
    assert _spoilt(desk, "half_page", "$top=4") == ["К-0", "К-1"]
    assert desk.names(CLIENTS, "$top=4", "$skip=4") == ["К-4", "К-5"]


def test_rows_that_come_twice(desk: Desk) -> None:
    assert _spoilt(desk, "duplicate_rows", "$top=2", "$skip=2") == ["К-2", "К-3", "К-2"]


def test_rows_that_move_are_missed_by_the_next_page_unless_it_is_ordered(desk: Desk) -> None:
    assert _spoilt(desk, "rows_move", "$top=3") == ["К-0", "К-1", "К-2"]
    assert desk.names(CLIENTS, "$top=3", "$skip=3") == ["К-5", "К-0", "К-1"]
    assert _spoilt(desk, "rows_move", "$top=3", "$orderby=ИНН") == ["К-0", "К-1", "К-2"]
    assert desk.names(CLIENTS, "$top=3", "$skip=3", "$orderby=ИНН") == ["К-3", "К-4", "К-5"]


def test_balances_can_be_spoilt_as_well(desk: Desk) -> None:
    contract = desk.client()
    for roubles in (1, 2, 3, 4):
        desk.shipment(contract, roubles)
    path = "AccumulationRegister_РасчетыСКлиентами/Balance"
    for kind, count in (("half_page", 2), ("duplicate_rows", 6), ("rows_move", 4)):
        reply = desk.onec.spoil(kind, desk.request("GET", path))
        assert reply is not None
        assert len(json.loads(reply.body)["value"]) == count


@pytest.mark.parametrize("kind", ["half_page", "rows_move", "duplicate_rows"])
@pytest.mark.parametrize(
    "path", ["", "$metadata", f"{CLIENTS}/$count", f"{CLIENTS}(guid'{'0' * 8}-0000-0000-0000-{'0' * 12}')"]
)
def test_a_call_that_lists_nothing_is_not_spoilt(desk: Desk, kind: str, path: str) -> None:
    assert desk.onec.spoil(kind, desk.request("GET", path)) is None
    assert desk.onec.spoil(kind, desk.request("POST", CLIENTS, body={})) is None
    assert desk.onec.counts()[CLIENTS] == 6


def test_a_refused_login_changes_nothing(desk: Desk) -> None:
    reply = desk.onec.refuse_token(desk.request("POST", CLIENTS, body={}))
    assert (reply.status, reply.api, reply.by, reply.write) == (401, f"POST {CLIENTS}", "accountant", True)
    assert desk.onec.counts()[CLIENTS] == 6


@pytest.mark.parametrize(
    ("kind", "status"), [("http_429", 429), ("http_500", 500), ("http_503", 503), ("timeout_before", 500)]
)
def test_refusals_are_pages_and_carry_notes(desk: Desk, kind: str, status: int) -> None:
    reply = desk.onec.refuse(kind, desk.request("POST", CLIENTS, body={}))
    assert (reply.status, reply.api, reply.by, reply.write) == (status, f"POST {CLIENTS}", "accountant", True)
    assert reply.content_type.startswith("text/html")
    assert desk.onec.counts()[CLIENTS] == 6


def test_a_request_for_nothing_that_is_known_is_refused_as_well(desk: Desk) -> None:
    strange = Request("POST", "/hello", "", {}, b"", secure=False, client_ip="127.0.0.1")
    assert (desk.onec.refuse("http_500", strange).status, desk.onec.refuse_token(strange).status) == (500, 401)
    assert desk.onec.spoil("half_page", strange) is None
    broken = Request("GET", "/ut/odata/standard.odata/X(", "", {}, b"", secure=False, client_ip="127.0.0.1")
    assert (desk.onec.handle(broken).status, desk.onec.spoil("half_page", broken)) == (400, None)
