"""What people of the headlights company do beyond deals: the store, the phone, their chores, the stock, the money."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.people import Person, VendorError
from sandbox.serve import Sandbox, start

COMPANIES = Path(__file__).parents[2] / "config" / "companies"
SHOP, SERVICE = "Интернет-магазин", "Сервис"
LAMP, POLISH, MOSCOW = "LAMP-H7-OSRAM", "SRV-POLISH", "Склад Москва"


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


@pytest.fixture
def owner(sandbox: Sandbox) -> Person:
    return Person(sandbox.ready, "headlights", "owner")


def _order(person: Person, deal: int = 17) -> str:
    """Post an order of one lamp for 2350 roubles, marked with a deal."""

    def first(model: str) -> str:
        return str(person.ledger("GET", model)[0]["id"])

    people = {"author_employee_id": first("employees"), "responsible_employee_id": first("employees")}
    sides = {"organization_id": first("organizations"), "partner_id": first("partners")}
    order = person.ledger("POST", "customerorders", {**people, **sides, "comment": f"deal:{deal}"})["id"]
    person.add_order_line(order, LAMP, 1, 2350)
    return str(order)


def test_a_stranger_orders_in_the_store_and_changes_their_mind(sandbox: Sandbox, manager: Person) -> None:
    lines = [(LAMP, 2, "2350"), (POLISH, 1, "3000.50")]
    order = manager.place_shop_order("Пётр Новиков", lines, phone="+7 903 111-22-33", comment="После шести")
    seen = manager.shop_order(order)
    answers = {each["code"]: each["value"] for each in seen["propertyValues"]}
    assert (answers["FIO"], answers["PHONE"], answers["EMAIL"]) == ("Пётр Новиков", "+7 903 111-22-33", None)
    assert (seen["price"], seen["clients"], seen["userDescription"]) == (7700.5, [], "После шести")
    assert [item["name"] for item in seen["basketItems"]] == [
        "Лампа H7 Osram Night Breaker Laser, пара",
        "Полировка фар",
    ]
    assert (manager.find_deals(), manager.deal_of_shop_order(order)) == ([], None)
    manager.set_shop_lines(order, lines[:1])
    assert manager.shop_order(order)["price"] == 4700
    manager.cancel_shop_order(order, "Нашёл дешевле")
    assert (manager.shop_order(order)["canceled"], manager.shop_order(order)["reasonCanceled"]) == (
        "Y",
        "Нашёл дешевле",
    )
    assert {effect["by"] for effect in sandbox.world.journal.effects_since(0)} == {"owner"}


def test_a_portal_that_makes_deals_of_orders_is_switched_on_at_the_start() -> None:
    with start(["headlights"], COMPANIES, limits="off", switches={"orders_make_deals": True}) as running:
        person = Person(running.ready, "headlights", "manager")
        order = person.place_shop_order("Пётр Новиков", [(LAMP, 2, 2350)])
        deal = person.deal_of_shop_order(order)
        assert deal is not None
        assert [(row["quantity"], row["price"]) for row in person.deal_lines(deal)] == [(2, 2350)]


def test_the_store_recognises_clients_and_takes_money(manager: Person) -> None:
    person = manager.place_shop_order("Алексей", [(LAMP, 1, 2350)], client="Алексей Воронцов")
    firm = manager.place_shop_order(
        "Закупки", [(LAMP, 1, 2350)], client="ООО «АвтоСвет Сервис»", email="zakaz@avtosvet.example"
    )
    assert [manager.shop_order(each)["clients"][0]["entityTypeId"] for each in (person, firm)] == [3, 4]
    answers = {each["code"]: each["value"] for each in manager.shop_order(firm)["propertyValues"]}
    assert (answers["CONTACT_PERSON"], answers["EMAIL"]) == ("Закупки", "zakaz@avtosvet.example")
    manager.pay_shop_order(person)
    assert (manager.shop_order(person)["payed"], manager.shop_order(firm)["payed"]) == ("Y", "N")


def test_an_order_is_found_in_the_deal_to_which_it_was_linked(manager: Person, owner: Person) -> None:
    order = manager.place_shop_order("Пётр Новиков", [(LAMP, 1, 2350)])
    deal = manager.make_deal(SHOP, "Новая заявка", "Марина Соловьёва")
    owner.bitrix("crm.orderentity.add", {"fields": {"orderId": order, "ownerTypeId": 2, "ownerId": deal}})
    assert manager.deal_of_shop_order(order) == deal


def test_a_deal_reads_as_its_card_shows_it(manager: Person) -> None:
    wishes = {"Филиал": "Москва", "Касса": "Касса Москва", "Оплачено в кассе": True, "Адрес доставки": "ул. Ленина, 5"}
    deal = manager.make_deal(SHOP, "Резерв", "Алексей Воронцов", [(LAMP, 1, 2350)], **wishes)
    seen = manager.deal(deal)
    assert (seen["funnel"], seen["stage"], seen["client"], seen["responsible"]) == (
        SHOP, "Резерв", "Алексей Воронцов", "Ольга Климова",
    )  # fmt: skip
    assert {title: seen[title] for title in ("Филиал", "Касса", "Оплачено в кассе", "Адрес доставки", "Дата отгрузки")} == {
        "Филиал": "Москва", "Касса": "Касса Москва", "Оплачено в кассе": "да", "Адрес доставки": "ул. Ленина, 5",
        "Дата отгрузки": "",
    }  # fmt: skip
    assert [(row["productName"], row["quantity"]) for row in manager.deal_lines(deal)] == [
        ("Лампа H7 Osram Night Breaker Laser, пара", 1),
    ]
    manager.move_deal(deal, "lost")
    assert manager.deal(deal)["stage"] == "lost"


def test_a_deal_gets_another_client_and_a_contact_is_made(manager: Person) -> None:
    deal = manager.make_deal(SERVICE, "Заявка", "ООО «АвтоСвет Сервис»")
    manager.make_contact("Пётр", "Новиков", phone="+79031112233", email="novikov@pochta.example")
    manager.set_client(deal, "Пётр Новиков")
    assert manager.deal(deal)["client"] == "Пётр Новиков"
    assert {each["value"] for each in manager.client("Пётр Новиков")["fm"]} == {
        "+79031112233",
        "novikov@pochta.example",
    }
    manager.set_client(deal, None)
    assert manager.deal(deal)["client"] == ""


def test_a_missed_call_waits_for_the_person_who_was_called(manager: Person) -> None:
    deal = manager.make_deal(SHOP, "Новая заявка", "Марина Соловьёва")
    missed = manager.missed_call("Марина Соловьёва", to="head", deal=deal)
    back = manager.call_back("Марина Соловьёва", deal=deal)
    calls = {each["ID"]: each for each in manager.bitrix("crm.activity.list", {"filter": {"TYPE_ID": 2}})}
    first, second = calls[str(missed)], calls[str(back)]
    assert (first["DIRECTION"], first["COMPLETED"], first["SETTINGS"]) == ("1", "N", {"MISSED_CALL": True})
    assert (first["RESPONSIBLE_ID"], first["OWNER_ID"]) == ("3", str(deal))
    assert (second["DIRECTION"], second["COMPLETED"], second["RESPONSIBLE_ID"]) == ("2", "Y", "4")
    alone = manager.missed_call("ООО «АвтоСвет Сервис»")
    assert manager.bitrix("crm.activity.get", {"id": alone})["OWNER_TYPE_ID"] == "4"
    with pytest.raises(LookupError):
        manager.missed_call("Марина Соловьёва", to="nobody")


def test_people_see_their_chores_and_do_them(manager: Person, owner: Person) -> None:
    deal = manager.make_deal(SHOP, "Недозвон", "Марина Соловьёва")
    todo = {"ownerTypeId": 2, "ownerId": deal, "title": "Дозвониться", "deadline": "2026-11-24T10:00:00+03:00"}
    owner.bitrix("crm.activity.todo.add", {**todo, "responsibleId": 4})
    (seen,) = manager.todos(deal)
    assert (seen["SUBJECT"], seen["COMPLETED"], seen["RESPONSIBLE_ID"]) == ("Дозвониться", "N", "4")
    manager.complete_todo(seen["ID"])
    assert manager.todos(deal)[0]["COMPLETED"] == "Y"
    task = {"TITLE": "Закупить", "RESPONSIBLE_ID": 4, "XML_ID": "mark", "DESCRIPTION": "Две лампы"}
    owner.bitrix("tasks.task.add", {"fields": {**task, "UF_CRM_TASK": [f"D_{deal}"]}})
    owner.bitrix("tasks.task.add", {"fields": {"TITLE": "Другое", "RESPONSIBLE_ID": 4}})
    (row,) = manager.tasks(deal)
    assert (row["title"], row["description"], row["xmlId"], row["responsibleId"]) == (
        "Закупить",
        "Две лампы",
        "mark",
        "4",
    )
    manager.complete_task(row["id"])
    assert [each["status"] for each in manager.tasks()] == ["5", "2"]
    owner.bitrix("im.notify.personal.add", {"USER_ID": 4, "MESSAGE": "Новая заявка", "TAG": "A", "CLIENT_ID": "sverka"})
    assert [(each["text"], each["notify_tag"]) for each in manager.notifications()] == [("Новая заявка", "MP|sverka|A")]
    assert owner.notifications() == []


def test_goods_come_in_are_sold_over_the_counter_and_run_short(master: Person) -> None:
    assert master.stock(LAMP, MOSCOW) == (40, 0)
    master.receive_stock(LAMP, MOSCOW, 2)
    master.take_stock(LAMP, MOSCOW, "41.5")
    assert master.stock(LAMP, MOSCOW) == (0.5, 0)
    with pytest.raises(VendorError, match="Недостаточно товара"):
        master.take_stock(LAMP, MOSCOW, 1)


def test_an_orders_papers_are_at_hand(master: Person) -> None:
    order = _order(master)
    parties = {name: master.ledger("GET", "customerorders", {"id": order})[0][name] for name in (
        "author_employee_id", "responsible_employee_id", "organization_id", "partner_id",
    )}  # fmt: skip
    store = master.ledger("GET", "stores", {"name": MOSCOW})[0]["id"]
    good = master.order_lines(order)[0]["good_id"]
    reserve = master.ledger(
        "POST", "reservations", {**parties, "customer_order_id": order, "store_id": store, "held": 1}
    )["id"]
    master.ledger("POST", "reservationgoods", {"reservation_id": reserve, "good_id": good, "amount": "1"})
    assert master.stock(LAMP, MOSCOW) == (40, 1)
    shipment = {**parties, "customer_order_id": order, "store_id": store, "reservation_id": reserve}
    shipped = master.ledger("POST", "realizations", shipment)["id"]
    master.ledger(
        "POST", "realizationgoods", {"realization_id": shipped, "good_id": good, "amount": "1", "price": "2350"}
    )
    assert [(each["held"], len(each["goods"])) for each in master.shipments(order)] == [(False, 1)]
    master.ledger("PUT", "realizations", {"id": shipped, "held": 1})
    assert (master.shipments(order)[0]["held"], master.stock(LAMP, MOSCOW)) == (True, (39, 0))
    assert [each["id"] for each in master.reserves(order)] == [reserve]


def test_money_comes_from_the_bank_and_from_the_desk(master: Person) -> None:
    order = _order(master)
    master.pay_bank(order, 2000)
    links = master.ledger("GET", "paymentintocustomerorder", {"customer_order_id": order})
    assert [link["sum"] for link in links] == ["2000.00"]
    operation = master.ledger("GET", "cashinoperations", {"name": "Оплата от покупателя"})[0]["id"]
    desk = master.ledger("GET", "cash", {"name": "Касса Москва"})[0]["id"]
    cash = master.ledger("POST", "cashin", {"operation_id": operation, "cash_id": desk, "sum": "500", "held": 1})["id"]
    master.ledger("POST", "cashincustomerorder", {"cashin_id": cash, "customer_order_id": order, "sum": "350"})
    (receipt,) = master.cash_receipts(order)
    assert (receipt["cash"], receipt["sum"], receipt["linked"], receipt["held"]) == (
        "Касса Москва",
        "500.00",
        "350.00",
        True,
    )
    with pytest.raises(VendorError, match="Сумма привязываемого документа"):
        master.pay_bank(order, 1)


def test_a_work_order_is_opened_commented_and_closed(master: Person) -> None:
    order = _order(master)
    assert master.order_status(order) == "Новый"
    master.open_work_order(order)
    assert master.order_status(order) == "Заказ-наряд открыт"
    master.comment_order(order, "Ждём стекло")
    master.close_work_order(order)
    found = master.order_of(17)
    assert found is not None
    assert (master.order_status(order), found["comment"]) == ("Заказ-наряд закрыт", "deal:17 Ждём стекло")
