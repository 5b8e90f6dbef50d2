"""What a person reads in a PDF of ours: the glyphs that its pages show, turned back into letters by the tables that its fonts carry."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)(?:stream\r?\n|endobj)", re.DOTALL)
_RUN = re.compile(rb"\nBT (.*?)\nET\b", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class _Pdf:
    """The objects of a file by number: their dictionaries, and what their streams hold."""

    held: dict[int, bytes]
    streams: dict[int, bytes]


def words(pdf: bytes) -> str:
    """Return the text of all pages, runs of it parted by a space; no-break spaces are plain ones."""
    file = _read(pdf)
    return re.sub(r"[ \u00a0\u202f]+", " ", " ".join(_shown(file, page) for page in _pages(file)))


def pages(pdf: bytes) -> int:
    """Count the pages."""
    return len(_pages(_read(pdf)))


def _pages(file: _Pdf) -> list[bytes]:
    return [held for _, held in sorted(file.held.items()) if re.search(rb"/Type ?/Page\b", held)]


def _read(pdf: bytes) -> _Pdf:
    held, streams = {}, {}
    for found in _OBJECT.finditer(pdf):
        number, dictionary = int(found[1]), found[2]
        held[number] = dictionary
        if b"FlateDecode" in dictionary:
            streams[number] = zlib.decompressobj().decompress(pdf[found.end() :])
        if b"/ObjStm" in dictionary:
            held |= _packed(streams[number], int(re.search(rb"/First (\d+)", dictionary)[1]))  # type: ignore[index]
    return _Pdf(held, streams)


def _packed(stream: bytes, first: int) -> dict[int, bytes]:
    """Return the objects of a stream of objects: numbers and places stand before them."""
    head = list(map(int, stream[:first].split()))
    places = [*head[1::2], len(stream) - first]
    return {number: stream[first + places[at] : first + places[at + 1]] for at, number in enumerate(head[::2])}


def _shown(file: _Pdf, page: bytes) -> str:
    fonts = {
        name: _table(file, file.held[int(at)]) for name, at in re.findall(rb"/(f\d+) (\d+) 0 R", _resources(file, page))
    }
    (contents,) = re.findall(rb"/Contents (\d+) 0 R", page)
    return " ".join(_said(run, fonts) for run in _RUN.findall(file.streams[int(contents)]))


def _resources(file: _Pdf, page: bytes) -> bytes:
    at = re.search(rb"/Resources (\d+) 0 R", page)
    return file.held[int(at[1])] if at else page


def _table(file: _Pdf, font: bytes) -> dict[int, str]:
    """Return which letters each glyph of a font stands for."""
    stream = file.streams[int(re.search(rb"/ToUnicode (\d+) 0 R", font)[1])]  # type: ignore[index]
    assert b"beginbfrange" not in stream, "typst writes the letters one by one"
    pairs = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>\s*$", stream, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for glyph, letters in pairs}


def _said(run: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    (table,) = (fonts[name] for name in re.findall(rb"/(f\d+) [\d.]+ Tf", run))
    glyphs = b"".join(map(_unescaped, _strings(run)))
    return "".join(table[int.from_bytes(glyphs[at : at + 2])] for at in range(0, len(glyphs), 2))


def _strings(run: bytes) -> Iterator[bytes]:
    """Yield what stands in brackets; inside of it brackets are either escaped or in pairs."""
    depth, begin, is_escaped = 0, 0, False
    for at, sign in enumerate(run):
        if is_escaped:
            is_escaped = False
        elif sign == ord("\\"):
            is_escaped = depth > 0
        elif sign == ord("("):
            begin, depth = begin if depth else at + 1, depth + 1
        elif sign == ord(")"):
            depth -= 1
            if not depth:
                yield run[begin:at]


def _unescaped(text: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return bytes([int(sign, 8)]) if sign[:1].isdigit() else _ESCAPES.get(sign, sign)

    return re.sub(rb"\\(\d{3}|.)", one, text, flags=re.DOTALL)
