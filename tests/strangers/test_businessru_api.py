"""businessru-api at the emulator of Бизнес.ру: it signs each call, checks the signature of each answer, mends its token.

Where the two disagree the contract has decided, and a test says whose mistake it is.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from sandbox.systems.business_ru.models.catalogue import MODELS
from tests.strangers.town import Town
from tests.strangers.visitor import Raised, Visitor


def parties(wrapper: Visitor) -> dict[str, str]:
    """Return whom and what an order must name."""
    first = {
        model: wrapper.get(model, limit=1)["result"][0]["id"] for model in ("employees", "organizations", "partners")
    }
    return {
        "author_employee_id": first["employees"],
        "responsible_employee_id": first["employees"],
        "organization_id": first["organizations"],
        "partner_id": first["partners"],
    }


def test_the_client_comes_in_with_a_token_and_gets_a_new_one_when_it_is_lost(town: Town) -> None:
    wrapper = town.wrapper()
    assert town.methods() == ["GET repair"]
    town.spoil("business_ru", "wrong_token")
    assert len(wrapper.get("stores")["result"]) == 2
    assert town.methods()[1:] == ["GET stores", "GET repair", "GET stores"]
    assert town.statuses()[1:] == [401, 200, 200]


@pytest.mark.parametrize("wrong", [{"secret": "0" * 32}, {"app_id": 1}], ids=["secret", "integration"])
def test_wrong_keys_do_not_open_the_door(town: Town, wrong: dict[str, Any]) -> None:
    with pytest.raises(Raised, match=r"UnexpectedResponse: .* returned 401"):
        town.wrapper(**wrong)


def test_a_list_is_read_page_by_page(town: Town) -> None:
    wrapper = town.wrapper()
    pages = [[good["id"] for good in wrapper.get("goods", limit=10, page=page)["result"]] for page in range(1, 6)]
    assert [len(page) for page in pages] == [10, 10, 10, 8, 0]
    assert list(chain(*pages)) == [good["id"] for good in town.ledger.call("GET", "goods", {"limit": 250})]
    assert wrapper.get("goods", count_only=1)["result"] == {"count": 38}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"part": ["SRV-LENS", "SRV-LED"]}, ["Установка линз", "Установка светодиодных модулей"]),
        ({"name": "Полировка фар"}, ["Полировка фар"]),
        ({"updated[from]": "01.01.2030"}, []),
        ({"type": 2, "order_by[name]": "DESC", "limit": 1}, ["Установка светодиодных модулей"]),
        ({"part": "SRV-LED", "with_additional_fields": True}, ["Установка светодиодных модулей"]),
    ],
    ids=["set", "cyrillic", "range", "order", "flag"],
)
def test_a_list_is_asked_for_as_the_client_writes_it(town: Town, asked: dict[str, Any], names: list[str]) -> None:
    assert [good["name"] for good in town.wrapper().get("goods", **asked)["result"]] == names


def test_the_client_believes_every_answer_because_every_answer_is_signed_as_it_checks(town: Town) -> None:
    wrapper = town.wrapper()
    for model in (name for name, each in MODELS.items() if "GET" in each.verbs):
        for asked in ({}, {"help": 1}, {"count_only": 1}, {"extended": "true", "with_goods": True}):
            assert wrapper.get(model, **asked)["status"] == "ok", (model, asked)


def test_an_order_is_made_with_lines_changed_and_deleted(town: Town) -> None:
    wrapper, ledger = town.wrapper(), town.ledger
    comment = "Заказ № 17/А: ремонт + 5% [срочно] * & ещё"
    order = wrapper.post("customerorders", **parties(wrapper), number="EXT-1", comment=comment)["result"]["id"]
    lamp, glass = (good["id"] for good in wrapper.get("goods", limit=2)["result"])
    lines = [
        wrapper.post("customerordergoods", customer_order_id=order, good_id=good, amount=amount, price=price)["result"]
        for good, amount, price in ((lamp, 2, "640.50"), (glass, 1, "100"))
    ]
    assert [(row["comment"], row["sum"]) for row in ledger.call("GET", "customerorders", {})] == [(comment, "1381.00")]

    wrapper.put("customerordergoods", id=lines[0]["id"], amount=3)
    wrapper.request("delete", "customerordergoods", id=lines[1]["id"])
    assert [
        (line["good_id"], line["amount"])
        for line in ledger.call("GET", "customerordergoods", {"customer_order_id": order})
    ] == [(lamp, "3")]
    assert wrapper.get("customerorders", number="EXT-1", with_goods=True)["result"][0]["sum"] == "1921.50"

    wrapper.request("delete", "customerorders", id=order)
    assert ledger.call("GET", "customerorders", {}) == []
    assert wrapper.get("customerorders", deleted=True)["result"][0]["id"] == order


@pytest.mark.parametrize(
    ("verb", "model", "params", "error"),
    [
        ("get", "workorders", {}, "EndpointNotFound: .* returned 405"),
        ("delete", "storegoods", {"id": 1}, "EndpointNotFound: .* returned 405"),
        ("post", "partners", {"note": "без имени"}, "BusinessruResponseError: .* common:1 .*name"),
        ("put", "partners", {"id": 1, "note": "нет такого"}, "BusinessruResponseError: .* common:1"),
    ],
    ids=["model", "verb", "nothing given", "no such row"],
)
def test_a_refusal_is_the_error_that_the_client_has_for_it(
    town: Town, verb: str, model: str, params: dict[str, Any], error: str
) -> None:
    with pytest.raises(Raised, match=error):
        town.wrapper().request(verb, model, **params)
    assert town.effects() == []


def test_a_closed_window_is_waited_for_until_it_opens(town: Town) -> None:
    wrapper = town.wrapper()
    town.ledger.call("GET", "stores", {})
    for _ in range(500 - len(town.statuses())):
        town.ledger.call("GET", "stores", {})
    town.forward(230)
    assert len(wrapper.get("stores")["result"]) == 2
    assert wrapper.waited == [20] * 4
    assert town.statuses()[500:] == [503, 503, 503, 503, 200]


def test_a_window_that_stays_closed_is_told(town: Town) -> None:
    wrapper = town.wrapper(max_retry=3)
    town.spoil("business_ru", "http_503", count=3)
    with pytest.raises(Raised, match="TooManyRequests"):
        wrapper.get("stores")
    assert wrapper.waited == [20, 20]


def test_a_tilde_is_never_accepted_because_the_client_signs_it_as_php_would_not(town: Town) -> None:
    wrapper = town.wrapper(max_retry=2)
    with pytest.raises(Raised, match="InvalidToken"):
        wrapper.post("partners", name="ООО ~Фара~")
    assert town.effects() == []


def test_nothing_goes_out_as_the_word_none_and_a_range_as_a_text_because_the_client_writes_them_so(town: Town) -> None:
    wrapper = town.wrapper()
    partner = wrapper.post("partners", name="Фара", note=None)["result"]["id"]
    assert wrapper.get("partners", id=partner)["result"][0]["note"] == "None"
    with pytest.raises(Raised, match="common:1 Неверное значение параметра updated"):
        wrapper.get("partners", updated={"from": "01.01.2026"})


def test_an_additional_field_may_be_sorted_behind_the_words(town: Town) -> None:
    wrapper = town.wrapper()
    partner = parties(wrapper)["partner_id"]
    assert wrapper.put("partners", id=partner, note="да", **{"23698467": "EXT-1001", "Zed": "1"})["status"] == "ok"
    assert wrapper.get("partners", id=partner)["result"][0]["note"] == "да"
