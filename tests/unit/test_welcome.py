"""Who is welcomed, and when: newcomers within two days, in working hours, the first to come first, for no more than a day may cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from reconcilers import welcome
from reconcilers.welcome import Newcomer
from sverka.domain.messaging.wishes import WelcomeRule, Wish
from sverka.domain.policy import WorkingHours
from sverka.domain.rows import Client
from tests.make import deal, policy

MOSCOW = ZoneInfo("Europe/Moscow")
POLICY = replace(policy(), hours=WorkingHours(time(9), time(18), (0, 1, 2, 3, 4)))
"""People work from Monday to Friday; the 23rd of November is a Monday."""
RULE = WelcomeRule(("shop",), kopecks_a_day=1_000, sms_kopecks=400)


def at(text: str) -> datetime:
    """A moment of November in Moscow: `24 12:00`."""
    number, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{number}T{clock}:00").replace(tzinfo=MOSCOW)


def newcomer(since: str, number: int = 1, price: int = 400) -> Newcomer:
    """A contact whose first deal came at a moment."""
    client = Client(ext_id=f"contact:{number}", name="Анна Белова", phone="+79161234567", email="", first_name="анна")
    first = deal(ext_id=str(number), created_at=at(since))
    return Newcomer(client, first, price, "6", "Ольга Климова")


def wished(*newcomers: Newcomer, now: str = "24 12:00", spent: int = 0) -> list[Wish]:
    return welcome.wishes(newcomers, POLICY, RULE, spent, at(now))


@pytest.mark.parametrize(
    ("changes", "is_new"),
    [
        pytest.param({}, True, id="came by themselves"),
        pytest.param({"originator_id": "1c", "origin_id": "236"}, False, id="loaded from another program"),
        pytest.param({"originator_id": "sverka", "origin_id": "shop:236"}, True, id="from the store"),
        pytest.param({"created_at": at("22 12:01")}, True, id="nearly two days ago"),
        pytest.param({"created_at": at("22 12:00")}, False, id="two days ago"),
    ],
)
def test_who_is_a_newcomer(changes: dict[str, object], *, is_new: bool) -> None:
    assert welcome.is_new(deal(**{"created_at": at("24 10:00"), **changes}), POLICY, at("24 12:00")) is is_new


@pytest.mark.parametrize(("created", "is_new"), [("23 12:00", True), ("23 11:59", False)], ids=["as we came", "before"])
def test_who_was_there_before_us_is_no_newcomer(created: str, *, is_new: bool) -> None:
    since = replace(POLICY, history_cutoff=at("23 12:00"))
    assert welcome.is_new(deal(created_at=at(created)), since, at("24 11:00")) is is_new


@pytest.mark.parametrize(
    ("came", "now", "begins"),
    [
        pytest.param("24 11:00", "24 12:00", "24 11:00", id="in working hours"),
        pytest.param("24 03:00", "24 12:00", "24 09:00", id="at night"),
        pytest.param("24 17:59", "24 18:01", "25 09:00", id="nobody works any more"),
        pytest.param("20 19:00", "21 12:00", "23 09:00", id="on Saturday"),
        pytest.param("24 08:00", "24 08:59", "24 09:00", id="nobody works yet"),
    ],
)
def test_a_newcomer_is_welcomed_while_people_work_until_two_days_have_passed(came: str, now: str, begins: str) -> None:
    (wish,) = wished(newcomer(came), now=now)
    assert (wish.not_before, wish.expires_at) == (at(begins), at(came) + timedelta(days=2))


def test_a_welcome_is_the_contact_s_own_and_said_once_for_ever() -> None:
    (wish,) = wished(newcomer("24 11:00"))
    assert (wish.key, wish.recipient) == ("message|letter:contact:1/welcome|welcome", "contact:1")
    assert (wish.kind.name, wish.manager, wish.waits_for) == ("welcome", "6", "")
    assert wish.facts == {"company": "Фары и свет", "name": "Анна", "manager": "Ольга Климова", "manager_phone": ""}
    assert wish.reason == "«Анна Белова» у нас впервые: приветствуем."


@pytest.mark.parametrize(
    ("prices", "spent", "waiting"),
    [
        pytest.param([400, 400], 0, [], id="within the money"),
        pytest.param([500, 500], 0, [], id="the last kopeck"),
        pytest.param([400, 400, 400], 0, [3], id="one too many"),
        pytest.param([400, 400], 601, [1, 2], id="much was spent today"),
        pytest.param([400, 400], 600, [2], id="the last that fits"),
        pytest.param([800, 400, 200], 0, [2], id="a cheaper one still fits"),
        pytest.param([1_001, 400], 0, [1], id="who alone costs too much"),
        pytest.param([0, 0], 5_000, [], id="who costs nothing"),
    ],
)
def test_whoever_would_cost_more_than_the_day_has_waits_for_the_next_working_day(
    prices: list[int], spent: int, waiting: list[int]
) -> None:
    came = [newcomer("24 11:00", number, price) for number, price in enumerate(prices, 1)]
    found = wished(*came, spent=spent)
    assert [int(wish.card.removeprefix("contact:")) for wish in found if wish.waits_for == "budget"] == waiting
    assert {wish.not_before for wish in found if wish.waits_for} <= {at("25 09:00")}
    assert {wish.not_before for wish in found if not wish.waits_for} <= {at("24 11:00")}


def test_the_first_to_come_is_the_first_to_be_welcomed() -> None:
    came = [newcomer("24 11:02", 1), newcomer("24 11:01", 2), newcomer("24 11:00", 4), newcomer("24 11:00", 3)]
    assert [(wish.card, wish.waits_for) for wish in wished(*came)] == [
        ("contact:3", ""), ("contact:4", ""), ("contact:2", "budget"), ("contact:1", "budget"),
    ]  # fmt: skip


def test_the_next_working_day_after_friday_is_monday() -> None:
    friday = wished(newcomer("27 11:00", price=2_000), now="27 12:00")
    assert [wish.not_before for wish in friday] == [datetime(2026, 11, 30, 6, tzinfo=UTC)]
