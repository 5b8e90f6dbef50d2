"""POST, PUT and DELETE in Бизнес.ру: what is required, what moves `updated`, what the journal says, payments."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from business_ru_desk import Desk

from sandbox.systems.business_ru import LINE_MOVES_HEADER

DAY = 86_400


def test_a_new_document_gets_number_date_and_the_default_status() -> None:
    desk = Desk()
    first, second, own = desk.order(), desk.order(number=""), desk.order(number="EXT-1001")
    rows = [desk.manager.one("customerorders", id=order, extended=1) for order in (first, second, own)]
    assert [row["number"] for row in rows] == ["1", "2", "EXT-1001"]
    assert {(row["date"], row["status"]["name"], row["sum"]) for row in rows} == {
        ("23.11.2026 09:00:00", "Новый", "0.00")
    }


def test_ids_grow_and_are_not_those_of_other_models() -> None:
    desk = Desk()
    orders = [int(desk.order()) for _ in range(3)]
    assert orders == sorted(set(orders))
    assert desk.document("reservations", (desk.good(), "1")) not in map(str, orders)


def test_a_write_answers_with_id_and_updated_and_no_more() -> None:
    desk = Desk()
    created = desk.manager.result("POST", "partners", name="Ромашка")
    assert created == {"id": created["id"], "updated": "23.11.2026 09:00:00"}
    changed = desk.manager.result("PUT", "partners", id=created["id"], note="да")
    assert changed.keys() == {"id", "updated"}
    assert desk.manager.result("DELETE", "partners", id=created["id"]) == {"id": created["id"]}


def test_comments_put_the_id_at_the_root() -> None:
    desk = Desk()
    order, author = desk.order(), desk.parties()["author_employee_id"]
    comment = {"model_name": "customerorders", "document_id": order, "employee_id": author, "note": "Звонил"}
    answer = desk.manager.answer("POST", "comments", **comment)
    assert list(answer) == ["status", "id", "token", "request_count", "app_psw"]
    row = desk.manager.one("comments", model_name="customerorders", document_id=order)
    assert (row["id"], row["note"], row["time_create"]) == (answer["id"], "Звонил", "23.11.2026 09:00:00")
    assert "document_id" in desk.manager.refusal("POST", "comments", **{**comment, "document_id": "1"})


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "nothing given": ("customerorders", {}, "author_employee_id"),
    "required and empty": ("partners", {"name": ""}, "name"),
    "unknown reference": ("partners", {"name": "Ромашка", "responsible_employee_id": "1"}, "responsible_employee_id"),
    "reference of another kind": ("partners", {"name": "Ромашка", "responsible_employee_id": "Иванов"}, "Иванов"),
    "bad number": ("goods", {"name": "Фара", "cost": "12,50"}, "cost"),
    "exponent": ("goods", {"name": "Фара", "cost": "1e3"}, "cost"),
    "negative price": ("goods", {"name": "Фара", "cost": "-1"}, "cost"),
    "bad flag": ("partners", {"name": "Ромашка", "customer": "yes"}, "customer"),
    "bad date": ("tasks", {"name": "Позвонить", "deadline": "32.01.2026"}, "deadline"),
    "a list where a value belongs": ("partners", {"name": ["Ромашка"]}, "name"),
    "payment without an operation": ("paymentin", {"sum": "1"}, "operation_id"),
    "notification to nobody": ("notifications", {"message": "Привет"}, "employee_ids"),
}


@pytest.mark.parametrize(("model", "params", "word"), REFUSED.values(), ids=REFUSED.keys())
def test_a_write_that_is_not_valid_is_refused_and_leaves_nothing(model: str, params: dict[str, Any], word: str) -> None:
    desk = Desk()
    before = desk.ledger.counts()
    assert word in desk.manager.refusal("POST", model, **params)
    assert desk.ledger.counts() == before
    assert desk.journal.effects == []


@pytest.mark.parametrize("amount", ["0", "-1", "два", ""])
def test_a_line_needs_a_quantity_above_nothing(amount: str) -> None:
    desk = Desk()
    line = {"customer_order_id": desk.order(), "good_id": desk.good(), "price": "1"}
    assert "amount" in desk.manager.refusal("POST", "customerordergoods", **line, amount=amount)


def test_a_required_field_cannot_be_emptied() -> None:
    desk = Desk()
    assert "partner_id" in desk.manager.refusal("PUT", "customerorders", id=desk.order(), partner_id="")


def test_a_notification_goes_to_several_employees() -> None:
    desk = Desk()
    everybody = [row["id"] for row in desk.ledger.state.rows("employees")]
    desk.manager.post("notifications", employee_ids=everybody, header="Сверка", message="Привет")
    assert [row["employee_ids"] for row in desk.ledger.state.rows("notifications")] == [tuple(everybody)]


def test_a_change_moves_updated_and_nothing_else() -> None:
    desk = Desk()
    order = desk.order(comment="deal:7")
    before = desk.manager.one("customerorders", id=order)
    desk.clock.forward(DAY)
    done = desk.manager.one("customerorderstatus", name="Выполнен")["id"]
    desk.manager.put("customerorders", order, status_id=done)
    after = desk.manager.one("customerorders", id=order)
    assert after == before | {"status_id": done, "updated": "24.11.2026 09:00:00"}


def test_a_change_that_changes_nothing_moves_nothing() -> None:
    desk = Desk()
    order = desk.order((desk.good(), "1.50", "640"), comment="deal:7")
    line = desk.manager.one("customerordergoods", customer_order_id=order)
    header = desk.manager.one("customerorders", id=order)
    desk.clock.forward(DAY)
    desk.manager.put("customerorders", order, comment="deal:7", status_id=header["status_id"], delivery_note="")
    desk.manager.put("customerordergoods", line["id"], amount="1.5", price="640.00")
    assert desk.manager.one("customerordergoods", id=line["id"]) == line
    assert desk.manager.one("customerorders", id=order) == header


LINE_EDITS = {
    "added": ("POST", {"amount": "1", "price": "100"}, "200.00"),
    "changed": ("PUT", {"amount": "3"}, "300.00"),
    "deleted": ("DELETE", {}, "0.00"),
}


@pytest.mark.parametrize(("verb", "edit", "total"), LINE_EDITS.values(), ids=LINE_EDITS.keys())
@pytest.mark.parametrize("moves", [False, True], ids=["header stays", "header moves"])
def test_the_header_sums_its_lines_and_moves_only_by_a_switch(
    verb: str, edit: dict[str, str], total: str, *, moves: bool
) -> None:
    desk = Desk(switches={LINE_MOVES_HEADER: moves})
    good = desk.good()
    order = desk.order((good, "1", "100"))
    line = desk.manager.one("customerordergoods", customer_order_id=order)["id"]
    desk.clock.forward(DAY)
    own = {"customer_order_id": order, "good_id": good} if verb == "POST" else {"id": line}
    desk.manager.result(verb, "customerordergoods", **own, **edit)
    header = desk.manager.one("customerorders", id=order)
    assert header["sum"] == total
    assert header["updated"] == ("24.11.2026 09:00:00" if moves else "23.11.2026 09:00:00")
    assert len(desk.manager.get("customerordergoods", updated={"from": "24.11.2026"}, deleted=[0, 1])) == 1


def test_a_line_that_moves_to_another_order_is_summed_there() -> None:
    desk = Desk()
    first, second = desk.order((desk.good(), "2", "100")), desk.order()
    line = desk.manager.one("customerordergoods", customer_order_id=first)["id"]
    desk.manager.put("customerordergoods", line, customer_order_id=second)
    sums = {row["id"]: row["sum"] for row in desk.manager.get("customerorders")}
    assert sums == {first: "0.00", second: "200.00"}
    assert desk.manager.get("customerordergoods", customer_order_id=first) == []


def test_a_discount_is_taken_off_in_per_cent() -> None:
    desk = Desk()
    line = {"good_id": desk.good(), "amount": "3", "price": "99.99", "discount_type": 1, "discount_value": "12.5"}
    desk.manager.post("customerordergoods", customer_order_id=desk.order(), **line)
    assert desk.manager.one("customerordergoods")["sum"] == "262.47"


def test_the_trash_hides_a_row_until_it_is_asked_for() -> None:
    desk = Desk()
    order, other = desk.order(number="A-1"), desk.order(number="A-2")
    desk.clock.forward(DAY)
    desk.manager.delete("customerorders", order)

    def numbers(**params: Any) -> list[str]:
        return [row["number"] for row in desk.manager.get("customerorders", **params)]

    assert numbers() == numbers(deleted=0) == ["A-2"]
    assert numbers(id=order) == []
    assert numbers(deleted=1) == numbers(deleted="true", id=order) == ["A-1"]
    assert numbers(deleted=[0, 1]) == ["A-1", "A-2"]
    assert desk.manager.one("customerorders", deleted=1)["updated"] == "24.11.2026 09:00:00"
    assert desk.manager.result("GET", "customerorders", count_only=1) == {"count": 1}
    assert desk.ledger.counts()["customerorders"] == 1
    for verb in ("PUT", "DELETE"):
        assert "не найдена" in desk.manager.refusal(verb, "customerorders", id=order, comment="да")
    desk.manager.put("customerorders", other, comment="да")


def test_a_deleted_row_cannot_be_referred_to() -> None:
    desk = Desk()
    parties = desk.parties()
    desk.manager.delete("partners", parties["partner_id"])
    assert "partner_id" in desk.manager.refusal("POST", "customerorders", **parties)


@pytest.mark.parametrize("row_id", [None, "", "1", "x"])
def test_a_change_needs_a_row_that_exists(row_id: str | None) -> None:
    params = {} if row_id is None else {"id": row_id}
    assert "не найдена" in Desk().manager.refusal("PUT", "customerorders", comment="да", **params)


def test_the_ledgers_own_fields_cannot_be_written() -> None:
    desk = Desk()
    order = desk.order(sum="5", updated="01.01.2020", deleted=1, id="7")
    desk.manager.put("customerorders", order, sum="5", deleted=1)
    row = desk.manager.one("customerorders", id=order)
    assert (row["sum"], row["deleted"], row["updated"]) == ("0.00", False, "23.11.2026 09:00:00")


def test_every_accepted_write_is_in_the_journal_in_the_name_of_its_person() -> None:
    desk = Desk()
    good, parties = desk.good(), desk.parties()
    assert desk.journal.effects == []
    order = desk.order((good, "1", "100"), comment="deal:7")
    line = desk.manager.one("customerordergoods", customer_order_id=order)["id"]
    desk.manager.put("customerordergoods", line, amount="1")
    desk.manager.delete("customerordergoods", line)
    desk.manager.refusal("POST", "customerorders")
    effects = [(row["system"], row["kind"], row["by"], row["payload"]) for row in desk.journal.effects]
    added = {"customer_order_id": order, "good_id": good, "amount": "1", "price": "100", "id": line}
    assert effects == [
        ("business_ru", "POST customerorders", "manager", {**parties, "comment": "deal:7", "id": order}),
        ("business_ru", "POST customerordergoods", "manager", added),
        ("business_ru", "PUT customerordergoods", "manager", {"id": line, "amount": "1"}),
        ("business_ru", "DELETE customerordergoods", "manager", {"id": line}),
    ]


@pytest.mark.parametrize("model", ["paymentintocustomerorder", "paymentintodocument"])
def test_a_payment_is_linked_up_to_its_sum_and_to_the_orders(model: str) -> None:
    desk = Desk()
    order, partner = desk.order((desk.good(), "1", "640")), desk.parties()["partner_id"]
    pay = {"date": date(2026, 11, 20), "number": "1"}
    small, large = (desk.ledger.add_payment(partner, sum_kopecks=kopecks, **pay) for kopecks in (50_000, 90_000))
    assert desk.manager.refusal("POST", model, paymentin_id=small, customer_order_id=order, sum="500.01") == (
        "Сумма привязываемого документа - 500.00"
    )
    desk.manager.post(model, paymentin_id=small, customer_order_id=order, sum="500")
    assert desk.manager.refusal("POST", model, paymentin_id=large, customer_order_id=order, sum="900") == (
        "Сумма привязываемого документа - 140.00"
    )
    link = desk.manager.post(model, paymentin_id=large, customer_order_id=order, sum="140")
    assert "- 140.00" in desk.manager.refusal("PUT", model, id=link, sum="141")
    desk.manager.put(model, link, sum="100")
    assert [row["sum"] for row in desk.manager.get(model, customer_order_id=order)] == ["500.00", "100.00"]
    desk.manager.delete(model, link)
    assert "- 140.00" in desk.manager.refusal("POST", model, paymentin_id=large, customer_order_id=order, sum="150")


def test_money_from_the_bank_and_from_the_desk_counts_together() -> None:
    desk = Desk()
    order, partner = desk.order((desk.good(), "1", "640")), desk.parties()["partner_id"]
    bank = desk.ledger.add_payment(partner, date=date(2026, 11, 20), sum_kopecks=64_000, number="1")
    desk.manager.post("paymentintocustomerorder", paymentin_id=bank, customer_order_id=order, sum="600")
    operation = desk.manager.one("cashinoperations", name="Оплата от покупателя")["id"]
    money = {"operation_id": operation, "cash_id": desk.manager.one("cash", name="Касса Москва")["id"], "held": 1}
    cash = desk.manager.post("cashin", sum="640", partner_id=partner, **money)
    link = {"cashin_id": cash, "customer_order_id": order}
    assert "- 40.00" in desk.manager.refusal("POST", "cashincustomerorder", **link, sum="640")
    desk.manager.post("cashincustomerorder", **link, sum="40")
    other = {"paymentin_id": bank, "customer_order_id": order}
    assert "- 0.00" in desk.manager.refusal("POST", "paymentintodocument", **other, sum="1")
