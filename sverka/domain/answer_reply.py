"""What somebody is told whose answer by letter was not taken, as facts."""

from __future__ import annotations

from dataclasses import dataclass

from sverka.domain.verdicts import Verdict


@dataclass(frozen=True)
class AnswerReply:
    """Why an answer was not taken.

    number: of the question, None where it is not known or not the reader's; answered_by: who answered it, "" for the reader.
    """

    name: str
    verdict: Verdict
    number: int | None = None
    answered_by: str = ""
