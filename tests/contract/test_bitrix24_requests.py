"""How the portal is asked: encoding, the envelope of a batch, error forms, pace."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sverka.domain.effects import Answer
from sverka.domain.secret import Secret
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.encoding import Command, Ref
from sverka.systems.bitrix24.faults import fault
from sverka.systems.errors import (
    BadAnswer,
    Busy,
    NoAccess,
    NotFound,
    NotOffered,
    Refused,
    ScopeMissing,
    SystemTrouble,
    WindowClosed,
)
from sverka.systems.outcomes import answer_of
from tests.contract.vendors import WEBHOOK, HandPortal, StoppedClock, answer, html, no_jitter

TIME = {"server": Command("server.time", {})}


def api_of(portal: HandPortal, *, limits_off: bool = False, **settings: Any) -> PortalApi:
    portal.results["server.time"] = "2026-09-21T10:13:20+03:00"
    return PortalApi(WEBHOOK, portal.settings(**settings), portal.clock, no_jitter, limits_off=limits_off)


@pytest.mark.parametrize(
    ("params", "query"),
    [
        (
            {"filter": {">=updatedTime": "2026-09-21T09:00:00+03:00"}},
            "filter[%3E%3DupdatedTime]=2026-09-21T09%3A00%3A00%2B03%3A00",
        ),
        ({"select": ["id", "title"]}, "select[0]=id&select[1]=title"),
        ({"fields": {"PHONE": [{"VALUE": "+7 (999)"}]}}, "fields[PHONE][0][VALUE]=%2B7%20%28999%29"),
        ({"active": True, "held": False}, "active=1&held=0"),
        ({"filter": {"@id": []}}, "filter[%40id][]="),
        ({"filter": {">id": Ref(("p1", "items", 49, "id"))}}, "filter[%3Eid]=$result[p1][items][49][id]"),
        ({"title": "Заказ"}, "title=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7"),
        ({"sum": Decimal("899.10"), "start": -1}, "sum=899.10&start=-1"),
    ],
    ids=["an operator in a key", "a list", "nested", "booleans", "an empty list", "a reference", "Russian", "numbers"],
)
def test_a_command_is_written_as_php_reads_it(params: dict[str, Any], query: str) -> None:
    assert Command("crm.item.list", params).encoded() == f"crm.item.list?{query}"


@pytest.mark.parametrize("value", [None, 1.5], ids=["null", "a float"])
def test_a_command_refuses_what_a_query_cannot_carry(value: object) -> None:
    with pytest.raises(TypeError):
        Command("crm.item.list", {"value": value}).encoded()


@pytest.mark.parametrize(
    ("status", "document", "kind"),
    [
        (503, {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}, Busy),
        (429, {"error": "OPERATION_TIME_LIMIT"}, WindowClosed),
        (200, {"error": "operation_time_limit"}, WindowClosed),
        (503, {"error": "OVERLOAD_LIMIT"}, NoAccess),
        (401, {"error": "expired_token"}, NoAccess),
        (401, {"error": "NO_AUTH_FOUND"}, NoAccess),
        (401, {"error": "INVALID_CREDENTIALS"}, NoAccess),
        (403, {"error": "INVALID_CREDENTIALS"}, NoAccess),
        (401, {"error": "insufficient_scope"}, ScopeMissing),
        (403, {"error": "insufficient_scope"}, ScopeMissing),
        (404, {"error": "ERROR_METHOD_NOT_FOUND"}, NotOffered),
        (500, {"error": "INTERNAL_SERVER_ERROR"}, BadAnswer),
        (410, {"error": "PORTAL_DELETED"}, NoAccess),
        (400, {"error": "", "error_description": "Not found"}, NotFound),
        (400, {"error": "NOT_FOUND"}, NotFound),
        (400, {"error": "ACCESS_DENIED"}, Refused),
        (400, {"error": 100, "error_description": "Expected iterable value"}, Refused),
        (400, {"error": "0", "error_description": "wrong order"}, Refused),
        (502, {"error": "SOMETHING_NEW"}, BadAnswer),
        (401, {"error": "SOMETHING_NEW"}, NoAccess),
        (400, {"error": "SOMETHING_NEW"}, Refused),
    ],
)
def test_an_error_is_known_by_its_code_then_by_its_status(
    status: int, document: dict[str, Any], kind: type[SystemTrouble]
) -> None:
    assert type(fault("crm.item.list", status, document)) is kind


def test_an_error_says_what_where_and_what_to_do_and_hides_the_webhook() -> None:
    said = "see https://portal.example/rest/1/s3cr3tcode/crm.deal.get " + "x" * 400 + "<br>"
    trouble = fault("crm.deal.get", 400, {"error": "BAD", "error_description": said}, (Secret("s3cr3tcode"),))
    assert str(trouble).startswith("bitrix24 crm.deal.get: BAD: see https://portal.example/rest/1/***/crm.deal.get x")
    assert "s3cr3t" not in str(trouble)
    assert len(trouble.what) == 256


@pytest.mark.parametrize(
    "url", ["", "portal.example", "https://portal.example/rest/1/", "https://portal.example/crm/1/x/"]
)
def test_a_webhook_of_another_shape_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="looks like https://PORTAL/rest/USER/CODE/") as caught:
        PortalApi(Secret(url), HandPortal().settings(), StoppedClock(), no_jitter, limits_off=True)
    assert not url or url not in str(caught.value)


def test_a_request_is_one_json_post_with_our_name() -> None:
    portal = HandPortal()
    api_of(portal).read(TIME)
    request = portal.requests[0]
    assert str(request.url) == "https://portal.example/rest/1/s3cr3tcode/batch.json"
    assert json.loads(request.content) == {"halt": 0, "cmd": {"server": "server.time"}}
    assert request.headers["user-agent"].startswith("sverka/")
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "fault_",
    [
        html(502),
        html(200),
        answer({"error": "INTERNAL_SERVER_ERROR"}, 500),
        httpx.Response(200, content=b'{"result": {"res', headers={"content-type": "application/json"}),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        httpx.ConnectError("refused"),
        answer({"error": "QUERY_LIMIT_EXCEEDED"}, 503),
        answer({"error": "OPERATION_TIME_LIMIT"}, 429),
    ],
    ids=[
        "502 page",
        "page with 200",
        "500",
        "half a JSON",
        "timeout",
        "drop",
        "no connection",
        "bucket",
        "operating time",
    ],
)
def test_a_read_is_asked_again_after(fault_: httpx.Response | Exception) -> None:
    portal = HandPortal(faults=[fault_])
    assert api_of(portal).read(TIME).results == {"server": "2026-09-21T10:13:20+03:00"}
    assert len(portal.requests) == 2


def test_a_read_gives_up_after_three_faults() -> None:
    portal = HandPortal(faults=[html(502)] * 3)
    with pytest.raises(BadAnswer, match="HTTP 502 without JSON"):
        api_of(portal).read(TIME)
    assert len(portal.requests) == 3


def test_a_read_waits_for_a_busy_portal_as_long_as_it_has_patience() -> None:
    portal = HandPortal(faults=[answer({"error": "QUERY_LIMIT_EXCEEDED"}, 503)] * 6)
    assert api_of(portal).read(TIME).errors == {}
    impatient = HandPortal(faults=[answer({"error": "QUERY_LIMIT_EXCEEDED"}, 503)] * 60)
    with pytest.raises(Busy):
        api_of(impatient, patience_s=100).read(TIME)
    assert impatient.clock.now <= 1000 + 110


def test_a_wrong_webhook_is_not_asked_again() -> None:
    portal = HandPortal(faults=[answer({"error": "NO_AUTH_FOUND"}, 401)])
    with pytest.raises(NoAccess, match="Check the secret"):
        api_of(portal).read(TIME)
    assert len(portal.requests) == 1


def test_only_the_commands_that_were_rate_limited_are_asked_again() -> None:
    portal = HandPortal(command_errors={"b": [{"error": "OPERATION_TIME_LIMIT"}]}, results={"crm.category.list": {}})
    api = api_of(portal)
    found = api.read(
        {"a": Command("server.time", {}), "b": Command("crm.category.list", {}), "c": Command("server.time", {})}
    )
    assert list(portal.commands(1)) == ["b"]
    assert (set(found.results), found.errors) == ({"a", "b", "c"}, {})
    assert portal.clock.now >= 1060, "a blocked method is left alone for a minute"


def test_an_error_of_a_command_is_a_value() -> None:
    portal = HandPortal(command_errors={"a": [{"error": "insufficient_scope"}]})
    found = api_of(portal).read({"a": Command("user.get", {}), "b": Command("server.time", {})})
    assert isinstance(found.errors["a"], ScopeMissing)
    assert found.errors["a"].where == "user.get"
    assert set(found.results) == {"b"}


def test_a_burst_is_slowed_to_what_the_bucket_loses() -> None:
    portal = HandPortal()
    api = api_of(portal)
    for _ in range(60):
        api.read(TIME)
    assert portal.clock.now == pytest.approx(1000 + (60 - 40) / 2)


def test_without_limits_nobody_waits() -> None:
    portal = HandPortal(operating=470)
    api = api_of(portal, limits_off=True)
    for _ in range(100):
        api.read(TIME)
    assert portal.clock.now == 1000


def test_a_method_is_left_alone_from_four_fifths_of_its_working_time_on() -> None:
    portal = HandPortal(operating=383)
    api = api_of(portal)
    api.read(TIME)
    api.read(TIME)
    assert portal.clock.now == 1000
    portal.operating = 385
    api.read(TIME)
    api.read(TIME)
    assert portal.clock.now == pytest.approx(1600, abs=1)


@pytest.mark.parametrize("reset", [None, "soon", "2026-09-21T10:23:20+03:00"], ids=["absent", "garbage", "ISO text"])
def test_a_portal_may_tell_its_working_time_oddly(reset: str | None) -> None:
    portal = HandPortal()
    time = {**portal._time(), "operating": 385, "operating_reset_at": reset}
    portal.faults = [answer({"result": {"result": {"server": "x"}, "result_error": []}, "time": time})]
    api = api_of(portal)
    api.read(TIME)
    api.read(TIME)
    assert portal.clock.now == pytest.approx(1600 if reset and reset[0] == "2" else 1000)


def test_a_renamed_portal_is_followed_once_for_reads_and_reported() -> None:
    moved = httpx.Response(302, headers={"location": "https://new.example/rest/1/s3cr3tcode/batch.json"})
    portal = HandPortal(faults=[moved])
    api = api_of(portal)
    api.read(TIME)
    api.read(TIME)
    assert api.moved_to == "new.example"
    assert [request.url.host for request in portal.requests] == ["portal.example", "new.example", "new.example"]
    assert {request.method for request in portal.requests} == {"POST"}


@pytest.mark.parametrize(
    "location",
    ["https://new.example/login/", "http://new.example/rest/1/s3cr3tcode/batch.json", ""],
    ids=["another path", "no TLS", "nowhere"],
)
def test_a_redirect_that_changes_more_than_the_host_is_an_error(location: str) -> None:
    portal = HandPortal(faults=[httpx.Response(302, headers={"location": location})] * 3)
    with pytest.raises(SystemTrouble, match="sent away") as caught:
        api_of(portal).read(TIME)
    assert {request.url.host for request in portal.requests} == {"portal.example"}
    assert answer_of(caught.value) is Answer.AMBIGUOUS, "a write might have been executed before"


def test_the_redirect_of_a_write_is_not_followed() -> None:
    moved = httpx.Response(302, headers={"location": "https://new.example/rest/1/s3cr3tcode/batch.json"})
    portal = HandPortal(faults=[moved])
    with pytest.raises(SystemTrouble, match=r"moved to new\.example") as caught:
        api_of(portal).write({"set": Command("crm.item.update", {})}, lambda: True)
    assert (len(portal.requests), answer_of(caught.value)) == (1, Answer.NOT_EXECUTED)


def test_a_client_for_reading_sends_no_write() -> None:
    portal = HandPortal()
    api = api_of(portal, read_only=True)
    api.read(TIME)
    with pytest.raises(SystemTrouble, match="reads only"):
        api.write({"a": Command("server.time", {}), "b": Command("crm.item.update", {"id": 1})}, lambda: True)
    assert len(portal.requests) == 1
