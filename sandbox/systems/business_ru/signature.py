"""`app_psw`: how a request is signed, and how an answer is.

Which token is the right one is decided in `gate.py`.
"""

from __future__ import annotations

from hashlib import md5
from typing import Any

from sandbox.systems.business_ru.php import Params, http_build_query, json_encode, ksort


def request_signatures(params: Params, *, token: str, secret: str) -> frozenset[str]:
    """Return the signatures that an honest client may send with `params` (which hold `app_id`, not `app_psw`).

    Two, because PHP before 8 sorted numeric keys after the others and the vendor's version is not known; an empty
    `token` gives the signature of `repair`.
    """
    orders = (ksort(params, digits_first=first) for first in (True, False))
    return frozenset(_md5(token + secret + http_build_query(params)) for params in orders)


def answer_signature(body: dict[str, Any], *, token: str, secret: str) -> str:
    """Return the signature of an answer that does not hold its `app_psw` yet."""
    return _md5(token + secret + json_encode(body))


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
