"""The outbox: which keys are taken, who goes first, who may claim and finish, what a person may undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sverka.domain.actions import Action, ref
from sverka.domain.effects import Answer, Effect, State
from sverka.store import errors, outbox, runs
from sverka.store.engine import Store, Transaction
from sverka.store.ledgers import attempt
from tests.make import NOW

COMPANY, LEASE = "headlights", "agreement:headlights"
LATER = NOW + timedelta(minutes=5)
ENDS = [State.DONE, State.FAILED, State.EXPIRED, State.CANCELLED]


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        yield opened


@pytest.fixture
def fence(tx: Transaction) -> int:
    taken = runs.acquire(tx, LEASE, "me", 60, NOW)
    assert taken is not None
    return taken


def repair(subject: str = "deal:71", occasion: str = "lines", **changes: Any) -> Action:
    usual: dict[str, Any] = {"payload": {"lines": [{"good": "7", "amount": 2000}]}, "reason": "Состав изменился"}
    return Action("order.lines", subject, occasion, **(usual | changes))


def creation(subject: str = "deal:71", occasion: str = "1") -> Action:
    return Action("order.create", subject, occasion, {"comment": subject}, "Сделка на стадии «Резерв»")


def put(tx: Transaction, *actions: Action) -> list[int]:
    return outbox.put(tx, COMPANY, actions, 1, NOW).ids


def effect(tx: Transaction, effect_id: int) -> Effect:
    return next(each for each in outbox.listing(tx) if each.id == effect_id)


def end(tx: Transaction, effect_id: int, fence: int, state: State, **more: Any) -> None:
    """Claim an effect and finish it."""
    assert outbox.claim(tx, effect_id, LEASE, fence, NOW)
    assert outbox.finish(tx, effect_id, fence, state, now=NOW, **more)


def planned_ids(tx: Transaction, **more: Any) -> list[int]:
    return [each.id for each in outbox.planned(tx, COMPANY, NOW, **more)]


def test_an_action_is_kept_with_all_that_it_says(tx: Transaction) -> None:
    action = repair(
        evidence=("proof 5", "proof 6"),
        before="2 шт.",
        after="3 шт.",
        money_kopecks=640_00,
        payload={"order": ref("x"), "n": [1, True]},
    )
    (effect_id,) = put(tx, action)
    assert outbox.by_run(tx, 1) == [
        Effect(
            id=effect_id, company=COMPANY, key=action.key, kind="order.lines", system="business_ru", subject="deal:71", risk=2,
            payload={"order": ref("x"), "n": [1, True]}, reason="Состав изменился", before="2 шт.", after="3 шт.", money_kopecks=640_00,
            state=State.PLANNED, attempts=0, planned_at=NOW, not_before=None, claimed_at=None, fence=0, external_id="", changed=None,
            detail="", run_id=1, evidence=("proof 5", "proof 6"),
        )
    ]  # fmt: skip


def test_actions_get_their_numbers_in_order(tx: Transaction) -> None:
    ids = put(tx, creation(), repair(), repair("deal:72"))
    assert ids == sorted(ids)
    assert [each.key for each in outbox.by_run(tx, 1)] == [creation().key, repair().key, repair("deal:72").key]


def test_an_action_whose_key_is_taken_is_named_and_not_put(tx: Transaction) -> None:
    put(tx, repair())
    again = outbox.put(tx, COMPANY, [repair(payload={}), repair("deal:72"), repair("deal:72")], 2, NOW)
    assert (len(again.ids), again.taken) == (1, [repair(payload={}), repair("deal:72")])
    assert outbox.by_run(tx, 1)[0].payload == repair().payload


def test_companies_do_not_take_each_others_keys(tx: Transaction) -> None:
    put(tx, creation())
    assert len(outbox.put(tx, "machinery", [creation()], 2, NOW).ids) == 1


@pytest.mark.parametrize("state", [State.PLANNED, State.CLAIMED, State.UNKNOWN, *ENDS])
def test_a_repair_may_be_planned_again_once_it_is_over(tx: Transaction, fence: int, state: State) -> None:
    (effect_id,) = put(tx, repair())
    bring_to(tx, effect_id, fence, state)
    assert bool(put(tx, repair())) is (state in ENDS)


@pytest.mark.parametrize("state", [State.PLANNED, State.CLAIMED, State.UNKNOWN, *ENDS])
def test_a_creation_may_be_planned_again_only_if_surely_nothing_was_made(
    tx: Transaction, fence: int, state: State
) -> None:
    (effect_id,) = put(tx, creation())
    bring_to(tx, effect_id, fence, state)
    assert bool(put(tx, creation())) is (state in {State.CANCELLED, State.EXPIRED, State.FAILED})


def bring_to(tx: Transaction, effect_id: int, fence: int, state: State) -> None:
    if state is State.CLAIMED:
        assert outbox.claim(tx, effect_id, LEASE, fence, NOW)
    elif state is not State.PLANNED:
        end(tx, effect_id, fence, state)


def test_effects_of_one_subject_go_one_after_the_other(tx: Transaction, fence: int) -> None:
    first, second, other = put(tx, creation(), repair(), repair("deal:72"))
    assert planned_ids(tx) == [first, other]
    assert not outbox.claim(tx, second, LEASE, fence, NOW)
    end(tx, first, fence, State.DONE)
    assert planned_ids(tx) == [second, other]
    assert outbox.claim(tx, second, LEASE, fence, NOW)


@pytest.mark.parametrize(
    ("state", "more", "free"),
    [
        (State.CLAIMED, {}, False),
        (State.UNKNOWN, {}, False),
        (State.PLANNED, {"not_before": LATER}, False),
        *((state, {}, True) for state in ENDS),
    ],
    ids=["claimed", "unknown", "put off", *ENDS],
)
def test_an_effect_waits_behind_one_of_its_subject_that_is_not_over(
    tx: Transaction, fence: int, state: State, more: dict[str, Any], free: bool
) -> None:
    first, second = put(tx, creation(), repair())
    if state is State.CLAIMED:
        outbox.claim(tx, first, LEASE, fence, NOW)
    else:
        end(tx, first, fence, state, **more)
    assert planned_ids(tx) == ([second] if free else [])
    assert outbox.claim(tx, second, LEASE, fence, NOW) is free


def test_a_retried_effect_waits_while_a_later_one_of_its_subject_is_under_way(tx: Transaction, fence: int) -> None:
    first, second = put(tx, creation(), repair())
    end(tx, first, fence, State.FAILED)
    assert outbox.claim(tx, second, LEASE, fence, NOW)
    outbox.retry(tx, first, "Ирина", NOW)
    assert planned_ids(tx) == []
    outbox.finish(tx, second, fence, State.DONE, now=NOW)
    assert planned_ids(tx) == [first]


def test_effects_of_another_company_with_the_same_subject_do_not_wait(tx: Transaction, fence: int) -> None:
    outbox.put(tx, "machinery", [creation()], 1, NOW)
    (effect_id,) = put(tx, repair())
    assert planned_ids(tx) == [effect_id]


def test_the_effects_of_one_subject_can_be_asked_for(tx: Transaction) -> None:
    _, other = put(tx, repair(), repair("deal:72"))
    assert planned_ids(tx, subject="deal:72") == [other]


def test_what_was_put_off_is_due_at_its_moment(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    end(tx, effect_id, fence, State.PLANNED, not_before=LATER)
    assert planned_ids(tx) == []
    assert not outbox.claim(tx, effect_id, LEASE, fence, LATER - timedelta(microseconds=1))
    assert [each.id for each in outbox.planned(tx, COMPANY, LATER)] == [effect_id]
    assert outbox.claim(tx, effect_id, LEASE, fence, LATER)


def test_what_a_clock_years_ahead_put_off_or_claimed_waits_no_longer_than_anything_else(
    tx: Transaction, fence: int
) -> None:
    years_ahead = NOW + timedelta(days=3650)
    put_off, under_way = put(tx, repair("deal:1"), repair("deal:2"))
    end(tx, put_off, fence, State.PLANNED, not_before=years_ahead)
    assert outbox.claim(tx, under_way, LEASE, fence, years_ahead)
    assert [each.id for each in outbox.planned(tx, COMPANY, NOW)] == [put_off]
    outbox.claimed_by_now(tx, COMPANY, NOW)
    assert [(each.id, each.claimed_at) for each in outbox.claimed(tx, COMPANY)] == [(under_way, NOW)]


def test_an_effect_is_claimed_once(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    assert outbox.claim(tx, effect_id, LEASE, fence, NOW)
    assert not outbox.claim(tx, effect_id, LEASE, fence, NOW)
    claimed = outbox.claimed(tx, COMPANY)
    assert [(each.id, each.fence, each.claimed_at) for each in claimed] == [(effect_id, fence, NOW)]


def test_a_claim_renews_the_lease(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    assert outbox.claim(tx, effect_id, LEASE, fence, NOW + timedelta(seconds=59))
    assert runs.acquire(tx, LEASE, "you", 60, NOW + timedelta(seconds=100)) is None


def test_whoever_lost_the_lease_claims_nothing(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    runs.acquire(tx, LEASE, "you", 60, NOW + timedelta(hours=1))
    assert not outbox.claim(tx, effect_id, LEASE, fence, NOW + timedelta(hours=1))
    assert effect(tx, effect_id).state is State.PLANNED


def test_several_subjects_are_claimed_at_once_and_the_others_left(tx: Transaction, fence: int) -> None:
    first, behind, second, gone = put(tx, repair(), repair(occasion="x"), repair("deal:72"), repair("deal:73"))
    outbox.cancel(tx, gone, "Ирина", "не нужно", NOW)
    assert outbox.claim_many(tx, [gone, second, behind, first], LEASE, fence, NOW) == (first, second)
    assert outbox.claim_many(tx, [], LEASE, fence, NOW) == ()


def test_only_the_fence_of_the_claim_finishes_it(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    outbox.claim(tx, effect_id, LEASE, fence, NOW)
    assert not outbox.finish(tx, effect_id, fence - 1, State.DONE, now=NOW)
    assert outbox.finish(tx, effect_id, fence, State.DONE, now=NOW, changed=True)
    assert not outbox.finish(tx, effect_id, fence, State.FAILED, now=NOW)
    assert (effect(tx, effect_id).state, effect(tx, effect_id).changed) == (State.DONE, True)


def test_a_late_word_about_an_effect_that_another_lease_claimed_anew_is_not_heard(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    end(tx, effect_id, fence, State.PLANNED)
    other = runs.acquire(tx, "outbox:headlights", "you", 60, NOW)
    assert other is not None
    assert outbox.claim(tx, effect_id, "outbox:headlights", other, NOW)
    assert not outbox.finish(tx, effect_id, fence, State.DONE, now=NOW)


def test_an_effect_that_surely_was_not_executed_is_planned_again_and_counted(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, repair())
    end(tx, effect_id, fence, State.PLANNED, detail="503", not_before=LATER)
    again = effect(tx, effect_id)
    assert (again.attempts, again.not_before, again.detail) == (1, LATER, "503")


def test_what_was_brought_is_known_by_its_key(tx: Transaction, fence: int) -> None:
    made, lost, same = put(tx, creation(), creation("deal:72"), repair("deal:73"))
    end(tx, made, fence, State.DONE, external_id="512", changed=True)
    end(tx, lost, fence, State.UNKNOWN)
    end(tx, same, fence, State.DONE, changed=False)
    keys = [creation().key, creation("deal:72").key, repair("deal:73").key]
    assert outbox.brought_ids(tx, COMPANY, keys) == {creation().key: "512"}


def test_an_id_once_known_is_kept(tx: Transaction, fence: int) -> None:
    (effect_id,) = put(tx, creation())
    end(tx, effect_id, fence, State.UNKNOWN, external_id="512")
    outbox.retry(tx, effect_id, "Ирина", NOW)
    end(tx, effect_id, fence, State.DONE)
    assert effect(tx, effect_id).external_id == "512"


def test_waiting_is_what_is_planned_claimed_or_unknown(tx: Transaction, fence: int) -> None:
    done, claimed, unknown, _ = put(tx, repair("deal:1"), repair("deal:2"), repair("deal:3"), repair("deal:4"))
    end(tx, done, fence, State.DONE)
    end(tx, unknown, fence, State.UNKNOWN)
    outbox.claim(tx, claimed, LEASE, fence, NOW)
    assert outbox.subjects_waiting(tx, COMPANY) == {"deal:2", "deal:3", "deal:4"}
    assert outbox.waiting_keys(tx, COMPANY) == {repair(f"deal:{n}").key for n in (2, 3, 4)}


def test_the_list_shows_the_latest_first_and_what_was_asked_for(tx: Transaction, fence: int) -> None:
    one, two, three = put(tx, repair("deal:1"), repair("deal:2"), repair("deal:3"))
    outbox.put(tx, "machinery", [repair("deal:1")], 1, NOW)
    end(tx, two, fence, State.FAILED)
    listed = [
        outbox.listing(tx, COMPANY),
        outbox.listing(tx, COMPANY, states=[State.FAILED]),
        outbox.listing(tx, COMPANY, subject="deal:1"),
    ]
    assert [[each.id for each in effects] for effects in listed] == [[three, two, one], [two], [one]]
    assert [each.company for each in outbox.listing(tx, limit=1)] == ["machinery"]


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN, State.PLANNED])
def test_a_person_may_have_an_effect_tried_again_at_once(tx: Transaction, fence: int, state: State) -> None:
    (effect_id,) = put(tx, creation())
    end(tx, effect_id, fence, state, not_before=LATER if state is State.PLANNED else None)
    again = outbox.retry(tx, effect_id, "Ирина", NOW)
    assert (again.state, again.attempts, again.detail) == (State.PLANNED, 0, "planned again by Ирина")
    assert planned_ids(tx) == [effect_id]


@pytest.mark.parametrize("state", [State.PLANNED, State.FAILED, State.UNKNOWN])
def test_a_person_may_cancel_what_is_not_done(tx: Transaction, fence: int, state: State) -> None:
    (effect_id,) = put(tx, creation())
    bring_to(tx, effect_id, fence, state)
    cancelled = outbox.cancel(tx, effect_id, "Ирина", "сделали вручную", NOW)
    assert (cancelled.state, cancelled.detail) == (State.CANCELLED, "cancelled by Ирина: сделали вручную")


@pytest.mark.parametrize("state", [State.CLAIMED, State.DONE, State.CANCELLED])
def test_what_is_under_way_or_over_is_neither_retried_nor_cancelled(tx: Transaction, fence: int, state: State) -> None:
    (effect_id,) = put(tx, creation())
    bring_to(tx, effect_id, fence, state)
    with pytest.raises(errors.NotPossible, match=f"is {state}"):
        outbox.retry(tx, effect_id, "Ирина", NOW)
    with pytest.raises(errors.NotPossible, match=f"is {state}"):
        outbox.cancel(tx, effect_id, "Ирина", "", NOW)


def test_an_effect_that_is_not_there_is_not_found(tx: Transaction) -> None:
    with pytest.raises(errors.NotFound, match="no effect 404"):
        outbox.cancel(tx, 404, "Ирина", "", NOW)


def test_a_failed_repair_is_not_tried_again_beside_its_successor(tx: Transaction, fence: int) -> None:
    (failed,) = put(tx, repair())
    end(tx, failed, fence, State.FAILED)
    put(tx, repair())
    with pytest.raises(errors.AlreadyTaken, match="waits or is done already"):
        outbox.retry(tx, failed, "Ирина", NOW)


def test_every_attempt_is_kept(tx: Transaction) -> None:
    (effect_id,) = put(tx, repair())
    outbox.note_attempt(tx, effect_id, 1, Answer.AMBIGUOUS, 30_000, "no answer", NOW)
    outbox.note_attempt(tx, effect_id, 1, Answer.ACCEPTED, 120, "found by look-up", LATER)
    columns = (attempt.c.n, attempt.c.answer, attempt.c.ms, attempt.c.detail, attempt.c.at)
    kept = [tuple(row) for row in tx.all(select(*columns).order_by(attempt.c.id))]
    assert kept == [(1, "ambiguous", 30_000, "no answer", NOW), (1, "accepted", 120, "found by look-up", LATER)]
