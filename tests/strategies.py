"""What parsers may meet: the ugly values of real answers, in JSON and in heads of letters, and true rows that they spoil.

Every value came through our own reading of JSON, so it is what a parser would be given: exact numbers, never a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sverka.systems.values import parse_json
from tests.soak import SOAK

Row = dict[str, Any]
ABSENT = object()
"""In place of a value: the row lacks the field."""

_JSON = (
    # ids, and what stands where one should
    "9007199254740993", '"9007199254740993"', '"007"', '""', "null", "0", "-1", '"0"', '"-1"', '" 5 "', '"5_0"', '"٣"', "1" * 40,
    "true", "false",
    "[]", "{}", "[1]", '["1"]', "[null]", "[[1]]", '{"0": 1}', '{"1": {"id": "7"}}', '[{"id": []}]', "[" * 60 + "]" * 60,
    # moments
    '"0001-01-01T00:00:00"', '"0001-01-01T00:00:00+00:00"', '"0000-00-00"', '"0000-00-00 00:00:00"', '"00.00.0000"',
    '"00.00.0000 00:00:00"',
    '"31.02.2026"', '"2026-02-31T10:00:00+03:00"', '"2026-03-29T02:30"', '"2026-03-29T02:30:00+01:00"', '"2026-09-21T10:00:00+0300"', '" "',
    '"2026-09-21T24:00:00+03:00"', '"2026-09-21T10:00:00+99:00"', '"9999-12-31T23:59:59+00:00"', '"9999-01-01T00:00:00-12:00"',
    '"01.01.9999"',
    '"1899-12-30T00:00:00+02:30"', '"21.09.2026 25:00:00"', '"21.09.26"', '"soon"', '"1234567890"', "1234567890",
    # numbers
    '"1 234,56"', '"1\\u00a0234.5"', '"1\\u202f234,5"', '"-0"', "-0", "-0.0", "1e3", '"1e3"', "1e400", "1E-400", '"NaN"',
    '"Infinity"', '"-inf"', '"sNaN"',
    "0.1", "0.30000000000000004", "899.0999999999999", '"0.00499999999999999999999999999999999999999"', '"1.005"', "2.675",
    '"1,234,567.00"',
    '"1_000"', '"٣٫٥"', '"+5"', '"5-"', '".5"', '"5."', '"--5"', '"10000000000000"', "9999999999999.99", '"0x10"',
    # text
    '"a\\u0000b"', '"\\u0000"', '"a\\r\\nBcc: x@y"', '"\\u202eabc\\u202c"', '"\\u200b"', '"а\\u200dб"', '"😀👨‍👩‍👧"', '"\\ud800"',
    '"x\\udfffy"', '"\\ufeff12"',
    '"{{7*7}}"', '"{% for x in y %}"', '"=cmd|\' /C calc\'!A0"', '"@SUM(1+1)"', '"<script>alert(1)</script>"',
    '"+7 (916) 123-45-67"', '"Mоscow"',
    '"Ïðèâåò"', '"D_"', '"D_71"', '"deal:"', '"deal:71 deal:72"', '"Y"', '"N"', '"yes"', '"Да"',
)  # fmt: skip
_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")
LONG = "х" * (1_000_000 if SOAK else 20_000)
UGLY: tuple[Any, ...] = (ABSENT, LONG, *(parse_json(text.encode()) for text in _JSON))
ugly = st.sampled_from(UGLY)
anything = ugly | st.text() | st.integers() | st.decimals() | st.lists(st.integers() | st.text(), max_size=3)


def examples(soak: int, short: int) -> settings:
    """Return how many examples a law is tried on: in the long form, which draws anew each time, and in the short one, always the same."""
    quickly = (Phase.explicit, Phase.generate)  # what fails in the short form is made smaller by the long one
    return settings(
        max_examples=soak if SOAK else short, derandomize=not SOAK, print_blob=True,
        phases=tuple(Phase) if SOAK else quickly, suppress_health_check=tuple(HealthCheck),
    )  # fmt: skip


def spoil(row: Mapping[str, Any], changes: Mapping[str, Any]) -> Row:
    """Return a row with some fields changed or taken away."""
    changed = {**row, **changes}
    return {name: value for name, value in changed.items() if value is not ABSENT}


def spoiled_once(row: Mapping[str, Any], fields: Sequence[str]) -> Iterator[tuple[str, Any, Row]]:
    """Yield a row with each ugly value in each of its fields: (the field, the value, the row)."""
    for name in fields:
        for value in UGLY:
            yield name, value, spoil(row, {name: value})


def changes_of(fields: Sequence[str]) -> st.SearchStrategy[Row]:
    """Draw what becomes of some fields of a row."""
    return st.dictionaries(st.sampled_from(sorted(fields)), anything, min_size=1, max_size=4)


def is_sound(value: object) -> bool:
    """Whether a text can be kept by every database, and written to a file."""
    return not isinstance(value, str) or _UNSTORABLE.search(value) is None
