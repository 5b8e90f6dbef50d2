"""Absolute sets on a portal behind a socket: each is done, does nothing the second time, and is told from what it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sverka.domain.effects import Answer
from tests.contract.portal_world import Town, town

A, R, N, M = Answer.ACCEPTED, Answer.REFUSED, Answer.NOT_EXECUTED, Answer.AMBIGUOUS
DEAL, CONTACT, COMPANY = 2, 3, 4
SHOP, SERVICE = "Интернет-магазин", "Сервис"
GONE = "999999"


@pytest.fixture(scope="module")
def shared() -> Iterator[Town]:
    with town() as opened:
        yield opened


@pytest.fixture
def live(shared: Town) -> Iterator[Town]:
    yield shared
    shared.faults.clear()


@dataclass
class Case:
    """A set: its kind, its payload, what is written, whether it stands by the owner's eyes, and its like for what is gone."""

    kind: str
    payload: dict[str, Any]
    writes: list[str]
    stands: Callable[[], bool]
    gone: dict[str, Any]


def lamp(live: Town) -> int:
    return live.portal.add_product("Фара", "HL-1", 64_000)


def line(product: object, kopecks: int = 64_000, thousandths: int = 1_000, name: str = "Фара") -> dict[str, Any]:
    return {"product": str(product), "name": name, "price_kopecks": kopecks, "amount_thousandths": thousandths}


def rows(live: Town, deal: str) -> list[dict[str, Any]]:
    owned = {"=ownerType": "D", "=ownerId": int(deal)}
    return list(live.owner("crm.item.productrow.list", filter=owned, order={"id": "ASC"})["productRows"])


def basket(live: Town, order: str) -> list[tuple[int, str, float, float]]:
    items = live.owner("sale.order.get", id=int(order))["order"]["basketItems"]
    return sorted((int(each["productId"]), each["name"], each["price"], each["quantity"]) for each in items)


def stage_case(live: Town) -> Case:
    (start, _), (reserve, _) = live.stage(SHOP, "Новая заявка"), live.stage(SHOP, "Резерв")
    deal = live.deal()
    payload = {"deal": deal, "from_stage": start, "stage": reserve, "funnel": ""}
    return Case(
        "deal.stage",
        payload,
        ["crm.item.update"],
        lambda: live.item(DEAL, deal)["stageId"] == reserve,
        payload | {"deal": GONE},
    )


def funnel_case(live: Town) -> Case:
    (reserve, _), (worked, service) = live.stage(SHOP, "Резерв"), live.stage(SERVICE, "Обработан")
    deal = live.deal("Резерв")
    payload = {"deal": deal, "from_stage": reserve, "stage": worked, "funnel": service}
    return Case(
        "deal.stage", payload, ["crm.item.update"],
        lambda: (live.item(DEAL, deal)["stageId"], live.item(DEAL, deal)["categoryId"]) == (worked, int(service)),
        payload | {"deal": GONE},
    )  # fmt: skip


def lines_case(live: Town) -> Case:
    product = lamp(live)
    deal = live.deal(lines=[(product, 1_000, 64_000)])
    payload = {"deal": deal, "lines": [line(product, 60_000, 2_000), line("", 150_000, 500, "Пайка")]}

    def stands() -> bool:
        seen = [(row["productId"], row["productName"], row["price"], row["quantity"]) for row in rows(live, deal)]
        return seen == [(product, "Фара", 600, 2), (0, "Пайка", 1500, 0.5)]

    return Case("deal.lines", payload, ["crm.item.productrow.set"], stands, payload | {"deal": GONE})


def link_case(live: Town) -> Case:
    deal, order = live.deal(), live.order((0, "Фара", "1", "640"))
    payload = {"deal": deal, "order": order}

    def stands() -> bool:
        found = live.owner("crm.orderentity.list", filter={"=orderId": int(order)}, select=["orderId", "ownerId"])
        return [each["ownerId"] for each in found["orderEntity"]] == [int(deal)]

    return Case("shop.link", payload, ["crm.orderentity.add"], stands, payload | {"order": GONE})


def basket_case(live: Town) -> Case:
    one, two, three = lamp(live), lamp(live), lamp(live)
    order = live.order((one, "Фара", "1", "640"), (two, "Фара", "1", "700"), (three, "Фара", "1", "100"))
    lines = [line(one, 64_000, 3_000), line(two, 65_050), line("", 150_000, 1_000, "Пайка")]
    expected = sorted([(one, "Фара", 640, 3), (two, "Фара", 650.5, 1), (0, "Пайка", 1500, 1)])
    return Case(
        "shop.lines", {"order": order, "lines": lines},
        ["sale.basketitem.update", "sale.basketitem.update", "sale.basketitem.add", "sale.basketitem.delete"],
        lambda: basket(live, order) == expected, {"order": GONE, "lines": lines},
    )  # fmt: skip


def cancel_case(live: Town) -> Case:
    order = live.order((0, "Фара", "1", "640"))
    payload = {"order": order, "reason": "Клиент передумал"}

    def stands() -> bool:
        found = live.owner("sale.order.get", id=int(order))["order"]
        return (found["canceled"], found["reasonCanceled"]) == ("Y", "Клиент передумал")

    return Case("shop.cancel", payload, ["sale.order.update"], stands, payload | {"order": GONE})


def contact_case(live: Town) -> Case:
    number = str(live.portal.add_contact("анна", "орлова", phone="8 (999) 000-00-01", email="a@b.ru"))
    entry = next(each for each in live.item(CONTACT, number)["fm"] if each["typeId"] == "PHONE")
    phones = {str(entry["id"]): "+79990000001"}
    payload = {"client": f"contact:{number}", "first_name": "Анна", "last_name": "", "phones": phones}

    def stands() -> bool:
        card = live.item(CONTACT, number)
        kept = {each["typeId"]: (each["value"], each["id"]) for each in card["fm"]}
        names = (card["name"], card["lastName"]) == ("Анна", "орлова")
        return names and kept["PHONE"] == ("+79990000001", entry["id"]) and kept["EMAIL"][0] == "a@b.ru"

    return Case("client.contacts", payload, ["crm.item.update"], stands, payload | {"client": f"contact:{GONE}"})


def company_case(live: Town) -> Case:
    number = str(live.portal.add_company("Вектор", phone="8 999 000-00-02"))
    (entry,) = live.item(COMPANY, number)["fm"]
    phones = {str(entry["id"]): "+79990000002"}
    payload = {"client": f"client:{number}", "first_name": "", "last_name": "", "phones": phones}
    return Case(
        "client.contacts", payload, ["crm.item.update"],
        lambda: [each["value"] for each in live.item(COMPANY, number)["fm"]] == ["+79990000002"],
        payload | {"client": f"client:{GONE}"},
    )  # fmt: skip


CASES = {
    "a stage": stage_case,
    "a stage of another funnel": funnel_case,
    "lines of a deal": lines_case,
    "an order's deal": link_case,
    "an order's basket": basket_case,
    "an order's cancellation": cancel_case,
    "a contact": contact_case,
    "a company": company_case,
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest, live: Town) -> Case:
    made: Case = request.param(live)
    return made


def test_a_set_is_done_once(live: Town, case: Case) -> None:
    mark = live.mark()
    assert not live.look(case.kind, case.payload).found
    first, second = live.send(case.kind, **case.payload), live.send(case.kind, **case.payload)
    assert [(each.answer, each.changed, each.detail) for each in (first, second)] == [(A, True, ""), (A, False, "")]
    assert case.stands()
    assert live.written(mark) == case.writes
    probe = live.look(case.kind, case.payload)
    assert (probe.found, probe.complete) == (True, True)


def test_a_set_costs_two_requests_and_one_if_it_stands(live: Town, case: Case) -> None:
    before = live.client.sent
    live.send(case.kind, **case.payload)
    assert live.client.sent - before == 2
    live.send(case.kind, **case.payload)
    assert live.client.sent - before == 3


def test_a_set_without_leave_is_not_done(live: Town, case: Case) -> None:
    mark = live.mark()
    (outcome,) = live.client.send([(case.kind, case.payload)], live.directory, lambda: False)
    assert (outcome.answer, outcome.changed, live.written(mark)) == (N, False, [])


def test_a_set_on_what_is_gone_is_refused(live: Town, case: Case) -> None:
    outcome = live.send(case.kind, **case.gone)
    assert (outcome.answer, outcome.changed) == (R, False)
    assert outcome.detail
    assert not live.look(case.kind, case.gone).found


@pytest.mark.parametrize("fault", ["timeout_after", "half_body"])
def test_a_set_whose_answer_was_lost_is_found(live: Town, case: Case, fault: str) -> None:
    live.strike(fault, after=1)
    assert live.send(case.kind, **case.payload).answer is M
    probe = live.look(case.kind, case.payload)
    assert (probe.found, probe.complete, case.stands()) == (True, True, True)


@pytest.mark.parametrize(
    ("fault", "meaning"), [("timeout_before", M), ("http_500", M), ("http_503", N), ("http_429", N), ("wrong_token", N)]
)
def test_a_set_that_did_not_arrive_is_not_found_and_not_repeated(
    live: Town, case: Case, fault: str, meaning: Answer
) -> None:
    mark = live.mark()
    live.strike(fault, after=1)
    assert live.send(case.kind, **case.payload).answer is meaning
    probe = live.look(case.kind, case.payload)
    assert (probe.found, probe.complete, live.written(mark)) == (False, True, [])


def test_a_look_that_gets_no_answer_proves_nothing(live: Town, case: Case) -> None:
    for _ in range(3):
        live.strike("http_502_html")
    probe = live.look(case.kind, case.payload)
    assert (probe.found, probe.complete) == (False, False)


def test_a_set_whose_reading_fails_is_not_executed(live: Town, case: Case) -> None:
    mark = live.mark()
    for _ in range(3):
        live.strike("http_502_html")
    assert (live.send(case.kind, **case.payload).answer, live.written(mark)) == (N, [])


def test_equal_lines_in_two_rows_are_equal_to_one(live: Town) -> None:
    product = lamp(live)
    deal, mark = live.deal(lines=[(product, 1_000, 64_000), (product, 2_000, 64_000)]), live.mark()
    outcome = live.send("deal.lines", deal=deal, lines=[line(product, 64_000, 3_000)])
    assert (outcome.answer, outcome.changed, live.written(mark)) == (A, False, [])


def test_lines_keep_their_taxes_and_bear_the_price_as_it_is_paid(live: Town) -> None:
    taxed, other = lamp(live), lamp(live)
    deal = live.deal()
    old = [
        {"productId": taxed, "price": 1200, "quantity": 1, "taxRate": 20, "taxIncluded": "N"},
        {"productId": other, "price": 500, "quantity": 1, "taxIncluded": "Y"},
    ]
    live.owner("crm.item.productrow.set", ownerType="D", ownerId=int(deal), productRows=old)
    live.send("deal.lines", deal=deal, lines=[line(taxed, 110_000), line(other, 50_000, 4_000)])
    seen = [
        (row["productId"], row["price"], row["quantity"], row["taxRate"], row["taxIncluded"])
        for row in rows(live, deal)
    ]
    assert seen == [(taxed, 1100, 1, 20, "N"), (other, 500, 4, None, "Y")]


@pytest.mark.parametrize(("kopecks", "discount"), [(90_000, 100), (80_000, 0)], ids=["the same price", "another price"])
def test_a_discount_stays_with_the_price_that_bears_it(live: Town, kopecks: int, discount: int) -> None:
    product, deal = lamp(live), live.deal()
    old = [{"productId": product, "price": 900, "quantity": 1, "discountTypeId": 1, "discountSum": 100}]
    live.owner("crm.item.productrow.set", ownerType="D", ownerId=int(deal), productRows=old)
    live.send("deal.lines", deal=deal, lines=[line(product, kopecks, 3_000)])
    (row,) = rows(live, deal)
    assert (row["price"], row["quantity"], row["discountSum"]) == (kopecks // 100, 3, discount)


def test_lines_can_all_go(live: Town) -> None:
    product = lamp(live)
    deal = live.deal(lines=[(product, 1_000, 64_000), (product, 2_000, 50_000)])
    outcome = live.send("deal.lines", deal=deal, lines=[])
    assert (outcome.answer, outcome.changed, rows(live, deal)) == (A, True, [])
    assert live.send("deal.lines", deal=deal, lines=[]).changed is False


def test_more_lines_than_a_page_are_compared_whole(live: Town) -> None:
    products = [lamp(live) for _ in range(70)]
    deal = live.deal(lines=[(product, 1_000, 64_000) for product in products])
    wanted = [line(product) for product in products]
    assert live.send("deal.lines", deal=deal, lines=wanted).changed is False
    assert live.send("deal.lines", deal=deal, lines=wanted[1:]).changed is True
    assert live.send("deal.lines", deal=deal, lines=wanted[1:]).changed is False


def test_a_deal_of_very_many_lines_is_left_alone(live: Town) -> None:
    product = lamp(live)
    deal, mark = live.deal(lines=[(product, 1_000, 100 + kopecks) for kopecks in range(200)]), live.mark()
    outcome = live.send("deal.lines", deal=deal, lines=[line(product)])
    assert (outcome.answer, outcome.changed, live.written(mark)) == (R, False, [])
    assert "too many" in outcome.detail


def test_an_order_bound_to_another_deal_is_bound_anew(live: Town) -> None:
    first, second, order = live.deal(), live.deal(), live.order((0, "Фара", "1", "640"))
    live.send("shop.link", deal=first, order=order)
    outcome = live.send("shop.link", deal=second, order=order)
    (orders, _) = live.client.shop_orders([order])
    assert (outcome.answer, outcome.changed, orders.rows[0].deal_id) == (A, True, second)  # type: ignore[attr-defined]


def test_a_basket_may_change_wholly_in_several_requests(live: Town) -> None:
    old = [lamp(live) for _ in range(15)]
    new = [lamp(live) for _ in range(15)]
    order = live.order(*((product, "Фара", "1", "640") for product in old))
    outcome = live.send("shop.lines", order=order, lines=[line(product) for product in new])
    assert (outcome.answer, basket(live, order)) == (A, [(product, "Фара", 640, 1) for product in new])


def test_an_unknown_product_of_a_basket_is_refused_by_the_portal(live: Town) -> None:
    product = lamp(live)
    order = live.order((product, "Фара", "1", "640"))
    outcome = live.send("shop.lines", order=order, lines=[line(product), line(GONE)])
    assert (outcome.answer, outcome.changed, basket(live, order)) == (R, False, [(product, "Фара", 640, 1)])


def test_a_phone_that_is_gone_from_its_card_is_told(live: Town) -> None:
    number, mark = live.portal.add_contact("Анна", "Орлова", phone="+79990000001"), live.mark()
    wish = {"client": f"contact:{number}", "first_name": "", "last_name": "", "phones": {GONE: "+79990000009"}}
    outcome = live.send("client.contacts", **wish)
    assert (outcome.answer, outcome.detail) == (R, f"the card has no phone number {GONE} any more")
    assert live.written(mark) == []


def test_a_company_has_no_first_name(live: Town) -> None:
    number = live.portal.add_company("Вектор")
    outcome = live.send("client.contacts", client=f"client:{number}", first_name="Анна", last_name="", phones={})
    assert (outcome.answer, outcome.changed) == (R, False)


def chore(live: Town, kind: str) -> tuple[str, Callable[[], bool]]:
    """Make a to-do or a task and return its id, and whether it is completed by the owner's eyes."""
    more = {"title": "Позвонить", "text": "", "responsible": "1", "deadline": "2026-11-24T10:00:00+03:00", "mark": "m"}
    if kind == "todo":
        number = live.send("todo.create", owner=f"deal:{live.deal()}", **more).external_id
        return number, lambda: live.owner("crm.activity.get", id=int(number))["COMPLETED"] == "Y"
    number = live.send("task.create", deal="", **more).external_id
    return number, lambda: live.owner("tasks.task.get", taskId=int(number), select=["STATUS"])["task"]["status"] == "5"


@pytest.mark.parametrize("kind", ["todo", "task"])
def test_a_chore_is_completed_once(live: Town, kind: str) -> None:
    number, is_completed = chore(live, kind)
    assert not live.look(f"{kind}.complete", {kind: number}).found
    first, second = (live.send(f"{kind}.complete", **{kind: number}) for _ in range(2))
    assert [(each.answer, each.changed) for each in (first, second)] == [(A, True), (A, False)]
    assert is_completed()
    assert live.look(f"{kind}.complete", {kind: number}).found


@pytest.mark.parametrize("kind", ["todo", "task"])
def test_a_chore_that_is_gone_needs_nothing(live: Town, kind: str) -> None:
    outcome = live.send(f"{kind}.complete", **{kind: GONE})
    assert (outcome.answer, outcome.changed) == (A, False)


@pytest.mark.parametrize("kind", ["todo", "task"])
@pytest.mark.parametrize(("fault", "stands"), [("timeout_after", True), ("timeout_before", False)])
def test_a_completion_whose_answer_was_lost_is_looked_up(live: Town, kind: str, fault: str, stands: bool) -> None:
    number, is_completed = chore(live, kind)
    live.strike(fault, after=1)
    assert live.send(f"{kind}.complete", **{kind: number}).answer is M
    probe = live.look(f"{kind}.complete", {kind: number})
    assert (probe.found, probe.complete, is_completed()) == (stands, True, stands)
