"""Answers in Atom, which come unless JSON was asked for (contract §1.3, §1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from sandbox.systems.onec.calls import Call
from sandbox.systems.onec.errors import ODataError
from sandbox.systems.onec.model.shape import Field, Resource
from sandbox.systems.onec.wire.answers import address

FEED, ENTRY = "application/atom+xml;type=feed;charset=utf-8", "application/atom+xml;type=entry;charset=utf-8"
XML = "application/xml;charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices"
_META = f"{_DATA}/metadata"
_APP = "http://www.w3.org/2007/app"


def feed(call: Call, shape: Resource, shown: Iterable[dict[str, Any]], count: int | None) -> bytes:
    """Return a collection."""
    root = ET.Element("feed", _spaces())
    ET.SubElement(root, "id").text = f"{call.root}/{shape.name}"
    if count is not None:
        ET.SubElement(root, "m:count").text = str(count)
    for row in shown:
        root.append(_entry(call, shape, row))
    return _written(root)


def entry(call: Call, shape: Resource, shown: dict[str, Any]) -> bytes:
    """Return one entity."""
    return _written(_entry(call, shape, shown, **_spaces()))


def service_document(call: Call, names: Iterable[str]) -> bytes:
    """Return the list of all sets."""
    root = ET.Element("service", {"xmlns": _APP, "xmlns:atom": _ATOM, "xml:base": f"{call.root}/"})
    workspace = ET.SubElement(root, "workspace")
    for name in names:
        part = ET.SubElement(workspace, "collection", href=name)
        ET.SubElement(part, "atom:title").text = name
    return _written(root)


def failure(error: ODataError) -> bytes:
    """Return an error in the platform's words."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><m:error xmlns:m="{_META}"><m:code>{error.code}</m:code>'
        f'<m:message xml:lang="ru">{escape(error.text)}</m:message></m:error>'
    ).encode()


def _entry(call: Call, shape: Resource, shown: dict[str, Any], **spaces: str) -> ET.Element:
    root = ET.Element("entry", spaces)
    ET.SubElement(root, "id").text = f"{call.root}/{address(shape, shown) or shape.name}"
    ET.SubElement(root, "category", term=f"StandardODATA.{shape.name}", scheme=f"{_DATA}/scheme")
    content = ET.SubElement(root, "content", type="application/xml")
    sections = {one.name: one.fields for one in shape.sections}
    _fill(ET.SubElement(content, "m:properties"), shown, shape.fields, sections)
    return root


def _fill(
    parent: ET.Element, values: dict[str, Any], fields: Iterable[Field], sections: Mapping[str, Iterable[Field]]
) -> None:
    types = {one.prop: one.kind.edm for one in fields if one.kind.edm != "Edm.String"}
    for name, value in values.items():
        part = ET.SubElement(parent, f"d:{name}", {"m:type": types[name]} if name in types else {})
        if isinstance(value, list):
            for row in value:
                _fill(ET.SubElement(part, "d:element"), row, sections[name], {})
        elif isinstance(value, dict):
            _fill(part, value, (), {})
        elif value is not None:
            part.text = str(value).lower() if isinstance(value, bool) else str(value)


def _spaces() -> dict[str, str]:
    return {"xmlns": _ATOM, "xmlns:d": _DATA, "xmlns:m": _META}


def _written(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>' + bytes(ET.tostring(root, encoding="utf-8"))
