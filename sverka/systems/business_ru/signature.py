"""The signature of requests and answers: md5 over token, secret and the text, which must be the vendor's text byte for byte.

The text of a request is what PHP's `ksort` and `http_build_query` make of its parameters; that of an answer is the answer itself
without its last key. The token never travels in a request.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

Params = Mapping[str, Any]

_SIGNED = re.compile(rb',\s*"app_psw"\s*:\s*"([0-9a-f]{32})"')


def serialise(params: Params, *, digits_first: bool = True) -> str:
    """Write parameters as PHP does, sorted by their top-level keys.

    digits_first: numeric keys come before words, as in PHP 8; the vendor's version is not known.
    """
    digits = sorted((key for key in params if key.isdecimal()), key=int)
    words = sorted(key for key in params if not key.isdecimal())
    keys = digits + words if digits_first else words + digits
    pairs = (pair for key in keys for pair in _pairs(key, "" if params[key] is None else params[key]))
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)


def sign(token: str, secret: str, text: str | bytes) -> str:
    """Return the `app_psw` of a text; the token is "" for `repair`."""
    raw = text.encode() if isinstance(text, str) else text
    return hashlib.md5(token.encode() + secret.encode() + raw, usedforsecurity=False).hexdigest()


def is_signed(body: bytes, token: str, secret: str) -> bool:
    """Say whether an answer bears the signature that its text and `token` demand.

    The text is the raw body without the signature; a proxy that wrote the JSON anew is forgiven by writing it as PHP does.
    """
    found = _SIGNED.search(body)
    if found is None:
        return False
    raw = body[: found.start()] + body[found.end() :]
    return any(
        hmac.compare_digest(sign(token, secret, text), found[1].decode()) for text in (raw, _as_php_writes(body))
    )


def _as_php_writes(body: bytes) -> str:
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    document.pop("app_psw", None)
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _pairs(f"{name}[{key}]", each)
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            yield from _pairs(f"{name}[{position}]", each)
    elif value is not None:  # PHP drops nulls inside arrays
        yield name, _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str | int):
        return str(value)
    raise TypeError(f"a request cannot carry {type(value).__name__}: send money and amounts as text")


def _encoded(text: str) -> str:
    # PHP's urlencode leaves only letters, digits and -_. alone
    return quote_plus(text, safe="").replace("~", "%7E")
