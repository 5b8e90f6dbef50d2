"""The brakes of one run: what stands in the store, what the environment says, and what the run itself found.

Asked when a plan is made and again before every claim, so that at most the action in flight is completed after a switch was thrown.
Reading, the mirror and letters to colleagues go on under every brake, so that people see what there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sverka.domain import brakes as rules
from sverka.domain import high_water
from sverka.domain.actions import KIND_BY_NAME, MESSAGES, card_of
from sverka.domain.brakes import Hold
from sverka.domain.effects import Answer, Effect
from sverka.domain.high_water import Doubt
from sverka.domain.plan import Brake, Finding
from sverka.domain.rows import Deal
from sverka.store import brakes, mirror, outbox, runs
from sverka.store import high_water as waters
from sverka.store.engine import Transaction
from sverka.work.desk import Desk, Look
from sverka.work.mark import MarkUnreadable


def raise_mark(desk: Desk) -> None:
    """Let the mark outside say how far the store has come; for an old copy it stays as it is."""
    if desk.mark is not None:
        with desk.store.reading() as tx:
            stands, held = waters.read(tx), runs.held_scopes(tx)
        if stands.epoch and rules.STORE not in held:
            desk.mark.raise_to(stands)


class Gate:
    """What one company's run may do. keeps: whether what is found is written down; a dry run only heeds it."""

    def __init__(self, desk: Desk, *, keeps: bool) -> None:
        self._desk, self._keeps = desk, keeps
        self._found: dict[str, Brake] = {}
        self._sound: set[str] = set()
        self._tries, self._refused = Counter[str](), Counter[str]()
        self.stopped: set[str] = set()
        """Scopes that kept a planned effect from being claimed."""
        self.note([found] if (found := self._old_copy()) else [])
        with desk.store.reading() as tx:
            self._adoption = waters.adoption(tx)

    def _old_copy(self) -> Brake | None:
        """Compare the store with its mark; the file is read first, for a store only grows."""
        mark = self._desk.mark
        if mark is None:
            return None
        try:
            said = mark.read()
        except MarkUnreadable as trouble:
            return high_water.unreadable(str(mark.file), str(trouble))
        with self._desk.store.reading() as tx:
            stands = waters.read(tx)
        found = high_water.old_copy(stands, said)
        if found is None and not stands.epoch:
            with self._desk.store.writing() as tx:
                if not waters.read(tx).epoch:
                    waters.begin(tx, self._desk.draw_token(), self._desk.clock.real())
        return found

    def heed(self, look: Look) -> None:
        """Take over what a round of polling found, and let go what it found to be well."""
        self._sound |= look.sound
        self.note(look.brakes)
        if self._keeps and look.sound:
            with self._desk.store.writing() as tx:
                brakes.lift(tx, self._sound - self._found.keys(), self._desk.clock.real())

    def count_unknown(self) -> None:
        """Stop systems that left it open too often within a day whether something happened."""
        now = self._desk.clock.real()
        with self._desk.store.reading() as tx:
            released = brakes.releases(tx)
            told = brakes.unknown_since(tx, self._desk.company, now - rules.DAY)
        counts = {
            system: sum(at > released.get(f"{self._desk.company}/{system}", now - rules.DAY) for at in moments)
            for system, moments in told.items()
        }
        self.note(rules.leave_open(self._desk.company, counts))

    def note(self, found: Iterable[Brake]) -> None:
        """Put brakes on for which this run has found reason."""
        new = {each.scope: each for each in found}
        self._found |= new
        if new and self._keeps:
            with self._desk.store.writing() as tx:
                brakes.trip(tx, new.values(), self._desk.clock.real())

    def holds(self, tx: Transaction) -> list[Hold]:
        """Return the brakes that are on for the company, the oldest first."""
        now = self._desk.clock.real()
        stored = [
            each for each in runs.holds(tx)
            if rules.is_of(each.scope, self._desk.company) and (each.scope in self._found or each.scope not in self._sound)
        ]  # fmt: skip
        known = {each.scope for each in stored}
        fresh = [
            Hold(each.scope, rules.BY_ITSELF, each.reason, now, each.text)
            for each in self._found.values() if each.scope not in known
        ]  # fmt: skip
        return [*self._desk.switches.thrown(now), *stored, *fresh]

    def scopes(self, tx: Transaction) -> frozenset[str]:
        """Return what the brakes that are on cover."""
        return frozenset(each.scope for each in self.holds(tx))

    def lets(self, tx: Transaction, rows: Sequence[Effect]) -> list[Effect]:
        """Return the effects that no brake covers."""
        scopes = self.scopes(tx)
        let = []
        for row in rows:
            kind = KIND_BY_NAME[row.kind]
            covering = [scope for scope in scopes if rules.covers(scope, row.company, kind, row.subject)]
            self.stopped.update(covering)
            if not covering:
                let.append(row)
        return let

    def tried(self, tx: Transaction, row: Effect, answer: Answer) -> None:
        """Count a try; the brake of a rule whose effects are refused too often is on for the very next claim."""
        rule = KIND_BY_NAME[row.kind].rule
        self._tries[rule] += 1
        self._refused[rule] += answer is Answer.REFUSED
        found = rules.fails_too_often(row.company, rule, self._tries[rule], self._refused[rule])
        if found and rule != rules.LETTERS:
            self._found[found.scope] = found
            brakes.trip(tx, [found], self._desk.clock.real())

    def findings(self, tx: Transaction, tripped: Iterable[Brake]) -> tuple[Finding, ...]:
        """Return what people are told of the brakes that are on, those that a plan trips included."""
        now, holds = self._desk.clock.real(), self.holds(tx)
        known = {each.scope for each in holds}
        new = [
            Hold(each.scope, rules.BY_ITSELF, each.reason, now, each.text)
            for each in tripped
            if each.scope not in known
        ]
        return tuple(rules.finding(each, self._desk.company) for each in (*holds, *new))

    @property
    def tripped(self) -> frozenset[str]:
        """Return the scopes whose brake this run has found reason for."""
        return frozenset(self._found)

    @property
    def is_after_adoption(self) -> bool:
        """Whether creations may stand already that the store does not know of."""
        adoption = self._adoption
        return adoption is not None and self._desk.clock.real() - adoption.since < high_water.LOOKS_FIRST_FOR

    def doubt(self, row: Effect) -> Doubt:
        """Say what is done before an effect is sent for the first time."""
        if self._adoption is None or not self.is_after_adoption or self._is_tried(row, self._adoption.since):
            return Doubt.NONE
        last_day = self._adoption.forgotten_until.astimezone(self._desk.policy.zone).date()
        day = row.payload.get("day")
        return high_water.doubt(
            KIND_BY_NAME[row.kind], self._adoption, self._desk.clock.real(),
            began=self._stands_since(row) if KIND_BY_NAME[row.kind].rule == MESSAGES else None,
            day=date.fromisoformat(day) if isinstance(day, str) and day else None, last_day=last_day,
        )  # fmt: skip

    def _is_tried(self, row: Effect, since: datetime) -> bool:
        """Whether it was looked for since then, or a person has said that it is to go; letters to colleagues are judged by their day."""
        if KIND_BY_NAME[row.kind].rule == rules.LETTERS:
            return False
        with self._desk.store.reading() as tx:
            return outbox.is_tried_since(tx, row.id, since)

    def _stands_since(self, row: Effect) -> datetime | None:
        kind, _, deal_id = card_of(row.subject).partition(":")
        if kind != "deal":
            return None
        with self._desk.store.reading() as tx:
            deal = mirror.by_ids(tx, self._desk.company, Deal, [deal_id]).get(deal_id)
        return (deal.moved_at or deal.created_at) if deal else None
