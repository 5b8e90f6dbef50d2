"""Text as it is compared with written lists of words, whatever alphabet its letters were borrowed from. Pure."""

from __future__ import annotations

import unicodedata

_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXYЁ", "АВСЕНКМОРТХУЕ")
"""Latin capitals that look like Russian ones, and Ё, which many write as Е."""


def plain(text: str) -> str:
    """Return a text in capitals, without invisible signs, its Latin look-alikes in Cyrillic: `CTOП` and `стоп` are one word."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return shown.upper().translate(_TO_CYRILLIC)
