"""Russian for numbers: plurals, sums, dates, names of people; for the sentences of the core and of the letters.

Thousands are parted by narrow no-break spaces, a number and its noun by a no-break space, in text as in HTML.
"""

from __future__ import annotations

import re
from datetime import date, datetime

NBSP = "\u00a0"
THIN = "\u202f"

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_FEW = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_OF_FEW = ("", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти")
_PATRONYMIC = ("ович", "евич", "ьич", "кич", "мич", "овна", "евна", "ична")
_ROUBLES_IN_MILLION = 1_000_000

POSITIONS = "позиция|позиции|позиций"
"""Lines of a document."""
_TWO_DECIMALS_BELOW = 9_995_000
"""From here on two decimals of a million would round to ten."""


def plural(number: int, forms: str) -> str:
    """Choose among `сделка|сделки|сделок`, for 1, 2 and 5, the one that goes with the number."""
    one, few, many = forms.split("|")
    last_two, last = abs(number) % 100, abs(number) % 10
    if 11 <= last_two <= 14 or last == 0 or last >= 5:
        return many
    return one if last == 1 else few


def counted(number: int, forms: str) -> str:
    """Write a number with its noun: `5 сделок`."""
    return f"{grouped(number)}{NBSP}{plural(number, forms)}"


def in_words(number: int, forms: str) -> str:
    """Write a small number of masculine things in words, `три вопроса`; a larger one in digits."""
    if 0 <= number < len(_FEW):
        return f"{_FEW[number]}{NBSP}{plural(number, forms)}"
    return counted(number, forms)


def of_counted(number: int, forms: str) -> str:
    """Write a number with its masculine noun in the genitive, `двух документов`; a larger one in digits. forms: for 1 and 5."""
    one, many = forms.split("|")
    noun = one if number % 10 == 1 and number % 100 != 11 else many
    return f"{_OF_FEW[number] if 0 < number < len(_OF_FEW) else grouped(number)}{NBSP}{noun}"


def grouped(number: int) -> str:
    """Write a whole number with its thousands parted."""
    return f"{'−' if number < 0 else ''}{abs(number):,}".replace(",", THIN)


def money(amount_kopecks: int) -> str:
    """Write a sum in whole roubles: `1 126 400 ₽`."""
    return f"{roubles(amount_kopecks)}{NBSP}₽"


def roubles(amount_kopecks: int) -> str:
    """Write a sum in whole roubles without its sign, for a row of sums."""
    return grouped(_whole_roubles(amount_kopecks))


def roubles_exact(amount_kopecks: int) -> str:
    """Write a sum as papers between companies have it, always to the kopeck and without its sign: `68 400,00`."""
    whole, rest = divmod(abs(amount_kopecks), 100)
    return f"{'−' if amount_kopecks < 0 else ''}{grouped(whole)},{rest:02d}"


def money_exact(amount_kopecks: int) -> str:
    """Write a sum to the kopeck, where it has any: for differences, which may be small."""
    whole, rest = divmod(abs(amount_kopecks), 100)
    sign = "−" if amount_kopecks < 0 else ""
    return f"{sign}{grouped(whole)}{f',{rest:02d}' if rest else ''}{NBSP}₽"


def money_short(amount_kopecks: int) -> str:
    """Write a sum for a subject line: from a million roubles on by three figures, `18,4 млн ₽`."""
    whole_roubles = abs(_whole_roubles(amount_kopecks))
    if whole_roubles < _ROUBLES_IN_MILLION:
        return money(amount_kopecks)
    digits = 2 if whole_roubles < _TWO_DECIMALS_BELOW else 1
    millions, rest = divmod(_rounded(whole_roubles, _ROUBLES_IN_MILLION // 10**digits), 10**digits)
    decimals = f",{rest:0{digits}d}".rstrip("0").rstrip(",")
    return f"{'−' if amount_kopecks < 0 else ''}{grouped(millions)}{decimals}{NBSP}млн{NBSP}₽"


def _whole_roubles(amount_kopecks: int) -> int:
    rounded = _rounded(abs(amount_kopecks), 100)
    return -rounded if amount_kopecks < 0 else rounded


def _rounded(number: int, unit: int) -> int:
    return (number + unit // 2) // unit


def typed(text: str) -> str:
    """Return a text with such spaces as people type, for where they look for it."""
    return " ".join(text.split())


def day(moment: date) -> str:
    """Write a day: `24 ноября`."""
    return f"{moment.day}{NBSP}{_MONTHS[moment.month - 1]}"


def weekday(moment: date) -> str:
    """Write a day with its weekday: `вторник, 24 ноября`."""
    return f"{_WEEKDAYS[moment.weekday()]}, {day(moment)}"


def clock(moment: datetime) -> str:
    """Write the time of day: `08:55`."""
    return moment.strftime("%H:%M")


def as_of(moment: datetime, today: date) -> str:
    """Write a moment as briefly as today allows: `08:55`, `23 ноября, 08:55`, `23 ноября 2025 г., 08:55`."""
    if moment.date() == today:
        return clock(moment)
    year = f"{NBSP}{moment.year}{NBSP}г." if moment.year != today.year else ""
    return f"{day(moment)}{year}, {clock(moment)}"


def days_between(since: date, until: date) -> str:
    """Write a stretch of days: `с 20 по 24 ноября`, `с 30 октября по 2 ноября`."""
    first = str(since.day) if (since.month, since.year) == (until.month, until.year) else day(since)
    return f"с{NBSP}{first} по{NBSP}{day(until)}"


def greeting(moment: datetime) -> str:
    """Greet by the time of day."""
    if 4 <= moment.hour < 12:
        return "доброе утро"
    return "добрый день" if 12 <= moment.hour < 18 else "добрый вечер"


def address(name: str) -> str:
    """Return how to address a person: first name, with the patronymic if the name has one; "" for no name."""
    words = name.split()
    for place in range(1, len(words)):
        if words[place].lower().endswith(_PATRONYMIC):
            return f"{words[place - 1]} {words[place]}"
    return words[0] if words else ""


def capital(text: str) -> str:
    """Begin with a capital letter and leave the rest alone."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """Put a title in quotes; quotes inside become the inner kind."""
    return f"«{typeset(inner_quotes(text))}»"


def inner_quotes(text: str) -> str:
    """Make quotes fit to stand inside of others."""
    return text.translate(_INNER_QUOTES)


_INNER_QUOTES = str.maketrans("«»", "„“")


def typeset(text: str) -> str:
    """Write a sentence of the core as a letter does: `178 900 ₽` for `178900,00 ₽`, inner quotes inside of others."""
    text = _SUM.sub(lambda found: money_exact(int(found[1]) * 100 + int(found[2] or 0)), text)
    return _JOINED.sub(NBSP, _nested_quotes(text))


def _nested_quotes(text: str) -> str:
    depth, signs = 0, []
    for sign in text:
        depth -= sign == "»" and depth > 0
        signs.append(inner_quotes(sign) if depth else sign)
        depth += sign == "«"
    return "".join(signs)


_SUM = re.compile(r"(?<![\d,.\u00a0\u202f])(\d{1,13})(?:,(\d\d))? ₽")
_JOINED = re.compile(r"(?<=№) (?=\w)|(?<=\d) (?=поз\.)")


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a stop, unless the text has an end of its own."""
    text = capital(text.strip())
    return text if text.endswith((".", "?", "!", "…")) or not text else f"{text}."
