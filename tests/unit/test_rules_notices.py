"""What a client is told of a deal, when, and what is told to the manager instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from reconcilers import deals, notices
from sverka.domain.actions import Action
from sverka.domain.cases import OrderCase, People, Refused
from sverka.domain.contacts import email_or_nothing, name_or_nothing
from sverka.domain.notices import OrderReady, Told, letter_subject, of_deal
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
OCCASION = "order_ready pickup Москва 2026-11-26"
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


def letter_of(case: OrderCase, now: datetime = NOW) -> Action | None:
    return next((action for action in plan_of(case, now).actions if action.kind == "letter.client"), None)


def facts_of(case: OrderCase, now: datetime = NOW) -> OrderReady:
    letter = letter_of(case, now)
    assert letter is not None
    return OrderReady.from_json(letter.payload["facts"])


def todos_of(case: OrderCase) -> list[Action]:
    return [
        action
        for action in plan_of(case).actions
        if action.kind == "todo.create" and action.occasion.startswith("notice ")
    ]


def told(occasion: str = OCCASION, sent_at: datetime | None = NOW) -> Told:
    return Told(occasion, ALEKSEI.email, ALEKSEI.name, "Ваш заказ собран", sent_at)


def test_a_client_is_told_of_what_waits_for_him() -> None:
    letter = letter_of(ready())
    assert letter is not None
    assert (letter.subject, letter.occasion) == ("letter:71", OCCASION)
    assert letter.payload["key"] == f"headlights|letter.client|letter:71|{OCCASION}"
    assert (letter.payload["to"], letter.payload["to_name"]) == (ALEKSEI.email, ALEKSEI.name)
    assert (letter.payload["from_name"], letter.payload["reply_to"]) == ("Фары и свет", OLGA.manager_email)
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
    letter = next(iter(notices.decide(ready(shop=shop), make.headlights(), NOW).actions))
    assert letter.payload["facts"]["order"] == shop.order.number


def test_goods_that_are_brought_go_to_the_deals_address() -> None:
    letter, facts = letter_of(ready(BROUGHT)), facts_of(ready(BROUGHT))
    assert (facts.is_delivery, facts.address, facts.day) == (True, "г. Тверь, ул. Советская, д. 14", date(2026, 11, 26))
    assert letter is not None
    assert letter.occasion == "order_ready delivery г. Тверь, ул. Советская, д. 14 2026-11-26"


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
    by_word = replace(ALEKSEI, email="")
    assert letter_of(ready(**changes)) is None
    assert todos_of(ready(**({"client": by_word} | changes))) == []


def test_stages_without_a_notice_tell_nobody() -> None:
    case = make.ordered("shop/Резерв", PICKUP, client=ALEKSEI)
    assert letter_of(case) is None


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
    assert letter_of(ready(PICKUP | fields)) is None


def test_a_day_that_has_passed_is_no_trouble_once_the_client_was_told() -> None:
    plan = plan_of(
        ready(BROUGHT, told=(told("order_ready delivery г. Тверь, ул. Советская, д. 14 2026-11-26"),)),
        NOW + timedelta(days=9),
    )
    assert [finding for finding in plan.findings if finding.aspect.startswith("notice")] == []


def test_goods_that_are_held_without_lying_there_are_a_finding() -> None:
    (finding,) = plan_of(ready(stock={})).findings
    assert finding.aspect == "notice goods"
    assert "не хватает: Товар g1 — 2 шт" in finding.text


def test_the_same_is_never_told_twice_and_another_day_is_told_anew() -> None:
    known = ready(told=(told(),), created={trace_key(OCCASION): "901"})
    assert plan_of(known).actions == ()
    moved = replace(known, deal=replace(known.deal, fields={**known.deal.fields, "ship_date": "2026-11-28"}))
    letter = letter_of(moved)
    assert letter is not None
    assert letter.occasion == "order_ready pickup Москва 2026-11-28"


def test_back_to_an_earlier_day_is_for_the_manager_to_say() -> None:
    later = "order_ready pickup Москва 2026-11-28"
    back = ready(told=(told(), told(later)), created={trace_key(OCCASION): "901", trace_key(later): "902"})
    assert letter_of(back) is None
    (todo,) = todos_of(back)
    assert "прежнее письмо говорило о другом" in todo.payload["text"]


def trace_key(occasion: str) -> str:
    return f"comment.create|deal:71|letter {occasion}"


def test_a_letter_that_went_leaves_one_trace() -> None:
    case = ready(told=(told(),))
    (comment,) = plan_of(case).actions
    assert (comment.kind, comment.key) == ("comment.create", trace_key(OCCASION))
    text = comment.payload["text"].replace("\u00a0", " ")
    assert (
        text
        == "Клиенту отправлено письмо: Алексей Воронцов, vorontsov@pochta.example, 24 ноября в 12:00.\nВаш заказ собран"
    )


def test_a_letter_that_a_person_cancelled_is_neither_written_nor_noted() -> None:
    assert plan_of(ready(told=(told(sent_at=None),))).actions == ()


@pytest.mark.parametrize(
    ("moscow", "opens"),
    [
        ("2026-11-24T07:59:59", "2026-11-24T08:00:00"),
        ("2026-11-24T08:00:00", ""),
        ("2026-11-24T20:59:59", ""),
        ("2026-11-24T21:00:00", "2026-11-25T08:00:00"),
        ("2026-11-24T23:30:00", "2026-11-25T08:00:00"),
    ],
)
def test_letters_go_by_day(moscow: str, opens: str) -> None:
    plan = plan_of(ready(), datetime.fromisoformat(f"{moscow}+03:00"))
    wakes = [datetime.fromisoformat(f"{opens}+03:00")] if opens else []
    assert [wake.at for wake in plan.wakes] == wakes
    assert [skip.reason for skip in plan.skips] == ["not_now"] * len(wakes)
    assert ("letter.client" in {action.kind for action in plan.actions}) != bool(opens)


@pytest.mark.parametrize("email", ["", "нет", "a@b", "a..b@x.ru", "почта@фары.рф", "a@b.ru, c@d.ru"])
def test_a_client_to_whom_no_letter_can_go_is_told_by_the_manager(email: str) -> None:
    case = ready(client=replace(ALEKSEI, email=email))
    assert letter_of(case) is None
    (todo,) = todos_of(case)
    assert todo.payload["responsible"] == "6"
    assert "Алексей Воронцов, +79161234501: самовывоз с 26\u00a0ноября, г. Москва" in todo.payload["text"]
    assert todos_of(replace(case, made={todo.key: Made("todo", "5", is_open=True)})) == []


def test_a_letter_that_was_refused_becomes_a_to_do() -> None:
    letter = letter_of(ready())
    assert letter is not None
    refused = ready(refusals={letter.key: Refused(letter.payload, "550 no such user", may_retry=False)})
    assert letter_of(refused) is None
    assert len(todos_of(refused)) == 1
    mended = replace(refused, client=replace(ALEKSEI, email="new@pochta.example"))
    assert (letter_of(mended) is None, todos_of(mended)) == (False, [])


@pytest.mark.parametrize(("is_open", "goes"), [(True, True), (False, False)], ids=["not yet told", "told"])
def test_an_address_that_comes_later_brings_a_letter_unless_the_manager_has_told_the_client(
    is_open: bool, goes: bool
) -> None:
    (todo,) = todos_of(ready(client=replace(ALEKSEI, email="")))
    case = ready(made={todo.key: Made("todo", "5", is_open=is_open)})
    assert (letter_of(case) is not None) == goes


def test_a_name_in_the_head_of_a_letter_is_one_line_of_signs() -> None:
    letter = letter_of(
        ready(client=replace(ALEKSEI, name="Алексей\r\nBcc: evil@example.com\u2028\x00", first_name="<b>"))
    )
    assert letter is not None
    assert letter.payload["to_name"] == "Алексей Bcc: evil@example.com"
    assert letter.payload["facts"]["name"] == ""


def test_facts_survive_the_outbox() -> None:
    for fields in (PICKUP, PICKUP | {"ship_date": ""}, BROUGHT):
        facts = facts_of(ready(fields))
        assert OrderReady.from_json(facts.as_json()) == facts


def test_letters_have_a_subject_of_their_own() -> None:
    assert of_deal(letter_subject("71")) == "deal:71"
    assert [of_deal(subject) for subject in ("deal:71", "client:5")] == ["deal:71", "client:5"]


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
