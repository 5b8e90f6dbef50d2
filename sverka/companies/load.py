"""Loads the folder of company files: all of them, or all of their mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sverka.companies.build import build
from sverka.companies.company import Company
from sverka.companies.mistakes import CompanyFileError, Mistake
from sverka.companies.sense import senseless, variables
from sverka.companies.shape import read_shape
from sverka.companies.source import Source, read_source


def load_companies(folder: Path) -> list[Company]:
    """Return the companies of a folder, by file name. Raises CompanyFileError with every mistake of every file."""
    sources = [read_source(file) for file in sorted(folder.glob("*.yaml"))]
    read = [_read(source) for source in sources]
    mistakes = [mistake for _, found in read for mistake in found]
    mistakes += [*_misplaced(folder, sources), *_shared_variables(sources)]
    companies = [company for company, _ in read if company is not None]
    if mistakes:
        raise CompanyFileError(sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line)))
    return companies


def _read(source: Source) -> tuple[Company | None, list[Mistake]]:
    told = list(source.mistakes)
    if not source.data and told:
        return None, told
    model, misshapen = read_shape(source)
    told += misshapen
    told += senseless(source, told)
    return (None, told) if model is None or told else (build(source.file, model, source.data), [])


def _misplaced(folder: Path, sources: Sequence[Source]) -> Iterator[Mistake]:
    if not sources:
        yield Mistake(
            folder, 1, (), "holds no company file", "put one there, or name another folder in SVERKA_COMPANIES"
        )
    for file in sorted(folder.glob("*.yml")):
        yield Mistake(file, 1, (), "would be overlooked", f"name it {file.stem}.yaml")


def _shared_variables(sources: Iterable[Source]) -> Iterator[Mistake]:
    """Two companies with one secret would write into each other's systems."""
    first: dict[str, Source] = {}
    for source in sources:
        for where, name in variables(source):
            other = first.setdefault(name, source)
            if other is not source:
                yield source.mistake(where, f"{other.file.name} names the same variable", "give each company its own")
