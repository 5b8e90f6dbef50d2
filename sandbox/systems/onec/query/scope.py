"""What the names in a condition mean: properties of a row, and paths through references to properties of other objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.systems.onec.base import Base, Row
from sandbox.systems.onec.errors import no_segment
from sandbox.systems.onec.model import kinds
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.kinds import Sort
from sandbox.systems.onec.model.shape import Field, Resource, Section
from sandbox.systems.onec.query.terms import Compute, Term


@dataclass(frozen=True)
class Scope:
    """The names of one kind of row: fields by property, and sections for `any` and `all`."""

    base: Base
    fields: Mapping[str, Field]
    sections: Mapping[str, Section]

    def path(self, names: list[str]) -> Term:
        """Return the term of a path such as `ИНН` or `Контрагент/ИНН`; raises ODataError for a name that is not there."""
        return self.follow(lambda row: row, self.fields, names)

    def follow(self, start: Compute, fields: Mapping[str, Field], names: list[str]) -> Term:
        """Return the term of a path that begins at the row that `start` finds, None if it finds none."""
        name, *rest = names
        if not rest:
            return _property(start, fields, name)
        target = _target(fields, name)
        return self.follow(partial(self._referred, start, f"{name}_Key", target.name), target.by_prop, rest)

    def _referred(self, start: Compute, prop: str, target: str, row: Row) -> Row | None:
        found = start(row)
        return None if found is None else self.base.row(target, found[prop])


def scope_of(base: Base, resource: Resource) -> Scope:
    """Return the names that conditions on a set may use."""
    return Scope(base, resource.by_prop, resource.sections_by_name)


def scope_of_fields(base: Base, fields: Iterable[Field]) -> Scope:
    """Return the names that conditions on plain rows may use."""
    return Scope(base, {one.prop: one for one in fields}, {})


def _property(start: Compute, fields: Mapping[str, Field], name: str) -> Term:
    composites = {one.type_prop: one for one in fields.values() if one.is_composite}
    if name in composites:
        return Term(Sort.TEXT, partial(_value, start, name))
    if name not in fields:
        raise no_segment(name)
    field = fields[name]
    if field.is_composite:
        return Term(Sort.COMPOSITE, partial(_pair, start, field))
    target = RESOURCES.get(field.targets[0]) if field.kind is kinds.REF and field.targets else None
    return Term(field.kind.sort, partial(_value, start, name), target)


def _target(fields: Mapping[str, Field], name: str) -> Resource:
    field = fields.get(f"{name}_Key")
    target = RESOURCES.get(field.targets[0]) if field and field.targets else None
    if target is None:
        raise no_segment(name)
    return target


def _value(start: Compute, prop: str, row: Row) -> Any:
    found = start(row)
    return None if found is None else found[prop]


def _pair(start: Compute, field: Field, row: Row) -> tuple[Any, Any]:
    found = start(row)
    return (None, None) if found is None else (found[field.prop], found[field.type_prop])
