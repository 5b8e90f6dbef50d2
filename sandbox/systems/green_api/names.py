"""How instances, tokens, chats and messages are called; the same at every start of the sandbox.

A phone is its digits, `79161234567`. In WhatsApp a chat is the phone; in MAX a number that tells nothing of the phone
to whoever does not ask for it, so that the numbers which a client remembers stay good after a reset.
"""

from __future__ import annotations

import re
from hashlib import sha256

WHATSAPP, MAX = "whatsapp", "max"
CHANNELS = (WHATSAPP, MAX)
TYPES = {WHATSAPP: "whatsapp", MAX: "v3"}
_POOLS = {WHATSAPP: "7105", MAX: "3100"}
_PERSON = "@c.us"
_RING = 1_000_000_000_039  # a prime above all phones, so that multiplying can be undone
_NUMBER = re.compile(r"[1-9][0-9]{0,12}")
_MAX_PHONE = re.compile(r"7[0-9]{10}|375[0-9]{9}")
_PHONE = re.compile(r"[1-9][0-9]{10,15}")


def digest(*parts: str) -> str:
    """Return 64 hexadecimal digits that depend on nothing but the parts."""
    return sha256("/".join(parts).encode()).hexdigest()


def instance_id(company: str, channel: str) -> str:
    """Return ten digits, the first four of which name the pool of servers."""
    return f"{_POOLS[channel]}{int(digest(company, channel, 'instance')[:8], 16) % 1_000_000:06d}"


def token_of(company: str, channel: str) -> str:
    """Return the token of a company's instance."""
    return digest(company, channel, "token")[:50]


def own_phone(company: str, channel: str) -> str:
    """Return the phone of the account that is linked to the instance."""
    return f"79{int(digest(company, channel, 'phone')[:10], 16) % 1_000_000_000:09d}"


def message_id(instance: str, number: int, channel: str) -> str:
    """Return the id of the instance's next message: 20 capitals and digits in WhatsApp, 18 digits in MAX."""
    drawn = digest(instance, str(number))
    return f"3EB0{drawn[:16].upper()}" if channel == WHATSAPP else str(10**17 + int(drawn[:14], 16))


def digits_of(phone: str) -> str:
    """Return a phone, however written, as its digits; raises ValueError where it is none."""
    digits = re.sub(r"\D", "", phone)
    if not _PHONE.fullmatch(digits):
        raise ValueError(f"{phone!r} is not a phone in the international form, such as +79161234567.")
    return digits


def is_phone(digits: str) -> bool:
    """Tell whether digits are a phone for WhatsApp."""
    return bool(_PHONE.fullmatch(digits))


def is_max_phone(digits: str) -> bool:
    """Tell whether digits are a phone for MAX: only Russian and Belarusian ones are."""
    return bool(_MAX_PHONE.fullmatch(digits))


def chat_of(company: str, channel: str, phone: str) -> str:
    """Return the chat with a phone."""
    return f"{phone}{_PERSON}" if channel == WHATSAPP else str(int(phone) * _factor(company) % _RING)


def phone_of(company: str, channel: str, chat: str) -> str | None:
    """Return the phone behind a chat, None where there is no such chat."""
    if channel == WHATSAPP:
        phone = chat.removesuffix(_PERSON)
        return phone if chat.endswith(_PERSON) and is_phone(phone) else None
    if not _NUMBER.fullmatch(chat):
        return None
    phone = str(int(chat) * pow(_factor(company), -1, _RING) % _RING)
    return phone if is_max_phone(phone) and chat_of(company, channel, phone) == chat else None


def _factor(company: str) -> int:
    return 1 + int(digest(company, "chats")[:12], 16) % (_RING - 1)
