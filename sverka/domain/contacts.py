"""How people are written down: phones as international numbers, names with their capitals, addresses with their commas. Pure."""

from __future__ import annotations

import re

import phonenumbers

_HOME = "RU"
_SEPARATORS = re.compile(r"\s*([,;])\s*")
_ABBREVIATED = re.compile(r"\b(г|ул|пр|пер|пл|д|кв|корп|стр|обл|пос|ш|наб)\s*\.\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


def tidy_phone(written: str) -> str:
    """Return a phone as +79161234567; what is no possible number stays as it is written."""
    try:
        number = phonenumbers.parse(written, _HOME)
    except phonenumbers.NumberParseException:
        return written
    if not phonenumbers.is_valid_number(number):
        return written
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def tidy_name(written: str) -> str:
    """Return a name without stray spaces; one written all in small or all in capital letters gets its capitals."""
    name = " ".join(written.split())
    if name != name.lower() and name != name.upper():
        return name
    return _WORD.sub(lambda word: word.group().capitalize(), name)


def tidy_address(written: str) -> str:
    """Return an address with one space after each comma and each abbreviation: `г. Москва, ул. Угрешская, д. 2`."""
    spaced = _ABBREVIATED.sub(lambda found: f"{found.group(1).lower()}. ", " ".join(written.split()))
    return " ".join(_SEPARATORS.sub(r"\1 ", spaced).split()).rstrip(",; ")
