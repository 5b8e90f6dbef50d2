"""What people and systems do that nobody planned for: nothing is undone, doubled, overwritten or forgotten, and somebody is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sverka import app as application
from sverka.store import findings
from sverka.store.findings import OpenFinding
from sverka.systems.http import HttpSettings
from tests.e2e.town import COMPANY, Town, town

SHOP = "Интернет-магазин"
LENS, LAMP = "HL-HELLA-3R-5", "LAMP-D2S-PHILIPS"


@pytest.fixture
def headlights(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, sockets=False) as opened:
        yield opened


@pytest.fixture
def deal(headlights: Town) -> int:
    number = headlights.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 2, 8900)], Филиал="Москва")
    headlights.settle()
    return number


def questions(town: Town) -> list[OpenFinding]:
    with town.app.store.reading() as tx:
        return findings.open_items(tx)


def answer(town: Town, choice: str) -> None:
    with town.app.store.writing() as tx:
        findings.answer(tx, questions(town)[0].id, choice, "owner", "", town.app.clock.real())


def held(town: Town, deal: int) -> list[bool]:
    return [row["held"] for row in town.reserves_of(town.order_of(deal))]


def busy(town: Town, *models: str) -> None:
    """Close the ledger's window for writes to some models; open it with none."""
    assert town.transport is not None
    town.transport.busy = lambda request: (
        request.method != "GET" and any(f"/{model}.json" in request.url.path for model in models)
    )


def refusing(town: Town, model: str) -> list[str]:
    """Let the ledger refuse every new document of a model by a rule of its own; return what was refused."""
    seen: list[str] = []

    def refuse(request: httpx.Request) -> bool:
        hit = request.method == "POST" and request.url.path.endswith(f"/{model}.json")
        seen.extend([model] * hit)
        return hit

    assert town.transport is not None
    town.transport.refuse = refuse
    return seen


def test_letters_take_nothing_along_that_another_job_left_waiting(headlights: Town, deal: int) -> None:
    headlights.person().move_deal(deal, "lost")
    busy(headlights, "reservations", "customerorders")
    headlights.run()
    busy(headlights)
    headlights.person().move_deal(deal, "Резерв")
    headlights.later(minutes=7)
    headlights.run("digest")
    assert held(headlights, deal) == [True]
    headlights.run("outbox")
    assert held(headlights, deal) == [True], "the rule was asked again, and no longer wants the release"


def test_what_waited_is_sent_as_the_deal_stands_now(headlights: Town, deal: int) -> None:
    busy(headlights, "customerordergoods")
    headlights.person().set_lines(deal, [(LENS, 3, 8900)])
    headlights.run()
    busy(headlights)
    headlights.person().set_lines(deal, [(LENS, 5, 8900)])
    headlights.later(minutes=7)
    headlights.settle()
    assert [amount for _, amount, _ in headlights.lines_of(headlights.order_of(deal))] == ["5"]
    assert questions(headlights) == [], "our own waiting change is nobody's conflict"


def test_a_ledger_that_was_away_for_long_is_caught_up_with_within_minutes(headlights: Town, deal: int) -> None:
    busy(headlights, "customerordergoods")
    headlights.person().set_lines(deal, [(LENS, 3, 8900)])
    for _ in range(8):
        headlights.run()
        headlights.later(minutes=10)
    busy(headlights)
    headlights.later(minutes=6)
    headlights.settle()
    assert headlights.order_of(deal)["sum"] == "26700.00"


def test_a_deal_that_changes_right_after_our_write_has_no_conflict_with_it(headlights: Town, deal: int) -> None:
    changed: list[int] = []

    def change_again(request: httpx.Request) -> bool:
        if request.method == "PUT" and request.url.path.endswith("/customerordergoods.json") and not changed:
            changed.append(deal)
            headlights.person().set_lines(deal, [(LENS, 5, 8900)])
        return False

    assert headlights.transport is not None
    headlights.transport.lose = change_again
    headlights.person().set_lines(deal, [(LENS, 3, 8900)])
    headlights.settle()
    assert changed
    assert [amount for _, amount, _ in headlights.lines_of(headlights.order_of(deal))] == ["5"]
    assert questions(headlights) == []


@pytest.mark.parametrize("objection", ["take-mirror", "ignore:2027-12-31"])
def test_a_reserve_made_by_hand_stays_if_a_person_objects(headlights: Town, deal: int, objection: str) -> None:
    order = headlights.order_of(deal)
    reserve = headlights.reserves_of(order)[0]
    names = ("store_id", "partner_id", "author_employee_id", "responsible_employee_id", "organization_id")
    warehouse = headlights.person("warehouse")
    made = warehouse.ledger(
        "POST",
        "reservations",
        {"customer_order_id": order["id"], "held": True, **{name: reserve[name] for name in names}},
    )
    headlights.person().move_deal(deal, "lost")
    headlights.run()
    answer(headlights, objection)
    headlights.forward(minutes=30)
    headlights.run()
    headlights.run()
    assert {row["id"]: row["held"] for row in headlights.reserves_of(order)} == {reserve["id"]: False, made["id"]: True}


def test_lines_that_a_person_wants_left_alone_are_left_alone(headlights: Town, deal: int) -> None:
    headlights.person("warehouse").change_line_amount(headlights.order_of(deal)["id"], LENS, 1)
    headlights.run()
    answer(headlights, "ignore:2027-12-31")
    headlights.forward(minutes=30)
    headlights.run()
    assert headlights.order_of(deal)["sum"] == "8900.00"


def test_our_reserve_deleted_by_hand_is_made_anew_after_the_grace(headlights: Town, deal: int) -> None:
    headlights.person("warehouse").ledger(
        "DELETE", "reservations", {"id": headlights.reserves_of(headlights.order_of(deal))[0]["id"]}
    )
    headlights.run()
    assert held(headlights, deal) == []
    headlights.forward(minutes=11)
    headlights.settle()
    assert held(headlights, deal) == [True]


def test_a_reserve_copied_by_hand_is_asked_about(headlights: Town, deal: int) -> None:
    reserve = headlights.reserves_of(headlights.order_of(deal))[0]
    names = (
        "comment",
        "store_id",
        "partner_id",
        "author_employee_id",
        "responsible_employee_id",
        "organization_id",
        "customer_order_id",
    )
    headlights.person("warehouse").ledger(
        "POST", "reservations", {"held": True, **{name: reserve[name] for name in names}}
    )
    mark = headlights.mark()
    headlights.run()
    assert headlights.kinds(mark) == ["tasks.task.add"]
    assert [item.finding.kind for item in questions(headlights)] == ["ambiguous"]


def second_store(town: Town, tmp_path: Path) -> Any:
    own = {"SVERKA_DATABASE_URL": f"sqlite:///{tmp_path}/second.db", "SVERKA_MARK_FILE": f"{tmp_path}/second.mark"}
    environ = {**town.app.environ, **own}
    return application.opened(environ, clock=town.clock, http=HttpSettings(transport=town.transport))


def test_two_orders_with_one_mark_are_told_and_never_become_three(headlights: Town, deal: int, tmp_path: Path) -> None:
    order = headlights.order_of(deal)
    names = ("comment", "partner_id", "author_employee_id", "responsible_employee_id", "organization_id", "status_id")
    headlights.person("warehouse").ledger("POST", "customerorders", {name: order[name] for name in names})
    assert headlights.run()["findings"] == {"ambiguous": 1}
    with second_store(headlights, tmp_path) as app:
        headlights.app = app
        report = headlights.run()
    assert (report["planned"], report["skips"]["asked"]) == ({"task.create": 1}, 1)
    assert len(headlights.orders_of(deal)) == 2


def test_a_new_store_binds_what_it_finds_and_overwrites_nobodys_lines(
    headlights: Town, deal: int, tmp_path: Path
) -> None:
    headlights.person("warehouse").change_line_amount(headlights.order_of(deal)["id"], LENS, 7)
    mark = headlights.mark()
    with second_store(headlights, tmp_path) as app:
        headlights.app = app
        assert headlights.run()["findings"] == {"conflict": 1}
    assert "PUT customerordergoods" not in headlights.kinds(mark)


def test_what_the_ledger_refuses_is_asked_about_and_not_sent_again_and_again(headlights: Town) -> None:
    seen = refusing(headlights, "customerorders")
    deal = headlights.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LENS, 1, 8900)], Филиал="Москва")
    assert headlights.run()["outcome"] == "failed"
    for _ in range(3):
        assert headlights.run()["skips"] == {"refused": 1}
    assert len(seen) == 1
    assert [(item.finding.kind, item.finding.asks) for item in questions(headlights)] == [("refused", True)]
    headlights.later(minutes=2)
    headlights.run()
    assert len(seen) == 2, "later it is tried again"
    assert headlights.transport is not None
    headlights.transport.refuse = lambda _request: False
    headlights.later(minutes=10)
    headlights.settle()
    assert len(headlights.orders_of(deal)) == 1
    assert questions(headlights) == []


def test_a_deal_in_another_currency_gets_no_order_in_roubles(headlights: Town) -> None:
    deal = headlights.person().make_deal(
        SHOP, "Резерв", "Алексей Воронцов", [(LENS, 1, 100)], Филиал="Москва", currencyId="USD"
    )
    headlights.run()
    assert headlights.orders_of(deal) == []
    assert "USD" in questions(headlights)[0].finding.text


def test_a_good_in_the_trash_is_not_written_and_its_new_card_is_found(headlights: Town, deal: int) -> None:
    good = headlights.rows("goods", part=LENS)[0]
    headlights.person("warehouse").ledger("DELETE", "goods", {"id": good["id"]})
    headlights.person().set_lines(deal, [(LENS, 3, 8900)])
    headlights.run()
    assert headlights.order_of(deal)["sum"] == "17800.00", "nothing is written for a good that is gone"
    new = headlights.person("owner").ledger("POST", "goods", {"name": "Билинза, новая карточка", "part": LENS})
    headlights.settle()
    assert headlights.lines_of(headlights.order_of(deal)) == [(new["id"], "3", "8900.00")]


def test_more_losses_at_once_than_the_cap_let_nothing_go_and_trip_the_brake(headlights: Town, deal: int) -> None:
    other = headlights.person().make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LAMP, 1, 4200)], Филиал="Москва")
    headlights.settle()
    (company,) = headlights.app.chosen("headlights")
    releases = dataclasses.replace(company.policy.rules["releases"], cap_per_run=1)
    policy = dataclasses.replace(company.policy, rules={**company.policy.rules, "releases": releases})
    headlights.app = dataclasses.replace(headlights.app, companies=(dataclasses.replace(company, policy=policy),))
    for lost in (deal, other):
        headlights.person().move_deal(lost, "lost")
    for _ in range(2):
        assert headlights.run()["outcome"] == "held"
    assert (held(headlights, deal), held(headlights, other)) == ([True], [True])
    statuses = {row["id"]: row["name"] for row in headlights.rows("customerorderstatus")}
    assert statuses[headlights.order_of(deal)["status_id"]] == "Новый", (
        "no order is cancelled while its goods stay held"
    )
    headlights.person().move_deal(other, "Резерв")
    from sverka.store import runs

    with headlights.app.store.writing() as tx:
        runs.reset(tx, f"{COMPANY}/releases", "owner", "one was a mistake", headlights.app.clock.real())
    headlights.settle()
    assert (held(headlights, deal), held(headlights, other)) == ([False], [True])


def test_a_deal_deleted_in_the_portal_is_told_at_once_and_its_order_left_for_a_person(
    headlights: Town, deal: int
) -> None:
    order = headlights.order_of(deal)
    headlights.person("owner").bitrix("crm.item.delete", {"entityTypeId": 2, "id": deal})
    mark = headlights.mark()
    report = headlights.run()
    assert (report["planned"], report["findings"]) == ({}, {"missing": 1})
    assert headlights.kinds(mark) == []
    assert f"заказ № {order['number']}" in questions(headlights)[0].finding.text
    headlights.person("warehouse").set_order_status(order["id"], "Отменён")
    headlights.run()
    assert questions(headlights) == []


def test_a_deal_emptied_at_the_reserve_is_asked_to_be_filled(headlights: Town, deal: int) -> None:
    headlights.person().set_lines(deal, [])
    headlights.run()
    assert [item.finding.aspect for item in questions(headlights)] == ["lines"]
    assert headlights.order_of(deal)["sum"] == "17800.00"


def test_a_client_changed_after_the_order_is_told(headlights: Town, deal: int) -> None:
    other = headlights.person()._client("Марина Соловьёва")
    headlights.person().bitrix("crm.item.update", {"entityTypeId": 2, "id": deal, "fields": other})
    headlights.settle()
    assert [(item.finding.aspect) for item in questions(headlights)] == ["partner"]


def test_a_defect_in_one_company_is_told_with_its_place_and_without_data(
    headlights: Town, deal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconcilers import deals

    def broken(*_: object) -> None:
        raise KeyError("+79161234501")

    monkeypatch.setattr(deals, "decide", broken)
    headlights.person().add_line(deal, LAMP, 1, 4200)
    report = headlights.run()
    assert report["outcome"] == "failed"
    assert "KeyError in broken" in report["sentences"][0]
    assert "7916" not in str(report)
