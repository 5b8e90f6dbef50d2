"""Telephone numbers as the vendor reads them."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[1-9][0-9]{10,14}")
_LANDLINE = re.compile(r"7[3-68][0-9]{9}")


def number_of(text: str) -> str | None:
    """Return a number as the vendor keeps it, 79161234567, or None where there is none; a leading + is not corrected."""
    digits = re.sub(r"[\s()-]", "", text)
    if digits.startswith("+"):
        digits = digits[1:]
    elif len(digits) == 11 and digits.startswith("8"):
        digits = f"7{digits[1:]}"
    elif len(digits) == 10 and digits.startswith("9"):
        digits = f"7{digits}"
    return digits if _WHOLE.fullmatch(digits) else None


def is_landline(number: str) -> bool:
    """Tell whether a number is a Russian one with the code of a region, where no SMS can go."""
    return _LANDLINE.fullmatch(number) is not None
