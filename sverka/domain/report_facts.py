"""The report of the letters, counted over all deals of the company at once, in a frame of a declared schema. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, tzinfo

import pandas as pd

from sverka.domain.obstacles import CURRENCY
from sverka.domain.report import GROUPINGS, Days, Line, Report, Score
from sverka.domain.rows import Deal
from sverka.domain.tally import Tally

COLUMNS: Mapping[str, str] = {
    "source": "category", "manager": "category", "branch": "category", "semantics": "category",
    "created_at": "datetime64[us, UTC]", "closed_at": "datetime64[us, UTC]", "sum_kopecks": "int64",
}  # fmt: skip
"""Column → type. `closed_at` is when a deal was won or lost, NaT while it is in work."""

LINES_SHOWN = 8
"""So many lines stand in a table; what is left comes together in one more."""

_CLOSED = ("S", "F")


def frame(deals: Iterable[Deal]) -> pd.DataFrame:
    """Return deals as a frame of `COLUMNS`; sums of another currency than the ledger's count for nothing."""
    rows = [
        (
            deal.source_id, deal.responsible_id, deal.branch, deal.semantics, deal.created_at,
            deal.moved_at if deal.semantics in _CLOSED else None,
            deal.opportunity_kopecks if deal.currency in ("", CURRENCY) else 0,
        )
        for deal in deals
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict(COLUMNS))


def build(
    deals: pd.DataFrame,
    stretches: tuple[Days, ...],
    zone: tzinfo,
    names: Mapping[str, Mapping[str, str]],
    shown: int = LINES_SHOWN,
) -> Report:
    """Count the deals of a frame. names: grouping → what stands in its column → its name; what has none is shown as it is.

    shown: so many lines of a table stand by themselves.
    """
    tables = {each: tuple(_lines(deals, each, stretches, zone, names.get(each, {}), shown)) for each in GROUPINGS}
    return Report(stretches, _line(deals, "", stretches, zone), tables)


def score(deals: pd.DataFrame, days: Days, zone: tzinfo) -> Score:
    """Count what happened to the deals in some days."""
    ended = deals[_within(deals["closed_at"], days, zone)]
    won = ended[ended["semantics"] == "S"]
    return Score(
        new=int(_within(deals["created_at"], days, zone).sum()),
        won=Tally(len(won), int(won["sum_kopecks"].sum())),
        lost=int((ended["semantics"] == "F").sum()),
        took=_median(won["closed_at"] - won["created_at"]),
    )


def _lines(
    deals: pd.DataFrame, column: str, stretches: tuple[Days, ...], zone: tzinfo, names: Mapping[str, str], most: int
) -> Iterator[Line]:
    """Yield the lines that have something to tell, by what was won in the longest stretch; the last ones as one."""
    groups = {str(key): group for key, group in deals.groupby(column, observed=True)}
    lines = {key: _line(group, names.get(key, key), stretches, zone) for key, group in groups.items()}
    ranked = sorted((key for key, line in lines.items() if line), key=lambda key: _rank(lines[key]))
    shown = ranked if len(ranked) <= most + 1 else ranked[:most]
    yield from (lines[key] for key in shown)
    if rest := ranked[len(shown) :]:
        yield _line(pd.concat([groups[key] for key in rest]), "", stretches, zone, others=len(rest))


def _rank(line: Line) -> tuple[int, int, int, str]:
    longest = line.scores[-1]
    return -longest.won.sum_kopecks, -longest.new, -line.in_work, line.name


def _line(deals: pd.DataFrame, name: str, stretches: tuple[Days, ...], zone: tzinfo, others: int = 0) -> Line:
    in_work = int((~deals["semantics"].isin(_CLOSED)).sum())
    return Line(name, in_work, tuple(score(deals, days, zone) for days in stretches), others)


def _within(moments: pd.Series, days: Days, zone: tzinfo) -> pd.Series:
    begins, ends = days.moments(zone)
    return (moments >= begins) & (moments < ends)


def _median(spans: pd.Series) -> timedelta | None:
    if spans.empty:
        return None
    median: timedelta = spans.sort_values().iloc[(len(spans) - 1) // 2].to_pytimedelta()
    return median
