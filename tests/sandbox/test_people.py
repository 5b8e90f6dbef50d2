"""People of the headlights company at work on a Monday morning, over the vendors' own interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.people import Person, VendorError
from sandbox.serve import Sandbox, start

COMPANIES = Path(__file__).parents[2] / "config" / "companies"
SHOP, SERVICE = "Интернет-магазин", "Сервис"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(["headlights"], COMPANIES, limits="off") as running:
        yield running


@pytest.fixture(autouse=True)
def _monday_morning(sandbox: Sandbox) -> None:
    sandbox.world.reset()


@pytest.fixture
def manager(sandbox: Sandbox) -> Person:
    return Person(sandbox.ready, "headlights", "manager")


@pytest.fixture
def master(sandbox: Sandbox) -> Person:
    return Person(sandbox.ready, "headlights", "master")


def _deal(person: Person, deal: int) -> dict[str, Any]:
    item = person.bitrix("crm.item.get", {"entityTypeId": 2, "id": deal, "useOriginalUfNames": "Y"})["item"]
    fields = person.bitrix("crm.item.fields", {"entityTypeId": 2, "useOriginalUfNames": "Y"})["fields"]
    return item | {field["title"]: item.get(name) for name, field in fields.items() if name.startswith("UF_")}


def _rows(person: Person, deal: int) -> list[dict[str, Any]]:
    conditions = {"=ownerType": "D", "=ownerId": deal}
    return list(person.bitrix("crm.item.productrow.list", {"filter": conditions})["productRows"])


def test_a_manager_makes_a_deal_with_lines_and_fields(sandbox: Sandbox, manager: Person) -> None:
    lines = [("LED-AOZOOM-A6", 1, 18900), ("Полировка фар", "0.5", "3500.50")]
    wishes: dict[str, Any] = {"Филиал": "Москва", "Установка": "нет", "Дата отгрузки": date(2026, 11, 27)}
    deal = manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", lines, **wishes)
    seen = _deal(manager, deal)
    assert seen["opportunity"] == 18900 + 1750.25
    assert str(seen["Дата отгрузки"]).startswith("2026-11-27")
    assert [(row["productName"], row["quantity"], row["price"]) for row in _rows(manager, deal)] == [
        ("Светодиодный модуль Aozoom A6 3.0, комплект", 1, 18900), ("Полировка фар", 0.5, 3500.5),
    ]  # fmt: skip
    assert {effect["by"] for effect in sandbox.world.journal.effects_since(0)} == {"manager"}


def test_a_company_is_a_client_too(manager: Person) -> None:
    deal = manager.make_deal(SERVICE, "Заявка", "ООО «АвтоСвет Сервис»")
    assert _deal(manager, deal)["companyId"] > 0


def test_a_manager_moves_and_edits_a_deal(manager: Person) -> None:
    deal = manager.make_deal(SHOP, "Новая заявка", "Сергей Мельник", [("LAMP-H7-OSRAM", 1, 2350)])
    manager.move_deal(deal, "Самовывоз/доставка")
    moved = _deal(manager, deal)["stageId"]
    row = manager.add_line(deal, "SEAL-ORCA-45", 2, 1450)
    manager.set_field(deal, "Оплачено в кассе", value=True)
    manager.set_field(deal, "Способ получения", "самовывоз")
    manager.set_field(deal, "Дата и время визита", datetime.fromisoformat("2026-11-24T10:00:00+03:00"))
    seen = _deal(manager, deal)
    assert (seen["Оплачено в кассе"], seen["opportunity"]) == ("Y", 2350 + 2900)
    assert datetime.fromisoformat(seen["Дата и время визита"]) == datetime.fromisoformat("2026-11-24T10:00:00+03:00")
    assert row in [one["id"] for one in _rows(manager, deal)]
    manager.set_field(deal, "Способ получения", None)
    assert not _deal(manager, deal)["Способ получения"]
    manager.move_deal(deal, "lost")
    assert _deal(manager, deal)["stageId"] != moved


def test_a_master_works_on_an_order_in_the_ledger(sandbox: Sandbox, manager: Person, master: Person) -> None:
    def first(model: str) -> str:
        return str(master.ledger("GET", model)[0]["id"])

    people = {"author_employee_id": first("employees"), "responsible_employee_id": first("employees")}
    sides = {"organization_id": first("organizations"), "partner_id": first("partners")}
    order = master.ledger("POST", "customerorders", {**people, **sides, "comment": "Заказ ~ № 5/А deal:17"})["id"]
    assert manager.order_of(1) is None
    assert manager.order_of(7) is None
    found = manager.order_of(17)
    assert found is not None
    assert found["id"] == order
    master.add_order_line(order, "SRV-POLISH", 1, "3500.00")
    master.add_order_line(order, "Установка линз", 1, 12000)
    master.change_line_amount(order, "SRV-POLISH", 2)
    master.change_line_price(order, "SRV-LENS", 11000)
    master.set_order_status(order, "Заказ-наряд открыт")
    assert [(line["amount"], line["price"]) for line in master.order_lines(order)] == [
        ("2", "3500.00"), ("1", "11000.00"),
    ]  # fmt: skip
    shown = master.ledger("GET", "customerorders", {"id": order, "extended": True})[0]
    assert (shown["sum"], shown["status"]["name"]) == ("18000.00", "Заказ-наряд открыт")
    assert {effect["by"] for effect in sandbox.world.journal.effects_since(0)} == {"master"}


def test_the_vendors_words_reach_the_person(manager: Person) -> None:
    with pytest.raises(VendorError) as of_the_portal:
        manager.bitrix("crm.item.get", {"entityTypeId": 2, "id": 999_999})
    assert (of_the_portal.value.status, of_the_portal.value.code) == (400, "NOT_FOUND")
    with pytest.raises(VendorError) as of_the_ledger:
        manager.ledger("GET", "workorders")
    assert of_the_ledger.value.status == 405


@pytest.mark.parametrize(
    ("funnel", "stage", "client", "product"),
    [
        pytest.param("Опт", "Резерв", "Сергей Мельник", "LAMP-H7-OSRAM", id="funnel"),
        pytest.param(SHOP, "Заявка", "Сергей Мельник", "LAMP-H7-OSRAM", id="stage"),
        pytest.param(SHOP, "Резерв", "Никто Никакой", "LAMP-H7-OSRAM", id="client"),
        pytest.param(SHOP, "Резерв", "Сергей Мельник", "ПЕЧЬ", id="product"),
    ],
)
def test_what_nobody_can_see_nobody_can_name(
    manager: Person, funnel: str, stage: str, client: str, product: str
) -> None:
    with pytest.raises(LookupError):
        manager.make_deal(funnel, stage, client, [(product, 1, 1)])


def test_the_lost_token_is_fetched_anew(sandbox: Sandbox, master: Person) -> None:
    assert len(master.ledger("GET", "stores")) == 2
    sandbox.world.reset()  # the ledger of the start knows of no token
    assert len(master.ledger("GET", "stores")) == 2


def test_the_little_world_is_believable(sandbox: Sandbox, manager: Person) -> None:
    counts = sandbox.world.companies["headlights"].counts()
    assert sandbox.world.journal.effects_since(0) == []
    goods, partners = manager.ledger("GET", "goods", {"with_remains": 1}), manager.ledger("GET", "partners")
    assert len([good for good in goods if good["type"] in (1, "1")]) == 30
    assert len([good for good in goods if good["type"] in (2, "2")]) == 8
    assert len({good["part"] for good in goods}) == 38
    assert manager.ledger("GET", "customerorders", {"count_only": 1}) == {"count": 0}
    companies = manager.bitrix("crm.item.list", {"entityTypeId": 4, "select": ["id", "title"]})["items"]
    contacts = manager.bitrix("crm.item.list", {"entityTypeId": 3, "select": ["id", "name", "lastName"]})["items"]
    clients = {row["title"] for row in companies} | {f"{row['name']} {row['lastName']}" for row in contacts}
    known = {row["name"] for row in partners}
    assert len(clients) == 12
    assert len(clients - known) == 4
    assert known - clients == {"Таксопарк Невский ООО"}
    assert manager.bitrix("crm.item.list", {"entityTypeId": 2, "select": ["id"]})["items"] == []
    assert counts.keys() == {"bitrix24", "business_ru", "green_api", "mail", "smsc"}
