"""A field of a table: its two names, its kind, and how it is read and printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.systems.bitrix24.data.kinds import KINDS, Kind
from sandbox.systems.bitrix24.data.tables import Row
from sandbox.systems.bitrix24.wire.errors import scalar_for_multiple


@dataclass(frozen=True)
class Field:
    """One field. `name` is its key in rows and its classic name; `camel` its universal one.

    empty, empty_text: what the universal and the classic methods print for an unset value.
    status_type: the directory of a `status`. options: (id, text) of an `enumeration`. key: the YAML's word for it.
    """

    name: str
    camel: str
    kind: str = "string"
    title: str = ""
    read_only: bool = False
    immutable: bool = False
    multiple: bool = False
    custom: bool = False
    empty: Any = None
    empty_text: Any = None
    status_type: str = ""
    options: tuple[tuple[int, str], ...] = ()
    key: str = ""

    @property
    def of_kind(self) -> Kind:
        """Return the rules of the field's kind."""
        return KINDS[self.kind]

    def parse(self, raw: Any) -> Any:
        """Return what will be kept of a written value, None for an emptied one; raise ValueError if it cannot be."""
        if self.multiple:
            if not isinstance(raw, (list, dict)):
                raise scalar_for_multiple(raw)
            values = raw.values() if isinstance(raw, dict) else raw
            return [value for value in map(self._parse_one, values) if value is not None]
        return self._parse_one(raw)

    def number(self, row: Row) -> Any:
        """Print the field as the universal methods do: numbers are numbers."""
        value = row.get(self.name)
        if self.multiple:
            return [self.of_kind.number(each) for each in value or ()]
        return self.empty if value is None else self.of_kind.number(value)

    def text(self, row: Row) -> Any:
        """Print the field as the classic methods do: numbers are strings."""
        value = row.get(self.name)
        if self.multiple:
            return [self.of_kind.text(each) for each in value or ()]
        return self.empty_text if value is None else self.of_kind.text(value)

    def _parse_one(self, raw: Any) -> Any:
        if raw is None or (raw == "" and self.kind not in {"string", "char"}):
            return None
        value = self.of_kind.parse(raw)
        if self.kind == "enumeration" and value not in dict(self.options):
            raise ValueError(f"no such option: {value}")
        return value


def field(name: str, kind: str = "string", title: str = "", camel: str = "", **more: Any) -> Field:
    """Describe a standard field; its universal name follows from the classic one unless given.

    Dates are "" for the classic methods when unset, ids are 0, everything else is null.
    """
    empties: dict[str, Any] = {"empty_text": ""} if kind in {"date", "datetime"} else {}
    if kind in {"company", "contact"}:
        empties = {"empty": 0, "empty_text": "0"}
    return Field(name, camel or camel_case(name), kind, title or name, **{**empties, **more})


def camel_case(name: str) -> str:
    """Return `assignedById` for `ASSIGNED_BY_ID`."""
    head, *tail = name.lower().split("_")
    return head + "".join(word.capitalize() for word in tail)


def upper_case(camel: str) -> str:
    """Return `ASSIGNED_BY_ID` for `assignedById`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", camel).upper()


def by_name(fields: Iterable[Field]) -> Mapping[str, Field]:
    """Index fields by their classic names."""
    return {each.name: each for each in fields}


def by_camel(fields: Iterable[Field]) -> Mapping[str, Field]:
    """Index fields by their universal names."""
    return {each.camel: each for each in fields}
