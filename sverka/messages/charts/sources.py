"""Requests of the week by where they came from, and how many deals were won: for the head of sales, with the report."""

from __future__ import annotations

from sverka.domain.digest_head import HeadDigest
from sverka.domain.russian import grouped
from sverka.messages.chart import BARS, Chart, Panel, Series
from sverka.messages.digest.sales import name_of_line

_AT_LEAST = 2
"""One source needs no picture."""


def chart(letter: HeadDigest) -> Chart | None:
    """Return the sources from which a request came or a deal was won, the most requests first."""
    lines = letter.report.tables.get("source", ()) if letter.report else ()
    told = sorted(
        (line for line in lines if line.scores[0].new or line.scores[0].won), key=lambda line: -line.scores[0].new
    )
    if len(told) < _AT_LEAST:
        return None
    scores = [line.scores[0] for line in told]
    panel = Panel(
        "", (_counts("заявок", [each.new for each in scores]), _counts("выиграно", [each.won.count for each in scores]))
    )
    return Chart(
        "sources",
        BARS,
        "Заявки за неделю по источникам",
        tuple(name_of_line("source", line) for line in told),
        (panel,),
    )


def _counts(name: str, values: list[int]) -> Series:
    return Series(name, tuple(values), tuple(grouped(each) if each else "" for each in values))
