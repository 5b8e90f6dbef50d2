"""`sverka messages`: which kinds of message there are, and how each reads, from invented examples; nothing is read or sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from sverka.app import WrongUsage, unknown
from sverka.commands.files import check_writable, write
from sverka.commands.showing import print_json, table
from sverka.companies.company import Company
from sverka.domain.messaging.channels import CHANNEL_BY_NAME, EMAIL, SMS
from sverka.domain.messaging.facts import FACTS, ClientFacts
from sverka.domain.messaging.kinds import KINDS, MessageKind
from sverka.domain.messaging.segments import parts
from sverka.messages import KINDS as LETTERS
from sverka.messages.documents.drawing import draw
from sverka.messages.overlay import examples_of, own_kinds
from sverka.messages.render import render
from sverka.messages.texts import TEMPLATES, channels_of, text_for

_FOR_STAFF = tuple(kind for kind in LETTERS if kind not in FACTS)


def listing(kinds: Sequence[MessageKind] = KINDS, own: Path | None = None, *, as_json: bool) -> None:
    """List kinds: their sort and channels, how many SMS the usual example takes, how long after its moment one may still go."""
    items = [_item(kind, own) for kind in kinds]
    if as_json:
        print_json({"items": items})
        return
    table(
        ["kind", "sort", "channels", "SMS", "useful for"],
        [
            [item["kind"], item["sort"], ", ".join(item["channels"]), str(item["sms_parts"] or "-"), span(kind.useful)]
            for kind, item in zip(kinds, items, strict=True)
        ],
    )


def of(companies: Sequence[Company]) -> tuple[Sequence[MessageKind], Path | None]:
    """Return the kinds that a company may send, its own after ours, and the folder of its texts; ours alone without a company."""
    company = next(iter(companies), None)
    return (*KINDS, *(company.policy.own_kinds.values() if company else ())), company.templates if company else None


def preview(kind: str, channel: str | None, out: Path | None, own: Path | None = None, title: str = "") -> None:
    """Print how the examples of a kind read by a channel, by all if none is named; with `out` write the letter of the usual one.

    title: of the company that writes, "" to leave it to each example.
    Raises WrongUsage for a kind or channel that does not exist, and for a place that cannot be written.
    """
    known = channels_of(kind, own)
    if not known or kind in _FOR_STAFF:
        raise unknown("kind of message", kind, [*(each.name for each in KINDS), *(own_kinds(own) if own else ())])
    if channel is not None and channel not in known:
        raise unknown(f"channel of {kind}", channel, known)
    if out is not None:
        _write_letter(kind, channel, out, own, title)
        return
    shown = [channel] if channel else list({TEMPLATES[each]: each for each in known}.values())
    texts = [_shown(each, kind, name, facts, own) for each in shown for name, facts in _examples(kind, title).items()]
    click.echo("\n\n".join(texts))


def _examples(kind: str, title: str) -> dict[str, ClientFacts]:
    """Return the examples of a kind, by name, as a company of that title would write them."""
    return {name: replace(facts, company=title) if title else facts for name, facts in examples_of(kind).items()}


def span(length: timedelta) -> str:
    """Write a stretch of time in the largest unit that is a whole number of it: `3 d`, `12 h`, `45 min`."""
    minutes = length // timedelta(minutes=1)
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def _item(kind: MessageKind, own: Path | None) -> dict[str, Any]:
    channels = channels_of(kind.name, own)
    usual = next(iter(examples_of(kind.name).values()))
    return {
        "kind": kind.name, "sort": str(kind.sort), "channels": list(channels),
        "sms_parts": len(parts(text_for(SMS, kind.name, usual, own))) if SMS in channels else None,
        "useful_for_min": kind.useful // timedelta(minutes=1),
    }  # fmt: skip


def _shown(channel: str, kind: str, name: str, facts: ClientFacts, own: Path | None) -> str:
    """Return an example with a line above it that says what it is."""
    if channel == EMAIL:
        letter = render(kind, facts, own)
        return f"[{channel}: {name}]\n{letter.subject}\n\n{letter.text.rstrip()}"
    text = text_for(channel, kind, facts, own)
    size = f", {len(text)} signs, {len(parts(text))} SMS" if channel == SMS else ""
    alike = ", ".join(each for each in CHANNEL_BY_NAME if TEMPLATES[each] == TEMPLATES[channel])
    return f"[{alike}: {name}{size}]\n{text}"


def _write_letter(kind: str, channel: str | None, out: Path, own: Path | None, title: str) -> None:
    text = out.with_suffix(".txt")
    if channel not in (None, EMAIL) or EMAIL not in channels_of(kind, own):
        raise WrongUsage("only a letter is written into files; leave out --out to see the text here")
    if out == text:
        raise WrongUsage(f"{out} would hold the letter's text; name the HTML file, such as {out.with_suffix('.html')}")
    letter = render(kind, next(iter(_examples(kind, title).values())), own)
    papers = {out.with_name(paper.file_name): paper for paper in letter.papers}
    for file in (out, text, *papers):
        check_writable(file)
    write(out, letter.html)
    write(text, letter.text)
    for file, paper in papers.items():
        write(file, draw(paper))
    beside = "".join(f"\n{file} goes with it." for file in papers)
    click.echo(f"{letter.subject}\n{out} and {text} hold the letter.{beside}", err=True)
