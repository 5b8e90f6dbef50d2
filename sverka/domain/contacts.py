"""How people are written down: phones as international numbers, names with their capitals, addresses with their commas, usable e-mails."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_HOME = "RU"
_MOBILE = frozenset((phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE))
_SEPARATORS = re.compile(r"\s*([,;])\s*")
_ABBREVIATED = re.compile(r"\b(г|ул|пр|пер|пл|д|кв|корп|стр|обл|пос|ш|наб)\s*\.\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_ATOM, _LABEL = r"[\w!#$%&'*+/=?^`{|}~-]+", r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(
    rf"(?=.{{1,254}}$)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}", re.ASCII | re.IGNORECASE
)
_FIRST_NAME = re.compile(r"[^\W\d_]{2,}(?:[ -][^\W\d_]{2,}){0,2}")
_KNOWN = 4096
"""The same phones are written again on every run, and to understand one takes long: so many are remembered."""
_NO_NAMES = frozenset(("клиент", "покупатель", "гость", "имя", "тест", "нет"))


@lru_cache(maxsize=_KNOWN)
def tidy_phone(written: str) -> str:
    """Return a phone as +79161234567; what is no possible number stays as it is written."""
    try:
        number = phonenumbers.parse(written, _HOME)
    except phonenumbers.NumberParseException:
        return written
    if not phonenumbers.is_valid_number(number) or number.extension:
        return written
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=_KNOWN)
def mobile_or_nothing(written: str) -> str:
    """Return a phone to which messages can go, as +79161234567; "" for a landline, an extension, and what is no number."""
    try:
        number = phonenumbers.parse(written, _HOME)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or number.extension:
        return ""
    is_mobile = phonenumbers.number_type(number) in _MOBILE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_mobile else ""


def tidy_name(written: str) -> str:
    """Return a name without stray spaces; one written all in small or all in capital letters gets its capitals."""
    name = " ".join(written.split())
    if name != name.lower() and name != name.upper():
        return name
    return _WORD.sub(lambda word: word.group().capitalize(), name)


def tidy_address(written: str) -> str:
    """Return an address with one space after each comma and each abbreviation: `г. Москва, ул. Угрешская, д. 2`."""
    is_shouted = written == written.upper()
    spaced = _ABBREVIATED.sub(
        lambda found: f"{_short_word(found.group(1), is_shouted=is_shouted)}. ", " ".join(written.split())
    )
    return " ".join(_SEPARATORS.sub(r"\1 ", spaced).split()).rstrip(",; ")


def _short_word(word: str, *, is_shouted: bool) -> str:
    """Return an abbreviation in small letters; a single capital among small ones may be an initial: `ул. Г. Титова`."""
    return word.lower() if is_shouted or len(word) > 1 else word


def email_or_nothing(written: str) -> str:
    """Return an e-mail address without the space around it; "" for what no letter can be sent to."""
    email = written.strip()
    return email if _EMAIL.fullmatch(email) else ""


def name_or_nothing(written: str) -> str:
    """Return a first name by which a person may be addressed; "" for what does not look like one."""
    name = tidy_name(written)
    return name if _FIRST_NAME.fullmatch(name) and name.casefold() not in _NO_NAMES else ""
