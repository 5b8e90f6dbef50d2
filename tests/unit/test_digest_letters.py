"""The job over a real store: who gets a letter, when, and what it tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs import digest
from sverka.domain.actions import Action, ref
from sverka.domain.done import Done
from sverka.domain.effects import State
from sverka.domain.plan import Finding, Plan, Skip
from sverka.domain.rows import User
from sverka.domain.tally import Tally
from sverka.store import findings, outbox
from sverka.work.digests import manager, owner
from tests import make
from tests.unit.digest_office import COMPANY, MORNING, OLGA, OWNER, STEPAN, Office, open_office, tell


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def order(number: int, **changes: Any) -> Action:
    return Action("order.create", f"deal:{number}", "1", {}, "", money_kopecks=1_000_00, **changes)


def question(number: int) -> Finding:
    return Finding(
        "conflict", f"deal:{number}", "lines", f"Сделка «Заказ {number}»: что верно?", "a | b", 500_00, asks=True
    )


def no_branch(number: int) -> Finding:
    return Finding(
        "missing", f"deal:{number}", "branch", f"Сделка «Заказ {number}»: не указан филиал.", money_kopecks=1_000_00
    )


def test_on_a_quiet_day_only_the_owner_is_told_that_all_is_well(office: Office) -> None:
    office.deal(71)
    letters = office.letters()
    assert list(letters) == ["owner"]
    assert plain(letters["owner"]["subject"]) == "Вторник, 24 ноября: всё сошлось, вопросов нет"
    assert (letters["owner"]["to_name"], letters["owner"]["to"]) == OWNER


@pytest.mark.parametrize(
    ("hour", "minute", "goes"),
    [(6, 59, False), (7, 0, True), (12, 0, True), (17, 59, True), (18, 0, False), (23, 0, False)],
)
def test_letters_go_by_the_companys_daylight(office: Office, hour: int, minute: int, goes: bool) -> None:
    plan = office.plan(datetime(2026, 11, 24, hour, minute, tzinfo=make.policy().zone))
    assert bool(plan.actions) is goes
    assert [skip.reason for skip in plan.skips] == ([] if goes else ["not_now"])


def test_there_is_one_letter_a_day(office: Office) -> None:
    assert office.letters()
    office.deal(71)
    office.do(order(71))
    assert office.plan(MORNING + timedelta(hours=3)) == Plan()
    assert set(office.letters(MORNING + timedelta(days=1))) == {"owner", OLGA}


def test_a_cancelled_letter_may_be_written_anew(office: Office) -> None:
    office.do(*office.plan().actions, state=State.FAILED)
    assert office.plan() == Plan()
    with office.store.writing() as tx:
        (letter,) = outbox.listing(tx, COMPANY, subject="person:owner")
        outbox.cancel(tx, letter.id, "me", "sent to the wrong person", MORNING)
    assert len(office.plan().actions) == 1


def test_a_manager_hears_of_the_own_deals_only(office: Office) -> None:
    office.deal(71)
    office.deal(72, responsible=STEPAN)
    office.find(question(71), no_branch(72))
    letters = office.letters()
    assert plain(letters[OLGA]["subject"]) == "Ольга, на сегодня: 1 вопрос"
    assert plain(letters[STEPAN]["subject"]) == "Степан, на сегодня: 1 сделка без филиала"
    assert "Заказ 72" not in letters[OLGA]["text"]
    assert "https://fary.example/crm/deal/details/71/" in letters[OLGA]["text"]
    assert "один вопрос" in plain(letters["owner"]["subject"])
    assert "Ольга Климова" in letters["owner"]["text"]


def test_the_owners_letter_closes_the_day(office: Office) -> None:
    office.deal(71)
    office.find(question(71))
    first, last = office.plan().actions
    assert (first.subject, last.subject) == ("person:6", "person:owner")
    office.do(first)
    assert [action.subject for action in office.plan().actions] == ["person:owner"]


@pytest.mark.parametrize(
    ("user", "findings_of_mailbox"),
    [
        (User(ext_id=OLGA, name="Ольга", email="manager@fary.example", active=False), []),
        (User(ext_id=OLGA, name="Андрей", email="Owner@fary.example", active=True), []),
        (User(ext_id=OLGA, name="Ольга", email="", active=True), ["mailbox:6"]),
        (User(ext_id=OLGA, name="Ольга", email="a@b.example, c@d.example", active=True), ["mailbox:6"]),
    ],
    ids=["left the company", "is the owner", "no address", "two addresses"],
)
def test_who_gets_no_letter_does_not_keep_the_others_from_theirs(
    office: Office, user: User, findings_of_mailbox: list[str]
) -> None:
    office.put(user)
    office.deal(71)
    office.find(question(71))
    plan = office.plan()
    assert [action.subject for action in plan.actions] == ["person:owner"]
    assert [finding.subject for finding in plan.findings] == findings_of_mailbox
    assert "mailbox:6" in plan.looked_at


def test_each_thing_done_is_told_once(office: Office) -> None:
    office.deal(71)
    office.deal(72)
    office.do(order(71))
    assert "Создан 1 заказ" in plain(office.letters()["owner"]["text"])
    office.do(order(72))
    tomorrow = plain(office.letters(MORNING + timedelta(days=1))["owner"]["text"])
    assert "СДЕЛАНО ЗА СУТКИ\n  Создан 1 заказ в Бизнес.ру на 1 000 ₽." in tomorrow
    assert "Создан" not in office.letters(MORNING + timedelta(days=2))["owner"]["text"]


def test_after_days_without_a_letter_the_period_is_named(office: Office) -> None:
    office.deal(71)
    office.letters()
    office.do(order(71))
    text = plain(office.letters(MORNING + timedelta(days=4))["owner"]["text"])
    assert "СДЕЛАНО ЗА ПЕРИОД С 24 ПО 28 НОЯБРЯ" in text


def test_the_first_letter_tells_all_from_the_beginning(office: Office) -> None:
    office.deal(71)
    office.do(order(71), Action("order.lines", "deal:71", "", {"order": ref("x")}, "", money_kopecks=1_000_00))
    day = office.day()
    assert tell(owner, day).done == Done(orders=Tally(1, 1_000_00))
    assert "СДЕЛАНО С НАЧАЛА РАБОТЫ" in office.letters()["owner"]["text"]


def test_what_failed_or_hangs_is_told(office: Office) -> None:
    office.deal(71)
    office.do(order(71), state=State.FAILED)
    office.do(Action("reserve.create", "deal:71", "1", {}, "Нужен резерв."), state=State.UNKNOWN)
    letter = tell(owner, office.day())
    assert (len(letter.troubles.failed), letter.troubles.unknown) == (1, ("Нужен резерв.",))
    assert not letter.done


def test_deals_that_differ_or_are_asked_about_do_not_agree(office: Office) -> None:
    office.deal(71)
    office.deal(72, agrees=False)
    office.deal(73)
    office.deal(74, stage="new")
    office.find(question(73))
    standing = tell(owner, office.day()).standing
    assert (standing.deals, standing.agreeing, standing.positions, standing.sum_kopecks) == (3, 1, 3, 3_000_00)


def test_held_goods_are_valued_and_aged(office: Office) -> None:
    office.deal(71, days=3)
    office.deal(72, days=20, responsible=STEPAN)
    office.deal(73, days=40)
    day = office.day()
    reserves = tell(owner, day).reserves
    assert reserves.total == Tally(3, 3_000_00)
    assert [band.count for band in reserves.by_age] == [1, 0, 1, 1]
    assert reserves.oldest is not None
    assert (reserves.oldest.deal.title, reserves.oldest.days) == ("Заказ 73", 40)
    olga = next(user for user in day.users if user.ext_id == OLGA)
    assert [reserve.deal.title for reserve in tell(manager, day, user=olga).old_reserves] == ["Заказ 73"]


def test_living_orders_of_lost_deals_are_counted_from_the_cut_off_on(office: Office) -> None:
    office.deal(71, stage="lost")
    office.deal(72, stage="lost")
    office.put(make.deal(ext_id="72", stage_id="lost", semantics="F", moved_at=make.CUTOFF - timedelta(days=1)))
    assert tell(owner, office.day()).lost_orders == Tally(1, 1_000_00)


def test_what_the_last_look_left_alone_is_told_with_its_deals(office: Office) -> None:
    office.deal(71)
    office.deal(72)
    office.leave(Skip("deal:72", "in_flight"), job="sweep")
    office.leave(Skip("deal:71", "in_flight"), Skip("deal:71", "in_flight"), Skip("deal:72", "history"))
    (left,) = tell(owner, office.day()).left_alone
    assert (left.reason, [deal.title for deal in left.deals]) == ("in_flight", ["Заказ 71"])


def test_a_question_that_was_answered_is_not_asked_again(office: Office) -> None:
    office.deal(71)
    office.find(question(71))
    with office.store.writing() as tx:
        (item,) = findings.open_items(tx, COMPANY)
        findings.answer(tx, item.id, "ignore:2026-12-01", "me", "", MORNING)
    assert tell(owner, office.day()).questions == ()


def test_a_question_stands_under_its_number_with_the_day_it_was_asked(office: Office) -> None:
    office.deal(71)
    office.find(question(71), at=MORNING - timedelta(days=4))
    (asked,) = tell(owner, office.day()).questions
    assert (asked.number, asked.asked_on, asked.sum_kopecks) == (1, date(2026, 11, 20), 500_00)


def test_a_source_that_was_not_read_in_full_is_said_in_the_subject(office: Office) -> None:
    office.prove(at=MORNING - timedelta(minutes=10), orders=False)
    office.prove(orders=False)
    payload = office.letters()["owner"]
    assert plain(payload["subject"]).startswith("Вторник, 24 ноября: Бизнес.ру прочитан не полностью")
    assert "не дошли: заказы" in payload["text"]


def test_data_that_is_hours_old_is_said_to_be(office: Office) -> None:
    office.clock.now += timedelta(hours=3)
    assert "данные Битрикс24 устарели" in plain(office.letters()["owner"]["subject"])


def test_what_people_typed_is_masked_and_kept_to_one_line(office: Office) -> None:
    title = "Рогов\r\nBcc: x +7 916 123-45-67 rogov@example.ru"
    office.deal(71, title=title)
    office.find(Finding("conflict", "deal:71", "lines", f"Сделка «{title}»: что верно?", asks=True))
    for payload in office.letters().values():
        whole = payload["subject"] + payload["text"] + payload["html"]
        assert "123-45" not in whole
        assert "rogov@" not in whole
        assert "Bcc" not in {line.partition(":")[0].strip() for line in whole.splitlines()}
        assert '<a href="https://fary.example/crm/deal/details/71/"' in payload["html"]


def test_a_preview_is_the_letter_that_would_go(office: Office) -> None:
    office.deal(71)
    office.find(question(71))
    previews = {person: digest.preview(office.desk, MORNING, person) for person in ("owner", OLGA)}
    letters = office.letters()
    assert {person: letter["text"] for person, letter in previews.items()} == {
        person: payload["text"] for person, payload in letters.items()
    }
    with pytest.raises(LookupError, match="no user 99"):
        digest.preview(office.desk, MORNING, "99")


def test_a_letter_is_always_still_wanted(office: Office) -> None:
    look: Any = None
    effect: Any = None
    assert digest.wanted(office.desk, look, effect)
