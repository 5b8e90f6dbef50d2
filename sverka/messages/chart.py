"""A chart as data: what the payload of a letter holds of it, what is drawn from it, and the same figures in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

COLUMNS, BARS = "columns", "bars"
SHAPES = (COLUMNS, BARS)
"""Upright columns over time, or lying bars, one below the other."""

BETWEEN = "\u00a0–\u00a0"
"""What parts the two months of a week's label."""


@dataclass(frozen=True)
class Series:
    """One row of numbers, a number for each label. texts: how they are written, "" for one that is not told."""

    name: str
    values: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """Series of one measure, side by side."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Chart:
    """A picture: panels over the same labels. name: of `charts.CHARTS`; shape: of `SHAPES`."""

    name: str
    shape: str
    title: str
    labels: tuple[str, ...]
    panels: tuple[Panel, ...]

    @property
    def cid(self) -> str:
        """The name by which the HTML finds the picture in its own letter."""
        return f"{self.name}@sverka"

    def rows(self) -> list[tuple[str, str]]:
        """Return each label with its figures in words, those without any left out."""
        series = [each for panel in self.panels for each in panel.series]
        told = (
            (label, [f"{each.name} {each.texts[place]}" for each in series if each.texts[place]])
            for place, label in enumerate(self.labels)
        )
        return [(label, ", ".join(figures)) for label, figures in told if figures]

    @property
    def alt(self) -> str:
        """The figures in words, for who does not see the picture."""
        return f"{self.title}. {'; '.join(f'{label}: {figures}' for label, figures in self.rows())}."

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Chart:
        """Read what a payload holds."""
        panels = tuple(
            Panel(
                panel["title"],
                tuple(Series(each["name"], tuple(each["values"]), tuple(each["texts"])) for each in panel["series"]),
            )
            for panel in held["panels"]
        )
        return cls(held["name"], held["shape"], held["title"], tuple(held["labels"]), panels)
