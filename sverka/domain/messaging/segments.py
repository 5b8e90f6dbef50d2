"""How many SMS a text is: the parts that an operator makes of it and charges (3GPP TS 23.038 and 23.040). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_LAST_OF_ONE_UNIT = "\uffff"


@dataclass(frozen=True)
class Alphabet:
    """What the signs of a text are sent in, and how many units of it one message holds: alone, and as a part of several."""

    name: str
    alone: int
    in_part: int


GSM = Alphabet("gsm", 160, 153)
"""GSM 03.38, seven bits a unit; a sign of the extension takes two."""
UCS2 = Alphabet("ucs2", 70, 67)
"""UTF-16; an emoji takes two units. One sign outside of GSM 03.38 brings the whole text here: any Cyrillic, №, ₽, a dash."""


def alphabet(text: str) -> Alphabet:
    """Return in which alphabet a text goes."""
    return GSM if all(sign in _BASIC or sign in _EXTENSION for sign in text) else UCS2


def units(text: str) -> int:
    """Return how many units of its alphabet a text takes."""
    sent_in = alphabet(text)
    return sum(_units(sign, sent_in) for sign in text)


def parts(text: str) -> tuple[str, ...]:
    """Return the parts of a text, at least one; no sign is cut in half, so a part may stay a unit short."""
    sent_in = alphabet(text)
    if units(text) <= sent_in.alone:
        return (text,)
    return tuple(_filled(text, sent_in))


def _filled(text: str, sent_in: Alphabet) -> Iterator[str]:
    start, taken = 0, 0
    for place, sign in enumerate(text):
        size = _units(sign, sent_in)
        if taken + size > sent_in.in_part:
            yield text[start:place]
            start, taken = place, 0
        taken += size
    yield text[start:]


def _units(sign: str, sent_in: Alphabet) -> int:
    return 1 + (sign in _EXTENSION if sent_in is GSM else sign > _LAST_OF_ONE_UNIT)
