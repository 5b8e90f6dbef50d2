"""Which properties of a row are answered: `$select` with columns of sections and paths, and `$expand` (contract §3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.systems.onec.base import Base, Row
from sandbox.systems.onec.errors import no_segment
from sandbox.systems.onec.model import kinds
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.shape import Field, Resource, Section
from sandbox.systems.onec.query.presentation import TAIL, field_presentation, presentation

OBJECT_PRESENTATION = "Presentation"


@dataclass
class Columns:
    """What is answered of one kind of row, in the order of the resource.

    sections: tabular section → its properties. nested: reference → what is answered of the object that it points to.
    presented: properties whose presentations are asked for, "" for the object's own.
    """

    resource: Resource
    props: set[str] = field(default_factory=set)
    sections: dict[str, set[str]] = field(default_factory=dict)
    nested: dict[str, Columns] = field(default_factory=dict)
    presented: set[str] = field(default_factory=set)

    def everything(self) -> Columns:
        """Choose every property and every section."""
        self.props |= _all_props(self.resource)
        self.sections |= {one.name: _section_props(one) for one in self.resource.sections}
        return self


def columns(resource: Resource, select: str | None, expand: str | None) -> Columns:
    """Read `$select` and `$expand`; raises ODataError for a name that is not there."""
    chosen = Columns(resource)
    for path in _listed(select) or ["*"]:
        _choose(chosen, path.split("/"))
    for path in _listed(expand):
        _expand(chosen, path.split("/"))
    return chosen


def shown(base: Base, row: Row, chosen: Columns) -> dict[str, Any]:
    """Return the chosen properties of a row as JSON takes them."""
    fields, result = _fields_by_shown_prop(chosen.resource), {}
    for prop, one in fields.items():
        if prop in chosen.props:
            result[prop] = one.kind.show(row[prop]) if prop == one.prop else row[prop]
    for section in chosen.resource.sections:
        if section.name in chosen.sections:
            result[section.name] = [
                _shown_line(line, section, chosen.sections[section.name]) for line in row[section.name]
            ]
    for prop in sorted(chosen.presented):
        result |= _presented(base, row, chosen.resource, prop)
    for name, inner in chosen.nested.items():
        found = base.row(inner.resource.name, row[f"{name}_Key"])
        result[name] = shown(base, found, inner) if found else None
    return result


def _fields_by_shown_prop(resource: Resource) -> dict[str, Field]:
    return {prop: one for one in resource.fields for prop in one.empty()}


def _all_props(resource: Resource) -> set[str]:
    return set(_fields_by_shown_prop(resource))


def _section_props(section: Section) -> set[str]:
    return {prop for one in section.fields for prop in one.empty()}


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _choose(chosen: Columns, path: list[str]) -> None:
    name, *rest = path
    resource = chosen.resource
    if rest:
        _choose_within(chosen, name, rest)
    elif name == "*":
        chosen.everything()
    elif name == "**":
        chosen.props |= _all_props(resource)
    elif name == OBJECT_PRESENTATION or name.endswith(TAIL):
        chosen.presented |= _presentable(resource, name)
    elif name in resource.sections_by_name:
        chosen.sections[name] = _section_props(resource.sections_by_name[name])
    elif name in _all_props(resource):
        composite = resource.by_prop.get(name)
        chosen.props |= set(composite.empty()) if composite else {name}
    else:
        _reference(resource, name)  # a navigation name: shown when it is expanded


def _choose_within(chosen: Columns, name: str, rest: list[str]) -> None:
    section = chosen.resource.sections_by_name.get(name)
    if section is None:
        target = _reference(chosen.resource, name)
        _choose(chosen.nested.setdefault(name, Columns(target)), rest)
        return
    known = _section_props(section)
    wanted = known if rest == ["*"] else {rest[0]}
    if len(rest) > 1 or not wanted <= known:
        raise no_segment("/".join(rest))
    composites = {prop for one in section.fields if one.prop in wanted for prop in one.empty()}
    chosen.sections[name] = chosen.sections.get(name, set()) | composites


def _expand(chosen: Columns, path: list[str]) -> None:
    name, *rest = path
    if name == "*":
        for one in chosen.resource.fields:
            if one.kind is kinds.REF and one.targets and one.targets[0] in RESOURCES:
                _expand(chosen, [one.name])
        return
    inner = chosen.nested.get(name)
    if inner is None:
        inner = chosen.nested[name] = Columns(_reference(chosen.resource, name)).everything()
    if rest:
        _expand(inner, rest)


def _reference(resource: Resource, name: str) -> Resource:
    one = resource.by_prop.get(f"{name}_Key")
    if one is None or not one.targets or one.targets[0] not in RESOURCES:
        raise no_segment(name)
    return RESOURCES[one.targets[0]]


def _presentable(resource: Resource, name: str) -> set[str]:
    if name == OBJECT_PRESENTATION:
        return {""}
    prop = name.removesuffix(TAIL)
    known = {one.name: one.prop for one in resource.fields} | {one.prop: one.prop for one in resource.fields}
    if prop == "*":
        return {"", *known.values()}
    if prop not in known:
        raise no_segment(name)
    return {known[prop]}


def _presented(base: Base, row: Row, resource: Resource, prop: str) -> dict[str, str]:
    if not prop:
        return {OBJECT_PRESENTATION: presentation(resource, row)}
    one = resource.by_prop[prop]
    return {f"{one.name}{TAIL}": field_presentation(base, RESOURCES, row, one)}


def _shown_line(line: Row, section: Section, chosen: set[str]) -> dict[str, Any]:
    result = {}
    for one in section.fields:
        for prop in one.empty():
            if prop in chosen:
                result[prop] = one.kind.show(line[prop]) if prop == one.prop else line[prop]
    return result
