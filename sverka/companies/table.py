"""Turns the funnels of a file into the state table, and asks the table's linter which part of it brings a contradiction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from sverka.companies.mistakes import Mistake, Where
from sverka.companies.models import DecisionPart, FactPart, FunnelPart, Part, StagePart
from sverka.companies.source import Source
from sverka.domain.state_table import Decision, Fact, Funnel, Stage, StateTable, lint

_P = TypeVar("_P", bound=Part)


def funnel(key: str, part: FunnelPart) -> Funnel:
    """Return a funnel of the state table."""
    return Funnel(
        key,
        part.name,
        tuple(_stage(name, stage) for name, stage in part.stages.items()),
        tuple(_fact(fact) for fact in part.facts),
        tuple(_decision(decision) for decision in part.decided),
    )


def contradictions(source: Source) -> Iterator[Mistake]:
    """Return what the linter says of the parts of the table that can be read, at the part that brings it in."""
    for key in source.mapping("funnels"):
        said: set[str] = set()
        for where, grown in _growing(source, key):
            for sentence in lint(StateTable((grown,))):
                if sentence not in said:
                    said.add(sentence)
                    yield source.mistake(where, *_problem_and_remedy(sentence))


def _growing(source: Source, key: str) -> Iterator[tuple[Where, Funnel]]:
    """Return the funnel after each of its parts was added: stages first, then facts, then decisions."""
    grown = Funnel(key, str(source.at("funnels", key, "name") or key), ())
    for name, data in source.mapping("funnels", key, "stages").items():
        stage = _stage(name, _read(StagePart, data) or StagePart())
        grown = replace(grown, stages=(*grown.stages, stage))
        yield ("funnels", key, "stages", name), grown
    for number, data in enumerate(source.items("funnels", key, "facts")):
        if fact := _read(FactPart, data):
            grown = replace(grown, facts=(*grown.facts, _fact(fact)))
            yield ("funnels", key, "facts", number), grown
    for number, data in enumerate(source.items("funnels", key, "decided")):
        if decision := _read(DecisionPart, data):
            grown = replace(grown, decided=(*grown.decided, _decision(decision)))
            yield ("funnels", key, "decided", number), grown


def _read(model: type[_P], data: Any) -> _P | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _stage(name: str, part: StagePart) -> Stage:
    return Stage(name, **part.model_dump())


def _fact(part: FactPart) -> Fact:
    return Fact(part.when.model_dump(exclude_none=True), tuple(part.origins), part.to)


def _decision(part: DecisionPart) -> Decision:
    return Decision(part.field, tuple(part.at), tuple(part.do))


def _problem_and_remedy(sentence: str) -> tuple[str, str]:
    problem, _, remedy = sentence.rstrip(".").rpartition("; ")
    return (problem, remedy) if problem else (remedy, "change one of the two")
