"""Texts that people typed, made fit for a letter: one line, not too long, phones and e-mail addresses masked.

A letter is forwarded, printed and kept for years; the full number stands in the card to which the letter links.
"""

from __future__ import annotations

import re

from sverka.domain.russian import NBSP, inner_quotes
from sverka.messages.layout import cut, one_line

TITLE_LIMIT = 60

_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_GAP = r"[ \u00a0()\-.]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w+])(?P<lead>\+?[78]{_GAP}\d{{3}}{_GAP})\d{{3}}{_GAP}\d\d{_GAP}(?P<end>\d\d)(?![\w])"
    rf"|(?<![\w+])(?P<abroad>\+\d{{1,3}})(?:{_GAP}\d){{7,12}}(?![\w])"
)


def shown(text: str, limit: int = 300) -> str:
    """Return a text as a letter may show it: `+7 916 ***-**-67`, `и***@example.ru`; cut at a word beyond `limit` characters."""
    return cut(_PHONE.sub(_mask_phone, _EMAIL.sub(_mask_email, one_line(text))), limit + 1)


def title(text: str) -> str:
    """Return the title of a deal or product as a letter may show it, fit to be put in quotes."""
    return inner_quotes(shown(text, TITLE_LIMIT)) or "без названия"


def _mask_email(match: re.Match[str]) -> str:
    return f"{match.group(0)[0]}***@{match.group(1)}"


def _mask_phone(match: re.Match[str]) -> str:
    if match["abroad"]:
        return f"{match['abroad']}{NBSP}***"
    return f"{match['lead']}***-**-{match['end']}".replace(" ", NBSP)
