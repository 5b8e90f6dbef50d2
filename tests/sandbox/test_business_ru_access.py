"""Tokens, the five-minute window, HTTP statuses, people and their integrations."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import yaml
from business_ru_desk import START, Desk, Person, request

from sandbox.kit import Journal, Request, SandboxClock, Setting
from sandbox.systems.business_ru import ROTATE_TOKENS, TOKEN_LIFETIME_S, BusinessRu

COMPANIES = Path(__file__).parents[2] / "config" / "companies"


def test_nobody_has_a_token_before_the_first_repair() -> None:
    assert Desk().manager.ask("GET", "stores").status == 401


def test_a_repair_kills_the_token_before_it() -> None:
    desk = Desk()
    old = desk.manager.repair()
    new = desk.manager.repair()
    assert (len(old), len(new), old != new) == (32, 32, True)
    desk.manager.token = old
    assert desk.manager.ask("GET", "stores").status == 401


def test_each_person_has_a_token_of_his_own() -> None:
    desk = Desk()
    worker = Person(desk.ledger, "worker")
    worker.repair()
    desk.manager.repair()
    assert worker.ask("GET", "stores").status == 200


def test_by_default_every_answer_tells_the_same_token() -> None:
    desk = Desk()
    token = desk.manager.repair()
    assert {desk.manager.answer("GET", "stores")["token"] for _ in range(3)} == {token}


def test_a_token_that_ages_dies_on_the_clock_of_the_sandbox() -> None:
    desk = Desk(switches={TOKEN_LIFETIME_S: 3600})
    desk.manager.repair()
    desk.clock.forward(3599)
    assert desk.manager.ask("GET", "stores").status == 200
    desk.clock.forward(1)
    assert desk.manager.ask("GET", "stores").status == 401


def test_a_rotating_token_is_told_in_the_answer_which_the_old_one_signs() -> None:
    desk = Desk(switches={ROTATE_TOKENS: True})
    desk.manager.token = desk.manager.repair()
    first = desk.manager.answer("GET", "stores")
    assert first["token"] != desk.manager.token
    assert desk.manager.ask("GET", "stores").status == 401
    desk.manager.token = first["token"]
    assert desk.manager.ask("GET", "stores").status == 200


def test_the_window_is_shared_by_all_and_slides() -> None:
    desk = Desk(limits="vendor")
    worker = Person(desk.ledger, "worker")
    for person in (worker, desk.manager):
        person.repair()
    for number in range(3, 501):
        if number == 300:
            desk.clock.forward(60)
        assert desk.manager.answer("GET", "nds")["request_count"] == number
    refused = worker.ask("GET", "nds")
    assert refused.status == 503
    assert "лимит" in refused.body.decode()
    assert worker.ask("GET", "repair").status == 503
    desk.clock.forward(240)
    assert json.loads(worker.ask("GET", "nds").body)["request_count"] == 202


def test_with_limits_off_calls_are_counted_and_never_refused() -> None:
    desk = Desk()
    counts = [desk.manager.answer("GET", "nds")["request_count"] for _ in range(600)]
    assert counts[-1] == 601


def test_a_clock_that_was_set_back_opens_the_window() -> None:
    desk = Desk(limits="vendor")
    desk.clock.forward(86_400)
    for _ in range(499):
        desk.manager.answer("GET", "nds")
    desk.clock.set(START)
    assert desk.manager.ask("GET", "nds").status == 200


@pytest.mark.parametrize(
    ("verb", "model"),
    [
        ("GET", "workorders"),
        ("GET", "paymentins"),
        ("POST", "storegoods"),
        ("PUT", "nds"),
        ("GET", "notifications"),
        ("PATCH", "customerorders"),
    ],
)
def test_unknown_models_and_verbs_are_answered_with_405(verb: str, model: str) -> None:
    desk = Desk()
    desk.manager.repair()
    assert desk.manager.ask(verb, model).status == 405


@pytest.mark.parametrize("path", ["/", "/api/rest/customerorders", "/api/rest/../x.json", "/rest/stores.json"])
def test_other_paths_are_not_found(path: str) -> None:
    asked = Request("GET", path, "", {}, b"", secure=False, client_ip="127.0.0.1")
    assert Desk().ledger.handle(asked).status == 404


def test_replies_bear_notes_for_the_journal_of_requests() -> None:
    desk = Desk()
    desk.manager.repair()
    reads, writes = desk.manager.ask("GET", "stores"), desk.manager.ask("POST", "requestsource", {"name": "Сайт"})
    repair, strange = desk.manager.ask("GET", "repair"), request("POST", "stores", "app_id=1", in_query=False)
    notes = [(reply.api, reply.by, reply.write) for reply in (reads, writes, repair, desk.ledger.handle(strange))]
    assert notes == [
        ("GET stores", "manager", False),
        ("POST requestsource", "manager", True),
        ("GET repair", "manager", False),
        ("POST stores", "", True),
    ]


def test_credentials_are_the_same_at_every_start_and_different_for_everybody() -> None:
    first, second = Desk().ledger, Desk().ledger
    first.add_employee("Diane", "Murphy", "dmurphy@cars.example")
    keys = [first.credential(person, "http://x") for person in ("worker", "manager", "dmurphy")]
    assert len({key["app_id"] for key in keys}) == len({key["secret"] for key in keys}) == 3
    assert all(isinstance(key["app_id"], int) and len(str(key["secret"])) == 32 for key in keys)
    assert second.credential("worker", "http://x") == keys[0]
    assert set(keys[0]) == {"app_id", "secret"}


def test_an_unknown_person_has_no_credential() -> None:
    with pytest.raises(LookupError, match="nobody"):
        Desk().ledger.credential("nobody", "")


def test_the_environment_is_named_by_the_companys_yaml() -> None:
    ledger = Desk().ledger
    worker = ledger.credential("worker", "http://x")
    assert ledger.environment("http://x") == {
        "B_URL": "http://x",
        "B_ID": str(worker["app_id"]),
        "B_SECRET": worker["secret"],
    }


def test_a_reset_brings_back_rows_ids_and_tokens() -> None:
    desk = Desk()
    token, start = desk.manager.repair(), copy.deepcopy(desk.ledger.state)
    first = desk.order()
    desk.manager.repair()
    desk.ledger.state = copy.deepcopy(start)
    desk.manager.token = token
    assert desk.manager.get("customerorders") == []
    assert desk.order() == first


def test_a_companys_yaml_becomes_its_ledger() -> None:
    config = yaml.safe_load((COMPANIES / "headlights.yaml").read_text(encoding="utf-8"))
    clock = SandboxClock(START, lambda: 0.0)
    books = BusinessRu(Setting("headlights", config, clock, Journal(clock))).state
    statuses = list(books.rows("customerorderstatus"))
    assert [row["name"] for row in statuses] == list(config["order_statuses"].values())
    assert [row["default"] for row in statuses] == [True] + [False] * (len(statuses) - 1)
    assert [row["name"] for row in books.rows("stores")] == [branch["store"] for branch in config["branches"]]
    assert [row["name"] for row in books.rows("cash")] == [branch["cash_desk"] for branch in config["branches"]]
    names = [f"{row['first_name']} {row['last_name']}" for row in books.rows("employees")]
    assert names == [person["name"] for person in config["people"].values()]
    assert books.first("organizations")["name"] == config["systems"]["business_ru"]["organization"]
