"""Whatever happens in whatever order: one effect of a subject at a time, no claim ended by a stranger, nothing done undone."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from sverka.domain.actions import Action
from sverka.domain.effects import FREES_CREATION_KEY, WAITING, Effect, State
from sverka.store import outbox, runs
from sverka.store.engine import Store
from sverka.store.errors import AlreadyTaken, NotPossible
from tests.make import NOW

LEASES = ("agreement", "outbox")
ENDS = st.sampled_from([State.DONE, State.FAILED, State.UNKNOWN, State.PLANNED, State.CANCELLED, State.EXPIRED])
KINDS = st.sampled_from(["order.create", "order.lines"])
SUBJECTS = st.sampled_from(["deal:1", "deal:2"])


class Outbox(RuleBasedStateMachine):
    """Two senders, each with a lease, and a person, over the effects of two deals of a company of their own."""

    store: Store
    companies = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).companies += 1
        self.company = f"company {self.companies}"
        self.fences = {lease: self.take(lease) for lease in LEASES}
        self.over: dict[int, Effect] = {}

    def take(self, lease: str) -> int:
        with self.store.writing() as tx:
            fence = runs.acquire(tx, f"{lease} {self.company}", "me", 60, NOW)
        assert fence is not None
        return fence

    def all(self) -> list[Effect]:
        with self.store.reading() as tx:
            return sorted(outbox.listing(tx, self.company, limit=10_000), key=lambda each: each.id)

    @rule(kind=KINDS, subject=SUBJECTS)
    def plan(self, kind: str, subject: str) -> None:
        with self.store.writing() as tx:
            outbox.put(tx, self.company, [Action(kind, subject, "1", {}, "")], 1, NOW)

    @rule(lease=st.sampled_from(LEASES), place=st.integers(0, 5))
    def claim(self, lease: str, place: int) -> None:
        effects = self.all()
        if effects:
            with self.store.writing() as tx:
                outbox.claim(tx, effects[place % len(effects)].id, f"{lease} {self.company}", self.fences[lease], NOW)

    @rule(lease=st.sampled_from(LEASES), end=ENDS)
    def finish(self, lease: str, end: State) -> None:
        for each in self.all():
            with self.store.writing() as tx:
                ended = outbox.finish(tx, each.id, self.fences[lease], end, now=NOW)
            assert ended is (each.state is State.CLAIMED and each.fence == self.fences[lease])

    @rule(lease=st.sampled_from(LEASES))
    def pass_on(self, lease: str) -> None:
        self.fences[lease] = self.take(lease)

    @rule(retried=st.booleans(), place=st.integers(0, 5))
    def decide(self, retried: bool, place: int) -> None:
        effects = self.all()
        if not effects:
            return
        effect_id = effects[place % len(effects)].id
        with suppress(NotPossible, AlreadyTaken), self.store.writing() as tx:
            if retried:
                outbox.retry(tx, effect_id, "Ирина", NOW)
            else:
                outbox.cancel(tx, effect_id, "Ирина", "", NOW)

    @invariant()
    def the_laws_hold(self) -> None:
        effects = self.all()
        claimed = Counter(each.subject for each in effects if each.state is State.CLAIMED)
        taken = Counter(each.key for each in effects if _takes_its_key(each))
        now = {each.id: each for each in effects}
        assert max(claimed.values(), default=0) <= 1, "two effects of a subject are under way"
        assert max(taken.values(), default=0) <= 1, "a key is taken twice"
        assert all(now[effect_id] == effect for effect_id, effect in self.over.items()), "what was done has changed"
        self.over |= {each.id: each for each in effects if each.state is State.DONE}


def _takes_its_key(effect: Effect) -> bool:
    return effect.state in WAITING if effect.kind == "order.lines" else effect.state not in FREES_CREATION_KEY


def test_the_outbox_keeps_its_laws(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "store", store, raising=False)
    run_state_machine_as_test(Outbox, settings=settings(max_examples=10, stateful_step_count=25))
