"""Orders of the online store: each gets one deal, and the two hold the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconcilers import shop_orders
from reconcilers.shop_orders import NewOrder
from sverka.domain.actions import ref
from sverka.domain.cases import OrderCase
from sverka.domain.plan import Answer, Plan
from sverka.domain.rows import Client
from tests import make
from tests.make import NOW

LINES = (make.wanted(),)
MORE = (make.wanted(amount=5_000),)
PLACE = "shop/Запрос на товар"
AGREED = "p-g1,100000,2000"
IVAN, ALSO_IVAN = (Client(ext_id=f"contact:{n}", name="Иван Петров", phone="+79161234567", email="") for n in (7, 8))


def new(**changes: Any) -> NewOrder:
    usual: dict[str, Any] = {"lines": make.basket(LINES), "place": ("0", "C0:0"), "responsible": "9"}
    order = {name: changes.pop(name) for name in list(changes) if name not in NewOrder.__dataclass_fields__}
    return NewOrder(make.shop_order(**order), **(usual | changes))


def begun(order: NewOrder) -> Plan:
    return shop_orders.begin(order, make.headlights())


class TestAnOrderWithoutADeal:
    def test_gets_contact_deal_lines_and_link(self) -> None:
        contact, deal, lines, link = begun(new()).actions
        assert contact.payload == {
            "first_name": "Иван", "last_name": "Петров", "phone": "+79161234567", "email": "", "responsible": "9",
            "originator": "sverka", "origin": "shop:236",
        }  # fmt: skip
        assert (deal.payload["funnel"], deal.payload["stage"], deal.payload["source"]) == ("0", "C0:0", "STORE")
        assert (deal.payload["client"], deal.payload["origin"]) == (ref(contact.key), "shop:236")
        assert lines.payload == {
            "deal": ref(deal.key),
            "lines": [{"product": "p-g1", "name": "Товар g1", "price_kopecks": 1_000_00, "amount_thousandths": 2_000}],
        }
        assert link.payload == {"deal": ref(deal.key), "order": "236"}

    @pytest.mark.parametrize(
        ("order", "client"),
        [
            pytest.param(
                new(client_key="client:5", alike=(IVAN, ALSO_IVAN)), "client:5", id="the card that the store bound"
            ),
            pytest.param(new(alike=(IVAN,)), "contact:7", id="the one contact with the buyer's phone or e-mail"),
            pytest.param(
                new(alike=(IVAN, ALSO_IVAN), chosen="contact:8"), "contact:8", id="the one that a person named"
            ),
            pytest.param(new(buyer_name="", buyer_phone=""), "", id="nobody knows who"),
        ],
    )
    def test_belongs_to(self, order: NewOrder, client: str) -> None:
        actions = begun(order).actions
        assert [action.kind for action in actions] == ["deal.create", "deal.lines", "shop.link"]
        assert actions[0].payload["client"] == client

    @pytest.mark.parametrize(
        ("buyer", "first", "last"),
        [
            ({"buyer_name": "", "buyer_email": "a@b.example"}, "a@b.example", ""),
            ({"buyer_name": "", "buyer_email": ""}, "8 916 123-45-67", ""),
            ({"buyer_name": "ООО Ромашка Плюс"}, "ООО", "Ромашка Плюс"),
        ],
        ids=["by e-mail", "by phone", "as it is written"],
    )
    def test_names_a_new_contact(self, buyer: dict[str, str], first: str, last: str) -> None:
        contact = begun(new(**buyer)).actions[0]
        assert (contact.payload["first_name"], contact.payload["last_name"]) == (first, last)

    def test_asks_whose_it_is_where_several_fit(self) -> None:
        plan = begun(new(alike=(IVAN, ALSO_IVAN)))
        assert plan.actions == ()
        assert [skip.reason for skip in plan.skips] == ["asked"]
        assert (plan.findings[0].kind, plan.findings[0].asks) == ("ambiguous", True)

    @pytest.mark.parametrize(
        "order",
        [
            pytest.param(new(is_cancelled=True), id="cancelled"),
            pytest.param(new(ordered_at=make.headlights().history_cutoff - timedelta(seconds=1)), id="older than the company's beginning"),
            pytest.param(new(is_complete=False), id="incomplete reading"),
            pytest.param(new(place=None), id="no stage on the portal"),
        ],
    )  # fmt: skip
    def test_gets_no_deal_where(self, order: NewOrder) -> None:
        plan = begun(order)
        assert plan.actions == ()
        assert plan.looked_at == ("shop:236",)

    def test_is_nobodys_in_a_company_without_a_store(self) -> None:
        assert shop_orders.begin(new(), replace(make.headlights(), shop=None)).actions == ()

    def test_whose_deal_was_made_already_gets_lines_and_link(self) -> None:
        made = new(alike=(IVAN,), created={"deal.create|shop:236|1": "71"})
        lines, link = begun(made).actions
        assert (lines.payload["deal"], link.payload["deal"]) == ("71", "71")

    def test_is_the_business_of_its_own_manager(self) -> None:
        assert begun(new(alike=(IVAN,), responsible_id="4")).actions[0].payload["responsible"] == "4"


def paired(deal: tuple = LINES, shop: tuple = LINES, place: str = PLACE, **changes: Any) -> OrderCase:
    order = {name: changes.pop(name) for name in list(changes) if name in ("is_paid", "is_cancelled", "deal_id")}
    return make.at(place, lines=deal, product_lines=make.product_lines(deal), shop=make.shop(shop, **order), **changes)


def plan_of(case: OrderCase) -> Plan:
    return shop_orders.decide(case, make.headlights(), NOW)


def kinds(case: OrderCase) -> list[str]:
    return [action.kind for action in plan_of(case).actions]


class TestTheLinesOfBoth:
    @pytest.mark.parametrize(
        ("deal", "shop", "agreed", "expected"),
        [
            pytest.param(LINES, LINES, AGREED, [], id="agree"),
            pytest.param(LINES, LINES, None, [], id="agree for the first time"),
            pytest.param(MORE, LINES, AGREED, ["shop.lines"], id="changed in the deal"),
            pytest.param((), LINES, AGREED, ["shop.lines"], id="emptied in the deal"),
            pytest.param(LINES, MORE, AGREED, ["deal.lines"], id="changed in the store"),
            pytest.param(LINES, (), AGREED, ["deal.lines"], id="emptied in the store"),
            pytest.param((), LINES, None, ["deal.lines"], id="a deal whose lines did not follow yet"),
        ],
    )
    def test_follow_whoever_changed_them(
        self, deal: tuple, shop: tuple, agreed: str | None, expected: list[str]
    ) -> None:
        assert kinds(paired(deal, shop, bases={"shop_lines": agreed} if agreed else {})) == expected

    def test_of_free_text_stay_in_the_deal(self) -> None:
        typed = replace(make.wanted("", amount=1_000), product_id="", name="Доставка")
        (action,) = plan_of(paired((*LINES, typed), MORE, bases={"shop_lines": AGREED})).actions
        assert [(row["product"], row["name"]) for row in action.payload["lines"]] == [
            ("p-g1", "Товар g1"),
            ("", "Доставка"),
        ]
        assert plan_of(paired((*LINES, typed), LINES)).actions == ()

    def test_that_agree_are_remembered(self) -> None:
        assert [(each.aspect, each.value) for each in plan_of(paired()).agreed] == [("shop_lines", AGREED)]

    def test_that_are_carried_over_are_remembered(self) -> None:
        (action,) = plan_of(paired(MORE, bases={"shop_lines": AGREED})).actions
        assert dict(action.settles) == {"shop_lines": "p-g1,100000,5000"}
        assert action.payload["lines"] == [
            {"product": "p-g1", "name": "Товар g1", "price_kopecks": 1_000_00, "amount_thousandths": 5_000}
        ]

    def test_that_the_deal_takes_over_are_remembered_as_well(self) -> None:
        for case in (paired(LINES, MORE, bases={"shop_lines": AGREED}), paired((), MORE)):
            (action,) = plan_of(case).actions
            assert action.kind == "deal.lines"
            assert dict(action.settles) == {"shop_lines": "p-g1,100000,5000"}

    @pytest.mark.parametrize("bases", [{"shop_lines": "p-g1,100000,1000"}, {}], ids=["both changed", "never agreed"])
    def test_are_asked_about_where_both_say_something_else(self, bases: dict[str, str]) -> None:
        plan = plan_of(paired(LINES, MORE, bases=bases))
        assert plan.actions == ()
        assert [(finding.kind, finding.asks) for finding in plan.findings] == [("conflict", True)]

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [("take-owner", ["shop.lines"]), ("take-mirror", ["deal.lines"]), ("ignore:2027-01-01", [])],
    )
    def test_are_set_as_a_person_says(self, choice: str, expected: list[str]) -> None:
        case = paired(LINES, MORE)
        (finding,) = plan_of(case).findings
        assert kinds(replace(case, answers={finding.key: Answer(choice, finding.values, "head")})) == expected

    def test_of_the_deal_are_the_ledgers_once_work_has_begun(self) -> None:
        changed = paired(
            LINES,
            MORE,
            bases={"shop_lines": AGREED},
            order=make.order("work_opened"),
            order_lines=make.order_lines(LINES),
        )
        assert kinds(changed) == []
        assert [(finding.aspect, finding.asks) for finding in plan_of(changed).findings] == [("shop too late", False)]

    def test_are_left_alone_after_an_incomplete_reading(self) -> None:
        plan = plan_of(paired(MORE, bases={"shop_lines": AGREED}, is_complete=False))
        assert plan.actions == ()
        assert [skip.reason for skip in plan.skips] == ["incomplete_read"]

    def test_are_left_alone_once_the_deal_is_won(self) -> None:
        assert plan_of(paired(MORE, place="shop/won", bases={"shop_lines": AGREED})) == Plan()


@pytest.mark.parametrize(
    ("changes", "links"),
    [({"deal_id": ""}, True), ({}, False), ({"deal_id": "", "bases": {"shop_link": "236"}}, False)],
    ids=["missing", "there", "made before, and not shown yet"],
)
def test_the_portals_own_link_is_made_once(changes: dict[str, Any], links: bool) -> None:
    assert ("shop.link" in kinds(paired(**changes))) == links


def test_the_portals_own_link_is_remembered_as_made() -> None:
    (action,) = plan_of(paired(deal_id="")).actions
    assert action.payload == {"deal": "71", "order": "236"}
    assert dict(action.settles) == {"shop_link": "236"}


class TestAnEnd:
    def test_of_a_lost_deal_cancels_its_order(self) -> None:
        (action,) = plan_of(paired(place="shop/lost")).actions
        assert (action.kind, action.payload["order"]) == ("shop.cancel", "236")

    def test_of_a_lost_deal_does_not_cancel_what_is_paid(self) -> None:
        plan = plan_of(paired(place="shop/lost", is_paid=True))
        assert plan.actions == ()
        assert [finding.aspect for finding in plan.findings] == ["shop paid"]

    def test_by_the_buyer_is_asked_about(self) -> None:
        plan = plan_of(paired(MORE, is_cancelled=True, bases={"shop_lines": AGREED}))
        assert plan.actions == ()
        assert [(finding.aspect, finding.asks) for finding in plan.findings] == [("shop cancelled", True)]

    def test_that_we_brought_ourselves_is_not_laid_to_the_buyers_charge(self) -> None:
        (cancel,) = plan_of(paired(place="shop/lost")).actions
        (finding,) = plan_of(paired(is_cancelled=True, bases=dict(cancel.settles))).findings
        assert "мы отменили" in finding.text

    @pytest.mark.parametrize("place", ["shop/lost", "shop/won"])
    def test_of_both_is_agreement(self, place: str) -> None:
        assert plan_of(paired(place=place, is_cancelled=True)) == Plan()

    def test_of_a_lost_deal_waits_for_a_complete_reading(self) -> None:
        assert kinds(paired(place="shop/lost", is_complete=False)) == []


def test_a_deal_from_elsewhere_has_nothing_to_do_with_the_store() -> None:
    assert plan_of(make.at(PLACE)) == Plan()


def test_a_deal_whose_order_the_buyer_cancelled_may_be_left_as_it_is() -> None:
    case = paired(is_cancelled=True)
    (finding,) = plan_of(case).findings
    plan = plan_of(replace(case, answers={finding.key: Answer("ignore:2027-01-01", finding.values, "head")}))
    assert [skip.reason for skip in plan.skips] == ["ignored"]
