"""How the ledger is asked: signatures, the token's life, the request window, error forms."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sverka.domain.secret import Secret
from sverka.systems.business_ru.client import LedgerApi, fault
from sverka.systems.business_ru.signature import is_signed, serialise, sign
from sverka.systems.errors import (
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    NotOffered,
    Refused,
    SystemTrouble,
    Unreachable,
    WindowClosed,
)
from tests.contract.vendors import APP_ID, APP_SECRET, START, TOKEN, HandLedger, always, html, no_jitter

ORDER_COMMENT = "Заказ № 17/А: ремонт ~2 ч."
ORDER_COMMENT_WRITTEN = (
    "%D0%97%D0%B0%D0%BA%D0%B0%D0%B7+%E2%84%96+17%2F%D0%90%3A+%D1%80%D0%B5%D0%BC%D0%BE%D0%BD%D1%82+%7E2+%D1%87."
)
VECTORS: tuple[tuple[str, dict[str, Any], bool, str, str, str], ...] = (
    ("repair", {}, True, "", "app_id=100001", "f178d940f48756fc174ead39f5d0c4d7"),
    (
        "nested",
        {"limit": 250, "page": 1, "status_id": [106, 108], "updated": {"from": "01.07.2025 00:00:00"}, "with_goods": True},
        True, TOKEN,
        "app_id=100001&limit=250&page=1&status_id%5B0%5D=106&status_id%5B1%5D=108&updated%5Bfrom%5D=01.07.2025+00%3A00%3A00&with_goods=1",
        "1382c4f0a6ec7efed4b976b999517a9e",
    ),
    (
        "by number", {"limit": 1, "number": "EXT-1001"}, True, TOKEN, "app_id=100001&limit=1&number=EXT-1001",
        "30e1649754e843bdeba0338325ba12cc",
    ),
    (
        "post",
        {
            "author_employee_id": "75201", "comment": ORDER_COMMENT, "number": "EXT-1001", "organization_id": "75101",
            "partner_id": 75001, "responsible_employee_id": "75201", "status_id": "106",
        },
        True, TOKEN,
        (f"app_id=100001&author_employee_id=75201&comment={ORDER_COMMENT_WRITTEN}&number=EXT-1001&organization_id=75101&partner_id=75001"
        "&responsible_employee_id=75201&status_id=106"),
        "4943d942ee46022247d7ee7da108d3c9",
    ),
    ("boolean", {"held": False, "id": 9001}, True, TOKEN, "app_id=100001&held=0&id=9001", "00bca15eb61f3e1d124eb6465927ac9a"),
    (
        "digits first", {"Zed": 1, "id": 9001, "23698467": "EXT-1001"}, True, TOKEN,
        "23698467=EXT-1001&Zed=1&app_id=100001&id=9001", "2b814565bdb370e0eb55dbf0ceddbddb",
    ),
    (
        "digits last", {"Zed": 1, "id": 9001, "23698467": "EXT-1001"}, False, TOKEN,
        "Zed=1&app_id=100001&id=9001&23698467=EXT-1001", "07ac65963972e98d97a727777692e2cc",
    ),
)  # fmt: skip
ANSWER = (
    rb'{"status":"ok","result":[{"id":"9001","number":"EXT-1001","comment":"\u0417\u0430\u043a\u0430\u0437 \u2116 17\/\u0410",'
    rb'"sum":"640.00"}],"token":"fedcba9876543210fedcba9876543210","request_count":3,"app_psw":"69a6409588f446bea8cced1124196904"}'
)


def api_of(ledger: HandLedger, *, settings: dict[str, Any] | None = None, **more: Any) -> LedgerApi:
    http = ledger.settings(**(settings or {}))
    return LedgerApi("https://account.example", APP_ID, Secret(APP_SECRET), http, ledger.clock, no_jitter, **more)


@pytest.mark.parametrize(
    ("params", "digits_first", "token", "query", "app_psw"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS]
)
def test_a_request_is_signed_as_the_vendor_signs(
    params: dict[str, Any], digits_first: bool, token: str, query: str, app_psw: str
) -> None:
    written = serialise({**params, "app_id": APP_ID}, digits_first=digits_first)
    assert (written, sign(token, APP_SECRET, written)) == (query, app_psw)


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"a": None, "b": {"c": None}}, "a="),
        ({"a": [], "b": ""}, "b="),
        ({"a": "x y*~+й"}, "a=x+y%2A%7E%2B%D0%B9"),
        ({"b": 1, "B": 2, "_": 3}, "B=2&_=3&b=1"),
        ({"deleted": [0, 1]}, "deleted%5B0%5D=0&deleted%5B1%5D=1"),
    ],
    ids=["nulls", "empty list and text", "letters", "byte order", "a set"],
)
def test_parameters_are_written_as_php_writes_them(params: dict[str, Any], query: str) -> None:
    assert serialise(params) == query


def test_a_float_never_travels() -> None:
    with pytest.raises(TypeError, match="as text"):
        serialise({"price": 0.1})


@pytest.mark.parametrize(
    ("body", "token", "is_ours"),
    [
        (ANSWER, TOKEN, True),
        (b'{"token":"fedcba9876543210fedcba9876543210","app_psw":"95af8eef8aa840692020d071d09dbf2a"}', "", True),
        (ANSWER.replace(b",", b", ").replace(b":", b": ").replace(rb"\/", b"/"), TOKEN, True),
        (ANSWER.replace(b"640.00", b"640.01"), TOKEN, False),
        (ANSWER, "0" * 32, False),
        (b'{"status":"ok","result":[]}', TOKEN, False),
        (ANSWER[:60], TOKEN, False),
    ],
    ids=[
        "the vendor's vector",
        "of repair",
        "written anew by a proxy",
        "a changed sum",
        "another token",
        "unsigned",
        "half",
    ],
)
def test_an_answer_is_believed_only_with_its_signature(body: bytes, token: str, is_ours: bool) -> None:
    assert is_signed(body, token, APP_SECRET) is is_ours


@pytest.mark.parametrize(
    ("status", "document", "kind"),
    [
        (200, {"status": "ok", "result": []}, None),
        (200, {"status": "error", "error_code": "common:1", "error_text": "нет"}, Refused),
        (401, None, NoAccess),
        (403, None, NoAccess),
        (404, None, NotOffered),
        (405, None, NotOffered),
        (429, None, Busy),
        (503, None, WindowClosed),
        (503, {"status": "error"}, WindowClosed),
        (301, None, Unreachable),
        (302, None, BadAnswer),
        (303, None, BadAnswer),
        (307, None, Unreachable),
        (308, None, Unreachable),
        (500, None, BadAnswer),
        (502, {"status": "error"}, BadAnswer),
        (200, None, BadAnswer),
        (200, [], ContractBroken),
        (400, {}, Refused),
    ],
)
def test_an_error_is_known_by_status_and_body(status: int, document: object, kind: type[SystemTrouble] | None) -> None:
    trouble = fault("GET goods", status, document)
    assert (type(trouble) if trouble else None) is kind


def test_the_token_is_got_once_and_kept() -> None:
    ledger = HandLedger()
    api = api_of(ledger)
    api.get("goods", {})
    api.get("stores", {})
    assert ledger.asked() == ["GET repair", "GET goods", "GET stores"]


def test_a_lost_token_is_repaired_and_the_request_repeated_once() -> None:
    ledger = HandLedger()
    api = api_of(ledger)
    api.get("goods", {})
    ledger.token = "a" * 32
    api.get("stores", {})
    assert ledger.asked()[2:] == ["GET stores", "GET repair", "GET stores"]


def test_a_lost_token_lets_a_write_go_out_once_more_since_nothing_was_executed() -> None:
    ledger = HandLedger()
    api = api_of(ledger)
    api.get("goods", {})
    ledger.token = "a" * 32
    api.write("POST", "partners", {"name": "Вектор"}, always)
    assert [kind for kind, _ in ledger.executed] == ["POST partners"]


def test_leave_is_asked_again_before_the_repetition() -> None:
    ledger = HandLedger()
    api = api_of(ledger)
    api.get("goods", {})
    ledger.token = "a" * 32
    leaves = [True, False]
    with pytest.raises(SystemTrouble, match="withdrawn"):
        api.write("POST", "partners", {"name": "Вектор"}, lambda: leaves.pop(0))
    assert ledger.executed == []


def test_a_new_token_in_an_answer_is_adopted_after_the_old_one_proved_it() -> None:
    ledger = HandLedger(next_token="b" * 32)
    api = api_of(ledger)
    for _ in range(3):
        api.get("goods", {})
    assert ledger.asked() == ["GET repair", "GET goods", "GET goods", "GET goods"]


def test_an_answer_with_a_false_signature_is_asked_for_again() -> None:
    ledger = HandLedger()
    forged = httpx.Response(
        200, content=ANSWER.replace(b"640.00", b"641.00"), headers={"date": "Mon, 21 Sep 2026 07:13:20 GMT"}
    )
    ledger.faults = [None, forged]
    api_of(ledger).get("goods", {})
    assert ledger.asked() == ["GET repair", "GET goods", "GET goods"]


def test_a_wrong_secret_is_told_and_not_tried_for_ever() -> None:
    ledger = HandLedger()
    api = LedgerApi("https://account.example", APP_ID, Secret("f" * 32), ledger.settings(), ledger.clock, no_jitter)
    with pytest.raises(NoAccess) as caught:
        api.get("goods", {})
    assert len(ledger.requests) == 1
    assert "f" * 32 not in str(caught.value)


@pytest.mark.parametrize(
    "fault_", [html(502), html(200), httpx.ReadTimeout("slow"), httpx.ConnectError("refused"), httpx.Response(503)],
    ids=["502 page", "page with 200", "timeout", "no connection", "window"],
)  # fmt: skip
def test_a_read_is_asked_again_after(fault_: httpx.Response | Exception) -> None:
    ledger = HandLedger(faults=[None, fault_], models={"goods": [{"id": "1"}]})
    assert api_of(ledger).get("goods", {}).result == [{"id": "1"}]


def test_a_read_waits_until_the_window_opens() -> None:
    ledger = HandLedger(faults=[None, *[httpx.Response(503)] * 9])
    api_of(ledger).get("goods", {})
    assert 9 * 30 <= ledger.clock.now - 1000 <= 10 * 33


def test_a_read_does_not_wait_for_the_window_for_ever() -> None:
    ledger = HandLedger(faults=[None, *[httpx.Response(503)] * 90])
    with pytest.raises(WindowClosed) as caught:
        api_of(ledger).get("goods", {})
    assert ledger.clock.now - 1000 <= 960
    assert caught.value.retry_after_s == 30


def test_a_write_does_not_wait_for_the_window() -> None:
    ledger = HandLedger()
    api = api_of(ledger, requests_per_5min=2)
    api.get("goods", {})
    with pytest.raises(WindowClosed) as caught:
        api.write("POST", "partners", {"name": "Вектор"}, always)
    assert (ledger.executed, ledger.clock.now, caught.value.retry_after_s) == ([], 1000, 300)


def test_reads_keep_to_the_requests_of_the_window_and_go_on_when_it_opens() -> None:
    ledger = HandLedger()
    api = api_of(ledger, requests_per_5min=10)
    for _ in range(25):
        api.get("goods", {})
    assert ledger.clock.now == 1000 + 600


def test_the_ledgers_own_count_is_heeded() -> None:
    ledger = HandLedger(request_count=301)
    api = api_of(ledger)
    api.get("goods", {})
    api.get("goods", {})
    assert ledger.clock.now == 1030


def test_without_limits_nobody_waits() -> None:
    ledger = HandLedger(request_count=5000)
    api = api_of(ledger, requests_per_5min=3, limits_off=True)
    for _ in range(50):
        api.get("goods", {})
    assert ledger.clock.now == 1000


def test_a_client_for_reading_sends_no_write() -> None:
    ledger = HandLedger()
    api = api_of(ledger, settings={"read_only": True})
    for verb in ("POST", "PUT", "DELETE"):
        with pytest.raises(SystemTrouble, match="reads only"):
            api.write(verb, "partners", {"id": 1}, always)
    assert ledger.asked() == ["GET repair"]


def test_the_ledgers_time_is_the_date_of_its_first_answer() -> None:
    ledger = HandLedger()
    client = ledger.client()
    assert client.server_time() == START
    ledger.clock.wait(5)
    assert (client.server_time(), client.sent) == (START, 1)


def test_parameters_of_writes_travel_in_the_body_and_the_others_in_the_url() -> None:
    ledger = HandLedger(models={"partners": [{"id": "5"}]})
    api = api_of(ledger)
    api.write("PUT", "partners", {"id": "5", "name": "Вектор"}, always)
    api.write("DELETE", "partners", {"id": "5"}, always)
    put, delete = ledger.requests[1:]
    assert put.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (put.url.query, put.content.startswith(b"app_id=100001&id=5&name=%D0")) == (b"", True)
    assert (delete.content, delete.url.query.startswith(b"app_id=100001&id=5&app_psw=")) == (b"", True)
    assert APP_SECRET.encode() not in put.content + delete.url.query
