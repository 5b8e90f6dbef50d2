"""Answers that letters offer as links: chosen when a letter is planned, given their one-time tokens when it goes out.

A planned letter is kept in the store, and no secret may be; so in its frozen text something stands for each token. The tokens are
drawn right before the letter is handed to the mail server, and only their fingerprints are kept. A letter that is sent again, because
nobody knows whether it went, gets tokens of its own; those of the first one hold as well, should it have come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any, TypeVar

from sverka.domain.digest import Digest, Question
from sverka.domain.digest_facts import Matter
from sverka.domain.mailbox import TICKET_LIVES, AnswerLink, fingerprint, stand_in
from sverka.domain.offers import offers
from sverka.domain.plan import Finding
from sverka.messages.digest.questions import SHOWN
from sverka.store import tickets
from sverka.work.desk import Desk

_BODIES = ("text", "html")

SomeDigest = TypeVar("SomeDigest", bound=Digest)


def answerable(desk: Desk, letter_key: str, facts: SomeDigest, matters: Iterable[Matter], today: date) -> SomeDigest:
    """Return a letter's facts with links beneath the questions that it shows; as they are for a company whose mailbox nobody reads."""
    if desk.inbox is None:
        return facts
    found = {matter.number: matter.finding for matter in matters}
    shown = tuple(_linked(desk, letter_key, each, found[each.number], today) for each in facts.questions[:SHOWN])
    return replace(facts, questions=(*shown, *facts.questions[SHOWN:]))


def offered(letter_key: str, facts: Digest, matters: Iterable[Matter], today: date) -> list[dict[str, object]]:
    """Return what the links of a letter stand for, as its payload keeps it."""
    found = {matter.number: matter.finding for matter in matters}
    return [
        {"finding": each.number, "choice": offer.choice, "stand_in": stand_in(letter_key, each.number, offer.choice)}
        for each in facts.questions
        if each.links
        for offer in offers(found[each.number], today)
    ]


def issued(desk: Desk, payload: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Return a letter as it goes out: with a token drawn for each of its links, whose fingerprints are kept from now on."""
    offered = payload.get("tickets")
    if not offered:
        return payload
    tokens = {each["stand_in"]: desk.draw_token() for each in offered}
    choices = {fingerprint(tokens[each["stand_in"]]): (each["finding"], each["choice"]) for each in offered}
    with desk.store.writing() as tx:
        tickets.issue(tx, desk.company, payload["to"], choices, now, now + TICKET_LIVES)
    return {**payload, **{body: _with_tokens(payload[body], tokens) for body in _BODIES}}


def _linked(desk: Desk, letter_key: str, question: Question, finding: Finding, today: date) -> Question:
    _, to = parseaddr(desk.post.sender)
    links = (
        AnswerLink(offer.word, to, stand_in(letter_key, question.number, offer.choice))
        for offer in offers(finding, today)
    )
    return replace(question, links=tuple(links))


def _with_tokens(text: str, tokens: Mapping[str, str]) -> str:
    for stands_in, token in tokens.items():
        text = text.replace(stands_in, token)
    return text
