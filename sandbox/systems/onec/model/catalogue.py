"""The list of all sets that the publication serves."""

from __future__ import annotations

from sandbox.systems.onec.model.catalogs import CATALOGS
from sandbox.systems.onec.model.documents import DOCUMENTS
from sandbox.systems.onec.model.registers import REGISTERS
from sandbox.systems.onec.model.shape import Resource, Section, rows_of

OBJECTS = (*CATALOGS, *DOCUMENTS)
OWNERS: dict[str, tuple[Resource, Section]] = {
    rows_of(owner, section).name: (owner, section) for owner in OBJECTS for section in owner.sections
}
"""Name of a set of rows → the object and the tabular section that it shows."""
RESOURCES: dict[str, Resource] = {
    one.name: one for one in (*OBJECTS, *(rows_of(*owned) for owned in OWNERS.values()), *REGISTERS)
}
