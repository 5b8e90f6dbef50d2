"""Signatures of Бизнес.ру: every vector of the contract, and what the door makes of right and wrong ones."""

from __future__ import annotations

import json
from hashlib import md5

import pytest
from business_ru_desk import Desk, request

from sandbox.systems.business_ru.php import http_build_query, json_encode, ksort, parse_str
from sandbox.systems.business_ru.signature import answer_signature, request_signatures

SECRET, TOKEN = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"

REQUESTS = {
    "repair": ("app_id=100001", "", "f178d940f48756fc174ead39f5d0c4d7"),
    "get nested": (
        (
            "app_id=100001&limit=250&page=1&status_id%5B0%5D=106&status_id%5B1%5D=108"
            "&updated%5Bfrom%5D=01.07.2025+00%3A00%3A00&with_goods=1"
        ),
        TOKEN,
        "1382c4f0a6ec7efed4b976b999517a9e",
    ),
    "get by number": ("app_id=100001&limit=1&number=EXT-1001", TOKEN, "30e1649754e843bdeba0338325ba12cc"),
    "post in Russian": (
        (
            "app_id=100001&author_employee_id=75201&comment=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7+%E2%84%96+17%2F%D0%90%3A+"
            "%D1%80%D0%B5%D0%BC%D0%BE%D0%BD%D1%82+%7E2+%D1%87.&number=EXT-1001&organization_id=75101&partner_id=75001"
            "&responsible_employee_id=75201&status_id=106"
        ),
        TOKEN,
        "4943d942ee46022247d7ee7da108d3c9",
    ),
    "put of a flag": ("app_id=100001&held=0&id=9001", TOKEN, "00bca15eb61f3e1d124eb6465927ac9a"),
    "digits first": ("23698467=EXT-1001&Zed=1&app_id=100001&id=9001", TOKEN, "2b814565bdb370e0eb55dbf0ceddbddb"),
    "digits last": ("Zed=1&app_id=100001&id=9001&23698467=EXT-1001", TOKEN, "07ac65963972e98d97a727777692e2cc"),
}


@pytest.mark.parametrize(("query", "token", "app_psw"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_is_signed_as_in_the_contract(query: str, token: str, app_psw: str) -> None:
    assert app_psw in request_signatures(parse_str(query), token=token, secret=SECRET)


@pytest.mark.parametrize("query", [query for query, _, _ in REQUESTS.values()], ids=REQUESTS.keys())
def test_a_query_is_rebuilt_letter_for_letter(query: str) -> None:
    rebuilt = [http_build_query(ksort(parse_str(query), digits_first=first)) for first in (True, False)]
    assert query in rebuilt


@pytest.mark.parametrize(
    "sent",
    ["page=1&app_id=100001&limit=250", "limit=250&page=1&app_id=100001", "page=%31&limit=250&app_id=100001"],
    ids=["unsorted", "otherwise", "needlessly encoded"],
)
def test_the_order_and_the_encoding_on_the_wire_do_not_matter(sent: str) -> None:
    right = request_signatures(parse_str("app_id=100001&limit=250&page=1"), token=TOKEN, secret=SECRET)
    assert request_signatures(parse_str(sent), token=TOKEN, secret=SECRET) == right


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("a=1&a=2", {"a": "2"}),
        ("a[]=x&a[]=y", {"a": {"0": "x", "1": "y"}}),
        ("a%5Bfrom%5D=1+2&a[to]=%2B3", {"a": {"from": "1 2", "to": "+3"}}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a", {"a": ""}),
        ("", {}),
    ],
    ids=["last wins", "list", "range", "deep", "no value", "nothing"],
)
def test_parameters_are_read_as_php_reads_them(text: str, params: object) -> None:
    assert parse_str(text) == params


def test_an_answer_is_signed_as_in_the_contract() -> None:
    row = {"id": "9001", "number": "EXT-1001", "comment": "Заказ № 17/А", "sum": "640.00"}
    body = {"status": "ok", "result": [row], "token": TOKEN, "request_count": 3}
    assert answer_signature(body, token=TOKEN, secret=SECRET) == "69a6409588f446bea8cced1124196904"
    assert answer_signature({"token": TOKEN}, token="", secret=SECRET) == "95af8eef8aa840692020d071d09dbf2a"


def test_json_is_compact_with_escaped_slashes_and_letters() -> None:
    assert json_encode({"a": "17/А", "b": [True, None]}) == r'{"a":"17\/\u0410","b":[true,null]}'


def test_an_answer_has_its_keys_in_order_and_is_signed_over_everything_before_the_signature() -> None:
    desk = Desk()
    desk.order(comment="Заказ № 17/А")
    reply = desk.manager.ask("GET", "customerorders", {"limit": 1})
    assert list(json.loads(reply.body)) == ["status", "result", "token", "request_count", "app_psw"]
    signed, _, signature = reply.body.decode().removesuffix('"}').rpartition(',"app_psw":"')
    person = desk.manager
    assert signature == md5(f"{person.token}{person.secret}{signed}}}".encode()).hexdigest()
    assert r"\u2116 17\/\u0410" in signed


def test_repair_answers_get_and_post_and_is_signed_without_a_token() -> None:
    desk = Desk()
    for verb in ("GET", "POST"):
        desk.manager.token = ""
        body = json.loads(desk.manager.ask(verb, "repair", in_query=True).body)
        assert len(body["token"]) == 32
        assert body["app_psw"] == answer_signature(
            {"token": body["token"], "request_count": body["request_count"]}, token="", secret=desk.manager.secret
        )


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("in_query", [True, False], ids=["query", "form"])
def test_parameters_of_any_verb_may_stand_in_the_query_or_in_the_form(verb: str, *, in_query: bool) -> None:
    desk = Desk()
    order = desk.order()
    params = {"POST": {**desk.parties()}, "PUT": {"id": order, "comment": "да"}, "DELETE": {"id": order}}[verb]
    reply = desk.manager.ask(verb, "customerorders", params, in_query=in_query)
    assert json.loads(reply.body)["status"] == "ok"


@pytest.mark.parametrize("digits_first", [True, False])
def test_an_additional_field_is_accepted_in_both_orders_of_keys(*, digits_first: bool) -> None:
    desk = Desk()
    order = desk.order()
    person, own, rest = desk.manager, "23698467=EXT-1", f"app_id={desk.manager.app_id}&id={order}"
    query = f"{own}&{rest}" if digits_first else f"{rest}&{own}"
    signature = md5(f"{person.token}{person.secret}{query}".encode()).hexdigest()
    desk.ledger.handle(request("PUT", "customerorders", f"{query}&app_psw={signature}", in_query=False))
    assert person.one("customerorders", id=order, with_additional_fields=1)["23698467"] == "EXT-1"


def test_whatever_is_signed_wrongly_is_answered_with_a_plain_401() -> None:
    desk = Desk()
    desk.manager.repair()
    right = desk.manager.request("GET", "stores").query
    altered = {
        "no signature": right.partition("&app_psw")[0],
        "another parameter": f"name=x&{right}",
        "another integration": right.replace(desk.manager.app_id, "100001"),
    }
    for query in altered.values():
        reply = desk.ledger.handle(request("GET", "stores", query, in_query=True))
        assert (reply.status, reply.body) == (401, b"Invalid app_psw")
        assert reply.content_type.startswith("text/plain")


def test_a_json_body_is_not_read() -> None:
    desk = Desk()
    desk.manager.repair()
    signed = desk.manager.request("POST", "requestsource", {"name": "Сайт"})
    reply = desk.ledger.handle(type(signed)(**{**vars(signed), "headers": {"content-type": "application/json"}}))
    assert reply.status == 401
