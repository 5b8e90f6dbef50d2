"""From a paper to a PDF, in a process that has no screen and no fonts: typst brings its own, with Cyrillic ones among them.

The same paper gives the same bytes: the file's dates are the day of the paper, only typst's own fonts are used, nothing is asked of the
network or the machine.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sverka.messages.documents.paper import Paper

FOLDER = Path(__file__).resolve().parents[3] / "templates" / "documents"

_QUIET_ZONE = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@lru_cache(maxsize=2)
def draw(paper: Paper) -> bytes:
    """Return the paper as a PDF; the last ones are kept, so that they may be drawn ahead. Raises RuntimeError for a broken template."""
    from typst import compile as typeset  # noqa: PLC0415  (needed only where a letter with a paper leaves)

    made = typeset(FOLDER / f"{paper.name}.typ", **_how(paper), format="pdf")
    assert isinstance(made, bytes)  # a PDF is one file, however many pages it has
    return made


def pictures(paper: Paper, ppi: float = 100.0) -> list[bytes]:
    """Return the pages as PNG, for people to look at."""
    from typst import compile as typeset  # noqa: PLC0415  (the same)

    made = typeset(FOLDER / f"{paper.name}.typ", **_how(paper), format="png", ppi=ppi)
    return made if isinstance(made, list) else [made] if made is not None else []


def qr(text: str) -> str:
    """Return a QR code as SVG: in UTF-8, with errors of 15 % mended, its quiet zone around it."""
    import segno  # noqa: PLC0415  (the same)

    out = io.BytesIO()
    segno.make_qr(text, error="m", encoding="utf-8", boost_error=False).save(out, kind="svg", border=_QUIET_ZONE)
    return out.getvalue().decode()


def _how(paper: Paper) -> dict[str, Any]:
    data = {**json.loads(paper.data), "qr": qr(paper.code) if paper.code else ""}
    return {
        "root": FOLDER, "font_paths": _fonts(), "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
        "timestamp": datetime.combine(paper.day, time(), UTC),
    }  # fmt: skip


@cache
def _fonts() -> Any:
    from typst import Fonts  # noqa: PLC0415  (the same)

    return Fonts(include_system_fonts=False)
