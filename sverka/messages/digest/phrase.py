"""A sentence with the names that it is about, which a text writes out and HTML makes links of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sverka.domain.digest_values import DealLink
from sverka.domain.russian import grouped, quoted, sentence, typeset

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Name:
    """A name in a list; `url` leads to its card, "" if it has none."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Phrase:
    """A sentence without its stop, the names it is about (`more` are not shown), and what is said after them.

    lead: what stands before the names where they stand by themselves. about: the deal that the sentence itself names. title: what the
    sentence is under, where it begins with a title.
    """

    text: str
    names: tuple[Name, ...] = ()
    more: int = 0
    tail: str = ""
    lead: str = "Это"
    about: DealLink | None = None
    title: str = ""


def named(text: str, names: Sequence[Name], tail: str = "", lead: str = "Это") -> Phrase:
    """Show the first names; one left over is shown too, for «и ещё 1» is no shorter."""
    shown = len(names) if len(names) <= NAMES_SHOWN + 1 else NAMES_SHOWN
    return Phrase(text, tuple(names[:shown]), len(names) - shown, tail, lead)


def deal_names(deals: Iterable[DealLink]) -> tuple[Name, ...]:
    """Return the names of deals, which lead to their cards."""
    return tuple(Name(deal.title, deal.url) for deal in deals)


def plain(phrase: Phrase) -> str:
    """Write a phrase as text."""
    said = sentence(typeset(f"{phrase.title}: {phrase.text}" if phrase.title else phrase.text))
    if phrase.names:
        listed = "".join(f"{joint(phrase, place)}{quoted(name.text)}" for place, name in enumerate(phrase.names))
        rest = f" и ещё {grouped(phrase.more)}" if phrase.more else ""
        said = f"{said} {phrase.lead} {listed}{rest}."
    return f"{said} {phrase.tail}".strip()


def joint(phrase: Phrase, place: int) -> str:
    """Return what stands before the name at `place`: nothing, a comma, or «и» before the last of all."""
    if place == 0:
        return ""
    return " и " if place == len(phrase.names) - 1 and not phrase.more else ", "


def around(text: str, deal: DealLink) -> tuple[str, str, str]:
    """Part a text at the deal's title, which HTML prints as a link; a text without the title is followed by it."""
    before, title, after = typeset(text).partition(quoted(deal.title))
    return (before, title, after) if title else (f"{before} ", quoted(deal.title), "")
