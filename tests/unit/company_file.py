"""The example company's file with something wrong in it, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sverka.companies.load import load_companies
from sverka.companies.mistakes import CompanyFileError, Mistake
from tests.house.tree import ROOT

TEXT = (ROOT / "config/companies/headlights.yaml").read_text(encoding="utf-8")


def edited(*edits: tuple[str, str]) -> str:
    """Return the example's text with the first of each `old` replaced; every `old` must be there."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def mistakes_of(folder: Path, *edits: tuple[str, str]) -> list[Mistake]:
    """Put the edited example into a folder and return what loading the folder complains of."""
    (folder / "headlights.yaml").write_text(edited(*edits), encoding="utf-8")
    return mistakes_in(folder)


def mistakes_in(folder: Path) -> list[Mistake]:
    """Return what loading a folder complains of."""
    with pytest.raises(CompanyFileError) as caught:
        load_companies(folder)
    return list(caught.value.mistakes)


def line_of(part: str, text: str = TEXT) -> int:
    """Return the line in which a part of the text, unique in it, begins."""
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n") + 1
