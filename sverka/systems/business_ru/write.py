"""Effects on the ledger: creations go out once, sets are read, written where they differ, and read back.

What came of a `fresh` document is seen by the next reading of changes, unless goods or money move: these are read back at once, for a
shipment is posted right after its lines.
"""

from __future__ import annotations

from collections.abc import Callable

from sverka.domain.actions import KIND_BY_NAME, Payload
from sverka.domain.effects import Answer, Outcome, Probe
from sverka.domain.money import BadNumberError
from sverka.systems.business_ru.client import LedgerApi
from sverka.systems.business_ru.creations import CREATIONS
from sverka.systems.business_ru.desk import Desk
from sverka.systems.business_ru.sets import SETS
from sverka.systems.errors import Overtaken, SystemTrouble
from sverka.systems.outcomes import overtaken
from sverka.systems.values import BadValueError

_MOVES_GOODS_OR_MONEY = 5
"""The risk of kinds that do."""


def send(api: LedgerApi, kind: str, payload: Payload, permit: Callable[[], bool]) -> Outcome:
    """Carry one effect out. Raises KeyError for an unknown kind."""
    desk = Desk(api, permit)
    act = _create if kind in CREATIONS else _set
    try:
        return act(desk, kind, payload)
    except Overtaken as trouble:
        return overtaken(trouble)
    except SystemTrouble as trouble:
        return desk.outcome_of(trouble)
    except (BadValueError, BadNumberError) as error:
        return Outcome(Answer.REFUSED, changed=False, detail=f"what stands in the ledger cannot be understood: {error}")


def look(api: LedgerApi, kind: str, payload: Payload) -> Probe:
    """Say whether an effect whose answer was lost stands in the ledger. Raises KeyError for an unknown kind."""
    desk = Desk(api, lambda: False)
    try:
        if kind in CREATIONS:
            return CREATIONS[kind].look(desk, payload)
        missing = SETS[kind](desk, {**payload, "was": None})
        return Probe(found=not missing, complete=True, detail=f"{len(missing)} changes are missing" if missing else "")
    except (SystemTrouble, BadValueError, BadNumberError) as trouble:
        return Probe(found=False, complete=False, detail=str(trouble))


def _create(desk: Desk, kind: str, payload: Payload) -> Outcome:
    ext_id = desk.write(CREATIONS[kind].step(desk, payload))
    if not ext_id:
        return Outcome(Answer.AMBIGUOUS, detail="accepted, but the answer names no id")
    return Outcome(Answer.ACCEPTED, external_id=ext_id)


def _set(desk: Desk, kind: str, payload: Payload) -> Outcome:
    steps = SETS[kind](desk, payload)
    for step in steps:
        desk.write(step)
    is_read_back = not payload.get("fresh") or KIND_BY_NAME[kind].risk >= _MOVES_GOODS_OR_MONEY
    left = SETS[kind](desk, {**payload, "fresh": False, "was": None}) if steps and is_read_back else []
    if left:
        return Outcome(
            Answer.REFUSED, detail=f"{len(steps)} changes were accepted, yet {len(left)} are missing afterwards"
        )
    return Outcome(Answer.ACCEPTED, changed=bool(steps))
