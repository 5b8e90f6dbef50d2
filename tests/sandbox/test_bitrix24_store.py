"""The online store: orders, baskets, buyers' answers, payments, shipments, and links to deals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bitrix24_portal import COMPANY, CONTACT, DEAL, Desk

NEW = "2026-09-21T10:01:00+03:00"
BY_HAND = {"customPrice": "Y", "discountPrice": 0}

Act = Callable[[Desk, int], Any]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _order(desk: Desk, **fields: Any) -> int:
    given = {"lid": "s1", "personTypeId": 3, "currency": "RUB", **fields}
    return int(desk.owner.call("sale.order.add", {"fields": given})["order"]["id"])


def _item(desk: Desk, order: int, product: int | None = None, quantity: Any = 1, **fields: Any) -> int:
    given = {"orderId": order, "productId": desk.lamp if product is None else product, "quantity": quantity}
    wish = {"fields": {**given, "currency": "RUB", **fields}}
    return int(desk.owner.call("sale.basketitem.add", wish)["basketItem"]["id"])


def _priced(price: Any) -> dict[str, Any]:
    return {**BY_HAND, "price": price, "basePrice": price}


def _get(desk: Desk, order: int) -> dict[str, Any]:
    return dict(desk.owner.call("sale.order.get", {"id": order})["order"])


def _update(desk: Desk, order: int, **fields: Any) -> Any:
    return desk.owner.call("sale.order.update", {"id": order, "fields": fields})


def _link(desk: Desk, order: int, deal: int) -> Any:
    return desk.owner.call("crm.orderentity.add", {"fields": {"orderId": order, "ownerTypeId": DEAL, "ownerId": deal}})


def _first(desk: Desk, order: int) -> str:
    return str(_get(desk, order)["basketItems"][0]["id"])


def _change(desk: Desk, order: int, **fields: Any) -> Any:
    return desk.owner.call("sale.basketitem.update", {"id": _first(desk, order), "fields": fields})


def _pay(desk: Desk, order: int, **fields: Any) -> int:
    wish = {"fields": {"orderId": order, "paySystemId": 8, "paid": "Y", **fields}}
    return int(desk.owner.call("sale.payment.add", wish)["payment"]["id"])


def _ship(desk: Desk, order: int, **fields: Any) -> Any:
    given = {"orderId": order, "allowDelivery": "N", "deducted": "N", "deliveryId": 3, **fields}
    return desk.owner.call("sale.shipment.add", {"fields": given})


def _answer(desk: Desk, order: int) -> Any:
    answers = [{"orderPropsId": 20, "value": "Анна"}]
    return desk.owner.call("sale.propertyvalue.modify", {"fields": {"order": {"id": order, "propertyValues": answers}}})


def test_an_order_holds_what_was_ordered_by_whom_and_how_to_reach_them(desk: Desk) -> None:
    contact = desk.portal.add_contact("Анна", "Орлова", phone="+79990000001")
    clients = [{"entityTypeId": CONTACT, "entityId": contact, "isPrimary": "Y"}]
    order = _order(desk, userDescription="После шести", clients=clients)
    item = _item(desk, order, quantity="2")
    answers = [{"orderPropsId": 20, "value": "Анна Орлова"}, {"orderPropsId": 22, "value": "+7 999 000-00-01"}]
    desk.owner.call("sale.propertyvalue.modify", {"fields": {"order": {"id": order, "propertyValues": answers}}})
    got = _get(desk, order)
    assert (got["id"], got["accountNumber"], got["price"], got["payed"], got["canceled"]) == (
        order,
        "392",
        1280,
        "N",
        "N",
    )
    assert (got["statusId"], got["userDescription"], got["dateInsert"]) == (
        "N",
        "После шести",
        "2026-09-21T10:00:00+03:00",
    )
    (position,) = got["basketItems"]
    assert (position["id"], position["orderId"], position["productId"]) == (str(item), str(order), desk.lamp)
    assert (position["name"], position["price"], position["quantity"], position["customPrice"]) == ("Фара", 640, 2, "N")
    assert [(each["entityTypeId"], each["entityId"], each["isPrimary"]) for each in got["clients"]] == [
        (3, contact, "Y")
    ]
    assert {each["code"]: each["value"] for each in got["propertyValues"]} == {
        "FIO": "Анна Орлова", "EMAIL": None, "PHONE": "+7 999 000-00-01", "ADDRESS": None,
    }  # fmt: skip
    assert desk.portal.counts()["deals"] == 0


def test_a_list_of_orders_and_of_positions_has_numbers_and_no_parts(desk: Desk) -> None:
    order = _order(desk)
    item = _item(desk, order)
    (listed,) = desk.worker.call("sale.order.list", {"select": ["id", "price", "payed", "dateUpdate"]})["orders"]
    assert listed == {"id": order, "price": 640, "payed": "N", "dateUpdate": "2026-09-21T10:00:00+03:00"}
    assert "basketItems" not in desk.worker.call("sale.order.list")["orders"][0]
    wish = {"filter": {"@orderId": [order]}, "select": ["id", "orderId", "productId", "price"]}
    assert desk.worker.call("sale.basketitem.list", wish)["basketItems"] == [
        {"id": item, "orderId": order, "productId": desk.lamp, "price": 640},
    ]


def test_orders_are_paged_by_fifty_and_found_by_edit_and_id(desk: Desk) -> None:
    orders = [_order(desk) for _ in range(53)]
    desk.clock.forward(60)
    _update(desk, orders[7], comments="Перезвонить")
    first, second = (
        desk.worker.answer("sale.order.list", {"order": {"id": "asc"}, "start": start}) for start in (0, 50)
    )
    assert (len(first["result"]["orders"]), first["next"], first["total"]) == (50, 50, 53)
    assert [each["id"] for each in second["result"]["orders"]] == orders[50:]

    def found(**conditions: Any) -> list[int]:
        return [each["id"] for each in desk.worker.call("sale.order.list", {"filter": conditions})["orders"]]

    assert found(**{">=dateUpdate": NEW}) == [orders[7]]
    assert found(**{"@id": orders[:2]}) == found(id=orders[:2]) == orders[:2]
    assert found(**{">id": orders[51]}) == orders[52:]


@pytest.mark.parametrize(
    ("act", "price", "stamped"),
    [
        (lambda d, o: _item(d, o, d.work), 3140, True),
        (lambda d, o: _item(d, o, d.work, "0.5", **_priced("100.50")), 690.25, True),
        (lambda d, o: _item(d, o, 0, name="Доставка", **_priced(300)), 940, True),
        (lambda d, o: _change(d, o, quantity=3), 1920, True),
        (lambda d, o: _change(d, o, price=600), 600, True),
        (lambda d, o: _change(d, o, quantity=1), 640, False),
        (lambda d, o: d.owner.call("sale.basketitem.delete", {"id": _first(d, o)}), 0, True),
        (lambda d, o: _update(d, o, canceled="Y", reasonCanceled="Передумал"), 640, True),
        (lambda d, o: _update(d, o, canceled="N", statusId="N"), 640, False),
        (lambda d, o: _update(d, o, price=1), 640, False),
        (_pay, 640, True),
        (lambda d, o: _ship(d, o, basePriceDelivery=350), 990, True),
        (lambda d, o: _link(d, o, d.deal()), 640, False),
        (_answer, 640, False),
    ],
    ids=[
        "a product at the catalogue's price", "a price by hand", "words instead of a product", "a quantity", "a price",
        "the same quantity", "a position taken out", "cancelled", "nothing changed", "a sum typed by hand", "paid",
        "a delivery", "a link to a deal", "an answer of the buyer",
    ],
)  # fmt: skip
def test_an_orders_price_and_clock_follow_its_basket(desk: Desk, act: Act, price: float, *, stamped: bool) -> None:
    order = _order(desk)
    _item(desk, order)
    desk.clock.forward(60)
    act(desk, order)
    got = _get(desk, order)
    assert (got["price"], got["dateUpdate"] == NEW) == (price, stamped)


def test_where_a_portal_does_so_answers_and_links_stamp_an_order() -> None:
    desk = Desk(switches={"properties_and_links_stamp_order": True})
    order = _order(desk)
    desk.clock.forward(60)
    _answer(desk, order)
    assert _get(desk, order)["dateUpdate"] == NEW


def test_without_the_word_that_it_is_by_hand_a_price_is_the_catalogues(desk: Desk) -> None:
    order = _order(desk)
    _item(desk, order, price=1, basePrice=1)
    assert _get(desk, order)["price"] == 640
    _change(desk, order, price=600)
    (item,) = _get(desk, order)["basketItems"]
    assert (item["basePrice"], item["discountPrice"], item["customPrice"]) == (640, 40, "Y")


def test_a_cancelled_order_keeps_its_basket_and_can_be_taken_up_again(desk: Desk) -> None:
    order = _order(desk)
    _item(desk, order)
    desk.clock.forward(60)
    _update(desk, order, canceled="Y", reasonCanceled="Передумал")
    got = _get(desk, order)
    assert (got["canceled"], got["dateCanceled"], got["empCanceledId"], got["reasonCanceled"]) == (
        "Y",
        NEW,
        2,
        "Передумал",
    )
    assert len(got["basketItems"]) == 1
    _update(desk, order, canceled="N")
    assert _get(desk, order)["canceled"] == "N"


def test_a_paid_order_is_not_cancelled_until_the_payment_is_taken_back(desk: Desk) -> None:
    order = _order(desk)
    _item(desk, order)
    payment = _pay(desk, order)
    assert _get(desk, order)["payed"] == "Y"
    refused = {"id": order, "fields": {"canceled": "Y"}}
    assert desk.owner.refusal("sale.order.update", refused) == (400, 0)
    desk.owner.call("sale.payment.update", {"id": payment, "fields": {"paySystemId": 8, "paid": "N"}})
    assert _get(desk, order)["payed"] == "N"
    _update(desk, order, canceled="Y")


def test_payments_and_shipments_are_listed_by_order_and_numbered_together(desk: Desk) -> None:
    order, other = _order(desk), _order(desk)
    _item(desk, order)
    _pay(desk, order, sum=100)
    _ship(desk, order)
    _pay(desk, other)
    (payment,) = desk.worker.call("sale.payment.list", {"filter": {"orderId": order}})["payments"]
    assert (payment["accountNumber"], payment["sum"], payment["paid"], payment["paySystemName"]) == (
        "392/1", 100, "Y", "Банковская карта",
    )  # fmt: skip
    (shipment,) = desk.worker.call("sale.shipment.list", {"filter": {"orderId": order}})["shipments"]
    assert (shipment["accountNumber"], shipment["deliveryName"], shipment["deducted"]) == (
        "392/2",
        "Доставка курьером",
        "N",
    )
    assert _get(desk, order)["payed"] == "N"


def test_answers_that_are_not_sent_again_are_emptied(desk: Desk) -> None:
    order = _order(desk)
    for answers in (
        [{"orderPropsId": 20, "value": "Анна"}, {"orderPropsId": 21, "value": "a@b.example"}],
        [{"orderPropsId": 22, "value": "8"}],
    ):
        desk.owner.call("sale.propertyvalue.modify", {"fields": {"order": {"id": order, "propertyValues": answers}}})
    wish = {"filter": {"=code": "PHONE", "orderId": [order]}, "select": ["code", "orderId", "value"]}
    assert desk.worker.call("sale.propertyvalue.list", wish)["propertyValues"] == [
        {"code": "PHONE", "orderId": order, "value": "8"},
    ]
    assert {each["value"] for each in _get(desk, order)["propertyValues"]} == {None, "8"}


def test_the_stores_own_directories(desk: Desk) -> None:
    assert [each["id"] for each in desk.worker.call("sale.status.list", {"filter": {"type": "O"}})["statuses"]] == [
        "N", "P", "D", "F",
    ]  # fmt: skip
    assert [each["code"] for each in desk.worker.call("sale.persontype.list")["personTypes"]] == [
        "CRM_CONTACT", "CRM_COMPANY",
    ]  # fmt: skip
    asked = desk.worker.call("sale.property.list", {"filter": {"personTypeId": 4}, "select": ["id", "code"]})
    assert {"id": 31, "code": "CONTACT_PERSON"} in asked["properties"]


def test_an_order_is_linked_to_one_deal_at_most(desk: Desk) -> None:
    order, first, second = _order(desk), desk.deal(), desk.deal()
    assert _link(desk, order, first) == {"dealOrder": {"orderId": order, "ownerId": first, "ownerTypeId": DEAL}}
    twice = {"fields": {"orderId": order, "ownerTypeId": DEAL, "ownerId": first}}
    assert desk.owner.refusal("crm.orderentity.add", twice) == (400, "201650000001")
    _link(desk, order, second)
    assert _links(desk) == [{"orderId": order, "ownerId": second, "ownerTypeId": DEAL}]
    assert desk.owner.refusal("crm.orderentity.deleteByFilter", twice) == (400, "201640400004")
    there = {"fields": {"orderId": order, "ownerTypeId": DEAL, "ownerId": second}}
    assert desk.owner.call("crm.orderentity.deleteByFilter", there) is True
    assert _links(desk) == []


def test_a_deleted_deal_takes_its_link_with_it(desk: Desk) -> None:
    order, deal = _order(desk), desk.deal()
    _link(desk, order, deal)
    desk.owner.call("crm.item.delete", {"entityTypeId": DEAL, "id": deal})
    assert _links(desk) == []


def test_links_stand_in_the_order_of_deals_and_come_all_at_once_without_a_count(desk: Desk) -> None:
    deals = [desk.deal() for _ in range(52)]
    orders = [_order(desk) for _ in deals]
    for order, deal in zip(orders, reversed(deals), strict=True):
        _link(desk, order, deal)
    page = desk.worker.answer("crm.orderentity.list", {"select": ["orderId", "ownerId"]})
    assert (len(page["result"]["orderEntity"]), page["next"], page["total"]) == (50, 50, 52)
    assert page["result"]["orderEntity"][0] == {"orderId": orders[-1], "ownerId": deals[0]}
    wish = {"filter": {"=ownerTypeId": DEAL, "@orderId": orders}, "start": -1}
    everything = desk.worker.answer("crm.orderentity.list", wish)
    assert len(everything["result"]["orderEntity"]) == 52
    assert "next" not in everything


def _links(desk: Desk) -> list[dict[str, Any]]:
    return list(desk.worker.call("crm.orderentity.list")["orderEntity"])


def test_some_portals_make_deals_of_orders_themselves() -> None:
    desk = Desk(switches={"orders_make_deals": True})
    company = desk.portal.add_company("ООО «Ромашка»")
    order = _order(desk, personTypeId=4, clients=[{"entityTypeId": COMPANY, "entityId": company}])
    item = _item(desk, order, quantity=2)
    (link,) = _links(desk)
    deal = desk.owner.item(link["ownerId"])
    assert (deal["title"], deal["sourceId"], deal["companyId"], deal["opportunity"]) == (
        "Заказ №392",
        "STORE",
        company,
        1280,
    )
    conditions = {"=ownerType": "D", "=ownerId": deal["id"]}
    (row,) = desk.owner.call("crm.item.productrow.list", {"filter": conditions})["productRows"]
    assert (row["productName"], row["quantity"], row["xmlId"]) == ("Фара", 2, f"sale_basket_{item}")


BAD: dict[str, tuple[str, dict[str, Any], Any]] = {
    "an unknown order": ("sale.order.get", {"id": 9}, 200540400001),
    "no id": ("sale.order.get", {}, 100),
    "an order without its needs": ("sale.order.add", {"fields": {"lid": "s1"}}, 0),
    "an order of nothing": ("sale.order.add", {}, 100),
    "an unknown status": ("sale.order.update", {"id": 236, "fields": {"statusId": "ZZ"}}, 0),
    "a change of nothing": ("sale.order.update", {"id": 236}, 100),
    "no order": ("sale.basketitem.add", {"fields": {"productId": 451, "quantity": 1, "currency": "RUB"}}, 200140400008),
    "an unknown basket": ("sale.basketitem.add", {"fields": {"orderId": 9, "productId": 451}}, 200140400009),
    "no quantity": ("sale.basketitem.add", {"fields": {"orderId": 236, "productId": 451, "currency": "RUB"}}, 100),
    "an unknown position": ("sale.basketitem.get", {"id": 9}, 200140400001),
    "an unknown payment": ("sale.payment.update", {"id": 9, "fields": {"paid": "Y"}}, 200640400001),
    "an unknown delivery": (
        "sale.shipment.add",
        {"fields": {"orderId": 236, "deliveryId": 99, "allowDelivery": "N", "deducted": "N"}},
        "SALE_SHIPMENT_WRONG_DELIVERY_SERVICE",
    ),
    "a link without its ends": ("crm.orderentity.add", {"fields": {"orderId": 236}}, "0"),
    "a link to no deal": ("crm.orderentity.add", {"fields": {"orderId": 236, "ownerTypeId": 2, "ownerId": 9}}, "NOT_FOUND"),
    "a link of no order": ("crm.orderentity.add", {"fields": {"orderId": 9, "ownerTypeId": 2, "ownerId": 9}}, "200540400001"),
}  # fmt: skip


@pytest.mark.parametrize(("method", "params", "code"), BAD.values(), ids=BAD.keys())
def test_the_store_refuses_with_numbers(desk: Desk, method: str, params: dict[str, Any], code: Any) -> None:
    assert _order(desk) == 236
    assert desk.owner.refusal(method, params) == (400, code)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"currency": "USD"}, 200140400011),
        ({"productId": 9}, 200140400007),
        ({"quantity": 0}, 0),
        ({"customPrice": "Y", "price": 5}, 0),
        ({"customPrice": "Y", "price": 5, "basePrice": 7, "discountPrice": 1}, 0),
    ],
    ids=["another currency", "an unknown product", "none of it", "half of a price", "a price that does not add up"],
)
def test_a_position_that_does_not_hold_together_is_refused(desk: Desk, fields: dict[str, Any], code: int) -> None:
    given = {"orderId": _order(desk), "productId": desk.lamp, "quantity": 1, "currency": "RUB", **fields}
    assert desk.owner.refusal("sale.basketitem.addCatalogProduct", {"fields": given}) == (400, code)
    assert desk.portal.counts()["basket_items"] == 0


def test_only_administrators_with_the_scope_enter_the_store() -> None:
    narrow = Desk(switches={"webhooks": {"worker": {"scopes": ["crm"]}}})
    assert narrow.worker.refusal("sale.order.list") == (403, "insufficient_scope")
    assert narrow.worker.call("crm.orderentity.list") == {"orderEntity": []}
    assert narrow.manager.refusal("sale.order.list") == (400, 200040300010)
    assert narrow.manager.refusal("sale.order.add", {"fields": {"lid": "s1"}}) == (400, 200040300020)
    assert narrow.manager.refusal("crm.orderentity.list") == (400, "200040300010")


def test_what_is_accepted_stands_in_the_journal_and_what_is_refused_does_not(desk: Desk) -> None:
    order = _order(desk)
    _item(desk, order)
    desk.owner.refusal("sale.order.update", {"id": order, "fields": {"statusId": "ZZ"}})
    assert desk.effects() == [("sale.order.add", "owner"), ("sale.basketitem.add", "owner")]
