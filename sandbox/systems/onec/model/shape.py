"""What a resource of the interface is, and the words with which the tables of resources are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from sandbox.systems.onec.model import kinds
from sandbox.systems.onec.model.kinds import Kind


@dataclass(frozen=True)
class Field:
    """One attribute, by its name in 1C.

    length: of a text that is not boundless. targets: the sets that a reference may point to. members: of an enumeration.
    computed: what a caller writes into it is passed over.
    """

    name: str
    kind: Kind
    length: int = 0
    targets: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    computed: bool = False

    @cached_property
    def prop(self) -> str:
        """Return the name of the property that holds the value."""
        return f"{self.name}_Key" if self.kind is kinds.REF else self.name

    @property
    def type_prop(self) -> str:
        """Return the name of the property that says which type a composite one holds."""
        return f"{self.name}_Type"

    @property
    def is_composite(self) -> bool:
        """Tell whether the value may be of several types."""
        return self.kind is kinds.COMPOSITE

    def empty(self) -> dict[str, Any]:
        """Return the properties of this field when nothing was said about it."""
        types = {self.type_prop: kinds.UNDEFINED} if self.is_composite else {}
        return {self.prop: self.kind.empty, **types}


@dataclass(frozen=True)
class Section:
    """A tabular section; `LineNumber` comes first in every row of it."""

    name: str
    own: tuple[Field, ...]
    fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", (LINE_NUMBER, *self.own))

    @cached_property
    def by_prop(self) -> dict[str, Field]:
        """Return the fields by the properties that hold their values."""
        return {one.prop: one for one in self.fields}


class What(Enum):
    """What a resource stands for, which decides what may be done to it."""

    CATALOG = "catalog"
    DOCUMENT = "document"
    ROWS = "rows of a tabular section"
    REGISTER = "independent register"
    RECORD_SETS = "record sets of a register"
    RECORDS = "records of a register"


@dataclass(frozen=True)
class Resource:
    """One entity set. `title`: what people call one object of it. `functions`: what may stand behind its name.

    dimensions, resources: of a register, by names of 1C.
    """

    name: str
    what: What
    fields: tuple[Field, ...]
    title: str = ""
    sections: tuple[Section, ...] = ()
    key: tuple[str, ...] = ("Ref_Key",)
    functions: frozenset[str] = frozenset()
    dimensions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    @cached_property
    def by_prop(self) -> dict[str, Field]:
        """Return the fields by the properties that hold their values."""
        return {one.prop: one for one in self.fields}

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Return the fields by their names in 1C."""
        return {one.name: one for one in self.fields}

    @cached_property
    def composites(self) -> dict[str, Field]:
        """Return the composite fields by the properties that hold their types."""
        return {one.type_prop: one for one in self.fields if one.is_composite}

    @cached_property
    def sections_by_name(self) -> dict[str, Section]:
        """Return the tabular sections by name."""
        return {one.name: one for one in self.sections}

    @property
    def is_object(self) -> bool:
        """Tell whether its rows are objects with a reference of their own."""
        return self.what in (What.CATALOG, What.DOCUMENT)

    def empty(self) -> dict[str, Any]:
        """Return a row about which nothing was said."""
        row: dict[str, Any] = {}
        for one in self.fields:
            row |= one.empty()
        return row | {section.name: [] for section in self.sections}


def text(name: str, length: int = 0) -> Field:
    """Describe a text."""
    return Field(name, kinds.TEXT, length)


def flag(name: str) -> Field:
    """Describe a flag."""
    return Field(name, kinds.FLAG)


def short(name: str) -> Field:
    """Describe a whole number of at most four digits."""
    return Field(name, kinds.INT16)


def whole(name: str) -> Field:
    """Describe a longer whole number."""
    return Field(name, kinds.INT64)


def money(name: str, *, computed: bool = False) -> Field:
    """Describe a sum, a price or a percentage."""
    return Field(name, kinds.MONEY, computed=computed)


def quantity(name: str) -> Field:
    """Describe a quantity of goods."""
    return Field(name, kinds.QUANTITY)


def moment(name: str) -> Field:
    """Describe a date with time."""
    return Field(name, kinds.MOMENT)


def ref(name: str, target: str, *, computed: bool = False) -> Field:
    """Describe a reference to an object of one set."""
    return Field(name, kinds.REF, targets=(target,), computed=computed)


def enum(name: str, members: tuple[str, ...]) -> Field:
    """Describe a member of an enumeration."""
    return Field(name, kinds.ENUM, members=members)


def any_of(name: str, *targets: str) -> Field:
    """Describe a composite property."""
    return Field(name, kinds.COMPOSITE, targets=targets)


LINE_NUMBER = whole("LineNumber")
REF_KEY = Field("Ref", kinds.REF, computed=True)
_OBJECT = (REF_KEY, Field("DataVersion", kinds.TEXT, computed=True), flag("DeletionMark"))


def catalog(name: str, title: str, *own: Field, sections: tuple[Section, ...] = (), code: int = 0) -> Resource:
    """Describe a catalog; code: the length of its codes, 0 for one that has none."""
    coded = (text("Code", code),) if code else ()
    standard = (*_OBJECT, *coded, text("Description", 150))
    predefined = (
        Field("Predefined", kinds.FLAG, computed=True),
        Field("PredefinedDataName", kinds.TEXT, computed=True),
    )
    return Resource(f"Catalog_{name}", What.CATALOG, (*standard, *own, *predefined), title, sections)


def document(name: str, title: str, *own: Field, sections: tuple[Section, ...] = ()) -> Resource:
    """Describe a document, which may be posted."""
    standard = (*_OBJECT, text("Number", 11), moment("Date"), Field("Posted", kinds.FLAG, computed=True))
    functions = frozenset({"Post", "Unpost"})
    return Resource(f"Document_{name}", What.DOCUMENT, (*standard, *own), title, sections, functions=functions)


def rows_of(owner: Resource, section: Section) -> Resource:
    """Describe the set of rows of a tabular section."""
    fields = (REF_KEY, *section.fields)
    return Resource(f"{owner.name}_{section.name}", What.ROWS, fields, key=("Ref_Key", "LineNumber"))
