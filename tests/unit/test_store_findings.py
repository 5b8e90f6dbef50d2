"""Findings: told once, counted by runs, closed when gone; decisions hold for what they were made for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from sverka.domain.plan import Answer, Finding, Seen
from sverka.store import errors, findings
from sverka.store.engine import Store, Transaction
from tests.make import NOW

COMPANY = "headlights"
LINES = Finding("differs", "deal:71", "lines", "Состав заказа отличается", values="2|3", money_kopecks=500, asks=True)
CLIENT = Finding("ambiguous", "deal:71", "client", "Подходят два контрагента", values="5,6")
WHICH = Finding("ambiguous", "deal:71", "product", "Подходят два товара", values="8,9", asks=True)
STALE = Finding("stale_source", "deal:71", "deals", "Битрикс24 не читается", values="x")
CHANGED = Finding("differs", "deal:71", "lines", "Состав заказа отличается", values="2|4", money_kopecks=900, asks=True)


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        yield opened


def look(tx: Transaction, run_id: int, *found: Finding, looked_at: tuple[str, ...] = ("deal:71",)) -> datetime:
    """Record a run, an hour after the one before; return its moment."""
    now = NOW + timedelta(hours=run_id)
    findings.record(tx, COMPANY, looked_at, found, run_id, now)
    return now


def numbers(tx: Transaction) -> list[int]:
    return [each.id for each in findings.open_items(tx)]


def seen(tx: Transaction) -> dict[str, Seen]:
    return findings.seen(tx, COMPANY, ["deal:71"])


def answers(tx: Transaction, now: datetime = NOW) -> dict[str, Answer]:
    return findings.answers(tx, COMPANY, ["deal:71"], now)


def test_a_finding_is_one_row_however_often_it_is_found(tx: Transaction) -> None:
    first = look(tx, 1, LINES)
    look(tx, 2, LINES)
    look(tx, 3, LINES)
    assert seen(tx) == {LINES.key: Seen(first_at=first, times=3, values="2|3")}
    assert len(numbers(tx)) == 1


def test_one_run_is_one_sight_even_if_it_looks_twice(tx: Transaction) -> None:
    look(tx, 1, LINES)
    look(tx, 1, LINES)
    assert seen(tx)[LINES.key].times == 1


def test_other_values_begin_anew_under_a_new_number(tx: Transaction) -> None:
    look(tx, 1, LINES)
    (old,) = numbers(tx)
    then = look(tx, 2, CHANGED)
    (new,) = numbers(tx)
    assert new > old
    assert seen(tx) == {LINES.key: Seen(first_at=then, times=1, values="2|4")}


def test_a_better_sentence_or_sum_is_taken_over_without_a_new_beginning(tx: Transaction) -> None:
    look(tx, 1, LINES)
    look(tx, 2, Finding("differs", "deal:71", "lines", "Заказ: 3 фары вместо 2", values="2|3", money_kopecks=700))
    (item,) = findings.open_items(tx, COMPANY)
    assert (item.finding.text, item.finding.money_kopecks, item.times) == ("Заказ: 3 фары вместо 2", 700, 2)


def test_what_is_not_found_again_is_closed(tx: Transaction) -> None:
    look(tx, 1, LINES, CLIENT)
    look(tx, 2, CLIENT)
    assert list(seen(tx)) == [CLIENT.key]


def test_what_was_not_looked_at_stays_open(tx: Transaction) -> None:
    look(tx, 1, LINES)
    look(tx, 2, looked_at=("deal:72",))
    assert list(seen(tx)) == [LINES.key]


@pytest.mark.parametrize("subject", ["company:headlights", "source:bitrix24"])
def test_a_finding_about_a_whole_company_or_source_is_handled_like_any(tx: Transaction, subject: str) -> None:
    stale = Finding("stale_source", subject, "deals", "Битрикс24 не читается", values="x")
    look(tx, 1, stale, looked_at=())
    assert [each.finding for each in findings.open_items(tx)] == [stale]
    look(tx, 2, looked_at=(subject,))
    assert findings.open_items(tx) == []


def test_a_finding_that_comes_back_has_its_old_number_and_a_new_beginning(tx: Transaction) -> None:
    look(tx, 1, LINES)
    before = numbers(tx)
    look(tx, 2)
    assert numbers(tx) == []
    then = look(tx, 3, LINES)
    assert numbers(tx) == before
    assert seen(tx)[LINES.key] == Seen(first_at=then, times=1, values="2|3")


def test_the_queue_lists_one_company_or_all_the_oldest_first(tx: Transaction) -> None:
    look(tx, 1, LINES)
    findings.record(tx, "machinery", [], [CLIENT], 2, NOW)
    assert [(each.company, each.finding) for each in findings.open_items(tx)] == [
        (COMPANY, LINES),
        ("machinery", CLIENT),
    ]
    assert [each.company for each in findings.open_items(tx, "machinery")] == ["machinery"]


def decide(tx: Transaction, choice: str, about: Finding = LINES) -> int:
    look(tx, 1, about)
    (number,) = numbers(tx)
    findings.answer(tx, number, choice, "Ирина", "так верно", NOW)
    return number


@pytest.mark.parametrize(
    ("choice", "about"),
    [("take-owner", LINES), ("take-mirror", LINES), ("bind:512", WHICH), ("ignore:2026-12-31", LINES)],
    ids=["the owner", "the mirror", "a counterpart", "ignore"],
)
def test_a_decision_is_known_by_the_findings_key(tx: Transaction, choice: str, about: Finding) -> None:
    decide(tx, choice, about)
    expected = Answer(choice=choice, values=about.values, by="Ирина", reason="так верно")
    assert answers(tx) == {about.key: expected}
    assert findings.open_items(tx)[0].answer == expected


@pytest.mark.parametrize("choice", ["", "yes", "bind:", "take-owner ", "ignore:tomorrow", "ignore:2026-02-30"])
def test_a_decision_in_other_words_is_refused(tx: Transaction, choice: str) -> None:
    with pytest.raises(errors.BadValue, match="take-owner, take-mirror, bind:ID or ignore"):
        decide(tx, choice)


@pytest.mark.parametrize(
    ("choice", "about", "allowed"),
    [
        ("bind:51", LINES, "take-owner, take-mirror or ignore:2026-12-31"),
        ("take-mirror", WHICH, "bind:ID or ignore:2026-12-31"),
        ("take-owner", STALE, "ignore:2026-12-31"),
    ],
    ids=["a difference", "a counterpart", "no question"],
)
def test_a_decision_that_does_not_answer_the_finding_is_refused_and_what_does_is_named(
    tx: Transaction, choice: str, about: Finding, allowed: str
) -> None:
    with pytest.raises(errors.BadValue) as caught:
        decide(tx, choice, about)
    assert str(caught.value) == f"{choice} does not answer this question; write {allowed}."
    assert findings.open_items(tx)[0].answer is None


def test_the_last_decision_counts(tx: Transaction) -> None:
    number = decide(tx, "ignore:2026-12-31")
    findings.answer(tx, number, "take-mirror", "Андрей", "решили иначе", NOW)
    assert answers(tx)[LINES.key].choice == "take-mirror"


def test_a_decision_lapses_for_good_when_the_values_change(tx: Transaction) -> None:
    decide(tx, "take-owner")
    look(tx, 2, CHANGED)
    assert answers(tx) == {}
    look(tx, 3, LINES)
    assert answers(tx) == {}


def test_a_decision_outlives_a_look_that_obeys_it_and_finds_nothing(tx: Transaction) -> None:
    decide(tx, "ignore:2026-12-31")
    look(tx, 2)
    assert answers(tx)[LINES.key].choice == "ignore:2026-12-31"


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (datetime(2026, 12, 30, 23, 59, tzinfo=timezone(timedelta(hours=3))), True),
        (datetime(2026, 12, 31, 0, 0, tzinfo=timezone(timedelta(hours=3))), False),
        (datetime(2027, 1, 9, 0, 0, tzinfo=timezone(timedelta(hours=3))), False),
    ],
    ids=["the eve", "the day begins", "later"],
)
def test_what_is_to_be_ignored_is_so_until_the_day_begins(tx: Transaction, now: datetime, holds: bool) -> None:
    decide(tx, "ignore:2026-12-31")
    assert bool(answers(tx, now)) is holds


def test_a_number_that_means_other_values_by_now_takes_no_decision(tx: Transaction) -> None:
    look(tx, 1, LINES)
    (old,) = numbers(tx)
    look(tx, 2, CHANGED)
    with pytest.raises(errors.NotPossible, match="has changed since you saw it"):
        findings.answer(tx, old, "take-owner", "Ирина", "", NOW)


def test_a_closed_finding_takes_no_decision(tx: Transaction) -> None:
    look(tx, 1, LINES)
    (old,) = numbers(tx)
    look(tx, 2)
    with pytest.raises(errors.NotPossible, match="closed"):
        findings.answer(tx, old, "take-owner", "Ирина", "", NOW)


def test_a_number_that_was_never_given_is_not_found(tx: Transaction) -> None:
    with pytest.raises(errors.NotFound, match="no finding 404"):
        findings.answer(tx, 404, "take-owner", "Ирина", "", NOW)
