"""From a kind and its facts to a letter: subject, text, HTML with its styles written into the elements, charts and table as data.

Charts and the table are drawn when the letter leaves (`sverka.work.post`), from the data that its payload holds: a letter waits in the
outbox as JSON, and no bytes of pictures do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from css_inline import CSSInliner

from sverka.domain.answer_reply import AnswerReply
from sverka.domain.digest import Digest
from sverka.domain.messaging.channels import EMAIL
from sverka.domain.messaging.facts import ClientFacts
from sverka.messages import KINDS
from sverka.messages.book import Book
from sverka.messages.chart import Chart
from sverka.messages.charts import ages, sources, weeks
from sverka.messages.environment import environment
from sverka.messages.layout import cut, one_line, tidy
from sverka.messages.sheets import book
from sverka.messages.texts import channels_of

SUBJECT_LIMIT = 160
"""Characters; servers fold a longer one, and nobody reads it."""

Facts = AnswerReply | Digest | ClientFacts
"""What a letter is written from."""

CHARTS: Mapping[str, tuple[Callable[[Any], Chart | None], ...]] = {
    "digest/accountant": (ages.chart,),
    "digest/head": (sources.chart,),
    "digest/owner": (weeks.chart, ages.chart),
}
"""Kind → the charts that its letters may have."""

_INLINER = CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent; the HTML shows each chart by its `cid`."""

    subject: str
    text: str
    html: str
    charts: tuple[Chart, ...] = ()
    book: Book | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it; what it has not is left out."""
        return {
            "subject": self.subject, "text": self.text, "html": self.html,
            **({"charts": [chart.as_json() for chart in self.charts]} if self.charts else {}),
            **({"book": self.book.as_json()} if self.book else {}),
        }  # fmt: skip


def render(kind: str, letter: Facts, own: Path | None = None) -> Letter:
    """Write a letter from its facts, of a kind of `KINDS`, or one that the company's own folder of templates adds.

    Raises jinja2's UndefinedError or our UnprintableError for a gap in the facts.
    """
    if EMAIL not in channels_of(kind, own):
        raise ValueError(f"«{kind}» is no kind of message; known are {', '.join(KINDS)}.")
    charts = tuple(chart for make in CHARTS.get(kind, ()) if (chart := make(letter)))
    table = book(letter) if isinstance(letter, Digest) else None
    context = {"letter": letter, "charts": {chart.name: chart for chart in charts}, "has_table": table is not None}
    subject, text, html = (
        environment(own=own).get_template(f"{kind}/{part}.j2").render(context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Letter(_subject(subject), tidy(text), _INLINER.inline(html), charts, table)


def _subject(text: str) -> str:
    return cut(one_line(" ".join(text.splitlines())), SUBJECT_LIMIT)
