"""`$orderby`: properties and paths, up or down, several of them (contract §3.1).

Objects ordered by reference stand in the order of their presentations, as the infobase has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.errors import bad_option
from sandbox.systems.onec.model.shape import Resource, What
from sandbox.systems.onec.query.presentation import presentation
from sandbox.systems.onec.query.scope import Scope

_DIRECTIONS = {"asc": False, "desc": True}


def ordered(rows: Iterable[Row], orderby: str | None, resource: Resource, scope: Scope) -> list[Row]:
    """Return rows in the order asked for, else in that of a list that nobody ordered; raises ODataError."""
    result = list(rows)
    keys = [_key(part, resource, scope) for part in (orderby or "").split(",")] if orderby else []
    if resource.what is What.RECORD_SETS:
        return result  # the order of record sets is passed over in silence
    for key, backwards in reversed(keys):
        result.sort(key=key, reverse=backwards)
    return result


def _key(part: str, resource: Resource, scope: Scope) -> tuple[Callable[[Row], Any], bool]:
    words = part.split()
    if not words or len(words) > 2 or (len(words) == 2 and words[1] not in _DIRECTIONS):
        raise bad_option("$orderby")
    compute = scope.path(words[0].split("/")).compute
    backwards = len(words) == 2 and _DIRECTIONS[words[1]]
    if words[0] == "Ref_Key" and resource.is_object:
        return lambda row: (presentation(resource, row), row["Ref_Key"]), backwards

    def key(row: Row) -> tuple[bool, Any]:
        value = compute(row)
        return value is not None, value if value is not None else 0

    return key, backwards
