"""Writes that were cut in two: what they may have left is neither agreed nor anybody's decision, and the base says so from then on."""

from __future__ import annotations

from sverka.domain.actions import KIND_BY_NAME
from sverka.domain.cut_off import IN_STEPS, cut_off
from sverka.domain.effects import Effect
from sverka.domain.plan import Agreed
from sverka.store import agreements
from sverka.store.engine import Transaction


def note(tx: Transaction, row: Effect) -> None:
    """Forget what was agreed on the fields that a cut-off write left in between: the difference is our own, nobody else's."""
    bases = agreements.bases(tx, row.company, [row.subject])
    aspects = [aspect for aspect, _ in row.settles]
    agreements.forget(tx, row.company, row.subject, aspects)
    if row.kind in IN_STEPS:
        left = [(aspect, cut_off(bases.get((row.subject, aspect)), row.payload)) for aspect in aspects]
        agreements.put(tx, row.company, [Agreed(row.subject, *each) for each in left], row.run_id)


def may_be(row: Effect) -> bool:
    """Whether an effect that was claimed and is not found may have begun: its answer was lost, or its sender killed, in its midst."""
    spec = KIND_BY_NAME[row.kind]
    return not spec.creation and (row.kind in IN_STEPS or spec.system == "business_ru")
