"""From an HTTP request to a call: the page, and the fields decoded by the charset that the caller names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from sandbox.kit import Request

SEND, STATUS = "send", "status"
_PAGES = {f"/sys/{page}.php": page for page in (SEND, STATUS)}
_FORM = "application/x-www-form-urlencoded"
_DEFAULT_CHARSET = "windows-1251"
_CODECS = {_DEFAULT_CHARSET: "cp1251", "utf-8": "utf-8", "koi8-r": "koi8-r"}


@dataclass(frozen=True)
class Call:
    """One call. charset: the vendor's name of it, in which the fields were read and the answer is written."""

    page: str
    fields: Mapping[str, str]
    charset: str

    @property
    def codec(self) -> str:
        """Python's name of the charset."""
        return _CODECS[self.charset]

    @property
    def writes(self) -> bool:
        """Tell whether the call would send something if it were obeyed: `cost=1` asks for a price only."""
        return self.page == SEND and self.text("cost") != "1"

    @property
    def asks_for_list(self) -> bool:
        """Tell whether the call asks for several statuses; a trailing comma keeps the form of a list."""
        return self.page == STATUS and ("," in self.text("phone") or "," in self.text("id"))

    def text(self, name: str) -> str:
        """Return a field, "" if it was not given."""
        return self.fields.get(name, "")

    def wants(self, name: str) -> bool:
        """Tell whether a field was given that is neither empty nor 0."""
        return self.text(name) not in {"", "0"}


def read_call(request: Request) -> Call | None:
    """Read the call of a request, from its query and its form; None where the address is none of the vendor's."""
    page = _PAGES.get(request.path)
    if page is None or request.method not in {"GET", "POST"}:
        return None
    is_form = request.headers.get("content-type", _FORM).startswith(_FORM)
    pairs = (request.query.encode("latin-1", "replace") + b"&" + (request.body if is_form else b"")).split(b"&")
    raw = {_plain(name): _plain(value) for name, _, value in (pair.partition(b"=") for pair in pairs) if name}
    named = raw.get(b"charset", b"").decode("ascii", "replace").lower()
    charset = named if named in _CODECS else _DEFAULT_CHARSET
    codec = _CODECS[charset]
    return Call(page, {_text(name, codec): _text(value, codec) for name, value in raw.items()}, charset)


def _plain(quoted: bytes) -> bytes:
    return unquote_to_bytes(quoted.replace(b"+", b" "))


def _text(raw: bytes, codec: str) -> str:
    return raw.decode(codec, "replace")
