"""Turns the funnels of a file into the state table, and asks the table's linter which part of it brings a contradiction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from sverka.companies.funnels import DecisionPart, FactPart, FunnelPart, ShipsPart, StagePart
from sverka.companies.mistakes import Mistake, Where
from sverka.companies.source import Source
from sverka.companies.words import Part
from sverka.domain.state_table import Decision, Fact, Funnel, Ships, Stage, StateTable
from sverka.domain.table_lint import lint

_P = TypeVar("_P", bound=Part)

TICKED, TICKED_VALUE = "да", "yes"
"""A ticked box as a file writes it, and as a deal's fields hold it."""

_ANY_DAY = timedelta(hours=9)
"""The linter asks whether time is limited, not by how much."""


def table(funnels: Mapping[str, FunnelPart], day: timedelta, boxes: Collection[str]) -> StateTable:
    """Return the state table. day: how long a working day is. boxes: the keys of the deal's fields that are ticked or not."""
    return StateTable(tuple(_funnel(key, part, day, boxes) for key, part in funnels.items()))


def _funnel(key: str, part: FunnelPart, day: timedelta, boxes: Collection[str]) -> Funnel:
    return Funnel(
        key,
        part.name,
        tuple(_stage(name, stage, day) for name, stage in part.stages.items()),
        tuple(_fact(fact) for fact in part.facts),
        tuple(_decision(decision, boxes) for decision in part.decided),
        part.title or "",
    )


def span(text: str, day: timedelta) -> timedelta:
    """Return a span of working time: `15m`, `4h`, `2d`."""
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": day}
    return int(text[:-1]) * units[text[-1]]


def contradictions(source: Source) -> Iterator[Mistake]:
    """Return what the linter says of the parts of the table that can be read, at the part that brings it in."""
    said: set[str] = set()
    for where, grown in _growing(source):
        for sentence in lint(grown):
            if sentence not in said:
                said.add(sentence)
                yield source.mistake(where, *_problem_and_remedy(sentence))


def _growing(source: Source) -> Iterator[tuple[Where, StateTable]]:
    """Return the table after each of its parts was added: all stages first, then facts, then decisions."""
    grown = {key: Funnel(key, str(source.at("funnels", key, "name") or key), ()) for key in source.mapping("funnels")}
    for where, part in _parts(source):
        key = str(where[1])
        grown[key] = _with(grown[key], str(where[-1]), part)
        yield where, StateTable(tuple(grown.values()))


def _parts(source: Source) -> Iterator[tuple[Where, Part]]:
    for key in source.mapping("funnels"):
        for name, data in source.mapping("funnels", key, "stages").items():
            yield ("funnels", key, "stages", name), _read(StagePart, data) or StagePart()
    further: tuple[tuple[str, type[Part]], ...] = (("facts", FactPart), ("decided", DecisionPart))
    for section, model in further:
        for key in source.mapping("funnels"):
            for number, data in enumerate(source.items("funnels", key, section)):
                if part := _read(model, data):
                    yield ("funnels", key, section, number), part


def _with(funnel: Funnel, name: str, part: Part) -> Funnel:
    if isinstance(part, StagePart):
        return replace(funnel, stages=(*funnel.stages, _stage(name, part, _ANY_DAY)))
    if isinstance(part, FactPart):
        return replace(funnel, facts=(*funnel.facts, _fact(part)))
    if isinstance(part, DecisionPart):
        return replace(funnel, decided=(*funnel.decided, _decision(part)))
    return funnel


def _read(model: type[_P], data: Any) -> _P | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _stage(name: str, part: StagePart, day: timedelta) -> Stage:
    said = part.model_dump(exclude={"allowed", "eve_check", "ships"})
    return Stage(
        name,
        **said,
        allowed=span(part.allowed, day) if part.allowed else None,
        eve_check=time.fromisoformat(part.eve_check) if part.eve_check else None,
        ships=_ships(part.ships) if part.ships else None,
    )


def _ships(part: ShipsPart) -> Ships:
    return Ships(part.to, part.then or "", time.fromisoformat(part.begins), time.fromisoformat(part.track_by))


def _fact(part: FactPart) -> Fact:
    return Fact(part.when.model_dump(exclude_none=True), tuple(part.origins), part.to)


def _decision(part: DecisionPart, boxes: Collection[str] = ()) -> Decision:
    value = TICKED_VALUE if part.field in boxes and part.value == TICKED else part.value
    return Decision(part.field, value, tuple(part.at), tuple(part.do), part.target)


def _problem_and_remedy(sentence: str) -> tuple[str, str]:
    problem, _, remedy = sentence.rstrip(".").rpartition("; ")
    return (problem, remedy) if problem else (remedy, "change one of the two")
