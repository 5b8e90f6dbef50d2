"""Whether an answer that came by letter counts. Pure.

Rules
- A letter answers if its subject bears a token of ours that nobody has used, in time, From being the person to whom the link was
  sent; and if the question stands as it was asked and nobody has answered it.
- A link that somebody merely opens does nothing: only a letter answers.
- Nothing is said to machines, to strangers, to a From that the receiving server found forged, and to letters without a token: so no
  two robots write to each other, and nobody learns anything by guessing.
- Whoever else answers in vain is told why, once for each of their letters.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum

from sverka.domain.mailbox import Incoming, Ticket


class Verdict(StrEnum):
    """What becomes of a letter that came."""

    ACCEPTED = "accepted"
    NOT_FOR_US = "not for us"
    """Nothing is done or said: no token, no person of ours, or a machine."""
    READ_BEFORE = "read before"
    UNKNOWN = "unknown"
    OTHERS = "others"
    """The link was sent to somebody else."""
    USED = "used"
    EXPIRED = "expired"
    CHANGED = "changed"
    """The question does not stand any more as it was asked."""
    ANSWERED = "answered"
    """There is an answer already, by whatever way it came."""


SILENT = (Verdict.ACCEPTED, Verdict.NOT_FOR_US, Verdict.READ_BEFORE)
"""Verdicts of which nobody is told by letter: what was accepted is carried out, and the next daily letter says so."""


def judge(
    letter: Incoming, ticket: Ticket | None, colleagues: Container[str], is_answered: Mapping[int, bool]
) -> Verdict:
    """Say what becomes of a letter.

    ticket: of the letter's token, None for an unknown one. colleagues: addresses, in lower case, of those who work here. is_answered:
    numbers of the questions that stand, and whether they have an answer.
    """
    if not letter.token or letter.is_automatic or letter.is_forged or letter.sender not in colleagues:
        return Verdict.NOT_FOR_US
    if ticket is None:
        return Verdict.UNKNOWN
    if ticket.recipient.casefold() != letter.sender:
        return Verdict.OTHERS
    if ticket.used_by:
        return Verdict.READ_BEFORE if ticket.used_by == letter.key else Verdict.USED
    return _of_a_ticket(letter, ticket, is_answered)


def _of_a_ticket(letter: Incoming, ticket: Ticket, is_answered: Mapping[int, bool]) -> Verdict:
    """Say whether a ticket that its owner uses for the first time still holds."""
    if letter.arrived_at > ticket.expires_at:
        return Verdict.EXPIRED
    if ticket.finding_id not in is_answered:
        return Verdict.CHANGED
    return Verdict.ANSWERED if is_answered[ticket.finding_id] else Verdict.ACCEPTED
