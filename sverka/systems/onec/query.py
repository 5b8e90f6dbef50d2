"""Addresses and literals as 1C takes them. Pure.

1C does not take `+` for a space, and a query with one fails (GATE, live), so nothing here leaves the quoting to a library's form
encoding. There is no `in`: several keys are a chain of `or`, cut to the 2,048 bytes of a query that IIS takes by default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

QUERY_BYTES = 2000
"""Longest query that we send, a little under the default of IIS."""

_SAFE = "$'(),:/;=*"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OR = " or "

Options = Mapping[str, str]
"""Query options by name, such as `$filter`, as a person would write them."""


def address(root: str, resource: str, options: Options) -> str:
    """Return the whole address: Cyrillic as UTF-8 in percents, a space as `%20`, never a plus sign."""
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in options.items())
    return f"{root}/{_quoted(resource)}?{query}" if query else f"{root}/{_quoted(resource)}"


def _quoted(text: str) -> str:
    return quote(text, safe=_SAFE, errors="replace")


def is_guid(text: str) -> bool:
    """Whether a text is the key of an object."""
    return _GUID.fullmatch(text) is not None


def literal(text: str) -> str:
    """Write a text for a filter."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def local(moment: datetime) -> str:
    """Write a moment for a filter, in the zone of the base, whose moments bear none."""
    return f"datetime'{moment.replace(tzinfo=None).isoformat(timespec='seconds')}'"


def by_keys(name: str, keys: Iterable[str], other: Options) -> Iterator[Options]:
    """Yield queries that together choose the objects whose field holds one of the keys, each short enough.

    name: the field, such as `Ref_Key`. other: the options that each of them bears too.
    """
    room = QUERY_BYTES - len(address("", "", {**other, "$filter": ""}))
    terms = [f"{name} eq guid'{key}'" for key in keys]
    chosen: list[str] = []
    for term in terms:
        if chosen and len(_quoted(_OR.join([*chosen, term]))) > room:
            yield {**other, "$filter": _OR.join(chosen)}
            chosen = []
        chosen.append(term)
    if chosen:
        yield {**other, "$filter": _OR.join(chosen)}
