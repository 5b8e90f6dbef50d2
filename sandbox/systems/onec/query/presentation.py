"""How an object is called where people see it (contract §2.3): `Presentation`, and `<Поле>____Presentation` of a reference."""

from __future__ import annotations

from sandbox.systems.onec.base import Base, Row
from sandbox.systems.onec.model.kinds import EMPTY_REF, UNDEFINED
from sandbox.systems.onec.model.shape import Field, Resource, What

TAIL = "____Presentation"


def presentation(resource: Resource, row: Row) -> str:
    """Return what people see in place of an object."""
    if resource.what is What.DOCUMENT:
        day, time = row["Date"][:10], row["Date"][11:]
        return f"{resource.title} {row['Number']} от {day[8:]}.{day[5:7]}.{day[:4]} {time.lstrip('0') or '0:00:00'}"
    return str(row.get("Description", ""))


def field_presentation(base: Base, resources: dict[str, Resource], row: Row, field: Field) -> str:
    """Return what people see in place of a field's value."""
    value = row[field.prop]
    said = str(row.get(field.type_prop, UNDEFINED)).removeprefix("StandardODATA.")
    name = said if field.is_composite else (field.targets[0] if field.targets else "")
    if name not in resources:
        return "" if value == EMPTY_REF else str(value)
    found = base.row(name, value)
    return presentation(resources[name], found) if found else ""
