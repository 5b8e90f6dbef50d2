"""From a chart to a picture: PNG with a background of its own, so that it is read on light and on dark, twice as dense as it is shown.

The same chart gives the same bytes: nothing of the moment or the machine gets into them. Words of people are drawn as they are: a dollar
sign begins no formula, and a sign that the font lacks is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sverka.messages.chart import BETWEEN, COLUMNS, Chart, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

WIDTH_PX = 532
"""As it is shown in a letter, at most; telephones show it smaller, so what is written is large for its width."""

_DENSITY = 2
_WIDE = 4.2
"""Inches: what sizes in points and the measures below refer to."""
_DPI = WIDTH_PX / _WIDE
_PAPER, _INK, _SOFT, _LINE = "#f7f9fb", "#17202b", "#5b6878", "#d5dce4"
_COLOURS = ("#8fb3d9", "#1f8a5b", "#c77700")
_COLUMNS_HIGH, _BAR_HIGH, _HEAD_HIGH = 1.55, 0.2, 0.66
"""Inches: of a panel of columns, of one bar, of title and legend."""
_LABEL_LIMIT = 22
_COLOURS_AT_MOST = 64


@lru_cache(maxsize=8)
def draw(chart: Chart) -> bytes:
    """Return the chart as PNG, of few colours and therefore small; the last ones are kept, so that they may be drawn ahead."""
    from PIL import Image  # noqa: PLC0415

    figure = _columns(chart) if chart.shape == COLUMNS else _bars(chart)
    drawn, out = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI * _DENSITY)
    few = Image.open(drawn).convert("RGB").quantize(_COLOURS_AT_MOST, dither=Image.Dither.NONE)
    few.save(out, format="png", optimize=True)
    return out.getvalue()


def height_px(chart: Chart) -> int:
    """Return how high it is shown."""
    return round(_height(chart) * _DPI)


def _height(chart: Chart) -> float:
    if chart.shape == COLUMNS:
        return _HEAD_HIGH + _COLUMNS_HIGH * len(chart.panels) + 0.1
    (panel,) = chart.panels
    return _HEAD_HIGH + len(chart.labels) * (len(panel.series) * _BAR_HIGH + 0.16) + 0.1


def _canvas(chart: Chart) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415  (costs time at start)

    figure = Figure(figsize=(_WIDE, _height(chart)), dpi=_DPI, facecolor=_PAPER)
    high = _height(chart)
    _write(figure, 0.03, 1 - 0.22 / high, chart.title, 10, bold=True)
    names = [series.name for series in chart.panels[0].series]
    if len(names) > 1:
        _legend(figure, names, 1 - 0.47 / high, 0.09 / high)
    return figure


def _legend(figure: Figure, names: Sequence[str], middle: float, high: float) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    place = 0.03
    for name, colour in zip(names, _COLOURS, strict=False):
        box = Rectangle(
            (place, middle - high / 2), 0.022, high, transform=figure.transFigure, facecolor=colour, linewidth=0
        )
        figure.add_artist(box)
        _write(figure, place + 0.032, middle, name, 8, colour=_SOFT)
        place += 0.075 + 0.019 * len(name)


def _columns(chart: Chart) -> Figure:
    figure, height = _canvas(chart), _height(chart)
    for number, panel in enumerate(chart.panels):
        bottom = height - _HEAD_HIGH - _COLUMNS_HIGH * (number + 1) + 0.36
        axes = _axes(figure, (0.03, bottom / height, 0.94, (_COLUMNS_HIGH - 0.6) / height))
        width = 0.8 / len(panel.series)
        for place, series in enumerate(panel.series):
            for group, (value, text) in enumerate(zip(series.values, series.texts, strict=True)):
                at = group - 0.4 + width * (place + 0.5)
                colour = _COLOURS[place] if len(panel.series) > 1 else _COLOURS[1]
                axes.bar(at, value, width * 0.9, color=colour)
                _write(axes, at, value, text.replace("\u00a0₽", ""), 7, across="center", up="bottom")
        axes.set_ylim(0, max(max(each.values) for each in panel.series) * 1.18 or 1)
        axes.set_xlim(-0.6, len(chart.labels) - 0.4)
        for group, label in enumerate(chart.labels):
            _write(axes, group, 0, _two_lines(label), 7, across="center", up="top", colour=_SOFT, shift=-4)
        _write(figure, 0.03, (bottom + _COLUMNS_HIGH - 0.46) / height, panel.title, 8, colour=_SOFT)
    return figure


def _bars(chart: Chart) -> Figure:
    figure, height = _canvas(chart), _height(chart)
    (panel,) = chart.panels
    axes = _axes(figure, (0.36, 0.1 / height, 0.4, (height - _HEAD_HIGH - 0.06) / height))
    thick = 0.8 / len(panel.series)
    for place, series in enumerate(panel.series):
        for group, (value, text) in enumerate(zip(series.values, series.texts, strict=True)):
            at = group - 0.4 + thick * (place + 0.5)
            axes.barh(at, value, thick * 0.9, color=_COLOURS[place] if len(panel.series) > 1 else _COLOURS[1])
            _write(axes, value, at, f" {text}", 8, up="center_baseline")
    axes.set_xlim(0, _most(panel))
    axes.set_ylim(len(chart.labels) - 0.5, -0.5)
    for group, label in enumerate(chart.labels):
        short = label if len(label) <= _LABEL_LIMIT else f"{label[: _LABEL_LIMIT - 1]}…"
        axes.annotate(
            _drawable(short), (0, group), (-7, 0), textcoords="offset points", ha="right", va="center", color=_INK,
            fontproperties=_font(8, bold=False), parse_math=False, annotation_clip=False,
        )  # fmt: skip
    return figure


def _most(panel: Panel) -> int:
    return max(max(each.values) for each in panel.series) or 1


def _axes(figure: Figure, place: tuple[float, float, float, float]) -> Axes:
    axes = figure.add_axes(place, facecolor=_PAPER)
    axes.set_xticks([])
    axes.set_yticks([])
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom" or (side == "left" and place[0] > 0.1))
        spine.set_color(_LINE)
    return axes


def _write(
    where: Any, x: float, y: float, text: str, size: float, *, bold: bool = False, across: str = "left", up: str = "center",
    colour: str = _INK, shift: float = 0,
) -> None:  # fmt: skip
    """Write a text on a figure or on axes; shift: in points, upwards."""
    font = {"fontproperties": _font(size, bold=bold), "parse_math": False, "color": colour}
    if shift:
        where.annotate(
            _drawable(text),
            (x, y),
            (0, shift),
            textcoords="offset points",
            ha=across,
            va=up,
            annotation_clip=False,
            **font,
        )
    else:
        where.text(x, y, _drawable(text), ha=across, va=up, **font)


def _two_lines(label: str) -> str:
    """Break a week's label where its month begins, or between its two months."""
    first, two_months, second = label.partition(BETWEEN)
    if two_months:
        return f"{first}{BETWEEN.rstrip()}\n{second}"
    head, parted, tail = label.rpartition("\u00a0")
    return f"{head}\n{tail}" if parted else label


def _drawable(text: str) -> str:
    """Leave out the signs that the font lacks; the narrow space, which it draws as a box on some machines, becomes a plain one."""
    plain = text.replace("\u202f", "\u00a0")
    return "".join(sign for sign in plain if sign == "\n" or ord(sign) in _signs())


@cache
def _signs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    return frozenset(FT2Font(_file(bold=False)).get_charmap())


@cache
def _font(size: float, *, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    return FontProperties(fname=_file(bold=bold), size=size)


def _file(*, bold: bool) -> str:
    """Return the font that comes with the library: the same on every machine, and it knows Cyrillic."""
    from matplotlib import get_data_path  # noqa: PLC0415

    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"
