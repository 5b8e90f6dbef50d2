"""Laying out text for mail: lines of 76 columns, headings, rows of figures; links that may stand in a letter."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from sverka.messages.digest.sales import Entry
from sverka.messages.digest.state import Figure

COLUMNS = 76
_LABEL, _VALUE = 29, 14
_GOOD = 58
_STRETCH, _NUMBERS = 8, (8, 8, 9, 8, 14)
_BREAKS = re.compile(r"[ \t\r\n\f\v]+")
"""White space where a line may end; no-break spaces are none of it."""

_SCHEMES = ("https://", "http://", "mailto:", "tel:")


def one_line(text: str) -> str:
    """Make one line of a text, no-break spaces kept."""
    return _BREAKS.sub(" ", text).strip()


def cut(line: str, limit: int) -> str:
    """Shorten a line to at most so many characters, at a word; a mark says that something is missing."""
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,:;") + "…"


def fold(text: str, first: str = "", rest: str = "") -> str:
    """Break a text into lines of 76 columns; `first` begins the first, `rest` the others. Long words stay whole."""
    return textwrap.fill(
        one_line(text),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def heading(text: str) -> str:
    """Write a heading as text has it: in capitals."""
    return one_line(text).upper()


def row(figure: Figure) -> str:
    """Write a row of numbers in columns, the first note beside the value if it fits, shares and the other notes beneath."""
    value = f"  {figure.label:<{_LABEL}}{figure.value:>{_VALUE}}"
    beside, *beneath = figure.notes or ("",)
    beneath = [" · ".join(figure.shares), *beneath] if figure.shares else beneath
    line = f"{value}   {beside}".rstrip()
    notes = beneath if len(line) <= COLUMNS else [beside, *beneath]
    return "\n".join([line if len(line) <= COLUMNS else value, *(fold(note, "     ", "     ") for note in notes)])


def columns(heads: Sequence[str]) -> str:
    """Write the heads of a report's columns."""
    return _numbers("", heads)


def entry(line: Entry) -> str:
    """Write a line of the report: the name, and a row of numbers for each stretch of days."""
    name = fold(f"{line.name} ({line.note})" if line.note else line.name, "  ", "  ")
    return "\n".join([name, *(_numbers(stretch, numbers) for stretch, numbers in line.rows)])


def _numbers(stretch: str, numbers: Sequence[str]) -> str:
    cells = "".join(f"{number:>{width}}" for number, width in zip(numbers, _NUMBERS, strict=True))
    return f"    {stretch:<{_STRETCH}}{cells}"


def good_row(good: Sequence[str]) -> str:
    """Write a good to pick: its name, how many in a column of their own, and beneath what is missing."""
    name, amount, lacking = good
    *above, last = fold(name, "     ", "     ").splitlines() or [""]
    if len(last) > _GOOD:
        above, last = [*above, last], ""
    line = f"{last:<{_GOOD}}{amount:>{COLUMNS - _GOOD}}"
    return "\n".join([*above, line, *([f"{lacking:>{COLUMNS}}"] if lacking else [])])


def link(url: str) -> str:
    """Return an address that may stand in a letter. Raises ValueError for any other scheme, and for none."""
    if not url.startswith(_SCHEMES) or _BREAKS.search(url):
        raise ValueError(f"«{url:.60}» is no address for a letter: http, https, mailto or tel.")
    return url


def tidy(text: str) -> str:
    """Take out trailing spaces and empty lines beyond one; end with a line break."""
    lines = "\n".join(line.rstrip(" \t") for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"
