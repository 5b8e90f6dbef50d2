"""Steps towards customers who owe, as they are remembered: each once, as far as its message is; cycles, and what people said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sverka.domain.dunning.facts import Cycle, Outcome, Touch
from sverka.domain.dunning.memory import CycleNote, TouchNote
from sverka.domain.messaging.kinds import KIND_BY_NAME
from sverka.domain.messaging.wishes import BY_HAND, GOES, HELD, TOLD, WAITS, Note, Wish
from sverka.store import debts, messages
from sverka.store.engine import Store
from tests.make import NOW

HERE, CLIENT = "machinery", "client:5"
SOFT = Touch("soft3", NOW, "our-1", 1, "doc-1", ("doc-1", "doc-2"), Outcome.PLANNED, 3, "email:accountant")


def wish(occasion: str = "1") -> Wish:
    until = NOW + timedelta(days=1)
    return Wish(KIND_BY_NAME["debt_soft"], CLIENT, CLIENT, occasion, {}, NOW, until, reason="")


def note(store: Store, *touches: TouchNote, cycles: tuple[CycleNote, ...] = ()) -> None:
    with store.writing() as tx:
        debts.note(tx, HERE, touches, cycles)


def seen(store: Store) -> list[Touch]:
    with store.reading() as tx:
        return debts.touches(tx, HERE, [CLIENT]).get(CLIENT, [])


@pytest.mark.parametrize(
    ("verdict", "rule", "outcome"),
    [
        (GOES, "", Outcome.PLANNED), (WAITS, "hours", Outcome.PLANNED), (WAITS, "pending", Outcome.SENT), (TOLD, "", Outcome.SENT),
        (WAITS, "not_sure", Outcome.UNKNOWN), (HELD, "too_late", Outcome.FAILED), (BY_HAND, "nowhere", Outcome.UNDELIVERABLE),
    ],
)  # fmt: skip
def test_a_step_is_as_far_as_its_message(store: Store, verdict: str, rule: str, outcome: Outcome) -> None:
    note(store, TouchNote(CLIENT, SOFT, wish().key))
    with store.writing() as tx:
        messages.note(tx, HERE, [Note(wish(), verdict, rule)], NOW)
    assert seen(store) == [replace(SOFT, outcome=outcome)]


def test_a_step_is_one_however_often_it_is_noted_and_keeps_its_moment(store: Store) -> None:
    note(store, TouchNote(CLIENT, SOFT, wish().key))
    note(store, TouchNote(CLIENT, replace(SOFT, at=NOW + timedelta(hours=1)), wish().key))
    assert seen(store) == [SOFT]


def test_a_step_that_another_channel_carries_begins_anew(store: Store) -> None:
    again = replace(SOFT, at=NOW + timedelta(hours=1), channel="email:director")
    note(store, TouchNote(CLIENT, SOFT, wish().key))
    note(store, TouchNote(CLIENT, again, wish("2").key))
    assert seen(store) == [again]


def test_a_step_whose_reason_is_gone_counts_for_nothing_until_it_is_taken_again(store: Store) -> None:
    step = TouchNote(CLIENT, SOFT, wish().key)
    note(store, step)
    with store.writing() as tx:
        debts.withdraw(tx, HERE, [step.key], NOW)
    assert [each.outcome for each in seen(store)] == [Outcome.FAILED]
    note(store, replace(step, touch=replace(SOFT, at=NOW + timedelta(days=1))))
    assert [(each.outcome, each.at) for each in seen(store)] == [(Outcome.PLANNED, NOW + timedelta(days=1))]


def test_a_task_is_as_it_was_noted(store: Store) -> None:
    call = replace(SOFT, step="call5", outcome=Outcome.BY_HAND, channel="")
    note(store, TouchNote(CLIENT, call))
    assert seen(store) == [call]


def test_the_latest_cycle_counts(store: Store) -> None:
    first = Cycle(1, date(2026, 11, 2), ended_on=date(2026, 11, 10))
    second = Cycle(2, date(2026, 11, 20))
    note(store, cycles=(CycleNote(CLIENT, first), CycleNote(CLIENT, second)))
    note(store, cycles=(CycleNote(CLIENT, replace(second, below_since=date(2026, 11, 23))),))
    with store.reading() as tx:
        assert debts.cycles(tx, HERE, [CLIENT, "client:6"]) == {CLIENT: replace(second, below_since=date(2026, 11, 23))}
        assert debts.customers_of(tx, HERE) == [CLIENT]
        assert debts.customers_of(tx, "other") == []


def test_what_a_person_said_holds_until_it_is_taken_back(store: Store) -> None:
    with store.writing() as tx:
        said = {"due_on": "2026-11-27"}
        number = debts.say(tx, HERE, CLIENT, "promise", said, 100_000_00, "Климова", "обещали по телефону", NOW)
        assert debts.take_back(tx, number, "Климова", NOW + timedelta(hours=1))
        assert not debts.take_back(tx, number, "Климова", NOW + timedelta(hours=2))
        (word,) = debts.words(tx, HERE, [CLIENT])
        assert (word.said, word.sum_kopecks, word.by, word.ended_by) == (said, 100_000_00, "Климова", "Климова")
        assert debts.words(tx, HERE) == [word]
        assert debts.words(tx, "other") == []
