"""Effects on their way out: kept with the plan that decided them, claimed before they are sent, ended once.

The keys of repairs are unique while they wait, those of creations for ever but when surely nothing was made. Effects of
one subject go in the order of their ids. Whoever claims holds a lease, whose fence every later word about the effect
must bear.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from itertools import groupby, takewhile
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Update, and_, exists, func, or_, select, update

from sverka.domain.actions import Action
from sverka.domain.clock import FAR_AHEAD
from sverka.domain.effects import WAITING, Answer, Effect, Refusal, State
from sverka.store import runs
from sverka.store.chunks import distinct, in_chunks
from sverka.store.engine import Transaction
from sverka.store.errors import AlreadyTaken, NotFound, NotPossible
from sverka.store.ledgers import attempt, outbox

_NAMES = tuple(field.name for field in fields(Effect))
_COLUMNS = tuple(outbox.c[name] for name in _NAMES)
_OTHER = outbox.alias("other")
_IN_ITS_WAY = and_(
    _OTHER.c.company == outbox.c.company,
    _OTHER.c.subject == outbox.c.subject,
    _OTHER.c.ended_at.is_(None),
    or_(_OTHER.c.id < outbox.c.id, _OTHER.c.state == State.CLAIMED),  # a later one is under way when this is a retry
)


class Put(NamedTuple):
    """What became of a plan: the ids of the effects that were kept, in order, and the actions whose keys were taken."""

    ids: list[int]
    taken: list[Action]


def put(tx: Transaction, company: str, actions: Iterable[Action], run_id: int, now: datetime) -> Put:
    """Keep actions as planned effects, but those whose key is taken by an effect that is kept already."""
    kept = Put([], [])
    for action in actions:
        insert = tx.insert(outbox).values(_planned_row(company, action, run_id, now))
        effect_id = tx.scalar(insert.on_conflict_do_nothing().returning(outbox.c.id))
        if effect_id is None:
            kept.taken.append(action)
        else:
            kept.ids.append(effect_id)
    return kept


def _planned_row(company: str, action: Action, run_id: int, now: datetime) -> dict[str, Any]:
    return {
        "company": company,
        "key": action.key,
        "creation": action.spec.creation,
        "kind": action.kind,
        "system": action.spec.system,
        "subject": action.subject,
        "risk": action.spec.risk,
        "payload": dict(action.payload),
        "reason": action.reason,
        "evidence": list(action.evidence),
        "before": action.before,
        "after": action.after,
        "money_kopecks": action.money_kopecks,
        "settles": list(action.settles),
        "state": State.PLANNED,
        "attempts": 0,
        "planned_at": now,
        "fence": 0,
        "external_id": "",
        "detail": "",
        "run_id": run_id,
    }


def planned(tx: Transaction, company: str, now: datetime, subject: str | None = None) -> list[Effect]:
    """Return the effects that may be claimed now: due, and first of those of their subject that are not over."""
    conditions = [*_waiting(company), *_claimable(now)]
    if subject is not None:
        conditions.append(outbox.c.subject == subject)
    return _effects(tx, *conditions)


def claim(tx: Transaction, effect_id: int, lease_name: str, fence: int, now: datetime) -> bool:
    """Claim a due effect for the holder of a lease, which is renewed by it; False if either is not ours to have."""
    return bool(claim_many(tx, [effect_id], lease_name, fence, now))


def claim_many(
    tx: Transaction, effect_ids: Iterable[int], lease_name: str, fence: int, now: datetime
) -> tuple[int, ...]:
    """Claim those of the effects that `planned` would return; return their ids, in order."""
    if not runs.renew(tx, lease_name, fence, now):
        return ()
    statement = update(outbox).where(outbox.c.id.in_(tuple(effect_ids)), *_claimable(now))
    values = {"state": State.CLAIMED, "claimed_at": now, "fence": fence}
    return tuple(sorted(tx.column(statement.values(values).returning(outbox.c.id))))


def finish(
    tx: Transaction,
    effect_id: int,
    fence: int,
    state: State,
    *,
    now: datetime,
    external_id: str = "",
    changed: bool | None = None,
    detail: str = "",
    not_before: datetime | None = None,
) -> bool:
    """End the attempt on a claimed effect; False if it is no more claimed under `fence`.

    Planned again counts an attempt and waits until `not_before`. An external id once known is kept.
    """
    values: dict[str, Any] = {"changed": changed, "detail": detail, "not_before": not_before} | _standing(state, now)
    if state is State.PLANNED:
        values["attempts"] = outbox.c.attempts + 1
    if external_id:
        values["external_id"] = external_id
    return tx.change(update(outbox).where(*_claimed_under(effect_id, fence)).values(values)) == 1


def is_claimed_under(tx: Transaction, effect_id: int, fence: int) -> bool:
    """Say whether an effect is still claimed by whom it was claimed under `fence`; only they may say how it ended."""
    return tx.scalar(select(outbox.c.id).where(*_claimed_under(effect_id, fence))) is not None


def is_tried_since(tx: Transaction, effect_id: int, since: datetime) -> bool:
    """Say whether somebody sent an effect, or looked for it, since a moment."""
    tried = (attempt.c.effect_id == effect_id, attempt.c.at >= since)
    return tx.scalar(select(attempt.c.effect_id).where(*tried).limit(1)) is not None


def claimed_by_now(tx: Transaction, company: str, now: datetime) -> None:
    """Take claims that a wrong clock dated far ahead for claims of this moment, so that they settle some time."""
    ahead = (*_waiting(company), outbox.c.state == State.CLAIMED, outbox.c.claimed_at > now + FAR_AHEAD)
    tx.change(update(outbox).where(*ahead).values(claimed_at=now))


def claimed(tx: Transaction, company: str) -> list[Effect]:
    """Return the effects that somebody claimed and has not ended."""
    return _effects(tx, *_waiting(company), outbox.c.state == State.CLAIMED)


def open_ends(tx: Transaction, company: str) -> list[Effect]:
    """Return the effects of which it is not known whether they happened: claimed and not ended, or unknown."""
    return _effects(tx, *_waiting(company), outbox.c.state.in_((State.CLAIMED, State.UNKNOWN)))


def ended(tx: Transaction, company: str, since: datetime, until: datetime) -> list[Effect]:
    """Return the effects that were done, or refused for good, in [since, until)."""
    then = (outbox.c.ended_at >= since, outbox.c.ended_at < until)
    return _effects(tx, outbox.c.company == company, outbox.c.state.in_((State.DONE, State.FAILED)), *then)


def made(tx: Transaction, company: str, kind: str, subjects: Iterable[str]) -> dict[str, str]:
    """Return the external ids that creations of a kind brought, by subject; the one done last."""
    query = select(outbox.c.subject, outbox.c.external_id).order_by(outbox.c.ended_at, outbox.c.id)
    done = (
        outbox.c.company == company,
        outbox.c.state == State.DONE,
        outbox.c.kind == kind,
        outbox.c.external_id != "",
    )
    found: dict[str, str] = {}
    for chunk in in_chunks(distinct(subjects)):
        found.update((row[0], row[1]) for row in tx.all(query.where(*done, outbox.c.subject.in_(chunk))))
    return found


def made_all(
    tx: Transaction, company: str, subjects: Iterable[str], kinds: Iterable[str]
) -> dict[str, tuple[str, str, str]]:
    """Return what was done to the subjects, by key: kind, external id ("" for none), subject; the one done last of a key."""
    columns = (outbox.c.key, outbox.c.kind, outbox.c.external_id, outbox.c.subject)
    done = (outbox.c.company == company, outbox.c.state == State.DONE, outbox.c.kind.in_(tuple(kinds)))
    query = select(*columns).where(*done).order_by(outbox.c.ended_at, outbox.c.id)
    found: dict[str, tuple[str, str, str]] = {}
    for chunk in in_chunks(distinct(subjects)):
        found.update(
            (key, (kind, ext_id, of)) for key, kind, ext_id, of in tx.all(query.where(outbox.c.subject.in_(chunk)))
        )
    return found


def made_under(
    tx: Transaction, company: str, ending: str, kinds: Iterable[str], since: datetime
) -> list[tuple[str, str, str]]:
    """Return what was done since a moment to subjects with an ending: kind, external id, subject."""
    done = (outbox.c.company == company, outbox.c.state == State.DONE, outbox.c.ended_at >= since)
    those = (outbox.c.kind.in_(tuple(kinds)), outbox.c.subject.endswith(ending, autoescape=True))
    query = select(outbox.c.kind, outbox.c.external_id, outbox.c.subject).where(*done, *those)
    return [(kind, ext_id, subject) for kind, ext_id, subject in tx.all(query)]


def repeated(
    tx: Transaction, company: str, subjects: Iterable[str], occasion: str, since: datetime
) -> dict[tuple[str, str], int]:
    """Count by (subject, kind) the effects of an occasion that were done since a moment and did change something."""
    key = outbox.c.kind + "|" + outbox.c.subject + f"|{occasion}"
    done = (outbox.c.company == company, outbox.c.state == State.DONE, outbox.c.ended_at >= since)
    query = select(outbox.c.subject, outbox.c.kind, func.count()).where(
        *done, outbox.c.changed.is_(True), outbox.c.key == key
    )
    found: dict[tuple[str, str], int] = {}
    for chunk in in_chunks(distinct(subjects)):
        of_these = query.where(outbox.c.subject.in_(chunk)).group_by(outbox.c.subject, outbox.c.kind)
        found.update(((subject, kind), times) for subject, kind, times in tx.all(of_these))
    return found


def refusals(tx: Transaction, company: str, subjects: Iterable[str]) -> dict[str, Refusal]:
    """Return what is refused to the subjects as it stands, by key: the effects that failed with one payload in a row.

    Any other end, another payload, and an effect that waits break the row; what was cancelled was not tried and does not.
    """
    found: dict[str, Refusal] = {}
    for chunk in in_chunks(distinct(subjects)):
        for key, latest_first in groupby(tx.all(_tries(company, chunk)), lambda row: str(row.key)):
            last, *before = latest_first
            if last.state == State.FAILED:
                times = 1 + _again(last, before)
                found[key] = Refusal(key, last.payload, times, last.detail, last.ended_at)
    return found


def brought_ids(tx: Transaction, company: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the external ids that done actions brought, by key; the latest of a key."""
    columns = (outbox.c.key, outbox.c.external_id)
    done = (outbox.c.company == company, outbox.c.state == State.DONE, outbox.c.external_id != "")
    found: dict[str, str] = {}
    for chunk in in_chunks(distinct(keys)):
        rows = tx.all(select(*columns).where(*done, outbox.c.key.in_(chunk)).order_by(outbox.c.id))
        found.update((row[0], row[1]) for row in rows)
    return found


def subjects_waiting(tx: Transaction, company: str) -> set[str]:
    """Return the subjects with an effect that is planned, claimed or unknown."""
    return set(tx.column(select(outbox.c.subject).where(*_waiting(company)).distinct()))


def waiting_keys(tx: Transaction, company: str) -> set[str]:
    """Return the keys of the effects that are planned, claimed or unknown."""
    return set(tx.column(select(outbox.c.key).where(*_waiting(company))))


def known_keys(tx: Transaction, company: str, keys: Iterable[str]) -> set[str]:
    """Return those of the keys that any effect has, however it ended."""
    query = select(outbox.c.key).where(outbox.c.company == company).distinct()
    return {key for chunk in in_chunks(distinct(keys)) for key in tx.column(query.where(outbox.c.key.in_(chunk)))}


def payloads(tx: Transaction, effect_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what effects hold, by their numbers."""
    query = select(outbox.c.id, outbox.c.payload)
    chunks = in_chunks(distinct(effect_ids))
    return {row.id: row.payload for chunk in chunks for row in tx.all(query.where(outbox.c.id.in_(chunk)))}


def by_run(tx: Transaction, run_id: int) -> list[Effect]:
    """Return the effects that a run planned."""
    return _effects(tx, outbox.c.run_id == run_id)


def listing(
    tx: Transaction,
    company: str | None = None,
    *,
    states: Iterable[State] = (),
    subject: str | None = None,
    limit: int = 100,
) -> list[Effect]:
    """Return the latest effects, the last one first, of a company, some states or a subject."""
    wanted = tuple(states)
    conditions = [
        *([outbox.c.company == company] if company is not None else []),
        *([outbox.c.state.in_(wanted)] if wanted else []),
        *([outbox.c.subject == subject] if subject is not None else []),
    ]
    query = select(*_COLUMNS).where(*conditions).order_by(outbox.c.id.desc()).limit(limit)
    return [_effect(row) for row in tx.all(query)]


def retry(tx: Transaction, id: int, by: str, now: datetime) -> Effect:  # noqa: A002
    """Plan an effect anew that failed, is unknown or was put off, by a person's word.

    Raises NotFound, NotPossible, and AlreadyTaken if another effect has the key by now.
    """
    values = {"attempts": 0, "not_before": None, "detail": f"planned again by {by}"} | _standing(State.PLANNED, now)
    try:
        with tx.attempting():
            return _decide(tx, id, (State.FAILED, State.UNKNOWN, State.PLANNED), values)
    except AlreadyTaken as error:
        raise AlreadyTaken(f"Another effect does what effect {id} should do; it waits or is done already.") from error


def cancel(tx: Transaction, id: int, by: str, reason: str, now: datetime) -> Effect:  # noqa: A002
    """End an effect that is planned, failed or unknown without sending it. Raises NotFound, NotPossible."""
    values = {"detail": f"cancelled by {by}: {reason}"} | _standing(State.CANCELLED, now)
    return _decide(tx, id, (State.PLANNED, State.FAILED, State.UNKNOWN), values)


def note_attempt(tx: Transaction, effect_id: int, n: int, answer: Answer, ms: int, detail: str, now: datetime) -> None:
    """Add one attempt to the log of an effect: its number, what the answer meant, how long it took."""
    row = {"effect_id": effect_id, "n": n, "answer": answer, "ms": ms, "detail": detail, "at": now}
    tx.change(tx.insert(attempt).values(row))


def _standing(state: State, now: datetime) -> dict[str, Any]:
    return {"state": state, "ended_at": None if state in WAITING else now}


def _waiting(company: str) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.company == company, outbox.c.ended_at.is_(None))


def _claimed_under(effect_id: int, fence: int) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.id == effect_id, outbox.c.state == State.CLAIMED, outbox.c.fence == fence)


def _claimable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    due = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now, outbox.c.not_before > now + FAR_AHEAD)
    return (outbox.c.state == State.PLANNED, due, ~exists().where(_IN_ITS_WAY))


def _tries(company: str, subjects: Iterable[str]) -> Any:
    """Select the effects, but the cancelled, of each key that ever failed on the subjects; the last one of a key first."""
    failed = (_OTHER.c.company == company, _OTHER.c.subject.in_(subjects), _OTHER.c.state == State.FAILED)
    tried = (outbox.c.company == company, outbox.c.key.in_(select(_OTHER.c.key).where(*failed)))
    columns = (outbox.c.key, outbox.c.payload, outbox.c.state, outbox.c.detail, outbox.c.ended_at)
    # By their ends, not by their numbers: an effect that was retried may end after its successor.
    latest_first = (outbox.c.key, outbox.c.ended_at.is_(None).desc(), outbox.c.ended_at.desc(), outbox.c.id.desc())
    return select(*columns).where(*tried, outbox.c.state != State.CANCELLED).order_by(*latest_first)


def _again(last: Any, before: Iterable[Any]) -> int:
    """Count how often right before its last failure the same had failed."""
    same = takewhile(lambda row: row.state == State.FAILED and row.payload == last.payload, before)
    return sum(1 for _ in same)


def _effects(tx: Transaction, *conditions: ColumnElement[bool]) -> list[Effect]:
    return [_effect(row) for row in tx.all(select(*_COLUMNS).where(*conditions).order_by(outbox.c.id))]


def _effect(row: Any) -> Effect:
    values = dict(zip(_NAMES, row, strict=True))
    lists = {"evidence": tuple(row.evidence), "settles": tuple((aspect, value) for aspect, value in row.settles)}
    return Effect(**values | {"state": State(row.state)} | lists)


def _decide(tx: Transaction, effect_id: int, states: Iterable[State], values: dict[str, Any]) -> Effect:
    allowed = tuple(states)
    statement: Update = update(outbox).where(outbox.c.id == effect_id, outbox.c.state.in_(allowed)).values(values)
    changed = tx.change(statement)
    found = _effects(tx, outbox.c.id == effect_id)
    if not found:
        raise NotFound(f"There is no effect {effect_id}.")
    if not changed:
        raise NotPossible(f"Effect {effect_id} is {found[0].state}; only {', '.join(allowed)} ones may be changed so.")
    return found[0]
