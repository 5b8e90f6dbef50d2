"""What a client is told of goods on their way out: when, how often, and what of it is put right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sverka.domain.messaging.facts import Shipping
from sverka.domain.messaging.kinds import SHIPPED, SHIPPING_MOVED, SHIPPING_TODAY
from sverka.domain.messaging.wishes import Wish
from sverka.domain.shipping import TRACK_BEFORE
from tests.make import order
from tests.unit.ship_cases import DAY, DEALER, LEFT, LOST, MOSCOW, WAITS, WON, going, on, told, wished


def span(wish: Wish) -> tuple[str, str]:
    """From when until when it may go, by the company's clock."""
    first, last = (moment.astimezone(MOSCOW) for moment in (wish.not_before, wish.expires_at))
    return f"{first:%d %H:%M}", f"{last:%d %H:%M}"


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        pytest.param({}, {SHIPPING_TODAY}, id="of the day"),
        pytest.param({"carrier": ""}, set(), id="nobody said by whom"),
        pytest.param({"carrier": "", "deal_fields": frozenset({"ship_date"})}, {SHIPPING_TODAY}, id="the portal has no carriers"),
        pytest.param({"delivery": "самовывоз"}, set(), id="fetched by the client"),
        pytest.param({"client": None}, set(), id="nobody to tell"),
        pytest.param({"since": "19 10:00"}, set(), id="it came before the cut-off"),
        pytest.param({"stage": WAITS}, set(), id="still waiting"),
        pytest.param({"stage": "Согласование"}, set(), id="on no way out"),
        pytest.param({"stage": LOST}, set(), id="lost"),
        pytest.param({"track": "1"}, {SHIPPED}, id="the number appeared"),
        pytest.param({"track": "1", "bases": {TRACK_BEFORE: "1"}}, {SHIPPING_TODAY}, id="the number stood there before"),
        pytest.param({"stage": LEFT}, set(), id="left without a number"),
        pytest.param({"stage": LEFT, "track": "1", "bases": {TRACK_BEFORE: "1"}}, {SHIPPED}, id="left with a number"),
        pytest.param({"stage": WON, "track": "1"}, {SHIPPED}, id="won with a number"),
    ],
)  # fmt: skip
def test_a_client_is_told_what_the_deals_stand_says(changes: dict[str, Any], kinds: set[str]) -> None:
    assert set(wished(going(**({"stage": DAY, "since": "24 08:08"} | changes)), "24 09:00")) == kinds


@pytest.mark.parametrize(
    ("since", "until"),
    [("24 08:08", "24 18:00"), ("24 17:30", "24 19:30"), ("24 23:00", "25 00:00")],
    ids=["in the morning", "late", "in the night"],
)
def test_that_it_leaves_today_is_told_today_while_it_makes_sense(since: str, until: str) -> None:
    wish = wished(going(DAY, since=since), "24 23:30")[SHIPPING_TODAY]
    assert (span(wish), wish.occasion) == ((since, until), on(24))


def test_the_facts_are_those_of_the_deal() -> None:
    each = going(
        LEFT, since="24 08:08", track=" ПЭК\n7 ", address="тверь, ул. советская, 14", order=order(number="ЗП-12")
    )
    (wish,) = wished(each, "24 09:00").values()
    assert Shipping.from_json(wish.facts) == Shipping(
        company="Дилер-Снаб", name="", order="ЗП-12", carrier="ПЭК", track="ПЭК 7", address="тверь, ул. советская, 14",
        day=each.case.stands_since.astimezone(MOSCOW).date(), manager="",
    )  # fmt: skip
    assert wish.reason == "Сделка «Подъёмник»: отгружено, номер отправления ПЭК 7 — сообщаем клиенту."


@pytest.mark.parametrize(
    ("before", "date", "now", "occasion"),
    [
        pytest.param([], "26", "24 12:00", "", id="nothing was told"),
        pytest.param([told(on(24), "24 08:10")], "26", "24 12:00", f"{on(24)} {on(26)}", id="another day"),
        pytest.param([told(on(24), "24 08:10")], "28", "24 12:00", f"{on(24)} {on(30)}", id="a day off counts as the next working one"),
        pytest.param([told(on(24), "24 08:10")], "26", "26 08:00", "", id="the new day has come"),
        pytest.param([told(on(24), "24 08:10")], "24", "24 12:00", "", id="the same day"),
        pytest.param([told(on(24), "24 08:10")], "", "24 12:00", "", id="no date any more"),
        pytest.param([told(on(24), "24 08:10", went=False)], "26", "24 12:00", "", id="a person took it back"),
        pytest.param([told(on(24), "24 08:10"), told("1", "24 15:00", SHIPPED)], "26", "24 16:00", "", id="it has left since"),
        pytest.param([told(f"{on(24)}#2", "24 10:10")], "26", "24 12:00", f"{on(24)} {on(26)}", id="told a second time"),
    ],
)  # fmt: skip
def test_who_was_told_of_a_day_is_told_of_another(before: list[Any], date: str, now: str, occasion: str) -> None:
    found = wished(going(WAITS, date, told=before), now)
    assert [wish.occasion for wish in found.values()] == ([occasion] if occasion else [])
    assert set(found) <= {SHIPPING_MOVED}


def test_a_day_that_was_taken_back_is_told_anew_when_it_holds_again() -> None:
    before = [told(on(24), "24 08:10"), told(f"{on(24)} {on(26)}", "24 09:10", SHIPPING_MOVED)]
    assert wished(going(DAY, since="24 10:08", told=before), "24 10:10")[SHIPPING_TODAY].occasion == f"{on(24)}#2"
    never_went = [before[0], replace(before[1], went=False)]
    assert wished(going(DAY, since="24 10:08", told=never_went), "24 10:10")[SHIPPING_TODAY].occasion == on(24)


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, "27 08:08"), ({"told": [told(on(24), "24 08:10")]}, "29 12:00"), ({"bases": {"moved on": on(24)}}, "29 12:00"),
    ],
    ids=["we only found it so", "the client was told of the day", "we moved it"],
)  # fmt: skip
def test_old_news_of_what_has_left_is_no_news(changes: dict[str, Any], until: str) -> None:
    assert span(wished(going(LEFT, since="24 08:08", track="1", **changes), "26 12:00")[SHIPPED])[1] == until


def test_a_number_that_is_corrected_is_another_news() -> None:
    first, second = (wished(going(LEFT, since="24 08:08", track=track), "24 12:00")[SHIPPED] for track in ("1", "2~ 3"))
    assert (first.occasion, second.occasion) == ("1", "2- 3")
    assert first.recipient == DEALER.ext_id
