"""What is wrong in company files: where, what, and how to mend it. All of it in one answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

Where = tuple[str | int, ...]
"""The way to a value in a file: keys, and numbers of items from 0."""


@dataclass(frozen=True)
class Mistake:
    """One mistake of one file. line: from 1. where: the keys that lead to it."""

    file: Path
    line: int
    where: Where
    problem: str
    remedy: str

    @property
    def path(self) -> str:
        """The keys as people write them: `branches[0].store`."""
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.where)
        return steps.removeprefix(".")

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: {self.path}".removesuffix(" ").removesuffix(":")
        return f"{place}: {self.problem}; {self.remedy}"


class CompanyFileError(Exception):
    """The company files hold mistakes; the text lists them all, one a line, the count first."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        count = len(self.mistakes)
        head = f"{count} mistake{'' if count == 1 else 's'} in the company files:"
        return "\n".join([head, *map(str, self.mistakes)])


def suggest(word: object, allowed: Sequence[str]) -> str:
    """Return the remedy for a word that is not among the allowed ones: the nearest of them, else all of them."""
    nearest = get_close_matches(str(word), allowed, n=1)
    if nearest:
        return f"did you mean `{nearest[0]}`?"
    return f"allowed: {', '.join(allowed)}" if allowed else "remove it"
