"""`$metadata`: the description of the published sets, in the shape that the platform gives it (contract §2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from sandbox.systems.onec.model.registers import BALANCE, RECORDS, SLICE_LAST
from sandbox.systems.onec.model.shape import Field, Resource
from sandbox.systems.onec.wire.answers import is_link

_EDMX = "http://schemas.microsoft.com/ado/2007/06/edmx"
_META = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
_EDM = "http://schemas.microsoft.com/ado/2009/11/edm"
_SPACE = "StandardODATA"
_ARGUMENTS = {
    BALANCE: (("Period", "Edm.DateTime"), ("Condition", "Edm.String"), ("Dimensions", "Edm.String")),
    SLICE_LAST: (("Period", "Edm.DateTime"), ("Condition", "Edm.String")),
    "Post": (("PostingModeOperational", "Edm.Boolean"),),
    "Unpost": (),
}
_CHANGES = frozenset({"Post", "Unpost"})


def edmx(resources: dict[str, Resource]) -> bytes:
    """Return the description of these sets, by name."""
    root = ET.Element("edmx:Edmx", {"xmlns:edmx": _EDMX, "Version": "1.0"})
    services = ET.SubElement(root, "edmx:DataServices", {"xmlns:m": _META, "m:DataServiceVersion": "3.0"})
    schema = ET.SubElement(services, "Schema", {"Namespace": _SPACE, "xmlns": _EDM})
    for resource in resources.values():
        schema.extend(_types(resource, resources))
        schema.extend(_associations(resource))
    container = ET.SubElement(schema, "EntityContainer", Name="EnterpriseV8")
    container.set("m:IsDefaultEntityContainer", "true")
    for name in resources:
        ET.SubElement(container, "EntitySet", Name=name, EntityType=f"{_SPACE}.{name}")
    for resource in resources.values():
        container.extend(_imports(resource))
    return b'<?xml version="1.0" encoding="utf-8"?>' + bytes(ET.tostring(root, encoding="utf-8"))


def _types(resource: Resource, known: dict[str, Resource]) -> Iterator[ET.Element]:
    entity = ET.Element("EntityType", Name=resource.name)
    if any(one.is_composite for one in resource.fields):
        entity.set("OpenType", "true")
    key = ET.SubElement(entity, "Key")
    for prop in resource.key:
        ET.SubElement(key, "PropertyRef", Name=prop)
    _describe(entity, resource.fields, resource.key)
    for section in resource.sections:
        row_type = f"{resource.name}_{section.name}_RowType"
        ET.SubElement(entity, "Property", Name=section.name, Type=f"Collection({_SPACE}.{row_type})", Nullable="true")
    for one in _links(resource, known):
        role = {"Relationship": f"{_SPACE}.{_association(resource, one)}", "FromRole": "Begin", "ToRole": "End"}
        ET.SubElement(entity, "NavigationProperty", {"Name": one.name, **role})
    yield entity
    for section in resource.sections:
        yield _complex(f"{resource.name}_{section.name}_RowType", section.fields)
    if BALANCE in resource.functions:
        records = known.get(resource.name + RECORDS, resource)
        yield _complex(f"{resource.name}_Balance", tuple(_balance_fields(records)))


def _balance_fields(records: Resource) -> Iterator[Field]:
    yield from (records.by_name[name] for name in records.dimensions if name in records.by_name)
    for name in records.resources:
        if name in records.by_name:
            yield Field(f"{name}Balance", records.by_name[name].kind)


def _complex(name: str, fields: tuple[Field, ...]) -> ET.Element:
    element = ET.Element("ComplexType", Name=name)
    _describe(element, fields, ())
    return element


def _describe(parent: ET.Element, fields: Iterable[Field], key: tuple[str, ...]) -> None:
    for one in fields:
        for prop in one.empty():
            kind = one.kind.edm if prop == one.prop else "Edm.String"
            ET.SubElement(parent, "Property", Name=prop, Type=kind, Nullable=str(prop not in key).lower())


def _links(resource: Resource, known: dict[str, Resource]) -> list[Field]:
    return [one for one in resource.fields if is_link(one) and one.targets[0] in known]


def _association(resource: Resource, one: Field) -> str:
    return f"{resource.name}_{one.name}"


def _associations(resource: Resource) -> Iterator[ET.Element]:
    for one in resource.fields:
        if is_link(one):
            element = ET.Element("Association", Name=_association(resource, one))
            for role, kind, many in (("Begin", resource.name, "*"), ("End", one.targets[0], "0..1")):
                ET.SubElement(element, "End", Role=role, Type=f"{_SPACE}.{kind}", Multiplicity=many)
            yield element


def _imports(resource: Resource) -> Iterator[ET.Element]:
    for name in sorted(resource.functions):
        element = ET.Element(
            "FunctionImport", Name=name, IsBindable="true", IsSideEffecting=str(name in _CHANGES).lower()
        )
        own = f"{_SPACE}.{resource.name}"
        if name not in _CHANGES:
            row = f"{own}_Balance" if name == BALANCE else own
            element.set("ReturnType", f"Collection({row})")
        bound = own if name in _CHANGES else f"Collection({own})"
        ET.SubElement(element, "Parameter", Name="bindingParameter", Type=bound)
        for argument, kind in _ARGUMENTS[name]:
            ET.SubElement(element, "Parameter", Name=argument, Type=kind)
        yield element
