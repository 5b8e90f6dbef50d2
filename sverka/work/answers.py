"""What came by letter: answers, which are judged and taken over; and reports of letters to clients that did not arrive.

Who answered in vain is written to. Nothing is written here: what was decided, which tickets it used and how far the mailbox was read are
kept together with the plan, in one transaction. A run that dies before has read nothing, and the next one reads the same letters again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sverka.domain.actions import Action
from sverka.domain.answer_reply import AnswerReply
from sverka.domain.contacts import email_or_nothing
from sverka.domain.mailbox import TICKET_LIVES, Incoming, Report, Ticket, Used, fingerprint
from sverka.domain.messaging.channels import EMAIL, Fate
from sverka.domain.messaging.ladder import CARE
from sverka.domain.messaging.optout import Asks, asks
from sverka.domain.messaging.wishes import Asked
from sverka.domain.plan import Answer, Answered, Plan, Skip, union
from sverka.domain.rows import User
from sverka.domain.verdicts import SILENT, Verdict, judge
from sverka.messages.render import render
from sverka.store import findings, messages, mirror, tickets
from sverka.store.engine import Transaction
from sverka.store.findings import OpenFinding
from sverka.systems.inbox import Inbox
from sverka.work.desk import Desk, Look

BY_LETTER = "письмом"
_LOOK_BACK = TICKET_LIVES + timedelta(days=1)
"""So far back a box is read whose place we do not know: older letters can answer nothing."""


@dataclass(frozen=True)
class _Known:
    """What letters are judged by. colleagues: address in lower case → name. open: number → finding, with the answer that holds."""

    tickets: Mapping[str, Ticket]
    colleagues: Mapping[str, str]
    open: Mapping[int, tuple[OpenFinding, Answer | None]]

    def ticket_of(self, letter: Incoming) -> Ticket | None:
        return self.tickets.get(fingerprint(letter.token))

    def after(self, letter: Incoming, ticket: Ticket, answer: Answer) -> _Known:
        """Return what is known once a letter has answered: its ticket is used, its question answered."""
        question, _ = self.open[ticket.finding_id]
        spent = {fingerprint(letter.token): replace(ticket, used_by=letter.key)}
        answered = {ticket.finding_id: (question, answer)}
        return replace(self, tickets={**self.tickets, **spent}, open={**self.open, **answered})


def plan(desk: Desk, inbox: Inbox, look: Look) -> Plan:
    """Read what came and plan what follows from it. Raises SystemTrouble if the mailbox cannot be read."""
    with desk.store.reading() as tx:
        position = tickets.position(tx, desk.company)
    mail = inbox.read(position, (look.now - _LOOK_BACK).date())
    bearing = [letter for letter in mail.letters if letter.token]
    with desk.store.reading() as tx:
        known = _known(tx, desk, bearing, look)
        returned = _returned(tx, desk, mail.reports)
    plans = []
    for letter in bearing:
        decided, known = _decide(desk, letter, known)
        plans.append(decided)
    refused = tuple(_asked(letter) for letter in mail.letters if not letter.token and _is_from_a_person(letter))
    return union(
        [
            *plans,
            Plan(asked=tuple(filter(None, refused)), returned=returned),
            Plan(read_to=(mail.position,) if mail.position != position else ()),
        ]
    )


def _returned(tx: Transaction, desk: Desk, reports: Sequence[Report]) -> tuple[Fate, ...]:
    """Return what became of letters to clients; a report that does not know what we sent to whom is nobody's word."""
    went = messages.went_to(tx, desk.company, EMAIL, [each.message_id for each in reports])
    return tuple(filter(None, (each.fate(went.get(each.message_id, "")) for each in reports)))


def _is_from_a_person(letter: Incoming) -> bool:
    return bool(letter.sender) and not letter.is_automatic and not letter.is_forged


def _asked(letter: Incoming) -> Asked | None:
    """Return what a letter of which the subject says nothing but that word asks of us."""
    scopes = {Asks.STOP: (CARE, EMAIL), Asks.START: ()}
    word = asks(letter.subject)
    return (
        Asked(letter.sender, scopes[word], EMAIL, letter.subject[:200], letter.arrived_at) if word in scopes else None
    )


def _known(tx: Transaction, desk: Desk, letters: list[Incoming], look: Look) -> _Known:
    if not letters:
        return _Known({}, {}, {})
    found = findings.open_items(tx, desk.company)
    local = look.now.astimezone(desk.policy.zone)
    answers = findings.answers(tx, desk.company, [each.finding.subject for each in found], local)
    return _Known(
        tickets.find(tx, desk.company, [fingerprint(letter.token) for letter in letters]),
        _colleagues(tx, desk),
        {each.id: (each, answers.get(each.finding.key)) for each in found},
    )


def _colleagues(tx: Transaction, desk: Desk) -> dict[str, str]:
    """Return who works here: active users of the CRM, and whom the company's file names for letters."""
    users = {email_or_nothing(user.email): user.name for user in mirror.where(tx, desk.company, User, active=True)}
    named = {email: name for readers in desk.readers.values() for name, email in readers.values()}
    return {email.casefold(): name for email, name in (users | named).items() if email}


def _decide(desk: Desk, letter: Incoming, known: _Known) -> tuple[Plan, _Known]:
    ticket = known.ticket_of(letter)
    is_answered = {number: answer is not None for number, (_, answer) in known.open.items()}
    verdict = judge(letter, ticket, known.colleagues, is_answered)
    if verdict is Verdict.ACCEPTED and ticket is not None:
        return _accepted(letter, ticket, known)
    if verdict in SILENT:
        return Plan(skips=_skips(letter, verdict)), known
    return Plan(actions=(_reply(desk, letter, verdict, known, ticket),)), known


def _accepted(letter: Incoming, ticket: Ticket, known: _Known) -> tuple[Plan, _Known]:
    finding = known.open[ticket.finding_id][0].finding
    by = f"{known.colleagues[letter.sender]} <{letter.sender}>"
    answer = Answered(finding.key, finding.values, ticket.choice, by, BY_LETTER)
    taken = known.after(letter, ticket, Answer(ticket.choice, finding.values, by, BY_LETTER))
    return Plan(answers=(answer,), used=(Used(ticket.id, letter.key),)), taken


def _skips(letter: Incoming, verdict: Verdict) -> tuple[Skip, ...]:
    return (Skip(f"letter:{letter.key}", "not_for_us"),) if verdict is Verdict.NOT_FOR_US else ()


def _reply(desk: Desk, letter: Incoming, verdict: Verdict, known: _Known, ticket: Ticket | None) -> Action:
    is_own = ticket is not None and verdict is not Verdict.OTHERS
    number = ticket.finding_id if ticket is not None and is_own else None
    _, answer = known.open.get(number or 0, (None, None))
    name, by = known.colleagues[letter.sender], answer.by.partition(" <")[0] if answer else ""
    written = render("answer_reply", AnswerReply(name, verdict, number, "" if by == name else by))
    subject = f"letter:{letter.key}"
    payload = {
        "key": f"{desk.company}|{subject}", "to_name": name, "to": letter.sender, "in_reply_to": letter.message_id,
        "subject": written.subject, "text": written.text, "html": written.html,
    }  # fmt: skip
    return Action(
        "letter.reply",
        subject,
        "reply",
        payload,
        reason="Отвечаем, почему ответ из письма не принят.",
        after=written.subject,
    )
