"""Who gets which of the daily letters, and what of the day each of them tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs import digest
from sverka.domain.actions import Action
from sverka.domain.digest_head import Waiting
from sverka.domain.digest_values import BANK, CASH
from sverka.domain.effects import State
from sverka.domain.plan import Bind, Finding
from sverka.domain.rows import Activity, LedgerOrder, PaymentLink, Reference, Stock, User
from sverka.domain.tally import Tally
from sverka.messages import KINDS
from sverka.store import bindings
from sverka.work.digests import DIGESTS, accountant, head, owner, warehouse
from tests import make
from tests.unit.digest_office import COMPANY, MORNING, OLGA, OWNER, STEPAN, Office, open_office, tell

ROLES = {
    "owner": {"owner": OWNER},
    "head": {"head": ("Ирина Лебедева", "head@fary.example")},
    "accountant": {"accountant": ("Тамара Белова", "accountant@fary.example")},
    "warehouse": {"warehouse": ("Степан Рогов", "warehouse@fary.example")},
}
YESTERDAY = MORNING - timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        opened.desk = replace(opened.desk, readers=ROLES)
        yield opened


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def late(number: int, aspect: str) -> Finding:
    return Finding("behind_fact", f"deal:{number}", aspect, f"Сделка «Заказ {number}»: ждёт.", money_kopecks=1_000_00)


def pay(office: Office, ext_id: str, order: int, roubles: int, *, days: int = 1) -> None:
    at = MORNING - timedelta(days=days)
    office.put(PaymentLink(ext_id=ext_id, order_id=f"o{order}", sum_kopecks=roubles * 100, updated_at=at))


def leaves(office: Office, number: int, *, in_stock: int = 5_000, **fields: str) -> None:
    """Let a deal's goods leave: they lie in the store of its branch, and are held there for it."""
    office.deal(number)
    office.put(
        make.deal(ext_id=str(number), title=f"Заказ {number}", stage_id="hold", **fields),
        Stock(ext_id=f"s{number}", store_id="11", good_id="g1", amount_thousandths=in_stock, reserved_thousandths=0),
        Reference(ext_id="store:11", kind="store", name="Склад Москва"),
    )


def test_every_letter_has_its_file_its_templates_and_its_line() -> None:
    names = [letter.name for letter in digest.LETTERS]
    assert sorted(names) == sorted(DIGESTS)
    assert {letter.template for letter in digest.LETTERS} <= set(KINDS)
    assert names[-1] == "owner", "the owner's letter closes the day"


def test_each_role_gets_its_own_letter_and_only_if_there_is_anything_to_tell(office: Office) -> None:
    assert set(office.letters()) == {"owner"}
    office.deal(71)
    office.find(late(71, "answer"))
    pay(office, "bank:1", 71, 500, days=0)
    letters = office.letters(MORNING + timedelta(days=1))
    assert {person: payload["letter"] for person, payload in letters.items()} == {
        OLGA: "manager", "head": "head", "accountant": "accountant", "owner": "owner",
    }  # fmt: skip
    assert office.plan(MORNING + timedelta(days=1, hours=2)).actions == ()


@pytest.mark.parametrize(
    ("readers", "user_email", "expected"),
    [
        ({"head": {"head": OWNER}}, "manager@fary.example", {(OLGA, "manager"), ("owner", "owner")}),
        (
            {"head": {"head": ("О", "Manager@fary.example")}}, "manager@fary.example",
            {(OLGA, "manager"), ("head", "head"), ("owner", "owner")},
        ),
        (
            {"head": {"head": ("И", "i@fary.example"), "master": ("И", "I@fary.example")}}, "manager@fary.example",
            {(OLGA, "manager"), ("head", "head"), ("owner", "owner")},
        ),
        (
            {"head": {"head": ("И", "i@fary.example")}, "accountant": {"head": ("И", "i@fary.example")}}, "manager@fary.example",
            {(OLGA, "manager"), ("head", "head"), ("head", "accountant"), ("owner", "owner")},
        ),
        ({}, OWNER[1].upper(), {("owner", "owner")}),
    ],
    ids=["the owner gets no second", "a manager is head as well", "two roles of one person", "one role, two letters", "owner as manager"],
)  # fmt: skip
def test_nobody_gets_a_letter_twice(
    office: Office, readers: dict[str, Any], user_email: str, expected: set[tuple[str, str]]
) -> None:
    office.desk = replace(office.desk, readers={"owner": ROLES["owner"], **readers})
    office.put(User(ext_id=OLGA, name="Ольга Климова", email=user_email, active=True))
    office.deal(71)
    office.find(late(71, "answer"))
    pay(office, "bank:1", 71, 500)
    actions = office.plan().actions
    assert {(action.subject.removeprefix("person:"), action.payload["letter"]) for action in actions} == expected
    assert (
        len({action.key for action in actions}) == len({action.payload["key"] for action in actions}) == len(expected)
    )


def test_what_was_owed_a_week_ago_is_compared(office: Office) -> None:
    office.deal(71)
    office.find(late(71, "debt"))
    office.letters(MORNING - timedelta(days=7))
    office.find(replace(late(71, "debt"), money_kopecks=400_00))
    letters = office.letters()
    for person in ("owner", "accountant"):
        assert "меньше, чем неделю назад, на 600 ₽" in plain(letters[person]["text"])


def test_the_head_reads_who_waits_what_managers_did_and_where_deals_stand(office: Office) -> None:
    office.deal(71, stage="new")
    office.deal(72, stage="hold", responsible=STEPAN)
    office.put(
        *(
            Activity(
                ext_id=str(number), owner="deal:71", kind=kind, direction="out", completed=True, subject="", responsible_id=OLGA,
                author_id=OLGA, created_at=YESTERDAY, deadline_at=None,
            )
            for number, kind in enumerate(("call", "call", "letter", "todo"))
        )
    )  # fmt: skip
    nobodys = Finding("ambiguous", "product:5", "bind product", "Какой из двух товаров верный?", asks=True)
    office.find(
        late(71, "answer"), late(72, "allowed"), nobodys, Finding("missing", "deal:72", "visit goods", "Нет товара.")
    )
    letter = tell(head, office.day())
    assert letter.waiting == (
        Waiting("Ольга Климова", unanswered=1),
        Waiting("Степан Рогов", standing=1, sum_kopecks=1_000_00),
    )
    assert [(each.name, each.calls, each.letters) for each in letter.activities] == [("Ольга Климова", 2, 1)]
    assert [question.text for question in letter.questions] == ["Какой из двух товаров верный?"]
    assert [notice.topic for notice in letter.delays] == ["answer", "allowed"]
    ((funnel, stages),) = letter.funnels
    assert (funnel, [(each.stage, each.deals.count) for each in stages]) == (
        "Интернет-магазин",
        [("Резерв", 1), ("Новая заявка", 1)],
    )


def test_the_accountant_reads_what_came_and_what_does_not_fit(office: Office) -> None:
    office.deal(71)
    pay(office, "bank:1", 71, 700)
    pay(office, "cash:2", 71, 300)
    pay(office, "cash:3", 71, 50, days=3)
    office.put(
        LedgerOrder(ext_id="o90", number="90", status_id="1", partner_id="5", sum_kopecks=0, comment="", deal_mark="", ordered_at=MORNING),
    )  # fmt: skip
    pay(office, "bank:4", 90, 20)
    office.find(replace(late(71, "overpaid"), money_kopecks=50_00))
    office.do(Action("order.close", "deal:71", "1", {}, "", money_kopecks=1_000_00))
    letter = tell(accountant, office.day())
    assert letter.income.total == Tally(3, 1_020_00)
    assert letter.income.month == Tally(4, 1_070_00)
    assert [(source, desk, tally.sum_kopecks) for source, desk, tally in letter.income.by_desk()] == [
        (BANK, "", 720_00), (CASH, "Касса Москва", 300_00),
    ]  # fmt: skip
    assert [(each.what.sum_kopecks, each.is_over) for each in letter.unfit] == [(50_00, True)]
    assert [stray.order for stray in letter.strays] == ["90"]
    assert letter.closed == Tally(1, 1_000_00)


@pytest.mark.parametrize(
    ("fields", "way"),
    [
        ({"delivery": "самовывоз", "ship_date": "2026-11-24"}, "pickup"),
        ({"delivery": "доставка", "ship_date": "2026-11-20"}, "delivery"),
        ({"delivery": "доставка", "ship_date": "2026-11-25"}, ""),
        ({"delivery": "самовывоз"}, ""),
        ({"visit_at": "2026-11-24T12:00:00+00:00"}, "visit"),
        ({"visit_at": "2026-11-26T12:00:00+00:00"}, ""),
        ({"ship_date": "2026-11-24"}, ""),
    ],
    ids=["today", "days ago", "tomorrow", "no day yet", "a visit", "a later visit", "no way"],
)
def test_the_warehouse_picks_what_leaves_today(office: Office, fields: dict[str, str], way: str) -> None:
    leaves(office, 71, **fields)
    letter = tell(warehouse, office.day())
    assert [(pick.way, pick.branch, pick.order, [good.name for good in pick.goods]) for pick in letter.picks] == (
        [(way, "Москва", "71", ["Лампа"])] if way else []
    )
    assert [pick.deal.title for pick in tell(owner, office.day()).picks] == (["Заказ 71"] if way else [])


def test_the_warehouse_reads_what_is_missing_and_what_is_free_again(office: Office) -> None:
    leaves(office, 71, in_stock=0, visit_at="2026-11-25T08:00:00+00:00")
    office.deal(72)
    office.find(
        Finding("missing", "deal:71", "visit goods", "Не всё в резерве."),
        Finding("missing", "deal:72", "shipment stock", "Отгрузка остаётся черновиком."),
    )
    office.do(Action("reserve.release", "deal:72", "1", {}, "", money_kopecks=1_000_00))
    letter = tell(warehouse, office.day())
    assert [(pick.is_short, pick.goods[0].lacking_thousandths) for pick in letter.tomorrow] == [(True, 1_000)]
    assert [notice.text for notice in letter.delays] == ["Отгрузка остаётся черновиком."], (
        "what the visit lacks is told once"
    )
    assert [(each.deal.title, each.sum_kopecks) for each in letter.freed] == [("Заказ 72", 1_000_00)]
    assert "на завтра не хватает товара к 1 визиту" in plain(office.letters()["warehouse"]["subject"])


def test_what_failed_to_go_is_not_written_again_that_day_and_others_get_theirs(office: Office) -> None:
    office.deal(71)
    office.find(late(71, "answer"))
    planned = {action.subject: action for action in office.plan().actions}
    office.do(planned["person:head"], state=State.FAILED)
    assert [action.subject for action in office.plan().actions] == ["person:6", "person:owner"]


@pytest.mark.parametrize(
    ("person", "letter"),
    [("head", "head"), ("accountant", "accountant"), ("warehouse", "warehouse"), (STEPAN, "manager")],
)
def test_any_letter_can_be_previewed(office: Office, person: str, letter: str) -> None:
    office.deal(71)
    assert digest.preview(office.desk, MORNING, person)["letter"] == letter
    office.desk = replace(office.desk, readers={"owner": ROLES["owner"]})
    assert digest.preview(office.desk, MORNING, person)["letter"] == letter, "also before anybody is named for it"


def test_an_order_without_a_deal_keeps_no_letter_back(office: Office) -> None:
    pay(office, "bank:1", 99, 10)
    with office.store.writing() as tx:
        bindings.bind(tx, COMPANY, [Bind("order", "404", "o404", "T0")], 1)
    assert tell(accountant, office.day()).strays
