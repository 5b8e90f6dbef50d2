"""Answers in JSON (contract §1.4, §1.5): collections, single entities, errors, with three levels of metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sandbox.systems.onec.calls import Call, Level
from sandbox.systems.onec.errors import ODataError
from sandbox.systems.onec.model import kinds
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.shape import Field, Resource

JSON = "application/json;charset=utf-8"
_PLAIN = frozenset({"Edm.String", "Edm.Boolean", "Edm.Int16", "Edm.Double"})


def collection(call: Call, shape: Resource, shown: Iterable[dict[str, Any]], count: int | None) -> bytes:
    """Return a collection. shape: what its rows are made of. count: what `$inlinecount` asked for."""
    level = call.level()
    body: dict[str, Any] = {}
    if level is not Level.NONE:
        set_of_types = f"Collection(StandardODATA.{shape.name})" if not shape.key else shape.name
        body["odata.metadata"] = f"{call.root}/$metadata#{set_of_types}"
    if count is not None:
        body["odata.count"] = str(count)
    return _json({**body, "value": [annotated(call, level, shape, row) for row in shown]})


def entity(call: Call, shape: Resource, shown: dict[str, Any]) -> bytes:
    """Return one entity, its properties at the top."""
    level = call.level()
    head = {} if level is Level.NONE else {"odata.metadata": f"{call.root}/$metadata#{shape.name}/@Element"}
    return _json({**head, **annotated(call, level, shape, shown)})


def service_document(call: Call, names: Iterable[str]) -> bytes:
    """Return the list of all sets."""
    head = {} if call.level() is Level.NONE else {"odata.metadata": f"{call.root}/$metadata"}
    return _json({**head, "value": [{"name": name, "url": name} for name in names]})


def failure(error: ODataError) -> bytes:
    """Return an error in the platform's words."""
    return _json({"odata.error": {"code": str(error.code), "message": {"lang": "ru", "value": error.text}}})


def annotated(call: Call, level: Level, shape: Resource, shown: dict[str, Any]) -> dict[str, Any]:
    """Return a shown row with what its level says about it: links behind the properties, and types in front of them."""
    if level is Level.NONE or not shape.key:
        return shown
    own = address(shape, shown)
    links = {
        f"{one.name}@navigationLinkUrl": f"{own}/{one.name}"
        for one in shape.fields
        if own and is_link(one) and one.prop in shown
    }
    if level is Level.MINIMAL:
        return {**shown, **links}
    head = {"odata.type": f"StandardODATA.{shape.name}"}
    head |= {"odata.id": f"{call.root}/{own}", "odata.editLink": own} if own else {}
    types = {f"{one.prop}@odata.type": one.kind.edm for one in shape.fields if one.kind.edm not in _PLAIN}
    typed = {
        name: value
        for prop, held in shown.items()
        for name, value in ((f"{prop}@odata.type", types.get(f"{prop}@odata.type")), (prop, held))
        if name == prop or value
    }
    return {**head, **typed, **links}


def address(shape: Resource, row: dict[str, Any]) -> str:
    """Return the address of an object behind the root, or nothing for what has no reference of its own."""
    return f"{shape.name}(guid'{row['Ref_Key']}')" if shape.is_object and "Ref_Key" in row else ""


def is_link(one: Field) -> bool:
    """Tell whether a property leads to an object of a published set."""
    return one.kind is kinds.REF and bool(one.targets) and one.targets[0] in RESOURCES


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
