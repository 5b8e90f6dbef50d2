"""The mirror as frames, for finding what disagrees: a declared schema, checked when a snapshot is built.

Keys are the store's own int64 row keys (0 means none), sums are kopecks, amounts thousandths: no float, no missing value. What
the frames find is then read by key as typed rows; nothing is decided from a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import pandas as pd

SCHEMA: Mapping[str, Mapping[str, str]] = {
    "deals": {
        "deal_key": "int64", "order_key": "int64",
        "requires_order": "bool", "requires_reserve": "bool", "is_lost": "bool", "order_is_live": "bool",
    },
    "deal_lines": {"deal_key": "int64", "good_key": "int64", "price_kopecks": "int64", "amount_thousandths": "int64", "is_service": "bool"},
    "order_lines": {"deal_key": "int64", "good_key": "int64", "price_kopecks": "int64", "amount_thousandths": "int64"},
    "reserve_lines": {"deal_key": "int64", "good_key": "int64", "amount_thousandths": "int64"},
}  # fmt: skip
"""Frame → column → type. `reserve_lines` holds the lines of held reserves only; `deal_lines` only deals that are in scope."""


class SchemaError(ValueError):
    """A frame does not look as declared."""


@dataclass(frozen=True)
class Snapshot:
    """Deals in scope with their lines on both sides."""

    deals: pd.DataFrame
    deal_lines: pd.DataFrame
    order_lines: pd.DataFrame
    reserve_lines: pd.DataFrame

    def __post_init__(self) -> None:
        for each in fields(self):
            check(each.name, getattr(self, each.name))


def check(name: str, frame: pd.DataFrame) -> None:
    """Raise SchemaError unless the frame has exactly the declared columns and types."""
    found = {str(column): str(dtype) for column, dtype in frame.dtypes.items()}
    if found != dict(SCHEMA[name]):
        raise SchemaError(f"frame {name}: {found} instead of {dict(SCHEMA[name])}")


def empty(name: str) -> pd.DataFrame:
    """Return a frame of the declared schema without rows."""
    return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in SCHEMA[name].items()})
