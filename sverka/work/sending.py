"""Sending what the outbox holds, one effect per intention (reliability §3).

- The claim is committed before the call, its end after it; nothing is held open between.
- Right before the call two things are asked again: is the lease still ours, and did the claim happen a moment ago (a paused process
  must not wake up and send). If not, the row stays claimed and is looked up later.
- An answer that leaves it open whether the effect happened, or none because the process was killed, leaves the row claimed. After its
  system's settle time it is looked up: found → done, surely absent → planned again, otherwise unknown and a person decides. A letter
  cannot be looked up: one to a colleague goes again, one to a client becomes unknown at once.
- What may stand in part, by whatever way it was cut in two, is neither agreed nor anybody's decision: the base says so from then on.
- What an effect finds there is not what it was planned on: nothing is written, the row is cancelled, and the next pass decides anew.
- Before every claim the brakes are asked, in the same transaction; what one covers stays planned.
- A creation that may stand already, for all that this store knows (it is an adopted old copy), is looked for first.
- A row whose ref will never come (its source failed) is cancelled; the next plan starts from what is there.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sverka.domain.actions import KIND_BY_NAME, card_of, refs_in, resolve
from sverka.domain.clock import Clock
from sverka.domain.effects import LOOKED_UP, Answer, Effect, Outcome, Probe, State, at_this_try
from sverka.domain.high_water import Doubt
from sverka.domain.messaging.channels import CHANNEL_BY_ACTION
from sverka.domain.plan import Agreed, Bind
from sverka.domain.retrying import delay
from sverka.store import agreements, attention, bindings, messages, mirror, outbox
from sverka.store.engine import Transaction
from sverka.work import halves, tickets
from sverka.work.brakes import Gate
from sverka.work.desk import Desk, Look
from sverka.work.lease import Lease
from sverka.work.stop import Stop

SETTLE: Mapping[str, timedelta] = {
    "bitrix24": timedelta(seconds=90), "business_ru": timedelta(seconds=120), "mail": timedelta(seconds=600),
    "smsc": timedelta(seconds=90), "green_api": timedelta(seconds=240),
}  # fmt: skip
"""How long a request may still be running at the provider after we lost its answer."""

CLAIM_IS_FRESH_S = 5.0
BATCH = 50
_SHORT_WAITS = 2
"""What surely did not happen is tried again within five minutes: that costs one request, and its deal waits for it meanwhile."""

_ASK_UNTIL = timedelta(hours=1)
"""So long a lost effect is looked up again and again before a person is asked."""
_WAIT_AT_MOST_S = 330.0
"""A closed request window opens within five minutes; longer than that a run does not wait for one row."""
MIRROR_IS_FRESH = timedelta(minutes=15)
_HOUR_STANDS = timedelta(minutes=1)
"""So long after it was decided that a message may go now, it may."""
_TRIES_IN_A_RUN = 20
"""A row whose reading had to wait for the window is claimed anew, but not for ever."""

_NO_LEDGER = "the company's file names no ledger any more"

_BINDING_KIND = {"order.create": "order", "partner.create": "client"}
"""Creations whose new id is a counterpart of their subject."""

_log = logging.getLogger(__name__)


@dataclass
class Sent:
    """What sending came to."""

    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    cancelled: int = 0
    sentences: list[str] = field(default_factory=list)


class _NotOurs(Exception):
    """Not all rows could be claimed."""


class Permit:
    """The guard that is asked right before each write: the lease is ours, and no pause lies between this and the last question."""

    def __init__(self, clock: Clock, lease: Lease, claimed_at: float) -> None:
        self._clock, self._lease, self._last = clock, lease, claimed_at
        self.was_late = False

    def __call__(self) -> bool:
        """Say whether the write may go out now."""
        now = self._clock.monotonic()
        self.was_late = now - self._last > CLAIM_IS_FRESH_S
        self._last = now
        return self._lease.trusted() and not self.was_late


class Sender:
    """Sends one company's outbox, as far as the job may, under the company's lease for writing.

    look_again reads what changed; wanted runs the rule again, on a look, for an effect that was planned on an older one.
    """

    def __init__(
        self, desk: Desk, lease: Lease, may_send: Callable[[Effect], bool], look: Look,
        look_again: Callable[[], Look], wanted: Callable[[Look, Effect], bool], stop: Stop, gate: Gate,
    ) -> None:  # fmt: skip
        self._desk, self._lease, self._may_send, self._look, self._stop = desk, lease, may_send, look, stop
        self._look_again, self._wanted, self._gate, self._is_renewed = look_again, wanted, gate, False
        self._tried: set[int] = set()
        self.sent = Sent()

    def send_all(self, progress: Callable[[str, int, int], None]) -> Sent:
        """Send every row that is due, in order, until none is left or the lease is gone. Raises Stopped between two effects."""
        while self._lease.trusted() and (rows := self._due()):
            self._stop.check()
            progress("sending", len(self._tried), len(self._tried) + len(rows))
            batch = _batch(rows)
            self._tried.update(row.id for row in batch)
            if len(batch) > 1 or KIND_BY_NAME[batch[0].kind].batchable:
                self._send_batch(batch)
            else:
                self._send_one(batch[0])
        return self.sent

    def recover(self) -> Sent:
        """Look up the rows whose answer was lost, once their system has surely finished with them."""
        now = self._desk.clock.real()
        with self._desk.store.writing() as tx:
            outbox.claimed_by_now(tx, self._desk.company, now)
            rows = outbox.claimed(tx, self._desk.company)
        for row in rows:
            self._stop.check()
            if self._may_send(row) and _has_settled(row, now):
                self._settle(row)
        return self.sent

    def _due(self) -> list[Effect]:
        with self._desk.store.reading() as tx:
            rows = outbox.planned(tx, self._desk.company, self._desk.clock.real())
            mine = [row for row in rows if row.id not in self._tried and self._may_send(row)]
            return self._gate.lets(tx, mine)

    def _send_one(self, row: Effect) -> None:
        payload = self._payload(row)
        if payload is None or not self._is_wanted(row, payload) or self._is_doubtful(row):
            return
        if row.system == "mail":
            self._desk.post.prepare(payload)
        elif row.kind in CHANNEL_BY_ACTION:
            self._desk.channels.prepare(row.kind, payload, self._look.now)
        claimed_at = self._claim([row])
        if claimed_at is not None:
            with self._stop.finishing():
                outcome = self._call(row, at_this_try(payload, row.attempts), claimed_at)
            self._pause(self._finish(replace(row, fence=self._lease.fence), outcome, self._ms_since(claimed_at)), [row])

    def _send_batch(self, rows: Sequence[Effect]) -> None:
        ready = [
            (row, payload)
            for row in rows
            if (payload := self._payload(row)) is not None and self._is_wanted(row, payload)
        ]
        if not ready or (claimed_at := self._claim([row for row, _ in ready])) is None:
            return
        commands = [(row.kind, at_this_try(payload, row.attempts)) for row, payload in ready]
        with self._stop.finishing():
            permit = Permit(self._desk.clock, self._lease, claimed_at)
            outcomes = self._desk.portal.send(commands, self._look.directory, permit)
        waits_s = [
            self._finish(replace(row, fence=self._lease.fence), outcome, self._ms_since(claimed_at))
            for (row, _), outcome in zip(ready, outcomes, strict=True)
        ]
        again = [row for (row, _), wait_s in zip(ready, waits_s, strict=True) if wait_s is not None]
        self._pause(max((wait_s for wait_s in waits_s if wait_s is not None), default=None), again)

    def _call(self, row: Effect, payload: Mapping[str, Any], claimed_at: float) -> Outcome:
        permit = Permit(self._desk.clock, self._lease, claimed_at)
        if row.system == "mail":
            return self._desk.post.send(tickets.issued(self._desk, payload, self._look.now), permit)
        if row.system == "bitrix24":
            return self._desk.portal.send([(row.kind, payload)], self._look.directory, permit)[0]
        if row.kind in CHANNEL_BY_ACTION:
            return self._desk.channels.send(row.kind, payload, self._look.now, permit)
        if refs_in(row.payload) and self._is_first_try(row) and not self._gate.is_after_adoption:
            payload = {**payload, "fresh": True}
        if self._desk.ledger is None:
            return Outcome(Answer.REFUSED, changed=False, detail=_NO_LEDGER)
        outcome = self._desk.ledger.send(row.kind, payload, permit)
        may_try_again = outcome.answer is Answer.NOT_EXECUTED and permit.was_late
        return replace(outcome, retry_after_s=0.0) if may_try_again else outcome

    def _payload(self, row: Effect) -> dict[str, Any] | None:
        """Return the payload with the ids that earlier rows brought; None if one is not there (yet, or any more)."""
        keys = refs_in(row.payload)
        with self._desk.store.reading() as tx:
            ids = outbox.brought_ids(tx, self._desk.company, keys)
            missing = [key for key in keys if key not in ids]
            is_coming = bool(outbox.waiting_keys(tx, self._desk.company) & set(missing))
        if not missing:
            return resolve(row.payload, ids)
        if not is_coming:
            self._cancel(row, "what it waited for was not made")
        return None

    def _is_first_try(self, row: Effect) -> bool:
        """Whether this run planned the row, and nobody has tried it: what its refs brought was made a moment ago."""
        return row.run_id == self._look.run_id and row.attempts == 0

    def _is_wanted(self, row: Effect, payload: Mapping[str, Any]) -> bool:
        """Run the rule again, unless this very look planned the row and is fresh; an old look is renewed first."""
        if self._desk.clock.real() - self._look.stands_since >= MIRROR_IS_FRESH:
            self._look, self._is_renewed = self._look_again(), True
            self._gate.heed(self._look)
        if self._is_of_this_moment(row) or self._wanted(self._now(row), replace(row, payload=payload)):
            return True
        self._cancel(row, "the facts changed before it was sent")
        return False

    def _is_of_this_moment(self, row: Effect) -> bool:
        """Whether this very look planned the row; a message's hour may have passed since, so it is asked about after a minute."""
        is_old = row.kind in CHANNEL_BY_ACTION and self._desk.clock.real() - self._look.read_at >= _HOUR_STANDS
        return row.run_id == self._look.run_id and not self._is_renewed and not is_old

    def _now(self, row: Effect) -> Look:
        """Return the look by which a row is asked about: for a message, with the business time of this moment."""
        if row.kind not in CHANNEL_BY_ACTION:
            return self._look
        return replace(self._look, now=self._business())

    def _business(self) -> datetime:
        return self._look.now + (self._desk.clock.real() - self._look.read_at)

    def _is_doubtful(self, row: Effect) -> bool:
        """Deal with an effect that may have happened in the time that an adopted copy has forgotten; False if there is no such doubt."""
        doubt = self._gate.doubt(row)
        if doubt is Doubt.DROP:
            self._cancel(row, "a letter of that day went before the store was restored, as far as its mark tells")
        elif doubt is not Doubt.NONE and self._claim([row]) is not None:
            self._settle(replace(row, fence=self._lease.fence, claimed_at=self._desk.clock.real()))
            self._tried.discard(row.id)  # what was looked for and is not there has been tried once, and goes now
        return doubt is not Doubt.NONE

    def _cancel(self, row: Effect, reason: str) -> None:
        with self._desk.store.writing() as tx:
            outbox.cancel(tx, row.id, by="sverka", reason=reason, now=self._desk.clock.real())
        self.sent.cancelled += 1
        _tell(row, "cancelled")

    def _claim(self, rows: Sequence[Effect]) -> float | None:
        """Claim the rows in one transaction, all or none; return the monotonic moment of the claim."""
        claimed_at = self._desk.clock.monotonic()
        try:
            with self._desk.store.writing() as tx:
                ids = outbox.claim_many(
                    tx, [row.id for row in rows], self._lease.name, self._lease.fence, self._desk.clock.real()
                )
                if len(ids) < len(rows) or len(self._gate.lets(tx, rows)) < len(rows):
                    raise _NotOurs
        except _NotOurs:
            return None
        return claimed_at

    def _ms_since(self, moment: float) -> int:
        return int((self._desk.clock.monotonic() - moment) * 1000)

    def _pause(self, wait_s: float | None, rows: Sequence[Effect]) -> None:
        """Wait until a closed window opens, and let the rows be tried again in this run."""
        if wait_s is not None and self._lease.trusted():
            self._desk.clock.wait(wait_s)
            self._tried.difference_update(row.id for row in rows)

    def _finish(self, row: Effect, outcome: Outcome, ms: int) -> float | None:
        """Record the end of an attempt. Return after how many seconds it is worth trying again in this run, None for never."""
        now, wait_s = self._desk.clock.real(), outcome.retry_after_s
        with self._desk.store.writing() as tx:
            noted = Answer.REFUSED if outcome.overtaken else outcome.answer  # nothing is wrong with the system
            outbox.note_attempt(tx, row.id, row.attempts + 1, noted, ms, outcome.detail, now)
            if not outbox.is_claimed_under(tx, row.id, row.fence):
                told = f"another process has taken it over; what it answered here: {outcome.answer.value} {outcome.external_id}"
                self.sent.sentences.append(f"{row.subject} {row.kind}: {told.strip()}")
                return None
            self._gate.tried(tx, row, outcome.answer)
            if outcome.answer is Answer.ACCEPTED:
                self._accept(tx, row, outcome)
            elif outcome.answer is Answer.REFUSED:
                self._end(tx, row, State.FAILED, outcome.detail)
                self.sent.failed += 1
                self.sent.sentences.append(f"{row.subject} {row.kind}: {outcome.detail}")
            elif outcome.overtaken:
                self._end(tx, row, State.CANCELLED, outcome.detail)
                mirror.merge(tx, row.company, outcome.news, self._look.run_id)
                self.sent.cancelled += 1
            elif outcome.answer is Answer.NOT_EXECUTED:
                pause = timedelta(seconds=wait_s) if wait_s is not None else delay(min(row.attempts + 1, _SHORT_WAITS))
                self._end(tx, row, State.PLANNED, outcome.detail, not_before=now + pause)
            else:
                lost = f"{row.subject} {row.kind}: {outcome.detail} It is looked up before anything is repeated."
                self.sent.sentences.append(lost)
            if outcome.answer in (Answer.REFUSED, Answer.NOT_EXECUTED) and outcome.changed:
                halves.note(tx, row)
        _tell(row, outcome.answer.value, ms=ms, changed=outcome.changed, is_well=outcome.answer is Answer.ACCEPTED)
        is_worth_it = outcome.answer is Answer.NOT_EXECUTED and not outcome.overtaken and row.attempts < _TRIES_IN_A_RUN
        return wait_s if is_worth_it and wait_s is not None and wait_s <= _WAIT_AT_MOST_S else None

    def _accept(self, tx: Transaction, row: Effect, outcome: Outcome) -> None:
        self._end(tx, row, State.DONE, outcome.detail, external_id=outcome.external_id, changed=outcome.changed)
        self.sent.done[row.kind] += 1
        agreements.put(tx, row.company, [Agreed(row.subject, *settled) for settled in row.settles], row.run_id)
        if row.kind in CHANNEL_BY_ACTION:
            messages.accepted(tx, row.id, self._business())
        kind = _BINDING_KIND.get(row.kind)
        if kind and outcome.external_id:
            left = row.subject.removeprefix("deal:")
            bindings.bind(tx, row.company, [Bind(kind, left, outcome.external_id, "T0")], row.run_id)
        card = card_of(row.subject)
        if card.startswith("deal:"):
            attention.add(tx, row.company, [card.removeprefix("deal:")], row.run_id)

    def _end(
        self, tx: Transaction, row: Effect, state: State, detail: str, *, external_id: str = "", changed: bool | None = None,
        not_before: datetime | None = None,
    ) -> None:  # fmt: skip
        outbox.finish(
            tx,
            row.id,
            row.fence,
            state,
            now=self._desk.clock.real(),
            external_id=external_id,
            changed=changed,
            detail=detail,
            not_before=not_before,
        )

    def _settle(self, row: Effect) -> None:
        payload = self._payload(row)
        if payload is None:
            return
        probe = self._probe(row, payload)
        now = self._desk.clock.real()
        looked_up = f"{LOOKED_UP}{probe.detail or ('found' if probe.found else 'not found')}"
        answer = Answer.ACCEPTED if probe.found else Answer.AMBIGUOUS
        with self._desk.store.writing() as tx:
            outbox.note_attempt(tx, row.id, row.attempts + 1, answer, 0, looked_up, now)
            if not outbox.is_claimed_under(tx, row.id, row.fence):
                return
            if probe.found:
                self._accept(
                    tx, row, Outcome(Answer.ACCEPTED, external_id=probe.external_id, detail="found by look-up")
                )
            elif probe.complete or probe.is_final or row.claimed_at is None or now - row.claimed_at >= _ASK_UNTIL:
                self._not_found(tx, row, probe)
        _tell(row, "looked up", found=probe.found, complete=probe.complete, is_well=probe.found or probe.complete)

    def _not_found(self, tx: Transaction, row: Effect, probe: Probe) -> None:
        if not probe.complete or halves.may_be(row):
            halves.note(tx, row)
        if probe.complete:
            self._end(tx, row, State.PLANNED, "looked up: it was not executed")
        else:
            self._end(tx, row, State.UNKNOWN, probe.detail or "it could not be told whether it was executed")

    def _probe(self, row: Effect, payload: Mapping[str, Any]) -> Probe:
        if KIND_BY_NAME[row.kind].rule == "letters":
            return Probe(
                found=False, complete=True, detail="a letter to a colleague may come twice rather than not at all"
            )
        if row.system == "mail":
            return Probe(found=False, complete=False, detail="nobody can tell whether the letter went", is_final=True)
        if row.system == "bitrix24":
            return self._desk.portal.look(row.kind, payload, self._look.directory)
        if row.kind in CHANNEL_BY_ACTION:
            return self._desk.channels.look(row.kind, payload, row.claimed_at or row.planned_at)
        if not KIND_BY_NAME[row.kind].creation:
            return Probe(found=False, complete=True, detail="an absolute set: it is read and set again")
        ledger = self._desk.ledger
        return ledger.look(row.kind, payload) if ledger else Probe(found=False, complete=False, detail=_NO_LEDGER)


def _has_settled(row: Effect, now: datetime) -> bool:
    """Say whether the system has surely finished with the request."""
    return row.claimed_at is None or now - row.claimed_at >= SETTLE[row.system]


def _batch(rows: Sequence[Effect]) -> list[Effect]:
    """Return the first row, or as many batchable rows on different subjects as fit into one request."""
    if not KIND_BY_NAME[rows[0].kind].batchable:
        return [rows[0]]
    by_subject = {row.subject: row for row in reversed(rows) if row.kind == rows[0].kind}
    return sorted(by_subject.values(), key=lambda row: row.id)[:BATCH]


def _tell(row: Effect, outcome: str, *, is_well: bool = True, **more: object) -> None:
    """Tell the operator what became of an effect, in ids; the store keeps the words."""
    level = logging.INFO if is_well else logging.WARNING
    told = {"effect": row.id, "kind": row.kind, "subject": row.subject, "outcome": outcome, **more}
    _log.log(level, "effect", extra=told)
