"""Whether somebody who wrote to us asks not to be written to any more, or to be written to again. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from sverka.domain.messaging.lookalikes import plain


class Asks(StrEnum):
    """What a message asks of us."""

    STOP = "stop"
    START = "start"
    MAYBE = "maybe"
    """It holds a word of refusal among others: a person reads it, and nothing is sent until then."""
    NOTHING = "nothing"


_WORD = re.compile(r"[^\W_]+")

STOP_WORDS = (
    "СТОП", "STOP", "ОТПИСКА", "ОТПИСАТЬСЯ", "ОТПИШИТЕ", "НЕ ПИШИТЕ", "НЕ БЕСПОКОИТЬ", "ХВАТИТ", "UNSUBSCRIBE", "OFF",
)  # fmt: skip
"""What ends messages if it is all that somebody writes (law_and_etiquette §7)."""

START_WORDS = ("START", "СТАРТ", "ПОДПИСАТЬСЯ")


def asks(text: str) -> Asks:
    """Return what a message asks of us, whatever its case, punctuation and emoji; a refusal among other words is a MAYBE."""
    said = _words(text)
    if said in _STOP:
        return Asks.STOP
    if said in _START:
        return Asks.START
    return Asks.MAYBE if any(f" {phrase} " in f" {said} " for phrase in _STOP) else Asks.NOTHING


def _words(text: str) -> str:
    return " ".join(_WORD.findall(plain(text)))


_STOP = frozenset(map(_words, STOP_WORDS))
_START = frozenset(map(_words, START_WORDS))
