"""From a kind and its facts to the text of a short message, and which channels a kind has texts for.

A lost answer is looked up by the text that was sent: the same facts always make the same text, of plain spaces and signs that every
provider gives back as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from sverka.domain.messaging.channels import CHANNEL_BY_NAME, CHANNELS, EMAIL, MAX, SMS, WHATSAPP
from sverka.domain.messaging.facts import ClientFacts
from sverka.domain.messaging.segments import parts
from sverka.messages.clients import BAREST, BRIEFS, NO_NAME, WHOLE
from sverka.messages.environment import environment, templates
from sverka.messages.layout import cut, tidy

LETTER = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
TEMPLATES = {EMAIL: LETTER, SMS: ("sms.txt.j2",), WHATSAPP: ("messenger.txt.j2",), MAX: ("messenger.txt.j2",)}
"""Channel → the templates that a kind needs for it."""

_ROOM = ((2, NO_NAME), (3, BAREST))
"""(parts of an SMS, the briefest text that may be taken so as to fit): who can be called is worth a third part, nothing a fourth."""
_PLAIN = (("№ ", ""), ("№", ""), ("₽.", "руб."), ("₽", "руб."))


def channels_of(kind: str, own: Path | None = None) -> tuple[str, ...]:
    """Return the channels for which there is a text of a kind, in the company's own folder or ours; empty for an unknown kind."""
    known = templates(own=own)
    return tuple(
        channel.name for channel in CHANNELS if all(f"{kind}/{part}" in known for part in TEMPLATES[channel.name])
    )


def text_for(channel: str, kind: str, facts: ClientFacts, own: Path | None = None) -> str:
    """Write a short message. Raises ValueError where the kind has no text for the channel, and for e-mail, which `render` writes.

    own: the company's folder of templates. Raises jinja2's UndefinedError or our UnprintableError for a gap in the facts.
    """
    if channel == EMAIL or channel not in channels_of(kind, own):
        raise ValueError(
            f"«{kind}» has no text for «{channel}»; it has one for {', '.join(channels_of(kind, own)) or 'none'}."
        )
    template, letter = environment(own=own).get_template(f"{kind}/{TEMPLATES[channel][0]}"), _flat(facts)

    def written(brief: int) -> str:
        return template.render(letter=letter, brief=brief)

    text = _fitting(lambda brief: _plain_line(written(brief))) if channel == SMS else _plain_lines(written(WHOLE))
    return cut(text, CHANNEL_BY_NAME[channel].most_signs)


def _fitting(written: Callable[[int], str]) -> str:
    """Return the fullest text that keeps to its room, the barest if none does."""
    texts = ((most, written(brief)) for most, briefest in _ROOM for brief in BRIEFS[: briefest + 1])
    return next((text for most, text in texts if len(parts(text)) <= most), "") or written(BAREST)


def _plain_line(text: str) -> str:
    line = " ".join(text.split())
    for sign, word in _PLAIN:
        line = line.replace(sign, word)
    return line


def _plain_lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in tidy(text).splitlines())


def _flat(value: Any) -> Any:
    """Return facts with each of their texts made one line: what somebody typed begins no line of its own."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, tuple):
        return tuple(_flat(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _flat(getattr(value, each.name)) for each in fields(value)})
    return value
