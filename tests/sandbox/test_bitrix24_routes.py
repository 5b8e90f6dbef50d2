"""How a call reaches the portal: addresses, encodings, webhooks, scopes, refusals, and the envelope of answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from bitrix24_portal import DEAL, Desk, Person, encoded, request

from sandbox.kit import Request

LIST = {"entityTypeId": DEAL, "filter": {">=opportunity": 100, "@stageId": ["NEW", "WON"]}, "select": ["id", "title"]}
BOUNDARY = "b0undary"


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Return a portal with two deals; its tests only read."""
    desk = Desk()
    desk.deal((desk.lamp, 1_000, 64_000), title="Дешёвая & быстрая")
    desk.deal(title="Пустая")
    return desk


def _json(person: Person, method: str, params: dict[str, Any]) -> Request:
    return request(
        person.path + method, body=json.dumps(params).encode(), content_type="application/json; charset=utf-8"
    )


def _form(person: Person, method: str, params: dict[str, Any]) -> Request:
    form = "application/x-www-form-urlencoded"
    return request(person.path + method, body=encoded(params).encode(), content_type=form)


def _query(person: Person, method: str, params: dict[str, Any]) -> Request:
    return request(person.path + method, verb="GET", query=encoded(params))


def _multipart(person: Person, method: str, params: dict[str, Any]) -> Request:
    pairs = [
        "entityTypeId",
        "filter[>=opportunity]",
        "filter[@stageId][]",
        "filter[@stageId][]",
        "select[0]",
        "select[1]",
    ]
    values = ["2", "100", "NEW", "WON", "id", "title"]
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in zip(pairs, values, strict=True)
    )
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return request(person.path + method, body=f"{body}--{BOUNDARY}--\r\n".encode(), content_type=kind)


@pytest.mark.parametrize("write", [_json, _form, _query, _multipart], ids=["json", "form", "query", "multipart"])
def test_every_encoding_says_the_same(desk: Desk, write: Callable[..., Request]) -> None:
    reply = desk.portal.handle(write(desk.worker, "crm.item.list", LIST))
    assert json.loads(reply.body)["result"]["items"] == [{"id": 1001, "title": "Дешёвая & быстрая"}]


@pytest.mark.parametrize("method", ["profile", "profile.json", "profile/", "profile.json/", "PROFILE"])
def test_a_method_may_be_written_with_json_with_a_slash_and_in_capitals(desk: Desk, method: str) -> None:
    reply = desk.worker.ask(method)
    assert (reply.status, reply.api, reply.by) == (200, "profile", "worker")


def test_parameters_of_one_word_come_in_either_case_and_the_lower_one_wins(desk: Desk) -> None:
    assert len(desk.worker.call("crm.deal.list", {"FILTER": {"TITLE": "Пустая"}, "SELECT": ["ID"]})) == 1
    both = {"FILTER": {"ID": 1}, "filter": {"ID": 2}}
    assert [user["ID"] for user in desk.worker.call("user.get", both)] == ["2"]


def test_parameters_of_several_words_have_one_spelling(desk: Desk) -> None:
    assert desk.worker.refusal("crm.item.list", {"ENTITYTYPEID": DEAL}) == (400, 100)


def test_an_operator_with_an_equals_sign_must_be_encoded_because_php_ends_the_name_there(desk: Desk) -> None:
    raw = request(desk.worker.path + "crm.item.productrow.list", query="filter[=ownerType]=D&filter[=ownerId]=1001")
    assert json.loads(desk.portal.handle(raw).body)["error"] == 100
    fine = request(
        desk.worker.path + "crm.item.productrow.list", query="filter[%3DownerType]=D&filter[%3DownerId]=1001"
    )
    assert len(json.loads(desk.portal.handle(fine).body)["result"]["productRows"]) == 1


def test_a_body_that_is_no_json_is_an_empty_one(desk: Desk) -> None:
    broken = request(desk.worker.path + "crm.item.list", body=b"{oops", content_type="application/json")
    assert json.loads(desk.portal.handle(broken).body)["error"] == 100


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/rest/1/wrong/profile", 401, "NO_AUTH_FOUND"),
        ("/rest/99/wrong/profile", 401, "NO_AUTH_FOUND"),
        ("/rest/profile", 401, "NO_AUTH_FOUND"),
        ("/elsewhere", 401, "NO_AUTH_FOUND"),
        ("{hook}crm.deal.explode", 404, "ERROR_METHOD_NOT_FOUND"),
        ("{hook}crm.item.get", 400, 100),
    ],
    ids=["wrong code", "no such user", "no webhook", "no rest", "no such method", "missing parameter"],
)
def test_the_portal_refuses_with_its_own_codes(desk: Desk, path: str, status: int, code: Any) -> None:
    reply = desk.portal.handle(request(path.format(hook=desk.worker.path)))
    body = json.loads(reply.body)
    assert (reply.status, body["error"]) == (status, code)
    assert body.keys() == {"error", "error_description"}
    assert reply.by == ("" if status == 401 else "worker")


def test_plain_http_is_refused_only_when_switched() -> None:
    strict = Desk(switches={"require_https": True})
    assert strict.worker.refusal("profile") == (400, "INVALID_REQUEST")
    assert strict.worker.ask("profile", secure=True).status == 200


@pytest.mark.parametrize("status", [401, 403])
def test_a_webhook_without_the_scope_is_refused_with_the_switched_status(status: int) -> None:
    narrow = Desk(switches={"webhooks": {"manager": {"scopes": ["user_brief"]}}, "insufficient_scope_status": status})
    assert narrow.manager.refusal("crm.deal.list") == (status, "insufficient_scope")
    assert narrow.manager.call("scope") == ["user_brief"]
    assert "EMAIL" not in narrow.manager.call("user.current")
    assert narrow.manager.call("method.get", {"name": "crm.deal.list"}) == {"isExisting": True, "isAvailable": False}
    assert narrow.owner.call("method.get", {"name": "no.such"}) == {"isExisting": False, "isAvailable": False}


def test_the_time_of_an_answer_is_the_portals_in_moscow(desk: Desk) -> None:
    time = desk.worker.answer("server.time")["time"]
    assert time["date_start"] == time["date_finish"] == "2026-09-21T10:00:00+03:00"
    assert time["start"] == time["finish"] == 1_789_974_000.0
    assert desk.worker.call("server.time") == "2026-09-21T10:00:00+03:00"
    assert "operating" not in time


def test_probes_tell_who_calls_and_what_the_portal_is(desk: Desk) -> None:
    assert desk.manager.call("profile") == {
        "ID": "4", "ADMIN": False, "NAME": "Ольга", "LAST_NAME": "Климова", "PERSONAL_GENDER": "", "TIME_ZONE": "",
    }  # fmt: skip
    assert desk.owner.call("profile")["ADMIN"] is True
    assert desk.owner.call("crm.settings.mode.get") == 1
    assert desk.owner.call("feature.get", {"CODE": "rest_offline_extended"}) == {"value": "N"}
    assert desk.owner.refusal("feature.get") == (400, "CODE_EMPTY")


def test_what_only_administrators_may_is_refused_to_others(desk: Desk) -> None:
    assert desk.manager.refusal("catalog.store.list") == (400, "ACCESS_DENIED")
    assert [store["title"] for store in desk.owner.call("catalog.store.list")["stores"]] == ["Основной склад"]


def test_a_webhook_that_sees_its_own_rows_has_the_others_left_out_in_silence() -> None:
    narrow = Desk(switches={"webhooks": {"manager": {"own_rows_only": True}}})
    own, foreign = narrow.deal(), narrow.deal((narrow.lamp, 1_000, 100), responsible_id=3)
    listed = narrow.manager.answer("crm.item.list", {"entityTypeId": DEAL, "select": ["id"]})
    assert (listed["result"]["items"], listed["total"]) == ([{"id": own}], 1)
    assert narrow.manager.refusal("crm.item.get", {"entityTypeId": DEAL, "id": foreign}) == (400, "ACCESS_DENIED")
    assert narrow.manager.refusal("crm.deal.get", {"id": foreign}) == (400, "")
    rows = {"filter": {"=ownerType": "D", "=ownerId": foreign}}
    assert narrow.manager.refusal("crm.item.productrow.list", rows) == (400, "ACCESS_DENIED")
    history = narrow.manager.call("crm.stagehistory.list", {"entityTypeId": DEAL})["items"]
    assert {each["OWNER_ID"] for each in history} == {own}


def test_a_webhook_that_only_reads_may_not_write_and_leaves_no_effect() -> None:
    narrow = Desk(switches={"webhooks": {"manager": {"read_only": True}}})
    deal = narrow.deal()
    change = {"entityTypeId": DEAL, "id": deal, "fields": {"title": "Новое"}}
    assert narrow.manager.refusal("crm.item.update", change) == (400, "ACCESS_DENIED")
    assert narrow.manager.refusal("crm.deal.update", {"id": deal, "fields": {"TITLE": "Новое"}}) == (400, "")
    assert narrow.owner.item(deal)["title"] == "Заказ"
    assert narrow.journal.effects == []


def test_accepted_writes_are_journalled_under_who_made_them_with_what_they_sent() -> None:
    desk = Desk()
    deal = desk.deal()
    desk.manager.update(deal, title="Новое")
    desk.worker.refusal("crm.item.update", {"entityTypeId": DEAL, "id": 1, "fields": {}})
    desk.worker.batch({"a": f"crm.deal.update?id={deal}&fields[TITLE]=%D0%90", "b": "crm.deal.get?id=$result[a]"})
    assert desk.effects() == [("crm.item.update", "manager"), ("crm.deal.update", "worker")]
    assert desk.journal.effects[1]["payload"] == {"id": str(deal), "fields": {"TITLE": "А"}}


def test_replies_carry_notes_for_the_journal_of_requests(desk: Desk) -> None:
    reply = desk.worker.ask("batch", {"cmd": ["crm.deal.list", "CRM.ITEM.UPDATE?id=1", "no.such"]})
    assert (reply.api, reply.by, reply.write) == ("batch", "worker", True)
    assert reply.commands == ("crm.deal.list", "crm.item.update", "no.such")
    reply = desk.worker.ask("crm.deal.list")
    assert (reply.api, reply.write, reply.commands) == ("crm.deal.list", False, ())
