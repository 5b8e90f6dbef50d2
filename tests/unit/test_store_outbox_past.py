"""What the outbox knows of the past: what was refused and how often, what was made, what ended, what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from sverka.domain.actions import Action
from sverka.domain.effects import Refusal, State
from sverka.store import errors, outbox, runs
from sverka.store.chunks import CHUNK
from sverka.store.engine import Store, Transaction
from tests.make import NOW

COMPANY, LEASE = "headlights", "agreement:headlights"
SUBJECT = "deal:71"
KEY = "order.create|deal:71|1"
OLD, NEW = {"sum": 1}, {"sum": 2}
FAILED, DONE, CANCELLED, EXPIRED = State.FAILED, State.DONE, State.CANCELLED, State.EXPIRED


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.writing() as opened:
        yield opened


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def put(tx: Transaction, kind: str = "order.create", subject: str = SUBJECT, **more: Any) -> int:
    usual: dict[str, Any] = {"occasion": "1", "payload": OLD, "reason": ""}
    (effect_id,) = outbox.put(tx, COMPANY, [Action(kind, subject, **(usual | more))], 1, NOW).ids
    return effect_id


def claim(tx: Transaction, effect_id: int) -> int:
    fence = runs.acquire(tx, LEASE, "me", 60, NOW)
    assert fence is not None
    assert outbox.claim(tx, effect_id, LEASE, fence, NOW)
    return fence


def end(tx: Transaction, effect_id: int, state: State, minute: int = 0, **more: Any) -> int:
    """Claim an effect and end it so many minutes after noon."""
    assert outbox.finish(tx, effect_id, claim(tx, effect_id), state, now=NOW + minutes(minute), **more)
    return effect_id


def refused(tx: Transaction, *subjects: str) -> dict[str, Refusal]:
    return outbox.refusals(tx, COMPANY, subjects or [SUBJECT])


def test_what_an_action_settles_is_kept_with_its_effect(tx: Transaction) -> None:
    pairs = (("stage", "WON"), ("lines", "7×2|9×1"))
    effect_id = put(tx, settles=pairs)
    other = put(tx, "order.lines")
    assert {each.id: each.settles for each in outbox.by_run(tx, 1)} == {effect_id: pairs, other: ()}


@pytest.mark.parametrize("successor", [State.PLANNED, State.CLAIMED, State.UNKNOWN, DONE])
def test_a_refused_creation_is_not_tried_again_beside_its_successor(tx: Transaction, successor: State) -> None:
    first = end(tx, put(tx), FAILED)
    second = put(tx)
    if successor is State.CLAIMED:
        claim(tx, second)
    elif successor is not State.PLANNED:
        end(tx, second, successor)
    with pytest.raises(errors.AlreadyTaken, match="waits or is done already"):
        outbox.retry(tx, first, "Ирина", NOW)


def test_a_refused_creation_is_tried_again_once_its_successor_made_nothing(tx: Transaction) -> None:
    first = end(tx, put(tx), FAILED)
    end(tx, put(tx), FAILED)
    assert outbox.retry(tx, first, "Ирина", NOW).state is State.PLANNED


def test_a_refusal_tells_what_was_refused_how_often_and_how_last(tx: Transaction) -> None:
    end(tx, put(tx), FAILED, 1, detail="no such partner")
    assert refused(tx) == {KEY: Refusal(KEY, OLD, 1, "no such partner", NOW + minutes(1))}
    end(tx, put(tx), FAILED, 7, detail="partner is closed")
    assert refused(tx) == {KEY: Refusal(KEY, OLD, 2, "partner is closed", NOW + minutes(7))}


@pytest.mark.parametrize(
    ("past", "times"),
    [
        ([(OLD, FAILED), (OLD, FAILED), (OLD, FAILED)], 3),
        ([(OLD, FAILED), (NEW, FAILED)], 1),
        ([(NEW, FAILED), (OLD, FAILED), (NEW, FAILED), (NEW, FAILED)], 2),
        ([(OLD, FAILED), (OLD, DONE)], 0),
        ([(OLD, FAILED), (OLD, DONE), (OLD, FAILED)], 1),
        ([(OLD, FAILED), (OLD, EXPIRED), (OLD, FAILED)], 1),
        ([(OLD, FAILED), (OLD, CANCELLED), (OLD, FAILED)], 2),
        ([(OLD, FAILED), (NEW, CANCELLED)], 1),
        ([(OLD, FAILED), (OLD, State.PLANNED)], 0),
        ([(OLD, FAILED), (OLD, State.UNKNOWN)], 0),
        ([(OLD, DONE)], 0),
        ([(OLD, CANCELLED)], 0),
    ],
    ids=[
        "three times", "another payload", "back and forth", "then done", "since it was done", "since one expired",
        "one cancelled between", "one cancelled since", "one waits", "one is unknown", "never failed", "only cancelled",
    ],
)  # fmt: skip
def test_refusals_in_a_row_are_counted(
    tx: Transaction, past: Sequence[tuple[dict[str, int], State]], times: int
) -> None:
    for minute, (payload, state) in enumerate(past):
        end(tx, put(tx, "order.lines", payload=payload), state, minute)
    assert [each.times for each in refused(tx).values()] == ([times] if times else [])


def test_a_repeated_effect_that_ends_well_after_its_successor_lifts_the_refusal(tx: Transaction) -> None:
    first = end(tx, put(tx), FAILED, 1)
    end(tx, put(tx), FAILED, 2)
    outbox.retry(tx, first, "Ирина", NOW)
    end(tx, first, DONE, 3)
    assert refused(tx) == {}


def test_refusals_are_told_by_key_for_the_subjects_asked_for(tx: Transaction) -> None:
    for subject, kind in [(SUBJECT, "order.create"), (SUBJECT, "order.lines"), ("client:5", "partner.create")]:
        end(tx, put(tx, kind, subject), FAILED)
    end(tx, put(tx, subject="deal:72"), FAILED)
    assert set(refused(tx, SUBJECT, "client:5", "deal:404")) == {
        KEY, "order.lines|deal:71|1", "partner.create|client:5|1",
    }  # fmt: skip
    assert outbox.refusals(tx, "machinery", [SUBJECT]) == {}


def test_refusals_among_more_subjects_than_a_statement_takes_are_found(tx: Transaction) -> None:
    end(tx, put(tx), FAILED)
    assert set(refused(tx, *(f"deal:{number}" for number in range(CHUNK + 1000, 0, -1)))) == {KEY}


def test_open_ends_are_what_is_claimed_or_unknown(tx: Transaction) -> None:
    for number, state in enumerate([FAILED, DONE, CANCELLED, EXPIRED]):
        end(tx, put(tx, subject=f"deal:{number}"), state)
    put(tx, subject="deal:8")
    unknown = end(tx, put(tx, subject="deal:9"), State.UNKNOWN)
    claimed = put(tx)
    claim(tx, claimed)
    assert [each.id for each in outbox.open_ends(tx, COMPANY)] == [unknown, claimed]
    assert outbox.open_ends(tx, "machinery") == []


def test_what_was_made_is_known_by_its_subject_the_last_of_several(tx: Transaction) -> None:
    end(tx, put(tx), DONE, 1, external_id="511")
    end(tx, put(tx, occasion="2"), DONE, 2, external_id="512")
    end(tx, put(tx, occasion="3"), FAILED, 3)
    end(tx, put(tx, "order.lines"), DONE, 4, external_id="7")
    end(tx, put(tx, subject="deal:72"), DONE, 5, external_id="513")
    end(tx, put(tx, subject="deal:73"), State.UNKNOWN, 6)
    subjects = [SUBJECT, "deal:73", "deal:404"]
    assert outbox.made(tx, COMPANY, "order.create", subjects) == {SUBJECT: "512"}
    assert outbox.made(tx, "machinery", "order.create", subjects) == {}


def test_all_that_was_done_to_some_subjects_is_known_by_its_key(tx: Transaction) -> None:
    end(tx, put(tx), DONE, 1, external_id="511")
    end(tx, put(tx, "order.lines"), DONE, 3, external_id="8")
    end(tx, put(tx, "order.lines"), DONE, 2, external_id="7")
    end(tx, put(tx, "order.lines", occasion="2"), DONE, 4)
    end(tx, put(tx, "order.status"), DONE, 5)
    end(tx, put(tx, "order.lines", occasion="3"), FAILED, 6)
    end(tx, put(tx, "order.lines", subject="deal:72"), DONE, 7)
    put(tx, "order.lines", occasion="4")
    assert outbox.made_all(tx, COMPANY, [SUBJECT, "deal:404"], ["order.create", "order.lines"]) == {
        KEY: ("order.create", "511", SUBJECT),
        "order.lines|deal:71|1": ("order.lines", "8", SUBJECT),
        "order.lines|deal:71|2": ("order.lines", "", SUBJECT),
    }
    assert outbox.made_all(tx, "machinery", [SUBJECT], ["order.lines"]) == {}


def test_what_was_done_again_and_again_on_one_occasion_is_counted(tx: Transaction) -> None:
    for minute in range(4):
        end(tx, put(tx, "order.lines", occasion="restore"), DONE, minute, changed=True)
    end(tx, put(tx, "order.status", occasion="restore"), DONE, 3, changed=True)
    end(tx, put(tx, "order.lines", occasion="restore"), DONE, 3, changed=False)
    end(tx, put(tx, "order.lines", occasion="restore"), FAILED, 3)
    end(tx, put(tx, "order.lines", occasion="restored"), DONE, 3, changed=True)
    end(tx, put(tx, "order.lines", "deal:72", occasion="restore"), DONE, 3, changed=True)
    put(tx, "order.lines", occasion="restore")
    again = outbox.repeated(tx, COMPANY, [SUBJECT, "deal:404"], "restore", NOW + minutes(1))
    assert again == {(SUBJECT, "order.lines"): 3, (SUBJECT, "order.status"): 1}
    assert outbox.repeated(tx, "machinery", [SUBJECT], "restore", NOW) == {}


def test_ended_is_what_was_done_from_a_moment_until_before_another(tx: Transaction) -> None:
    done = [end(tx, put(tx, "order.lines"), DONE, minute) for minute in range(4)]
    failed = put(tx, "order.lines")
    end(tx, failed, FAILED, 1)
    for state in (CANCELLED, EXPIRED):
        end(tx, put(tx, "order.lines"), state, 1)
    put(tx, "order.lines")
    assert {each.id for each in outbox.ended(tx, COMPANY, NOW + minutes(1), NOW + minutes(3))} == {*done[1:3], failed}
    assert outbox.ended(tx, "machinery", NOW, NOW + minutes(9)) == []
