"""GET: sets, single entities, counts, navigation, virtual tables (contract §2.2, §3.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.systems.onec.base import Row, Work
from sandbox.systems.onec.calls import COUNT, Call
from sandbox.systems.onec.errors import bad_option, no_entity, no_instance, no_method, no_segment
from sandbox.systems.onec.laws.sources import rows_of
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.registers import BALANCE, SLICE_LAST
from sandbox.systems.onec.model.shape import Resource
from sandbox.systems.onec.paths import Segment, key_of
from sandbox.systems.onec.query.grammar import condition
from sandbox.systems.onec.query.ordering import ordered
from sandbox.systems.onec.query.scope import scope_of
from sandbox.systems.onec.query.selection import columns, shown
from sandbox.systems.onec.query.virtual import ARGUMENTS, balance, in_brackets, slice_last, unquoted
from sandbox.systems.onec.switches import COUNT_UNPAGED, HAS_COUNT, UNPUBLISHED

Spoiler: TypeAlias = Callable[[Work, str, list[Row]], list[Row]]
"""A fault in the rows of a page: work, name of the set, the right rows → the rows that are answered."""


@dataclass(frozen=True)
class Found:
    """What a GET found. rows: as JSON takes them. one: whether there is one, with no list around it. text: an answer that is bare text."""

    shape: Resource
    rows: list[dict[str, Any]]
    one: bool = False
    count: int | None = None
    text: str | None = None


def read(work: Work, call: Call, spoil: Spoiler | None = None) -> Found:
    """Return what a call asks for; raises ODataError."""
    head, *rest = call.segments
    resource = published(work, head.name)
    if head.inner is not None:
        return _one(work, call, resource, head.inner, rest)
    if not rest:
        return _page(work, call, resource, list(rows_of(work, resource)), spoil)
    if len(rest) > 1:
        raise no_segment(rest[1].name)
    if rest[0].name == COUNT and work.switches[HAS_COUNT]:
        rows = _chosen(work, call, resource, list(rows_of(work, resource)))
        return Found(resource, [], text=str(len(rows)))
    shape, rows = _virtual(work, call, resource, rest[0])
    return _page(work, call, shape, rows, spoil)


def published(work: Work, name: str) -> Resource:
    """Return a set of the publication; raises ODataError."""
    if name not in RESOURCES or name in work.switches[UNPUBLISHED]:
        raise no_entity(name)
    return RESOURCES[name]


def found_by_key(work: Work, resource: Resource, text: str) -> Row:
    """Return the row that a key in brackets names; raises ODataError."""
    key = key_of(text, resource.key)
    row = (
        work.base.row(resource.name, key["Ref_Key"])
        if resource.is_object
        else next((row for row in rows_of(work, resource) if _bears(row, key)), None)
    )
    if row is None:
        raise no_instance(resource.name)
    return row


def _bears(row: Row, key: Mapping[str, Any]) -> bool:
    return all(row[prop] == value for prop, value in key.items())


def _one(work: Work, call: Call, resource: Resource, key: str, rest: list[Segment]) -> Found:
    row = found_by_key(work, resource, key)
    for segment in rest:
        one = resource.by_prop.get(f"{segment.name}_Key")
        if one is None or not one.targets or segment.inner is not None:
            raise no_segment(segment.name)
        resource = published(work, one.targets[0])
        target = work.base.row(resource.name, row[one.prop])
        if target is None:
            raise no_instance(resource.name)
        row = target
    if call.option("$expand"):
        raise bad_option("$expand")
    chosen = columns(resource, call.option("$select"), None)
    return Found(resource, [shown(work.base, row, chosen)], one=True)


def _virtual(work: Work, call: Call, resource: Resource, function: Segment) -> tuple[Resource, list[Row]]:
    if function.name not in resource.functions or function.name not in _VIRTUAL:
        raise no_method(function.name)
    arguments = {name: unquoted(call.options[name]) for name in ARGUMENTS if name in call.options}
    return _VIRTUAL[function.name](work, resource, {**arguments, **in_brackets(function.inner or "")})


def _chosen(work: Work, call: Call, shape: Resource, rows: list[Row]) -> list[Row]:
    source = call.option("$filter")
    if not source:
        return rows
    test = condition(source, scope_of(work.base, shape))
    return [row for row in rows if test(row)]


def _page(work: Work, call: Call, shape: Resource, rows: list[Row], spoil: Spoiler | None) -> Found:
    counted = call.option("$inlinecount") == "allpages"
    rows = _chosen(work, call, shape, rows)
    count = len(rows) if counted else None
    rows = ordered(rows, call.option("$orderby"), shape, scope_of(work.base, shape))
    skip, top = _number(call, "$skip"), _number(call, "$top")
    if not (counted and work.switches[COUNT_UNPAGED]):
        rows = rows[skip or 0 :]
        rows = rows if top is None else rows[:top]
    chosen = columns(shape, call.option("$select"), call.option("$expand"))
    if spoil is None:
        return Found(shape, [shown(work.base, row, chosen) for row in rows], count=count)
    right = [(row, shown(work.base, row, chosen)) for row in rows]
    answered = spoil(work, shape.name, rows)
    return Found(shape, [next(seen for own, seen in right if own is row) for row in answered], count=count)


def _number(call: Call, option: str) -> int | None:
    text = call.option(option)
    if text is None or (text.isascii() and text.isdigit()):
        return None if text is None else int(text)
    raise bad_option(option)


_VIRTUAL: dict[str, Callable[[Work, Resource, Mapping[str, str]], tuple[Resource, list[Row]]]] = {
    BALANCE: balance,
    SLICE_LAST: slice_last,
}
