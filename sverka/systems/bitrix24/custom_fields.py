"""Custom fields of the portal, and the canonical text that stands for their values everywhere else.

A list's option is the text that people see, a ticked box "yes", a date `2026-11-24`, a moment ISO 8601 in UTC; "" is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from types import MappingProxyType

from sverka.domain.brief import brief
from sverka.systems.values import BadValueError, flag, ident, is_nothing, iso_moment, text

YES = "yes"
_LIST = "enumeration"
_DATE_LENGTH = len("2026-11-24")


@dataclass(frozen=True)
class FieldInfo:
    """A field of a card. name: as in `UF_CRM_1747309879`. options: the texts of a list's options by their ids."""

    name: str
    type: str
    options: Mapping[str, str] = field(default_factory=dict)
    is_multiple: bool = False
    """Whether it holds several values; the first is read, and none can be written."""

    def shown(self, value: object) -> str:
        """Return the canonical text of a value, of several values the first. Raises BadValueError."""
        first = value[0] if isinstance(value, list) and value else value
        if self.type == _LIST:
            return self.options.get(ident(first), "")
        return "" if is_nothing(first) else _SHOWN.get(self.type, text)(first)

    def written(self, words: str) -> str:
        """Return the portal's form of a canonical text. Raises BadValueError with a sentence if it has none."""
        if self.type == _LIST:
            return self._option(words)
        return _WRITTEN.get(self.type, text)(words)

    def _option(self, words: str) -> str:
        if not words:
            return ""
        for number, option in self.options.items():
            if option == words:
                return number
        raise BadValueError(f"the list offers no «{words}», only: {', '.join(self.options.values()) or 'nothing'}")


Layout = Mapping[str, Mapping[str, FieldInfo]]
"""Kind of object → our name of a field → the portal's field."""

STANDARD_FIELDS: Mapping[str, FieldInfo] = MappingProxyType({"title": FieldInfo("title", "string")})
"""Fields that every portal's deals have, which are written in the same way."""


def canonical(raw: Mapping[str, object], fields: Mapping[str, FieldInfo]) -> dict[str, str]:
    """Return the canonical texts of a card's custom fields by our names; what is empty is left out. Raises BadValueError."""
    shown = {ours: info.shown(raw.get(info.name)) for ours, info in fields.items()}
    return {ours: words for ours, words in shown.items() if words}


def _yes(value: object) -> str:
    return YES if flag(value) else ""


def _day(value: object) -> str:
    """Take the day as it is printed: the portal shows midnight of some zone after it, which must not be converted."""
    day = text(value)[:_DATE_LENGTH]
    return _checked_day(day)


def _moment(value: object) -> str:
    moment = iso_moment(value)
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _box(words: str) -> str:
    if words not in ("", YES):
        raise BadValueError(f"a box is ticked by «{YES}» or emptied, not set to «{words}»")
    return "Y" if words else "N"


def _checked_day(words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat() if words else ""
    except ValueError as error:
        raise BadValueError(f"not a date: {brief(words)}") from error


_SHOWN: Mapping[str, Callable[[object], str]] = MappingProxyType({"boolean": _yes, "date": _day, "datetime": _moment})
_WRITTEN: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"boolean": _box, "date": _checked_day, "datetime": _moment}
)
