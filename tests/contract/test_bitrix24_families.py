"""What people do on the portal, and its store, as readings: against a portal behind a socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sverka.domain.proofs import Reading
from sverka.domain.rows import Activity, CrmTask, Department, ShopOrder, ShopOrderLine
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.families import FAMILIES
from sverka.systems.bitrix24.shop import ORDERS
from tests.contract.portal_world import FIELDS, MONDAY, Town, town, vocabulary
from tests.contract.vendors import START, HandPortal, Row, answer, stamp

TOMORROW = (MONDAY + timedelta(days=1)).isoformat()
ACTIVITY = {
    "ID": "20", "OWNER_ID": "15", "OWNER_TYPE_ID": "3", "TYPE_ID": "2", "PROVIDER_ID": "VOXIMPLANT_CALL", "SUBJECT": "Звонок",
    "CREATED": stamp(START), "LAST_UPDATED": stamp(START), "DEADLINE": "9999-12-31T00:00:00+03:00", "COMPLETED": "Y",
    "RESPONSIBLE_ID": "505", "DIRECTION": "2", "AUTHOR_ID": "505",
}  # fmt: skip


@pytest.fixture
def live() -> Iterator[Town]:
    with town() as opened:
        yield opened


@pytest.fixture
def portal() -> HandPortal:
    return HandPortal(results=vocabulary())


@pytest.fixture
def directory(portal: HandPortal) -> Directory:
    found = portal.client().directory(FIELDS)
    portal.requests.clear()
    return found


def read(live: Town, family: str, since: datetime | None = None) -> Reading:
    return live.client.changes({family: since}, live.directory)[0]


def todo(live: Town, deal: str, title: str = "Позвонить") -> str:
    params = {"ownerTypeId": 2, "ownerId": int(deal), "deadline": TOMORROW, "title": title}
    return str(live.owner("crm.activity.todo.add", **params)["id"])


def test_a_tick_of_all_families_is_one_request_when_nothing_changed(live: Town) -> None:
    before = live.client.sent
    readings = live.client.changes(dict.fromkeys((*FAMILIES, ORDERS), MONDAY.astimezone(UTC)), live.directory)
    assert live.client.sent - before == 1
    assert [reading.proof.trouble for reading in readings if not reading.proof.complete] == []
    assert [reading.proof.family for reading in readings] == [*FAMILIES, ORDERS, "shop_lines"]


def test_a_to_do_is_an_activity_of_its_deal(live: Town) -> None:
    deal = live.deal()
    number = todo(live, deal)
    (row,) = read(live, "activities").rows
    assert row == Activity(
        ext_id=number, updated_at=MONDAY, owner=f"deal:{deal}", kind="todo", direction="", completed=False, subject="Позвонить",
        responsible_id=row.responsible_id, author_id=row.author_id, created_at=MONDAY, deadline_at=MONDAY + timedelta(days=1),
    )  # fmt: skip


def test_a_whole_reading_brings_what_is_open_and_what_was_completed_lately(live: Town) -> None:
    deal = live.deal()
    old_open, old_done, fresh_done = todo(live, deal), todo(live, deal), todo(live, deal)
    live.owner("crm.activity.update", id=old_done, fields={"COMPLETED": "Y"})
    live.clock.forward(8 * 24 * 3600)
    live.owner("crm.activity.update", id=fresh_done, fields={"COMPLETED": "Y"})
    live.directory = live.client.directory(FIELDS)
    reading = read(live, "activities")
    assert {row.ext_id: row.completed for row in reading.rows} == {old_open: False, fresh_done: True}  # type: ignore[attr-defined]
    assert (reading.proof.complete, reading.proof.full) == (True, True)


def test_an_increment_brings_what_was_completed_since(live: Town) -> None:
    deal = live.deal()
    todo(live, deal)
    done = todo(live, deal)
    live.clock.forward(3600)
    live.owner("crm.activity.update", id=done, fields={"COMPLETED": "Y"})
    reading = read(live, "activities", MONDAY + timedelta(minutes=30))
    assert [(row.ext_id, row.completed) for row in reading.rows] == [(done, True)]  # type: ignore[attr-defined]
    assert (reading.proof.complete, reading.proof.full) == (True, False)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({}, ("contact:15", "call", "out")),
        ({"TYPE_ID": "6", "PROVIDER_ID": "CRM_TODO", "DIRECTION": "0"}, ("contact:15", "todo", "")),
        ({"TYPE_ID": "4", "PROVIDER_ID": "CRM_EMAIL", "DIRECTION": "1"}, ("contact:15", "letter", "in")),
        ({"TYPE_ID": "1", "PROVIDER_ID": "CRM_MEETING", "OWNER_TYPE_ID": "2"}, ("deal:15", "meeting", "out")),
        ({"TYPE_ID": "6", "PROVIDER_ID": "SOMETHING", "OWNER_TYPE_ID": "4"}, ("client:15", "other", "out")),
        ({"OWNER_TYPE_ID": "1", "DIRECTION": None}, ("lead:15", "call", "")),
        ({"OWNER_TYPE_ID": "31", "OWNER_ID": "4"}, ("31:4", "call", "out")),
    ],
    ids=["call", "to-do", "letter", "meeting", "another provider", "lead", "smart invoice"],
)
def test_an_activity_is_told_by_its_type_and_provider(
    portal: HandPortal, directory: Directory, changes: Row, seen: tuple[str, str, str]
) -> None:
    portal.results["crm.activity.list"] = [ACTIVITY | changes]
    (reading,) = portal.client().changes({"activities": START}, directory)
    (row,) = reading.rows
    assert isinstance(row, Activity)
    assert (row.owner, row.kind, row.direction) == seen
    assert (row.deadline_at, row.created_at) == (None, START)


def test_tasks_are_those_that_we_have_set(live: Town) -> None:
    deal = live.deal()
    more = {"title": "Закупить", "text": "Фара, 2 шт.", "responsible": "3", "deadline": TOMORROW}
    ours = live.send("task.create", deal=deal, mark="goods 71", **more).external_id
    theirs = live.owner("tasks.task.add", fields={"TITLE": "Чужая", "RESPONSIBLE_ID": 3})["task"]["id"]
    reading = read(live, "tasks")
    assert reading.rows == (
        CrmTask(
            ext_id=ours, updated_at=MONDAY, title="Закупить", is_done=False, responsible_id="3", created_at=MONDAY,
            deadline_at=MONDAY + timedelta(days=1), mark="goods 71", deal_id=deal,
        ),
    )  # fmt: skip
    assert (reading.proof.complete, theirs != ours) == (True, True)


def test_a_task_that_somebody_completed_comes_with_the_next_increment(live: Town) -> None:
    wish = {"deal": "", "title": "Закупить", "text": "", "responsible": "3", "deadline": "", "mark": "goods"}
    done, _ = (live.send("task.create", **wish).external_id for _ in range(2))
    live.clock.forward(3600)
    live.owner("tasks.task.complete", taskId=int(done))
    reading = read(live, "tasks", MONDAY + timedelta(minutes=30))
    assert [(row.ext_id, row.is_done) for row in reading.rows] == [(done, True)]  # type: ignore[attr-defined]
    assert reading.proof.complete


@pytest.mark.parametrize(("status", "is_done"), [("2", False), ("3", False), ("4", True), ("5", True), ("6", False)])
def test_a_task_is_done_when_its_person_says_so(
    portal: HandPortal, directory: Directory, status: str, is_done: bool
) -> None:
    task = {"id": "7", "title": "Закупить", "status": status, "createdDate": stamp(START), "changedDate": stamp(START)}
    portal.results["tasks.task.list"] = {
        "tasks": [task | {"deadline": None, "xmlId": None, "ufCrmTask": ["CO_5", "D_71"]}]
    }
    (reading,) = portal.client().changes({"tasks": START}, directory)
    (row,) = reading.rows
    assert isinstance(row, CrmTask)
    assert (row.is_done, row.deal_id, row.mark) == (is_done, "71", "")


def test_more_tasks_than_a_page_come_whole(live: Town) -> None:
    wish = {"deal": "", "title": "Закупить", "text": "", "responsible": "3", "deadline": ""}
    made = [live.send("task.create", mark=f"m{number}", **wish).external_id for number in range(60)]
    reading = read(live, "tasks")
    assert ([row.ext_id for row in reading.rows], reading.proof.complete) == (made, True)


def test_without_knowing_who_we_are_no_tasks_are_read(portal: HandPortal) -> None:
    portal.results["profile"] = []
    client = portal.client()
    directory = client.directory(FIELDS)
    portal.lists["2"] = []
    tasks, deals = client.changes({"tasks": None, "deals": None}, directory)
    assert (tasks.proof.complete, "whose webhook this is" in tasks.proof.trouble) == (False, True)
    assert deals.proof.complete


def test_departments_come_whole_with_their_heads(live: Town) -> None:
    reading = read(live, "departments", MONDAY)
    assert (reading.proof.complete, reading.proof.full) == (True, True)
    assert all(isinstance(row, Department) and row.name for row in reading.rows)
    known = {row.ext_id for row in reading.rows}
    users = read(live, "users").rows
    assert {number for user in users for number in user.departments.split()} <= known  # type: ignore[attr-defined]


def _department(number: int) -> Row:
    return {
        "ID": str(number),
        "NAME": f"Отдел {number}",
        "SORT": 500,
        "PARENT": "1",
        "UF_HEAD": "8" if number == 3 else None,
    }


class PagedPortal(HandPortal):
    """A portal whose `department.get` knows offsets, or forgets them."""

    forgets = False

    def _run(self, key: str, method: str, params: Row) -> Row:
        if method != "department.get":
            return super()._run(key, method, params)
        rows = sorted(self.lists[method], key=lambda row: int(row["ID"]), reverse=params["order"] == "DESC")
        start = 0 if self.forgets else int(params["START"])
        return {"result": self.on_page(key, rows[start : start + 50])}


@pytest.mark.parametrize("count", [1, 49, 50, 51, 420])
def test_departments_of_any_number_come_whole(count: int) -> None:
    portal = PagedPortal(results=vocabulary(), lists={"department.get": [_department(n) for n in range(1, count + 1)]})
    client = portal.client()
    (reading,) = client.changes({"departments": None}, client.directory(FIELDS))
    assert [row.ext_id for row in reading.rows] == [str(number) for number in range(1, count + 1)]
    assert reading.proof.complete
    if count > 3:
        assert reading.rows[2] == Department(ext_id="3", name="Отдел 3", parent_id="1", head_id="8")


def test_a_portal_that_forgets_offsets_is_not_believed() -> None:
    portal = PagedPortal(results=vocabulary(), lists={"department.get": [_department(n) for n in range(1, 80)]})
    portal.forgets = True
    client = portal.client()
    (reading,) = client.changes({"departments": None}, client.directory(FIELDS))
    assert not reading.proof.complete


def test_departments_cut_short_are_not_believed() -> None:
    portal = PagedPortal(results=vocabulary(), lists={"department.get": [_department(n) for n in range(1, 80)]})
    portal.on_page = lambda key, rows: rows[:20] if key == "departments0" else rows
    client = portal.client()
    (reading,) = client.changes({"departments": None}, client.directory(FIELDS))
    assert not reading.proof.complete


def test_an_order_of_the_store_comes_with_its_basket_and_its_deal(live: Town) -> None:
    lamp = live.portal.add_product("Фара", "HL-1", 64_000)
    deal, number = live.deal(), live.order((lamp, "Фара", "2", "640"), (0, "Доставка", "1", "300.50"))
    live.owner("crm.orderentity.add", fields={"orderId": int(number), "ownerTypeId": 2, "ownerId": int(deal)})
    orders, lines = live.client.changes({ORDERS: None}, live.directory)
    (order,) = orders.rows
    assert isinstance(order, ShopOrder)
    assert (order.ext_id, order.deal_id, order.is_cancelled, order.is_paid) == (number, deal, False, False)
    assert (order.sum_kopecks, order.currency, order.ordered_at) == (158_050, "RUB", MONDAY)
    assert [(each.product_id, each.name, each.price_kopecks, each.amount_thousandths) for each in lines.rows] == [  # type: ignore[attr-defined]
        (str(lamp), "Фара", 64_000, 2_000),
        ("", "Доставка", 30_050, 1_000),
    ]
    assert (orders.proof.complete, orders.proof.full, orders.owners) == (True, True, ())
    assert (lines.proof.complete, lines.proof.full, lines.owners) == (True, False, (number,))


def test_an_increment_brings_the_orders_that_changed_and_their_lines_only(live: Town) -> None:
    lamp = live.portal.add_product("Фара", "HL-1", 64_000)
    live.order((lamp, "Фара", "1", "640"))
    changed = live.order((lamp, "Фара", "1", "640"))
    live.clock.forward(3600)
    live.owner("sale.order.update", id=int(changed), fields={"canceled": "Y", "reasonCanceled": "передумал"})
    since = MONDAY + timedelta(minutes=30)
    orders, lines = live.client.changes({ORDERS: since}, live.directory)
    assert [(row.ext_id, row.is_cancelled) for row in orders.rows] == [(changed, True)]  # type: ignore[attr-defined]
    assert (lines.owners, len(lines.rows), orders.proof.since) == ((changed,), 1, since)


def test_many_orders_are_read_twenty_in_a_request(live: Town) -> None:
    numbers = [live.order((0, "Фара", "1", "640")) for _ in range(55)]
    before = live.client.sent
    orders, lines = live.client.changes({ORDERS: None}, live.directory)
    assert [row.ext_id for row in orders.rows] == numbers
    assert (orders.proof.complete, len(lines.rows), lines.owners) == (True, 55, tuple(numbers))
    assert live.client.sent - before == 2 + 3


def test_given_orders_are_read_again_and_what_is_gone_has_no_row(live: Town) -> None:
    number = live.order((0, "Фара", "1", "640"))
    orders, lines = live.client.shop_orders([number, "999999"])
    assert [row.ext_id for row in orders.rows] == [number]
    assert (orders.proof.complete, orders.proof.full, orders.owners) == (True, False, (number, "999999"))
    assert lines.owners == (number, "999999")


ORDER = {
    "id": 236, "accountNumber": "392", "basketItems": [], "canceled": "N", "payed": "Y", "price": 1480, "currency": "RUB",
    "clients": [
        {"entityId": 6, "entityTypeId": 3, "isPrimary": "Y"}, {"entityId": 9, "entityTypeId": 3, "isPrimary": "N"},
    ],
    "dateInsert": stamp(START), "dateUpdate": stamp(START), "responsibleId": 1, "userDescription": "После шести",
    "propertyValues": [
        {"code": "FIO", "value": "Анна Орлова"}, {"code": "EMAIL", "value": "a@b.ru"}, {"code": "PHONE", "value": None},
    ],
}  # fmt: skip
ITEM = {
    "id": "255",
    "orderId": "236",
    "productId": 348,
    "name": "Фара",
    "price": 980.105,
    "quantity": 1.5,
    "dateUpdate": None,
}


def store(portal: HandPortal, **changes: Any) -> None:
    portal.results["sale.order.list"] = {"orders": [{"id": 236, "dateUpdate": stamp(START)}]}
    portal.results["crm.orderentity.list"] = {"orderEntity": [{"orderId": 236, "ownerId": 71, "ownerTypeId": 2}]}
    portal.results["sale.order.get"] = {"order": {**ORDER, **changes}}


def test_an_order_tells_its_buyer(portal: HandPortal, directory: Directory) -> None:
    store(portal, basketItems=[ITEM])
    orders, lines = portal.client().changes({ORDERS: START}, directory)
    assert orders.rows == (
        ShopOrder(
            ext_id="236", updated_at=START, number="392", sum_kopecks=148_000, currency="RUB", is_paid=True, is_cancelled=False,
            ordered_at=START, client_key="contact:6", buyer_name="Анна Орлова", buyer_phone="", buyer_email="a@b.ru",
            comment="После шести", responsible_id="1", deal_id="71",
        ),
    )  # fmt: skip
    assert lines.rows == (
        ShopOrderLine(
            ext_id="255", order_id="236", product_id="348", name="Фара", price_kopecks=98_011, amount_thousandths=1_500
        ),
    )


@pytest.mark.parametrize(
    ("clients", "key"),
    [
        ([], ""),
        ([{"entityId": 6, "entityTypeId": 3, "isPrimary": "N"}], ""),
        (
            [
                {"entityId": 6, "entityTypeId": 3, "isPrimary": "Y"},
                {"entityId": 5, "entityTypeId": 4, "isPrimary": "Y"},
            ],
            "client:5",
        ),
    ],
    ids=["nobody", "not the primary one", "a company before its contact"],
)
def test_the_card_that_the_store_bound(portal: HandPortal, directory: Directory, clients: list[Row], key: str) -> None:
    store(portal, clients=clients)
    orders, _ = portal.client().changes({ORDERS: START}, directory)
    assert orders.rows[0].client_key == key  # type: ignore[attr-defined]


def test_an_invoice_that_an_order_is_bound_to_is_no_deal(portal: HandPortal, directory: Directory) -> None:
    store(portal)
    portal.results["crm.orderentity.list"] = {"orderEntity": [{"orderId": 236, "ownerId": 4, "ownerTypeId": 31}]}
    orders, _ = portal.client().changes({ORDERS: START}, directory)
    assert orders.rows[0].deal_id == ""  # type: ignore[attr-defined]


def test_an_order_whose_binding_could_not_be_read_is_not_read(portal: HandPortal, directory: Directory) -> None:
    store(portal, basketItems=[ITEM])
    portal.command_errors["bindings0"] = [{"error": "200040300010", "error_description": "Access Denied"}]
    orders, lines = portal.client().changes({ORDERS: START}, directory)
    assert (orders.rows, lines.rows, lines.owners) == ((), (), ())
    assert (orders.proof.complete, "Access Denied" in orders.proof.trouble) == (False, True)


def test_a_position_that_cannot_be_understood_damages_its_order(portal: HandPortal, directory: Directory) -> None:
    store(portal, basketItems=[ITEM | {"price": "1e3"}])
    orders, lines = portal.client().changes({ORDERS: START}, directory)
    assert (orders.rows, lines.rows, orders.damaged, lines.damaged) == ((), (), {"236"}, {"236"})
    assert [ext_id for ext_id, _ in orders.proof.malformed] == ["236"]


@pytest.mark.parametrize(
    "refusal",
    [
        {"error": "insufficient_scope", "error_description": "no scope sale"},
        {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"},
        {"error": 200040300010, "error_description": "Access Denied"},
        {"error": "ACCESS_DENIED"},
    ],
    ids=lambda refusal: str(refusal["error"]),
)
@pytest.mark.parametrize(
    ("family", "key"), [(ORDERS, "shopOrders0"), ("activities", "activities0"), ("departments", "departments0")]
)
def test_a_family_that_is_refused_harms_no_other(
    portal: HandPortal, directory: Directory, refusal: Row, family: str, key: str
) -> None:
    portal.command_errors[key] = [refusal]
    portal.lists["2"] = []
    readings = portal.client().changes({family: START, "deals": START}, directory)
    proofs = {reading.proof.family: reading.proof for reading in readings}
    assert proofs["deals"].complete
    assert not proofs[family].complete
    assert proofs[family].trouble


def test_a_store_that_fails_half_way_leaves_its_reading_incomplete(portal: HandPortal, directory: Directory) -> None:
    store(portal)
    portal.faults = [None, *[answer({"error": "INTERNAL_SERVER_ERROR"}, 500)] * 3]
    orders, lines = portal.client().changes({ORDERS: START}, directory)
    assert (orders.proof.complete, orders.rows, lines.owners) == (False, (), ())
