"""New requests: the notice, the title, the client's card; each once, and what people write afterwards stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconcilers import requests
from sverka.domain.cases import OrderCase
from sverka.domain.rows import Client
from tests import make
from tests.make import NOW

PLACE = "shop/Новая заявка"
PERSON = Client(
    ext_id="contact:7", name="иван петров", phone="8 916 123-45-67", email="", first_name="иван", last_name="ПЕТРОВ",
    phones={"1": "8 (916) 123-45-67", "2": "+79161234568"},
)  # fmt: skip
TIDY = replace(PERSON, first_name="Иван", last_name="Петров", phones={"2": "+79161234568"})
BEFORE = {"moved_at": make.headlights().history_cutoff.replace(year=2004)}


def done(case: OrderCase) -> dict[str, Any]:
    """Return what is written: the field → its value, `contacts` → what of the card."""
    actions = requests.decide(case, make.headlights(), NOW).actions
    return {action.payload.get("field", "contacts"): action.payload.get("value", action.payload) for action in actions}


def told(case: OrderCase) -> list[str]:
    return [f"{each.responsible}: {each.text}" for each in requests.reminders(case, make.headlights())]


class TestTheTitle:
    @pytest.mark.parametrize(
        ("client", "lines", "title"),
        [
            pytest.param(PERSON, (make.wanted(),), "71 Петров Товар g1", id="a person, one good"),
            pytest.param(PERSON, (make.wanted(), make.wanted("g2"), make.wanted("g3")), "71 Петров Товар g1 и ещё 2", id="several goods"),
            pytest.param(PERSON, (), "71 Петров", id="no goods yet"),
            pytest.param(make.case().client, (make.wanted(),), "71 Автолюкс Товар g1", id="a company by its name"),
        ],
    )  # fmt: skip
    def test_follows_the_funnels_pattern(self, client: Client, lines: tuple, title: str) -> None:
        assert done(make.at(PLACE, client=client, lines=lines))["title"] == title

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(make.at(PLACE, client=None), id="the client is not known yet"),
            pytest.param(
                make.at(PLACE, bases={"title": "71 Петров"}), id="it was given before, and a person wrote another"
            ),
            pytest.param(make.at(PLACE, row={"title": "71 Автолюкс Товар g1"}), id="it stands already"),
            pytest.param(make.at("shop/Резерв"), id="the deal is no request any more"),
            pytest.param(make.at(PLACE, row=BEFORE), id="the request is older than the company's beginning"),
        ],
    )
    def test_is_left_alone_where(self, case: OrderCase) -> None:
        assert "title" not in done(case)

    def test_is_left_alone_in_a_funnel_without_a_pattern(self) -> None:
        table = make.headlights().table
        plain = replace(table, funnels=tuple(replace(funnel, title="") for funnel in table.funnels))
        plan = requests.decide(make.at(PLACE), replace(make.headlights(), table=plain), NOW)
        assert plan.actions == ()

    def test_given_once_is_remembered(self) -> None:
        (action,) = requests.decide(make.at(PLACE), make.headlights(), NOW).actions
        assert dict(action.settles) == {"title": "71 Автолюкс Товар g1"}


class TestTheClientsCard:
    def test_gets_international_phones_and_capitals_and_keeps_what_is_right(self) -> None:
        card = done(make.at(PLACE, client=PERSON))["contacts"]
        assert card == {
            "client": "contact:7",
            "first_name": "Иван",
            "last_name": "Петров",
            "phones": {"1": "+79161234567"},
        }

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(make.at(PLACE, client=TIDY), id="all in order"),
            pytest.param(make.at(PLACE, client=replace(TIDY, phones={"1": "позвонить жене"})), id="no number"),
            pytest.param(make.at(PLACE, client=replace(TIDY, first_name="", last_name="")), id="no name"),
            pytest.param(make.at(PLACE, client=PERSON, bases={"contacts": "contact:7"}), id="done before, and a person changed it back"),
            pytest.param(make.at(PLACE, client=None), id="no client"),
            pytest.param(make.at("shop/Недозвон", client=PERSON), id="no request any more"),
        ],
    )  # fmt: skip
    def test_is_left_alone_where(self, case: OrderCase) -> None:
        assert "contacts" not in done(case)

    def test_put_in_order_once_is_remembered(self) -> None:
        actions = requests.decide(make.at(PLACE, client=PERSON), make.headlights(), NOW).actions
        assert [dict(action.settles) for action in actions if action.kind == "client.contacts"] == [
            {"contacts": "contact:7"}
        ]


@pytest.mark.parametrize(
    ("address", "bases", "written"),
    [
        ("г.Москва,ул.Лесная , д.2", {}, "г. Москва, ул. Лесная, д. 2"),
        ("г. Москва, ул. Лесная, д. 2", {}, None),
        ("", {}, None),
        ("г.Москва", {"address": "г. Москва"}, None),
    ],
    ids=["untidy", "tidy", "none", "changed back by a person"],
)
def test_the_delivery_address_gets_its_spaces_once(address: str, bases: dict[str, str], written: str | None) -> None:
    assert done(make.at(PLACE, {"address": address}, bases=bases)).get("address") == written


class TestTheNotice:
    def test_tells_the_manager_who_wants_something_and_where_from(self) -> None:
        case = make.at(PLACE, client=PERSON, source="Интернет-магазин")
        assert told(case) == ["6: Клиент: Иван Петров, +79161234567. Источник: Интернет-магазин. Сделка № 71."]

    def test_says_that_the_client_is_missing(self) -> None:
        assert told(make.at(PLACE, client=None)) == ["6: Клиент: клиент не указан. Сделка № 71."]

    def test_is_the_same_for_the_deals_whole_life(self) -> None:
        first, again = (
            requests.reminders(make.at(PLACE, row=row), make.headlights()) for row in ({}, {"moved_at": NOW})
        )
        assert first == again

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(make.at("shop/Недозвон"), id="no request"),
            pytest.param(make.at(PLACE, row=BEFORE), id="before the company's beginning"),
            pytest.param(make.at(PLACE, people=make.People()), id="nobody is there to be told"),
        ],
    )
    def test_is_not_sent_for(self, case: OrderCase) -> None:
        assert told(case) == []
