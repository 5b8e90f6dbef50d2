"""The portal as its company's YAML and a loader make it, before anybody calls."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone

import pytest
from bitrix24_portal import COMPANY, CONFIG, CONTACT, DEAL, START, Desk

from sandbox.kit import Journal, SandboxClock, Setting
from sandbox.systems.bitrix24 import Bitrix24


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_people_become_employees_in_their_order_and_the_worker_is_the_first(desk: Desk) -> None:
    users = desk.owner.call("user.get")
    assert [(user["ID"], user["NAME"], user["LAST_NAME"]) for user in users][:2] == [
        ("1", "Сверка", "Служебная"),
        ("2", "Андрей", "Ковалёв"),
    ]
    assert {user["TIME_ZONE"] for user in users} == {""}


def test_departments_have_heads_so_that_a_managers_boss_can_be_found(desk: Desk) -> None:
    company, sales, service, store = desk.manager.call("department.get")
    assert company == {"ID": "1", "NAME": "Фары и свет", "SORT": 100, "UF_HEAD": "2"}
    assert sales == {"ID": "2", "NAME": "Отдел продаж", "SORT": 200, "PARENT": "1", "UF_HEAD": "3"}
    assert service == {"ID": "3", "NAME": "Сервис", "SORT": 300, "PARENT": "1"}
    assert store == {"ID": "4", "NAME": "Склад", "SORT": 400, "PARENT": "1"}
    assert desk.manager.call("department.get", {"ID": 2}) == [sales]


def test_people_work_in_the_department_of_their_trade_and_loaded_employees_sell() -> None:
    people = CONFIG["people"] | {
        role: {"name": "А Б", "email": f"{role}@fary.example"} for role in ("master", "warehouse")
    }
    clock = SandboxClock(START, lambda: 0.0)
    portal = Bitrix24(Setting("headlights", CONFIG | {"people": people}, clock, Journal(clock)))
    portal.add_user("Диана", "Мёрфи", "dmurphy@dealers.example")
    departments = {row["PERSON"]: row["UF_DEPARTMENT"] for row in portal.state.users}
    assert departments == {
        "worker": [1], "owner": [1], "head": [2], "manager": [2], "master": [3], "warehouse": [4], "dmurphy": [2],
    }  # fmt: skip


def test_a_list_may_offer_the_cash_desks_of_the_branches(desk: Desk) -> None:
    fields = desk.worker.call("crm.item.fields", {"entityTypeId": DEAL, "useOriginalUfNames": "Y"})["fields"]
    assert [item["VALUE"] for item in fields[desk.uf("cash_desk")]["items"]] == ["Касса Москва", "Касса Питер"]


def test_funnels_and_stages_stand_in_the_yamls_order_with_the_portals_codes(desk: Desk) -> None:
    funnels = desk.worker.call("crm.category.list", {"entityTypeId": DEAL})["categories"]
    assert [(each["id"], each["name"], each["isDefault"]) for each in funnels] == [
        (0, "Интернет-магазин", "Y"),
        (1, "Сервис", "N"),
    ]
    query = {"filter": {"ENTITY_ID": "DEAL_STAGE_1"}, "order": {"SORT": "ASC"}}
    stages = desk.worker.call("crm.status.list", query)
    assert [(each["STATUS_ID"], each["NAME"], each["SEMANTICS"]) for each in stages] == [
        ("C1:NEW", "Заявка", None),
        ("C1:PREPARATION", "В работе", None),
        ("C1:WON", "Сделка успешна", "S"),
        ("C1:LOSE", "Сделка провалена", "F"),
    ]
    codes = list(desk.portal.state.funnels["shop"].codes.values())
    assert codes[0] == "NEW"
    assert codes[5].startswith("UC_")
    assert codes[-2:] == ["WON", "LOSE"]


def test_custom_fields_of_clients_exist_for_companies_and_contacts_under_different_names(desk: Desk) -> None:
    for type_id in (COMPANY, CONTACT):
        fields = desk.worker.call("crm.item.fields", {"entityTypeId": type_id, "useOriginalUfNames": "Y"})["fields"]
        assert fields[desk.uf("trusted", type_id)]["title"] == "Постоянный клиент"
        assert fields[desk.uf("trusted", type_id)]["type"] == "boolean"
    assert desk.uf("trusted", COMPANY) != desk.uf("trusted", CONTACT)


def test_a_list_field_shows_its_options_and_branches_are_options(desk: Desk) -> None:
    fields = desk.worker.call("crm.item.fields", {"entityTypeId": DEAL, "useOriginalUfNames": "Y"})["fields"]
    described = fields[desk.uf("branch")]
    assert [option["VALUE"] for option in described["items"]] == ["Москва", "Санкт-Петербург"]
    assert (described["isDynamic"], described["upperName"]) == (True, desk.uf("branch"))


def test_a_loaded_deal_has_its_sum_stage_stamps_and_fields(desk: Desk) -> None:
    created, moved = START - timedelta(days=9), START - timedelta(days=2)
    deal = desk.deal(
        (desk.lamp, 2_000, 64_000), (desk.work, 1_500, 10_050), stage="won", created_at=created, moved_at=moved,
        company_id=desk.portal.add_company("Ромашка", trusted=True), originator_id="dealers", origin_id="10100",
        fields={"branch": "Москва", "dispute": True, "visit_at": START, "ship_date": START, "ledger_order": "77"},
    )  # fmt: skip
    item = desk.worker.item(deal)
    assert item["opportunity"] == 1430.75
    assert (item["stageId"], item["stageSemanticId"], item["closed"]) == ("WON", "S", "Y")
    assert item["createdTime"] == "2026-09-12T10:00:00+03:00"
    assert item["movedTime"] == item["updatedTime"] == "2026-09-19T10:00:00+03:00"
    assert item["closedate"] == "2026-09-19T03:00:00+03:00"
    assert (item["originatorId"], item["originId"]) == ("dealers", "10100")
    assert item[desk.uf("branch")] == desk.option("branch", "Москва")
    assert item[desk.uf("dispute")] == "Y"
    assert item[desk.uf("visit_at")] == "2026-09-21T10:00:00+03:00"
    assert item[desk.uf("ship_date")] == "2026-09-21T03:00:00+03:00"
    assert item[desk.uf("ledger_order")] == "77"


def test_moments_of_2005_bear_the_summer_offset_of_moscow_of_that_year(desk: Desk) -> None:
    day = datetime(2005, 6, 1, 9, tzinfo=timezone(timedelta(hours=4)))
    deal = desk.deal(created_at=day)
    assert desk.worker.item(deal)["createdTime"] == "2005-06-01T09:00:00+04:00"


def test_loading_leaves_no_effects(desk: Desk) -> None:
    desk.portal.add_user("Пётр", "Сидоров", "sidorov@fary.example")
    desk.portal.add_contact("Анна", "Орлова", phone="+79990000001", email="orlova@mail.example")
    desk.deal((desk.lamp, 1_000, 64_000))
    assert desk.journal.effects == []
    assert {model: n for model, n in desk.portal.counts().items() if n} == {
        "deals": 1, "contacts": 1, "users": 5, "departments": 4, "product_rows": 1, "products": 2,
    }  # fmt: skip


def test_employees_who_share_an_email_have_webhooks_of_their_own(desk: Desk) -> None:
    desk.portal.add_user("Мария", "Кан", "mkan@fary.example")
    second = desk.portal.add_user("Максим", "Кан", "mkan@fary.example")
    hooks = {desk.portal.credential(person, "http://p") for person in ("mkan", f"mkan-{second}", "manager")}
    assert len(hooks) == 3


def test_webhooks_are_the_same_on_every_start_and_the_environment_names_the_workers(desk: Desk) -> None:
    assert Desk().portal.credential("owner", "http://p/") == desk.portal.credential("owner", "http://p")
    assert desk.portal.environment("http://p") == {
        "HEADLIGHTS_BITRIX24_WEBHOOK": desk.portal.credential("worker", "http://p")
    }
    with pytest.raises(KeyError):
        desk.portal.credential("stranger", "http://p")


def test_the_state_can_be_copied_and_put_back(desk: Desk) -> None:
    deal = desk.deal((desk.lamp, 1_000, 64_000))
    kept = copy.deepcopy(desk.portal.state)
    desk.owner.update(deal, title="Другое")
    desk.owner.call("crm.item.delete", {"entityTypeId": DEAL, "id": deal})
    desk.portal.state = pickle.loads(pickle.dumps(kept))
    assert desk.owner.item(deal)["title"] == "Заказ"
    assert len(desk.owner.call("crm.deal.productrows.get", {"id": deal})) == 1


def test_a_company_without_funnels_gets_the_general_one() -> None:
    desk = Desk()
    bare = {"systems": CONFIG["systems"], "people": CONFIG["people"]}
    portal = Bitrix24(Setting("bare", bare, desk.clock, desk.journal))
    assert [each["name"] for each in portal.state.categories] == ["Общая"]
