"""A line of the answer: what was looked at, whether it is right, and if not, what to do about it.

Lines that are right are short. One that is not says what is wrong, where, and how to mend it, so that it is enough by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

_SHOWN = 12
"""So many names are listed; more would hide the sentence."""


class Severity(StrEnum):
    """How much a line matters."""

    OK = "ok"
    LOOK = "look"
    """Nothing is known to be wrong, but only a person can tell."""
    WARNING = "warning"
    """Something will not be done."""
    ERROR = "error"
    """To be mended before the first run."""


@dataclass(frozen=True)
class Line:
    """One thing looked at. about: the system or the part of the installation. mend: what to do, "" where nothing is wrong."""

    severity: Severity
    about: str
    text: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.about}: {self.text}{f' → {self.mend}' if self.mend else ''}"


def right(about: str, text: str) -> Line:
    """Return a line about what is as it should be."""
    return Line(Severity.OK, about, text)


def look(about: str, text: str, mend: str) -> Line:
    """Return a line about what a person should look at."""
    return Line(Severity.LOOK, about, text, mend)


def warning(about: str, text: str, mend: str) -> Line:
    """Return a line about what will not be done."""
    return Line(Severity.WARNING, about, text, mend)


def error(about: str, text: str, mend: str) -> Line:
    """Return a line about what has to be mended before the first run."""
    return Line(Severity.ERROR, about, text, mend)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that was probably meant, "" if none is like it."""
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0.5)), "")


def meant(name: str, known: Iterable[str]) -> str:
    """Return a hint about a name that does not exist: the nearest that does, else all."""
    known = sorted(set(known))
    near = nearest(name, known)
    return f"did you mean «{near}»?" if near else f"there are: {listed(known)}." if known else "there are none."


def listed(names: Iterable[str]) -> str:
    """Return names in quotation marks, the first of them if there are many."""
    names = list(names)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"«{name}»" for name in names[:_SHOWN]) + more


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 store`, `2 stores`."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
