"""A company's own folder of templates, looked at before anything is sent: what is wrong with it, with file and line.

Its files win over ours; a folder that is none of our kinds is a kind of its own, written from `Generic`. What several share stands at
the top of the folder. Each kind that the folder touches is rendered for each channel from its examples.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError

from sverka.domain.messaging.adverts import out_of_place
from sverka.domain.messaging.channels import EMAIL, SMS
from sverka.domain.messaging.kinds import KIND_BY_NAME, Sort
from sverka.domain.messaging.segments import parts
from sverka.messages import KINDS
from sverka.messages.environment import environment, templates
from sverka.messages.examples import EXAMPLES
from sverka.messages.examples_clients import GENERIC
from sverka.messages.render import render
from sverka.messages.texts import LETTER, TEMPLATES, channels_of, text_for

MOST_PARTS = 3
"""Of an SMS; what is longer costs like a letter and reads worse."""

_NAMES = sorted({name for names in TEMPLATES.values() for name in names})


def check_overlay(own: Path, sorts: Mapping[str, Sort] | None = None) -> list[str]:
    """Return what is wrong with a company's own templates, a sentence each: `FILE:LINE: what`; empty if all is well.

    sorts: of the kinds that the company adds, by name; one that is not named may hold no words of adverts, like ours.
    """
    if not own.is_dir():
        return [f"{own}: there is no such folder of templates."]
    try:
        held = templates(own, None)
    except ValueError as error:
        return [str(error)]
    strangers = [f"{file}: it is no template; they end in .j2." for file in _others(own)]
    broken = [*strangers, *_misplaced(own, held), *(_garbled(held) or _unreadable(own, held))]
    found = (each for kind in _touched(held) for each in _wrong_with(kind, _sort_of(kind, sorts or {}), own))
    return broken or list(dict.fromkeys(found))


def own_kinds(own: Path) -> tuple[str, ...]:
    """Return the kinds that a folder adds to ours."""
    return tuple(kind for kind in _kinds(templates(own, None)) if kind not in KINDS)


def examples_of(kind: str) -> Mapping[str, Any]:
    """Return the examples of a kind, ours or a company's, by name; the first is the usual one."""
    return EXAMPLES.get(kind, GENERIC)


def _sort_of(kind: str, sorts: Mapping[str, Sort]) -> Sort | None:
    """Return what may stand in a kind's text; None for a letter to the company's own people, which may say what it likes."""
    if kind in KIND_BY_NAME:
        return KIND_BY_NAME[kind].sort
    return None if kind in KINDS else sorts.get(kind, Sort.SERVICE)


def _kinds(held: Mapping[str, Path]) -> list[str]:
    return sorted({PurePosixPath(name).parent.as_posix() for name in held if PurePosixPath(name).name in _NAMES})


def _touched(held: Mapping[str, Path]) -> list[str]:
    """Return the kinds that read otherwise with the folder: all, if it replaces what all may share."""
    is_shared = any(name in templates() and PurePosixPath(name).name not in _NAMES for name in held)
    return sorted({*_kinds(held), *(KINDS if is_shared else ())})


def _others(own: Path) -> list[Path]:
    return sorted(file for file in own.rglob("*") if file.is_file() and file.suffix != ".j2")


def _misplaced(own: Path, held: Mapping[str, Path]) -> Iterator[str]:
    """Yield the files of which nobody would ever read anything, and letters that lack a part."""
    for name in held:
        if "/" in name and PurePosixPath(name).name not in _NAMES and name not in templates():
            yield f"{held[name]}: no channel has such a text; a kind's texts are {', '.join(_NAMES)}."
    for kind in _kinds(held):
        parts_here = [part for part in LETTER if f"{kind}/{part}" in templates(own=own)]
        if parts_here and len(parts_here) < len(LETTER):
            yield f"{own / kind}: a letter needs {', '.join(LETTER)}; there is only {', '.join(parts_here)}."


def _garbled(held: Mapping[str, Path]) -> list[str]:
    found = []
    for file in held.values():
        try:
            file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            found.append(f"{file}: it is not written in UTF-8.")
    return found


def _unreadable(own: Path, held: Mapping[str, Path]) -> Iterator[str]:
    for name in held:
        try:
            environment(own=own).get_template(name)
        except TemplateSyntaxError as error:
            yield f"{error.filename}:{error.lineno}: {_reason(error)}"


def _wrong_with(kind: str, sort: Sort | None, own: Path) -> Iterator[str]:
    """Yield what is wrong with a kind, once however many of its examples show it."""
    seen: set[str] = set()
    for channel in {TEMPLATES[channel]: channel for channel in channels_of(kind, own)}.values():
        for name, facts in examples_of(kind).items():
            for fault in _faults(channel, kind, facts, own, sort):
                if fault not in seen:
                    seen.add(fault)
                    yield f"{fault} Seen in the example «{name}»."


def _faults(channel: str, kind: str, facts: Any, own: Path, sort: Sort | None) -> Iterator[str]:
    try:
        said = _written(channel, kind, facts, own)
    except Exception as error:  # noqa: BLE001 (a template may raise what any of its filters does)
        yield f"{_place(error, own)}: {_reason(error)}"
        return
    text = f"{own}: the text of {kind} for {channel}"
    if not said.strip():
        yield f"{text} is empty."
    if channel == SMS and len(parts(said)) > MOST_PARTS:
        yield f"{text} takes {len(parts(said))} parts, more than {MOST_PARTS}."
    if sort and (words := out_of_place(sort, said)):
        yield f"{text} is an advert by these words: {', '.join(words)}."


def _written(channel: str, kind: str, facts: Any, own: Path) -> str:
    if channel != EMAIL:
        return text_for(channel, kind, facts, own)
    letter = render(kind, facts, own)
    return f"{letter.subject}\n{letter.text}" if letter.subject else ""


def _place(error: Exception, own: Path) -> str:
    """Return file and line of the innermost template that raised, a company's own before ours."""
    inner = [frame for frame in reversed(traceback.extract_tb(error.__traceback__)) if frame.filename.endswith(".j2")]
    owned = [frame for frame in inner if Path(frame.filename).is_relative_to(own)]
    return next((f"{frame.filename}:{frame.lineno}" for frame in (*owned, *inner)), str(own))


def _reason(error: Exception) -> str:
    text = error.message if isinstance(error, TemplateError) and error.message else str(error)
    return text if text.endswith(".") else f"{text}."
