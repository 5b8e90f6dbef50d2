"""Finding keys that disagree between two frames of integers, without joining them whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def totals(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.Series:
    """Sum `value` over `keys`; a total of zero is dropped, since a line of nothing is no line."""
    summed = frame.groupby(list(keys), sort=True)[value].sum()
    return summed[summed != 0]


def disagreeing(left: pd.Series, right: pd.Series) -> pd.MultiIndex | pd.Index:
    """Return the keys that stand on one side only, or on both with different values. Keys must be unique on each side."""
    places = right.index.get_indexer(left.index)
    here = places >= 0
    same = np.zeros(len(left), dtype=bool)
    same[here] = left.to_numpy()[here] == right.to_numpy()[places[here]]
    only_right = np.ones(len(right), dtype=bool)
    only_right[places[here]] = False
    return left.index[~same].append(right.index[only_right])
