from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sverka.domain import digest_facts as facts
from sverka.domain.digest import Aged, LeftAlone
from sverka.domain.digest_facts import Matter
from sverka.domain.digest_values import DealLink
from sverka.domain.plan import Finding, Skip
from sverka.domain.tally import Tally

TODAY = date(2026, 11, 24)
LINK = DealLink("Фары", "https://fary.example/71/")


def matter(
    kind: str = "missing",
    aspect: str = "branch",
    *,
    subject: str = "deal:71",
    stake: int = 100,
    asks: bool = False,
    **changes: Any,
) -> Matter:
    """An open finding about a deal, since today."""
    found = Finding(kind, subject, aspect, f"{subject}: {aspect}.", asks=asks)
    made = Matter(
        number=1, finding=found, text=found.text, since=TODAY, stake_kopecks=stake, deal=replace(LINK, title=subject)
    )
    return replace(made, **changes)


def test_goods_held_are_told_by_age_with_the_oldest_named() -> None:
    held = [Aged(replace(LINK, title=str(days)), days, days * 100) for days in (0, 7, 8, 14, 15, 30, 31)]
    found = facts.aging(held)
    assert found.total == Tally(7, 10_500)
    assert found.by_age == (Tally(2, 700), Tally(2, 2_200), Tally(2, 4_500), Tally(1, 3_100))
    assert found.oldest == held[-1]
    assert facts.aging([]).oldest is None


def test_held_goods_are_worth_what_their_order_says() -> None:
    prices = [("12", "lamp", 1_000_00, 1_000), ("12", "lamp", 900_00, 1_000), ("12", "lens", 50, 3_000)]
    held = [
        ("33", "12", "lamp", 1_000),
        ("33", "12", "lens", 1_500),
        ("34", "12", "other", 5_000),
        ("35", "13", "lamp", 1_000),
    ]
    assert facts.reserve_values(prices, held) == {"33": 950_00 + 75, "34": 0, "35": 0}


def test_questions_come_by_money_and_about_a_client_once() -> None:
    asked = [
        matter("ambiguous", "client", stake=5, asks=True, number=1, client="client:5"),
        matter("ambiguous", "client", subject="deal:72", stake=9, asks=True, number=2, client="client:5"),
        matter(
            "ambiguous", "bind client", subject="client:5", stake=0, asks=True, number=3, client="client:5", deal=None
        ),
        matter("conflict", "lines", subject="deal:73", stake=7, asks=True, number=4, client="client:5"),
        matter("missing", "branch", stake=1_000, number=5),
    ]
    found = facts.questions(asked)
    assert [(question.number, question.topic) for question in found] == [(2, "client"), (4, "lines")]


@pytest.mark.parametrize(
    ("aspect", "topic"),
    [
        ("lines", "lines"), ("order_status", "order_status"), ("order", "order"), ("client", "client"), ("bind client", "client"),
        ("bind order", "bind_order"), ("bind product", "bind_product"), ("bind person", "bind_person"), ("reserve", "other"),
        ("stage", "stage"), ("shop_lines", "shop_lines"), ("buyer", "buyer"), ("shop cancelled", "other"),
    ],
)  # fmt: skip
def test_a_question_has_a_topic(aspect: str, topic: str) -> None:
    assert facts.question_topic(Finding("conflict", "deal:71", aspect, "")) == topic
    assert topic in facts.QUESTIONS


@pytest.mark.parametrize(
    ("kind", "aspect", "topic"),
    [
        ("missing", "branch", "branch"), ("missing", "client", "client"), ("missing", "lines", "lines"),
        ("missing", "product Лампа", "product"),
        ("behind_fact", "order_status", "behind"), ("conflict", "order_status too late", "late"),
        ("unknown_stage", "stage", "unknown_stage"),
        ("behind_fact", "answer", "answer"), ("behind_fact", "call", "call"), ("behind_fact", "allowed", "allowed"),
        ("missing", "visit goods", "visit"), ("missing", "shipment stock", "stock"), ("missing", "shipment draft", "other"),
        ("missing", "email", "other"), ("malformed", "row", "other"), ("missing", "answer", "other"),
        ("behind_fact", "underpaid", "other"),
    ],
)  # fmt: skip
def test_a_notice_has_a_topic(kind: str, aspect: str, topic: str) -> None:
    assert facts.notice_topic(Finding(kind, "deal:71", aspect, "")) == topic
    assert topic in facts.NOTICES


@pytest.mark.parametrize(
    "silent",
    [
        matter("differs", "reserve"),
        matter("stale_source", "orders", subject="source:business_ru", deal=None),
        matter("conflict", "lines", asks=True),
    ],
    ids=["mends itself", "said at the top", "a question"],
)
def test_what_is_told_elsewhere_is_no_notice(silent: Matter) -> None:
    assert facts.notices([silent], grouped=True) == ()


def test_what_the_night_found_is_a_notice() -> None:
    missed = matter("differs", "missed_by_increment", subject="company:headlights", deal=None)
    assert [notice.topic for notice in facts.notices([missed], grouped=True)] == ["other"]


def test_notices_of_a_topic_stand_together_by_money() -> None:
    yesterday = date(2026, 11, 23)
    found = facts.notices(
        [
            matter(stake=10, number=1, since=yesterday),
            matter(subject="deal:72", stake=30, number=2),
            matter("behind_fact", "order_status", subject="deal:73", stake=35, number=3),
            matter("missing", "email", subject="mailbox:6", stake=0, number=4, deal=None),
            matter("missing", "email", subject="mailbox:7", stake=0, number=5, deal=None),
        ],
        grouped=True,
    )
    assert [(notice.topic, notice.count, notice.sum_kopecks) for notice in found] == [
        ("branch", 2, 40),
        ("behind", 1, 35),
        ("other", 1, 0),
        ("other", 1, 0),
    ]
    assert [deal.title for deal in found[0].deals] == ["deal:72", "deal:71"]
    assert found[0].since == yesterday


def test_a_deal_that_lacks_two_products_is_counted_once() -> None:
    lacking = [
        matter(aspect=f"product {name}", stake=50, number=place, thing=name)
        for place, name in enumerate(("Лампа", "Линза"))
    ]
    (notice,) = facts.notices(lacking, grouped=True)
    assert (notice.count, notice.sum_kopecks, len(notice.deals), notice.things) == (2, 50, 1, ("Лампа", "Линза"))


LATE = [
    matter("behind_fact", "allowed", subject="deal:74", stake=900, number=1, since=date(2026, 11, 12), manager="Ольга"),
    matter("behind_fact", "answer", stake=0, number=2, manager="Степан"),
    matter("behind_fact", "answer", subject="deal:72", stake=0, number=3, since=date(2026, 11, 23), manager="Ольга"),
    matter("behind_fact", "answer", subject="deal:73", stake=0, number=4, manager="Степан"),
    matter("missing", "shipment stock", subject="deal:75", stake=70, number=5, manager="Ольга"),
    matter("behind_fact", "call", subject="call:9", stake=0, number=6, deal=None),
]


def test_what_people_are_late_with_stands_apart_the_most_urgent_first() -> None:
    found = facts.delays([*LATE, matter(number=7)], grouped=True)
    assert [(notice.topic, notice.count) for notice in found] == [
        ("answer", 3),
        ("call", 1),
        ("stock", 1),
        ("allowed", 1),
    ]
    assert found[0].managers == (("Степан", 2), ("Ольга", 1))
    assert found[0].since == date(2026, 11, 23)
    assert [notice.topic for notice in facts.notices([*LATE, matter(number=7)], grouped=True)] == ["branch"]


def test_each_delay_stands_by_itself_in_a_managers_letter_the_oldest_first() -> None:
    found = facts.delays(LATE, grouped=False)
    assert [notice.deals[0].title for notice in found if notice.topic == "answer"] == ["deal:72", "deal:71", "deal:73"]


def test_what_is_shipped_and_not_paid_is_owed_and_nothing_else() -> None:
    owed = [
        matter("behind_fact", "debt", stake=50, number=1, since=date(2026, 11, 20)),
        matter("behind_fact", "debt", subject="deal:72", stake=80, number=2, since=date(2026, 11, 3)),
        matter("behind_fact", "debt", subject="deal:73", stake=80, number=3, asks=True),
    ]
    assert [(debt.deal.title, debt.days, debt.sum_kopecks) for debt in facts.debts([*owed, *LATE], TODAY)] == [
        ("deal:72", 21, 80), ("deal:71", 4, 50),
    ]  # fmt: skip
    assert facts.notices(owed[:2], grouped=True) == facts.delays(owed[:2], grouped=True) == ()


@pytest.mark.parametrize(
    ("kind", "aspect", "agrees"),
    [("behind_fact", "debt", True), ("behind_fact", "answer", True), ("missing", "shipment stock", True), ("missing", "branch", False),
     ("conflict", "lines", False)],
)  # fmt: skip
def test_somebody_being_late_is_no_disagreement_of_the_systems(kind: str, aspect: str, agrees: bool) -> None:
    assert facts.is_about_people(Finding(kind, "deal:71", aspect, "")) is agrees


def test_a_manager_gets_each_notice_by_itself() -> None:
    assert [
        notice.count for notice in facts.notices([matter(number=1), matter(subject="deal:72", number=2)], grouped=False)
    ] == [1, 1]


def test_what_was_left_alone_is_told_by_reason_and_not_twice() -> None:
    deals = {f"deal:{number}": replace(LINK, title=str(number)) for number in (71, 72, 73)}
    skips = [
        Skip("deal:71", "in_flight", "lines"), Skip("deal:71", "in_flight", "reserve"), Skip("deal:72", "incomplete_read"),
        Skip("deal:73", "too_late"), Skip("deal:72", "history"), Skip("deal:99", "in_flight"), Skip("client:5", "mode_watch"),
    ]  # fmt: skip
    assert facts.left_alone(skips, deals, frozenset({"deal:73"})) == (
        LeftAlone("incomplete_read", (deals["deal:72"],)), LeftAlone("in_flight", (deals["deal:71"],)),
    )  # fmt: skip
