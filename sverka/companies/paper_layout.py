"""How the paper that the client signs is laid out: paragraphs and bullets of limited width, names in quotes, spans of time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sverka.domain.policy import WorkingHours
from sverka.domain.russian import NBSP, counted

WIDTH = 96
DASH = f"{NBSP}—"
"""Never at the beginning of a line."""

_MINUTES, _HOURS, _DAYS = "минута|минуты|минут", "час|часа|часов", "рабочий день|рабочих дня|рабочих дней"


def paragraph(text: str, indent: int = 3) -> list[str]:
    """Break a text into lines, all of them indented."""
    return _wrapped(text, " " * indent, " " * indent)


def bullet(text: str, indent: int = 3) -> list[str]:
    """Break a text into lines behind a bullet."""
    return _wrapped(text, f"{' ' * indent}• ", " " * (indent + 2))


def labelled(label: str, text: str, indent: int = 6, column: int = 12) -> list[str]:
    """Break a text into lines to the right of its label."""
    return _wrapped(text, f"{' ' * indent}{label:<{column}}", " " * (indent + column))


def names(titles: Iterable[str]) -> str:
    """Put titles in quotes: `«Резерв», «Самовывоз»`."""
    return ", ".join(f"«{title}»" for title in titles)


def length(hours: WorkingHours) -> timedelta:
    """Return how long the working day is."""
    opens, closes = (datetime.combine(date.min, each) for each in (hours.opens, hours.closes))
    return closes - opens


def span(time: timedelta, hours: WorkingHours) -> str:
    """Write a span of working time: `2 рабочих дня`, `15 минут рабочего времени`."""
    for unit, forms in ((length(hours), _DAYS), (timedelta(hours=1), _HOURS)):
        if not time % unit:
            whole = counted(time // unit, forms)
            return whole if forms is _DAYS else f"{whole} рабочего времени"
    return f"{counted(time // timedelta(minutes=1), _MINUTES)} рабочего времени"


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
