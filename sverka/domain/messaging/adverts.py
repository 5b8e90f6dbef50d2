"""Which words make an advert of a text that should tell people about their own affairs. Pure.

A service text with the tail of an advert counts as an advert as a whole (law_and_etiquette §2), and needs consent and a release.
"""

from __future__ import annotations

import re

from sverka.domain.messaging.kinds import Sort
from sverka.domain.messaging.lookalikes import plain

_ADVERT = re.compile(
    r"%|\b(?:"
    r"СКИД(?:ОК|К\w*|ОЧ\w*)"
    r"|АКЦИ(?:Я|И|Ю|ЕЮ?|ЕЙ|Й|ЯМИ?|ЯХ|ОНН\w*)"
    r"|ПРОМО-?КОД\w*"
    r"|БОНУС\w*"
    r"|ПОДАР(?:ОК|К\w*|ОЧ\w*)"
    r"|РАСПРОДАЖ\w*"
    r"|ВЫГОД(?:А|Ы|Е|У|ОЙ|ОЮ|АМИ?|АХ|Н\w*)?"
    r")\b"
)
"""Скидка, акция, %, промокод, бонус, подарок, распродажа, выгодно, and their forms; a denial («без скидки») is one of them, too."""

_VAT = re.compile(r"\bНДС\W{0,2}\d{1,2}\s*%")
"""A rate of VAT is no offer."""


def advert_words(text: str) -> tuple[str, ...]:
    """Return the advert words of a text in small letters, each once, in order."""
    return tuple(dict.fromkeys(found.lower() for found in _ADVERT.findall(_VAT.sub("", plain(text)))))


def out_of_place(sort: Sort, text: str) -> tuple[str, ...]:
    """Return the advert words that may not stand in a text of a sort; in an advert all may."""
    return () if sort is Sort.ADVERT else advert_words(text)
