"""What a model and a field are, and the words with which the tables of models are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from sandbox.systems.business_ru import values
from sandbox.systems.business_ru.values import Kind, Value

READ = frozenset({"GET"})
CREATE = frozenset({"POST"})
ALL = frozenset({"GET", "POST", "PUT", "DELETE"})


class Preset(Enum):
    """What the ledger puts into a field that a POST leaves out, where that is not a constant."""

    NOW = auto()
    NEXT_NUMBER = auto()
    DEFAULT_ROW = auto()
    """The row of the referenced model that bears the flag `default`."""


@dataclass(frozen=True)
class Field:
    """One field. `target` is the model that a reference names; `needed` fields must come with a POST.

    computed: written by the ledger alone. indexed: found without looking at every row. least: the smallest number
    that may be written.
    """

    name: str
    kind: Kind
    target: str = ""
    needed: bool = False
    computed: bool = False
    indexed: bool = False
    preset: Value | Preset = None
    least: int | None = None

    @property
    def is_reference(self) -> bool:
        """Tell whether the field names one row of another model."""
        return self.kind in (values.IDENTIFIER, values.BARE_IDENTIFIER) and bool(self.target)

    @property
    def initial(self) -> Value:
        """Return what the field holds when nothing was said about it."""
        constant = None if isinstance(self.preset, Preset) else self.preset
        return self.kind.empty if constant is None else constant


@dataclass(frozen=True)
class Model:
    """One model. `header` names the field with which a line points at its document."""

    name: str
    title: str
    own: tuple[Field, ...]
    verbs: frozenset[str] = ALL
    header: str = ""
    lines: str = ""
    bare_answer: bool = False
    """Writes answer with `id` at the root instead of a `result`."""
    fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        first = Field("id", values.IDENTIFIER, computed=True)
        object.__setattr__(self, "fields", (first, *self.own, moment("updated", computed=True), _DELETED))

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Return the fields by name, `id`, `updated` and `deleted` included."""
        return {one.name: one for one in self.fields}

    @cached_property
    def indexed(self) -> tuple[str, ...]:
        """Return the names of the indexed fields."""
        return tuple(one.name for one in self.fields if one.indexed)


def ref(name: str, target: str, *, needed: bool = False, indexed: bool = False, preset: Preset | None = None) -> Field:
    """Describe a reference to a row of `target`."""
    return Field(name, values.IDENTIFIER, target, needed=needed, indexed=indexed, preset=preset)


def bare_ref(name: str, target: str) -> Field:
    """Describe a reference that is shown as a number."""
    return Field(name, values.BARE_IDENTIFIER, target)


def text(name: str, *, needed: bool = False, preset: Preset | None = None) -> Field:
    """Describe a text."""
    return Field(name, values.TEXT, needed=needed, preset=preset)


def whole(name: str, *, needed: bool = False, indexed: bool = False, preset: int | None = None) -> Field:
    """Describe a whole number, also an id whose model the sandbox does not serve."""
    return Field(name, values.WHOLE, needed=needed, indexed=indexed, preset=preset)


def money(name: str, *, needed: bool = False, computed: bool = False) -> Field:
    """Describe a sum or a price, which are never negative."""
    return Field(name, values.MONEY, needed=needed, computed=computed, preset=0 if computed else None, least=0)


def quantity(name: str, *, preset: int | None = None) -> Field:
    """Describe a quantity that may be zero or less."""
    return Field(name, values.QUANTITY, preset=preset)


def amount() -> Field:
    """Describe the quantity of a line, which is more than nothing."""
    return Field("amount", values.QUANTITY, needed=True, least=1)


def flag(name: str, *, preset: bool = False) -> Field:
    """Describe a flag."""
    return Field(name, values.FLAG, preset=preset)


def moment(name: str, *, computed: bool = False, preset: Preset | None = None) -> Field:
    """Describe a date with time."""
    return Field(name, values.MOMENT, computed=computed, preset=preset)


_DELETED = Field("deleted", values.FLAG, computed=True, preset=False)
