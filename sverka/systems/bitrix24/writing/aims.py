"""Absolute sets: what has to be read to judge one, and which writes are missing by what was read. None missing: it stands.

One judgement serves before the writes, after them (what is read comes with the last write, in the same request), and when an answer
was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sverka.domain.effects import Answer, Outcome, Probe
from sverka.domain.money import BadNumberError
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import ENTITY_TYPES
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.faults import SYSTEM
from sverka.systems.errors import AskAgain, BadAnswer, ContractBroken, NotFound, Overtaken, SystemTrouble
from sverka.systems.outcomes import answer_of, overtaken
from sverka.systems.values import BadValueError, Json, ident_or_none

_STEPS_AT_ONCE = 20
"""Writes in one request: they are slow, and the portal cuts a request off at 60 s."""


class Unfit(Exception):
    """What an effect wants cannot be had as things stand; the message says why, to a person."""


def _as_planned(_answer: BatchAnswer) -> bool:
    return True


@dataclass(frozen=True)
class Aim:
    """One absolute set. is_as_planned: whether what was read before the writes is what the effect was planned on.

    Both functions may raise SystemTrouble, BadValueError, BadNumberError, Unfit.
    """

    reads: Mapping[str, Command]
    missing: Callable[[BatchAnswer], list[Command]]
    is_as_planned: Callable[[BatchAnswer], bool] = _as_planned


def carry_out(api: PortalApi, aim: Aim, permit: Callable[[], bool]) -> Outcome:
    """Read, write what is missing, and look whether it stands."""
    try:
        seen = api.read(aim.reads)
        steps = aim.missing(seen)
        is_as_planned = not steps or aim.is_as_planned(seen)
    except Unfit as why:
        return refused(str(why))
    except SystemTrouble as trouble:
        answer = Answer.NOT_EXECUTED if isinstance(trouble, AskAgain | ContractBroken) else answer_of(trouble)
        return Outcome(answer, changed=False, detail=str(trouble), retry_after_s=trouble.retry_after_s)
    except (BadValueError, BadNumberError) as error:
        return refused(f"what stands on the portal cannot be understood: {error}")
    if not is_as_planned:
        method = next(iter(aim.reads.values())).method
        return overtaken(Overtaken(SYSTEM, method, "what stands there was changed meanwhile"))
    return _write(api, aim, steps, permit) if steps else Outcome(Answer.ACCEPTED, changed=False)


def look(api: PortalApi, aim: Aim) -> Probe:
    """Say whether a set stands."""
    try:
        missing = aim.missing(api.read(aim.reads))
    except (Unfit, NotFound) as why:
        return Probe(found=False, complete=True, detail=str(why))
    except (SystemTrouble, BadValueError, BadNumberError) as trouble:
        return Probe(found=False, complete=False, detail=str(trouble))
    return Probe(found=not missing, complete=True, detail=_missing(len(missing)) if missing else "")


def refused(why: str, *, changed: bool = False) -> Outcome:
    """Return the outcome of what cannot be done as it was asked for."""
    return Outcome(Answer.REFUSED, changed=changed, detail=why)


def item_list(kind: str, ext_id: str, *fields: str) -> Command:
    """Return the command that reads some fields of one card; a card that is gone does not come."""
    params = {"filter": {"@id": [int(ext_id)]}, "select": ["id", *fields], "order": {"id": "ASC"}, "start": -1}
    return Command("crm.item.list", {**card_type(kind), **params})


def the_item(answer: BatchAnswer, key: str, ext_id: str) -> Json:
    """Return the card that `item_list` brought. Raises NotFound."""
    return the_one(answer.result(key), "items", "id", ext_id, "crm.item.list")


def the_one(result: Any, rows_at: str, id_field: str, ext_id: str, method: str) -> Json:
    """Return the row of a list that bears an id, and that was asked for by it. Raises NotFound, BadAnswer."""
    rows = result.get(rows_at) if rows_at and isinstance(result, dict) else result
    if not isinstance(rows, list):
        raise BadAnswer(SYSTEM, method, "the answer holds no list of rows")
    for row in rows:
        if isinstance(row, dict) and ident_or_none(row.get(id_field)) == ext_id:
            return row
    raise NotFound(SYSTEM, method, f"{ext_id} is not there")


def card_type(kind: str) -> dict[str, Any]:
    """Return the parameters that name a kind of card (`deal`, `contact`, `company`) to the universal methods."""
    return {"entityTypeId": ENTITY_TYPES[kind], "useOriginalUfNames": "Y"}


def item_update(kind: str, ext_id: str, fields: Mapping[str, Any]) -> Command:
    """Return the command that changes a card."""
    return Command("crm.item.update", {**card_type(kind), "id": int(ext_id), "fields": fields})


def _write(api: PortalApi, aim: Aim, steps: list[Command], permit: Callable[[], bool]) -> Outcome:
    written, left, trouble, seen = 0, steps, None, None
    while left and trouble is None:
        now, left = left[:_STEPS_AT_ONCE], left[_STEPS_AT_ONCE:]
        commands = {f"step{number}": step for number, step in enumerate(now)}
        try:
            seen = api.write({**commands, **aim.reads}, permit)
        except SystemTrouble as lost:
            return _ended_by(lost, written)
        trouble = next((seen.errors[key] for key in commands if key in seen.errors), None)
        written += sum(key not in seen.errors for key in commands)
    return _judged(aim, seen, written, trouble)


def _judged(aim: Aim, seen: BatchAnswer | None, written: int, trouble: SystemTrouble | None) -> Outcome:
    """Judge by what was read after the writes; what the portal said of single writes counts only if it does not stand."""
    try:
        missing = len(aim.missing(seen)) if seen else 0
    except Unfit as why:
        return refused(f"{written} changes were accepted, but: {why}", changed=written > 0)
    except (SystemTrouble, BadValueError, BadNumberError) as error:
        if trouble is not None and not written:
            return _ended_by(trouble, written)
        return Outcome(
            Answer.AMBIGUOUS, changed=written > 0, detail=f"accepted, but it could not be read back: {error}"
        )
    if not missing:
        return Outcome(Answer.ACCEPTED, changed=True)
    if trouble is not None:
        return _ended_by(trouble, written)
    return refused(f"{written} changes were accepted, yet {_missing(missing)} afterwards", changed=written > 0)


def _ended_by(trouble: SystemTrouble, written: int) -> Outcome:
    so_far = f" ({written} changes were written before)" if written else ""
    return Outcome(
        answer_of(trouble), changed=written > 0, detail=f"{trouble}{so_far}", retry_after_s=trouble.retry_after_s
    )


def _missing(count: int) -> str:
    return "1 change is missing" if count == 1 else f"{count} changes are missing"
