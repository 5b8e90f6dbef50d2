"""A paper as data: what the payload of a letter holds of a PDF that goes with it, and no bytes.

Whatever sets it puts its texts down as they are: they come in as JSON, and no template is made from them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sverka.domain.russian import NBSP, THIN

STATEMENT, INVOICE = "statement", "invoice"
PAPERS = (STATEMENT, INVOICE)
"""The written list: each is a file of `templates/documents/`."""

_NO_NAME = re.compile(r"[^0-9A-Za-z]+")
_LONGEST_NAME = 40
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


@dataclass(frozen=True)
class Paper:
    """A paper. name: of PAPERS. file_name: of the attachment, in plain letters: not every mail client reads others.

    day: of the paper, and of the file's own dates. data: JSON, an object of texts and lists for the template. code: the text of the
    payment's QR code, "" for none.
    """

    name: str
    file_name: str
    day: date
    data: str
    code: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what a payload holds of it."""
        return {
            "name": self.name, "file_name": self.file_name, "day": self.day.isoformat(), "data": json.loads(self.data), "code": self.code,
        }  # fmt: skip

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Paper:
        """Read what a payload holds."""
        return cls(held["name"], held["file_name"], date.fromisoformat(held["day"]), frozen(held["data"]), held["code"])


def frozen(data: Mapping[str, Any]) -> str:
    """Write data as JSON, always in the same way: each text on one line, without signs that nobody sees, thousands apart like words."""
    return json.dumps(_cleaned(data), ensure_ascii=False, sort_keys=True)


def file_name(kind: str, number: str, day: date) -> str:
    """Name a file: `schet-4507-2026-11-24.pdf`."""
    plain = _NO_NAME.sub("-", number).strip("-")[:_LONGEST_NAME]
    return "-".join(part for part in (kind, plain, day.isoformat()) if part) + ".pdf"


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        seen = "".join(sign for sign in value if sign.isspace() or unicodedata.category(sign) not in _UNSEEN)
        return re.sub(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+", " ", seen).strip().replace(THIN, NBSP)
    if isinstance(value, Mapping):
        return {name: _cleaned(each) for name, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list | tuple) else value
