"""Sums written out in Russian words, as payment documents have them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.domain.russian import plural

_UNITS = ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_FEMININE = {1: "одна", 2: "две"}
_TEENS = (
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать",
)  # fmt: skip
_TENS = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_CLASSES = (
    "",
    "тысяча|тысячи|тысяч",
    "миллион|миллиона|миллионов",
    "миллиард|миллиарда|миллиардов",
    "триллион|триллиона|триллионов",
)


def sum_in_words(amount_kopecks: int) -> str:
    """Write a sum in words, kopecks in digits: `Девяносто шесть тысяч пятьсот рублей 00 копеек`.

    Raises ValueError for a negative sum, and from 10^15 roubles on.
    """
    whole, rest = divmod(amount_kopecks, 100)
    if not 0 <= whole < 1000 ** len(_CLASSES):
        raise ValueError(f"{amount_kopecks} kopecks are no sum for a document")
    words = " ".join(_number(whole)) or "ноль"
    said = f"{words} {plural(whole, 'рубль|рубля|рублей')} {rest:02d} {plural(rest, 'копейка|копейки|копеек')}"
    return said[:1].upper() + said[1:]


def _number(number: int) -> Iterator[str]:
    """Yield the words of a masculine number; none for nought."""
    for place in reversed(range(len(_CLASSES))):
        group = number // 1000**place % 1000
        yield from _group(group, is_feminine=place == 1)
        if place and group:
            yield plural(group, _CLASSES[place])


def _group(group: int, *, is_feminine: bool) -> Iterator[str]:
    """Yield the words of a number below a thousand."""
    hundreds, rest = divmod(group, 100)
    tens, unit = divmod(rest, 10)
    said = _TEENS[unit] if tens == 1 else (_FEMININE.get(unit) if is_feminine else None) or _UNITS[unit]
    yield from (word for word in (_HUNDREDS[hundreds], _TENS[tens], said) if word)
