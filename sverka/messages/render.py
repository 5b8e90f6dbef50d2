"""From a kind and its facts to a letter: subject, text, HTML with its styles written into the elements; charts, table and papers as data.

What goes with it is drawn when the letter leaves (`sverka.work.post`), from the data that its payload holds: a letter waits in the outbox
as JSON, and no bytes of pictures do.
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
from sverka.domain.messaging.kinds import DEBT_STATEMENT, DEBT_STOP, DEBT_WARNING, INVOICES
from sverka.messages import KINDS
from sverka.messages.book import Book
from sverka.messages.chart import Chart
from sverka.messages.charts import ages, sources, weeks
from sverka.messages.documents import invoice, statement
from sverka.messages.documents.paper import Paper
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

PAPERS: Mapping[str, Callable[[Any], Paper | None]] = {
    **dict.fromkeys((DEBT_STATEMENT, DEBT_WARNING, DEBT_STOP), statement.paper), **dict.fromkeys(INVOICES, invoice.paper),
}  # fmt: skip
"""Kind → the paper that goes with its letters."""

_INLINER = CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent; the HTML shows each chart by its `cid`."""

    subject: str
    text: str
    html: str
    charts: tuple[Chart, ...] = ()
    book: Book | None = None
    papers: tuple[Paper, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it; what it has not is left out."""
        return {
            "subject": self.subject, "text": self.text, "html": self.html,
            **({"charts": [chart.as_json() for chart in self.charts]} if self.charts else {}),
            **({"book": self.book.as_json()} if self.book else {}),
            **({"papers": [paper.as_json() for paper in self.papers]} if self.papers else {}),
        }  # fmt: skip


def render(kind: str, letter: Facts, own: Path | None = None) -> Letter:
    """Write a letter from its facts, of a kind of `KINDS`, or one that the company's own folder of templates adds.

    Raises jinja2's UndefinedError or our UnprintableError for a gap in the facts.
    """
    if EMAIL not in channels_of(kind, own):
        raise ValueError(f"«{kind}» is no kind of message; known are {', '.join(KINDS)}.")
    charts = tuple(chart for make in CHARTS.get(kind, ()) if (chart := make(letter)))
    table = book(letter) if isinstance(letter, Digest) else None
    papers = tuple(paper for make in [PAPERS.get(kind)] if make and (paper := make(letter)))
    context = {
        "letter": letter, "charts": {chart.name: chart for chart in charts}, "has_table": table is not None, "has_papers": bool(papers),
    }  # fmt: skip
    subject, text, html = (
        environment(own=own).get_template(f"{kind}/{part}.j2").render(context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Letter(_subject(subject), tidy(text), _INLINER.inline(html), charts, table, papers)


def _subject(text: str) -> str:
    return cut(one_line(" ".join(text.splitlines())), SUBJECT_LIMIT)
