"""The job over a real store: what the letters say of sales, debts, delays and of what was done for deals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sverka.domain.actions import Action
from sverka.domain.done import Done, Move
from sverka.domain.plan import Finding
from sverka.domain.report import Score
from sverka.domain.tally import Tally
from sverka.work.digests import manager, owner
from sverka.work.summary import Covered
from tests import make
from tests.unit.digest_office import MORNING, OLGA, STEPAN, Office, open_office, tell

MOSCOW = ZoneInfo("Europe/Moscow")
YESTERDAY = datetime(2026, 11, 23, 12, tzinfo=MOSCOW)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def since(day: date) -> Covered:
    return Covered(day, datetime.combine(day, MORNING.time(), MORNING.tzinfo))


def sold(office: Office, number: int, source: str, responsible: str = OLGA) -> None:
    """Let a deal of 1,000 roubles be won yesterday, three days after it was made."""
    office.put(
        make.deal(
            ext_id=str(number), source_id=source, responsible_id=responsible, semantics="S", opportunity_kopecks=1_000_00,
            created_at=YESTERDAY - timedelta(days=3), moved_at=YESTERDAY,
        )
    )  # fmt: skip


def debt(number: int, kopecks: int) -> Finding:
    text = f"Сделка «Заказ {number}»: отгружено, не оплачено."
    return Finding("behind_fact", f"deal:{number}", "debt", text, money_kopecks=kopecks)


@pytest.mark.parametrize(
    ("last", "brings_it"),
    [(None, True), (date(2026, 11, 22), True), (date(2026, 11, 20), True), (date(2026, 11, 23), False)],
    ids=["the very first", "none on Monday yet", "none since Friday", "Monday's has gone"],
)
def test_the_first_letter_of_a_week_brings_the_report(office: Office, last: date | None, *, brings_it: bool) -> None:
    sold(office, 71, "STORE")
    letter = tell(owner, office.day(), since(last) if last else None)
    assert (letter.report is not None) is brings_it
    assert bool(letter.yesterday) is not brings_it


def test_yesterday_is_told_between_the_reports(office: Office) -> None:
    sold(office, 71, "STORE")
    sold(office, 72, "WEB")
    letter = tell(owner, office.day(), since(date(2026, 11, 23)))
    assert letter.yesterday == Score(0, Tally(2, 2_000_00), 0, timedelta(days=3))


def test_the_report_calls_sources_and_people_by_their_names(office: Office) -> None:
    office.sources = {"STORE": "Наш магазин"}
    sold(office, 71, "STORE")
    sold(office, 72, "WEB", STEPAN)
    text = plain(office.letters()["owner"]["text"])
    assert "Наш магазин (обычно 3 дня)\n    неделя         1       1        —     100         1 000" in text
    assert {"Веб-сайт", "Ольга Климова", "Степан Рогов"} <= {line.split(" (")[0].strip() for line in text.splitlines()}


def test_what_is_owed_is_told_by_the_stay_at_the_stage_and_spoils_no_agreement(office: Office) -> None:
    office.deal(71)
    office.deal(72, responsible=STEPAN)
    office.put(make.deal(ext_id="71", title="Заказ 71", stage_id="hold", moved_at=MORNING - timedelta(days=21)))
    office.find(debt(71, 300_00), debt(72, 200_00))
    day = office.day()
    letter = tell(owner, day)
    assert (letter.debts.total, letter.standing.agreeing, letter.standing.deals) == (Tally(2, 500_00), 2, 2)
    assert letter.debts.oldest is not None
    assert (letter.debts.oldest.deal.title, letter.debts.oldest.days) == ("Заказ 71", 21)
    assert not letter.needs_a_hand
    olga = next(user for user in day.users if user.ext_id == OLGA)
    mine = tell(manager, day, user=olga)
    assert [(each.deal.title, each.sum_kopecks) for each in mine.debts] == [("Заказ 71", 300_00)]
    assert not mine.is_worth_sending


def test_an_unanswered_request_reaches_its_manager_and_the_owner(office: Office) -> None:
    office.deal(71, stage="new")
    text = "Заявка «Заказ 71» ждёт ответа дольше положенного."
    office.find(Finding("behind_fact", "deal:71", "answer", text))
    letters = office.letters()
    assert plain(letters[OLGA]["subject"]) == "Ольга, на сегодня: 1 заявка без ответа"
    assert f"ЗАЯВКИ БЕЗ ОТВЕТА\n  1. {text}" in plain(letters[OLGA]["text"])
    assert "1 заявка без ответа" in plain(letters["owner"]["subject"])


def test_an_order_of_the_store_is_told_to_the_manager_of_the_deal_it_became(office: Office) -> None:
    office.deal(9)
    made = {"origin": "shop:236", "title": "Заказ магазина"}
    office.do(Action("deal.create", "shop:236", "1", made, ""), external_id="9")
    letter = office.letters()[OLGA]
    assert "Создана 1 сделка по заказу магазина." in plain(letter["text"])
    assert "«Заказ 9»" in letter["text"]


def test_a_move_is_told_by_the_portals_own_names(office: Office) -> None:
    office.deal(71)
    moved = {"deal": "71", "from_stage": "new", "stage": "hold", "funnel": ""}
    office.do(Action("deal.stage", "deal:71", "", moved, ""))
    assert tell(owner, office.day()).done == Done(moves=((Move("Резерв"), 1),))


def test_tasks_alone_are_no_reason_for_a_managers_letter(office: Office) -> None:
    office.deal(71)
    office.do(Action("task.create", "deal:71", "question 1", {}, ""))
    letters = office.letters()
    assert list(letters) == ["owner"]
    assert "Поставлена 1 задача." in plain(letters["owner"]["text"])
