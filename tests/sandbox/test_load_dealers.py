"""The dealers' data in the headlights company: the agreed figures, read back over the vendors' interfaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.people import Person
from sandbox.serve import Sandbox, start

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "dealers"
CLOCK = datetime.fromisoformat("2005-06-01T09:00:00+04:00")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the dealers' data is not beside the checkout: {DATA}")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(["headlights"], ROOT / "config" / "companies", load=DATA, limits="off") as running:
        yield running


@pytest.fixture(scope="module")
def owner(sandbox: Sandbox) -> Person:
    return Person(sandbox.ready, "headlights", "owner")


@pytest.fixture(scope="module")
def deals(owner: Person) -> list[dict[str, Any]]:
    """All deals, with custom fields by title and the stage by name (`won` and `lost` for the final ones)."""
    fields = owner.bitrix("crm.item.fields", {"entityTypeId": 2, "useOriginalUfNames": "Y"})["fields"]
    titles = {name: field for name, field in fields.items() if name.startswith("UF_")}
    stages = owner.bitrix("crm.status.list", {"filter": {"ENTITY_ID": "DEAL_STAGE"}})
    names = {one["STATUS_ID"]: {"S": "won", "F": "lost"}.get(one["SEMANTICS"] or "", one["NAME"]) for one in stages}
    wanted = {"entityTypeId": 2, "select": ["*", *titles], "useOriginalUfNames": "Y"}
    found = _walk(owner, "crm.item.list", wanted, "items")
    for deal in found:
        deal["stage"] = names[deal["stageId"]]
        for name, field in titles.items():
            options = {str(item["ID"]): item["VALUE"] for item in field.get("items", [])}
            deal[field["title"]] = options.get(str(deal[name]), deal[name])
    return found


@pytest.fixture(scope="module")
def lines(owner: Person, deals: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """The lines of each deal."""
    by_deal: dict[int, list[dict[str, Any]]] = {deal["id"]: [] for deal in deals}
    conditions = {"=ownerType": "D", "=ownerId": list(by_deal)}
    for row in _walk(owner, "crm.item.productrow.list", {"filter": conditions}, "productRows"):
        by_deal[row["ownerId"]].append(row)
    return by_deal


def _walk(person: Person, method: str, params: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        last = rows[-1]["id"] if rows else 0
        page = {**params, "order": {"id": "ASC"}, "filter": {**params.get("filter", {}), ">id": last}, "start": -1}
        rows += (found := person.bitrix(method, page)[key])
        if len(found) < 50:
            return rows


def _sum(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(str(row["price"])) * Decimal(str(row["quantity"])) for row in rows), Decimal(0))


def test_the_figures_of_the_folder_are_all_there(
    owner: Person, deals: list[dict[str, Any]], lines: dict[int, list[dict[str, Any]]]
) -> None:
    assert len(_walk(owner, "crm.item.list", {"entityTypeId": 4, "select": ["id"]}, "items")) == 122
    assert len(_walk(owner, "crm.item.list", {"entityTypeId": 3, "select": ["id"]}, "items")) == 122
    assert len(deals) == 326
    assert sum(map(len, lines.values())) == 2996
    counts = {
        model: owner.ledger("GET", model, {"count_only": 1})["count"] for model in ("partners", "goods", "paymentin")
    }
    assert counts == {"partners": 122, "goods": 110, "paymentin": 273}


def test_deals_stand_where_their_orders_stood(deals: list[dict[str, Any]]) -> None:
    assert Counter(deal["stage"] for deal in deals) == {
        "won": 247 + 4, "Отгружено/не оплачено": 56 + 3, "Резерв": 6, "lost": 6, "Запрос на товар": 4,
    }  # fmt: skip
    assert sum(deal["Спор"] == "Y" for deal in deals) == 3
    assert {deal["stage"] for deal in deals if deal["Спор"] == "Y"} == {"Отгружено/не оплачено"}


@pytest.mark.parametrize(
    ("stages", "count", "line_count", "total"),
    [
        (("Резерв",), 6, 41, "135271.52"),
        (("Отгружено/не оплачено",), 59, 566, "1854677.70"),
        (("Резерв", "Отгружено/не оплачено"), 65, 607, "1989949.22"),
    ],
    ids=["reserved", "shipped", "requiring an order"],
)
def test_the_stages_that_require_an_order_hold_the_agreed_money(
    deals: list[dict[str, Any]],
    lines: dict[int, list[dict[str, Any]]],
    stages: tuple[str, ...],
    count: int,
    line_count: int,
    total: str,
) -> None:
    chosen = [deal for deal in deals if deal["stage"] in stages]
    rows = [row for deal in chosen for row in lines[deal["id"]]]
    assert (len(chosen), len(rows), _sum(rows)) == (count, line_count, Decimal(total))
    assert sum((Decimal(str(deal["opportunity"])) for deal in chosen), Decimal(0)) == Decimal(total)


def test_a_deal_bears_the_order_it_came_from(
    deals: list[dict[str, Any]], lines: dict[int, list[dict[str, Any]]]
) -> None:
    deal = next(deal for deal in deals if deal["originId"] == "10100")
    assert (deal["title"], deal["originatorId"], deal["currencyId"]) == ("Заказ 10100", "dealers", "RUB")
    assert (deal["Филиал"], deal["Установка"], deal["stage"]) == ("Москва", "нет", "won")
    assert len(lines[deal["id"]]) == 4
    assert _sum(lines[deal["id"]]) == Decimal("10223.83")


def test_what_is_closed_was_closed_before_the_clock(deals: list[dict[str, Any]]) -> None:
    assert all(datetime.fromisoformat(deal["movedTime"]) < CLOCK for deal in deals if deal["stage"] in {"won", "lost"})
    assert all(datetime.fromisoformat(deal["createdTime"]) < CLOCK for deal in deals)


def test_every_deal_has_a_representative_who_is_an_employee_in_both_systems(
    owner: Person, deals: list[dict[str, Any]]
) -> None:
    users = {int(user["ID"]): user for user in owner.bitrix("user.get", {"start": -1})}
    staff = {(row["first_name"], row["last_name"], row["email"]) for row in owner.ledger("GET", "employees")}
    for number in {deal["assignedById"] for deal in deals}:
        assert (users[number]["NAME"], users[number]["LAST_NAME"], users[number]["EMAIL"]) in staff
    assert Counter(mail for _, _, mail in staff)["jfirrelli@classicmodelcars.com"] == 2


def test_employees_become_people_by_their_mail(sandbox: Sandbox) -> None:
    people = sandbox.ready["companies"]["headlights"]["people"]
    assert len(people) == 6 + 23
    assert {"owner", "dmurphy", "jfirrelli", "jfirrelli2"} <= people.keys()
    assert Person(sandbox.ready, "headlights", "pmarsh").bitrix("user.current")["LAST_NAME"] == "Marsh"


def test_98_companies_are_trusted(owner: Person) -> None:
    fields = owner.bitrix("crm.item.fields", {"entityTypeId": 4, "useOriginalUfNames": "Y"})["fields"]
    (name,) = [name for name, field in fields.items() if field["title"] == "Постоянный клиент"]
    params = {"entityTypeId": 4, "select": ["id", "title", name], "useOriginalUfNames": "Y"}
    companies = _walk(owner, "crm.item.list", params, "items")
    assert sum(company[name] == "Y" for company in companies) == 98
    partners = {partner["name"] for partner in owner.ledger("GET", "partners")}
    assert partners == {company["title"] for company in companies}


def test_the_ledger_has_stock_in_the_first_store_and_no_orders(owner: Person) -> None:
    stores = {store["id"]: store["name"] for store in owner.ledger("GET", "stores")}
    (good,) = owner.ledger("GET", "goods", {"part": "S10_1678"})
    stock = owner.ledger("GET", "storegoods", {"good_id": good["id"]})
    assert [(stores[str(row["store_id"])], row["amount"]) for row in stock if row["amount"] != "0"] == [
        ("Склад Москва", "7933")
    ]
    assert owner.ledger("GET", "customerorders", {"count_only": 1}) == {"count": 0}


def test_payments_are_bound_to_nothing_and_two_lie_ahead(owner: Person) -> None:
    payments = owner.ledger("GET", "paymentin", {"limit": 250}) + owner.ledger(
        "GET", "paymentin", {"limit": 250, "page": 2}
    )
    days = [date(*reversed([int(part) for part in payment["date"][:10].split(".")])) for payment in payments]
    assert sum(day > CLOCK.date() for day in days) == 2
    assert sum((Decimal(payment["sum"]) for payment in payments), Decimal(0)) == Decimal("8853839.23")
    assert owner.ledger("GET", "paymentintocustomerorder", {"count_only": 1}) == {"count": 0}


def test_loading_leaves_no_effects_and_the_clock_stands_at_the_start(sandbox: Sandbox) -> None:
    assert sandbox.world.journal.effects_since(0) == []
    assert 0 <= (sandbox.world.clock.now() - CLOCK).total_seconds() < 60
