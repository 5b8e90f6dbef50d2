"""Values as 1C writes them: keys, days without a zone, whole numbers as texts, references that name their type."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sverka.domain.brief import brief
from sverka.systems.onec.query import is_guid
from sverka.systems.values import BadValueError, Json, is_nothing, plausible, text

EMPTY_KEY = "00000000-0000-0000-0000-000000000000"
_TYPE = "StandardODATA."
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)


def key(value: object) -> str:
    """Read the key of an object; the empty one, null and "" are ""."""
    written = text(value)
    if written in ("", EMPTY_KEY):
        return ""
    if not is_guid(written):
        raise BadValueError(f"not a key: {brief(value)}")
    return written


def reference(row: Json, name: str, type_name: str = "") -> str:
    """Read a reference whose field bears a type, or `_Key` where only one type is possible; one to another type is "".

    type_name: the type that is meant, such as `Catalog_Контрагенты`; "" for any.
    """
    bare = f"{name}_Key"
    if bare in row:
        return key(row[bare])
    kind = kind_of(row.get(f"{name}_Type"))
    if kind == "" and text(row.get(name)) in ("", EMPTY_KEY):
        return ""
    return key(row.get(name)) if kind in ("", type_name) or not type_name else ""


def kind_of(value: object) -> str:
    """Read what type a reference is of: `Document_РеализацияТоваровУслуг`; "" for none."""
    written = text(value)
    kind = written.removeprefix(_TYPE)
    return "" if kind == "Undefined" else kind


def local_moment(value: object) -> datetime | None:
    """Read a moment of the base's own zone, as it is written; the year 1 and nothing are None."""
    written = text(value)
    if not written:
        return None
    try:
        if not _MOMENT.fullmatch(written):
            raise ValueError
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadValueError(f"not a moment: {brief(value)}") from error
    return moment if plausible(moment.replace(tzinfo=UTC)) else None


def day(value: object) -> date | None:
    """Read a day; the year 1 and nothing are None."""
    moment = local_moment(value)
    return moment.date() if moment else None


def moment_in(zone: ZoneInfo, value: object) -> datetime | None:
    """Read a moment of the base, whose zone is given, in UTC; the year 1 and nothing are None."""
    moment = local_moment(value)
    return moment.replace(tzinfo=zone).astimezone(UTC) if moment else None


def whole(value: object) -> int:
    """Read a whole number, which comes as a text if it may be long; nothing is 0."""
    if is_nothing(value):
        return 0
    written = text(value)
    if isinstance(value, bool) or not _WHOLE.fullmatch(written):
        raise BadValueError(f"not a whole number: {brief(value)}")
    return int(written)
