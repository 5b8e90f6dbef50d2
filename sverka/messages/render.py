"""From a kind and its facts to a letter: subject, text, HTML with its styles written into the elements."""

from __future__ import annotations

from dataclasses import dataclass

from css_inline import CSSInliner

from sverka.domain.digest import Digest
from sverka.domain.notices import OrderReady
from sverka.messages import KINDS
from sverka.messages.environment import environment
from sverka.messages.layout import one_line, tidy

SUBJECT_LIMIT = 160
"""Characters; servers fold a longer one, and nobody reads it."""

Facts = Digest | OrderReady
"""What a letter is written from."""

_INLINER = CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent."""

    subject: str
    text: str
    html: str


def render(kind: str, letter: Facts) -> Letter:
    """Write a letter of a kind of `KINDS` from its facts. Raises jinja2's UndefinedError or our UnprintableError for a gap in them."""
    if kind not in KINDS:
        raise ValueError(f"«{kind}» is no kind of message; known are {', '.join(KINDS)}.")
    subject, text, html = (_fill(f"{kind}/{part}.j2", letter) for part in ("subject.txt", "body.txt", "body.html"))
    return Letter(_subject(subject), tidy(text), _INLINER.inline(html))


def _fill(template: str, letter: Facts) -> str:
    return environment().get_template(template).render(letter=letter)


def _subject(text: str) -> str:
    line = one_line(" ".join(text.splitlines()))
    if len(line) <= SUBJECT_LIMIT:
        return line
    return line[: SUBJECT_LIMIT - 1].rsplit(" ", 1)[0].rstrip(",:;") + "…"
