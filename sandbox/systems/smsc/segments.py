"""How many parts an SMS takes: 3GPP TS 23.038 (alphabet) and 23.040 (concatenation with an 8-bit reference)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_SEVEN_BIT = (160, 153)
_UCS2 = (70, 67)


def parts_of(text: str) -> int:
    """Return the number of parts; a sign of two units is never cut in half."""
    seven_bit = _BASIC.issuperset(set(text) - _EXTENDED)
    alone, together = _SEVEN_BIT if seven_bit else _UCS2
    sizes = [2 if (sign in _EXTENDED if seven_bit else ord(sign) > 0xFFFF) else 1 for sign in text]
    return 1 if sum(sizes) <= alone else _filled(sizes, together)


def cut(text: str, most_parts: int) -> str:
    """Return as much of the beginning of a text as fits into so many parts."""
    while parts_of(text) > most_parts:
        text = text[:-1]
    return text


def _filled(sizes: list[int], room: int) -> int:
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts
