"""The mark by which a document that we made is known again: `deal:71`, a word in the document's comment.

It is what makes a creation safe to look up after a lost answer, and it is readable by the people who meet it.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"(?<![\w:])(deal|client|contact|reserve):(\d+)(?![\w:])")


def mark(kind: str, ext_id: str) -> str:
    """Return the word for an object: `mark("deal", "71")` is "deal:71"."""
    return f"{kind}:{ext_id}"


def marked_id(text: str | None, kind: str) -> str:
    """Return the id that the first mark of `kind` in `text` names, "" without one."""
    for match in _WORD.finditer(text or ""):
        if match.group(1) == kind:
            return match.group(2)
    return ""
