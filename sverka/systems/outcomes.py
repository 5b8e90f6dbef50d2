"""What a trouble means for a write: the one place where the four kinds of answer are told apart.

*Surely not executed* is claimed only where the request cannot have run. Everything that may have run is ambiguous.
"""

from __future__ import annotations

from dataclasses import replace

from sverka.domain.effects import Answer, Outcome
from sverka.systems.errors import (
    AnswerLost,
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    NotFound,
    NotOffered,
    NotPermitted,
    Overtaken,
    Refused,
    ScopeMissing,
    SystemTrouble,
    Unreachable,
    WriteForbidden,
)

ANSWERS: tuple[tuple[type[SystemTrouble], Answer], ...] = (
    (Refused, Answer.REFUSED),
    (NotFound, Answer.REFUSED),
    (NotOffered, Answer.REFUSED),
    (Busy, Answer.NOT_EXECUTED),
    (Unreachable, Answer.NOT_EXECUTED),
    (NotPermitted, Answer.NOT_EXECUTED),
    (Overtaken, Answer.NOT_EXECUTED),
    (NoAccess, Answer.NOT_EXECUTED),
    (ScopeMissing, Answer.NOT_EXECUTED),
    (WriteForbidden, Answer.NOT_EXECUTED),
    (AnswerLost, Answer.AMBIGUOUS),
    (BadAnswer, Answer.AMBIGUOUS),
    (ContractBroken, Answer.AMBIGUOUS),
)
"""The first kind that fits a trouble counts."""


def answer_of(trouble: SystemTrouble) -> Answer:
    """Say what a trouble that met a write means for it."""
    return next((answer for kind, answer in ANSWERS if isinstance(trouble, kind)), Answer.AMBIGUOUS)


def overtaken(trouble: Overtaken) -> Outcome:
    """Return the outcome of a set that found something else than it was planned on, and wrote nothing."""
    return replace(outcome_of(trouble), overtaken=True, news=trouble.news)


def outcome_of(trouble: SystemTrouble) -> Outcome:
    """Return the outcome of a single write that ended in `trouble`."""
    return Outcome(answer_of(trouble), changed=False, detail=str(trouble), retry_after_s=trouble.retry_after_s)
