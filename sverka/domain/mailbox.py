"""What our mailbox holds for us: letters that came, reports of ours, how far it was read, and the tickets by which answers are known.

Belongs here: frozen values only. Whether an answer counts is in `verdicts.py`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sverka.domain.messaging.channels import Delivery, Fate

TICKET_LIVES = timedelta(days=7)
"""So long the links of a letter may be answered."""

_TOKEN = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


@dataclass(frozen=True)
class Incoming:
    """The head of a letter that came; its body is nobody's business but the recipient's, unless it is a report.

    key: by which it is known again, however often it is read. sender: the one address in From, in lower case, "" if there is not
    exactly one. arrived_at: by the clock of the mail server. is_automatic: written by a machine, or to many. is_forged: the server
    that received it found that From is not who sent it. is_report: it claims to say what became of a letter of ours.
    """

    uid: int
    key: str
    message_id: str
    sender: str
    subject: str
    arrived_at: datetime
    is_automatic: bool = False
    is_forged: bool = False
    is_report: bool = False

    @property
    def token(self) -> str:
        """The token that the subject bears, "" without one."""
        found = _TOKEN.search(self.subject.lower())
        return found.group(0) if found else ""


@dataclass(frozen=True)
class Report:
    """What somebody who may be a mail server says of one recipient of a letter (RFC 3464).

    message_id: of the letter. recipients: the mailbox in lower case, as the server was given it and as it understood it. action: `failed`,
    `delayed` and others. status: such as 5.1.1. at: when the report came.
    """

    message_id: str
    recipients: frozenset[str]
    action: str
    status: str
    at: datetime

    def fate(self, went_to: str) -> Fate | None:
        """Return what follows for a letter of ours; nothing unless it went to this mailbox, and was refused there for good.

        went_to: where we sent the letter of that Message-ID, "" if there is none.
        """
        if went_to.casefold() not in self.recipients or self.action != "failed" or not self.status.startswith("5."):
            return None
        return Fate(self.message_id, Delivery.UNDELIVERABLE, self.at, is_final=True, detail=self.status)


@dataclass(frozen=True)
class Position:
    """How far a mailbox was read: up to which UID, under which UIDVALIDITY."""

    uid_validity: int
    uid: int


@dataclass(frozen=True)
class Ticket:
    """The right to answer one question with one choice, once. used_by: the key of the letter that used it, "" for none."""

    id: int
    finding_id: int
    choice: str
    recipient: str
    expires_at: datetime
    used_by: str = ""


@dataclass(frozen=True)
class Used:
    """A ticket that a letter used."""

    ticket_id: int
    letter: str


def fingerprint(token: str) -> str:
    """Return what is stored of a token: enough to know it again, nothing to use."""
    return hashlib.sha256(token.encode()).hexdigest()


def stand_in(letter_key: str, finding_id: int, choice: str) -> str:
    """Return what stands in a letter's frozen text for a token, which is drawn when the letter goes out; it looks like one."""
    return hashlib.sha256(f"{letter_key}|{finding_id}|{choice}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class AnswerLink:
    """One answer that a letter offers. word: what a person chooses; to: where the answer goes; token: what its subject must bear."""

    word: str
    to: str
    token: str
