"""What a client is told of a deal, when, and what is told to the manager instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from reconcilers import deals, notices
from sverka.domain.actions import Action, card_of
from sverka.domain.cases import OrderCase, People
from sverka.domain.contacts import email_or_nothing, name_or_nothing
from sverka.domain.messaging.kinds import KINDS, ORDER_READY
from sverka.domain.messaging.wishes import Wish, subject_of
from sverka.domain.notices import OrderReady
from sverka.domain.plan import Plan
from sverka.domain.reminders import Made
from sverka.domain.rows import Client
from tests import make
from tests.make import NOW

PLACE = "shop/Самовывоз/доставка"
PICKUP = {"branch": "Москва", "delivery": "самовывоз", "ship_date": "2026-11-26"}
BROUGHT = {
    "branch": "Москва",
    "delivery": "доставка",
    "ship_date": "2026-11-26",
    "address": "г.Тверь,ул. Советская, д. 14",
}
OCCASION = "pickup Москва 2026-11-26"
ALEKSEI = Client(
    ext_id="contact:7", name="Алексей Воронцов", first_name="алексей", last_name="Воронцов", phone="+79161234501",
    email="vorontsov@pochta.example",
)  # fmt: skip
OLGA = People("6", "8", "9", "Ольга Климова", "manager@fary.example")


def ready(fields: Mapping[str, str] | None = None, row: Mapping[str, Any] | None = None, **changes: Any) -> OrderCase:
    """A deal whose goods wait at the branch for a client who fetches them."""
    return make.ordered(
        PLACE, PICKUP if fields is None else fields, row, **({"client": ALEKSEI, "people": OLGA} | changes)
    )


def plan_of(case: OrderCase, now: datetime = NOW) -> Plan:
    return deals.decide(case, make.headlights(), now)


def wish_of(case: OrderCase, now: datetime = NOW) -> Wish | None:
    """What the client is to be told, if anything; nobody wishes two things of a deal's goods."""
    wishes = plan_of(case, now).wishes
    assert len(wishes) <= 1
    return wishes[0] if wishes else None


def facts_of(case: OrderCase, now: datetime = NOW) -> OrderReady:
    wish = wish_of(case, now)
    assert wish is not None
    return OrderReady.from_json(wish.facts)


def todos_of(case: OrderCase) -> list[Action]:
    return [
        action
        for action in plan_of(case).actions
        if action.kind == "todo.create" and action.occasion.startswith("notice ")
    ]


def test_a_client_is_told_of_what_waits_for_him() -> None:
    wish = wish_of(ready())
    assert wish is not None
    assert (wish.kind.name, wish.card, wish.recipient, wish.manager) == (ORDER_READY, "deal:71", "contact:7", "6")
    assert (wish.occasion, wish.key) == (OCCASION, f"message|letter:deal:71/order_ready|{OCCASION}")
    assert wish.not_before <= NOW < wish.expires_at, "it may go now"
    assert "самовывоз с 26\u00a0ноября, г. Москва" in wish.reason
    facts = facts_of(ready())
    assert (facts.name, facts.order, facts.day, facts.manager) == (
        "Алексей",
        "ЗП-12",
        date(2026, 11, 26),
        "Ольга Климова",
    )
    assert facts.address == "г. Москва, ул. Угрешская, д. 2, стр. 53"
    assert (facts.sum_kopecks, facts.due_kopecks, [ware.name for ware in facts.wares]) == (
        2_000_00,
        2_000_00,
        ["Товар g1"],
    )


def test_what_is_paid_is_not_asked_for() -> None:
    assert facts_of(ready(paid_kopecks=500_00)).due_kopecks == 1_500_00


def test_the_number_is_the_stores_where_the_order_came_from_there() -> None:
    lines = (make.wanted(),)
    shop = make.shop(lines)
    (wish,) = notices.decide(ready(shop=shop), make.headlights(), NOW).wishes
    assert wish.facts["order"] == shop.order.number


def test_goods_that_are_brought_go_to_the_deals_address() -> None:
    wish, facts = wish_of(ready(BROUGHT)), facts_of(ready(BROUGHT))
    assert (facts.is_delivery, facts.address, facts.day) == (True, "г. Тверь, ул. Советская, д. 14", date(2026, 11, 26))
    assert wish is not None
    assert wish.occasion == "delivery г. Тверь, ул. Советская, д. 14 2026-11-26"


@pytest.mark.parametrize(
    ("ship_date", "day"),
    [("", None), ("2026-11-20", None), ("2026-11-24", None), ("2026-11-25", date(2026, 11, 25))],
    ids=["no day", "a day that has passed", "today", "tomorrow"],
)
def test_a_day_from_which_goods_can_be_fetched_is_said_while_it_is_to_come(ship_date: str, day: date | None) -> None:
    assert facts_of(ready(PICKUP | {"ship_date": ship_date})).day == day


def test_goods_that_are_brought_today_are_told_with_the_day() -> None:
    assert facts_of(ready(BROUGHT | {"ship_date": "2026-11-24"})).day == date(2026, 11, 24)


NOT_READY = {
    "an installation is wanted": {"fields": PICKUP | {"installation": "да"}},
    "goods are about to leave": {"fields": PICKUP | {"paid_at_desk": "yes"}},
    "nothing is held": {"reserves": ()},
    "what is held does not lie there": {"stock": {}},
    "goods have left": {"shipments": (make.shipment((make.wanted(),)),)},
    "the order is another": {"order_lines": make.order_lines((make.wanted(amount=1_000),))},
    "the order is cancelled": {"order": make.order("cancelled")},
    "the order is gone": {"order": replace(make.order(), deleted=True)},
    "no order": {"order": None, "order_lines": ()},
    "nobody to be told": {"client": None},
    "services alone": {"lines": (make.wanted("s1", service=True),)},
    "a reading that was not complete": {"is_complete": False},
    "an effect that has not ended": {"has_pending": True},
    "a stay from before the company began": {"row": {"moved_at": datetime.fromisoformat("2005-01-01T00:00:00+00:00")}},
}


@pytest.mark.parametrize("changes", NOT_READY.values(), ids=NOT_READY.keys())
def test_nobody_is_told_that_goods_wait_where_they_do_not(changes: dict[str, Any]) -> None:
    told_before = {"told": (OCCASION, "pickup Москва 2026-11-28")}
    assert wish_of(ready(**changes)) is None
    assert todos_of(ready(**(told_before | changes))) == []


def test_stages_without_a_notice_tell_nobody() -> None:
    case = make.ordered("shop/Резерв", PICKUP, client=ALEKSEI)
    assert wish_of(case) is None


@pytest.mark.parametrize(
    ("fields", "aspects"),
    [
        ({"delivery": ""}, ["notice delivery"]),
        ({"delivery": "почта"}, ["notice delivery"]),
        ({"delivery": "доставка", "ship_date": ""}, ["notice address", "notice ship_date"]),
        (BROUGHT | {"ship_date": "2026-11-23"}, ["notice ship_date"]),
    ],
    ids=["no way", "an unknown way", "nowhere and never", "yesterday"],
)
def test_what_the_deal_does_not_say_the_manager_is_asked_to_fill_in(fields: dict[str, str], aspects: list[str]) -> None:
    plan = plan_of(ready(PICKUP | fields))
    assert [finding.aspect for finding in plan.findings] == aspects
    assert all(finding.kind == "missing" and finding.text.endswith("и клиент узнает.") for finding in plan.findings)
    assert wish_of(ready(PICKUP | fields)) is None


def test_a_day_that_has_passed_and_goods_that_were_taken_are_no_trouble_once_the_client_was_told() -> None:
    told = ready(BROUGHT, told=("delivery г. Тверь, ул. Советская, д. 14 2026-11-26",))
    for case, now in ((told, NOW + timedelta(days=9)), (replace(told, stock={}), NOW)):
        plan = plan_of(case, now)
        assert [finding for finding in plan.findings if finding.aspect.startswith("notice")] == []
        assert plan.wishes == ()


def test_goods_that_are_held_without_lying_there_are_a_finding() -> None:
    (finding,) = plan_of(ready(stock={})).findings
    assert finding.aspect == "notice goods"
    assert "не хватает: Товар g1 — 2 шт" in finding.text


def test_the_same_has_one_meaning_for_ever_and_another_day_another() -> None:
    told = ready(told=(OCCASION,))
    for case, now in ((told, NOW), (told, NOW + timedelta(days=1)), (replace(told, paid_kopecks=500_00), NOW)):
        wish = wish_of(case, now)
        assert wish is None or wish.key == f"message|letter:deal:71/order_ready|{OCCASION}"
        assert plan_of(case, now).actions == ()
    moved = wish_of(replace(told, deal=replace(told.deal, fields={**told.deal.fields, "ship_date": "2026-11-28"})))
    assert moved is not None
    assert moved.occasion == "pickup Москва 2026-11-28"


def test_back_to_an_earlier_day_is_for_the_manager_to_say() -> None:
    back = ready(told=(OCCASION, "pickup Москва 2026-11-28"))
    assert wish_of(back) is None
    (todo,) = todos_of(back)
    assert todo.payload["responsible"] == "6"
    assert "Алексей Воронцов, +79161234501: самовывоз с 26\u00a0ноября, г. Москва" in todo.payload["text"]
    assert "прежнее сообщение говорило о другом" in todo.payload["text"]
    assert todos_of(replace(back, made={todo.key: Made("todo", "5", is_open=True)})) == []
    assert todos_of(replace(back, made={todo.key: Made("todo", "5", is_open=False)})) == []


def test_what_was_said_anew_and_holds_needs_nobody_to_say_it() -> None:
    assert todos_of(ready(told=("pickup Москва 2026-11-28", OCCASION))) == []


def test_whom_no_letter_can_reach_the_rule_wishes_to_tell_as_well() -> None:
    nowhere = replace(ALEKSEI, email="", phone="")
    assert wish_of(ready(client=nowhere)) is not None, "who is to be reached how is decided for all wishes alike"
    assert todos_of(ready(client=nowhere)) == []


def test_facts_survive_the_outbox() -> None:
    for fields in (PICKUP, PICKUP | {"ship_date": ""}, BROUGHT):
        facts = facts_of(ready(fields))
        assert OrderReady.from_json(facts.as_json()) == facts


@pytest.mark.parametrize("card", ["deal:71", "contact:7", "client:5"])
def test_messages_have_subjects_of_their_own_that_name_their_card(card: str) -> None:
    assert {card_of(subject_of(card, kind.name)) for kind in KINDS} == {card}
    assert card_of(card) == card, "any other subject is its own"


def test_a_name_that_is_none_is_not_called_out() -> None:
    assert facts_of(ready(client=replace(ALEKSEI, first_name="<b>"))).name == ""


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("алексей", "Алексей"),
        ("Анна Мария", "Анна Мария"),
        ("Жан-Поль", "Жан-Поль"),
        ("Клиент", ""),
        ("А.", ""),
        ("Иван (муж)", ""),
        ("", ""),
    ],
)
def test_a_person_is_addressed_by_what_looks_like_a_name(written: str, name: str) -> None:
    assert name_or_nothing(written) == name


@pytest.mark.parametrize("email", ["a@b.ru", " a.b+c@x-y.example ", "a@xn--80a.xn--p1ai"])
def test_an_address_that_can_be_written_to_is_kept(email: str) -> None:
    assert email_or_nothing(email) == email.strip()
